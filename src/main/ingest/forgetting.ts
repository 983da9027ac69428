/**
 * Owns what a removal with proof means for the cache of vectors: it keeps those of texts that stay, and no others, whatever they were of; and
 * going on with removals that were cut off.
 * Refuses: knowing which text was removed. So it can be done anew from nothing but the files, by whoever comes after a process that died,
 * and also takes what an earlier version of a removed text had.
 */
import type { Erasable, Operations, Store } from '../store/contract'

const PAGE = 2_000
/** Entries that are held in memory while all texts are looked through for them: about 20 MB. */
const BATCH = 200_000

type Passage = Operations['erasure.passages']['result'][number]

/** Tells every passage of these contents (`null`: of all texts that stay), a page at a time. */
export const eachPassage = async (
  store: Store,
  contentIds: number[] | null,
  take: (passage: Passage) => void,
): Promise<void> => {
  for (let afterChunkId = 0; ;) {
    const page = await store.run('erasure.passages', { contentIds, afterChunkId, limit: PAGE })
    for (const passage of page) take(passage)
    afterChunkId = page.at(-1)?.id ?? afterChunkId
    if (page.length < PAGE) return
  }
}

const keyOf = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1')

/** Of these hashes, those that no text has that stays. */
const listUnowned = async (store: Store, hashes: Set<string>): Promise<Buffer[]> => {
  if (hashes.size > 0) await eachPassage(store, null, ({ hash }) => hashes.delete(keyOf(hash)))
  return [...hashes].map((key) => Buffer.from(key, 'latin1'))
}

/** Tells every entry of the cache, at most `BATCH` at once. */
async function* readCached(store: Store): AsyncGenerator<Set<string>> {
  let batch = new Set<string>()
  for (let afterId = 0; ;) {
    const page = await store.run('cache.list', { afterId, limit: PAGE })
    for (const { hash } of page) batch.add(keyOf(hash))
    afterId = page.at(-1)?.id ?? afterId
    if (page.length === PAGE && batch.size < BATCH) continue
    yield batch
    batch = new Set()
    if (page.length < PAGE) return
  }
}

/** How many of these texts the cache still has although no text has them that stays. */
export const countUnowned = async (store: Store, hashes: readonly Buffer[]): Promise<number> => {
  const known = new Set<string>()
  for (let from = 0; from < hashes.length; from += PAGE)
    for (const hash of await store.run('cache.known', { hashes: hashes.slice(from, from + PAGE) }))
      known.add(keyOf(hash))
  return (await listUnowned(store, known)).length
}

/**
 * Takes out of the cache what no text has any more. `left`: of what no text had when it was looked for, and has now, so many are still there. What
 * other removals leave without a text from then on is not counted: it is theirs.
 */
export const forgetUnowned = async (store: Store): Promise<{ forgotten: number; left: number }> => {
  let forgotten = 0
  let left = 0
  for await (const batch of readCached(store)) {
    const unowned = await listUnowned(store, batch)
    for (let from = 0; from < unowned.length; from += PAGE)
      forgotten += (await store.run('cache.forget', { hashes: unowned.slice(from, from + PAGE) })).forgotten
    left += await countUnowned(store, unowned)
  }
  return { forgotten, left }
}

/** Takes what was deleted out of the files; others write between its steps. */
export const wipe = async (store: Store, erasureId: number | null): Promise<void> => {
  while ((await store.run('erasure.wipe', { erasureId })).more);
}

const REMOVE_DOCUMENTS = 1_000
const REMOVE_ROWS = 200

/** Removes documents, a page after the other. `onPage` is told the tasks that read them right now. @returns how many there were */
export const removeDocuments = async (
  store: Store,
  ids: readonly number[],
  onPage: (running: readonly number[]) => void = () => undefined,
): Promise<number> => {
  let removed = 0
  for (let from = 0; from < ids.length; from += REMOVE_DOCUMENTS) {
    const page = await store.run('documents.remove', { ids: ids.slice(from, from + REMOVE_DOCUMENTS) })
    onPage(page.running)
    removed += page.removed
  }
  return removed
}

/** Removes a collection with all that is in it. @returns documents that it had */
export const removeCollection = async (store: Store, id: number): Promise<number> => {
  let documents = 0
  for (let more = true; more;) {
    const page = await store.run('collections.removePage', { id, limit: REMOVE_ROWS })
    documents += page.removed
    more = page.more
  }
  return documents
}

/**
 * At start, before anything can be added: what a process that died had begun to remove with proof goes, each whatever becomes of the others.
 * @returns removals it went on with; each hands what it does to `around`
 */
export const goOnRemoving = async (
  store: Store,
  onFailure: (thrown: unknown) => void,
  around: (what: Erasable, remove: () => Promise<number>) => Promise<number> = (_what, remove) => remove(),
): Promise<number> => {
  const open = await store.run('erasure.open', {})
  for (const { what } of open) {
    if (what === null) continue
    const { documentIds, collectionId } = what
    const remove = (): Promise<number> =>
      documentIds === null ? removeCollection(store, collectionId) : removeDocuments(store, documentIds)
    await around(what, remove).catch(onFailure)
  }
  return open.length
}
