// Owns the tests of the sampler: what it takes for done, when it hands figures over, and that nothing it meets stops it.
import { describe, expect, it } from 'vitest'
import { createSampler, type SamplerParts } from '../../../src/main/observe/sampler'
import { silentLog } from '../../support/engine'
import type { MetricValues } from '../../../src/shared/metrics'

const makeBed = () => {
  const kept: MetricValues[] = []
  const state = { busy: false, total: 100, fresh: 0, done: {} as Record<string, number>, fails: false, warnings: 0 }
  const timers: (() => void)[] = []
  const parts: SamplerParts = {
    isBusy: () => state.busy,
    gauges: async () => ({ 'queue.running': state.busy ? 2 : 0 }),
    slowGauges: async () => ({ 'disk.free': 7 }),
    totals: async () => {
      if (state.fails) throw new Error('no')
      const { done } = state
      state.done = {}
      const totals = new Map([['job 1 chunks', { name: 'chunks', value: state.total, fresh: false }]])
      if (state.fresh > 0) totals.set('job 2 chunks', { name: 'chunks', value: state.fresh, fresh: true })
      return { totals, done }
    },
    keep: async (values) => {
      kept.push(values)
    },
    setTimer: (_ms, fire) => {
      timers.push(fire)
      return () => timers.splice(timers.indexOf(fire), 1)
    },
    log: { ...silentLog, warn: () => (state.warnings += 1) },
  }
  return { kept, state, timers, sampler: createSampler(parts) }
}

const sumOf = (kept: readonly MetricValues[], name: string): number =>
  kept.reduce((sum, values) => sum + (values[name]?.[0] ?? 0), 0)

describe('the sampler', () => {
  it('counts what came on top of what was there, and all of what is new', async () => {
    const { kept, state, sampler } = makeBed()
    await sampler.start()
    state.busy = true
    state.total = 130
    state.fresh = 5
    await sampler.look()
    // Counted anew, from less: nothing is made up.
    state.total = 10
    await sampler.look()
    state.total = 12
    state.done = { 'documents.indexed': 4 }
    await sampler.close()
    expect(sumOf(kept, 'chunks')).toBe(30 + 5 + 2)
    expect(sumOf(kept, 'documents.indexed')).toBe(4)
  })

  it('hands over once a minute while something runs, and once more when it is over', async () => {
    const { kept, state, sampler } = makeBed()
    await sampler.start()
    await sampler.look()
    expect(kept).toHaveLength(1)
    state.busy = true
    for (let look = 0; look < 6; look += 1) await sampler.look()
    expect(kept).toHaveLength(3)
    expect(kept[1]?.['queue.running']).toEqual([6, 3, 2])
    state.busy = false
    await sampler.look()
    await sampler.look()
    await sampler.look()
    expect(kept).toHaveLength(4)
  })

  it('keeps one of each hour at rest, and nothing of a process that did nothing', async () => {
    const { kept, sampler } = makeBed()
    await sampler.start()
    for (let look = 0; look < 361; look += 1) await sampler.look()
    expect(kept).toHaveLength(3)
    const other = makeBed()
    await other.sampler.start()
    await other.sampler.close()
    expect(other.kept).toEqual([])
    expect(other.timers).toEqual([])
  })

  it('goes on after a look that failed, and sees what that one would have seen', async () => {
    const { kept, state, sampler } = makeBed()
    await sampler.start()
    state.busy = true
    state.fails = true
    state.total = 110
    await sampler.look()
    expect(state.warnings).toBe(1)
    state.fails = false
    await sampler.close()
    expect(sumOf(kept, 'chunks')).toBe(10)
  })
})
