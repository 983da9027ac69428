/**
 * Owns searching by meaning where collections have vectors of different models: one vector of the query for each model, each space asked
 * alone, their hits merged by rank.
 * Refuses: comparing distances of two spaces; and asking a space with a vector of another model.
 */
import { toAppError, type AppError } from '../../shared/errors'
import { remark, type Remark } from '../../shared/remarks'
import type { EmbeddingProvider } from '../providers/provider'
import type { ServingSpace } from '../store/contract'
import type { VectorHit, VectorIndex, VectorQuery } from '../vectors'
import type { QueryVectors } from './query-vectors'

/** The query in one space. */
export type SpaceVector = { readonly serving: ServingSpace; readonly vector: Float32Array }

/** `known`: the share of the query that the best of the models knows. `notes`: what could not be asked, and why. */
export type EmbeddedQuery = {
  readonly vector: readonly SpaceVector[]
  readonly known: number
  readonly notes: Remark[]
}

export type SpaceQuery = Omit<VectorQuery, 'vector'> & { readonly vector: readonly SpaceVector[] }

export type Spaces = {
  /** @throws what the models throw, when none of them answers */
  readonly embedQuery: (text: string, collectionIds: readonly number[], signal?: AbortSignal) => Promise<EmbeddedQuery>
  /** At most `limit` of each space, merged by rank; fewer than `limit` in all only when every space is exhausted. */
  readonly search: (query: SpaceQuery) => Promise<VectorHit[]>
}

/** A model that knows less of a query than this makes a vector that says nothing. */
const KNOWN_ENOUGH = 0.5

/** One of each in turn, the nearest first: distances of different models cannot be compared. */
export const mergeByRank = (rankings: readonly (readonly VectorHit[])[]): VectorHit[] => {
  const longest = rankings.reduce((most, { length }) => Math.max(most, length), 0)
  return Array.from({ length: longest }, (_, rank) => rankings.flatMap((hits) => hits[rank] ?? [])).flat()
}

const merge = (asked: readonly number[] | null, served: readonly number[]): number[] =>
  asked === null ? [...served] : served.filter((id) => asked.includes(id))

export const createSpaces = (parts: {
  /** Where the vectors of these collections are; `null` for all. */
  serving: (collectionIds: readonly number[] | null) => Promise<ServingSpace[]>
  provider: (ref: string) => EmbeddingProvider
  /** That the model by this name is another one than the one which made the vectors; `null` while it is not. */
  changed: (serving: ServingSpace) => AppError | null
  vectors: () => Promise<VectorIndex>
  queryVectors: QueryVectors
}): Spaces => {
  const embedFor = async (serving: ServingSpace, text: string, signal: AbortSignal | undefined) => {
    const changed = parts.changed(serving)
    if (changed) throw changed
    const provider = parts.provider(serving.ref)
    const [collectionId = null] = serving.collectionIds.length === 1 ? serving.collectionIds : []
    const use = { purpose: 'query', jobId: null, collectionId } as const
    const made = await parts.queryVectors.get(provider.model, text, () => provider.embedQuery(text, signal, use))
    return { serving, ...made }
  }

  return {
    embedQuery: async (text, collectionIds, signal) => {
      const serving = await parts.serving(collectionIds.length > 0 ? collectionIds : null)
      const settled = await Promise.allSettled(serving.map((one) => embedFor(one, text, signal)))
      const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const failures = settled.flatMap((one) => (one.status === 'rejected' ? [toAppError(one.reason)] : []))
      const [first] = failures
      if (first && answers.length === 0) throw first
      const known = answers.reduce((most, answer) => Math.max(most, answer.known), answers.length === 0 ? 1 : 0)
      return {
        // Where one model knows the query, those that do not would only add noise.
        vector: answers.filter((answer) => known < KNOWN_ENOUGH || answer.known >= KNOWN_ENOUGH),
        known,
        notes: [...new Map(failures.map((error) => [error.message, error])).values()].map((error) =>
          remark('SAID_SOME_KEYWORD_ONLY', {}, error),
        ),
      }
    },
    search: async ({ vector, limit, collectionIds, contentIds, chunkIds }) => {
      if (vector.length === 0) return []
      const index = await parts.vectors()
      const rankings = await Promise.all(
        vector.map(async (one) => {
          const { space, isMixed, collectionIds: served } = one.serving
          // Naming every collection would say nothing and costs a third of the search.
          const isAll = collectionIds === null && !isMixed
          const table = await index.space(space)
          return table.search({
            vector: one.vector,
            limit,
            collectionIds: isAll ? null : merge(collectionIds, served),
            contentIds,
            chunkIds,
          })
        }),
      )
      return mergeByRank(rankings)
    },
  }
}
