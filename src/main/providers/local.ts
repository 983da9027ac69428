/**
 * Owns the built-in offline embedding model as a provider: what it is, and how texts become vectors in a worker host.
 * Refuses: the network, and keeping vectors. Its answers are checked like those of a stranger.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors'
import type { FolderCard } from '../../shared/model-folders'
import type {
  EmbedParams,
  EmbedQueryParams,
  EmbedQueryResult,
  EmbedResult,
  InspectModelParams,
} from '../../shared/work'
import type { EmbeddingProvider } from './provider'

const modelCardSchema = z.object({ id: z.string().min(1), dimensions: z.number().int().min(1).max(65_536) })

/** What the model folder says of itself. @throws MODEL_MISSING, MODEL_CORRUPT */
export const readModelCard = (modelDir: string): { model: string; dimensions: number } => {
  const file = join(modelDir, 'model.json')
  if (!existsSync(file)) throw new AppError('MODEL_MISSING', { path: file })
  try {
    const card = modelCardSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { model: card.id, dimensions: card.dimensions }
  } catch (cause) {
    throw new AppError('MODEL_CORRUPT', { path: file, reason: 'its description cannot be read' }, { cause })
  }
}

/** Runs one embedding task in the host that is for its model. */
export type RunEmbedding = {
  embed: (params: EmbedParams, signal?: AbortSignal) => Promise<EmbedResult>
  embedQuery: (params: EmbedQueryParams, signal?: AbortSignal) => Promise<EmbedQueryResult>
  inspectModel: (params: Omit<InspectModelParams, 'threads' | 'memoryBytes'>) => Promise<FolderCard>
}

const isFinite16 = (bits: number): boolean => (bits & 0x7c00) !== 0x7c00

/** @throws EMBEDDING_INVALID when the answer does not fit the question */
export const checkQuery = ({ vector, known = 1 }: EmbedQueryResult, dimensions: number) => {
  if (vector.length !== dimensions || !vector.every(Number.isFinite)) {
    throw new AppError('EMBEDDING_INVALID', { reason: 'an unusable query vector' })
  }
  return { vector, known }
}

/** @throws EMBEDDING_INVALID when the answer does not fit the question */
export const checkPassages = (result: EmbedResult, texts: readonly string[], dimensions: number): EmbedResult => {
  const invalid = (reason: string): AppError => new AppError('EMBEDDING_INVALID', { reason })
  if (result.dimensions !== dimensions) throw invalid(`${result.dimensions} dimensions instead of ${dimensions}`)
  if (result.vectors.length !== result.windows.length * dimensions) throw invalid('wrong number of values')
  if (result.windows.some(({ text }) => texts[text] === undefined)) throw invalid('a window of no text')
  if (!result.vectors.every(isFinite16)) throw invalid('values that are not numbers')
  return result
}

/** The offline model in `modelDir` as a provider. @throws MODEL_MISSING, MODEL_CORRUPT */
export const createLocalProvider = (options: { modelDir: string; run: RunEmbedding }): EmbeddingProvider => {
  const { model, dimensions } = readModelCard(options.modelDir)
  return {
    name: 'local',
    model,
    dimensions,
    embedPassages: async (texts, signal) =>
      checkPassages(
        await options.run.embed({ texts: [...texts], modelDir: options.modelDir }, signal),
        texts,
        dimensions,
      ),
    embedQuery: async (text, signal) =>
      checkQuery(await options.run.embedQuery({ text, modelDir: options.modelDir }, signal), dimensions),
  }
}
