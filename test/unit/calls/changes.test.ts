import { describe, expect, it } from 'vitest'
import { createChanges } from '../../../src/main/calls/changes'
import type { ChangeEvent } from '../../../src/shared/calls'

/** Timers that fire when the test says so. */
const createTimers = () => {
  let timers: { ms: number; fire: () => void }[] = []
  return {
    setTimer: (ms: number, fire: () => void) => {
      const timer = { ms, fire }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    fire: (ms: number) => {
      const due = timers.filter((timer) => timer.ms <= ms)
      timers = timers.filter((timer) => timer.ms > ms)
      for (const { fire } of due) fire()
    },
    pending: () => timers.length,
  }
}

describe('the hints', () => {
  it('collects many marks into one hint', () => {
    const timers = createTimers()
    const changes = createChanges(timers.setTimer)
    const events: ChangeEvent[] = []
    changes.listen((event) => events.push(event))
    for (let count = 0; count < 1000; count += 1) changes.mark(['jobs'])
    changes.mark(['documents'])
    expect(events).toEqual([])
    timers.fire(250)
    expect(events).toEqual([{ type: 'changed', topics: ['jobs', 'documents'] }])
  })

  it('wakes who waits for this job, not who waits for another', async () => {
    const timers = createTimers()
    const changes = createChanges(timers.setTimer)
    let woken = ''
    const one = changes.of('1', 60_000).then(() => (woken += 'one'))
    const two = changes.of('2', 60_000).then(() => (woken += 'two'))
    changes.mark(['jobs'], [1])
    timers.fire(250)
    await one
    expect(woken).toBe('one')
    timers.fire(60_000)
    await two
    expect(timers.pending()).toBe(0)
  })

  it('stops telling who has left, and lets nobody wait for ever when it is closed', async () => {
    const timers = createTimers()
    const changes = createChanges(timers.setTimer)
    const events: ChangeEvent[] = []
    changes.listen((event) => events.push(event))()
    const waiting = changes.of('1', 60_000)
    changes.mark(['jobs'])
    changes.close()
    await waiting
    timers.fire(60_000)
    expect(events).toEqual([])
    expect(timers.pending()).toBe(0)
  })
})
