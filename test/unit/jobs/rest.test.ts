import { describe, expect, it } from 'vitest'
import { document, startJob } from '../store/bed'
import { makeQueue, makeStage, settleDown } from './bed'

describe('a queue that rests', () => {
  it('starts nothing new, says why, lets what runs go on, and goes on itself when it is told to', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.rest('ON_BATTERY', 60_000)
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual([])
    expect(queue.status().blocked).toMatchObject({ code: 'ON_BATTERY', nextTryAtMs: null })
    expect(queue.status().blocked?.message).toContain('goes on by itself')
    queue.rest(null, 1)
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a'])
    queue.rest('MACHINE_BUSY', 60_000)
    stage.at(0).end()
    await settleDown()
    expect(queue.status().blocked?.code).toBe('MACHINE_BUSY')
    await queue.close()
  })

  it('goes on by itself when nobody says so again', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.rest('ON_BATTERY', 60_000)
    await clock.advance(50_000)
    queue.rest('ON_BATTERY', 60_000)
    await clock.advance(59_000)
    expect(stage.paths()).toEqual([])
    await clock.advance(2_000)
    expect(stage.paths()).toEqual(['extract: a'])
    expect(queue.status().blocked).toBeNull()
    stage.at(0).end()
    await queue.close()
  })
})
