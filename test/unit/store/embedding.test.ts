import { describe, expect, it } from 'vitest'
import {
  claim,
  commit,
  countersDiffer,
  document,
  embedAll,
  finish,
  makeBed,
  startJob,
  WHOLE,
  work,
  type Bed,
} from './bed'

const committed = (bed: Bed, texts: string[]): { jobId: number; contentId: number } => {
  const jobId = startJob(bed, [document('a')])
  const [task] = claim(bed, 'extract')
  if (!task) throw new Error('nothing was claimed')
  return { jobId, contentId: commit(bed, task, texts).contentId }
}

describe('vectors', () => {
  it('are pending in the order of contents and chunks, a page at a time', () => {
    const bed = makeBed()
    const { contentId } = committed(bed, ['one', 'two', 'three'])
    const texts = (limit: number) =>
      bed.run('embed.pending', { contentIds: [contentId, 99], limit }).map(({ text }) => text)
    expect(texts(2)).toEqual(['one', 'two'])
    expect(texts(9)).toEqual(['one', 'two', 'three'])
    expect(bed.run('embed.pending', { contentIds: [], limit: 9 })).toEqual([])
  })

  it('leave an intent behind until they are recorded', () => {
    const bed = makeBed()
    const { jobId, contentId } = committed(bed, ['one', 'two'])
    const chunkIds = bed.run('embed.pending', { contentIds: [contentId], limit: 9 }).map(({ chunkId }) => chunkId)
    const { intentId } = bed.run('embed.intend', { chunkIds })
    bed.reopen()
    expect(bed.run('embed.intents', {})).toEqual([{ intentId, chunkIds, spaceId: null }])
    bed.run('embed.clearIntent', { intentId })
    expect(bed.run('embed.intents', {})).toEqual([])
    expect(() => bed.run('embed.record', { intentId, chunks: [], jobs: [] })).toThrow('no intent')
    embedAll(bed, [contentId], jobId)
    expect(bed.run('embed.intents', {})).toEqual([])
    expect(bed.run('embed.pending', { contentIds: [contentId], limit: 9 })).toEqual([])
  })

  it('count once when they are recorded twice', () => {
    const bed = makeBed()
    const { contentId } = committed(bed, ['one', 'two'])
    const [first] = bed.run('embed.pending', { contentIds: [contentId], limit: 9 })
    if (!first) throw new Error('nothing is pending')
    for (let round = 0; round < 2; round += 1) {
      const { intentId } = bed.run('embed.intend', { chunkIds: [first.chunkId] })
      bed.run('embed.record', { intentId, chunks: [{ id: first.chunkId, windows: 3, tokens: 5 }], jobs: [] })
    }
    expect(bed.run('documents.show', { id: 1 })?.pendingVectors).toBe(1)
    expect(bed.run('embed.expected', { afterContentId: 0, limit: 9 })).toMatchObject([{ contentId, windows: 3 }])
    expect(bed.run('embed.expected', { afterContentId: contentId, limit: 9 })).toEqual([])
  })

  it('of a text that went away while a model thought about it are not to be written', () => {
    const bed = makeBed()
    const gone = committed(bed, ['one'])
    const chunkIds = bed.run('embed.pending', { contentIds: [gone.contentId], limit: 9 }).map(({ chunkId }) => chunkId)
    bed.run('documents.remove', { ids: [1] })
    // Not yet deleted, and deleted.
    expect(bed.run('embed.intend', { chunkIds }).chunkIds).toEqual([])
    bed.tidy()
    expect(bed.run('embed.intend', { chunkIds }).chunkIds).toEqual([])
  })

  it('of a text that goes while they are written are not taken for deleted before they are recorded', () => {
    const bed = makeBed()
    const { contentId } = committed(bed, ['one'])
    const chunkIds = bed.run('embed.pending', { contentIds: [contentId], limit: 9 }).map(({ chunkId }) => chunkId)
    const { intentId } = bed.run('embed.intend', { chunkIds })
    bed.run('documents.remove', { ids: [1] })
    expect(bed.run('embed.garbage', { limit: 9 })).toEqual([])
    bed.run('embed.record', { intentId, chunks: [], jobs: [] })
    expect(bed.run('embed.garbage', { limit: 9 })).toEqual([contentId])
  })

  it('of a content that went away while they were written are garbage again', () => {
    const bed = makeBed()
    const { jobId, contentId } = committed(bed, ['one'])
    const chunkIds = bed.run('embed.pending', { contentIds: [contentId], limit: 9 }).map(({ chunkId }) => chunkId)
    const { intentId } = bed.run('embed.intend', { chunkIds })
    bed.run('documents.remove', { ids: [1] })
    bed.tidy()
    bed.run('embed.clearGarbage', { contentIds: [contentId] })
    bed.run('embed.record', {
      intentId,
      chunks: chunkIds.map((id) => ({ id, windows: 1, tokens: 1 })),
      jobs: [{ jobId: 99, computed: 1, cached: 0, tokens: 1, ms: 1 }],
    })
    expect(bed.run('embed.garbage', { limit: 9 })).toEqual([contentId])
    // Its task has nothing left to do and ends.
    const [task] = claim(bed, 'embed')
    expect(task?.contentId).toBeNull()
    if (task) finish(bed, task)
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed')
  })

  it('that were finished by another job complete the documents that lacked them', () => {
    const bed = makeBed()
    const { jobId } = committed(bed, ['one'])
    bed.run('jobs.cancel', { id: jobId })
    expect(bed.run('documents.show', { id: 1 })).toMatchObject({ state: 'partial', code: 'VECTORS_MISSING' })
    const second = startJob(bed, [document('copy')])
    const [task] = claim(bed, 'extract')
    const content = bed.run('contents.find', { collectionId: 1, sha256: 'sha:one', settingsKey: 's1' })
    if (!task || !content) throw new Error('the content is not known')
    bed.run('extract.link', {
      taskId: task.id,
      attempt: { phase: 'extract', ms: 1, worker: null },
      figures: {},
      contentId: content.id,
      sizeBytes: 1,
    })
    embedAll(bed, [content.id], second)
    expect(bed.run('documents.show', { id: 1 })).toMatchObject({ state: 'indexed', code: null, pendingVectors: 0 })
    expect(bed.run('jobs.find', { id: jobId })?.pendingVectors).toBe(0)
    expect(countersDiffer(bed)).toEqual([])
  })

  it('are left missing when a task ends without them, and that is said', () => {
    const bed = makeBed()
    const { jobId } = committed(bed, ['one'])
    for (const task of claim(bed, 'embed')) finish(bed, task)
    expect(bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 }).problems).toMatchObject([
      { outcome: 'partial', code: 'VECTORS_MISSING' },
    ])
  })
})

describe('making vectors again', () => {
  it('queues the documents in one repair job of their collection', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a'), document('b')]), { a: ['one', 'two'] })
    work(bed, startJob(bed, [document('c')], { collection: 'other' }))
    expect(bed.run('embed.invalidate', { contentIds: [1, 2, 99] })).toEqual({ documents: 2 })
    expect(bed.run('embed.invalidate', { contentIds: [3] })).toEqual({ documents: 1 })
    // Again, before anything was done: nothing more is queued.
    expect(bed.run('embed.invalidate', { contentIds: [1] })).toEqual({ documents: 0 })
    const { jobs } = bed.run('jobs.list', { states: ['queued'], offset: 0, limit: 9 })
    expect(jobs.map(({ collection, pendingVectors, label }) => ({ collection, pendingVectors, label }))).toEqual([
      { collection: 'other', pendingVectors: 1, label: 'Repair of vectors' },
      { collection: 'default', pendingVectors: 3, label: 'Repair of vectors' },
    ])
    for (const task of claim(bed, 'embed')) {
      embedAll(bed, [task.contentId ?? 0], task.jobId)
      finish(bed, task)
    }
    expect(bed.run('jobs.list', { states: ['completed'], offset: 0, limit: 9 }).total).toBe(4)
    expect(bed.run('health.figures', {}).pendingChunks).toBe(0)
    expect(bed.run('embed.expected', { afterContentId: 0, limit: 9 })).toMatchObject([
      { contentId: 1, windows: 4 },
      { contentId: 2, windows: 2 },
      { contentId: 3, windows: 2 },
    ])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('lets a document that is being embedded go on, and keeps what makes one partial', () => {
    const bed = makeBed()
    const { jobId, contentId } = committed(bed, ['one', 'two'])
    const [task] = claim(bed, 'embed')
    embedAll(bed, [contentId], jobId)
    expect(bed.run('embed.invalidate', { contentIds: [contentId] })).toEqual({ documents: 0 })
    expect(bed.run('jobs.find', { id: jobId })?.pendingVectors).toBe(2)
    embedAll(bed, [contentId], jobId)
    if (task) finish(bed, task)

    startJob(bed, [document('p')])
    const [partial] = claim(bed, 'extract')
    if (!partial) throw new Error('nothing was claimed')
    const warnings = [{ code: 'TEXT_LIMIT' as const, details: { limit: 3 } }]
    const facts = { kind: 'text', title: null, language: null, pages: null, encoding: null, warnings, coverage: WHOLE }
    const second = commit(bed, partial, ['three'], { facts })
    embedAll(bed, [second.contentId], partial.jobId)
    for (const embed of claim(bed, 'embed')) finish(bed, embed)
    expect(bed.run('embed.invalidate', { contentIds: [second.contentId] })).toEqual({ documents: 1 })
    const [repair] = claim(bed, 'embed')
    if (!repair) throw new Error('nothing was queued')
    embedAll(bed, [second.contentId], repair.jobId)
    finish(bed, repair)
    expect(bed.run('jobs.problems', { id: repair.jobId, offset: 0, limit: 9 }).problems).toMatchObject([
      { outcome: 'partial', code: 'TEXT_LIMIT' },
    ])
  })
})
