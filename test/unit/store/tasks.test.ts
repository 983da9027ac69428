import { describe, expect, it } from 'vitest'
import { sentenceOf, told } from '../../../src/shared/errors'
import { germanSentenceOf } from '../../../src/shared/errors-de'
import { sayIn } from '../../../src/shared/speak'
import type { ClaimedTask, Operations } from '../../../src/main/store/contract'
import { CANDIDATES, claimQuery } from '../../../src/main/store/claims'
import {
  archive,
  attemptOf,
  chunksOf,
  claim,
  collectionId,
  commit,
  countersDiffer,
  document,
  embedAll,
  finish,
  found,
  makeBed,
  scan,
  startJob,
  work,
  type Bed,
  WHOLE,
} from './bed'

const fail = (bed: Bed, task: ClaimedTask, more: Partial<Operations['tasks.fail']['params']> = {}): void => {
  bed.run('tasks.fail', {
    taskId: task.id,
    code: 'FILE_CHANGED',
    details: {},
    stack: 'at x',
    attempt: attemptOf(task),
    retryAtMs: null,
    outcome: 'failed',
    ...more,
  })
}

const only = <T>(list: readonly T[]): T => {
  const [first] = list
  if (first === undefined || list.length !== 1) throw new Error(`expected one, got ${list.length}`)
  return first
}

const jobOf = (bed: Bed, id: number) => bed.run('jobs.find', { id })
const countsOf = (bed: Bed, id: number) => bed.run('jobs.progress', { id })?.documents

describe('claiming', () => {
  it('gives each task to one claim only, its jobs in turns, the newest first, the oldest task of each first', () => {
    const bed = makeBed()
    startJob(bed, [document('old-1'), document('old-2')])
    startJob(bed, [document('new-1'), document('new-2'), document('new-3')])
    expect(claim(bed, 'extract', 2).map(({ path }) => path)).toEqual(['new-1', 'new-2'])
    expect(claim(bed, 'extract', 1).map(({ path }) => path)).toEqual(['old-1'])
    expect(claim(bed, 'extract', 9).map(({ path }) => path)).toEqual(['old-2', 'new-3'])
    expect(claim(bed, 'extract', 9)).toEqual([])
    expect(claim(bed, 'embed', 9)).toEqual([])
  })

  it('starts a job, and gives a scan the patterns of its job', () => {
    const bed = makeBed()
    const request = { paths: [{ path: '/in' }], globs: ['*.md'], ignores: ['tmp'] }
    const scans = [scan('in')]
    const { job } = bed.run('jobs.create', { collectionId: collectionId(bed), key: null, label: 'in', request, scans })
    expect(job).toMatchObject({ state: 'queued', startedAt: null, elapsedMs: 0, collection: 'default', label: 'in' })
    const task = only(claim(bed, 'expand'))
    expect(task).toMatchObject({
      kind: 'scan',
      attempts: 0,
      alone: false,
      sourceId: 1,
      parentId: null,
      plannedOutcome: null,
    })
    expect(task.request).toEqual({ paths: [], globs: ['*.md'], ignores: ['tmp'] })
    expect(task.locator).toEqual({ location: '/in/in', entries: [] })
    expect(jobOf(bed, Number(job.id))).toMatchObject({ state: 'running' })
    expect(jobOf(bed, Number(job.id))?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('leaves a delayed retry alone until its time has come', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    const task = only(claim(bed, 'extract'))
    fail(bed, task, { retryAtMs: 5_000 })
    expect(claim(bed, 'extract', 1, { nowMs: 4_999 })).toEqual([])
    expect(bed.run('queue.status', { nowMs: 4_999 })).toMatchObject({
      queued: 0,
      running: 0,
      delayed: 1,
      nextRunAtMs: 5_000,
    })
    expect(bed.run('jobs.progress', { id })?.nextRetryAtMs).toBe(5_000)
    expect(only(claim(bed, 'extract', 1, { nowMs: 5_000 })).attempts).toBe(1)
  })

  it('leaves what must run alone to claims that ask for it', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const task = only(claim(bed, 'extract'))
    bed.run('tasks.interrupt', { taskId: task.id, code: 'HOST_DIED', alone: true, attempt: attemptOf(task) })
    expect(claim(bed, 'extract')).toEqual([])
    expect(only(claim(bed, 'extract', 1, { alone: true }))).toMatchObject({ alone: true, attempts: 0 })
  })

  it('uses an index of what can be claimed, whatever else is queued', () => {
    const bed = makeBed()
    for (const lane of ['expand', 'extract', 'embed']) {
      const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${claimQuery(lane)}`, lane, 0, 1, 1)
      const text = plan.map(({ detail }) => detail).join('\n')
      expect(text).toContain('tasks USING INDEX tasks_claimable (lane=? AND alone=? AND job_id=?)')
      expect(text).not.toContain('TEMP B-TREE')
      expect(text).not.toMatch(/SCAN (tasks|r)\b/)
    }
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${CANDIDATES}`, 'extract', 0)
    const text = plan.map(({ detail }) => detail).join('\n')
    expect(text).toContain('jobs_active')
    expect(text).toContain('t USING COVERING INDEX tasks_claimable (lane=? AND alone=? AND job_id=?)')
    expect(text).not.toContain('TEMP B-TREE')
  })

  it('claims in a moment among 20,000 queued tasks', () => {
    const bed = makeBed()
    startJob(
      bed,
      Array.from({ length: 20_000 }, (_, index) => document(`d${index}`)),
    )
    claim(bed, 'extract', 10)
    const startedMs = performance.now()
    for (let round = 0; round < 50; round += 1) claim(bed, 'extract', 1)
    expect((performance.now() - startedMs) / 50).toBeLessThan(10)
  })
})

describe('inserting', () => {
  it('leaves an item that the job has already as it is', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a')])
    expect(bed.run('tasks.insert', { jobId, parentId: null, items: [document('a'), document('b')] })).toEqual({
      inserted: 1,
    })
    expect(claim(bed, 'extract')).toHaveLength(2)
  })

  it('tells entries of one archive apart by their name, and those whose name was refused by their position', () => {
    const bed = makeBed()
    const entry = (index: number, byIndex?: boolean) =>
      document('z.zip!/same', { locator: { location: '/in/z.zip', entries: [{ index, name: 'same', byIndex }] } })
    const jobId = startJob(bed, [entry(0), entry(1, true), entry(1, true), entry(2)])
    expect(bed.run('jobs.progress', { id: jobId })?.found).toBe(2)
    expect(claim(bed, 'extract').map((task) => task.locator.entries[0]?.index)).toEqual([0, 1])
  })

  it('counts what comes with a problem at once and never gives it to a claim', () => {
    const bed = makeBed()
    const problem = { outcome: 'skipped' as const, code: 'LINK_SKIPPED' as const, details: {} }
    const id = startJob(bed, [document('link', { problem })])
    expect(claim(bed, 'extract')).toEqual([])
    expect(jobOf(bed, id)).toMatchObject({ state: 'completed' })
    expect(countsOf(bed, id)).toMatchObject({ total: 1, skipped: 1 })
    expect(
      bed.run('documents.list', { collectionId: null, states: ['skipped'], contains: null, offset: 0, limit: 5 }),
    ).toMatchObject({
      total: 1,
      documents: [{ path: 'link', code: 'LINK_SKIPPED', indexedAt: null }],
    })
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 5 }).problems).toMatchObject([
      { attempts: 0, documentId: '1' },
    ])
  })

  it('keeps found text when a later job only leaves the item out', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: ['walrus'] })
    const problem = { outcome: 'skipped' as const, code: 'IGNORED' as const, details: { rule: 'x' } }
    startJob(bed, [document('a', { problem })])
    expect(found(bed, 'walrus')).toEqual(['a'])
  })
})

describe('failing', () => {
  it('ends as a dead letter with its attempts kept, and the job says so', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    const [a, b] = claim(bed, 'extract')
    if (!a || !b) throw new Error('nothing was claimed')
    fail(bed, a, { retryAtMs: 10 })
    const again = only(claim(bed, 'extract', 1, { nowMs: 10 }))
    fail(bed, again, { code: 'DOCUMENT_CORRUPT', details: { reason: 'no end' } })
    expect(jobOf(bed, id)?.state).toBe('running')
    fail(bed, b, { code: 'FILE_TOO_LARGE', details: { limit: 1 }, outcome: 'rejected' })
    expect(jobOf(bed, id)?.state).toBe('completed_with_problems')
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 10 }).problems).toMatchObject([
      { path: 'a', outcome: 'failed', code: 'DOCUMENT_CORRUPT', attempts: 2, phase: 'extract', transient: false },
      { path: 'b', outcome: 'rejected', attempts: 1 },
    ])
    expect(bed.run('jobs.problems', { id, offset: 1, limit: 10 })).toMatchObject({
      total: 2,
      problems: [{ path: 'b' }],
    })
    const attempts = bed.session.db.all('SELECT code, counted, stack FROM attempts WHERE task_id = ? ORDER BY id', a.id)
    expect(attempts).toMatchObject([
      { code: 'FILE_CHANGED', counted: 1, stack: 'at x' },
      { code: 'DOCUMENT_CORRUPT', counted: 1 },
    ])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('changes nothing when the report comes late', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    const task = only(claim(bed, 'extract'))
    commit(bed, task, ['one'])
    fail(bed, task)
    bed.run('tasks.interrupt', { taskId: task.id, code: 'HOST_DIED', alone: true, attempt: attemptOf(task) })
    bed.run('tasks.cancelled', { taskId: task.id, attempt: attemptOf(task) })
    expect(only(claim(bed, 'embed')).alone).toBe(false)
    fail(bed, task)
    expect(countsOf(bed, id)?.total).toBe(0)
  })

  it('leaves a document whose vectors cannot be made partial, found by keyword', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    commit(bed, only(claim(bed, 'extract')), ['walrus'])
    fail(bed, only(claim(bed, 'embed')), { code: 'EMBEDDING_INVALID' })
    expect(found(bed, 'walrus')).toEqual(['a'])
    expect(countsOf(bed, id)).toMatchObject({ partial: 1, failed: 0 })
    const problem = only(bed.run('jobs.problems', { id, offset: 0, limit: 10 }).problems)
    expect(problem).toMatchObject({
      code: 'EMBEDDING_INVALID',
      phase: 'embed',
      warnings: [{ code: 'VECTORS_MISSING' }],
    })
  })

  it('ends the job as failed when every offered path failed itself', () => {
    const bed = makeBed()
    const request = { paths: [], globs: [], ignores: [] }
    const scans = [scan('x'), scan('y')]
    const { job } = bed.run('jobs.create', { collectionId: collectionId(bed), key: null, label: 'x', request, scans })
    for (const task of claim(bed, 'expand')) fail(bed, task, { code: 'PATH_MISSING', details: { path: task.path } })
    expect(jobOf(bed, Number(job.id))?.state).toBe('failed')
    expect(countsOf(bed, Number(job.id))).toMatchObject({ total: 2, failed: 2 })
    expect(bed.run('jobs.problems', { id: Number(job.id), offset: 0, limit: 5 }).problems).toMatchObject([
      { documentId: null, code: 'PATH_MISSING' },
      {},
    ])
  })
})

describe('archives', () => {
  it('are not counted when they open, and reported with all that was nested in them', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('outer.zip')])
    const outer = only(claim(bed, 'expand'))
    const inner = archive('outer.zip!/inner.zip', {
      depth: 1,
      locator: { location: '/in/outer.zip', entries: [{ index: 0, name: 'inner.zip' }] },
    })
    bed.run('tasks.insert', { jobId: id, parentId: outer.id, items: [inner] })
    const figures = { entries: 2, bytesCompressed: 100, bytesExpanded: 300, skipped: 1, ms: 4 }
    finish(bed, outer, { archive: figures, figures: { expand: { ms: 4, items: 1 } } })
    const left = { code: 'ARCHIVE_TRUNCATED', details: { count: 9 } } as const
    finish(bed, only(claim(bed, 'expand')), { archive: { ...figures, bytesExpanded: 50 }, warnings: [left] })
    const { report } = bed.run('jobs.report', { id, model: 'm', dimensions: 512 }) ?? {}
    expect(report?.archives).toEqual([
      {
        path: 'outer.zip',
        entries: 4,
        nested: 1,
        maxDepth: 2,
        bytesCompressed: 100,
        bytesExpanded: 350,
        ratio: 3.5,
        skipped: 2,
        ms: 8,
        warnings: [
          {
            ...told(left.code, left.details),
            message: `outer.zip!/inner.zip: ${sentenceOf(left.code, left.details)}`,
            told: {
              message: { code: 'SAID_WITHIN', details: { path: 'outer.zip!/inner.zip' }, cause: left },
            },
          },
        ],
      },
    ])
    expect(sayIn(report?.archives, 'de')?.[0]?.warnings?.[0]?.message).toBe(
      `outer.zip!/inner.zip: ${germanSentenceOf(left.code, left.details)}`,
    )
    expect(report?.documents.total).toBe(0)
    expect(report?.phases.expand).toEqual({ ms: 4, items: 1 })
    expect(report?.job.state).toBe('completed')
  })

  it('count as one when they are unreadable as a whole, and are listed as a document then', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('bad.zip')])
    fail(bed, only(claim(bed, 'expand')), { code: 'ARCHIVE_CORRUPT' })
    expect(countsOf(bed, id)).toMatchObject({ total: 1, failed: 1 })
    const listed = () =>
      bed.run('documents.list', { collectionId: null, states: ['failed'], contains: null, offset: 0, limit: 5 })
    expect(listed().documents).toMatchObject([{ path: 'bad.zip', code: 'ARCHIVE_CORRUPT' }])
    // A good copy in the same place: the archive itself is no document any more.
    startJob(bed, [archive('bad.zip')])
    finish(bed, only(claim(bed, 'expand')))
    expect(listed().total).toBe(0)
  })

  it('may turn out of a document, and documents out of archives', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a.bin'), archive('b.zip')])
    const a = only(claim(bed, 'extract'))
    bed.run('tasks.becomeArchive', { taskId: a.id, attempt: attemptOf(a), figures: {}, fingerprint: 'f2' })
    expect(bed.run('documents.show', { id: 1 })).toBeNull()
    expect(claim(bed, 'extract')).toEqual([])
    const [first, second] = claim(bed, 'expand')
    expect(first).toMatchObject({
      path: 'a.bin',
      kind: 'archive',
      phase: 'expand',
      fingerprint: 'f2',
      documentId: null,
    })
    if (!second) throw new Error('the archive was not claimed')
    bed.run('tasks.becomeDocument', {
      taskId: second.id,
      attempt: attemptOf(second),
      figures: { expand: { ms: 1, items: 0 } },
    })
    expect(only(claim(bed, 'extract'))).toMatchObject({ path: 'b.zip', kind: 'document', phase: 'extract' })
    expect(bed.run('jobs.progress', { id })?.phases).toMatchObject({
      expand: { done: 1, total: 2 },
      extract: { done: 0, total: 1 },
    })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('goes no further when those who read it and those who open it disagree: the second change is a dead letter', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('a.zip')])
    const asArchive = only(claim(bed, 'expand'))
    bed.run('tasks.becomeDocument', { taskId: asArchive.id, attempt: attemptOf(asArchive), figures: {} })
    const asDocument = only(claim(bed, 'extract'))
    const params = { taskId: asDocument.id, attempt: attemptOf(asDocument), figures: {}, fingerprint: null }
    bed.run('tasks.becomeArchive', params)
    expect(claim(bed, 'expand')).toEqual([])
    expect(countsOf(bed, id)).toMatchObject({ failed: 1, total: 1 })
    expect(jobOf(bed, id)?.state).toBe('completed_with_problems')
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 9 }).problems).toMatchObject([
      { path: 'a.zip', outcome: 'failed', code: 'ARCHIVE_CORRUPT', documentId: '1', attempts: 1 },
    ])
    expect(countersDiffer(bed)).toEqual([])
    // Tried again, it may be another file by now.
    bed.run('jobs.retry', { id })
    const again = only(claim(bed, 'extract'))
    bed.run('tasks.becomeArchive', { ...params, taskId: again.id, attempt: attemptOf(again) })
    expect(only(claim(bed, 'expand'))).toMatchObject({ path: 'a.zip', kind: 'archive' })
  })
})

describe('an archive that was made again', () => {
  const entry = (index: number, name: string, more: object = {}) => {
    const locator = { location: '/in/a.zip', entries: [{ index, name }] }
    return document(`a.zip!/${name}`, { locator, fingerprint: null, ...more })
  }
  const list = (bed: ReturnType<typeof makeBed>) =>
    bed
      .run('documents.list', {
        collectionId: null,
        states: ['indexed', 'failed', 'skipped', 'rejected'],
        contains: null,
        offset: 0,
        limit: 9,
      })
      .documents.map(({ path, state }) => [path, state])

  it('holds the same documents, wherever in it they stand now', () => {
    const bed = makeBed()
    const texts = { 'a.zip!/old.txt': ['walrus'], 'a.zip!/kept.txt': ['heron'] }
    work(bed, startJob(bed, [entry(0, 'old.txt'), entry(1, 'kept.txt')]), texts)
    const problem = { outcome: 'skipped' as const, code: 'IGNORED' as const, details: {} }
    const jobId = startJob(bed, [entry(0, 'new.bin'), entry(1, 'old.txt'), entry(2, 'thumbs.db', { problem })])
    const [first, second] = claim(bed, 'extract')
    if (!first || !second) throw new Error('two were to be claimed')
    fail(bed, first, { code: 'ARCHIVE_ENTRY_CORRUPT' })
    commit(bed, second, ['walrus'])
    expect(bed.run('jobs.progress', { id: jobId })?.documents).toMatchObject({ unchanged: 1, failed: 1, skipped: 1 })
    expect(list(bed).sort()).toEqual([
      ['a.zip!/kept.txt', 'indexed'],
      ['a.zip!/new.bin', 'failed'],
      ['a.zip!/old.txt', 'indexed'],
      ['a.zip!/thumbs.db', 'skipped'],
    ])
    expect(found(bed, 'walrus')).toEqual(['a.zip!/old.txt'])
    expect(
      bed.session.db.one(`SELECT locator ->> '$.entries[0].index' AS at FROM documents WHERE path LIKE '%old.txt'`),
    ).toMatchObject({ at: 1 })
  })
})

describe('interruptions', () => {
  it('spend no attempt; after three the task runs alone', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    for (let round = 0; round < 3; round += 1) {
      const task = only(claim(bed, 'extract'))
      bed.run('tasks.interrupt', { taskId: task.id, code: 'INTERRUPTED', alone: false, attempt: attemptOf(task) })
    }
    expect(claim(bed, 'extract')).toEqual([])
    expect(only(claim(bed, 'extract', 1, { alone: true }))).toMatchObject({ attempts: 0, alone: true })
  })

  it('by a person closing the program are not held against a task', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    for (let round = 0; round < 8; round += 1) {
      const task = only(claim(bed, 'extract'))
      bed.run('tasks.interrupt', { taskId: task.id, code: 'SHUTTING_DOWN', alone: false, attempt: attemptOf(task) })
    }
    expect(claim(bed, 'extract')).toHaveLength(1)
  })

  it('are found at start: the task is queued again and its staged text goes', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    const task = only(claim(bed, 'extract'))
    const staging = { taskId: task.id, collectionId: task.collectionId, sha256: 'x', settingsKey: 's', kind: 'text' }
    const { contentId } = bed.run('contents.stage', staging)
    bed.run('contents.addChunks', { contentId, chunks: chunksOf('half'), title: null })
    bed.reopen()
    expect(bed.run('tasks.recover', {})).toEqual({ interrupted: 1, stagedContents: 1 })
    bed.tidy()
    expect(
      bed.session.db.one('SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM contents) AS n'),
    ).toMatchObject({ n: 0 })
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    work(bed, id)
    expect(jobOf(bed, id)?.state).toBe('completed')
    expect(bed.run('tasks.recover', {})).toEqual({ interrupted: 0, stagedContents: 0 })
  })

  it('that keep ending the whole program while the task runs alone end it', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    for (let round = 0; round < 6; round += 1) {
      claim(bed, 'extract', 1, { alone: round >= 3 })
      bed.run('tasks.recover', {})
    }
    expect(jobOf(bed, id)?.state).toBe('running')
    expect(claim(bed, 'extract', 1, { alone: true })).toHaveLength(1)
    bed.run('tasks.recover', {})
    expect(jobOf(bed, id)?.state).toBe('completed_with_problems')
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 1 }).problems).toMatchObject([{ code: 'WORKER_CRASHED' }])
  })

  it('never make batches of vectors run one by one', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    commit(bed, only(claim(bed, 'extract')), ['one'])
    for (let round = 0; round < 9; round += 1) {
      expect(claim(bed, 'embed')).toHaveLength(1)
      bed.run('tasks.recover', {})
    }
  })
})

describe('cancelling a job', () => {
  it('ends what is queued, keeps committed text as partial and tells what still runs', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b'), document('c')])
    const [a, b] = claim(bed, 'extract', 2)
    if (!a || !b) throw new Error('nothing was claimed')
    commit(bed, a, ['walrus'])
    const { job, running } = bed.run('jobs.cancel', { id })
    expect(running).toEqual([b.id])
    expect(job.state).toBe('running')
    expect(countsOf(bed, id)).toMatchObject({ partial: 1, cancelled: 1, total: 2 })
    expect(found(bed, 'walrus')).toEqual(['a'])
    bed.run('tasks.insert', { jobId: id, parentId: b.id, items: [document('late')] })
    bed.run('tasks.cancelled', { taskId: b.id, attempt: attemptOf(b) })
    expect(jobOf(bed, id)).toMatchObject({ state: 'cancelled', pendingVectors: 1 })
    expect(countsOf(bed, id)).toMatchObject({ partial: 1, cancelled: 3 })
    expect(bed.run('documents.show', { id: 1 })).toMatchObject({ state: 'partial', code: 'VECTORS_MISSING' })
    expect(bed.run('documents.show', { id: 2 })).toMatchObject({ state: 'cancelled', code: 'CANCELLED' })
    expect(() => bed.run('jobs.cancel', { id })).toThrow('cannot be cancelled')
    expect(() => bed.run('jobs.cancel', { id: 99 })).toThrow('There is no job')
    expect(countersDiffer(bed)).toEqual([])
  })

  it('lets text that arrives afterwards count as partial, and a failure to be retried as cancelled', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b'), document('c'), document('d')])
    const [a, b, c, d] = claim(bed, 'extract')
    if (!a || !b || !c || !d) throw new Error('nothing was claimed')
    bed.run('jobs.cancel', { id })
    commit(bed, a, ['walrus'])
    fail(bed, b, { retryAtMs: 99 })
    bed.run('tasks.interrupt', { taskId: c.id, code: 'CANCELLED', alone: false, attempt: attemptOf(c) })
    bed.run('tasks.becomeArchive', { taskId: d.id, attempt: attemptOf(d), figures: {}, fingerprint: null })
    expect(jobOf(bed, id)?.state).toBe('cancelled')
    expect(countsOf(bed, id)).toMatchObject({ partial: 1, cancelled: 3 })
    expect(countersDiffer(bed)).toEqual([])
  })

  it('goes on in steps when very many tasks are queued, none of which is claimed meanwhile', () => {
    const bed = makeBed()
    const id = startJob(
      bed,
      Array.from({ length: 2_500 }, (_, index) => document(`d${index}`)),
    )
    bed.run('jobs.cancel', { id })
    expect(countsOf(bed, id)?.cancelled).toBe(400)
    expect(claim(bed, 'extract')).toEqual([])
    bed.tidy()
    expect(jobOf(bed, id)?.state).toBe('cancelled')
    expect(countsOf(bed, id)?.cancelled).toBe(2_500)
  })

  it('is finished at the next start when the program died in between', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    claim(bed, 'extract')
    bed.run('jobs.cancel', { id })
    bed.run('tasks.recover', {})
    expect(jobOf(bed, id)?.state).toBe('cancelled')
  })
})

describe('retrying a job', () => {
  it('queues again what failed, was cancelled or lacks vectors, and nothing else', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('good'), document('bad'), document('half'), document('stopped')])
    const tasks = new Map(claim(bed, 'extract', 3).map((task) => [task.path, task]))
    const get = (path: string): ClaimedTask => {
      const task = tasks.get(path)
      if (!task) throw new Error(`${path} was not claimed`)
      return task
    }
    const { contentId } = commit(bed, get('good'), ['good'])
    embedAll(bed, [contentId], id)
    finish(bed, only(claim(bed, 'embed')))
    fail(bed, get('bad'))
    commit(bed, get('half'), ['half'], {
      facts: {
        kind: 'pdf',
        title: null,
        language: null,
        pages: 2,
        encoding: null,
        warnings: [{ code: 'TEXT_LIMIT', details: { limit: 9 } }],
        coverage: WHOLE,
      },
    })
    expect(() => bed.run('jobs.retry', { id })).toThrow('cannot be retried')
    bed.run('jobs.cancel', { id })
    expect(
      bed.run('jobs.problems', { id, offset: 0, limit: 9 }).problems.map(({ code, outcome }) => `${outcome} ${code}`),
    ).toEqual(['failed FILE_CHANGED', 'partial VECTORS_MISSING', 'cancelled CANCELLED'])
    const { job, tasks: queued } = bed.run('jobs.retry', { id })
    expect(queued).toBe(3)
    expect(job).toMatchObject({ state: 'queued', startedAt: null, finishedAt: null, keywordReadyMs: null })
    expect(claim(bed, 'extract').map(({ path, attempts }) => `${path} ${attempts}`)).toEqual(['bad 0', 'stopped 0'])
    const half = only(claim(bed, 'embed'))
    if (half.contentId !== null) embedAll(bed, [half.contentId], id)
    finish(bed, half)
    expect(countsOf(bed, id)).toMatchObject({ indexed: 1, partial: 1, total: 2 })
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 9 }).problems).toMatchObject([
      { path: 'half', code: 'TEXT_LIMIT' },
    ])
    expect(
      bed.run('documents.list', { collectionId: null, states: ['partial'], contains: null, offset: 0, limit: 9 })
        .documents,
    ).toMatchObject([{ code: 'TEXT_LIMIT' }])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('leaves a job without such tasks as it is', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    work(bed, id)
    expect(bed.run('jobs.retry', { id })).toMatchObject({ tasks: 0, job: { state: 'completed' } })
    expect(() => bed.run('jobs.retry', { id: 99 })).toThrow('There is no job')
  })
})

describe('a task that waits for something', () => {
  it('leaves one attempt however often it is tried, until something else becomes of it', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const tryIt = (code: 'BUDGET_EXCEEDED' | 'HOST_DIED'): void => {
      const [task] = claim(bed, 'extract')
      if (!task) throw new Error('it is not queued')
      bed.run('tasks.interrupt', { taskId: task.id, code, alone: false, attempt: attemptOf(task) })
    }
    const codes = (): unknown[] =>
      bed.session.db.all(`SELECT code, ms FROM attempts WHERE code IS NOT NULL ORDER BY id`)
    for (let round = 0; round < 3; round += 1) tryIt('BUDGET_EXCEEDED')
    expect(codes()).toEqual([{ code: 'BUDGET_EXCEEDED', ms: 15 }])
    for (let round = 0; round < 2; round += 1) tryIt('HOST_DIED')
    tryIt('BUDGET_EXCEEDED')
    expect(codes()).toMatchObject([
      {},
      { code: 'HOST_DIED' },
      { code: 'HOST_DIED' },
      { code: 'BUDGET_EXCEEDED', ms: 5 },
    ])
  })
})
