/**
 * Owns what is known of a model in a folder of a person's choice (a sentence-transformer as ONNX) once it was looked at.
 * Refuses: reading it; worker threads do (workers/model).
 */
import { z } from 'zod'

/** How the vectors of tokens become one: their mean, that of the first or last token, the largest values, the sum by the root of their number. */
export const poolings = ['mean', 'cls', 'max', 'lasttoken', 'mean_sqrt_len'] as const
export type Pooling = (typeof poolings)[number]

/** A file as it was when it was read; another one of the same name is told by this. */
const fileMarkSchema = z.strictObject({
  /** Its path within the folder, `/`-separated. */
  name: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  changedMs: z.number(),
  inode: z.number(),
})
export type FileMark = z.infer<typeof fileMarkSchema>

/** What a look at the folder found. */
export const folderCardSchema = z.strictObject({
  /** Names the vector space: another one as soon as the model, its tokenizer, pooling or prefixes are other ones. */
  id: z.string().min(1),
  dimensions: z.number().int().min(1).max(65_536),
  /** Tokens of one text, those that the model adds included. */
  maxTokens: z.number().int().min(1),
  modelFile: z.string(),
  /** The output that is read. */
  output: z.enum(['sentence_embedding', 'token_embeddings', 'last_hidden_state']),
  /** `null`: the graph itself does it. */
  pooling: z.enum(poolings).nullable(),
  queryPrefix: z.string(),
  documentPrefix: z.string(),
  lowerCase: z.boolean(),
  /** Of the token that fills up a row. */
  padId: z.number().int().min(0),
  /** Measured when it was looked at. */
  tokensPerSecond: z.number().positive(),
  /** All that was read. */
  files: z.array(fileMarkSchema),
})
export type FolderCard = z.infer<typeof folderCardSchema>

/** The same for people, before they use it. */
export const folderReportSchema = folderCardSchema
  .omit({ id: true, padId: true, lowerCase: true, files: true })
  .extend({
    folder: z.string(),
    /** The card's `id`. */
    model: z.string(),
    /** Of all that is read of it. */
    sizeBytes: z.number(),
  })
export type FolderReport = z.infer<typeof folderReportSchema>

/** What a person said of the folder; `null`: as the folder says. */
export type FolderChoice = {
  readonly modelFile: string | null
  readonly pooling: Pooling | null
  readonly maxTokens: number | null
  readonly queryPrefix: string | null
  readonly documentPrefix: string | null
}
