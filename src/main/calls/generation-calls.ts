/**
 * Owns the engine's side of the calls about the models of collections: what a change takes, agreeing to it, switching, going back, cleaning up.
 * Refuses: making vectors; the job that is begun here does.
 */
import type { CallHandlers } from '../../shared/calls'
import { AppError, toAppError } from '../../shared/errors'
import { remark, remarkOf, textOf, type Remark } from '../../shared/remarks'
import { comparisonSchema, type CollectionGeneration, type ModelEstimate } from '../../shared/generations'
import { dropVectors } from '../ingest/clearing'
import { compareGenerations } from '../ingest/comparison'
import { choiceOf, isSame, modelChanged } from '../ingest/models'
import type { IngestParts } from '../ingest/parts'
import { LOCAL } from '../providers/provider'
import type { Generation } from '../store/contract'

export type GenerationCalls = Pick<
  CallHandlers,
  | 'collections.models'
  | 'collections.changeModel'
  | 'collections.switchModel'
  | 'collections.rollback'
  | 'collections.cleanup'
  | 'collections.compareModels'
>

type Parts = Pick<IngestParts, 'store' | 'provider' | 'vectors' | 'savedQueries'> & {
  /** USD for a million tokens of this model; 0 for what costs nothing, `null` when it is not known. */
  readonly pricePerMillion: (ref: string) => number | null
  readonly notify: () => void
  readonly onChange: (topics: ('jobs' | 'documents' | 'collections')[]) => void
}

/** Of English; other scripts have fewer. For models whose own count is not known before. */
const CHARS_PER_TOKEN = 4

/** What people read in the queue; the model's own name says more than they asked for. */
const nameFor = (ref: string): Remark => remark('JOB_VECTORS', { model: ref === LOCAL ? null : ref })

export const createGenerationCalls = (parts: Parts): GenerationCalls => {
  const { store } = parts

  /** @throws NOT_FOUND */
  const idOf = async (name: string): Promise<number> => {
    const collection = await store.run('collections.find', { name })
    if (collection === null) throw new AppError('NOT_FOUND', { what: 'collection', id: name })
    return Number(collection.id)
  }

  const staleOf = (generation: Generation): Remark | null => {
    try {
      const now = choiceOf(parts, generation.ref)
      return isSame(generation, now, true) ? null : remarkOf(modelChanged(generation.collection, generation, now))
    } catch (thrown) {
      return remarkOf(toAppError(thrown))
    }
  }

  const tell = async (generation: Generation): Promise<CollectionGeneration[]> => {
    const { state, space, comparison } = generation
    if (state === 'dropped') return []
    const stale = state === 'previous' ? null : staleOf(generation)
    const noted = comparison === null ? null : comparisonSchema.safeParse(JSON.parse(comparison))
    return [
      {
        id: String(generation.id),
        state,
        ref: generation.ref,
        model: space.model,
        dimensions: space.dimensions,
        job: generation.jobId === null ? null : String(generation.jobId),
        switches: generation.switches,
        ...(await store.run('generations.count', { id: generation.id })),
        createdAt: generation.createdAt,
        changedAt: generation.changedAt,
        stale: stale === null ? null : textOf(stale),
        ...(stale === null ? {} : { told: { stale } }),
        comparison: noted?.success ? noted.data : null,
      },
    ]
  }

  const list = async (collectionId: number): Promise<CollectionGeneration[]> => {
    const told: CollectionGeneration[] = []
    for (const generation of await store.run('generations.list', { collectionId }))
      told.push(...(await tell(generation)))
    return told
  }

  const estimate = async (collectionId: number, ref: string): Promise<ModelEstimate> => {
    const choice = choiceOf(parts, ref)
    const figures = await store.run('generations.estimate', { collectionId, choice })
    const { contents, chunks, keptChunks, chars } = figures
    const left = chunks === 0 ? 0 : (chunks - keptChunks) / chunks
    const tokens = Math.ceil((figures.tokens > 0 ? figures.tokens : chars / CHARS_PER_TOKEN) * left)
    const price = parts.pricePerMillion(ref)
    const perSecond = parts.provider(ref).tokensPerSecond
    const chunkMs = await store.run('jobs.chunkMs', {})
    const usualMs = chunkMs === null ? null : Math.round(chunkMs * (chunks - keptChunks))
    return {
      ref,
      model: choice.model,
      dimensions: choice.dimensions,
      documents: contents,
      chunks,
      keptChunks,
      chars,
      tokens,
      costUsd: price === null ? null : (price * tokens) / 1_000_000,
      expectedMs: perSecond === undefined ? usualMs : Math.round((tokens / perSecond) * 1_000),
    }
  }

  const changed = (): void => {
    parts.notify()
    parts.onChange(['collections', 'jobs', 'documents'])
  }

  const one = async (collectionId: number, id: number): Promise<CollectionGeneration | null> =>
    (await list(collectionId)).find((generation) => generation.id === String(id)) ?? null

  return {
    'collections.models': async ({ name }) => ({ generations: await list(await idOf(name)) }),
    'collections.changeModel': async ({ name, model, approve, hold }) => {
      const collectionId = await idOf(name)
      // Its files may be others than when it was last asked.
      await parts.provider(model).refresh?.()
      const choice = choiceOf(parts, model)
      const serving = (await store.run('generations.list', { collectionId })).find(({ state }) => state === 'serving')
      if (serving?.ref === model && isSame(serving, choice, true)) {
        throw new AppError('REBUILD_SAME_MODEL', { name, model: choice.model })
      }
      const expected = await estimate(collectionId, model)
      if (!approve) return { estimate: expected, approved: false, generation: null, job: null }
      // What was dropped before must not take along what is made from now on.
      await dropVectors(parts)
      const naming = nameFor(model)
      const started = await store.run('generations.start', { collectionId, choice, switches: !hold, naming })
      changed()
      return {
        estimate: expected,
        approved: true,
        generation: await one(collectionId, started.generation.id),
        job: started.job,
      }
    },
    'collections.switchModel': async ({ name }) => {
      const collectionId = await idOf(name)
      const generations = await store.run('generations.list', { collectionId })
      const next = generations.find(({ state }) => state === 'ready' || state === 'building')
      if (!next) throw new AppError('NOT_FOUND', { what: 'new model of collection', id: name })
      const { switched, missing } = await store.run('generations.switch', { id: next.id })
      if (switched) {
        changed()
        return { switched, missing, job: null, generations: await list(collectionId) }
      }
      // Texts came since: they are made first, and then it is switched by itself.
      const { ref, space } = next
      const choice = { ref, model: space.model, dimensions: space.dimensions, version: space.version }
      const naming = nameFor(ref)
      const { job } = await store.run('generations.start', { collectionId, choice, switches: true, naming })
      changed()
      return { switched, missing, job, generations: await list(collectionId) }
    },
    'collections.rollback': async ({ name }) => {
      const collectionId = await idOf(name)
      const { missing } = await store.run('generations.rollback', { collectionId })
      changed()
      return { missing, generations: await list(collectionId) }
    },
    'collections.cleanup': async ({ name }) => {
      const collectionId = await idOf(name)
      const { dropped } = await store.run('generations.drop', { collectionId, states: ['previous'] })
      await dropVectors(parts)
      changed()
      return { dropped }
    },
    'collections.compareModels': async ({ name, queries }) => ({
      comparison: await compareGenerations(parts, await idOf(name), queries.length > 0 ? queries : null),
    }),
  }
}
