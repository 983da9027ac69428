/**
 * Owns the tasks `embed` and `embedQuery` of a worker thread, and the one embedder that the thread keeps between them.
 * Refuses: anything that outlives the thread.
 */
import { encodeFloat16 } from '../../shared/float16'
import type { WorkRunner } from '../../shared/work'
import { createEmbedder, type Embedder } from './embedder'

type Loaded = { readonly modelDir: string; readonly embedder: Promise<Embedder> }
let loaded: Loaded | null = null

/** The thread's embedder for a model folder; another folder replaces it. A failed load is tried again by the next task. */
const getEmbedder = async (modelDir: string): Promise<Embedder> => {
  if (loaded?.modelDir === modelDir) return loaded.embedder
  const previous = loaded
  const current = { modelDir, embedder: closeLoaded(previous).then(() => createEmbedder({ modelDir })) }
  loaded = current
  try {
    return await current.embedder
  } catch (error) {
    if (loaded === current) loaded = null
    throw error
  }
}

/** What failed to load has told its own task and holds nothing to free. */
const closeLoaded = async (closing: Loaded | null): Promise<void> => {
  const [result] = await Promise.allSettled([closing?.embedder])
  if (result.status === 'fulfilled') await result.value?.close()
}

/** Frees the thread's embedder. Call it before the thread ends; a later task loads it again. */
export const closeEmbedder = async (): Promise<void> => {
  const closing = loaded
  loaded = null
  await closeLoaded(closing)
}

/** Embeds passages; vectors come packed as float16, in the order of `windows`. */
export const runEmbed: WorkRunner<'embed'> = async ({ texts, modelDir }, { beat, signal }) => {
  const embedder = await getEmbedder(modelDir)
  beat()
  const { windows } = await embedder.embedPassages(texts, { signal, onBatch: beat })
  const vectors = new Uint16Array(windows.length * embedder.dimensions)
  windows.forEach(({ vector }, index) => vectors.set(encodeFloat16(vector), index * embedder.dimensions))
  return {
    model: embedder.id,
    dimensions: embedder.dimensions,
    windows: windows.map(({ text, start, end, tokens, known }) => ({ text, start, end, tokens, known })),
    vectors,
  }
}

/** Embeds a query. */
export const runEmbedQuery: WorkRunner<'embedQuery'> = async ({ text, modelDir }, { beat }) => {
  const embedder = await getEmbedder(modelDir)
  beat()
  const vector = await embedder.embedQuery(text)
  return { model: embedder.id, dimensions: embedder.dimensions, vector, known: embedder.measureKnown(text) }
}
