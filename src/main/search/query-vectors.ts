/**
 * Owns the vectors of queries that were asked lately: a person types, goes back, and asks the same again.
 * Refuses: answers; those change with the documents, the vector of a query does not.
 */

export type QueryVector = { readonly vector: Float32Array; readonly known: number }

export type QueryVectors = {
  /** The vector of this query by this model; made by `make` when it is not known. What fails, or is cut off, is not kept. */
  readonly get: (model: string, query: string, make: () => Promise<QueryVector>) => Promise<QueryVector>
  /** Since the start. */
  readonly figures: () => { hits: number; misses: number; entries: number; bytes: number }
}

/** About 3 MB of vectors of 1,536 dimensions. */
const ENTRIES = 500

const normalize = (query: string): string => query.normalize('NFC').replace(/\s+/g, ' ').trim()

/** Keeps the last `entries` of them, those that were not asked for longest going first. */
export const createQueryVectors = (entries = ENTRIES): QueryVectors => {
  const kept = new Map<string, QueryVector>()
  const underWay = new Map<string, Promise<QueryVector>>()
  let hits = 0
  let misses = 0
  return {
    get: async (model, query, make) => {
      const key = `${model}\n${normalize(query)}`
      const known = kept.get(key)
      if (known) {
        hits += 1
        // A Map keeps the order of insertion: what was asked last goes to its end.
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      const making = underWay.get(key)
      if (making) {
        try {
          const made = await making
          hits += 1
          return made
        } catch {
          // Whoever asked first may have been stopped: that is no answer to this one, which asks for itself.
          return make()
        }
      }
      misses += 1
      const mine = make()
      underWay.set(key, mine)
      try {
        const made = await mine
        kept.set(key, made)
        for (const oldest of kept.keys()) {
          if (kept.size <= entries) break
          kept.delete(oldest)
        }
        return made
      } finally {
        underWay.delete(key)
      }
    },
    figures: () => {
      const bytes = [...kept].reduce((sum, [key, { vector }]) => sum + key.length * 2 + vector.byteLength, 0)
      return { hits, misses, entries: kept.size, bytes }
    },
  }
}
