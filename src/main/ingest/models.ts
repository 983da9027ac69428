/**
 * Owns which model makes the vectors of which collection, and whether it is still the one that made those that are there.
 * Refuses: changing it; a person agrees to that first (rebuild.ts).
 */
import { AppError, toAppError } from '../../shared/errors'
import { INDEX_VERSION } from '../../shared/versions'
import { LOCAL, type EmbeddingProvider } from '../providers/provider'
import type { ClaimedTask, ModelChoice, ServingSpace, Store } from '../store/contract'

export type ModelParts = { readonly store: Store; readonly provider: (ref?: string) => EmbeddingProvider }

/** What a model would make vectors with today. @throws PROVIDER_UNKNOWN, MODEL_MISSING, MODEL_CORRUPT */
export const choiceOf = ({ provider }: Pick<ModelParts, 'provider'>, ref: string): ModelChoice => {
  const { model, dimensions } = provider(ref)
  return { ref, model, dimensions, version: INDEX_VERSION }
}

/** Whether what makes vectors today makes those that are there; a `write` needs the same layout, too. */
export const isSame = ({ space }: Pick<ServingSpace, 'space'>, now: ModelChoice, write: boolean): boolean =>
  space.model === now.model && space.dimensions === now.dimensions && (!write || space.version === now.version)

/** In words, for a person. */
const describe = ({ model, dimensions, version }: Omit<ModelChoice, 'ref'>): string =>
  `${model} (${dimensions} dimensions, layout ${version})`

/** That the model of a name is another one than the one which made the vectors. */
export const modelChanged = (name: string, serving: Pick<ServingSpace, 'space' | 'ref'>, now: ModelChoice): AppError =>
  new AppError('MODEL_CHANGED', { name, ref: serving.ref, from: describe(serving.space), to: describe(now) })

/**
 * Where the vectors of these collections are. Collections that never had any get the built-in model.
 * @throws MODEL_MISSING, MODEL_CORRUPT when a collection has none yet and there is no built-in model
 */
export const readServing = async (
  parts: ModelParts,
  collectionIds: readonly number[] | null,
): Promise<ServingSpace[]> => {
  const asked = { collectionIds: collectionIds && [...collectionIds] }
  const found = await parts.store.run('generations.serving', asked)
  if (!found.hasUnassigned) return found.serving
  await parts.store.run('generations.ensure', choiceOf(parts, LOCAL))
  return (await parts.store.run('generations.serving', asked)).serving
}

/** The model that a task of the lane `embed` is at work with: of the generation that its job builds, or of what serves its collection. */
export const refOfTask = async (
  store: Store,
  task: Pick<ClaimedTask, 'collectionId' | 'jobId'>,
): Promise<string | undefined> => {
  const generations = await store.run('generations.list', { collectionId: task.collectionId })
  const built = generations.find(
    ({ jobId, state }) => jobId === task.jobId && (state === 'building' || state === 'ready'),
  )
  return (built ?? generations.find(({ state }) => state === 'serving'))?.ref
}

/** The model that makes the vectors of these collections. @throws MODEL_CHANGED when it is another one by now */
export const requireModel = async (parts: ModelParts, serving: ServingSpace): Promise<EmbeddingProvider> => {
  const now = choiceOf(parts, serving.ref)
  if (isSame(serving, now, true)) return parts.provider(serving.ref)
  const [collectionId = null] = serving.collectionIds
  const [generation] = await parts.store.run('generations.list', { collectionId })
  throw modelChanged(generation?.collection ?? '', serving, now)
}

/** Collections whose vectors what is there today could not go on with: told, never changed by itself. */
export const listStale = async (parts: ModelParts): Promise<{ collection: string; error: AppError }[]> => {
  const generations = await parts.store.run('generations.list', { collectionId: null })
  return generations
    .filter(({ state }) => state === 'serving')
    .flatMap((generation) => {
      const { collection } = generation
      try {
        const now = choiceOf(parts, generation.ref)
        return isSame(generation, now, true) ? [] : [{ collection, error: modelChanged(collection, generation, now) }]
      } catch (thrown) {
        return [{ collection, error: toAppError(thrown) }]
      }
    })
}
