// Dead letters: what failed for good, found by cause, replayed, put aside and taken back; and forgetting what nobody asks for any more.
import { describe, expect, it } from 'vitest'
import { deadLetterFilterSchema, type DeadLetterFilter } from '../../../src/shared/dead-letters'
import { remedyOf } from '../../../src/shared/dead-letters'
import { COUNT_QUERY, GROUP_QUERY, PAGE_QUERY, whereOf } from '../../../src/main/store/dead-letters'
import type { ErrorCode, ErrorDetails } from '../../../src/shared/errors'
import {
  archive,
  attemptOf,
  claim,
  commit,
  countersDiffer,
  document,
  embedAll,
  finish,
  makeBed,
  startJob,
  work,
  type Bed,
} from './bed'

const filter = (more: Partial<DeadLetterFilter> = {}): DeadLetterFilter => ({
  ...deadLetterFilterSchema.parse({}),
  ...more,
})
const list = (bed: Bed, more: Partial<DeadLetterFilter> = {}) =>
  bed.run('deadLetters.list', { filter: filter(more), offset: 0, limit: 100 })
const pathsOf = (bed: Bed, more: Partial<DeadLetterFilter> = {}): string[] =>
  list(bed, more).deadLetters.map(({ path }) => path)

const failAll = (
  bed: Bed,
  code: ErrorCode,
  details: ErrorDetails = {},
  outcome: 'failed' | 'rejected' = 'failed',
): void => {
  for (const task of claim(bed, 'extract')) {
    const params = { code, details, stack: null, attempt: attemptOf(task), retryAtMs: null, outcome }
    bed.run('tasks.fail', { taskId: task.id, ...params })
  }
}

describe('dead letters', () => {
  it('tell what failed, with every attempt, why, and what helps', () => {
    const bed = makeBed()
    startJob(bed, [document('a.pdf')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const params = { code: 'FILE_BUSY' as const, details: {}, stack: null, outcome: 'failed' as const, tries: 3 }
    bed.run('tasks.fail', { taskId: task.id, ...params, attempt: attemptOf(task), retryAtMs: 500 })
    const [again] = claim(bed, 'extract')
    if (!again) throw new Error('it was not tried again')
    const attempt = { ...attemptOf(again), worker: 'parse 77', peakRssBytes: 1_000 }
    bed.run('tasks.fail', { taskId: task.id, ...params, code: 'DOCUMENT_CORRUPT', attempt, retryAtMs: null })

    const { deadLetters, total } = list(bed)
    expect(total).toBe(1)
    expect(deadLetters[0]).toMatchObject({
      id: String(task.id),
      path: 'a.pdf',
      location: '/in/a.pdf',
      collection: 'default',
      phase: 'extract',
      code: 'DOCUMENT_CORRUPT',
      outcome: 'failed',
      discardedAt: null,
      attempts: [
        { code: 'FILE_BUSY', counted: true, ms: 5, worker: 'w1', peakRssBytes: null },
        { code: 'DOCUMENT_CORRUPT', counted: true, worker: 'parse 77', peakRssBytes: 1_000 },
      ],
      remedy: { kind: 'fix' },
    })
    expect(bed.run('queue.status', { nowMs: 1 }).deadLetters).toBe(1)
  })

  it('are grouped by cause, the most frequent first', () => {
    const bed = makeBed()
    startJob(bed, [document('a'), document('b')])
    failAll(bed, 'DOCUMENT_CORRUPT')
    startJob(bed, [document('c')])
    failAll(bed, 'PDF_ENCRYPTED')
    const { groups, total } = bed.run('deadLetters.groups', { filter: filter() })
    expect(total).toBe(3)
    expect(groups.map(({ code, count, path, remedy }) => [code, count, path, remedy.kind])).toEqual([
      ['DOCUMENT_CORRUPT', 2, 'b', 'fix'],
      ['PDF_ENCRYPTED', 1, 'c', 'password'],
    ])
  })

  it('are narrowed by code, job, collection and id', () => {
    const bed = makeBed()
    const first = startJob(bed, [document('a')])
    failAll(bed, 'DOCUMENT_CORRUPT')
    startJob(bed, [document('b')], { collection: 'other' })
    failAll(bed, 'PDF_ENCRYPTED')
    expect(pathsOf(bed)).toEqual(['b', 'a'])
    expect(pathsOf(bed, { code: 'PDF_ENCRYPTED' })).toEqual(['b'])
    expect(pathsOf(bed, { job: String(first) })).toEqual(['a'])
    expect(pathsOf(bed, { collection: 'other' })).toEqual(['b'])
    expect(pathsOf(bed, { ids: [list(bed).deadLetters[1]?.id ?? ''] })).toEqual(['a'])
  })

  it('are queued again with fresh attempts and what a person allowed, and only those that were meant', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b'), document('good')])
    for (const task of claim(bed, 'extract').filter(({ path }) => path === 'good')) {
      const { contentId } = commit(bed, task, ['good'])
      embedAll(bed, [contentId], id)
    }
    for (const task of claim(bed, 'embed')) finish(bed, task)
    bed.session.db.exec(`UPDATE tasks SET state = 'queued' WHERE state = 'running'`)
    failAll(bed, 'DOCUMENT_CORRUPT')
    expect(bed.run('jobs.find', { id })?.state).toBe('completed_with_problems')
    const [last] = list(bed).deadLetters
    const settings = { 'document.chars': 50_000_000 }
    const replayed = bed.run('deadLetters.replay', { filter: filter({ ids: [last?.id ?? ''] }), settings })
    expect(replayed).toEqual({ tasks: 1, jobs: [String(id)], more: false })
    expect(claim(bed, 'extract').map(({ path, attempts, settings: allowed }) => [path, attempts, allowed])).toEqual([
      ['b', 0, settings],
    ])
    expect(pathsOf(bed)).toEqual(['a'])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('that were allowed more hand it on to what is in them', () => {
    const bed = makeBed()
    const id = startJob(bed, [archive('a.zip')])
    const [task] = claim(bed, 'expand')
    if (!task) throw new Error('nothing was claimed')
    const details = { limit: 10, actual: 20, setting: 'archive.entries' }
    const params = { code: 'ARCHIVE_ENTRIES_LIMIT' as const, details, stack: null, retryAtMs: null }
    bed.run('tasks.fail', { taskId: task.id, ...params, attempt: attemptOf(task), outcome: 'rejected' })
    expect(pathsOf(bed)).toEqual([])
    expect(list(bed, { rejected: true }).deadLetters[0]).toMatchObject({
      outcome: 'rejected',
      remedy: { kind: 'raise', setting: 'archive.entries', value: 10, suggested: 25 },
    })
    const settings = { 'archive.entries': 25 }
    expect(bed.run('deadLetters.replay', { filter: filter({ rejected: true }), settings }).tasks).toBe(1)
    const [again] = claim(bed, 'expand')
    if (!again) throw new Error('it was not replayed')
    bed.run('tasks.insert', { jobId: id, parentId: again.id, items: [document('a.zip!/x')] })
    expect(claim(bed, 'extract').map(({ settings: allowed }) => allowed)).toEqual([settings])
  })

  it('that a guardrail without a setting refused are not replayed', () => {
    const bed = makeBed()
    startJob(bed, [document('a.exe')])
    failAll(bed, 'EXECUTABLE_FILE', { kind: 'a program' }, 'rejected')
    expect(pathsOf(bed, { rejected: true })).toEqual(['a.exe'])
    expect(bed.run('deadLetters.replay', { filter: filter({ rejected: true }), settings: {} }).tasks).toBe(0)
  })

  it('are put aside, still counted in the report, and taken back', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    failAll(bed, 'DOCUMENT_CORRUPT')
    const { ids, total } = bed.run('deadLetters.discard', { filter: filter() })
    expect([ids.length, total]).toEqual([2, 2])
    expect(pathsOf(bed)).toEqual([])
    expect(pathsOf(bed, { discarded: true })).toEqual(['b', 'a'])
    expect(list(bed, { discarded: true }).deadLetters[0]?.discardedAt).toMatch(/^\d{4}-.*Z$/)
    expect(bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report.documents.failed).toBe(2)
    expect(bed.run('deadLetters.restore', { filter: filter({ ids }) })).toEqual({ ids, total: 2 })
    expect(pathsOf(bed)).toEqual(['b', 'a'])
  })

  it('are none any more once a later job looks at the same document, or has made it good', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    failAll(bed, 'DOCUMENT_CORRUPT')
    const later = startJob(bed, [document('a')])
    expect(pathsOf(bed)).toEqual([])
    work(bed, later)
    expect(pathsOf(bed)).toEqual([])
    expect(bed.run('queue.status', { nowMs: 1 }).deadLetters).toBe(0)
  })
})

describe('a dead letter that was made good', () => {
  it('stays away when what made it good is forgotten, and when its document is removed', () => {
    const bed = makeBed()
    const first = startJob(bed, [document('a'), document('b')])
    work(bed, first)
    startJob(bed, [document('a'), document('b')])
    failAll(bed, 'FILE_UNREADABLE')
    expect(pathsOf(bed)).toEqual(['b', 'a'])
    const { db } = bed.session
    db.run(`UPDATE documents SET state = 'indexed', met_at = '9999' WHERE path = 'a'`)
    expect(pathsOf(bed)).toEqual(['b'])
    bed.run('documents.remove', {
      ids: db.all<{ id: number }>(`SELECT id FROM documents WHERE path = 'b'`).map(({ id }) => id),
    })
    expect(pathsOf(bed)).toEqual([])
  })
})

describe('the remedy of an error', () => {
  it('is a password, more of something, another try, or the person’s own', () => {
    expect(remedyOf('PASSWORD_WRONG', {})).toMatchObject({ kind: 'password' })
    expect(remedyOf('WORKER_TIMEOUT', { limit: 300, setting: 'task.timeMs' })).toMatchObject({
      kind: 'raise',
      setting: 'task.timeMs',
      value: 300_000,
      suggested: 600_000,
    })
    expect(remedyOf('FILE_TOO_LARGE', { limit: 100, actual: 1_000, setting: 'document.bytes' })).toMatchObject({
      suggested: 1_250,
    })
    expect(remedyOf('FILE_BUSY', {})).toMatchObject({ kind: 'retry', setting: null })
    expect(remedyOf('INTERNAL_BUG', {})).toMatchObject({ kind: 'report' })
    expect(remedyOf('DOCUMENT_CORRUPT', { setting: 'no.such' })).toMatchObject({ kind: 'fix' })
  })
})

describe('pruning', () => {
  const age = (bed: Bed, days: number): void => {
    const then = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-${days} days')`
    bed.session.db.exec(`UPDATE tasks SET ended_at = ${then} WHERE state = 'ended'`)
    bed.session.db.exec(`UPDATE jobs SET finished_at = ${then} WHERE finished_at IS NOT NULL`)
  }
  const pruneAll = (bed: Bed, days = 90, attempts = 1_000): void => {
    while (bed.run('queue.prune', { days, attempts }).more);
  }
  const countRows = (bed: Bed, table: 'tasks' | 'attempts'): number =>
    bed.session.db.one<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).count

  it('removes what plainly went well long ago, and keeps reports, problems and dead letters', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('good'), document('bad'), document('odd')])
    for (const task of claim(bed, 'extract')) {
      const failed = { stack: null, attempt: attemptOf(task), retryAtMs: null }
      if (task.path === 'bad')
        bed.run('tasks.fail', { taskId: task.id, code: 'DOCUMENT_CORRUPT', details: {}, ...failed, outcome: 'failed' })
      else if (task.path === 'odd')
        bed.run('tasks.fail', { taskId: task.id, code: 'FILE_EMPTY', details: {}, ...failed, outcome: 'skipped' })
      else embedAll(bed, [commit(bed, task, ['good']).contentId], id)
    }
    for (const task of claim(bed, 'embed')) finish(bed, task)
    const before = bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report
    const problems = bed.run('jobs.problems', { id, offset: 0, limit: 10 })
    age(bed, 89)
    pruneAll(bed)
    expect(countRows(bed, 'tasks')).toBe(4)
    age(bed, 91)
    pruneAll(bed)
    expect(bed.session.db.all('SELECT path FROM tasks ORDER BY path')).toEqual([
      { path: 'bad' },
      { path: 'drop' },
      { path: 'odd' },
    ])
    expect(bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report.documents).toEqual(before?.documents)
    expect(bed.run('jobs.problems', { id, offset: 0, limit: 10 })).toEqual(problems)
    expect(list(bed).deadLetters[0]?.attempts).toHaveLength(1)
    expect(countRows(bed, 'attempts')).toBe(1)
    expect(bed.run('health.queue', { repair: false }).ok).toBe(true)
    // The document is found as before, and trying again harms nobody.
    expect(bed.run('jobs.retry', { id }).tasks).toBe(1)
  })

  it('keeps so many attempts, the latest, and all of dead letters', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('bad')])
    failAll(bed, 'DOCUMENT_CORRUPT')
    const many = startJob(
      bed,
      Array.from({ length: 10 }, (_, at) => document(`d${at}`)),
    )
    work(bed, many)
    expect(countRows(bed, 'attempts')).toBeGreaterThan(20)
    pruneAll(bed, 90, 5)
    expect(countRows(bed, 'attempts')).toBe(5)
    expect(list(bed, { job: String(id) }).deadLetters[0]?.attempts).toHaveLength(1)
    expect(countRows(bed, 'tasks')).toBe(13)
  })
})

describe('the check of the queue', () => {
  it('finds and mends counters, claims, versions and documents that do not agree', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    work(bed, id)
    const other = startJob(bed, [document('c')])
    const check = (repair = false) => bed.run('health.queue', { repair })
    expect(check()).toMatchObject({ ok: true })
    const { db } = bed.session
    db.exec(`UPDATE jobs SET open_tasks = 7, indexed = 9 WHERE id = ${id}`)
    db.exec(`UPDATE contents SET pending_chunks = 5 WHERE id = (SELECT min(id) FROM contents)`)
    claim(bed, 'extract')
    db.exec(
      `INSERT INTO contents (collection_id, sha256, settings_key, state, task_id, kind, created_at) VALUES (1, 'x', 's', 'staged', NULL, 'text', 'now')`,
    )
    db.exec(
      `INSERT INTO contents (collection_id, sha256, settings_key, state, task_id, kind, created_at) VALUES (1, 'y', 's', 'current', NULL, 'text', 'now')`,
    )
    const found = check()
    expect(found.ok).toBe(false)
    for (const part of [
      '1 job(s) whose figures',
      '1 task(s) that nobody',
      '1 half-written',
      '1 version(s) that no document',
      '1 version(s) whose pending',
    ])
      expect(found.detail).toContain(part)
    expect(check(true).detail).toMatch(/^repaired: /)
    expect(check()).toMatchObject({ ok: true })
    expect(countersDiffer(bed)).toEqual([])
    work(bed, other)
    expect(bed.run('jobs.find', { id: other })?.state).toBe('completed')
  })
})

describe('very many dead letters', () => {
  const shapes: Partial<DeadLetterFilter>[] = [
    {},
    { rejected: true },
    { discarded: true },
    { code: 'PDF_ENCRYPTED' },
    { job: '1' },
    { collection: 'default' },
  ]

  it.each(shapes)('are listed, counted and grouped from an index alone: %j', (shape) => {
    const bed = makeBed()
    const where = whereOf(filter(shape))
    const queries = [
      { sql: PAGE_QUERY(where), values: [...where.values, 50, 0], index: 'tasks_letters', sorts: false },
      { sql: COUNT_QUERY(where), values: where.values, index: 'tasks_letters', sorts: false },
      // The groups are sorted, which are few; what they are made of comes in their order.
      { sql: GROUP_QUERY(where), values: where.values, index: 'tasks_causes', sorts: true },
    ]
    for (const { sql, values, index, sorts } of queries) {
      const plan = bed.session.db
        .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
        .map(({ detail }) => detail)
      const ofTasks = plan.filter((detail) => / t( |$)/.test(detail))
      expect(ofTasks, sql).toEqual([expect.stringContaining(`USING COVERING INDEX ${index}`)])
      expect(plan.filter((detail) => detail.includes('B-TREE FOR GROUP BY'))).toEqual([])
      expect(plan.some((detail) => detail.includes('TEMP B-TREE'))).toBe(sorts)
    }
  })

  it('are known to have the last word or not whatever happens to their documents', () => {
    const bed = makeBed()
    const agrees = (): void => expect(bed.run('health.queue', { repair: false })).toMatchObject({ ok: true })
    startJob(bed, [document('a'), document('b'), document('c')])
    failAll(bed, 'FILE_BUSY')
    expect(pathsOf(bed)).toEqual(['c', 'b', 'a'])
    agrees()
    // Looked at again and well; looked at again and failed again; gone.
    const second = startJob(bed, [document('a'), document('b')])
    const [a] = claim(bed, 'extract', 1)
    if (!a) throw new Error('nothing was claimed')
    commit(bed, a, ['good'])
    agrees()
    failAll(bed, 'DOCUMENT_CORRUPT')
    for (const task of claim(bed, 'embed')) {
      if (task.contentId !== null) embedAll(bed, [task.contentId], second)
      finish(bed, task)
    }
    agrees()
    expect(list(bed).deadLetters.map(({ path, code }) => [path, code])).toEqual([
      ['b', 'DOCUMENT_CORRUPT'],
      ['c', 'FILE_BUSY'],
    ])
    const c = list(bed).deadLetters.find(({ path }) => path === 'c')
    bed.run('documents.remove', { ids: [Number(c?.documentId)] })
    expect(pathsOf(bed)).toEqual(['b'])
    agrees()
    bed.session.db.run('DELETE FROM tasks WHERE job_id = ?', second)
    expect(pathsOf(bed)).toEqual(['b'])
    expect(list(bed).deadLetters[0]?.code).toBe('FILE_BUSY')
    bed.session.db.run('UPDATE tasks SET superseded = 1 WHERE outcome = ?', 'failed')
    expect(bed.run('health.queue', { repair: true }).detail).toContain('last word')
    expect(pathsOf(bed)).toEqual(['b'])
  })
})
