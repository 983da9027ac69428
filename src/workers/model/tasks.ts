/**
 * Owns the tasks `embed`, `embedQuery` and `inspectModel` of a worker thread, and the one embedder that the thread keeps between them.
 * Refuses: anything that outlives the thread.
 */
import { encodeFloat16 } from '../../shared/float16'
import type { EmbedParams, WorkRunner } from '../../shared/work'
import { createEmbedder, type Embedder } from './embedder'

type Loaded = { readonly key: string; readonly embedder: Promise<Embedder> }
type Source = Pick<EmbedParams, 'modelDir' | 'folder'>
let loaded: Loaded | null = null

/** Two folders of the same card hold the same files. */
const keyOf = ({ modelDir, folder }: Source): string =>
  folder ? JSON.stringify([folder.folder, folder.card, folder.threads]) : modelDir

const load = async ({ modelDir, folder }: Source, beat: () => void): Promise<Embedder> => {
  if (!folder) return createEmbedder({ modelDir })
  const { createFolderEmbedder } = await import('./folder/folder-embedder')
  return createFolderEmbedder(folder, beat)
}

/** The thread's embedder; another model replaces it. A failed load is tried again by the next task. */
const getEmbedder = async (source: Source, beat: () => void): Promise<Embedder> => {
  const key = keyOf(source)
  if (loaded?.key === key) {
    await (await loaded.embedder).check?.()
    // Meanwhile a task of another model may have replaced it.
    if (loaded.key === key) return loaded.embedder
  }
  const previous = loaded
  const current = { key, embedder: closeLoaded(previous).then(() => load(source, beat)) }
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
export const runEmbed: WorkRunner<'embed'> = async ({ texts, ...source }, { beat, signal }) => {
  const embedder = await getEmbedder(source, beat)
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
export const runEmbedQuery: WorkRunner<'embedQuery'> = async ({ text, ...source }, { beat }) => {
  const embedder = await getEmbedder(source, beat)
  beat()
  const vector = await embedder.embedQuery(text)
  return { model: embedder.id, dimensions: embedder.dimensions, vector, known: embedder.measureKnown(text) }
}

/** Looks at a folder, and tries the model that is in it. What the thread has loaded goes first: two models at once may be too much. */
export const runInspectModel: WorkRunner<'inspectModel'> = async (params, { beat }) => {
  const { inspectFolder } = await import('./folder/inspection')
  return inspectFolder(params, { beat, makeRoom: closeEmbedder })
}
