/**
 * Owns the tasks `embed`, `embedQuery` and `inspectModel` of a worker thread, and the models that the thread keeps between them.
 * Refuses: anything that outlives the thread.
 */
import { encodeFloat16 } from '../../shared/float16'
import type { EmbedParams, WorkRunner } from '../../shared/work'
import { createEmbedder, type Embedder } from './embedder'
import { createKeptModels, type KeptModel } from './kept-models'

type Source = Pick<EmbedParams, 'modelDir' | 'folder'>

/** Two, so that a search and a batch of collections with different models do not load them anew for each other. */
const MOST_MODELS = 2
const models = createKeptModels(MOST_MODELS)

const load = async ({ modelDir, folder }: Source, beat: () => void): Promise<Embedder> => {
  if (!folder) return createEmbedder({ modelDir })
  const { createFolderEmbedder } = await import('./folder/folder-embedder')
  return createFolderEmbedder(folder, beat)
}

/** Two folders of the same card hold the same files. */
const toModel = (source: Source, beat: () => void): KeptModel => {
  const { modelDir, folder } = source
  const key = folder ? JSON.stringify([folder.folder, folder.card, folder.threads]) : modelDir
  const sizeBytes = folder?.card.files.reduce((sum, file) => sum + file.sizeBytes, 0) ?? 0
  return { key, sizeBytes, memoryBytes: folder?.memoryBytes ?? 0, load: () => load(source, beat) }
}

/** Frees the thread's models. Call it before the thread ends; a later task loads them again. */
export const closeEmbedder = (): Promise<void> => models.close()

/** Embeds passages; vectors come packed as float16, in the order of `windows`. */
export const runEmbed: WorkRunner<'embed'> = ({ texts, ...source }, { beat, signal }) =>
  models.use(toModel(source, beat), async (embedder) => {
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
  })

/** Embeds a query. */
export const runEmbedQuery: WorkRunner<'embedQuery'> = ({ text, ...source }, { beat }) =>
  models.use(toModel(source, beat), async (embedder) => {
    beat()
    const vector = await embedder.embedQuery(text)
    return { model: embedder.id, dimensions: embedder.dimensions, vector, known: embedder.measureKnown(text) }
  })

/** Looks at a folder, and tries the model that is in it. What the thread has loaded goes first: two models at once may be too much. */
export const runInspectModel: WorkRunner<'inspectModel'> = async (params, { beat }) => {
  const { inspectFolder } = await import('./folder/inspection')
  return inspectFolder(params, { beat, makeRoom: closeEmbedder })
}
