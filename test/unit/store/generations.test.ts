import { describe, expect, it } from 'vitest'
import type { Generation, ModelChoice } from '../../../src/main/store/contract'
import { remark } from '../../../src/shared/remarks'
import { claim, collectionId, commit, countersDiffer, document, finish, makeBed, startJob, work, type Bed } from './bed'

const choice = (model: string, dimensions = 4): ModelChoice => ({ ref: model, model, dimensions, version: 1 })

const serving = (bed: Bed): Generation | undefined =>
  bed.run('generations.list', { collectionId: null }).find(({ state }) => state === 'serving')

/** A collection with three texts of two passages, all with vectors by model `a`. */
const makeCollection = (): { bed: Bed; id: number } => {
  const bed = makeBed()
  const jobId = startJob(
    bed,
    ['x', 'y', 'z'].map((path) => document(path)),
  )
  bed.run('generations.ensure', choice('a'))
  work(bed, jobId, { x: ['x1', 'x2'], y: ['y1', 'y2'], z: ['z1', 'z2'] })
  return { bed, id: collectionId(bed) }
}

const begin = (bed: Bed, id: number, model = 'b'): Generation =>
  bed.run('generations.start', {
    collectionId: id,
    choice: choice(model),
    switches: true,
    naming: remark('JOB_REPAIR'),
  }).generation

/** Records vectors for at most `limit` passages of a generation; tells how many there were. */
const build = (bed: Bed, { id, space }: Generation, limit: number, taskId = 0): number => {
  const pending = bed.run('generations.pending', { id, afterContentId: 0, limit })
  if (pending.length === 0) return 0
  const { intentId } = bed.run('embed.intend', { chunkIds: pending.map(({ chunkId }) => chunkId), spaceId: space.id })
  const chunks = pending.map((chunk) => ({ ...chunk, windows: 3, tokens: 2 }))
  bed.run('generations.record', { id, intentId, taskId, chunks, figures: { computed: 3, cached: 0, ms: 1 } })
  return pending.length
}

describe('generations of a collection', () => {
  it('are given once to collections that have none, and tell where their vectors are', () => {
    const { bed, id } = makeCollection()
    expect(bed.run('generations.ensure', choice('c'))).toEqual({ assigned: 0 })
    expect(bed.run('generations.serving', { collectionIds: null })).toMatchObject({
      serving: [{ ref: 'a', collectionIds: [id], isMixed: false, space: { table: 'windows_a', dimensions: 4 } }],
      hasUnassigned: false,
    })
    expect(bed.run('collections.find', { name: 'default' })?.model).toEqual({ ref: 'a', id: 'a', dimensions: 4 })
    expect(bed.run('generations.serving', { collectionIds: [id + 1] }).serving).toEqual([])
  })

  it('are built passage by passage, also within one text, and switched to only when nothing is missing', () => {
    const { bed, id } = makeCollection()
    const built = begin(bed, id)
    expect(bed.run('generations.switch', { id: built.id })).toEqual({ switched: false, missing: 3 })
    expect(build(bed, built, 3)).toBe(3)
    expect(
      bed.run('generations.pending', { id: built.id, afterContentId: 0, limit: 9 }).map(({ text }) => text),
    ).toEqual(['y2', 'z1', 'z2'])
    expect(bed.run('generations.count', { id: built.id })).toEqual({ contents: 1, missing: 2, windows: 9 })
    while (build(bed, built, 2) > 0);
    expect(bed.run('generations.switch', { id: built.id })).toEqual({ switched: true, missing: 0 })
    expect(serving(bed)?.space.model).toBe('b')
    const expected = (spaceId: number) => bed.run('embed.expected', { afterContentId: 0, limit: 9, spaceId })
    expect(expected(built.space.id).map(({ windows, generationId }) => [windows, generationId])).toEqual([
      [6, null],
      [6, null],
      [6, null],
    ])
    const [first] = bed.run('spaces.list', {})
    expect(expected(first?.id ?? 0).map(({ windows }) => windows)).toEqual([4, 4, 4])
  })

  it('take in what comes while they are built, and let go what goes', () => {
    const { bed, id } = makeCollection()
    const built = begin(bed, id)
    while (build(bed, built, 9) > 0);
    const late = startJob(bed, [document('late')])
    work(bed, late, { late: ['late text'] })
    expect(bed.run('generations.switch', { id: built.id })).toEqual({ switched: false, missing: 1 })
    bed.run('documents.remove', { ids: [1] })
    while (build(bed, built, 9) > 0);
    expect(bed.run('generations.switch', { id: built.id }).switched).toBe(true)
    const garbage = bed.run('embed.garbage', { limit: 9 })
    bed.run('embed.clearGarbage', { contentIds: garbage })
    bed.run('generations.rollback', { collectionId: id })
    expect(serving(bed)?.space.model).toBe('a')
    expect(bed.run('generations.count', { id: serving(bed)?.id ?? 0 })).toMatchObject({ contents: 3, missing: 0 })
  })

  it('make good what had no vectors by the model before, and say so of the documents', () => {
    const { bed, id } = makeCollection()
    const jobId = startJob(bed, [document('bare')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const { contentId } = commit(bed, task, ['bare text'])
    const [embed] = claim(bed, 'embed')
    if (embed) finish(bed, embed)
    const state = () =>
      bed.run('documents.list', { collectionId: id, states: null, contains: 'bare', offset: 0, limit: 1 }).documents[0]
    expect(state()).toMatchObject({ state: 'partial', code: 'VECTORS_MISSING', pendingVectors: 1 })
    const built = begin(bed, id)
    while (build(bed, built, 9) > 0);
    bed.run('generations.switch', { id: built.id })
    expect(state()).toMatchObject({ state: 'indexed', code: null, pendingVectors: 0 })
    expect(bed.run('embed.pending', { contentIds: [contentId], limit: 9 })).toEqual([])
    // Back again it lacks them, and is queued.
    expect(bed.run('generations.rollback', { collectionId: id }).missing).toBe(1)
    expect(bed.run('embed.pending', { contentIds: [contentId], limit: 9 })).toHaveLength(1)
    const repair = claim(bed, 'embed').find(({ kind }) => kind === 'document')
    expect(repair).toMatchObject({ contentId })
    expect(jobId).not.toBe(repair?.jobId)
  })

  it('are declared invalid together with an intent to undo what is there, a page at a time', () => {
    const { bed, id } = makeCollection()
    const built = begin(bed, id)
    build(bed, built, 3)
    const contents = bed.run('embed.expected', { afterContentId: 0, limit: 9, spaceId: built.space.id })
    expect(contents).toHaveLength(2)
    expect(bed.run('generations.invalidate', { id: built.id, contentIds: null })).toEqual({ more: false })
    expect(bed.run('embed.intents', {}).map(({ chunkIds, spaceId }) => [chunkIds, spaceId])).toEqual([
      [[1, 2], built.space.id],
      [[3, 4], built.space.id],
    ])
    expect(bed.run('generations.pending', { id: built.id, afterContentId: 0, limit: 9 })).toHaveLength(6)
  })

  it('undo vectors that were written for a model which was replaced meanwhile', () => {
    const { bed, id } = makeCollection()
    const jobId = startJob(bed, [document('late')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const { contentId } = commit(bed, task, ['late text'])
    const before = serving(bed)?.space.id ?? 0
    const chunkIds = bed.run('embed.pending', { contentIds: [contentId], limit: 9 }).map(({ chunkId }) => chunkId)
    const { intentId } = bed.run('embed.intend', { chunkIds, spaceId: before })
    const built = begin(bed, id)
    while (build(bed, built, 9) > 0);
    expect(bed.run('generations.switch', { id: built.id }).switched).toBe(true)
    const chunks = chunkIds.map((chunk) => ({ id: chunk, windows: 2, tokens: 1 }))
    bed.run('embed.record', { intentId, chunks, jobs: [{ jobId, computed: 2, cached: 0, tokens: 1, ms: 1 }] })
    expect(bed.run('embed.intents', {})).toMatchObject([{ chunkIds, spaceId: before }])
    expect(bed.run('generations.count', { id: serving(bed)?.id ?? 0 })).toMatchObject({ windows: 18 + 3 })
  })

  it('are let go of when they were kept long enough, or their job was cancelled', () => {
    const { bed, id } = makeCollection()
    const built = begin(bed, id)
    while (build(bed, built, 9) > 0);
    bed.run('generations.switch', { id: built.id })
    expect(bed.run('generations.expire', { days: 1 })).toEqual({ dropped: 0 })
    expect(bed.run('generations.expire', { days: 0 })).toEqual({ dropped: 1 })
    const second = begin(bed, id, 'c')
    bed.run('jobs.cancel', { id: bed.run('generations.find', { id: second.id })?.jobId ?? 0 })
    expect(bed.run('generations.expire', { days: 9 })).toEqual({ dropped: 1 })
    const dropped = bed.run('generations.list', { collectionId: id }).filter(({ state }) => state === 'dropped')
    expect(dropped.map(({ space }) => space.model).sort()).toEqual(['a', 'c'])
    expect(bed.run('spaces.retire', {})).toEqual([])
    for (const generation of dropped) bed.run('generations.forget', { id: generation.id })
    const retired = bed.run('spaces.retire', {})
    expect(retired.map(({ table }) => table)).toEqual(['windows_a', 'windows_c'])
    for (const space of retired) bed.run('spaces.forget', { id: space.id })
    expect(bed.run('spaces.retire', {})).toEqual([])
    expect(countersDiffer(bed)).toEqual([])
  })

  it('have tables of their own, also where names differ by signs or dimensions alone', () => {
    const { bed, id } = makeCollection()
    const tables = ['A', 'a-b', 'a_b'].map((model) => {
      bed.run('generations.drop', { collectionId: id, states: ['building'] })
      const open = bed.run('jobs.list', { offset: 0, limit: 9, states: ['queued', 'running'] }).jobs
      for (const job of open) bed.run('jobs.cancel', { id: Number(job.id) })
      return begin(bed, id, model).space.table
    })
    expect(new Set([...tables, 'windows_a']).size).toBe(4)
    expect(new Set(tables.map((table) => table.toLowerCase())).size).toBe(3)
  })

  it('of a removed collection go with it', () => {
    const { bed, id } = makeCollection()
    begin(bed, id)
    for (let more = true; more;) more = bed.run('collections.removePage', { id, limit: 10 }).more
    expect(bed.run('generations.list', { collectionId: null })).toEqual([])
  })

  it('serve at once where there is nothing to make', () => {
    const bed = makeBed()
    const id = collectionId(bed)
    const started = bed.run('generations.start', {
      collectionId: id,
      choice: choice('b'),
      switches: true,
      naming: remark('JOB_REPAIR'),
    })
    expect(started).toMatchObject({ job: null, generation: { state: 'serving' } })
  })
})
