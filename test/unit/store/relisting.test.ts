import { describe, expect, it } from 'vitest'
import type { ClaimedTask, NewTask } from '../../../src/main/store/contract'
import {
  archive,
  attemptOf,
  claim,
  collectionId,
  commit,
  countersDiffer,
  document,
  finish,
  found,
  makeBed,
  scan,
  work,
  type Bed,
} from './bed'

const zipItem = archive('drop/a.zip', { locator: { location: '/in/drop/a.zip', entries: [] }, fingerprint: 'zip' })

const entry = (index: number, name: string, version = '1', more: Partial<NewTask> = {}): NewTask =>
  document(`drop/a.zip!/${name}`, {
    locator: { location: '/in/drop/a.zip', entries: [{ index, name }] },
    fingerprint: `zip#${index}:${name}:${version}`,
    depth: 1,
    ...more,
  })

const inner = (index: number): NewTask =>
  archive('drop/a.zip!/b.zip', { ...entry(index, 'b.zip'), kind: 'archive', lane: 'expand', phase: 'expand' })

const deep = (index: number, name: string): NewTask =>
  document(`drop/a.zip!/b.zip!/${name}`, {
    locator: {
      location: '/in/drop/a.zip',
      entries: [
        { index: 0, name: 'b.zip' },
        { index, name },
      ],
    },
    fingerprint: `zip#0:b.zip:1#${index}:${name}`,
    depth: 2,
  })

const start = (bed: Bed): number => {
  const { job } = bed.run('jobs.create', {
    collectionId: collectionId(bed),
    key: null,
    label: 'drop',
    request: { paths: [{ path: '/in/drop' }], globs: [], ignores: [] },
    scans: [scan('drop')],
  })
  const [walk] = claim(bed, 'expand', 1)
  if (!walk) throw new Error('the scan was not claimed')
  bed.run('tasks.insert', { jobId: Number(job.id), parentId: walk.id, items: [zipItem] })
  finish(bed, walk)
  return Number(job.id)
}

/** Opens the archive that is next. */
const open = (bed: Bed, jobId: number, entries: NewTask[]): void => {
  const [task] = claim(bed, 'expand', 1)
  if (!task) throw new Error('the archive was not claimed')
  bed.run('tasks.insert', { jobId, parentId: task.id, items: entries })
  const figures = { entries: entries.length, bytesCompressed: 1, bytesExpanded: 1, skipped: 0, ms: 1 }
  finish(bed, task, { archive: figures })
}

const failAsChanged = (bed: Bed, task: ClaimedTask): void => {
  const params = { taskId: task.id, details: {}, stack: null, attempt: attemptOf(task), retryAtMs: null }
  bed.run('tasks.fail', { ...params, code: 'FILE_CHANGED', outcome: 'failed' })
}

const countsOf = (bed: Bed, jobId: number) => bed.run('jobs.progress', { id: jobId })?.documents

describe('retrying a job whose archive has changed', () => {
  it('opens it again, reads what is new in it, and leaves out what is not in it any more', () => {
    const bed = makeBed()
    const jobId = start(bed)
    open(bed, jobId, [entry(0, 'read'), entry(1, 'shifted'), entry(2, 'last')])
    for (const task of claim(bed, 'extract')) {
      if (task.path.endsWith('read')) commit(bed, task, ['the walrus'])
      else failAsChanged(bed, task)
    }
    work(bed, jobId)
    expect(countsOf(bed, jobId)).toMatchObject({ total: 3, indexed: 1, failed: 2 })

    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    expect(claim(bed, 'extract')).toEqual([])
    open(bed, jobId, [entry(0, 'read'), entry(1, 'else')])
    expect(countersDiffer(bed)).toEqual([])
    work(bed, jobId)
    expect(countsOf(bed, jobId)).toMatchObject({ total: 2, indexed: 2, failed: 0 })
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed')
    expect(found(bed, '"text" OR "walrus"').sort()).toEqual(['drop/a.zip!/else', 'drop/a.zip!/read'])
    expect(bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report).toMatchObject({
      gone: 2,
      coverage: { indexed: 2, skipped: 0 },
    })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('tries again what is still the same entry, and reads one that changed after it was read', () => {
    const bed = makeBed()
    const jobId = start(bed)
    open(bed, jobId, [entry(0, 'a'), entry(1, 'b')])
    const [first, second] = claim(bed, 'extract')
    if (first) commit(bed, first, ['old walrus'])
    if (second) failAsChanged(bed, second)
    work(bed, jobId)
    bed.run('jobs.retry', { id: jobId })
    open(bed, jobId, [entry(0, 'a', '2'), entry(1, 'b')])
    expect(found(bed, '"walrus"')).toEqual(['drop/a.zip!/a'])
    work(bed, jobId, { 'drop/a.zip!/a': ['new seal'], 'drop/a.zip!/b': ['a gull'] })
    expect(countsOf(bed, jobId)).toMatchObject({ total: 2, indexed: 2, failed: 0 })
    expect(found(bed, '"walrus"')).toEqual([])
    expect(found(bed, '"seal" OR "gull"').sort()).toEqual(['drop/a.zip!/a', 'drop/a.zip!/b'])
  })

  it('goes down into archives within it', () => {
    const bed = makeBed()
    const jobId = start(bed)
    open(bed, jobId, [inner(0)])
    open(bed, jobId, [deep(0, 'x'), deep(1, 'y')])
    for (const task of claim(bed, 'extract')) failAsChanged(bed, task)
    expect(countsOf(bed, jobId)).toMatchObject({ total: 2, failed: 2 })
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    open(bed, jobId, [inner(0)])
    open(bed, jobId, [deep(0, 'x')])
    work(bed, jobId)
    expect(countsOf(bed, jobId)).toMatchObject({ total: 1, indexed: 1, failed: 0 })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('forgets what was in an archive in whose place a document stands now', () => {
    const bed = makeBed()
    const jobId = start(bed)
    open(bed, jobId, [inner(0)])
    open(bed, jobId, [deep(0, 'x'), deep(1, 'y')])
    for (const task of claim(bed, 'extract')) failAsChanged(bed, task)
    bed.run('jobs.retry', { id: jobId })
    open(bed, jobId, [entry(0, 'plain')])
    work(bed, jobId)
    expect(countsOf(bed, jobId)).toMatchObject({ total: 1, indexed: 1 })
    expect(found(bed, '"text"')).toEqual(['drop/a.zip!/plain'])
    expect(countersDiffer(bed)).toEqual([])
  })
})

describe('an archive that is listed again after a crash', () => {
  it('keeps what it had listed before', () => {
    const bed = makeBed()
    const jobId = start(bed)
    const [task] = claim(bed, 'expand', 1)
    if (!task) throw new Error('the archive was not claimed')
    bed.run('tasks.insert', { jobId, parentId: task.id, items: [entry(0, 'a'), entry(1, 'b')] })
    bed.reopen()
    bed.run('tasks.recover', {})
    work(bed, jobId)
    open(bed, jobId, [entry(0, 'a'), entry(1, 'b'), entry(2, 'c')])
    expect(claim(bed, 'extract').map(({ path }) => path)).toEqual(['drop/a.zip!/c'])
  })
})
