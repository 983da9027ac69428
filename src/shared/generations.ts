/**
 * Owns what people see of the models of a collection: which one serves, which one is being made ready, what a change takes and changes.
 * Refuses: any logic.
 */
import { z } from 'zod'
import { toldSchema } from './remarks'

/** `serving`: searches ask it. `building`: a job fills it. `ready`: complete, waits for a person. `previous`: kept to go back to. */
export const generationStates = ['serving', 'building', 'ready', 'previous'] as const

/** Of the nearest ten passages by each model. `overlap`: the share that both find, 0–1; places are from 1, `null` when not among the ten. */
export const comparisonSchema = z.object({
  from: z.string(),
  to: z.string(),
  overlap: z.number(),
  queries: z.array(
    z.object({
      query: z.string(),
      overlap: z.number(),
      moved: z.array(z.object({ path: z.string(), from: z.number().nullable(), to: z.number().nullable() })),
    }),
  ),
})
export type ModelComparison = z.infer<typeof comparisonSchema>

export const generationSchema = z.object({
  id: z.string(),
  state: z.enum(generationStates),
  /** `local`, or the name of a provider. */
  ref: z.string(),
  model: z.string(),
  dimensions: z.number(),
  /** The job that fills it. */
  job: z.string().nullable(),
  /** It is switched to by itself once it is complete. */
  switches: z.boolean(),
  /** Texts with vectors in it, and without. */
  contents: z.number(),
  missing: z.number(),
  windows: z.number(),
  createdAt: z.string(),
  changedAt: z.string(),
  /** Why the model that makes vectors today could not go on with it (another model by the same name, a changed layout); `null` when it can. */
  stale: z.string().nullable(),
  told: toldSchema.optional(),
  comparison: comparisonSchema.nullable(),
})
export type CollectionGeneration = z.infer<typeof generationSchema>

/** What making all vectors of a collection anew takes. */
export const modelEstimateSchema = z.object({
  ref: z.string(),
  model: z.string(),
  dimensions: z.number(),
  documents: z.number(),
  chunks: z.number(),
  /** Of these, so many are kept from an earlier time and need not be made. */
  keptChunks: z.number(),
  chars: z.number(),
  /** About; of the present model's windows where it is known, else from the number of characters. */
  tokens: z.number(),
  /** By the prices of the provider; 0 for the built-in model, `null` when they are not known. */
  costUsd: z.number().nullable(),
  /** By what embedding took lately here; `null` when that is not known. */
  expectedMs: z.number().nullable(),
})
export type ModelEstimate = z.infer<typeof modelEstimateSchema>
