/**
 * Owns the proof of a removal: what was removed with the documents, that nothing of it is left, and that searching for its words finds nothing;
 * and ending what a process that died had promised.
 * Refuses: removing, and saying that something is gone which it has not looked for.
 */
import { performance } from 'node:perf_hooks'
import { removalProofSchema, type Removal, type RemovalProof } from '../../shared/domain'
import type { Log } from '../../shared/log'
import { pairsOf, runsOf } from '../../shared/grams'
import { countUnowned, eachPassage, forgetUnowned, wipe } from '../ingest/forgetting'
import { parseQuery } from '../search/query'
import { addId, pagesOfIds } from './id-ranges'
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
  /** Hashes of passages that are held in memory at once. */
  readonly heldHashes?: number
  readonly log: Log
}

export type Erasure = {
  /** Removes, and proves it. `remove` does the removing. @throws DISK_FULL, and what `remove` throws: then the next start ends it */
  readonly erase: <T>(what: Erasable, remove: () => Promise<T>) => Promise<T & { proof: RemovalProof }>
  /**
   * Ends and proves what a process before this one had begun; `false` when something is left for another time. `isAwaited`: a person waits for it; else
   * nothing is waited for that gets nothing done.
   */
  readonly endCutOff: (isAwaited?: boolean) => Promise<boolean>
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
/** Hashes of so many passages are held, which takes about 20 MB; of more only what the cache keeps without a text is looked for. */
const HASHES = 200_000
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
const NOTHING: Omit<Left, 'going'> = { texts: 0, passages: 0, summaries: 0, vectors: 0 }

/** Passages of what is removed, in memory that does not grow with their number: they were stored in a row, so their ids are few ranges. */
type Passages = {
  count: number
  /** First and last id, both inclusive, one after the other. */
  ranges: number[]
  /** As base64: of the first of them. */
  hashes: Set<string>
  samples: string[]
}

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
  heldHashes = HASHES,
  log,
}: ErasureParts): Erasure => {
  const readPassages = async (contentIds: number[]): Promise<Passages> => {
    const passages: Passages = { count: 0, ranges: [], hashes: new Set(), samples: [] }
    for (const some of divide(contentIds)) {
      await eachPassage(store, some, ({ id, hash, sample }) => {
        passages.count += 1
        addId(passages.ranges, id)
        if (passages.hashes.size < heldHashes) passages.hashes.add(Buffer.from(hash).toString('base64'))
        if (sample !== null && passages.samples.length < SAMPLES) passages.samples.push(sample)
      })
    }
    return passages
  }

  /** Entries of the full-text indexes that are left of these passages. */
  const countIndexed = async ({ ranges, samples }: Passages): Promise<number> => {
    const asked = { matches: samples.map(phraseOf), grams: samples.flatMap(gramsOf) }
    let left = (await store.run('erasure.indexed', { chunkIds: [], ...asked })).found
    for (const chunkIds of pagesOfIds(ranges, PAGE))
      left += (await store.run('erasure.indexed', { chunkIds, matches: [], grams: [] })).named
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

  /**
   * Until what is being deleted of texts and passages is, and no vectors of them are written any more; `false` when nothing of it gets done for so
   * long. What nobody deletes is not waited for: the proof counts it.
   */
  const waitUntilLeft = async (contentIds: number[], patienceMs = waitMs): Promise<boolean> => {
    for (const some of divide(contentIds)) {
      let least = Number.POSITIVE_INFINITY
      for (let deadlineMs = performance.now() + patienceMs; ;) {
        await collectVectors()
        const { going } = await store.run('erasure.left', { contentIds: some })
        if (going === 0) break
        if (going < least) deadlineMs = performance.now() + patienceMs
        else if (performance.now() > deadlineMs) return false
        least = Math.min(least, going)
        await pause(LOOK_MS)
      }
    }
    return true
  }

  const countLeft = async (contentIds: number[]): Promise<typeof NOTHING> => {
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

  const vectorsLeft = async (stored: typeof NOTHING, contentIds: readonly number[]): Promise<number> =>
    stored.vectors + (contentIds.length > 0 ? await countVectors(contentIds) : 0)

  const forgetNotes = async ({ documentIds }: Erasable): Promise<void> => {
    for (let from = 0; from < (documentIds ?? []).length; from += PAGE)
      await store.run('erasure.notes', { documentIds: (documentIds ?? []).slice(from, from + PAGE) })
  }

  const keep = async (erasureId: number, proof: RemovalProof): Promise<void> => {
    await store.run('erasure.prove', { erasureId, proof: JSON.stringify(proof) })
  }

  /**
   * Of what is gone for good neither passages nor words are known any more. Whatever an index names that is no passage counts, and whatever of the cache
   * was without a text when its own were gone; what other removals do meanwhile does not.
   */
  const proveCutOff = async (
    { id, what, contentIds, passages }: OpenErasure,
    cache: { removed: number; left: number },
  ): Promise<void> => {
    const stored = await countLeft(contentIds)
    const left = {
      ...stored,
      vectors: await vectorsLeft(stored, contentIds),
      words: await store.run('erasure.stray', {}),
      cacheEntries: cache.left,
      pictures: what === null ? 0 : await store.run('erasure.pictures', what),
      vectorFiles: 0,
    }
    const removed = { texts: contentIds.length, passages, cacheEntries: cache.removed }
    await keep(id, { proven: isProven(left, 0), removed, left, searched: 0, found: 0 })
  }

  /** Whether the start of this process went on with it: what is still to be removed is none that was begun before. */
  const isGoneOnWith = async ({ what, contentIds }: OpenErasure): Promise<boolean> => {
    if (what === null) return true
    const waiting = new Set(await store.run('erasure.contents', what))
    return !contentIds.some((id) => waiting.has(id))
  }

  /** Removals that can be ended now; each waits for itself only. */
  const listReady = async (open: readonly OpenErasure[], patienceMs: number): Promise<OpenErasure[]> => {
    const ready: OpenErasure[] = []
    for (const erasure of open) {
      if (!(await isGoneOnWith(erasure))) log.warn('removal-not-resumed', { texts: erasure.contentIds.length })
      else if (await waitUntilLeft(erasure.contentIds, patienceMs)) ready.push(erasure)
    }
    return ready
  }

  const endAll = async (patienceMs: number): Promise<boolean> => {
    const open = await store.run('erasure.open', {})
    if (open.length === 0) return true
    const ready = await listReady(open, patienceMs)
    if (ready.length === 0) return false
    for (const { what } of ready) if (what !== null) await forgetNotes(what)
    const { forgotten, left } = await forgetUnowned(store)
    const isWhole = (await eraseVectors()) === 0
    if (isWhole) {
      // What is left for the next start goes on being overwritten.
      if (ready.length === open.length) await wipe(store, null)
      else for (const { id } of ready) await wipe(store, id)
      for (const [at, erasure] of ready.entries())
        await proveCutOff(erasure, { removed: at === 0 ? forgotten : 0, left })
    }
    log.info('erasure-finished', { removals: ready.length, cacheEntries: forgotten, whole: isWhole })
    return isWhole && ready.length === open.length
  }

  /** Whoever asks meanwhile waits for the same. */
  let ending: Promise<boolean> | null = null
  const endCutOff = (isAwaited = false): Promise<boolean> => {
    ending ??= endAll(isAwaited ? waitMs : 0).finally(() => {
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
    const cache = await forgetUnowned(store)
    const vectorFiles = contentIds.length === 0 ? 0 : await eraseVectors()
    // What is still to be deleted has to be overwritten, too: then it is for the next start to end this.
    const isWiped = isDeleted && vectorFiles === 0
    if (isWiped) await wipe(store, erasureId)
    const stored = await countLeft(contentIds)
    const left = {
      ...stored,
      vectors: await vectorsLeft(stored, contentIds),
      words: await countIndexed(passages),
      // Once more: a vector may have come meanwhile.
      cacheEntries: Math.max(
        cache.left,
        await countUnowned(
          store,
          [...passages.hashes].map((hash) => Buffer.from(hash, 'base64')),
        ),
      ),
      pictures: await store.run('erasure.pictures', what),
      vectorFiles,
    }
    const found = await search(passages.samples, contentIds)
    const proof: RemovalProof = {
      proven: isProven(left, found),
      removed: { texts: contentIds.length, passages: passages.count, cacheEntries: cache.forgotten },
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
