import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { document, startJob } from '../store/bed'
import { makeQueue, makeStage, settleDown } from './bed'

describe('a queue that was blocked', () => {
  it('is so no longer as soon as a run gets a part of its work done', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    stage.at(0).fail(new AppError('DISK_FULL', { path: '/d' }))
    await settleDown()
    // Nobody has looked yet whether there is room again.
    queue.progressed('extract')
    expect(queue.status().blocked?.code).toBe('DISK_FULL')
    await clock.advance(5_000)
    expect(stage.paths()).toEqual(['extract: a'])
    expect(queue.status().blocked?.code).toBe('DISK_FULL')
    queue.progressed('extract')
    expect(queue.status().blocked).toBeNull()
    stage.at(0).end()
    await queue.close()
  })

  it('is so no longer in any lane when one lane finds that what held them all is gone', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    stage.at(0).fail(new AppError('DISK_FULL', { path: '/d' }))
    await settleDown()
    expect(queue.status().blocked?.lanes).toEqual(['expand', 'extract', 'ocr', 'vision', 'embed', 'summarize'])
    await clock.advance(5_000)
    // The embed lane yields to the text, so it cannot find out by itself.
    expect(queue.status().blocked?.lanes).toContain('embed')
    queue.progressed('extract')
    expect(queue.status().blocked).toBeNull()
    stage.at(0).end()
    await queue.close()
  })
})
