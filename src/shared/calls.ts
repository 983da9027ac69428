/**
 * Owns the calls of the engine: one table that the socket of the owner and the IPC of the window both serve, with a schema
 * for every parameter and result. Refuses: any logic. What the window can do, the command line can.
 */
import { z } from 'zod'
import {
  collectionSchema,
  doctorSchema,
  documentReceiptSchema,
  documentSchema,
  documentStateSchema,
  estimateSchema,
  jobReceiptSchema,
  jobReportSchema,
  jobSchema,
  jobStateSchema,
  outcomeCountsSchema,
  problemSchema,
  searchModes,
  searchResultSchema,
} from './domain'

const page = { offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(100) }
const name = z.string().trim().min(1).max(200)
const none = z.object({})
const done = z.object({})

/** A path that was offered; `bytes` (base64) holds the raw name where it is not Unicode. */
export const offeredPathSchema = z.object({
  path: z.string().min(1).max(32_768),
  bytes: z.string().max(65_536).optional(),
})
export type OfferedPath = z.infer<typeof offeredPathSchema>

const phaseProgress = z.object({ done: z.number(), total: z.number() })
export const jobProgressSchema = z.object({
  job: jobSchema,
  documents: outcomeCountsSchema,
  /** Items that wait for a person. */
  waiting: z.number().optional(),
  /** Items found so far, finished or not; grows while folders and archives are still being opened. */
  found: z.number(),
  /** True while the total may still grow. */
  discovering: z.boolean(),
  phases: z.object({ expand: phaseProgress, extract: phaseProgress, embed: phaseProgress }),
  documentsPerSecond: z.number(),
  windowsPerSecond: z.number(),
  /** `null` while it cannot be told. */
  remainingMs: z.number().nullable(),
  /** Paths of what is being worked on right now, at most a few. */
  current: z.array(z.object({ path: z.string(), phase: z.string() })),
})
export type JobProgress = z.infer<typeof jobProgressSchema>

export const queueStatusSchema = z.object({
  queued: z.number(),
  running: z.number(),
  waiting: z.array(jobSchema),
  /** When the next delayed retry starts (ISO-8601), if that is all there is. */
  nextRunAt: z.string().nullable(),
  /** Why the whole queue stands still (disk full, model missing), in plain words. */
  blocked: z.string().nullable(),
})

export const callTable = {
  'app.info': {
    params: none,
    result: z.object({ version: z.string(), dataDir: z.string(), ownerPid: z.number(), logFile: z.string() }),
  },
  'collections.list': { params: none, result: z.object({ collections: z.array(collectionSchema), total: z.number() }) },
  'collections.show': { params: z.object({ name }), result: collectionSchema },
  'collections.create': { params: z.object({ name }), result: collectionSchema },
  'collections.rename': { params: z.object({ name, newName: name }), result: collectionSchema },
  'collections.remove': { params: z.object({ name }), result: z.object({ documents: z.number() }) },
  'jobs.create': {
    params: z.object({
      paths: z.array(offeredPathSchema).min(1).max(10_000),
      /** Created when it does not exist. */
      collection: name.default('default'),
      globs: z.array(z.string()).max(1000).default([]),
      ignores: z.array(z.string()).max(1000).default([]),
      key: z.string().max(500).nullable().default(null),
      /** A person agrees beforehand to whatever its archives unpack to (`ingest --yes`). */
      confirmed: z.boolean().default(false),
      /** Kinds that end as skipped: those of documents (or an extension of one), `archive`, `image`. */
      leaveOut: z.array(z.string().max(40)).max(50).default([]),
    }),
    result: z.object({ job: jobSchema, /** False when the key named a job that exists. */ created: z.boolean() }),
  },
  /**
   * The look before a job: what is in these paths, what it will take and need. Nothing is indexed or inflated; seconds, also for 50,000
   * files. `id`: by which `jobs.stopEstimate` ends it (it then fails with CANCELLED).
   */
  'jobs.estimate': {
    params: z.object({
      paths: z.array(offeredPathSchema).min(1).max(10_000),
      collection: name.default('default'),
      globs: z.array(z.string()).max(1000).default([]),
      ignores: z.array(z.string()).max(1000).default([]),
      leaveOut: z.array(z.string().max(40)).max(50).default([]),
      confirmed: z.boolean().default(false),
      id: z.string().max(100).nullable().default(null),
    }),
    result: estimateSchema,
  },
  'jobs.stopEstimate': { params: z.object({ id: z.string().max(100) }), result: done },
  'jobs.list': {
    params: z.object({ ...page, states: z.array(jobStateSchema).optional() }),
    result: z.object({ jobs: z.array(jobSchema.extend({ documents: outcomeCountsSchema })), total: z.number() }),
  },
  /** The report without its problems (`problems` is empty): those are paged by `jobs.problems`. */
  'jobs.show': {
    params: z.object({ id: z.string() }),
    result: z.object({ report: jobReportSchema, problemsTotal: z.number() }),
  },
  'jobs.problems': {
    params: z.object({ id: z.string(), ...page }),
    result: z.object({ problems: z.array(problemSchema), total: z.number() }),
  },
  /**
   * What became of everything that the job has counted, part by part. A page ends where the message would become too large, also within a
   * receipt: `next` is what to ask for then; a receipt that goes on (`line` > 0) says its head again. `total`: receipts of the job.
   */
  'jobs.receipts': {
    params: z.object({ id: z.string(), ...page, line: z.number().int().min(0).default(0) }),
    result: z.object({
      receipts: z.array(jobReceiptSchema),
      total: z.number(),
      next: z.object({ offset: z.number(), line: z.number() }).nullable(),
    }),
  },
  'jobs.progress': { params: z.object({ id: z.string() }), result: jobProgressSchema },
  /** Resolves when the job has ended, waits for a person, or `timeoutMs` is over; with the progress of that moment. */
  'jobs.wait': {
    params: z.object({ id: z.string(), timeoutMs: z.number().int().min(0).max(60_000) }),
    result: jobProgressSchema,
  },
  'jobs.cancel': { params: z.object({ id: z.string() }), result: jobSchema },
  /** A person agrees to what its archives unpack to: `tasks` of them waited and go on; later ones do not ask. */
  'jobs.confirm': { params: z.object({ id: z.string() }), result: z.object({ job: jobSchema, tasks: z.number() }) },
  /** Queues again what failed, was cancelled or lacks vectors. */
  'jobs.retry': { params: z.object({ id: z.string() }), result: z.object({ job: jobSchema, tasks: z.number() }) },
  'queue.status': { params: none, result: queueStatusSchema },
  'documents.list': {
    params: z.object({
      ...page,
      collection: name.optional(),
      /** Without it: what is indexed (`indexed` and `partial`). */
      states: z.array(documentStateSchema).optional(),
      /** Part of the path, case-insensitive. */
      contains: z.string().max(500).optional(),
    }),
    result: z.object({ documents: z.array(documentSchema), total: z.number() }),
  },
  'documents.show': { params: z.object({ id: z.string() }), result: documentSchema },
  /** The text in pieces of at most 500,000 characters; `nextOffset` is null at the end. */
  'documents.text': {
    params: z.object({ id: z.string(), offset: z.number().int().min(0).default(0) }),
    result: z.object({ text: z.string(), nextOffset: z.number().nullable() }),
  },
  /**
   * Unlocks a document that ended with PDF_ENCRYPTED, DOCUMENT_ENCRYPTED, ARCHIVE_ENCRYPTED or PASSWORD_WRONG: its job goes on with it, and with
   * what else of the same archive waits for the same password (`tasks` of them). Wait for the job, then look at the document. The
   * password stays in the memory of the owner. @throws NOT_LOCKED
   */
  'documents.password': {
    params: z.object({ id: z.string(), password: z.string().min(1).max(1_024) }),
    result: z.object({ job: jobSchema, tasks: z.number() }),
  },
  /**
   * What became of the document, part by part, and of the items in it. `offset` and `limit` go over its lines, then its items (`total`
   * counts both); a page ends where the message would become too large: go on at `nextOffset`, `null` at the end.
   */
  'documents.receipt': {
    params: z.object({ id: z.string(), ...page }),
    result: z.object({ receipt: documentReceiptSchema, total: z.number(), nextOffset: z.number().nullable() }),
  },
  'documents.remove': {
    params: z.object({ ids: z.array(z.string()).min(1).max(1000) }),
    result: z.object({ removed: z.number() }),
  },
  search: {
    params: z.object({
      query: z.string().max(20_000),
      mode: z.enum(searchModes).default('hybrid'),
      collections: z.array(name).max(100).default([]),
      limit: z.number().int().min(1).max(200).default(10),
      types: z.array(z.string().max(40)).max(50).default([]),
      since: z.string().nullable().default(null),
      until: z.string().nullable().default(null),
      pathGlob: z.string().max(1000).nullable().default(null),
    }),
    result: searchResultSchema,
  },
  doctor: {
    params: z.object({ repair: z.boolean().default(false), rebuild: z.boolean().default(false) }),
    result: doctorSchema,
  },
  /** Only for tests and shutdown: resolves when no task runs and none can start. */
  'queue.settle': { params: z.object({ timeoutMs: z.number().int().min(0).max(60_000) }), result: done },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type CallName = keyof typeof callTable
/** What a caller passes (defaults may be left out). */
export type CallParams<N extends CallName> = z.input<(typeof callTable)[N]['params']>
/** What the engine gets (defaults filled in). */
export type ParsedParams<N extends CallName> = z.output<(typeof callTable)[N]['params']>
export type CallResult<N extends CallName> = z.output<(typeof callTable)[N]['result']>

/** The engine as its callers see it: in the same process, over the socket, or from the window. */
export type Caller = <N extends CallName>(name: N, params: CallParams<N>) => Promise<CallResult<N>>
/** The engine's side: one function a call. */
export type CallHandlers = { [N in CallName]: (params: ParsedParams<N>) => Promise<CallResult<N>> }

export const isCallName = (value: unknown): value is CallName =>
  typeof value === 'string' && Object.hasOwn(callTable, value)

/** Something changed; the reader asks again for what it shows. Sent at most a few times a second. */
export const changeTopics = ['jobs', 'documents', 'collections', 'owner'] as const
export const changeEventSchema = z.object({ type: z.literal('changed'), topics: z.array(z.enum(changeTopics)) })
export type ChangeEvent = z.infer<typeof changeEventSchema>

/** Largest message over a socket or IPC, in bytes of JSON. */
export const MAX_MESSAGE_BYTES = 1_000_000
