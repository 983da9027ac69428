/**
 * Owns what is said before vectors are written, so that whatever is cut off can be undone: no vector is ever there twice.
 * Refuses: undoing what is being written right now.
 */
import type { Store, VectorSpace } from '../store/contract'
import type { VectorIndex } from '../vectors'

export type Intents = {
  /**
   * Says that vectors of these passages will be in this space; to be recorded, or undone. Tells those whose text is still there: only they may
   * be written, for nobody would take away those of the others.
   */
  readonly open: <T extends { readonly chunk: { readonly chunkId: number } }>(
    passages: readonly T[],
    space: VectorSpace,
  ) => Promise<{ intentId: number; living: T[] }>
  /** It was recorded, or given up: if it is still there, it may be undone from now on. */
  readonly close: (intentId: number) => void
  /**
   * Undoes vector writes that were begun and not recorded, and vectors that were declared invalid: what is pending has none afterwards.
   * One at a time; opens the index only when there is something to undo. Tells how many there were.
   */
  readonly undo: () => Promise<number>
}

const TOGETHER = 64

export const createIntents = (parts: { store: Store; vectors: () => Promise<VectorIndex> }): Intents => {
  const { store, vectors } = parts
  const live = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()

  const undoAll = async (): Promise<number> => {
    const intents = (await store.run('embed.intents', {})).filter(({ intentId }) => !live.has(intentId))
    if (intents.length === 0) return 0
    const spaces = await store.run('spaces.list', {})
    // Of an older version, whose tables are not assigned yet: what they say has to be undone there.
    if (spaces.length === 0) return 0
    for (const space of spaces) {
      const concerned = intents.filter(({ spaceId }) => spaceId === null || spaceId === space.id)
      for (let from = 0; from < concerned.length; from += TOGETHER) {
        const chunkIds = concerned.slice(from, from + TOGETHER).flatMap((intent) => intent.chunkIds)
        await (await (await vectors()).space(space)).deleteChunks(chunkIds)
      }
    }
    for (const { intentId } of intents) await store.run('embed.clearIntent', { intentId })
    return intents.length
  }

  /** What is said while others undo would be undone as well. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    open: (passages, space) =>
      inTurn(async () => {
        const asked = passages.map(({ chunk }) => chunk.chunkId)
        const { intentId, chunkIds } = await store.run('embed.intend', { chunkIds: asked, spaceId: space.id })
        live.add(intentId)
        const current = new Set(chunkIds)
        return { intentId, living: passages.filter(({ chunk }) => current.has(chunk.chunkId)) }
      }),
    close: (intentId) => live.delete(intentId),
    undo: () => inTurn(undoAll),
  }
}
