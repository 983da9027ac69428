/**
 * Owns what people see of reading texts anew. Public JSON: fields are only ever added. Refuses: any logic.
 */
import { z } from 'zod'

export const readingEstimateSchema = z.object({
  /** Documents whose text an older version has read, and their size. */
  documents: z.number(),
  bytes: z.number(),
  /** As they are now. At most so many need new vectors: passages that stay the same have theirs. */
  chunks: z.number(),
  tokens: z.number(),
  chars: z.number(),
  /** Texts of which pages are read by OCR again, which takes long. */
  needOcr: z.number(),
  /** At most; `null` when the price of the model is not known. */
  costUsd: z.number().nullable(),
  expectedMs: z.number().nullable(),
})
export type ReadingEstimate = z.infer<typeof readingEstimateSchema>
