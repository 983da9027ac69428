/**
 * Owns the proof of a removal: what was removed with the documents, that nothing of it is left, and that searching for its words finds nothing.
 * Refuses: removing, and saying that something is gone which it has not looked for.
 */
import { performance } from 'node:perf_hooks'
import type { RemovalProof } from '../../shared/domain'
import { pairsOf, runsOf } from '../../shared/grams'
import { countUnowned, eachPassage, forgetUnowned, wipe } from '../ingest/forgetting'
import { parseQuery } from '../search/query'
import type { KeywordFilter, Operations, Store } from '../store/contract'

export type ErasureParts = {
  readonly store: Store
  /** Deletes the vectors of contents that are gone. */
  readonly collectVectors: () => Promise<void>
  /** Vectors of these contents in the index itself, whatever the store knows. */
  readonly countVectors: (contentIds: readonly number[]) => Promise<number>
  /** Takes deleted vectors out of the files of the index; tells of how many tables that failed. */
  readonly eraseVectors: () => Promise<number>
  /** How long deleting may get nothing done before it is not waited for any more. */
  readonly waitMs?: number
}

type Erasable = Operations['erasure.contents']['params']

const PAGE = 2_000
/** Texts that are searched for. */
const SAMPLES = 20
/** Contents that one look at the store is about: what it costs grows with them, and searches wait for it. */
const CONTENTS = 200
/** The store deletes in small steps; this bounds the wait while none of them gets anything done. */
const WAIT_MS = 120_000
const LOOK_MS = 50
const ANYTHING: KeywordFilter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null }

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const divide = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / CONTENTS) }, (_, at) => ids.slice(at * CONTENTS, (at + 1) * CONTENTS))

type Left = Operations['erasure.left']['result']
const NOTHING: Left = { texts: 0, passages: 0, summaries: 0, vectors: 0 }

type Passages = { chunkIds: number[]; hashes: Map<string, Buffer>; samples: string[] }

/** The words of a text in their order, as a full-text index is asked for them. */
const phraseOf = (sample: string): string => `"${sample.replaceAll('"', ' ')}"`

const gramsOf = (sample: string): string[] =>
  runsOf(sample.normalize('NFKC'))
    .slice(0, 1)
    .map((run) => `"${pairsOf(run).join(' ')}"`)

/** Removes, and proves it. `remove` does the removing. */
export const createErasure = ({
  store,
  collectVectors,
  countVectors,
  eraseVectors,
  waitMs = WAIT_MS,
}: ErasureParts) => {
  const readPassages = async (contentIds: number[]): Promise<Passages> => {
    const passages: Passages = { chunkIds: [], hashes: new Map(), samples: [] }
    for (const some of divide(contentIds)) {
      await eachPassage(store, some, ({ id, hash, sample }) => {
        const bytes = Buffer.from(hash)
        passages.chunkIds.push(id)
        passages.hashes.set(bytes.toString('base64'), bytes)
        if (sample !== null && passages.samples.length < SAMPLES) passages.samples.push(sample)
      })
    }
    return passages
  }

  /** Entries of the full-text indexes that are left of these passages. */
  const countIndexed = async ({ chunkIds, samples }: Passages): Promise<number> => {
    const asked = { matches: samples.map(phraseOf), grams: samples.flatMap(gramsOf) }
    let left = (await store.run('erasure.indexed', { chunkIds: [], ...asked })).found
    for (let from = 0; from < chunkIds.length; from += PAGE) {
      const page = { chunkIds: chunkIds.slice(from, from + PAGE), matches: [], grams: [] }
      left += (await store.run('erasure.indexed', page)).named
    }
    return left
  }

  /** How many of these texts are still found, by their own words. */
  const search = async (samples: readonly string[], contentIds: readonly number[]): Promise<number> => {
    let found = 0
    for (const sample of samples) {
      const { match } = parseQuery(sample.replaceAll('"', ' '))
      if (match === null) continue
      const hits = await store.run('search.keyword', { match, filter: ANYTHING, limit: 50 })
      if (hits.some(({ contentId }) => contentIds.includes(contentId))) found += 1
    }
    return found
  }

  /** Until texts and passages are deleted, and no vectors of them are written any more; `false` when that does not come to its end. */
  const waitUntilLeft = async (contentIds: number[]): Promise<boolean> => {
    for (const some of divide(contentIds)) {
      let least = Number.POSITIVE_INFINITY
      for (let deadlineMs = performance.now() + waitMs; ;) {
        await collectVectors()
        const { texts, passages, vectors } = await store.run('erasure.left', { contentIds: some })
        const count = texts + passages + vectors
        if (count === 0) break
        if (count < least) deadlineMs = performance.now() + waitMs
        else if (performance.now() > deadlineMs) return false
        least = Math.min(least, count)
        await pause(LOOK_MS)
      }
    }
    return true
  }

  const countLeft = async (contentIds: number[]): Promise<Left> => {
    let sum = NOTHING
    for (const some of divide(contentIds)) {
      const { texts, passages, summaries, vectors } = await store.run('erasure.left', { contentIds: some })
      sum = {
        texts: sum.texts + texts,
        passages: sum.passages + passages,
        summaries: sum.summaries + summaries,
        vectors: sum.vectors + vectors,
      }
    }
    return sum
  }

  return async <T>(what: Erasable, remove: () => Promise<T>): Promise<T & { proof: RemovalProof }> => {
    const contentIds = await store.run('erasure.contents', what)
    const passages = await readPassages(contentIds)
    const { erasureId } = await store.run('erasure.begin', {})
    const removed = await remove()
    const isDeleted = await waitUntilLeft(contentIds)
    // Whoever dies before this: the next process finds the removal begun, and does it (upkeep.ts).
    const cacheEntries = await forgetUnowned(store)
    const vectorFiles = contentIds.length === 0 ? 0 : await eraseVectors()
    // What is still to be deleted has to be overwritten, too: then it is for the next start to end this.
    if (isDeleted && vectorFiles === 0) await wipe(store, erasureId)
    const stored = await countLeft(contentIds)
    const left = {
      ...stored,
      vectors: stored.vectors + (contentIds.length > 0 ? await countVectors(contentIds) : 0),
      words: await countIndexed(passages),
      cacheEntries: await countUnowned(store, [...passages.hashes.values()]),
      pictures: await store.run('erasure.pictures', what),
      vectorFiles,
    }
    const found = await search(passages.samples, contentIds)
    const proof: RemovalProof = {
      proven: Object.values(left).every((count) => count === 0) && found === 0,
      removed: { texts: contentIds.length, passages: passages.chunkIds.length, cacheEntries },
      left,
      searched: passages.samples.length,
      found,
    }
    return { ...removed, proof }
  }
}
