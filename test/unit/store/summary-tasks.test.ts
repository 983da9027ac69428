// Proves that a document goes on to its summary where its collection wants one, that its failure takes nothing away, and that nothing owed is lost.
import { describe, expect, it } from 'vitest'
import type { ClaimedTask } from '../../../src/main/store/contract'
import type { SummaryWish } from '../../../src/shared/answers'
import {
  attemptOf,
  chunksOf,
  claim,
  collectionId,
  commit,
  document,
  embedAll,
  factsOf,
  finish,
  makeBed,
  startJob,
  work,
  type Bed,
} from './bed'

const want = (bed: Bed, summaries: SummaryWish): void => {
  bed.run('collections.update', { id: collectionId(bed), summaries })
}

const record = (bed: Bed, { contentId }: ClaimedTask, maker = 'm1'): void => {
  if (contentId === null) throw new Error('it has no text')
  const body = JSON.stringify({ summary: 'in short', citations: [], method: 'extractive', partial: false, spent: null })
  bed.run('summaries.keep', { key: `k${contentId}`, contentIds: [contentId], collectionId: collectionId(bed), body })
  bed.run('summaries.record', { contentId, maker, key: `k${contentId}` })
}

const documentOf = (bed: Bed, path: string) => {
  const page = { collectionId: null, states: null, contains: path, offset: 0, limit: 1 }
  const id = Number(bed.run('documents.list', page).documents[0]?.id)
  return bed.run('documents.show', { id })
}

const jobOf = (bed: Bed, id: number) => bed.run('jobs.find', { id })

const fail = (bed: Bed, task: ClaimedTask): void => {
  bed.run('tasks.fail', {
    taskId: task.id,
    code: 'PROVIDER_INVALID',
    details: { provider: 'desk' },
    stack: null,
    attempt: attemptOf(task),
    retryAtMs: null,
    outcome: 'failed',
  })
}

/** A collection that wants summaries, with a job whose documents wait for theirs. */
const waitForSummaries = (paths: string[], wish: SummaryWish = 'extractive') => {
  const bed = makeBed()
  want(bed, wish)
  const jobId = startJob(
    bed,
    paths.map((path) => document(path)),
  )
  work(bed, jobId)
  return { bed, jobId }
}

describe('the lane of summaries', () => {
  it('comes after the vectors; the document is found meanwhile, and the job is not over', () => {
    const { bed, jobId } = waitForSummaries(['a', 'b'])
    expect(documentOf(bed, 'a')).toMatchObject({ state: 'indexed', pendingVectors: 0, summary: null })
    expect(jobOf(bed, jobId)?.state).toBe('running')
    expect(jobOf(bed, jobId)?.keywordReadyMs).not.toBeNull()
    expect(jobOf(bed, jobId)?.progress).toBeCloseTo(0.85, 5)
    expect(bed.run('jobs.progress', { id: jobId })?.phases).toMatchObject({
      embed: { done: 2, total: 2 },
      summarize: { done: 0, total: 2 },
    })
    const [first, second] = claim(bed, 'summarize')
    if (!first || !second) throw new Error('two wait for their summaries')
    record(bed, first)
    finish(bed, first, { figures: { summarize: { ms: 3, items: 1 } } })
    expect(documentOf(bed, 'a')?.summary).toMatchObject({ text: 'in short', method: 'extractive', partial: false })
    expect(bed.run('jobs.progress', { id: jobId })?.phases.summarize).toEqual({ done: 1, total: 2 })
    record(bed, second)
    finish(bed, second, { figures: { summarize: { ms: 3, items: 1 } } })
    const shown = bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })
    expect(shown?.report).toMatchObject({
      job: { state: 'completed', progress: 1 },
      documents: { indexed: 2, partial: 0 },
      phases: { summarize: { ms: 6, items: 2 } },
    })
    expect(bed.run('health.queue', { repair: false }).ok).toBe(true)
  })

  it('is left out where nothing is wanted, and where the text has its summary', () => {
    const { bed, jobId } = waitForSummaries(['a'], 'off')
    expect(claim(bed, 'summarize')).toEqual([])
    expect(jobOf(bed, jobId)?.state).toBe('completed')
    want(bed, 'extractive')
    const again = startJob(bed, [document('a')])
    work(bed, again)
    const [task] = claim(bed, 'summarize')
    if (!task) throw new Error('it wants its summary now')
    record(bed, task)
    finish(bed, task)
    const copy = startJob(bed, [document('copy')])
    work(bed, copy, { copy: ['text of a'] })
    expect(jobOf(bed, copy)?.state).toBe('completed')
    expect(documentOf(bed, 'copy')).toMatchObject({ state: 'indexed', summary: { text: 'in short' } })
  })

  it('leaves a document as it is when its summary fails; the job says so and tries it again when told to', () => {
    const { bed, jobId } = waitForSummaries(['a'])
    const [task] = claim(bed, 'summarize')
    if (!task) throw new Error('one waits for its summary')
    fail(bed, task)
    expect(documentOf(bed, 'a')).toMatchObject({ state: 'indexed', code: null })
    expect(jobOf(bed, jobId)?.state).toBe('completed_with_problems')
    const { problems } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 5 })
    expect(problems).toMatchObject([{ path: 'a', outcome: 'partial', code: 'PROVIDER_INVALID', phase: 'summarize' }])
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    const [again] = claim(bed, 'summarize')
    if (!again) throw new Error('it was not queued again')
    finish(bed, again)
    expect(bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report.documents).toMatchObject({
      indexed: 1,
      partial: 0,
    })
  })

  it('ends with its job when that is cancelled, is taken back after a crash, and can be made later', () => {
    const { bed, jobId } = waitForSummaries(['a', 'b'])
    const [running] = claim(bed, 'summarize', 1)
    expect(bed.run('tasks.recover', {}).interrupted).toBe(1)
    expect(claim(bed, 'summarize', 1).map(({ id }) => id)).toEqual([running?.id])
    bed.run('jobs.cancel', { id: jobId })
    bed.tidy()
    bed.run('tasks.recover', {})
    expect(jobOf(bed, jobId)?.state).toBe('cancelled')
    expect(documentOf(bed, 'a')).toMatchObject({ state: 'indexed', code: null })
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(2)
    expect(claim(bed, 'summarize')).toHaveLength(2)
  })

  it('gives up a summary at which the program itself ended again and again', () => {
    const { bed, jobId } = waitForSummaries(['a'])
    for (let time = 0; time <= 6; time += 1) {
      claim(bed, 'summarize', 1, { alone: time >= 3 })
      bed.run('tasks.recover', {})
    }
    expect(jobOf(bed, jobId)?.state).toBe('completed_with_problems')
    expect(documentOf(bed, 'a')?.state).toBe('indexed')
  })
})

describe('summaries of what was there before', () => {
  const fill = (count: number) => {
    const bed = makeBed()
    const paths = Array.from({ length: count }, (_, index) => `d${index}`)
    work(
      bed,
      startJob(
        bed,
        paths.map((path) => document(path)),
      ),
    )
    return bed
  }
  const step = (bed: Bed, maker: string | null, limit = 2) =>
    bed.run('summaries.queueOwed', { collectionId: collectionId(bed), maker, limit })

  it('are queued in steps as soon as they are wanted; what a process leaves undone the next one finds', () => {
    const bed = fill(5)
    expect(bed.run('summaries.owed', {})).toEqual([])
    want(bed, 'extractive')
    expect(step(bed, 'm1')).toMatchObject({ queued: 2, more: true })
    bed.reopen()
    expect(bed.run('summaries.owed', {})).toEqual([{ collectionId: collectionId(bed), wish: 'extractive' }])
    expect(step(bed, 'm1')).toMatchObject({ queued: 2, more: true })
    const last = step(bed, 'm1')
    expect(last).toMatchObject({ queued: 1, more: false })
    expect(bed.run('summaries.owed', {})).toEqual([])
    expect(jobOf(bed, Number(last.jobId))).toMatchObject({ kind: 'repair', priority: 'low', progress: 0 })
    const tasks = claim(bed, 'summarize')
    expect(tasks.map(({ path }) => path)).toEqual(['d0', 'd1', 'd2', 'd3', 'd4'])
    for (const task of tasks) {
      record(bed, task)
      finish(bed, task)
    }
    expect(jobOf(bed, Number(last.jobId))).toMatchObject({ state: 'completed', progress: 1 })
    expect(documentOf(bed, 'd3')).toMatchObject({ state: 'indexed', summary: { text: 'in short' } })
  })

  it('are made anew where they were made otherwise, and only there; not where another waits for it', () => {
    const bed = fill(3)
    want(bed, 'extractive')
    step(bed, 'm1', 10)
    for (const [at, task] of claim(bed, 'summarize').entries()) {
      record(bed, task, at === 0 ? 'm0' : 'm1')
      finish(bed, task)
    }
    want(bed, 'extractive')
    expect(step(bed, 'm1', 10)).toMatchObject({ queued: 1 })
    const contentIds = [1, 2, 3]
    expect(bed.run('summaries.queue', { contentIds })).toMatchObject({ documents: 2 })
    expect(claim(bed, 'summarize')).toHaveLength(3)
    want(bed, 'off')
    expect(bed.run('summaries.owed', {})).toEqual([])
    expect(bed.run('summaries.queue', { contentIds })).toEqual({ documents: 0, jobs: [] })
  })

  it('are of the document that is there now, not of the one that had its place before', () => {
    const bed = fill(2)
    want(bed, 'extractive')
    step(bed, 'm1', 10)
    const [first] = claim(bed, 'summarize', 1)
    if (!first) throw new Error('two wait for their summaries')
    record(bed, first)
    finish(bed, first)
    bed.run('documents.remove', { ids: [first.documentId ?? 0] })
    want(bed, 'off')
    work(bed, startJob(bed, [document(first.path)]))
    want(bed, 'extractive')
    expect(step(bed, 'm1', 10)).toMatchObject({ queued: 1 })
    const again = claim(bed, 'summarize').find(({ id }) => id === first.id)
    expect(again?.documentId).toBe(Number(documentOf(bed, first.path)?.id))
    expect(again?.documentId).not.toBe(first.documentId)
  })

  it('keep apart from the repair of vectors, and what is embedded first is not queued twice', () => {
    const bed = fill(2)
    bed.run('embed.invalidate', { contentIds: [1] })
    want(bed, 'extractive')
    expect(step(bed, null, 10)).toMatchObject({ queued: 1 })
    for (const task of claim(bed, 'embed')) {
      if (task.contentId !== null) embedAll(bed, [task.contentId], task.jobId)
      finish(bed, task)
    }
    const tasks = claim(bed, 'summarize')
    expect(tasks.map(({ path }) => path).sort()).toEqual(['d0', 'd1'])
    expect(new Set(tasks.map(({ jobId }) => jobId)).size).toBe(2)
  })

  it.each(['ocr', 'vision'] as const)('wait until pictures are read (%s): then the whole text gets one', (lane) => {
    const bed = fill(1)
    const jobId = startJob(bed, [document('scan.pdf')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const read = {
      taskId: task.id,
      figures: {},
      contentId: null,
      sha256: 'sha:scan',
      settingsKey: '1:s',
      sizeBytes: 9,
      facts: factsOf(null, [{ code: 'OCR_MISSING', details: { count: 2 } }]),
      chars: 20,
    }
    const some = chunksOf('a page with text')
    bed.run('extract.toOcr', { ...read, attempt: attemptOf(task), chunks: some, chunkCount: 1, lane })
    want(bed, 'extractive')
    expect(step(bed, null, 10)).toMatchObject({ queued: 1 })
    const contentIds = bed.session.db.all<{ id: number }>('SELECT id FROM contents').map(({ id }) => id)
    expect(bed.run('summaries.queue', { contentIds })).toMatchObject({ documents: 0 })
    expect(claim(bed, 'summarize').map(({ path }) => path)).toEqual(['d0'])
    const [reading] = claim(bed, lane)
    if (!reading) throw new Error('its pictures are to be read')
    const all = chunksOf('a page with text', 'a page of pictures')
    const whole = { ...read, facts: factsOf(), attempt: attemptOf(reading), chunks: all, chunkCount: 2 }
    bed.run('extract.commit', whole)
    for (const next of claim(bed, 'embed')) {
      if (next.contentId !== null) embedAll(bed, [next.contentId], jobId)
      finish(bed, next)
    }
    expect(claim(bed, 'summarize').map(({ path }) => path)).toEqual(['scan.pdf'])
  })

  it('go with their text', () => {
    const bed = fill(1)
    want(bed, 'extractive')
    step(bed, 'm1')
    const [task] = claim(bed, 'summarize')
    if (!task) throw new Error('one is owed its summary')
    record(bed, task)
    bed.run('documents.remove', { ids: [Number(documentOf(bed, 'd0')?.id)] })
    expect(bed.session.db.all('SELECT content_id FROM content_summaries')).toEqual([])
    record(bed, task)
    expect(bed.session.db.all('SELECT content_id FROM content_summaries')).toEqual([])
    finish(bed, task)
    expect(jobOf(bed, task.jobId)?.state).toBe('completed')
  })

  it('leave a partial text partial, whatever becomes of them', () => {
    const bed = makeBed()
    want(bed, 'extractive')
    const jobId = startJob(bed, [document('cut')])
    for (const task of claim(bed, 'extract'))
      commit(bed, task, ['text'], {
        facts: {
          kind: 'text',
          title: null,
          language: 'en',
          pages: 1,
          encoding: 'utf-8',
          warnings: [{ code: 'CHUNKS_LIMIT', details: {} }],
          coverage: [],
        },
      })
    for (const task of claim(bed, 'embed')) {
      if (task.contentId !== null) embedAll(bed, [task.contentId], jobId)
      finish(bed, task)
    }
    const [task] = claim(bed, 'summarize')
    if (!task) throw new Error('one waits for its summary')
    fail(bed, task)
    bed.run('jobs.retry', { id: jobId })
    for (const again of claim(bed, 'summarize')) finish(bed, again)
    expect(documentOf(bed, 'cut')).toMatchObject({ state: 'partial', code: 'CHUNKS_LIMIT' })
    const { problems } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 5 })
    expect(problems).toMatchObject([{ code: 'CHUNKS_LIMIT', outcome: 'partial' }])
  })
})
