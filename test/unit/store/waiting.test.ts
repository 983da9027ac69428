import { describe, expect, it } from 'vitest'
import type { ClaimedTask } from '../../../src/main/store/contract'
import {
  archive,
  attemptOf,
  claim,
  commit,
  countersDiffer,
  document,
  finish,
  makeBed,
  startJob,
  work,
  type Bed,
} from './bed'

const DETAILS = { actual: 300_000_000, entries: 12, limit: 200_000_000, setting: 'archive.confirmBytes' }

const park = (bed: Bed, task: ClaimedTask): void => {
  bed.run('tasks.wait', { taskId: task.id, code: 'ARCHIVE_CONFIRM', details: DETAILS, attempt: attemptOf(task) })
}

const parkOne = (bed: Bed): ClaimedTask => {
  const [task] = claim(bed, 'expand', 1)
  if (!task) throw new Error('no archive was claimed')
  park(bed, task)
  return task
}

const stateOf = (bed: Bed, id: number) => bed.run('jobs.find', { id })?.state
const reportOf = (bed: Bed, id: number) => bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report
const status = (bed: Bed) => bed.run('queue.status', { nowMs: 1_000 })

describe('an archive that a person has to confirm', () => {
  it('waits while everything else of its job goes on; then the job waits', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip'), document('a')])
    parkOne(bed)
    expect(stateOf(bed, id)).toBe('running')
    work(bed, id)
    expect(stateOf(bed, id)).toBe('awaiting_confirmation')
    expect(status(bed)).toMatchObject({ queued: 0, running: 0, waiting: [{ id: String(id) }] })
    expect(bed.run('jobs.progress', { id })?.waiting).toBe(1)
    expect(reportOf(bed, id)).toMatchObject({
      documents: { total: 1, indexed: 1 },
      problems: [],
      waiting: [{ path: 'big.zip', reason: 'confirmation', code: 'ARCHIVE_CONFIRM', actual: 300_000_000, entries: 12 }],
    })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('still waits after a restart', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip')])
    parkOne(bed)
    bed.reopen()
    expect(bed.run('tasks.recover', {}).interrupted).toBe(0)
    expect(stateOf(bed, id)).toBe('awaiting_confirmation')
    expect(claim(bed, 'expand')).toEqual([])
  })

  it('goes on when it is confirmed, and does not ask again', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip'), archive('other.zip')])
    expect(parkOne(bed).confirmed).toBe(false)
    parkOne(bed)
    expect(bed.run('jobs.confirm', { id })).toMatchObject({ tasks: 2, job: { state: 'queued' } })
    expect(reportOf(bed, id)?.waiting).toEqual([])
    const claimed = claim(bed, 'expand')
    expect(claimed.map(({ path, confirmed, attempts }) => ({ path, confirmed, attempts }))).toEqual([
      { path: 'big.zip', confirmed: true, attempts: 0 },
      { path: 'other.zip', confirmed: true, attempts: 0 },
    ])
    for (const task of claimed) finish(bed, task)
    expect(stateOf(bed, id)).toBe('completed')
    expect(countersDiffer(bed)).toEqual([])
  })

  it('is queued at once when it was confirmed while it was looked at', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip')])
    const [task] = claim(bed, 'expand')
    if (!task) throw new Error('no archive was claimed')
    bed.run('jobs.confirm', { id })
    park(bed, task)
    expect(claim(bed, 'expand').map(({ path }) => path)).toEqual(['big.zip'])
  })

  it('asks nobody in a job that was confirmed when it was made', () => {
    const bed = makeBed()
    startJob(bed, [])
    const { job } = bed.run('jobs.create', {
      collectionId: 1,
      key: null,
      label: 'x',
      request: { paths: [], globs: [], ignores: [], leaveOut: ['pdf'] },
      scans: [archive('big.zip')],
      confirmed: true,
    })
    expect(claim(bed, 'expand')).toMatchObject([{ jobId: Number(job.id), confirmed: true, leaveOut: ['pdf'] }])
  })

  it('is cancelled with its job, also while that is being cancelled', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip'), archive('second.zip')])
    const [first, second] = claim(bed, 'expand')
    if (!first || !second) throw new Error('no archives were claimed')
    park(bed, first)
    bed.run('jobs.cancel', { id })
    expect(stateOf(bed, id)).toBe('running')
    park(bed, second)
    expect(stateOf(bed, id)).toBe('cancelled')
    expect(reportOf(bed, id)).toMatchObject({ documents: { total: 2, cancelled: 2 }, waiting: [] })
    expect(() => bed.run('jobs.confirm', { id })).toThrow(expect.objectContaining({ code: 'JOB_STATE' }) as Error)
  })

  it('lets a job end that has no other work and is not confirmed for ever', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('big.zip')])
    parkOne(bed)
    bed.run('jobs.cancel', { id })
    expect(stateOf(bed, id)).toBe('cancelled')
    expect(bed.run('jobs.retry', { id }).tasks).toBe(1)
    expect(claim(bed, 'expand')).toMatchObject([{ path: 'big.zip', confirmed: false }])
  })
})

const fail = (bed: Bed, task: ClaimedTask, code: 'PDF_ENCRYPTED' | 'ARCHIVE_ENCRYPTED' | 'PASSWORD_WRONG'): void => {
  bed.run('tasks.fail', {
    taskId: task.id,
    code,
    details: {},
    stack: null,
    attempt: attemptOf(task),
    retryAtMs: null,
    outcome: 'failed',
  })
}

const documentId = (bed: Bed, path: string): number => {
  const { documents } = bed.run('documents.list', {
    collectionId: null,
    states: ['failed', 'indexed', 'partial'],
    contains: path,
    offset: 0,
    limit: 10,
  })
  return Number(documents[0]?.id)
}

const entry = (name: string, index: number) =>
  document(`a.zip!/${name}`, { locator: { location: '/in/a.zip', entries: [{ index, name }] }, depth: 1 })

/** An archive with these entries; all of it is queued. */
const startArchive = (bed: Bed, names: string[]): number => {
  const id = startJob(bed, [archive('a.zip')])
  const [parent] = claim(bed, 'expand')
  if (!parent) throw new Error('the archive was not claimed')
  bed.run('tasks.insert', { jobId: id, parentId: parent.id, items: names.map(entry) })
  finish(bed, parent)
  return id
}

describe('a document that is encrypted', () => {
  it('is queued again when its password was entered, and its job goes on', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a.pdf'), document('b.pdf')])
    for (const task of claim(bed, 'extract')) fail(bed, task, 'PDF_ENCRYPTED')
    expect(stateOf(bed, id)).toBe('completed_with_problems')
    const wanted = documentId(bed, 'a.pdf')
    expect(bed.run('documents.lock', { id: wanted })).toMatchObject({ scope: { location: '/in/a.pdf', entries: [] } })
    expect(bed.run('documents.unlock', { id: wanted })).toMatchObject({ tasks: 1, job: { state: 'queued' } })
    const [task, ...others] = claim(bed, 'extract')
    expect(others).toEqual([])
    expect(task).toMatchObject({ path: 'a.pdf', attempts: 0 })
    if (task) commit(bed, task, ['text'])
    for (const embedding of claim(bed, 'embed')) finish(bed, embedding)
    expect(stateOf(bed, id)).toBe('completed_with_problems')
    expect(countersDiffer(bed)).toEqual([])
    expect(bed.run('documents.lock', { id: wanted })).toBeNull()
    expect(() => bed.run('documents.unlock', { id: wanted })).toThrow(
      expect.objectContaining({ code: 'NOT_LOCKED' }) as Error,
    )
    expect(() => bed.run('documents.lock', { id: 99 })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }) as Error)
  })

  it('can be given another password when the first was wrong', () => {
    const bed = makeBed()
    startArchive(bed, ['a.pdf', 'b.pdf'])
    const id = () => documentId(bed, 'a.pdf')
    for (const task of claim(bed, 'extract')) fail(bed, task, 'PDF_ENCRYPTED')
    bed.run('documents.unlock', { id: id() })
    for (const task of claim(bed, 'extract')) fail(bed, task, 'PASSWORD_WRONG')
    const lock = bed.run('documents.lock', { id: id() })
    // The password is the document's own: the archive that it is in was open.
    expect(lock?.scope.entries).toEqual([{ index: 0, name: 'a.pdf' }])
    expect(bed.run('documents.unlock', { id: id() }).tasks).toBe(1)
  })
})

describe('encrypted entries of one archive', () => {
  it('go on together, by the password of the archive', () => {
    const bed = makeBed()
    startArchive(bed, ['a.txt', 'b.txt', 'c.pdf', 'd.txt'])
    const codes = ['ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG', 'PDF_ENCRYPTED', 'ARCHIVE_ENCRYPTED'] as const
    for (const [index, task] of claim(bed, 'extract').entries()) fail(bed, task, codes[index] ?? 'PDF_ENCRYPTED')
    const id = documentId(bed, 'b.txt')
    expect(bed.run('documents.lock', { id })?.scope).toEqual({ location: '/in/a.zip', entries: [] })
    expect(bed.run('documents.unlock', { id }).tasks).toBe(3)
    expect(claim(bed, 'extract').map(({ path }) => path)).toEqual(['a.zip!/a.txt', 'a.zip!/b.txt', 'a.zip!/d.txt'])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('do not take along those of another archive', () => {
    const bed = makeBed()
    startArchive(bed, ['a.txt'])
    const other = startJob(bed, [document('b.txt')])
    for (const task of claim(bed, 'extract')) fail(bed, task, 'ARCHIVE_ENCRYPTED')
    expect(bed.run('documents.unlock', { id: documentId(bed, 'a.txt') }).tasks).toBe(1)
    expect(stateOf(bed, other)).toBe('completed_with_problems')
  })
})
