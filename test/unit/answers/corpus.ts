/**
 * Owns a store that holds the labelled documents, and what answers are made of on top of it: real full-text search, the real model.
 * Refuses: hosts and a vector index; the documents are too few to need one.
 */
import { resolve } from 'node:path'
import type { EvidenceParts } from '../../../src/main/answers/extractive'
import { createSearch } from '../../../src/main/search'
import type { Hit } from '../../../src/shared/domain'
import { createChunker } from '../../../src/workers/text/chunker'
import { createEmbedder, type Embedder } from '../../../src/workers/model/embedder'
import { anything, claim, commit, document, factsOf, makeBed, startJob, type Bed } from '../store/bed'

const chunked = (text: string) => {
  const chunker = createChunker()
  const chunks = text
    .split('\n\n')
    .flatMap((paragraph) => chunker.add({ kind: 'paragraph', text: paragraph.trim(), headings: [], page: null }))
  return [...chunks, ...chunker.end()]
}

/** A store with these documents, each read as paragraphs. */
export const fill = (documents: Readonly<Record<string, string>>): Bed => {
  const bed = makeBed()
  startJob(
    bed,
    Object.keys(documents).map((path) => document(path)),
  )
  for (const task of claim(bed, 'extract')) {
    const chunks = chunked(documents[task.path] ?? '')
    commit(bed, task, [task.path], { chunks, chunkCount: chunks.length, facts: factsOf() })
  }
  return bed
}

export const loadModel = (): Promise<Embedder> =>
  createEmbedder({ modelDir: resolve(__dirname, '../../../resources/model') })

/** Vectors of whole texts by the first window of each; a text that comes again costs nothing. */
export const embedWith = (model: Embedder): EvidenceParts['embed'] => {
  const known = new Map<string, Float32Array>()
  return async (texts) => {
    const fresh = texts.filter((text) => !known.has(text))
    const { windows } = fresh.length === 0 ? { windows: [] } : await model.embedPassages(fresh)
    for (const { text, start, vector } of windows) if (start === 0) known.set(fresh[text] ?? '', vector)
    return texts.map((text) => known.get(text) ?? new Float32Array(model.dimensions))
  }
}

export const partsOf = (bed: Bed, embed: EvidenceParts['embed']): EvidenceParts => ({
  embed,
  countWords: async (words) => ({
    counts: words.length === 0 ? [] : bed.run('search.counts', { matches: words.map((word) => `"${word}"`) }),
    total: bed.run('health.figures', {}).chunks,
  }),
})

/** The passages that a search by keyword finds. */
export const findHits = async (bed: Bed, query: string, limit = 12): Promise<Hit[]> => {
  const search = createSearch({
    store: { run: async (name, params) => bed.run(name, params), close: async () => undefined },
    searchVectors: async () => [],
    embedQuery: async () => ({ vector: [], known: 1, notes: [] }),
    nowMs: () => 0,
    setTimer: () => () => undefined,
  })
  return (
    await search.find({
      query,
      mode: 'keyword',
      filter: anything,
      limit,
      stage: 'full',
      deadlineMs: 60_000,
      passages: true,
      signal: null,
    })
  ).results
}
