// What people do with jobs: pausing, resuming, order; and that nothing of it leaks or strands a task.
import { describe, expect, it } from 'vitest'
import type { ClaimBounds } from '../../../src/main/store/contract'
import {
  archive,
  attemptOf,
  claim,
  collectionId,
  countersDiffer,
  document,
  finish,
  makeBed,
  scan,
  startJob,
  work,
  type Bed,
} from './bed'

const jobOf = (bed: Bed, id: number) => {
  const job = bed.run('jobs.find', { id })
  if (job === null) throw new Error('no such job')
  return job
}
const paths = (tasks: readonly { path: string }[]): string[] => tasks.map(({ path }) => path)

describe('a paused job', () => {
  it('gives out no task, keeps what it had, and goes on when it is resumed', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    const [running] = claim(bed, 'extract', 1)
    if (!running) throw new Error('nothing was claimed')
    expect(bed.run('jobs.pause', { id })).toMatchObject({ job: { state: 'paused' }, running: [running.id] })
    expect(claim(bed, 'extract')).toEqual([])
    bed.run('tasks.interrupt', { taskId: running.id, code: 'PAUSED', alone: false, attempt: attemptOf(running) })
    expect(claim(bed, 'extract')).toEqual([])
    expect(jobOf(bed, id).state).toBe('paused')
    expect(bed.run('queue.status', { nowMs: 1 })).toMatchObject({ queued: 0, running: 0, jobs: { paused: 1 } })

    expect(bed.run('jobs.resume', { id })).toMatchObject({ state: 'queued', position: 1 })
    const again = claim(bed, 'extract')
    expect(again.map(({ path, attempts, alone }) => [path, attempts, alone])).toEqual([
      ['a', 0, false],
      ['b', 0, false],
    ])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('is paused twice, and resumed twice, as once', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    bed.run('jobs.pause', { id })
    expect(bed.run('jobs.pause', { id }).job.state).toBe('paused')
    bed.run('jobs.resume', { id })
    expect(bed.run('jobs.resume', { id }).state).toBe('queued')
    work(bed, id)
    expect(jobOf(bed, id).state).toBe('completed')
    expect(() => bed.run('jobs.pause', { id })).toThrow('The job is completed and cannot be paused.')
    expect(() => bed.run('jobs.resume', { id })).toThrow('cannot be resumed')
  })

  it('does not keep the queue waiting for its retries, and has them when it goes on', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const failure = {
      code: 'FILE_BUSY' as const,
      details: {},
      stack: null,
      attempt: attemptOf(task),
      outcome: 'failed' as const,
    }
    bed.run('tasks.fail', { taskId: task.id, ...failure, retryAtMs: 5_000, tries: 3 })
    expect(bed.run('queue.status', { nowMs: 1_000 })).toMatchObject({ delayed: 1, nextRunAtMs: 5_000 })
    bed.run('jobs.pause', { id })
    expect(bed.run('queue.status', { nowMs: 1_000 })).toMatchObject({ delayed: 0, nextRunAtMs: null })
    expect(claim(bed, 'extract', 1, { nowMs: 9_000 })).toEqual([])
    bed.run('jobs.resume', { id })
    expect(paths(claim(bed, 'extract', 1, { nowMs: 9_000 }))).toEqual(['a'])
  })

  it('stays paused over a restart, also with a task that ran at the kill', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    claim(bed, 'extract')
    bed.run('jobs.pause', { id })
    bed.reopen()
    bed.run('tasks.recover', {})
    expect(jobOf(bed, id).state).toBe('paused')
    expect(claim(bed, 'extract')).toEqual([])
    bed.run('jobs.resume', { id })
    work(bed, id)
    expect(jobOf(bed, id).state).toBe('completed')
  })

  it('while it is being unpacked, takes what was found and hands out nothing of it', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('a.zip')])
    const [opened] = claim(bed, 'expand')
    if (!opened) throw new Error('nothing was claimed')
    bed.run('jobs.pause', { id })
    bed.run('tasks.insert', { jobId: id, parentId: opened.id, items: [document('a.zip!/x')] })
    bed.run('tasks.interrupt', { taskId: opened.id, code: 'PAUSED', alone: false, attempt: attemptOf(opened) })
    expect([...claim(bed, 'extract'), ...claim(bed, 'expand')]).toEqual([])
    bed.run('jobs.resume', { id })
    for (const task of claim(bed, 'expand')) finish(bed, task)
    work(bed, id)
    expect(jobOf(bed, id)).toMatchObject({ state: 'completed' })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('is over when what was running was the last of it', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    bed.run('jobs.pause', { id })
    finish(bed, task, { outcome: 'skipped', problem: { code: 'FILE_EMPTY', details: {} } })
    expect(jobOf(bed, id).state).toBe('completed')
  })

  it('can be cancelled', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    bed.run('jobs.pause', { id })
    expect(bed.run('jobs.cancel', { id }).job.state).toBe('cancelled')
    expect(countersDiffer(bed)).toEqual([])
  })
})

const bounds: ClaimBounds = { roomBytes: null, activeJobs: 2, clientJobs: 3, tasksPerMinute: 0, longestWaitMs: 60_000 }
const claimBound = (bed: Bed, limit = 1, more: Partial<ClaimBounds> = {}) =>
  bed.run('tasks.claim', { lane: 'extract', limit, nowMs: 1_000, alone: false, bounds: { ...bounds, ...more } })

describe('the line of jobs', () => {
  /** Jobs whose scans have found `items` documents each. All are put back into the line: the scans of `startJob` had to be admitted. */
  const lineUp = (bed: Bed, names: readonly string[], items = 2): number[] => {
    const ids = names.map((name) =>
      startJob(
        bed,
        Array.from({ length: items }, (_, at) => document(`${name}${at}`)),
      ),
    )
    bed.session.db.exec(`UPDATE jobs SET state = 'queued'`)
    return ids
  }

  it('lets so many jobs of a collection be active, in their order, and says the place of the others', () => {
    const bed = makeBed()
    const ids = lineUp(bed, ['a', 'b', 'c', 'd'])
    expect(ids.map((id) => jobOf(bed, id).position)).toEqual([1, 2, 3, 4])
    claimBound(bed)
    expect(ids.map((id) => jobOf(bed, id).state)).toEqual(['running', 'running', 'queued', 'queued'])
    expect(ids.map((id) => jobOf(bed, id).position)).toEqual([null, null, 1, 2])
    expect(bed.run('queue.status', { nowMs: 1 })).toMatchObject({
      jobs: { active: 2, queued: 2, paused: 0, waiting: 0 },
    })
  })

  it('makes room when the text of an active job is read, vectors or not', () => {
    const bed = makeBed()
    const ids = lineUp(bed, ['a', 'b', 'c'], 1)
    claimBound(bed, 9)
    bed.session.db.exec(`UPDATE tasks SET lane = 'embed', phase = 'embed' WHERE path = 'a0'`)
    claimBound(bed)
    expect(ids.map((id) => jobOf(bed, id).state)).toEqual(['running', 'running', 'running'])
  })

  it('does not let one client take all places, nor one collection those of another', () => {
    const bed = makeBed()
    collectionId(bed)
    collectionId(bed, 'other')
    const offer = (client: string, at: number, collection = 'default') =>
      Number(
        bed.run('jobs.create', {
          collectionName: collection,
          key: `${client}${at}`,
          label: 'x',
          request: { paths: [], globs: [], ignores: [] },
          scans: [scan(`${client}${at}`)],
          client,
        }).job.id,
      )
    const greedy = [offer('greedy', 1), offer('greedy', 2), offer('greedy', 3)]
    const modest = offer('modest', 1)
    const elsewhere = offer('greedy', 4, 'other')
    claimBound(bed, 1, { activeJobs: 4, clientJobs: 2 })
    expect([...greedy, modest, elsewhere].map((id) => jobOf(bed, id).state)).toEqual([
      'running',
      'running',
      'queued',
      'running',
      'queued',
    ])
  })

  it('goes by priority, and a person may move a job within it', () => {
    const bed = makeBed()
    const [a = 0, b = 0, c = 0, d = 0] = lineUp(bed, ['a', 'b', 'c', 'd'])
    const line = () =>
      [a, b, c, d]
        .sort((x, y) => (jobOf(bed, x).position ?? 0) - (jobOf(bed, y).position ?? 0))
        .map((id) => 'abcd'[[a, b, c, d].indexOf(id)])
    expect(bed.run('jobs.prioritize', { id: d, priority: 'high' })).toMatchObject({ priority: 'high', position: 1 })
    expect(line()).toEqual(['d', 'a', 'b', 'c'])
    bed.run('jobs.move', { id: c, before: a })
    expect(line()).toEqual(['d', 'c', 'a', 'b'])
    bed.run('jobs.move', { id: c, before: null })
    expect(line()).toEqual(['d', 'a', 'b', 'c'])
    expect(bed.run('jobs.move', { id: b, before: d })).toMatchObject({ position: 1, priority: 'high' })
    expect(line()).toEqual(['b', 'd', 'a', 'c'])
    bed.run('jobs.move', { id: a, before: a })
    expect(line()).toEqual(['b', 'd', 'a', 'c'])
    claimBound(bed)
    expect(() => bed.run('jobs.move', { id: b, before: null })).toThrow(
      'The job is running and cannot be moved in the line.',
    )
    expect(() => bed.run('jobs.move', { id: c, before: b })).toThrow('The job is running')
  })
})

describe('turns', () => {
  it('go round over collections first, then over their jobs by priority', () => {
    const bed = makeBed()
    const many = (name: string) => Array.from({ length: 40 }, (_, at) => document(`${name}${at}`))
    const low = startJob(bed, many('low'))
    startJob(bed, many('normal'))
    startJob(bed, many('other'), { collection: 'other' })
    bed.run('jobs.prioritize', { id: low, priority: 'low' })
    const taken: string[] = []
    for (let at = 0; at < 40; at += 1)
      taken.push(...paths(claimBound(bed).tasks).map((path) => path.replace(/\d+$/, '')))
    const count = (name: string) => taken.filter((other) => other === name).length
    expect([count('other'), count('normal'), count('low')]).toEqual([20, 16, 4])
  })

  it('give a new job its share at once, but not what it missed', () => {
    const bed = makeBed()
    startJob(
      bed,
      Array.from({ length: 50 }, (_, at) => document(`old${at}`)),
    )
    for (let at = 0; at < 20; at += 1) claimBound(bed)
    startJob(
      bed,
      Array.from({ length: 50 }, (_, at) => document(`new${at}`)),
    )
    const taken = Array.from({ length: 6 }, () => claimBound(bed).tasks[0]?.path.slice(0, 3))
    expect(taken).toEqual(['new', 'new', 'old', 'new', 'old', 'new'])
  })

  it('fill a batch from several jobs', () => {
    const bed = makeBed()
    startJob(bed, [document('a0'), document('a1')])
    startJob(bed, [document('b0')])
    expect(paths(claimBound(bed, 10).tasks).sort()).toEqual(['a0', 'a1', 'b0'])
  })

  it('keep within the tasks a minute of a collection, and tell when the next one may start', () => {
    const bed = makeBed()
    startJob(bed, [document('a0'), document('a1'), document('a2')])
    startJob(bed, [document('b0'), document('b1')], { collection: 'other' })
    bed.session.db.run(`UPDATE collections SET tasks_per_minute = 12 WHERE name = 'default'`)
    const at = (nowMs: number) => bed.run('tasks.claim', { lane: 'extract', limit: 9, nowMs, alone: false, bounds })
    const first = at(10_000)
    expect(paths(first.tasks).sort()).toEqual(['a0', 'b0', 'b1'])
    expect(first.againAtMs).toBe(15_001)
    expect(at(12_000)).toMatchObject({ tasks: [], againAtMs: 15_001 })
    expect(paths(at(15_001).tasks)).toEqual(['a1'])
    // A clock that was set back gives nothing away and holds nothing up for ever.
    expect(at(1_000)).toMatchObject({ tasks: [], againAtMs: 6_001 })
    expect(paths(at(6_001).tasks)).toEqual(['a2'])
  })

  it('wait for room when the next document is too large to start beside what runs', () => {
    const bed = makeBed()
    startJob(bed, [document('large', { sizeBytes: 900 }), document('small', { sizeBytes: 10 })])
    expect(claimBound(bed, 9, { roomBytes: 500 })).toMatchObject({ tasks: [], full: true })
    expect(paths(claimBound(bed).tasks)).toEqual(['large'])
    expect(claimBound(bed, 9, { roomBytes: 500 })).toMatchObject({ tasks: [{ path: 'small' }], full: false })
  })

  it('take up what was put off before the clock was set back', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const failure = {
      code: 'FILE_BUSY' as const,
      details: {},
      stack: null,
      attempt: attemptOf(task),
      outcome: 'failed' as const,
    }
    bed.run('tasks.fail', { taskId: task.id, ...failure, retryAtMs: 10_000_000, tries: 3 })
    expect(claimBound(bed, 1, { longestWaitMs: 20_000_000 }).tasks).toEqual([])
    const [again] = claimBound(bed, 1, { longestWaitMs: 60_000 }).tasks
    expect(again?.path).toBe('a')
    // Put off by eight seconds at a time that the clock has not reached again: it waits for those eight at most.
    bed.run('tasks.fail', { taskId: task.id, ...failure, retryAtMs: 108_000, waitMs: 8_000, tries: 3 })
    const at = (nowMs: number) => bed.run('tasks.claim', { lane: 'extract', limit: 1, nowMs, alone: false, bounds })
    expect(at(100_001).tasks).toEqual([])
    expect(paths(at(40_000).tasks)).toEqual(['a'])
  })
})

describe('a task that must run alone', () => {
  it('is told of while its job is active, not while that is paused', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('lone')])
    startJob(bed, [document('a'), document('b')])
    bed.session.db.run(`UPDATE tasks SET alone = 1 WHERE path = 'lone'`)
    expect(claimBound(bed)).toMatchObject({ tasks: [{ path: 'a' }], lone: true })
    bed.run('jobs.pause', { id })
    expect(claimBound(bed)).toMatchObject({ tasks: [{ path: 'b' }], lone: false })
  })
})

describe('the same drop again', () => {
  const drop = (bed: Bed, path: string, more: { key?: string; collection?: string } = {}) =>
    bed.run('jobs.create', {
      collectionName: more.collection ?? 'default',
      key: more.key ?? null,
      label: path,
      request: { paths: [{ path }], globs: [], ignores: [] },
      scans: [scan(path)],
    })

  it('joins the job that works on it, which looks through it once more', () => {
    const bed = makeBed()
    const first = drop(bed, '/in')
    const id = Number(first.job.id)
    const [walk] = claim(bed, 'expand')
    if (!walk) throw new Error('nothing was claimed')
    bed.run('tasks.insert', { jobId: id, parentId: walk.id, items: [document('a')] })
    finish(bed, walk)
    expect(drop(bed, '/in')).toMatchObject({ created: false, job: { id: first.job.id } })
    const [again] = claim(bed, 'expand')
    if (!again) throw new Error('it was not looked through again')
    expect(again.id).toBe(walk.id)
    bed.run('tasks.insert', { jobId: id, parentId: again.id, items: [document('a'), document('new')] })
    finish(bed, again)
    work(bed, id)
    expect(bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report.documents).toMatchObject({
      total: 2,
      indexed: 2,
    })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('agrees to what waits for that, when it says so', () => {
    const bed = makeBed()
    const offer = (confirmed: boolean) =>
      bed.run('jobs.create', {
        collectionName: 'default',
        key: null,
        label: 'x',
        request: { paths: [{ path: '/in' }], globs: [], ignores: [] },
        scans: [scan('in')],
        confirmed,
      })
    const id = Number(offer(false).job.id)
    const [walk] = claim(bed, 'expand')
    if (!walk) throw new Error('nothing was claimed')
    bed.run('tasks.insert', { jobId: id, parentId: walk.id, items: [archive('big.zip')] })
    finish(bed, walk)
    const [opened] = claim(bed, 'expand')
    if (!opened) throw new Error('nothing was claimed')
    bed.run('tasks.wait', { taskId: opened.id, code: 'ARCHIVE_CONFIRM', details: {}, attempt: attemptOf(opened) })
    expect(jobOf(bed, id).state).toBe('awaiting_confirmation')
    expect(offer(true)).toMatchObject({ created: false, job: { id: String(id) } })
    expect(paths(claim(bed, 'expand')).sort()).toEqual(['big.zip', 'in'])
  })

  it('is a job of its own for other paths, another collection, a key, or once the first is over', () => {
    const bed = makeBed()
    const first = drop(bed, '/in').job.id
    const others = [drop(bed, '/other'), drop(bed, '/in', { collection: 'two' }), drop(bed, '/in', { key: 'k' })]
    expect(others.every(({ created }) => created)).toBe(true)
    for (const walk of claim(bed, 'expand')) finish(bed, walk)
    const later = drop(bed, '/in')
    expect(later.created).toBe(true)
    expect(later.job.id).not.toBe(first)
  })
})
