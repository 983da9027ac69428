/**
 * Owns the words of the product as types: what crosses the command line, the socket and the window.
 * Refuses: behavior. Public JSON shapes only ever gain fields.
 */
import { z } from 'zod'
import { errorCodes, type ErrorCode } from './errors'
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
  /** 0–1 over all phases, weighted; never goes back. */
  progress: z.number(),
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
  counts: coverageCountsSchema,
  coverage: z.array(receiptLineSchema),
  items: z.array(
    z.object({
      documentId: z.string(),
      path: z.string(),
      state: documentStateSchema,
      code: errorCode.nullable(),
      message: z.string().nullable(),
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
  transient: z.boolean(),
  attempts: z.number(),
  /** Further warnings of the same document. */
  warnings: z.array(z.object({ code: errorCode, message: z.string() })).optional(),
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
  /** What is to be known of an archive that was opened all the same, those nested in it included. */
  warnings: z.array(z.object({ code: errorCode, message: z.string() })).optional(),
})
export type ArchiveStats = z.infer<typeof archiveStatsSchema>

/** An item of a job that waits until a person decides. */
export const waitingSchema = z.object({
  path: z.string(),
  reason: z.enum(['confirmation', 'password']),
  code: errorCode,
  message: z.string(),
  actual: z.number().nullable(),
  entries: z.number().nullable(),
})
export type Waiting = z.infer<typeof waitingSchema>

const phaseFigure = z.object({ ms: z.number(), items: z.number() })
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
  /** Items that would be skipped, rejected or fail as far as is known: ignored, unreadable, refused by a guardrail, a kind left out. */
  leftOut: z.number(),
  expectedMs: z.number(),
  tempDiskBytes: z.number(),
  costUsd: z.number(),
  /** What would wait for a person, unless confirmed beforehand. */
  confirmation: z
    .object({
      archives: z.array(z.object({ path: z.string(), entries: z.number(), bytesExpanded: z.number() })),
      bytes: z.number(),
      entries: z.number(),
      limitBytes: z.number(),
      message: z.string(),
    })
    .nullable(),
  /** Whether every figure was counted. */
  exact: z.boolean(),
  /** Figures that were estimated from a sample or a rate. */
  sampled: z.array(z.enum(['byKind', 'archives', 'duplicates', 'needPassword', 'needOcr', 'unchanged'])),
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
  peaks: z.object({ rssBytes: z.number(), tempDiskBytes: z.number() }),
})
export type JobReport = z.infer<typeof jobReportSchema>

export const collectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  documents: z.number(),
  chunks: z.number(),
  pendingVectors: z.number(),
  bytes: z.number(),
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
  /** When its source was found to hold it no more. */
  goneAt: z.string().nullable().optional(),
  /** Its parts by what became of them; only of a document that is shown alone. */
  coverage: coverageCountsSchema.optional(),
})
export type DocumentRow = z.infer<typeof documentSchema>

export const searchModes = ['hybrid', 'semantic', 'keyword'] as const
export type SearchMode = (typeof searchModes)[number]

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
})
export type SearchResult = z.infer<typeof searchResultSchema>

/** What `sluice extract` prints for one document. */
export const extractLineSchema = z.object({
  path: z.string(),
  outcome: outcomeSchema,
  code: errorCode.nullable(),
  message: z.string().nullable(),
  kind: z.string().nullable(),
  title: z.string().nullable(),
  language: z.string().nullable(),
  pages: z.number().nullable(),
  chars: z.number(),
  warnings: z.array(z.object({ code: errorCode, message: z.string() })),
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
