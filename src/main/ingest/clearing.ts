/**
 * Owns taking away vectors that serve nobody any more: those of texts that are gone, of generations that were dropped, and whole tables.
 * Refuses: deciding what is dropped.
 */
import type { Store } from '../store/contract'
import type { VectorIndex } from '../vectors'

type Parts = { readonly store: Store; readonly vectors: () => Promise<VectorIndex> }

const GARBAGE_PAGE = 500

/** Deletes the vectors of contents that are gone, in every table; `true` when more may be left. */
export const collectGarbage = async ({ store, vectors }: Parts): Promise<boolean> => {
  const contentIds = await store.run('embed.garbage', { limit: GARBAGE_PAGE })
  if (contentIds.length === 0) return false
  const spaces = await store.run('spaces.list', {})
  for (const space of spaces) await (await (await vectors()).space(space)).deleteContents(contentIds)
  await store.run('embed.clearGarbage', { contentIds })
  return contentIds.length === GARBAGE_PAGE
}

/** One at a time for each store: what one has deleted, another one must not delete again after it was made anew. */
const turns = new WeakMap<Store, Promise<unknown>>()

const dropAll = async ({ store, vectors }: Parts): Promise<void> => {
  const generations = await store.run('generations.list', { collectionId: null })
  for (const { id, collectionId, state, space } of generations) {
    if (state !== 'dropped') continue
    await (await (await vectors()).space(space)).deleteCollection(collectionId)
    await store.run('generations.forget', { id })
  }
}

const inTurn = (parts: Parts, work: (parts: Parts) => Promise<void>): Promise<void> => {
  const mine = (turns.get(parts.store) ?? Promise.resolve()).then(() => work(parts))
  turns.set(
    parts.store,
    mine.catch(() => undefined),
  )
  return mine
}

/** Deletes the vectors of generations that were dropped. */
export const dropVectors = (parts: Parts): Promise<void> => inTurn(parts, dropAll)

const dropEmpty = async ({ store, vectors }: Parts): Promise<void> => {
  for (const space of await store.run('spaces.retire', {})) {
    await (await vectors()).drop(space.table)
    await store.run('spaces.forget', { id: space.id })
  }
}

/** Takes away tables that no generation is in. */
export const dropTables = (parts: Parts): Promise<void> => inTurn(parts, dropEmpty)

/** Vectors of these contents in all tables. */
export const countVectors = async ({ store, vectors }: Parts, contentIds: readonly number[]): Promise<number> => {
  let windows = 0
  for (const space of await store.run('spaces.list', {}))
    windows += await (await (await vectors()).space(space)).countContents(contentIds)
  return windows
}

/** Takes what was deleted out of the files of all tables. @returns tables of which that failed, and why */
export const eraseVectors = async ({ store, vectors }: Parts): Promise<{ table: string; error: unknown }[]> => {
  const failed: { table: string; error: unknown }[] = []
  for (const space of await store.run('spaces.list', {})) {
    try {
      await (await (await vectors()).space(space)).erase()
    } catch (error) {
      failed.push({ table: space.table, error })
    }
  }
  return failed
}
