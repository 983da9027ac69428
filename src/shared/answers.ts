/**
 * Owns the shapes of answers and summaries: what is asked for and what comes back. Public JSON: fields are only ever added.
 * Refuses: behavior.
 */
import { z } from 'zod'
import { toldSchema } from './remarks'

/** Longest question, in characters. */
export const QUESTION_CHARS = 4_000

/** `auto`: by the chat provider when there is one, else from the sentences of the documents themselves. */
export const answerModes = ['auto', 'extractive', 'provider'] as const
export type AnswerMode = (typeof answerModes)[number]

export const citationSchema = z.object({
  /** Its number in the answer: `[1]`. */
  number: z.number(),
  documentId: z.string(),
  collection: z.string(),
  path: z.string(),
  location: z.string(),
  title: z.string().nullable(),
  page: z.number().nullable(),
  /** Exactly as it stands in the text of the document, from `start` to `end` (UTF-16 offsets). */
  quote: z.string(),
  start: z.number(),
  end: z.number(),
  /** Ordinal of its chunk, from 0. */
  chunk: z.number(),
})
export type Citation = z.infer<typeof citationSchema>

/** What a chat provider spent on an answer or a summary. */
export const spentSchema = z.object({
  provider: z.string(),
  model: z.string(),
  calls: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
})

export const answerSchema = z.object({
  question: z.string(),
  /** With `[1]`, `[2]`, … where a citation stands behind what is said. */
  answer: z.string(),
  /** False: the documents do not answer it, and there is no citation. */
  grounded: z.boolean(),
  citations: z.array(citationSchema),
  elapsedMs: z.number(),
  /** How it was made. */
  method: z.enum(['extractive', 'provider']),
  spent: spentSchema.nullable(),
  /** What is to be known of it, in plain words: the provider failed, a citation was dropped. */
  notes: z.array(z.string()),
  told: toldSchema.optional(),
})
export type Answer = z.infer<typeof answerSchema>

/** What a collection makes of its documents by itself: nothing, sentences of their own, or a text by the chat provider. */
export const summaryWishes = ['off', 'extractive', 'provider'] as const
export type SummaryWish = (typeof summaryWishes)[number]

/** A summary as it is kept. */
export const keptSummarySchema = z.object({
  summary: z.string(),
  citations: z.array(citationSchema),
  method: z.enum(['extractive', 'provider']),
  partial: z.boolean(),
  /** The model wrote more than it may; older versions did not say. */
  cut: z.boolean().default(false),
  spent: spentSchema.nullable(),
})
export type KeptSummary = z.infer<typeof keptSummarySchema>

export const summarySchema = z.object({
  scope: z.enum(['document', 'job', 'collection']),
  /** Of the document or the job; of a collection its name. */
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** The sentences it is made of, or, where a chat model wrote it, those that stand for the text. */
  citations: z.array(citationSchema),
  method: z.enum(['extractive', 'provider']),
  /** It was made before, of the same text in the same way. */
  cached: z.boolean(),
  /** Documents it is made of, of how many there are. */
  documents: z.number(),
  documentsTotal: z.number(),
  /** Not everything was read for it: a limit said so. */
  partial: z.boolean(),
  spent: spentSchema.nullable(),
  notes: z.array(z.string()),
  told: toldSchema.optional(),
  elapsedMs: z.number(),
})
export type Summary = z.infer<typeof summarySchema>
