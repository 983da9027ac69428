/**
 * Owns the answers to searches that were asked lately: they are given again as long as nothing has changed that an answer can show.
 * Refuses: guessing what an answer depends on. Any change of the store, of a setting or of a model makes all of them worthless at once; and
 * what was late, or lacked a model that failed, is not kept.
 */
import type { SearchResult } from '../../shared/domain'
import { operations } from '../store/operations'
import type { OperationName, Store } from '../store/contract'
import type { ResultCache, SearchRequest } from './request'

type Kept = { readonly result: SearchResult; readonly bytes: number }

/** As text of two bytes a character: names of fields make up for what objects take. */
const bytesOf = (key: string, result: SearchResult): number => (key.length + JSON.stringify(result).length) * 2

/** All that an answer depends on but the state; how long it may take, and who waits for it, change nothing in a whole one. */
const keyOf = ({ query, mode, filter, limit, stage, passages, isQuestion }: SearchRequest): string =>
  JSON.stringify([query, mode, limit, stage, passages, isQuestion ?? false, filter])

/** Keeps answers of `maxBytes` in all; those that were not asked for longest go first. */
export const createResultCache = (maxBytes: () => number): ResultCache => {
  const kept = new Map<string, Kept>()
  let state = 0
  let bytes = 0
  let hits = 0
  let misses = 0

  const forget = (key: string): void => {
    bytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }
  const shrink = (): void => {
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes()) break
      forget(oldest)
    }
  }

  return {
    state: () => state,
    change: () => {
      state += 1
      kept.clear()
      bytes = 0
    },
    find: (request) => {
      if (maxBytes() === 0) return null
      const key = keyOf(request)
      const known = kept.get(key)
      if (!known) {
        misses += 1
        return null
      }
      hits += 1
      // A Map keeps the order of insertion: what was asked last goes to its end.
      kept.delete(key)
      kept.set(key, known)
      return known.result
    },
    keep: (request, begun, result) => {
      const key = keyOf(request)
      const size = bytesOf(key, result)
      if (begun !== state || size > maxBytes()) return
      forget(key)
      kept.set(key, { result, bytes: size })
      bytes += size
      shrink()
    },
    figures: () => ({ hits, misses, entries: kept.size, bytes, maxBytes: maxBytes() }),
  }
}

/** Writes after which every search finds what it found before: notes about work, money and searches, and text that nobody sees yet. */
const unseen: ReadonlySet<OperationName> = new Set<OperationName>([
  'connections.begin',
  'connections.recover',
  'connections.refuse',
  'connections.settle',
  'contents.stage',
  'contents.addChunks',
  'embed.intend',
  'embed.clearIntent',
  'embed.clearGarbage',
  'history.add',
  'history.remove',
  'jobs.addPeaks',
  'jobs.move',
  'jobs.pause',
  'jobs.prioritize',
  'jobs.resume',
  'metrics.keep',
  'saved.remove',
  'saved.restore',
  'saved.save',
  'saved.touch',
  'summaries.keep',
  'summaries.queue',
  'summaries.queueOwed',
  'summaries.record',
  'tasks.claim',
  'tasks.insert',
  'usage.begin',
  'usage.recover',
  'usage.settle',
  'vision.keep',
])

/** The same store, which says of every write that a search can show that it was made, and does so before whoever asked for it knows. */
export const watchStore = (store: Store, onChange: () => void): Store => ({
  close: store.close,
  run: async (name, params) => {
    if (operations[name].on !== 'writer' || unseen.has(name)) return store.run(name, params)
    try {
      return await store.run(name, params)
    } finally {
      // A failure, too: the answer may be lost, and the write made.
      onChange()
    }
  },
})
