/**
 * Owns the words of the product as types: what crosses the command line, the socket and the window.
 * Refuses: behavior. Public JSON shapes only ever gain fields.
 */
import { z } from 'zod'
import { summaryWishes } from './answers'
import { errorDetails } from './error-details'
import { errorCodes, type ErrorCode } from './errors'
import {
  duplicateHitSchema,
  matchRangeSchema,
  morePassageSchema,
  queryFilterSchema,
  searchModes,
  searchStages,
} from './search'
import { toldSchema } from './remarks'
import { coverageParts, coverageStates } from './work'

const errorCode = z.custom<ErrorCode>(
  (value) => typeof value === 'string' && (errorCodes as readonly string[]).includes(value),
)

/** In which outcome every offered item is counted, exactly once. */
export const outcomes = [
  'indexed',
  'unchanged',
  'duplicate',
  'partial',
  'skipped',
  'rejected',
  'failed',
  'cancelled',
] as const
export type Outcome = (typeof outcomes)[number]
export const outcomeSchema = z.enum(outcomes)

/** Outcomes that stand in `problems`. */
export const problemOutcomes = [
  'failed',
  'rejected',
  'skipped',
  'partial',
  'cancelled',
] as const satisfies readonly Outcome[]
export type ProblemOutcome = (typeof problemOutcomes)[number]

export const jobStates = [
  'awaiting_confirmation',
  'queued',
  'running',
  'paused',
  'completed',
  'completed_with_problems',
  'failed',
  'cancelled',
] as const
export type JobState = (typeof jobStates)[number]
export const jobStateSchema = z.enum(jobStates)

/** A job gets four times the turns of one of the next lower priority. */
export const jobPriorities = ['low', 'normal', 'high'] as const
export type JobPriority = (typeof jobPriorities)[number]

/** States in which a job does nothing more. */
export const finalJobStates: readonly JobState[] = ['completed', 'completed_with_problems', 'failed', 'cancelled']

/** The phases in the order a document goes through them. */
export const phases = ['expand', 'extract', 'chunk', 'index', 'ocr', 'embed', 'summarize'] as const
export type Phase = (typeof phases)[number]
export const phaseSchema = z.enum(phases)

/** States of a document: an outcome that lasts, or `queued` before the first. */
export const documentStates = [
  'queued',
  'indexed',
  'partial',
  'skipped',
  'rejected',
  'failed',
  'cancelled',
  // Its source does not hold it any more: not found, kept for a while.
  'gone',
] as const
export type DocumentState = (typeof documentStates)[number]
export const documentStateSchema = z.enum(documentStates)

export const jobSchema = z.object({
  id: z.string(),
  key: z.string().nullable(),
  collection: z.string(),
  state: jobStateSchema,
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  elapsedMs: z.number(),
  keywordReadyMs: z.number().nullable(),
  pendingVectors: z.number(),
  /** What was offered, for people: `invoices`, `2024.zip`. */
  label: z.string(),
  told: toldSchema.optional(),
  /** 0–1 over all phases, weighted; never goes back. */
  progress: z.number(),
  /** Its share of the work while others want some, and its turn in the line. */
  priority: z.enum(jobPriorities).optional(),
  /** For a job that is queued: its place in the line of its collection, from 1. */
  position: z.number().nullable().optional(),
  /** `repair` makes missing vectors again; `rebuild` makes those of another model. */
  kind: z.enum(['intake', 'repair', 'rebuild']).optional(),
})
export type Job = z.infer<typeof jobSchema>

const count = z.number()
export const outcomeCountsSchema = z.object({
  total: count,
  indexed: count,
  unchanged: count,
  duplicate: count,
  partial: count,
  skipped: count,
  rejected: count,
  failed: count,
  cancelled: count,
})
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>

/** Parts of documents (pages, sheets, …; 1 for a document without parts) by what became of them. */
export const coverageCountsSchema = z.object({
  indexed: count,
  ocr: count,
  empty: count,
  truncated: count,
  skipped: count,
})
export type CoverageCounts = z.infer<typeof coverageCountsSchema>

/** One line of a receipt: a run of neighboring parts that fared alike, both ends from 1 and inclusive. */
export const receiptLineSchema = z.object({
  unit: z.enum(coverageParts),
  from: count,
  to: count,
  /** Of a single part that has one. */
  name: z.string().nullable(),
  state: z.enum(coverageStates),
  /** Why it is not plainly indexed. */
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
})
export type ReceiptLine = z.infer<typeof receiptLineSchema>

/** What became of one item of a job, part by part, when the job ended it. */
export const jobReceiptSchema = z.object({
  /** `null` when the document is not kept any more. */
  documentId: z.string().nullable(),
  path: z.string(),
  location: z.string(),
  outcome: outcomeSchema,
  kind: z.string().nullable(),
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  /** Of the whole receipt, also where `coverage` is only a part of it. */
  counts: coverageCountsSchema,
  coverage: z.array(receiptLineSchema),
})
export type JobReceipt = z.infer<typeof jobReceiptSchema>

/** What became of one document, part by part, and of the items within it (attachments) that are documents of their own. */
export const documentReceiptSchema = z.object({
  documentId: z.string(),
  path: z.string(),
  location: z.string(),
  collection: z.string(),
  state: documentStateSchema,
  kind: z.string().nullable(),
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  /** What else is said of it as a whole: notes, and what was left out beside the reason of its state. */
  warnings: z.array(z.object({ code: errorCode, message: z.string(), details: errorDetails.optional() })).optional(),
  counts: coverageCountsSchema,
  coverage: z.array(receiptLineSchema),
  items: z.array(
    z.object({
      documentId: z.string(),
      path: z.string(),
      state: documentStateSchema,
      code: errorCode.nullable(),
      message: z.string().nullable(),
      details: errorDetails.optional(),
    }),
  ),
})
export type DocumentReceipt = z.infer<typeof documentReceiptSchema>

export const problemSchema = z.object({
  path: z.string(),
  documentId: z.string().nullable(),
  phase: phaseSchema,
  outcome: z.enum(problemOutcomes),
  code: errorCode,
  message: z.string(),
  details: errorDetails.optional(),
  transient: z.boolean(),
  attempts: z.number(),
  /** Further warnings of the same document. */
  warnings: z.array(z.object({ code: errorCode, message: z.string(), details: errorDetails.optional() })).optional(),
  /** Its parts by what became of them. */
  coverage: coverageCountsSchema.optional(),
})
export type Problem = z.infer<typeof problemSchema>

export const archiveStatsSchema = z.object({
  path: z.string(),
  /** `zip`, `tar`, … */
  kind: z.string().optional(),
  entries: z.number(),
  nested: z.number(),
  maxDepth: z.number(),
  bytesCompressed: z.number(),
  bytesExpanded: z.number(),
  ratio: z.number(),
  skipped: z.number(),
  ms: z.number(),
  /** What is to be known of an archive that was opened all the same, those nested in it included: their message names them (`told`). */
  warnings: z
    .array(
      z.object({
        code: errorCode,
        message: z.string(),
        details: errorDetails.optional(),
        told: toldSchema.optional(),
      }),
    )
    .optional(),
})
export type ArchiveStats = z.infer<typeof archiveStatsSchema>

/** An item of a job that waits until a person decides. */
export const waitingSchema = z.object({
  path: z.string(),
  reason: z.enum(['confirmation', 'password']),
  code: errorCode,
  message: z.string(),
  details: errorDetails.optional(),
  actual: z.number().nullable(),
  entries: z.number().nullable(),
})
export type Waiting = z.infer<typeof waitingSchema>

/** A task that failed for a passing reason and is tried again by itself. */
export const retrySchema = z.object({
  path: z.string(),
  phase: phaseSchema,
  code: errorCode,
  message: z.string(),
  details: errorDetails.optional(),
  /** When (ISO-8601 UTC), and which try that is of how many. */
  at: z.string(),
  attempt: z.number(),
  of: z.number(),
})
export type Retry = z.infer<typeof retrySchema>

const phaseFigure = z.object({ ms: z.number(), items: z.number() })
/** What a provider is expected to be asked for. */
const billSchema = z.object({
  provider: z.string(),
  model: z.string(),
  isLocal: z.boolean(),
  tokens: z.number(),
  costUsd: z.number().nullable(),
})

/** What a look before the job finds: nothing is inflated, and what takes long is sampled. */
export const estimateSchema = z.object({
  /** Items that would be read, entries of archives included. */
  documents: z.number(),
  byKind: z.record(z.string(), z.number()),
  bytes: z.number(),
  /** At most 500 of `archivesTotal`. `bytesExpanded` as their tables of contents tell. */
  archives: z.array(archiveStatsSchema),
  archivesTotal: z.number(),
  /** Items whose bytes another one has as well. */
  duplicates: z.number(),
  /** Of these, the collection holds just this content at this place. */
  unchanged: z.number(),
  needPassword: z.number(),
  /** Pictures and scanned documents. */
  needOcr: z.number(),
  /** Figures that would be sent to a model, beside the text they stand in; only where the collection wants that. */
  figures: z.number().optional(),
  /** Items that would be skipped, rejected or fail as far as is known: ignored, unreadable, refused by a guardrail, a kind left out. */
  leftOut: z.number(),
  expectedMs: z.number(),
  tempDiskBytes: z.number(),
  costUsd: z.number(),
  /** Whether that counts everything: false where something is sent to a provider without a known price. */
  costKnown: z.boolean().optional(),
  /** What is sent to a provider for vectors, about; `null`: nothing. `costUsd`: `null` where its price is not known. */
  embedding: billSchema.nullable().optional(),
  /** The same for the summaries that the collection has made of its documents. */
  summaries: billSchema.extend({ documents: z.number() }).nullable().optional(),
  /**
   * Where pictures of text are sent to a model: what `needOcr` then is. `pageUsd`: of an ordinary page, about; `null`: not known. `costUsd` counts
   * one page for each of these documents, for nobody knows before how many they have, and each of `figures` (`figureUsd`).
   */
  vision: z
    .object({
      provider: z.string(),
      model: z.string(),
      isLocal: z.boolean(),
      pageUsd: z.number().nullable(),
      figureUsd: z.number().nullable().optional(),
      /** Whether scanned pages and pictures go to it, and not to OCR. */
      scans: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  /** What would wait for a person, unless confirmed beforehand. */
  confirmation: z
    .object({
      archives: z.array(z.object({ path: z.string(), entries: z.number(), bytesExpanded: z.number() })),
      bytes: z.number(),
      entries: z.number(),
      limitBytes: z.number(),
      code: errorCode.optional(),
      message: z.string(),
      details: errorDetails.optional(),
    })
    .nullable(),
  /** Whether every figure was counted. */
  exact: z.boolean(),
  /** Figures that were estimated from a sample or a rate. */
  sampled: z.array(z.enum(['byKind', 'archives', 'duplicates', 'needPassword', 'needOcr', 'unchanged', 'figures'])),
  elapsedMs: z.number(),
})
export type Estimate = z.infer<typeof estimateSchema>

export const jobReportSchema = z.object({
  job: jobSchema,
  documents: outcomeCountsSchema,
  chunks: z.number(),
  tokens: z.number(),
  bytes: z.number(),
  embeddings: z.object({ computed: z.number(), cached: z.number(), model: z.string(), dimensions: z.number() }),
  provider: z.object({
    name: z.string(),
    calls: z.number(),
    tokens: z.number(),
    costUsd: z.number(),
    retries: z.number(),
  }),
  phases: z.object({
    expand: phaseFigure,
    extract: phaseFigure,
    chunk: phaseFigure,
    index: phaseFigure,
    ocr: phaseFigure,
    embed: phaseFigure,
    summarize: phaseFigure,
  }),
  archives: z.array(archiveStatsSchema),
  problems: z.array(problemSchema),
  /** Parts of all its documents by what became of them: the sums of the receipts. */
  coverage: coverageCountsSchema.optional(),
  /** Documents that the offered folders and archives do not hold any more; they are in no outcome. */
  gone: z.number().optional(),
  /** What waits for a person, with its figures: inflated bytes (`actual`) and entries. At most 500. */
  waiting: z.array(waitingSchema).optional(),
  /** What is tried again by itself, the next first. At most 100. */
  retries: z.array(retrySchema).optional(),
  peaks: z.object({ rssBytes: z.number(), tempDiskBytes: z.number() }),
})
export type JobReport = z.infer<typeof jobReportSchema>

/** Who reads pictures of text: OCR on this computer, or the vision model of a provider, to which they are then sent. */
export const scanReadings = ['ocr', 'vision'] as const
export type ScanReading = (typeof scanReadings)[number]

/** Who reads figures of documents that have text (charts, diagrams, tables that are pictures): nobody, or the vision model of a provider. */
export const figureReadings = ['off', 'vision'] as const
export type FigureReading = (typeof figureReadings)[number]

/** By which a collection is told from others at a glance; its name always stands beside it. */
export const collectionColors = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const
export type CollectionColor = (typeof collectionColors)[number]

export const collectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  documents: z.number(),
  chunks: z.number(),
  pendingVectors: z.number(),
  bytes: z.number(),
  /** Its turns beside other collections: twice the weight, twice the turns. */
  weight: z.number().optional(),
  /** Tasks of it that may start in a minute; `null`: the setting queue.tasksPerMinute. */
  tasksPerMinute: z.number().nullable().optional(),
  /** Patterns of what is left out of it, whatever is offered. */
  ignores: z.array(z.string()).optional(),
  /** What is made of its documents by itself once they are indexed. */
  summaries: z.enum(summaryWishes).optional(),
  scans: z.enum(scanReadings).optional(),
  figures: z.enum(figureReadings).optional(),
  /** `null`: none was chosen. */
  color: z.enum(collectionColors).nullable().optional(),
  /** By which name its embedding model is asked for (`local`, or a provider), and that model; `null` before it has any vectors. */
  model: z.object({ ref: z.string(), id: z.string(), dimensions: z.number() }).nullable().optional(),
  /** That texts of it were read by an older version, as a person is told; `null` when none was. */
  outdated: z.object({ code: errorCode, message: z.string(), details: errorDetails.optional() }).nullable().optional(),
})
export type Collection = z.infer<typeof collectionSchema>

export const documentSchema = z.object({
  id: z.string(),
  path: z.string(),
  location: z.string(),
  collection: z.string(),
  state: documentStateSchema,
  kind: z.string().nullable(),
  title: z.string().nullable(),
  bytes: z.number(),
  chunks: z.number(),
  pages: z.number().nullable(),
  pendingVectors: z.number(),
  indexedAt: z.string().nullable(),
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  /** When its source was found to hold it no more. */
  goneAt: z.string().nullable().optional(),
  /** Language of its text (`en`, `de`, …), as far as known. */
  language: z.string().nullable().optional(),
  /** Its parts by what became of them; only of a document that is shown alone. */
  coverage: coverageCountsSchema.optional(),
  /** What its collection had made of it; `null`: nothing yet. Only of a document that is shown alone. */
  summary: z
    .object({ text: z.string(), method: z.enum(['extractive', 'provider']), partial: z.boolean(), madeAt: z.string() })
    .nullable()
    .optional(),
})
export type DocumentRow = z.infer<typeof documentSchema>

export { searchModes, type SearchMode } from './search'

export const hitSchema = z.object({
  documentId: z.string(),
  collection: z.string(),
  path: z.string(),
  location: z.string(),
  title: z.string().nullable(),
  kind: z.string().nullable(),
  score: z.number(),
  /** Ordinal of the chunk in its document, from 0. */
  chunk: z.number(),
  page: z.number().nullable(),
  /** `… [[match]] …` */
  snippet: z.string(),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  /** When the document was last changed (ISO-8601 UTC), as far as known. */
  date: z.string().nullable().optional(),
  /** Language of the document (`en`, `de`, …), as far as known. */
  language: z.string().nullable().optional(),
  /** What matched in `text`, in order. */
  matches: z.array(matchRangeSchema).optional(),
  /** Further passages of the document, the best first, at most a few of `moreTotal`. */
  more: z.array(morePassageSchema).optional(),
  moreTotal: z.number().optional(),
  /** Documents of the same collection that say the same in nearly the same words; they have no hit of their own. */
  duplicates: z.array(duplicateHitSchema).optional(),
})
export type Hit = z.infer<typeof hitSchema>

export const searchResultSchema = z.object({
  query: z.string(),
  mode: z.enum(searchModes),
  elapsedMs: z.number(),
  cached: z.boolean(),
  results: z.array(hitSchema),
  /** What limits this answer, in plain words (vectors still pending, the model is missing). */
  notes: z.array(z.string()),
  told: toldSchema.optional(),
  /** `keyword`: results by meaning are still to come; ask for the full stage. */
  stage: z.enum(searchStages).optional(),
  /** The query as it was probably meant, when little was found. */
  didYouMean: z.string().nullable().optional(),
  /** Whether nothing was found for what was typed, and these are results for `didYouMean`. */
  corrected: z.boolean().optional(),
  /** What of the query was understood as filters. */
  filters: z.array(queryFilterSchema).optional(),
  /** Words of the query that nothing was looked for with: they are too common, or beyond the longest query. */
  ignored: z.array(z.string()).optional(),
})
export type SearchResult = z.infer<typeof searchResultSchema>

/** What became of the texts of removed documents. */
export const removalProofSchema = z.object({
  /** Nothing of it is left, and its words find nothing. */
  proven: z.boolean(),
  /** Texts that no other document has, their passages, and vectors in the cache that no text needs any more. */
  removed: z.object({ texts: count, passages: count, cacheEntries: count }),
  /**
   * `vectors`: texts whose vectors are to be deleted, and vectors in the index; `words`: entries of the full-text indexes; `cacheEntries`: texts
   * with vectors in the cache; `pictures`: what a model read of pictures; `vectorFiles`: tables of the vector index of which older files could
   * not be removed: the next start does.
   */
  left: z.object({
    texts: count,
    passages: count,
    summaries: count,
    vectors: count,
    words: count,
    cacheEntries: count,
    pictures: count,
    vectorFiles: count,
  }),
  /** Texts whose own words were searched for, and how many of them were found. */
  searched: count,
  found: count,
})
export type RemovalProof = z.infer<typeof removalProofSchema>

/** A removal with proof. `documents`: those it was of, `null` for a whole collection; `proof`: `null` while it is not proven, or was cut off. */
export const removalSchema = z.object({
  id: z.string(),
  begunAt: z.string(),
  provenAt: z.string().nullable(),
  documents: count.nullable(),
  texts: count,
  proof: removalProofSchema.nullable(),
})
export type Removal = z.infer<typeof removalSchema>

/** What `sluice extract` prints for one document. */
export const extractLineSchema = z.object({
  path: z.string(),
  outcome: outcomeSchema,
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  kind: z.string().nullable(),
  title: z.string().nullable(),
  language: z.string().nullable(),
  pages: z.number().nullable(),
  chars: z.number(),
  warnings: z.array(z.object({ code: errorCode, message: z.string(), details: errorDetails.optional() })),
  text: z.string(),
  /** Of text files: how their characters were written. */
  encoding: z.string().nullable().optional(),
  /** Its receipt. */
  coverage: z.array(receiptLineSchema).optional(),
})
export type ExtractLine = z.infer<typeof extractLineSchema>

export const doctorSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({ name: z.string(), ok: z.boolean(), ms: z.number(), detail: z.string(), fix: z.string().nullable() }),
  ),
})
export type DoctorReport = z.infer<typeof doctorSchema>
