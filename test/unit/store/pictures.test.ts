// Proves what becomes of documents with pictures of text: what is found meanwhile, at the end, after failure, cancellation and a crash.
import { describe, expect, it } from 'vitest'
import type { ClaimedTask, Operations } from '../../../src/main/store/contract'
import type { Warning } from '../../../src/shared/work'
import {
  attemptOf,
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
  type Bed,
} from './bed'

const missing: Warning = { code: 'OCR_MISSING', details: { count: 2 } }

const one = (tasks: readonly ClaimedTask[]): ClaimedTask => {
  const [task] = tasks
  if (!task || tasks.length > 1) throw new Error(`${tasks.length} tasks were claimed`)
  return task
}

/** The text that was found without the pictures. */
const toOcr = (bed: Bed, task: ClaimedTask, texts: string[], sha256 = 'bytes'): void => {
  const chunks = chunksOf(...texts)
  bed.run('extract.toOcr', {
    taskId: task.id,
    attempt: attemptOf(task),
    figures: { extract: { ms: 2, items: 1 } },
    contentId: null,
    sha256,
    settingsKey: 's1',
    sizeBytes: 120,
    facts: factsOf(null, [missing]),
    chars: 50,
    chunks,
    chunkCount: chunks.length,
  })
}

const fail = (bed: Bed, task: ClaimedTask, more: Partial<Operations['tasks.fail']['params']> = {}): void => {
  const failure = {
    code: 'WORKER_TIMEOUT',
    details: { limit: 5 },
    stack: null,
    retryAtMs: null,
    outcome: 'failed',
  } as const
  bed.run('tasks.fail', { taskId: task.id, attempt: attemptOf(task), ...failure, ...more })
}

/** A job with one document whose pictures are being read. */
const begin = (texts: string[]) => {
  const bed = makeBed()
  const jobId = startJob(bed, [document('a.pdf')])
  toOcr(bed, one(claim(bed, 'extract')), texts)
  const task = one(claim(bed, 'ocr'))
  const show = () => bed.run('documents.show', { id: task.documentId ?? 0 })
  const job = () => bed.run('jobs.find', { id: jobId })
  return { bed, jobId, task, show, job }
}

const embed = (bed: Bed, jobId: number): void => {
  const task = one(claim(bed, 'embed'))
  if (task.contentId !== null) embedAll(bed, [task.contentId], jobId)
  finish(bed, task)
}

describe('text of a document whose pictures are still to be read', () => {
  it('is found at once, and the document and the job say that something is missing', () => {
    const { bed, task, show, job } = begin(['walrus minutes'])
    expect(task).toMatchObject({ lane: 'ocr', phase: 'ocr', attempts: 0 })
    expect(found(bed, 'walrus')).toEqual(['a.pdf'])
    expect(show()).toMatchObject({ state: 'partial', code: 'OCR_MISSING' })
    expect(job()).toMatchObject({ state: 'running', keywordReadyMs: null })
    expect(claim(bed, 'embed')).toEqual([])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('is not what is known of these bytes: a copy is read as well, and shares it meanwhile', () => {
    const { bed } = begin(['walrus minutes'])
    const collection = collectionId(bed)
    expect(bed.run('contents.find', { collectionId: collection, sha256: 'bytes', settingsKey: 's1' })).toBeNull()
    startJob(bed, [document('copy.pdf')])
    toOcr(bed, one(claim(bed, 'extract')), ['walrus minutes'])
    expect(found(bed, 'walrus').sort()).toEqual(['a.pdf', 'copy.pdf'])
    expect(bed.session.db.all('SELECT id FROM chunks')).toHaveLength(1)
  })

  it('gives way to the text with the pictures, and is counted once', () => {
    const { bed, jobId, task, show, job } = begin(['walrus minutes'])
    commit(bed, task, ['walrus minutes', 'an old lighthouse'], { sha256: 'bytes' })
    expect(found(bed, 'lighthouse')).toEqual(['a.pdf'])
    expect(found(bed, 'walrus')).toEqual(['a.pdf'])
    embed(bed, jobId)
    expect(show()).toMatchObject({ state: 'indexed', code: null, chunks: 2 })
    expect(job()).toMatchObject({ state: 'completed' })
    expect(bed.run('jobs.report', { id: jobId, model: '', dimensions: 1 })?.report.chunks).toBe(2)
    bed.tidy()
    expect(bed.session.db.all('SELECT id FROM contents')).toHaveLength(1)
    expect(countersDiffer(bed)).toEqual([])
  })

  it('stays when the pictures cannot be read, and gets its vectors', () => {
    const { bed, jobId, task, show, job } = begin(['walrus minutes'])
    fail(bed, task)
    embed(bed, jobId)
    expect(found(bed, 'walrus')).toEqual(['a.pdf'])
    expect(show()).toMatchObject({ state: 'partial', code: 'OCR_FAILED', pendingVectors: 0 })
    expect(job()).toMatchObject({ state: 'completed_with_problems' })
    const { problems } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 10 })
    expect(problems).toMatchObject([{ path: 'a.pdf', outcome: 'partial', code: 'OCR_FAILED', phase: 'ocr' }])
    expect(problems[0]?.message).toContain('longer than 5 seconds')
    expect(countersDiffer(bed)).toEqual([])
  })

  it('is not read again for nothing after a failure, but when it is retried', () => {
    const { bed, jobId, task, show } = begin(['walrus minutes'])
    fail(bed, task)
    embed(bed, jobId)
    const same = { collectionId: collectionId(bed), sha256: 'bytes', settingsKey: 's1' }
    expect(bed.run('contents.find', same)).toMatchObject({ partial: { code: 'OCR_FAILED' } })
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    expect(bed.run('contents.find', same)).toBeNull()
    toOcr(bed, one(claim(bed, 'extract')), ['walrus minutes'])
    commit(bed, one(claim(bed, 'ocr')), ['walrus minutes', 'an old lighthouse'], { sha256: 'bytes' })
    embed(bed, jobId)
    expect(show()).toMatchObject({ state: 'indexed', code: null })
  })

  it('is tried again first when the failure may pass', () => {
    const { bed, task } = begin(['walrus minutes'])
    fail(bed, task, { code: 'DATABASE_BUSY', retryAtMs: 5_000 })
    expect(claim(bed, 'ocr', 1, { nowMs: 6_000 })).toMatchObject([{ id: task.id, attempts: 1 }])
  })

  it('stays when the job is cancelled, and a retry finishes it', () => {
    const { bed, jobId, task, show, job } = begin(['walrus minutes'])
    expect(bed.run('jobs.cancel', { id: jobId }).running).toEqual([task.id])
    bed.run('tasks.cancelled', { taskId: task.id, attempt: attemptOf(task) })
    expect(job()).toMatchObject({ state: 'cancelled' })
    expect(show()).toMatchObject({ state: 'partial', code: 'OCR_MISSING' })
    expect(found(bed, 'walrus')).toEqual(['a.pdf'])
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    toOcr(bed, one(claim(bed, 'extract')), ['walrus minutes'])
    commit(bed, one(claim(bed, 'ocr')), ['walrus minutes', 'an old lighthouse'], { sha256: 'bytes' })
    expect(found(bed, 'lighthouse')).toEqual(['a.pdf'])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('survives the death of the owner: the pictures are read again', () => {
    const { bed, task } = begin(['walrus minutes'])
    bed.reopen()
    expect(bed.run('tasks.recover', {})).toMatchObject({ interrupted: 1 })
    expect(found(bed, 'walrus')).toEqual(['a.pdf'])
    expect(claim(bed, 'ocr')).toMatchObject([{ id: task.id, lane: 'ocr', attempts: 0 }])
  })

  it('does not take the place of what was read of the same bytes before, pictures and all', () => {
    const { bed, jobId, task } = begin(['walrus minutes'])
    commit(bed, task, ['walrus minutes', 'an old lighthouse'], { sha256: 'bytes' })
    embed(bed, jobId)
    startJob(bed, [document('a.pdf')])
    // Other settings: it is read again.
    toOcr(bed, one(claim(bed, 'extract')), ['walrus minutes'])
    expect(found(bed, 'lighthouse')).toEqual(['a.pdf'])
    commit(bed, one(claim(bed, 'ocr')), ['an old lighthouse'], { sha256: 'bytes', settingsKey: 's2' })
    expect(found(bed, 'walrus')).toEqual([])
    expect(found(bed, 'lighthouse')).toEqual(['a.pdf'])
  })
})

describe('a document that has nothing but pictures', () => {
  it('waits for them', () => {
    const { bed, task, show } = begin([])
    expect(task.contentId).toBeNull()
    expect(show()).toMatchObject({ state: 'queued' })
    commit(bed, task, ['an old lighthouse'])
    expect(found(bed, 'lighthouse')).toEqual(['a.pdf'])
  })

  it('in which no text was found is known as that, as long as bytes and settings stay', () => {
    const { bed, task } = begin([])
    const details = { reason: 'OCR found none in it', settingsKey: 's1' }
    fail(bed, task, { code: 'DOCUMENT_NO_TEXT', details, outcome: 'skipped' })
    const place = { collectionId: collectionId(bed), locator: task.locator, fingerprint: 'fp-a.pdf', settingsKey: 's1' }
    expect(bed.run('documents.withoutText', place)).toEqual({ code: 'DOCUMENT_NO_TEXT', details })
    expect(bed.run('documents.withoutText', { ...place, settingsKey: 's2' })).toBeNull()
    expect(bed.run('documents.withoutText', { ...place, fingerprint: 'other' })).toBeNull()
    // A blank document is told by reading it again: that is quick.
    startJob(bed, [document('blank.pdf')])
    const blank = one(claim(bed, 'extract'))
    fail(bed, blank, { code: 'DOCUMENT_NO_TEXT', details: {}, outcome: 'skipped' })
    const there = { ...place, locator: blank.locator, fingerprint: 'fp-blank.pdf' }
    expect(bed.run('documents.withoutText', there)).toBeNull()
  })

  it('fails as what it failed of, and is cancelled as cancelled', () => {
    const failed = begin([])
    fail(failed.bed, failed.task)
    expect(failed.show()).toMatchObject({ state: 'failed', code: 'WORKER_TIMEOUT' })
    const skipped = begin([])
    fail(skipped.bed, skipped.task, { code: 'DOCUMENT_NO_TEXT', details: {}, outcome: 'skipped' })
    expect(skipped.show()).toMatchObject({ state: 'skipped', code: 'DOCUMENT_NO_TEXT' })
    const stopped = begin([])
    stopped.bed.run('jobs.cancel', { id: stopped.jobId })
    stopped.bed.run('tasks.cancelled', { taskId: stopped.task.id, attempt: attemptOf(stopped.task) })
    expect(stopped.show()).toMatchObject({ state: 'cancelled' })
    expect(stopped.bed.run('jobs.retry', { id: stopped.jobId }).tasks).toBe(1)
    expect(claim(stopped.bed, 'extract')).toHaveLength(1)
  })
})
