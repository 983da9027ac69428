/**
 * Owns the agreement of SQLite and LanceDB: undoing what a crash cut in half, and proving that both hold the same.
 * Refuses: guessing. SQLite is the truth; vectors it does not know go, vectors it misses are made again.
 */
import type { Store } from '../store/contract'
import type { Vectors } from '../vectors'

type Parts = { store: Store; vectors: () => Promise<Vectors> }

const PAGE = 2_000
const GARBAGE_PAGE = 500
const REBUILD_PAGE = 500
const INTENTS_TOGETHER = 64

/**
 * Undoes vector writes that were begun and not recorded, and vectors that were declared invalid: what is pending has none afterwards.
 * Runs before any writing of vectors, never beside it; opens the index only when there is something to undo.
 */
export const undoIntents = async ({ store, vectors }: Parts): Promise<number> => {
  const intents = await store.run('embed.intents', {})
  for (let from = 0; from < intents.length; from += INTENTS_TOGETHER) {
    const some = intents.slice(from, from + INTENTS_TOGETHER)
    await (await vectors()).deleteChunks(some.flatMap(({ chunkIds }) => chunkIds))
    for (const { intentId } of some) await store.run('embed.clearIntent', { intentId })
  }
  return intents.length
}

/** Deletes the vectors of contents that are gone; `true` when more may be left. */
export const collectGarbage = async ({ store, vectors }: Parts): Promise<boolean> => {
  const contentIds = await store.run('embed.garbage', { limit: GARBAGE_PAGE })
  if (contentIds.length === 0) return false
  await (await vectors()).deleteContents(contentIds)
  await store.run('embed.clearGarbage', { contentIds })
  return contentIds.length === GARBAGE_PAGE
}

export type Difference = {
  /** Contents with vectors that SQLite does not know. */
  orphans: number[]
  /** Contents whose number of vectors differs. */
  wrong: number[]
}

/** Compares what should be in the index with what is. Nothing may be written meanwhile. */
export const compare = async ({ store, vectors }: Parts): Promise<Difference> => {
  const present = await (await vectors()).countByContent()
  const wrong: number[] = []
  for (let afterContentId = 0; ;) {
    const page = await store.run('embed.expected', { afterContentId, limit: PAGE })
    for (const { contentId, windows } of page) {
      if ((present.get(contentId) ?? 0) !== windows) wrong.push(contentId)
      present.delete(contentId)
      afterContentId = contentId
    }
    if (page.length < PAGE) break
  }
  return { orphans: [...present.keys()], wrong }
}

/** Removes orphans and queues what is wrong for embedding again. Declaring vectors invalid leaves intents, so a crash in here is undone. */
export const repair = async (parts: Parts, { orphans, wrong }: Difference): Promise<void> => {
  if (wrong.length > 0) await parts.store.run('embed.invalidate', { contentIds: wrong })
  await (await parts.vectors()).deleteContents(orphans)
  await undoIntents(parts)
}

/** Declares every vector invalid, takes the index away, and queues every content for embedding from its stored text. */
export const rebuild = async (parts: Parts & { resetVectors: () => Promise<void> }): Promise<number> => {
  let documents = 0
  for (let afterContentId = 0; ;) {
    const page = await parts.store.run('embed.expected', { afterContentId, limit: REBUILD_PAGE })
    if (page.length === 0) break
    const contentIds = page.map(({ contentId }) => contentId)
    documents += (await parts.store.run('embed.invalidate', { contentIds })).documents
    afterContentId = contentIds.at(-1) ?? Number.MAX_SAFE_INTEGER
  }
  await parts.resetVectors()
  await undoIntents(parts)
  return documents
}
