// What the queue does when people pause, when documents are large, and when something says itself when it is worth another try.
import { describe, expect, it } from 'vitest'
import type { Queue } from '../../../src/main/jobs/contract'
import { AppError } from '../../../src/shared/errors'
import { document, scan, startJob, type Bed } from '../store/bed'
import { makeQueue, makeStage, settleDown } from './bed'

const bounds = () => ({
  activeJobs: 4,
  clientJobs: 8,
  tasksPerMinute: 0,
  longestWaitMs: 3_600_000,
  inFlightBytes: 1_000,
})
const attemptsOf = (bed: Bed, path: string) =>
  bed.session.db.all<{ code: string | null; counted: number; worker: string | null; peak_rss_bytes: number | null }>(
    'SELECT a.code, a.counted, a.worker, a.peak_rss_bytes FROM attempts a JOIN tasks t ON t.id = a.task_id WHERE t.path = ?',
    path,
  )

/** Lets everything come to its end. */
const endAll = async (stage: ReturnType<typeof makeStage>, queue: Queue): Promise<void> => {
  while (stage.running.length > 0) {
    stage.at(0).end()
    await settleDown()
  }
  await queue.close()
}

describe('pausing', () => {
  it('interrupts what runs of the job and of its batch, spends no try, and starts nothing until it is resumed', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run, {
      describe: () => Promise.resolve({ worker: 'parse 7', peakRssBytes: 42 }),
    })
    const id = startJob(bed, [document('a'), document('b')])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a', 'extract: b'])
    const { running } = bed.run('jobs.pause', { id })
    queue.interrupt(running)
    for (const run of [...stage.running]) {
      expect(run.signal.reason).toMatchObject({ code: 'PAUSED' })
      // A worker that was told to stop says so in its own words.
      run.fail(new AppError('CANCELLED'))
    }
    await queue.idle()
    expect(stage.paths()).toEqual([])
    expect(bed.run('jobs.find', { id })?.state).toBe('paused')
    expect(attemptsOf(bed, 'a')).toEqual([{ code: 'PAUSED', counted: 0, worker: 'parse 7', peak_rss_bytes: 42 }])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual([])

    bed.run('jobs.resume', { id })
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a', 'extract: b'])
    await endAll(stage, queue)
  })

  it('of one job leaves the others of a batch to go on at once', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    const first = startJob(bed, [document('a')])
    startJob(bed, [document('b')])
    queue.notify()
    await settleDown()
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual(['embed: b a'])
    queue.interrupt(bed.run('jobs.pause', { id: first }).running)
    stage.at(0).fail(new AppError('CANCELLED'))
    await settleDown()
    expect(stage.paths()).toEqual(['embed: b'])
    stage.at(0).end()
    await queue.idle()
    await endAll(stage, queue)
  })
})

describe('large documents', () => {
  it('wait until what is in flight leaves room, hold back what comes behind them, and are never too large to be read', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run, { bounds })
    startJob(bed, [
      document('small', { sizeBytes: 10 }),
      document('huge', { sizeBytes: 5_000 }),
      document('behind', { sizeBytes: 10 }),
    ])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: small'])
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toContain('extract: huge')
    expect(stage.paths()).not.toContain('extract: behind')
    stage.running.find(({ tasks }) => tasks.some(({ path }) => path === 'huge'))?.end()
    await settleDown()
    expect(stage.paths()).toContain('extract: behind')
    await endAll(stage, queue)
  })
})

describe('a lane that stands still', () => {
  it('is probed when what it waits for says so, and tells when that is', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    const retryAt = new Date(clock.nowMs() + 20_000).toISOString()
    stage.at(0).fail(new AppError('HOST_UNAVAILABLE', { work: 'reading documents', retryAt }))
    await settleDown()
    expect(queue.status().blocked).toMatchObject({
      code: 'HOST_UNAVAILABLE',
      lanes: ['extract'],
      nextTryAtMs: clock.nowMs() + 20_000,
    })
    await clock.advance(19_999)
    expect(stage.paths()).toEqual([])
    await clock.advance(1)
    expect(stage.paths()).toEqual(['extract: a'])
    stage.at(0).end()
    await settleDown()
    expect(queue.status().blocked).toBeNull()
    expect(attemptsOf(bed, 'a').map(({ code, counted }) => [code, counted])).toEqual([
      ['HOST_UNAVAILABLE', 0],
      [null, 1],
    ])
    await endAll(stage, queue)
  })
})

describe('a pace', () => {
  it('is kept: the queue wakes up when the next task may start', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run, { bounds: () => ({ ...bounds(), tasksPerMinute: 6 }) })
    startJob(bed, [document('a'), document('b')])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a'])
    await clock.advance(9_000)
    expect(stage.paths()).toEqual(['extract: a'])
    await clock.advance(1_100)
    expect(stage.paths()).toEqual(['extract: a', 'extract: b'])
    await endAll(stage, queue)
  })

  it('is kept although everything has come to rest meanwhile', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run, { bounds: () => ({ ...bounds(), tasksPerMinute: 6 }) })
    startJob(bed, [document('a'), document('b')])
    queue.notify()
    await settleDown()
    stage.at(0).end()
    await settleDown()
    // The vectors of a.
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual([])
    expect(queue.status().nextRunAtMs).toBe(clock.nowMs() + 10_001)
    await clock.advance(10_100)
    expect(stage.paths()).toEqual(['extract: b'])
    await endAll(stage, queue)
  })
})

describe('a job that waits in the line', () => {
  it('is begun as soon as there is room, whichever lane finds that out', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run, { bounds: () => ({ ...bounds(), activeJobs: 1 }) })
    startJob(bed, [document('a')])
    bed.run('jobs.create', {
      collectionName: 'default',
      key: null,
      label: 'second',
      request: { paths: [{ path: '/second' }], globs: [], ignores: [] },
      scans: [scan('second')],
    })
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a'])
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toContain('expand: second')
    await endAll(stage, queue)
  })
})

describe('what must run alone', () => {
  it('keeps to the pace of its collection, and starts when that lets it', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run, { bounds: () => ({ ...bounds(), tasksPerMinute: 6 }) })
    startJob(bed, [document('a'), document('b')])
    bed.session.db.run(`UPDATE tasks SET alone = 1 WHERE path = 'b'`)
    queue.notify()
    await settleDown()
    stage.at(0).end()
    await settleDown()
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual([])
    await clock.advance(10_100)
    expect(stage.paths()).toEqual(['extract: b'])
    await endAll(stage, queue)
  })

  it('gets its turn although the lane never runs dry', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    startJob(
      bed,
      Array.from({ length: 40 }, (_, at) => document(`d${at}`)),
    )
    bed.session.db.run(`UPDATE tasks SET alone = 1 WHERE path = 'd0'`)
    queue.notify()
    await settleDown()
    const begun: string[] = []
    while (!stage.paths().includes('extract: d0') && begun.length < 40) {
      begun.push(...stage.paths())
      stage.at(0).end()
      await settleDown()
    }
    expect(stage.paths().filter((path) => path.startsWith('extract'))).toEqual(['extract: d0'])
    expect(new Set(begun.filter((path) => path.startsWith('extract'))).size).toBeLessThan(15)
    await endAll(stage, queue)
  })
})

describe('retries of a job', () => {
  it('are counted together: beyond them what fails is a dead letter at once', async () => {
    const stage = makeStage()
    const retries = () => ({ tries: 9, baseMs: 1_000, maxMs: 1_000, askedMaxMs: 1_000, jobTries: 2 })
    const { bed, queue, clock } = makeQueue(stage.run, { retries })
    const id = startJob(bed, [document('a')])
    queue.notify()
    for (const attempt of [2, 3]) {
      await settleDown()
      stage.at(0).fail(new AppError('FILE_BUSY'))
      await settleDown()
      expect(bed.run('jobs.progress', { id })?.retries).toMatchObject([
        { path: 'a', code: 'FILE_BUSY', attempt, of: 9 },
      ])
      await clock.advance(1_000)
    }
    stage.at(0).fail(new AppError('FILE_BUSY'))
    await queue.idle()
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 9 }).problems).toMatchObject([
      { path: 'a', outcome: 'failed', code: 'FILE_BUSY', attempts: 3 },
    ])
    await endAll(stage, queue)
  })
})
