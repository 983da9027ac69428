import { describe, expect, it } from 'vitest'
import { splitIntoBatches } from '../../../src/renderer/client/intake'
import { makeRefresher, type RefresherClock } from '../../../src/renderer/client/refresher'

/** A clock that only moves when told, and a load that only ends when told. */
const makeStage = (pauseMs: number) => {
  let nowMs = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const clock: RefresherClock = {
    now: () => nowMs,
    after: (ms, run) => {
      const timer = { at: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const ends: (() => void)[] = []
  const load = (): Promise<void> => new Promise((resolve) => ends.push(resolve))
  const refresher = makeRefresher(load, pauseMs, clock)
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  return {
    refresher,
    loads: () => ends.length,
    finish: async () => {
      ends.at(-1)?.()
      await settle()
    },
    pass: async (ms: number) => {
      nowMs += ms
      for (const timer of [...timers]) {
        if (timer.at > nowMs) continue
        timers.delete(timer)
        timer.run()
      }
      await settle()
    },
  }
}

describe('what is shown', () => {
  it('is loaded at once, and after a hint only when the pause is over', async () => {
    const stage = makeStage(400)
    expect(stage.loads()).toBe(1)
    await stage.finish()
    stage.refresher.hint()
    stage.refresher.hint()
    await stage.pass(399)
    expect(stage.loads()).toBe(1)
    await stage.pass(1)
    expect(stage.loads()).toBe(2)
  })

  it('is never loaded twice at the same time, and once more after hints that came meanwhile', async () => {
    const stage = makeStage(100)
    stage.refresher.hint()
    await stage.pass(1_000)
    stage.refresher.hint()
    expect(stage.loads()).toBe(1)
    await stage.finish()
    await stage.pass(100)
    expect(stage.loads()).toBe(2)
    await stage.finish()
    await stage.pass(1_000)
    expect(stage.loads()).toBe(2)
  })

  it('is not loaded any more once it is closed', async () => {
    const stage = makeStage(100)
    await stage.finish()
    stage.refresher.hint()
    stage.refresher.close()
    stage.refresher.hint()
    await stage.pass(1_000)
    expect(stage.loads()).toBe(1)
  })
})

describe('offered paths', () => {
  it('are cut into batches that fit a call, with none lost', () => {
    expect(splitIntoBatches([])).toEqual([])
    const many = Array.from({ length: 25_000 }, (_, at) => ({ path: `/home/person/documents/file-${at}.txt` }))
    const batches = splitIntoBatches(many)
    expect(batches.flat()).toEqual(many)
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(10_000)
      expect(JSON.stringify(batch).length).toBeLessThan(900_000)
    }
  })

  it('keep a single path that is longer than a batch', () => {
    const long = { path: `/${'x'.repeat(30_000)}`, bytes: 'y'.repeat(300_000) }
    expect(splitIntoBatches([long, { path: '/a' }])).toEqual([[long], [{ path: '/a' }]])
  })
})
