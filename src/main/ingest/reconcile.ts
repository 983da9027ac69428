/**
 * Owns the agreement of SQLite and LanceDB: proving that both hold the same, in every table, and putting right what differs.
 * Refuses: guessing. SQLite is the truth; vectors it does not know go, vectors it misses are made again.
 */
import type { Store, VectorSpace } from '../store/contract'
import type { VectorIndex } from '../vectors'
import type { Intents } from './intents'

type Parts = { store: Store; vectors: () => Promise<VectorIndex>; intents: Intents }

const PAGE = 2_000
const REBUILD_PAGE = 500

export type Difference = {
  space: VectorSpace
  /** Contents with vectors that SQLite does not know. */
  orphans: number[]
  /** Contents whose number of vectors differs, of the collections that this space serves. */
  wrong: number[]
  /** The same of generations that do not serve. */
  wrongBuilt: { generationId: number; contentId: number }[]
}

const compareSpace = async ({ store, vectors }: Parts, space: VectorSpace): Promise<Difference> => {
  const present = await (await (await vectors()).space(space)).countByContent()
  const found: Difference = { space, orphans: [], wrong: [], wrongBuilt: [] }
  for (let afterContentId = 0; ;) {
    const page = await store.run('embed.expected', { afterContentId, limit: PAGE, spaceId: space.id })
    for (const { contentId, windows, generationId } of page) {
      const differs = (present.get(contentId) ?? 0) !== windows
      if (differs && generationId === null) found.wrong.push(contentId)
      if (differs && generationId !== null) found.wrongBuilt.push({ generationId, contentId })
      present.delete(contentId)
      afterContentId = contentId
    }
    if (page.length < PAGE) break
  }
  return { ...found, orphans: [...present.keys()] }
}

/** Compares what should be in each table with what is. Nothing may be written meanwhile, and nothing that was dropped be left. */
export const compare = async (parts: Parts): Promise<Difference[]> => {
  const differences: Difference[] = []
  for (const space of await parts.store.run('spaces.list', {})) differences.push(await compareSpace(parts, space))
  return differences
}

/**
 * Removes orphans and queues what is wrong for embedding again. Whatever is declared invalid leaves intents, so that a crash in here is undone
 * at the next start, of generations that are being built as well.
 */
export const repair = async (parts: Parts, differences: readonly Difference[]): Promise<void> => {
  for (const { space, orphans, wrong, wrongBuilt } of differences) {
    if (wrong.length > 0) await parts.store.run('embed.invalidate', { contentIds: wrong })
    for (const id of new Set(wrongBuilt.map(({ generationId }) => generationId))) {
      const contentIds = wrongBuilt.filter(({ generationId }) => generationId === id).map(({ contentId }) => contentId)
      await parts.store.run('generations.invalidate', { id, contentIds })
    }
    await (await (await parts.vectors()).space(space)).deleteContents(orphans)
  }
  await parts.intents.undo()
}

/**
 * Declares every vector invalid, takes the index away, and queues every content for embedding from its stored text. What was kept to go back
 * to goes; what is being built begins anew.
 */
export const rebuild = async (parts: Parts & { resetVectors: () => Promise<void> }): Promise<number> => {
  let documents = 0
  for (const { id, state, collectionId } of await parts.store.run('generations.list', { collectionId: null })) {
    if (state === 'previous') await parts.store.run('generations.drop', { collectionId, states: ['previous'] })
    if (state !== 'building' && state !== 'ready') continue
    for (let more = true; more;) ({ more } = await parts.store.run('generations.invalidate', { id, contentIds: null }))
  }
  for (let afterContentId = 0; ;) {
    const page = await parts.store.run('embed.expected', { afterContentId, limit: REBUILD_PAGE })
    if (page.length === 0) break
    const contentIds = page.map(({ contentId }) => contentId)
    documents += (await parts.store.run('embed.invalidate', { contentIds })).documents
    afterContentId = contentIds.at(-1) ?? Number.MAX_SAFE_INTEGER
  }
  await parts.resetVectors()
  await parts.intents.undo()
  return documents
}
