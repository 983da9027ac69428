/**
 * Owns how rankings become one: weighted reciprocal rank fusion, of passages or of the documents they are of.
 * Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009.
 * Refuses: looking at texts or scores; only ranks are comparable between keyword and vector search.
 */
import type { Group } from './assembly'
import type { Found } from './request'

/** The constant of the paper: damps the difference between the first ranks. */
const K = 60

export type Ranked = { readonly id: number; readonly score: number }

/**
 * Fuses rankings (ids, best first) by `sum(weight / (60 + rank))`, ranks from 1. The score is relative to an id that stands first
 * in every ranking: 0–1. Ties keep the order of the first ranking in which they appear.
 */
export const fuse = (rankings: readonly { readonly weight: number; readonly ids: readonly number[] }[]): Ranked[] => {
  const best = rankings.reduce((sum, { weight }) => sum + weight / (K + 1), 0)
  const scores = new Map<number, number>()
  for (const { weight, ids } of rankings) {
    ids.forEach((id, index) => scores.set(id, (scores.get(id) ?? 0) + weight / (K + index + 1)))
  }
  return [...scores]
    .map(([id, score]) => ({ id, score: best > 0 ? score / best : 0 }))
    .sort((left, right) => right.score - left.score)
}

export type Ranking = { readonly weight: number; readonly found: readonly Found[] }

/** Every passage for itself. */
export const groupByPassage = (rankings: readonly Ranking[]): Group[] =>
  fuse(rankings.map(({ weight, found }) => ({ weight, ids: found.map(({ chunkId }) => chunkId) }))).map(
    ({ id, score }) => ({ chunkIds: [id], score }),
  )

/** A document stands where its best passage does; its passages are in the order that they have among themselves. */
export const groupByDocument = (rankings: readonly Ranking[]): Group[] => {
  const passages = groupByPassage(rankings)
  const contentOf = new Map(rankings.flatMap(({ found }) => found.map((one) => [one.chunkId, one.contentId] as const)))
  const chunksOf = new Map<number, number[]>()
  for (const { chunkIds } of passages)
    for (const id of chunkIds) {
      const content = contentOf.get(id) ?? 0
      chunksOf.set(content, [...(chunksOf.get(content) ?? []), id])
    }
  const documents = fuse(
    rankings.map(({ weight, found }) => ({ weight, ids: [...new Set(found.map(({ contentId }) => contentId))] })),
  )
  return documents.map(({ id, score }) => ({ chunkIds: chunksOf.get(id) ?? [], score }))
}
