import { describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/shared/errors'
import {
  chunksOf,
  claim,
  collectionId,
  commit,
  countersDiffer,
  document,
  embedAll,
  factsOf,
  finish,
  found,
  makeBed,
  startJob,
  work,
} from './bed'

const codeOf = (work: () => unknown): string | null => {
  try {
    work()
    return null
  } catch (thrown) {
    return (thrown as AppError).code
  }
}

describe('committing text', () => {
  it('makes a document found by keyword at once, and indexed once its vectors are there', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const { documentId, contentId, pendingChunks } = commit(bed, task, ['a sunny walrus', 'an old lighthouse'])

    expect(pendingChunks).toBe(2)
    expect(found(bed, 'lighthouse')).toEqual(['a.txt'])
    expect(bed.run('documents.show', { id: documentId })).toMatchObject({
      state: 'indexed',
      chunks: 2,
      pendingVectors: 2,
      kind: 'text',
      bytes: 120,
    })
    expect(bed.run('jobs.find', { id: jobId })).toMatchObject({ state: 'running', pendingVectors: 2, finishedAt: null })
    expect(bed.run('jobs.find', { id: jobId })?.keywordReadyMs).toBeGreaterThanOrEqual(0)

    const [embed] = claim(bed, 'embed')
    expect(embed).toMatchObject({
      id: task.id,
      contentId,
      documentId,
      plannedOutcome: 'indexed',
      attempts: 0,
      phase: 'embed',
    })
    embedAll(bed, [contentId], jobId)
    if (embed) finish(bed, embed)
    expect(bed.run('jobs.find', { id: jobId })).toMatchObject({ state: 'completed', pendingVectors: 0, progress: 1 })
    expect(bed.run('embed.expected', { afterContentId: 0, limit: 10 })).toEqual([
      { contentId, generationId: null, windows: 4 },
    ])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('shows nothing of staged text until it is committed, and puts the title into the index then', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const [first, second] = chunksOf('walrus one', 'walrus two')
    if (!first || !second) throw new Error('chunks are missing')
    const staging = { taskId: task.id, collectionId: task.collectionId, sha256: 'x', settingsKey: 's1', kind: 'text' }
    const { contentId } = bed.run('contents.stage', staging)
    bed.run('contents.addChunks', { contentId, chunks: [first], title: null })
    expect(found(bed, 'walrus')).toEqual([])
    commit(bed, task, [], { contentId, sha256: 'x', chunks: [second], chunkCount: 2, facts: factsOf('Zebra stories') })
    expect(found(bed, 'zebra')).toEqual(['a.txt'])
    expect(
      bed.run('search.keyword', {
        match: 'walrus',
        filter: { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null },
        limit: 9,
      }),
    ).toHaveLength(2)
    expect(bed.run('health.fulltext', { repair: false })).toMatchObject({ ok: true })
  })

  it('refuses a commit with chunks missing, and keeps nothing of it', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    expect(codeOf(() => commit(bed, task, ['one'], { chunkCount: 2 }))).toBe('INTERNAL_BUG')
    expect(found(bed, 'one')).toEqual([])
    expect(bed.run('health.figures', {}).contents).toBe(0)
    expect(codeOf(() => bed.run('contents.addChunks', { contentId: 99, chunks: [], title: null }))).toBe('INTERNAL_BUG')
  })

  it('refuses a commit of a task that is not being worked on', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    commit(bed, task, ['one'])
    expect(codeOf(() => commit(bed, task, ['two']))).toBe('INTERNAL_BUG')
  })

  it('names a document partial by the first warning that says so', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.pdf')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const warnings = [
      { code: 'PDF_PAGE_UNREADABLE' as const, details: { count: 1, pages: '3' } },
      { code: 'TEXT_LIMIT' as const, details: { limit: 5 } },
    ]
    const { contentId } = commit(bed, task, ['one'], { facts: factsOf(null, warnings) })
    embedAll(bed, [contentId], jobId)
    for (const embed of claim(bed, 'embed')) finish(bed, embed)
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed_with_problems')
    const { problems, total } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 10 })
    expect(total).toBe(1)
    expect(problems[0]).toMatchObject({
      path: 'a.pdf',
      outcome: 'partial',
      code: 'PDF_PAGE_UNREADABLE',
      phase: 'extract',
      attempts: 1,
      documentId: '1',
    })
    expect(problems[0]?.warnings).toEqual([
      { code: 'TEXT_LIMIT', details: { limit: 5 }, message: expect.stringContaining('first 5') as string },
    ])

    const again = startJob(bed, [document('a.pdf')])
    const [known] = claim(bed, 'extract')
    if (!known) throw new Error('nothing was claimed')
    expect(
      bed.run('extract.link', {
        taskId: known.id,
        attempt: { phase: 'extract', ms: 1, worker: null },
        figures: {},
        contentId,
        sizeBytes: 1,
      }).outcome,
    ).toBe('partial')
    expect(bed.run('jobs.problems', { id: again, offset: 0, limit: 10 }).problems[0]).toMatchObject({
      code: 'PDF_PAGE_UNREADABLE',
    })
  })

  it('keeps characters that databases stumble over at the same length', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const text = 'before\0after \ud800 end'
    const { documentId } = commit(bed, task, [text])
    const stored = bed.run('documents.text', { id: documentId, offset: 0, limitChars: 1_000 })?.text
    expect(stored).toBe('before\uFFFDafter \uFFFD end')
    expect(stored).toHaveLength(text.length)
  })
})

describe('what is known already', () => {
  it('is unchanged in the same place and a duplicate in another', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.txt')])
    work(bed, jobId)
    const params = { collectionId: collectionId(bed), locator: document('a.txt').locator, settingsKey: 's1' }
    const same = bed.run('documents.unchanged', { ...params, fingerprint: 'fp-a.txt' })
    expect(same).toMatchObject({
      documentId: 1,
      state: 'indexed',
      content: { chunks: 1, pendingChunks: 0, partial: null, kind: 'text' },
    })
    expect(bed.run('documents.unchanged', { ...params, fingerprint: 'other' })).toBeNull()
    expect(bed.run('documents.unchanged', { ...params, fingerprint: 'fp-a.txt', settingsKey: 's2' })).toBeNull()

    const second = startJob(bed, [document('a.txt'), document('copy.txt')])
    for (const task of claim(bed, 'extract')) {
      const attempt = { phase: 'extract' as const, ms: 1, worker: null }
      const { outcome } = bed.run('extract.link', {
        taskId: task.id,
        attempt,
        figures: {},
        contentId: same?.content.id ?? 0,
        sizeBytes: 120,
      })
      expect(outcome).toBe(task.path === 'a.txt' ? 'unchanged' : 'duplicate')
    }
    const { report } = bed.run('jobs.report', { id: second, model: 'm', dimensions: 512 }) ?? {}
    expect(report?.job.state).toBe('completed')
    expect(report?.documents).toMatchObject({ total: 2, unchanged: 1, duplicate: 1 })
    expect(report?.chunks).toBe(0)
    expect(found(bed, 'text').sort()).toEqual(['a.txt', 'copy.txt'])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('waits for vectors that are still missing, with the outcome it will have', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.txt'), document('copy.txt')])
    const [one, two] = claim(bed, 'extract')
    if (!one || !two) throw new Error('nothing was claimed')
    const { contentId } = commit(bed, one, ['same'])
    const attempt = { phase: 'extract' as const, ms: 1, worker: null }
    expect(
      bed.run('extract.link', { taskId: two.id, attempt, figures: {}, contentId, sizeBytes: 9 }).outcome,
    ).toBeNull()
    expect(bed.run('jobs.find', { id: jobId })?.pendingVectors).toBe(2)
    // One of them is claimed; the other is left alone while the first embeds the content of both.
    const [first] = claim(bed, 'embed', 1)
    expect(claim(bed, 'embed', 1)).toEqual([])
    embedAll(bed, [contentId], jobId)
    if (first) finish(bed, first)
    const [second] = claim(bed, 'embed', 1)
    expect(second?.plannedOutcome).toBe('duplicate')
    expect(bed.run('embed.pending', { contentIds: [contentId], limit: 10 })).toEqual([])
    if (second) finish(bed, second)
    expect(bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report.documents).toMatchObject({
      indexed: 1,
      duplicate: 1,
    })
  })

  it('is stored once when two copies were read at the same time', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.txt'), document('b.txt')])
    const [one, two] = claim(bed, 'extract')
    if (!one || !two) throw new Error('nothing was claimed')
    const staging = {
      taskId: two.id,
      collectionId: two.collectionId,
      sha256: 'sha:same',
      settingsKey: 's1',
      kind: 'text',
    }
    const { contentId: staged } = bed.run('contents.stage', staging)
    bed.run('contents.addChunks', { contentId: staged, chunks: chunksOf('same'), title: null })
    const { contentId } = commit(bed, one, ['same'])
    expect(commit(bed, two, ['same'], { contentId: staged, chunks: [], chunkCount: 1 }).contentId).toBe(contentId)
    bed.tidy()
    expect(bed.session.db.one('SELECT count(*) AS n FROM chunks')).toMatchObject({ n: 1 })
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    expect(bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report.chunks).toBe(1)
  })

  it('says that linking must be repeated when the content went away meanwhile', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const attempt = { phase: 'extract' as const, ms: 1, worker: null }
    expect(
      codeOf(() => bed.run('extract.link', { taskId: task.id, attempt, figures: {}, contentId: 7, sizeBytes: 9 })),
    ).toBe('INTERRUPTED')
  })
})

describe('new text for an old path', () => {
  it('replaces the old text at the moment of the commit, and its vectors become garbage', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a.txt')]), { 'a.txt': ['old walrus'] })
    const [before] = bed.run('embed.expected', { afterContentId: 0, limit: 5 })
    startJob(bed, [document('a.txt', { fingerprint: 'new' })])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    expect(found(bed, 'walrus')).toEqual(['a.txt'])
    commit(bed, task, ['new otter'])
    expect(found(bed, 'walrus')).toEqual([])
    expect(found(bed, 'otter')).toEqual(['a.txt'])
    expect(bed.run('embed.garbage', { limit: 10 })).toEqual([before?.contentId])
    bed.run('embed.clearGarbage', { contentIds: [before?.contentId ?? 0] })
    expect(bed.run('embed.garbage', { limit: 10 })).toEqual([])
  })

  it('keeps the old text while another path points at it', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a.txt'), document('b.txt')]), { 'a.txt': ['walrus'], 'b.txt': ['walrus'] })
    startJob(bed, [document('a.txt', { fingerprint: 'new' })])
    const [task] = claim(bed, 'extract')
    if (task) commit(bed, task, ['otter'])
    expect(found(bed, 'walrus')).toEqual(['b.txt'])
    expect(bed.run('embed.garbage', { limit: 10 })).toEqual([])
  })

  it('keeps the old text when the new reading fails, and drops it when the new bytes are not to be indexed', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a.txt')]), { 'a.txt': ['walrus'] })
    const fail = (code: 'DOCUMENT_CORRUPT' | 'FILE_EMPTY', outcome: 'failed' | 'skipped') => {
      startJob(bed, [document('a.txt')])
      const [task] = claim(bed, 'extract')
      if (!task) throw new Error('nothing was claimed')
      bed.run('tasks.fail', {
        taskId: task.id,
        code,
        details: {},
        stack: null,
        attempt: { phase: 'extract', ms: 1, worker: null },
        retryAtMs: null,
        outcome,
      })
    }
    fail('DOCUMENT_CORRUPT', 'failed')
    expect(found(bed, 'walrus')).toEqual(['a.txt'])
    expect(bed.run('documents.show', { id: 1 })).toMatchObject({ state: 'indexed', code: 'DOCUMENT_CORRUPT' })
    fail('FILE_EMPTY', 'skipped')
    expect(found(bed, 'walrus')).toEqual([])
    expect(bed.run('documents.show', { id: 1 })).toMatchObject({ state: 'skipped', code: 'FILE_EMPTY', chunks: 0 })
  })
})
