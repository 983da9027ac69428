/**
 * Owns the proof of a removal: what was removed with the documents, that nothing of it is left, and that searching for its words finds nothing;
 * and ending what a process that died had promised.
 * Refuses: removing, and saying that something is gone which it has not looked for.
 */
import { performance } from 'node:perf_hooks'
import { removalProofSchema, type Removal, type RemovalProof } from '../../shared/domain'
import type { Log } from '../../shared/log'
import { pairsOf, runsOf } from '../../shared/grams'
import { countAllUnowned, countUnowned, eachPassage, forgetUnowned, wipe } from '../ingest/forgetting'
import { parseQuery } from '../search/query'
import type { Erasable, KeywordFilter, OpenErasure, Operations, Store } from '../store/contract'

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
  readonly log: Log
}

export type Erasure = {
  /** Removes, and proves it. `remove` does the removing. @throws DISK_FULL, and what `remove` throws: then the next start ends it */
  readonly erase: <T>(what: Erasable, remove: () => Promise<T>) => Promise<T & { proof: RemovalProof }>
  /** Ends and proves what a process before this one had begun; `false` when something is left for another time. */
  readonly endCutOff: () => Promise<boolean>
  /** The latest removals with proof, newest first. */
  readonly list: () => Promise<Removal[]>
}

const PAGE = 2_000
/** Texts that are searched for. */
const SAMPLES = 20
/** Contents that one look at the store is about: what it costs grows with them, and searches wait for it. */
const CONTENTS = 200
/** The store deletes in small steps; this bounds the wait while none of them gets anything done. */
const WAIT_MS = 120_000
const LOOK_MS = 50
/** That many removals are told. */
const LISTED = 100
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

const isProven = (left: RemovalProof['left'], found: number): boolean =>
  Object.values(left).every((count) => count === 0) && found === 0

export const createErasure = ({
  store,
  collectVectors,
  countVectors,
  eraseVectors,
  waitMs = WAIT_MS,
  log,
}: ErasureParts): Erasure => {
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

  const vectorsLeft = async (stored: Left, contentIds: readonly number[]): Promise<number> =>
    stored.vectors + (contentIds.length > 0 ? await countVectors(contentIds) : 0)

  const forgetNotes = async ({ documentIds }: Erasable): Promise<void> => {
    for (let from = 0; from < (documentIds ?? []).length; from += PAGE)
      await store.run('erasure.notes', { documentIds: (documentIds ?? []).slice(from, from + PAGE) })
  }

  const keep = async (erasureId: number, proof: RemovalProof): Promise<void> => {
    await store.run('erasure.prove', { erasureId, proof: JSON.stringify(proof) })
  }

  /** Of what is gone for good neither passages nor words are known any more: so all that is left of whatever text is looked for. */
  const proveCutOff = async ({ id, what, contentIds, passages }: OpenErasure, cacheEntries: number): Promise<void> => {
    const stored = await countLeft(contentIds)
    const left = {
      ...stored,
      vectors: await vectorsLeft(stored, contentIds),
      words: await store.run('erasure.stray', {}),
      cacheEntries: await countAllUnowned(store),
      pictures: what === null ? 0 : await store.run('erasure.pictures', what),
      vectorFiles: 0,
    }
    const removed = { texts: contentIds.length, passages, cacheEntries }
    await keep(id, { proven: isProven(left, 0), removed, left, searched: 0, found: 0 })
  }

  const endAll = async (): Promise<boolean> => {
    const open = await store.run('erasure.open', {})
    if (open.length === 0) return true
    for (const { what } of open) if (what !== null) await forgetNotes(what)
    if (!(await waitUntilLeft(open.flatMap(({ contentIds }) => contentIds)))) return false
    const cacheEntries = await forgetUnowned(store)
    const isWhole = (await eraseVectors()) === 0
    if (isWhole) {
      await wipe(store, null)
      for (const [at, erasure] of open.entries()) await proveCutOff(erasure, at === 0 ? cacheEntries : 0)
    }
    log.info('erasure-finished', { removals: open.length, cacheEntries, whole: isWhole })
    return isWhole
  }

  /** Whoever asks meanwhile waits for the same. */
  let ending: Promise<boolean> | null = null
  const endCutOff = (): Promise<boolean> => {
    ending ??= endAll().finally(() => {
      ending = null
    })
    return ending
  }

  const erase: Erasure['erase'] = async (what, remove) => {
    // Whoever dies from here on: the next start removes what is left of it, and ends this when it is at rest.
    const { erasureId, contentIds } = await store.run('erasure.begin', what)
    const begin = async () => {
      const passages = await readPassages(contentIds)
      return { passages, removed: await remove() }
    }
    const { passages, removed } = await begin().catch(async (thrown: unknown) => {
      // Who is told that it failed may go on with what is left: no later start may take that away.
      await store
        .run('erasure.letGo', { erasureId })
        .catch((error: unknown) => log.warn('removal-not-let-go', { error }))
      throw thrown
    })
    const isDeleted = await waitUntilLeft(contentIds)
    await forgetNotes(what)
    const cacheEntries = await forgetUnowned(store)
    const vectorFiles = contentIds.length === 0 ? 0 : await eraseVectors()
    // What is still to be deleted has to be overwritten, too: then it is for the next start to end this.
    const isWiped = isDeleted && vectorFiles === 0
    if (isWiped) await wipe(store, erasureId)
    const stored = await countLeft(contentIds)
    const left = {
      ...stored,
      vectors: await vectorsLeft(stored, contentIds),
      words: await countIndexed(passages),
      cacheEntries: await countUnowned(store, [...passages.hashes.values()]),
      pictures: await store.run('erasure.pictures', what),
      vectorFiles,
    }
    const found = await search(passages.samples, contentIds)
    const proof: RemovalProof = {
      proven: isProven(left, found),
      removed: { texts: contentIds.length, passages: passages.chunkIds.length, cacheEntries },
      left,
      searched: passages.samples.length,
      found,
    }
    if (isWiped) await keep(erasureId, proof)
    return { ...removed, proof }
  }

  const list = async (): Promise<Removal[]> => {
    const removals = await store.run('erasure.list', { limit: LISTED })
    return removals.map(({ id, proof, ...removal }) => ({
      id: String(id),
      ...removal,
      proof: proof === null ? null : removalProofSchema.parse(JSON.parse(proof)),
    }))
  }

  return { erase, endCutOff, list }
}
