import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../../src/shared/errors'
import { document, scan, startJob, collectionId, countersDiffer, type Bed } from '../store/bed'
import { complete, makeQueue, makeStage, settleDown } from './bed'

const jobOf = (bed: Bed, id: number) => bed.run('jobs.find', { id })
const problems = (bed: Bed, id: number) =>
  bed
    .run('jobs.problems', { id, offset: 0, limit: 99 })
    .problems.map(({ path, outcome, code, attempts }) => `${path} ${outcome} ${code} ${attempts}`)

/** Runs that throw these errors, in order; after the last they succeed. */
const failing =
  (...codes: ErrorCode[]) =>
  (bed: Bed) =>
  async (_lane: unknown, tasks: readonly Parameters<typeof complete>[1][]): Promise<void> => {
    const [first] = tasks
    const code = first?.lane === 'extract' ? codes.shift() : undefined
    if (code) throw new AppError(code)
    await Promise.resolve()
    for (const task of tasks) complete(bed, task)
  }

describe('the queue', () => {
  it('takes a job through all lanes to its end, and is idle then', async () => {
    const { bed, queue, changed } = makeQueue(failing())
    const id = startJob(bed, [document('a'), document('b'), document('c')])
    queue.notify()
    const status = await queue.idle()
    expect(status).toEqual({
      running: { expand: 0, extract: 0, ocr: 0, vision: 0, embed: 0, summarize: 0 },
      atOnce: expect.objectContaining({ extract: expect.any(Number) as number }) as object,
      claiming: false,
      held: [],
      blocked: null,
      nextRunAtMs: null,
      paused: false,
    })
    expect(jobOf(bed, id)?.state).toBe('completed_with_problems')
    expect(problems(bed, id)).toEqual(['a', 'b', 'c'].map((path) => `${path} partial VECTORS_MISSING 1`))
    expect(changed).toContain(id)
    await queue.close()
  })

  it('claims nothing before it is told, and finds what was inserted while it ran', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    const request = { paths: [], globs: [], ignores: [] }
    bed.run('jobs.create', { collectionId: collectionId(bed), key: null, label: 'x', request, scans: [scan('x')] })
    await settleDown()
    expect(stage.paths()).toEqual([])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['expand: x'])
    bed.run('tasks.insert', { jobId: 1, parentId: 1, items: [document('a')] })
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['expand: x', 'extract: a'])
    expect(queue.status().running).toEqual({ expand: 1, extract: 1, ocr: 0, vision: 0, embed: 0, summarize: 0 })
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    stage.at(0).end()
    await queue.close()
  })

  it('overlooks nothing that comes while a claim is under way', async () => {
    const { bed, queue, meanwhile } = makeQueue(failing())
    let id = 0
    // Three lanes have asked and found nothing; before they hear that, and ask for what must run alone, something is there.
    const happen = (): void => {
      id = startJob(bed, [document('a')])
      queue.notify()
    }
    meanwhile.set('tasks.claim', { nth: 4, happen })
    queue.notify()
    await queue.idle()
    expect(jobOf(bed, id)?.finishedAt).not.toBeNull()
    await queue.close()
  })

  it('keeps to the concurrency of each lane, gives batches, and lets vectors yield to text', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    startJob(
      bed,
      ['a', 'b', 'c', 'd'].map((path) => document(path)),
    )
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a', 'extract: b'])
    stage.at(0).end()
    await settleDown()
    // Vectors of a could be made, but c is there to be read.
    expect(stage.paths()).toEqual(['extract: b', 'extract: c'])
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    // Nothing is left to be claimed for reading and a place is free.
    expect(stage.paths()).toEqual(['extract: d', 'embed: a b c'])
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual(['embed: a b c'])
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual(['embed: d'])
    stage.at(0).end()
    await queue.idle()
    await queue.close()
  })

  it('goes on when whoever is told of changes throws', async () => {
    const { bed, queue, log } = makeQueue(failing(), {
      onChange: () => {
        throw new Error('deaf')
      },
    })
    const id = startJob(bed, [document('a')])
    queue.notify()
    await queue.idle()
    expect(jobOf(bed, id)?.finishedAt).not.toBeNull()
    expect(log.lines.map(({ event }) => event)).toContain('change-not-told')
    await queue.close()
  })
})

describe('what an error leads to', () => {
  it('waits longer before each new try, then gives the task up', async () => {
    const { bed, queue, clock } = makeQueue(failing('FILE_CHANGED', 'FILE_CHANGED', 'FILE_CHANGED'))
    const id = startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    expect(queue.status().nextRunAtMs).toBe(clock.nowMs() + 500)
    await clock.advance(499)
    expect(bed.run('queue.status', { nowMs: clock.nowMs() }).delayed).toBe(1)
    await clock.advance(1)
    expect(queue.status().nextRunAtMs).toBe(clock.nowMs() + 1_000)
    await clock.advance(1_000)
    expect(problems(bed, id)).toEqual(['a failed FILE_CHANGED 3'])
    await queue.idle()
    await queue.close()
    expect(clock.timers()).toBe(0)
  })

  it('tries again in time although something else runs on', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a'), document('long')])
    queue.notify()
    await settleDown()
    stage.at(0).fail(new AppError('FILE_CHANGED'))
    await clock.advance(499)
    expect(stage.paths()).toEqual(['extract: long'])
    await clock.advance(1)
    expect(stage.paths()).toEqual(['extract: long', 'extract: a'])
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    while (stage.running.length > 0) {
      stage.at(0).end()
      await settleDown()
    }
    await queue.close()
  })

  it('finds delayed retries of an earlier run, and idle waits for them', async () => {
    const { bed, queue, clock } = makeQueue(failing())
    const id = startJob(bed, [document('a')])
    const [task] = bed.run('tasks.claim', { lane: 'extract', limit: 1, nowMs: clock.nowMs(), alone: false }).tasks
    if (!task) throw new Error('nothing was claimed')
    const attempt = { phase: 'extract' as const, ms: 1, worker: null }
    const retryAtMs = clock.nowMs() + 200_000
    bed.run('tasks.fail', {
      taskId: task.id,
      code: 'FILE_CHANGED',
      details: {},
      stack: null,
      attempt,
      retryAtMs,
      outcome: 'failed',
    })
    queue.notify()
    let idle = false
    const waiting = queue.idle().then(() => {
      idle = true
    })
    await clock.advance(199_999)
    expect(idle).toBe(false)
    expect(queue.status().nextRunAtMs).toBe(retryAtMs)
    await clock.advance(1)
    await waiting
    expect(jobOf(bed, id)?.finishedAt).not.toBeNull()
    await queue.close()
  })

  it('is one table: dead letter, rejected and skipped end at once', async () => {
    const { bed, queue } = makeQueue(
      failing('DOCUMENT_CORRUPT', 'DOCUMENT_BOMB', 'FILE_EMPTY', 'TEXT_LIMIT', 'NOT_FOUND'),
    )
    const id = startJob(
      bed,
      ['a', 'b', 'c', 'd', 'e'].map((path) => document(path)),
    )
    queue.notify()
    await queue.idle()
    expect(problems(bed, id)).toEqual([
      'a failed DOCUMENT_CORRUPT 1',
      'd failed TEXT_LIMIT 1',
      'e failed NOT_FOUND 1',
      'b rejected DOCUMENT_BOMB 1',
      'c skipped FILE_EMPTY 1',
    ])
    await queue.close()
  })

  it('is a dead letter for what nobody foresaw, with its stack kept', async () => {
    const { bed, queue } = makeQueue(() => async () => {
      await Promise.resolve()
      throw new TypeError('x is not a function')
    })
    const id = startJob(bed, [document('a')])
    queue.notify()
    await queue.idle()
    expect(problems(bed, id)).toEqual(['a failed INTERNAL_BUG 1'])
    expect(
      bed.session.db.one<{ stack: string }>("SELECT stack FROM attempts WHERE code = 'INTERNAL_BUG'").stack,
    ).toContain('TypeError: x is not a function')
    await queue.close()
  })

  it('repeats alone what was running when a host died, and blames what dies alone', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    const id = startJob(bed, [document('a'), document('b'), document('c')])
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['extract: a', 'extract: b'])
    stage.at(0).fail(new AppError('HOST_DIED'))
    stage.at(0).fail(new AppError('HOST_DIED'))
    await settleDown()
    // What may run beside others comes first; vectors wait as well.
    expect(stage.paths()).toEqual(['extract: c'])
    stage.at(0).end()
    await settleDown()
    expect(stage.paths().filter((path) => path.startsWith('extract'))).toEqual(['extract: a'])
    const [lone] = stage.running.filter(({ lane }) => lane === 'extract')
    expect(lone?.tasks[0]).toMatchObject({ alone: true, attempts: 0 })
    lone?.fail(new AppError('HOST_DIED', { limit: 3 }))
    await settleDown()
    expect(stage.paths()).toContain('extract: b')
    expect(problems(bed, id)).toEqual(['a failed WORKER_POISON 1'])
    while (stage.running.length > 0) {
      stage.at(0).end()
      await settleDown()
    }
    expect(countersDiffer(bed)).toEqual([])
    await queue.close()
  })

  it('lets no bad task drag its batch along: each is tried alone', async () => {
    const bad = new Set(['b'])
    const { bed, queue } = makeQueue((given) => async (lane, tasks) => {
      await Promise.resolve()
      if (lane === 'embed' && tasks.some(({ path }) => bad.has(path)))
        throw new AppError('INTERNAL_BUG', { reason: 'poison' })
      for (const task of tasks) complete(given, task)
    })
    const id = startJob(
      bed,
      ['a', 'b', 'c'].map((path) => document(path)),
    )
    queue.notify()
    await queue.idle()
    expect(problems(bed, id)).toEqual([
      'a partial VECTORS_MISSING 1',
      'b partial INTERNAL_BUG 1',
      'c partial VECTORS_MISSING 1',
    ])
    await queue.close()
  })

  it('can be told of single tasks of a batch', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    const id = startJob(
      bed,
      ['a', 'b'].map((path) => document(path)),
    )
    queue.notify()
    await settleDown()
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    const batch = stage.at(0)
    expect(stage.paths()).toEqual(['embed: a b'])
    const [a, b] = batch.tasks
    if (!a || !b) throw new Error('no batch')
    await queue.settle(a, { ms: 3 }, new AppError('INTERNAL_BUG'))
    await queue.settle(b, { ms: 3 }, new AppError('EMBEDDING_INVALID'))
    expect(queue.status().nextRunAtMs).not.toBeNull()
    batch.fail(new AppError('INTERNAL_BUG'))
    await settleDown()
    expect(problems(bed, id)).toEqual(['a partial INTERNAL_BUG 1'])
    await queue.close()
  })
})

describe('a queue that cannot go on', () => {
  it('holds only the lane whose model is missing, says why, and goes on once it is there', async () => {
    let missing = true
    const { bed, queue, clock } = makeQueue((given) => async (lane, tasks) => {
      await Promise.resolve()
      if (lane === 'embed' && missing) throw new AppError('MODEL_MISSING', { path: '/m' })
      for (const task of tasks) complete(given, task)
    })
    const id = startJob(bed, [document('a'), document('b')])
    queue.notify()
    const status = await queue.idle()
    expect(status.blocked).toMatchObject({
      code: 'MODEL_MISSING',
      lanes: ['embed'],
      message: expect.stringContaining('model is missing') as string,
    })
    const later = startJob(bed, [document('c')])
    queue.notify()
    await settleDown()
    expect(jobOf(bed, later)?.keywordReadyMs).not.toBeNull()
    await clock.advance(5_000)
    expect(queue.status().blocked?.code).toBe('MODEL_MISSING')
    missing = false
    await clock.advance(5_000)
    expect(queue.status().blocked).toBeNull()
    expect(jobOf(bed, id)?.finishedAt).not.toBeNull()
    // Waiting spent no attempt.
    expect(
      bed.session.db.one("SELECT count(*) AS n FROM attempts WHERE counted = 1 AND code = 'MODEL_MISSING'"),
    ).toMatchObject({ n: 0 })
    await queue.close()
  })

  it('loses no ending to a full disk: it is written when there is room again', async () => {
    const stage = makeStage()
    const { bed, queue, clock, failing: broken } = makeQueue(stage.run)
    const id = startJob(bed, [document('a'), document('b')])
    queue.notify()
    await settleDown()
    const full = new AppError('DISK_FULL', { path: '/d' })
    broken.set('tasks.fail', full)
    broken.set('tasks.claim', full)
    stage.at(0).fail(new AppError('DOCUMENT_CORRUPT'))
    await clock.advance(12_000)
    expect(queue.status().blocked).toMatchObject({
      code: 'DISK_FULL',
      lanes: ['expand', 'extract', 'ocr', 'vision', 'embed', 'summarize'],
    })
    expect(problems(bed, id)).toEqual([])
    broken.clear()
    await clock.advance(10_000)
    expect(problems(bed, id)).toEqual(['a failed DOCUMENT_CORRUPT 1'])
    stage.at(0).end()
    await clock.advance(5_000)
    stage.at(0).end()
    await queue.idle()
    expect(queue.status().blocked).toBeNull()
    expect(jobOf(bed, id)?.finishedAt).not.toBeNull()
    await queue.close()
  })

  it('does not blame a task for a damaged database', async () => {
    const { bed, queue } = makeQueue(failing('DATABASE_CORRUPT'))
    const id = startJob(bed, [document('a')])
    queue.notify()
    const { blocked } = await queue.idle()
    expect(blocked?.code).toBe('DATABASE_CORRUPT')
    expect(problems(bed, id)).toEqual([])
    expect(bed.run('queue.status', { nowMs: 0 })).toMatchObject({ queued: 1, running: 0 })
    await queue.close()
  })

  it('gives up writing an ending that the store will never take', async () => {
    const { bed, queue, log, clock, failing: broken } = makeQueue(failing('DOCUMENT_CORRUPT'))
    startJob(bed, [document('a')])
    broken.set('tasks.fail', new AppError('INTERNAL_BUG', { reason: 'no' }))
    queue.notify()
    await clock.advance(30_000)
    expect(log.lines.map(({ event }) => event)).toContain('task-not-settled')
    await queue.close()
  })

  it('tries again when the store cannot say what is delayed', async () => {
    const { bed, queue, clock, failing: broken } = makeQueue(failing())
    broken.set('queue.status', new AppError('DATABASE_BUSY'))
    startJob(bed, [])
    queue.notify()
    await settleDown()
    expect(queue.status().blocked?.code).toBe('DATABASE_BUSY')
    broken.clear()
    await clock.advance(5_000)
    expect((await queue.idle()).blocked).toBeNull()
    await queue.close()
  })
})

describe('stopping', () => {
  it('cancels a task by aborting its run; its companions are queued again', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    const first = startJob(bed, [document('a')])
    const second = startJob(bed, [document('b')])
    queue.notify()
    await settleDown()
    stage.at(0).end()
    stage.at(0).end()
    await settleDown()
    expect(stage.paths()).toEqual(['embed: b a'])
    const { running } = bed.run('jobs.cancel', { id: first })
    queue.cancel(running)
    const run = stage.at(0)
    expect(run.signal.aborted).toBe(true)
    run.fail(new AppError('CANCELLED'))
    await settleDown()
    expect(jobOf(bed, first)?.state).toBe('cancelled')
    expect(stage.paths()).toEqual(['embed: b'])
    stage.at(0).end()
    await queue.idle()
    expect(problems(bed, second)).toEqual(['b partial VECTORS_MISSING 1'])
    await queue.close()
  })

  it('does not wait for delayed retries of a job that was cancelled', async () => {
    const { bed, queue } = makeQueue(failing('FILE_CHANGED'))
    const id = startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    queue.cancel(bed.run('jobs.cancel', { id }).running)
    await queue.idle()
    expect(jobOf(bed, id)?.state).toBe('cancelled')
    await queue.close()
  })

  it('pauses claims while what runs goes on, and resumes', async () => {
    const stage = makeStage()
    const { bed, queue } = makeQueue(stage.run)
    startJob(
      bed,
      ['a', 'b', 'c'].map((path) => document(path)),
    )
    queue.notify()
    await settleDown()
    queue.pauseClaims()
    stage.at(0).end()
    stage.at(0).end()
    expect((await queue.idle()).paused).toBe(true)
    expect(stage.paths()).toEqual([])
    queue.resumeClaims()
    await settleDown()
    expect(stage.paths()).toContain('extract: c')
    while (stage.running.length > 0) {
      stage.at(0).end()
      await settleDown()
    }
    await queue.close()
    queue.resumeClaims()
    expect(queue.status().paused).toBe(true)
  })

  it('drains: what runs is finished, or the time is over', async () => {
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run)
    startJob(bed, [document('a'), document('b'), document('c')])
    queue.notify()
    await settleDown()
    const late = queue.drain(1_000)
    await clock.advance(1_000)
    expect(await late).toBe(false)
    const drained = queue.drain(1_000)
    stage.at(0).end()
    stage.at(0).end()
    expect(await drained).toBe(true)
    expect(bed.run('queue.status', { nowMs: 0 })).toMatchObject({ queued: 3, running: 0 })
    await queue.close()
  })

  it('closes: what runs is aborted and queued again without spending an attempt', async () => {
    const { bed, queue, clock } = makeQueue(
      () => (_lane, _tasks, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new AppError('CANCELLED')))
        }),
    )
    startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    await queue.close()
    const [task] = bed.run('tasks.claim', { lane: 'extract', limit: 1, nowMs: clock.nowMs(), alone: false }).tasks
    expect(task).toMatchObject({ path: 'a', attempts: 0, alone: false })
    expect(bed.session.db.one('SELECT code, counted FROM attempts WHERE task_id = ?', task?.id ?? 0)).toMatchObject({
      code: 'SHUTTING_DOWN',
      counted: 0,
    })
  })

  it('closes although the disk is full', async () => {
    const stage = makeStage()
    const { bed, queue, failing: broken } = makeQueue(stage.run)
    startJob(bed, [document('a')])
    queue.notify()
    await settleDown()
    broken.set('tasks.fail', new AppError('DISK_FULL'))
    stage.at(0).fail(new AppError('DOCUMENT_CORRUPT'))
    await settleDown()
    await queue.close()
    // It is taken back at the next start.
    expect(bed.run('tasks.recover', {}).interrupted).toBe(1)
  })
})
