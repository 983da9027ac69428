/**
 * Owns the calls of the engine: one table that the socket of the owner and the IPC of the window both serve, with a schema
 * for every parameter and result. Refuses: any logic. What the window can do, the command line can.
 */
import { z } from 'zod'
import { QUESTION_CHARS, answerModes, answerSchema, summarySchema } from './answers'
import { collectionChoices, modelRef } from './collection-settings'
import { checkResultSchema, findingKinds } from './collection-check'
import { deadLetterFilterSchema, deadLetterGroupSchema, deadLetterSchema } from './dead-letters'
import {
  collectionSchema,
  doctorSchema,
  documentReceiptSchema,
  documentSchema,
  estimateSchema,
  jobPriorities,
  jobReceiptSchema,
  jobReportSchema,
  jobSchema,
  jobStateSchema,
  outcomeCountsSchema,
  problemSchema,
  removalProofSchema,
  removalSchema,
  retrySchema,
  searchResultSchema,
} from './domain'
import { errorDetails } from './error-details'
import { comparisonSchema, generationSchema, modelEstimateSchema } from './generations'
import { ledgerEndSchema, ledgerEntrySchema, ledgerSchema, refusedConnectionSchema } from './ledger'
import { metricHistorySchema, metricRanges, metricsNowSchema } from './metrics'
import { readingEstimateSchema } from './reading'
import { documentFacetsSchema, documentFilterShape, documentOrders } from './document-lists'
import { lanes } from './phases'
import { jobTaskSchema, taskCountsSchema, taskStates } from './job-tasks'
import {
  historyEntrySchema,
  queryText,
  savedSearchName,
  savedSearchSchema,
  searchScopeShape,
  searchStages,
} from './search'
import { folderReportSchema } from './model-folders'
import {
  folderDefinitionSchema,
  providerSchema,
  providerStopSchema,
  providerTestSchema,
  usageRowSchema,
  usageTotalSchema,
} from './providers'
import { policySummarySchema } from './policy-summary'
import { machineFactsSchema, politeStateSchema } from './politeness'
import { toldSchema } from './remarks'
import { restReasons } from './rest'
import { settingSchema } from './settings'
import { settingEntries, settingsExportSchema, settingsImportSchema } from './settings-exchange'
import { hostNames, workersSchema } from './workers'

const page = { offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(100) }
const name = z.string().trim().min(1).max(200)
/** Visible characters without spaces: what fits into a header of a request, and is hidden as a whole wherever it is quoted. */
const providerKeySchema = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[\x21-\x7e]+$/, 'holds a character that no key has')
const none = z.object({})
const done = z.object({})

/** Of one piece of an original: as base64 it stays below the largest message. */
export const MAX_PIECE_BYTES = 512 * 1024

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
  phases: z.object({
    expand: phaseProgress,
    extract: phaseProgress,
    embed: phaseProgress,
    summarize: phaseProgress.optional(),
  }),
  documentsPerSecond: z.number(),
  windowsPerSecond: z.number(),
  /** `null` while it cannot be told. */
  remainingMs: z.number().nullable(),
  /** What is tried again by itself, the next first; at most a few. */
  retries: z.array(retrySchema).optional(),
  /** Paths of what is being worked on right now, at most a few. */
  current: z.array(z.object({ path: z.string(), phase: z.string(), told: toldSchema.optional() })),
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
  /** The same with its code, the lanes it concerns, and when it is tried again. */
  block: z
    .object({
      code: z.string(),
      message: z.string(),
      details: errorDetails.optional(),
      lanes: z.array(z.enum(lanes)),
      nextTryAt: z.string().nullable(),
    })
    .nullable()
    .optional(),
  /** Jobs that wait for a model that is not to be had, by cause. `budget`: the bound that was reached, when it is that. */
  stops: z.array(providerStopSchema).optional(),
  /** Tasks that wait for their next try, dead letters that nobody put aside (at most 10,000 are counted), and jobs by state. */
  delayed: z.number().optional(),
  deadLetters: z.number().optional(),
  jobs: z.object({ active: z.number(), queued: z.number(), paused: z.number(), waiting: z.number() }).optional(),
  lanes: z.record(z.enum(lanes), z.object({ queued: z.number(), running: z.number() })).optional(),
  /** How many tasks of a lane are worked on at the same time at most. */
  atOnce: z.record(z.enum(lanes), z.number()).optional(),
  /** What work may take now, when it keeps to a share of the computer; `null`: what it needs. */
  polite: politeStateSchema.nullable().optional(),
})

export type QueueStatus = z.infer<typeof queueStatusSchema>

const hitsAndMisses = { hits: z.number(), misses: z.number() }
/** `since`: ISO-8601, `null` while nothing was asked yet. It begins anew where the file of the cache was deleted. */
const cacheTotalSchema = z.object({ ...hitsAndMisses, since: z.string().nullable() })
export type CacheTotal = z.infer<typeof cacheTotalSchema>

const usageDay = z.iso.date()

export const callTable = {
  'app.info': {
    params: none,
    result: z.object({ version: z.string(), dataDir: z.string(), ownerPid: z.number(), logFile: z.string() }),
  },
  'collections.list': { params: none, result: z.object({ collections: z.array(collectionSchema), total: z.number() }) },
  'collections.show': { params: z.object({ name }), result: collectionSchema },
  /** Made with these settings and this model, or not at all. @throws COLLECTION_EXISTS, VISION_MISSING, PROVIDER_UNKNOWN */
  'collections.create': {
    params: z.object({ name, ...collectionChoices, model: modelRef.optional() }),
    result: collectionSchema,
  },
  'collections.rename': { params: z.object({ name, newName: name }), result: collectionSchema },
  /** What is not named stays. `tasksPerMinute`: 0 for any number, `null` for the setting. */
  'collections.update': {
    params: z.object({ name, ...collectionChoices }),
    result: collectionSchema,
  },
  /**
   * What is stale, empty, partial, without vectors, read otherwise than it would be now, or of a model that is not there; of one collection or
   * (`null`) of all. `repair` queues what mends it: sources are looked through again, missing vectors are made. @throws NOT_FOUND
   */
  'collections.check': {
    params: z.object({
      name: name.nullable().default(null),
      kinds: z.array(z.enum(findingKinds)).optional(),
      ...page,
      repair: z.boolean().default(false),
    }),
    result: checkResultSchema,
  },
  /** The sets of vectors of a collection: the one that serves, one that is made ready, one that is kept. */
  'collections.models': { params: z.object({ name }), result: z.object({ generations: z.array(generationSchema) }) },
  /**
   * What making its vectors by another model takes (`model`: `local`, or the name of a provider); with `approve` it is begun. Searches go on
   * with the model there is until the new one has everything; then it is switched to, unless `hold`: then a person does. Where nothing has
   * to be made, `job` is `null` and it is done. @throws NOT_FOUND, PROVIDER_UNKNOWN, REBUILD_SAME_MODEL, REBUILD_RUNNING
   */
  'collections.changeModel': {
    params: z.object({
      name,
      model: z.string().trim().min(1).max(200),
      approve: z.boolean().default(false),
      hold: z.boolean().default(false),
    }),
    result: z.object({
      estimate: modelEstimateSchema,
      approved: z.boolean(),
      generation: generationSchema.nullable(),
      job: jobSchema.nullable(),
    }),
  },
  /**
   * Reads anew what an older version of Sluice has read: tells what that takes, and with `approve` begins the job. Every document keeps its text
   * until its new one takes its place. @throws NOT_FOUND, TEXT_CURRENT
   */
  'collections.rebuild': {
    params: z.object({ name, approve: z.boolean().default(false) }),
    result: z.object({ estimate: readingEstimateSchema, approved: z.boolean(), job: jobSchema.nullable() }),
  },
  /** To a model that was held. Where texts came since (`missing`), `job` makes their vectors first, and it is switched then. @throws NOT_FOUND */
  'collections.switchModel': {
    params: z.object({ name }),
    result: z.object({
      switched: z.boolean(),
      missing: z.number(),
      job: jobSchema.nullable(),
      generations: z.array(generationSchema),
    }),
  },
  /** Back to the model before, while its vectors are kept; `missing`: texts that came since, found by keyword until their vectors are made. @throws NOT_FOUND */
  'collections.rollback': {
    params: z.object({ name }),
    result: z.object({ missing: z.number(), generations: z.array(generationSchema) }),
  },
  /** Lets go of the vectors of the model before. */
  'collections.cleanup': { params: z.object({ name }), result: z.object({ dropped: z.number() }) },
  /** Of the nearest passages by both models; without queries by those that were saved. `null`: nothing to compare, or no query. */
  'collections.compareModels': {
    params: z.object({ name, queries: z.array(z.string().min(1).max(1_000)).max(50).default([]) }),
    result: z.object({ comparison: comparisonSchema.nullable() }),
  },
  /**
   * What the caches know and were asked: of texts whose vectors were known (`embeddings`), of vectors of queries (`queries`), and of whole answers
   * to searches (`results`). Hits and misses since the start; `total`: ever, restarts included.
   */
  'cache.figures': {
    params: none,
    result: z.object({
      embeddings: z.object({
        ...hitsAndMisses,
        evictions: z.number(),
        bytes: z.number(),
        models: z.array(z.object({ model: z.string(), ...hitsAndMisses })),
        total: cacheTotalSchema,
      }),
      queries: z.object({ ...hitsAndMisses, entries: z.number(), bytes: z.number(), total: cacheTotalSchema }),
      results: z.object({
        ...hitsAndMisses,
        entries: z.number(),
        bytes: z.number(),
        /** `search.cacheBytes`; 0: none is kept. */
        maxBytes: z.number(),
        total: cacheTotalSchema,
      }),
    }),
  },
  /** `prove`: also takes what was deleted out of the files, looks for it everywhere, and says what it found. Takes seconds. */
  'collections.remove': {
    params: z.object({ name, prove: z.boolean().default(false) }),
    result: z.object({ documents: z.number(), proof: removalProofSchema.optional() }),
  },
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
      /** Who asks: so many jobs of one client are active at once (`queue.clientJobs`). */
      client: z.string().max(100).default('local'),
      priority: z.enum(jobPriorities).default('normal'),
    }),
    /** `created` is false when the key named a job that exists, or the same paths are being worked on: the drop then joins that job. */
    result: z.object({ job: jobSchema, created: z.boolean() }),
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
      /** How the collection would be made; of no meaning when it is there already. */
      settings: z
        .object({
          summaries: collectionChoices.summaries,
          scans: collectionChoices.scans,
          figures: collectionChoices.figures,
          model: modelRef.optional(),
        })
        .optional(),
    }),
    result: estimateSchema,
  },
  'jobs.stopEstimate': { params: z.object({ id: z.string().max(100) }), result: done },
  'jobs.list': {
    params: z.object({
      ...page,
      states: z.array(jobStateSchema).optional(),
      collection: name.optional(),
      /** `newest` first, or as they stand in `line`: collection by collection, by priority, then by place. */
      order: z.enum(['newest', 'line']).default('newest'),
    }),
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
   * Its items, each with where it stands: what runs first, then what waits for a person, what is queued, what has ended; of one `state` or
   * all. `total`: of those asked for; `counts`: of all.
   */
  'jobs.tasks': {
    params: z.object({ id: z.string(), state: z.enum(taskStates).nullable().default(null), ...page }),
    result: z.object({ tasks: z.array(jobTaskSchema), total: z.number(), counts: taskCountsSchema }),
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
  /** What runs of it is interrupted, spending no attempt; nothing more of it starts until it is resumed. Paused twice is paused. @throws JOB_STATE when it is over */
  'jobs.pause': { params: z.object({ id: z.string() }), result: jobSchema },
  /** Resumed while it is not paused, nothing happens. @throws JOB_STATE when it is over */
  'jobs.resume': { params: z.object({ id: z.string() }), result: jobSchema },
  'jobs.prioritize': { params: z.object({ id: z.string(), priority: z.enum(jobPriorities) }), result: jobSchema },
  /** Moves a queued job in the line: before another one, or (`null`) to its end. @throws JOB_STATE */
  'jobs.move': { params: z.object({ id: z.string(), before: z.string().nullable() }), result: jobSchema },
  /** Newest first. */
  'deadLetters.list': {
    params: deadLetterFilterSchema.extend(page),
    result: z.object({ deadLetters: z.array(deadLetterSchema), total: z.number() }),
  },
  /** By cause, the most frequent first. */
  'deadLetters.groups': {
    params: deadLetterFilterSchema,
    result: z.object({ groups: z.array(deadLetterGroupSchema), total: z.number() }),
  },
  /** One with all its attempts, what it was given, and what the log says of it. */
  'deadLetters.show': {
    params: z.object({ id: z.string() }),
    result: z.object({ deadLetter: deadLetterSchema, log: z.array(z.string()) }),
  },
  /** Queues them again, with fresh attempts; `settings` hold for these tasks alone, this once. `tasks`: how many were queued. */
  'deadLetters.replay': {
    params: z.object({ filter: deadLetterFilterSchema, settings: z.record(z.string(), z.number()).default({}) }),
    result: z.object({ tasks: z.number(), jobs: z.array(z.string()) }),
  },
  /** Puts them aside: they are no longer listed, nothing is deleted, and `deadLetters.restore` takes it back. */
  'deadLetters.discard': {
    params: z.object({ filter: deadLetterFilterSchema }),
    result: z.object({ ids: z.array(z.string()), total: z.number() }),
  },
  'deadLetters.restore': {
    params: z.object({ filter: deadLetterFilterSchema }),
    result: z.object({ ids: z.array(z.string()), total: z.number() }),
  },
  /** Queues again what failed, was cancelled or lacks vectors. */
  'jobs.retry': { params: z.object({ id: z.string() }), result: z.object({ job: jobSchema, tasks: z.number() }) },
  'queue.status': { params: none, result: queueStatusSchema },
  /**
   * Nothing new is started for `forMs`, or until it is called with `null`; what runs goes on. Whoever asks for it asks again before it is over, so
   * that the queue does not rest for ever when they are gone.
   */
  'queue.rest': {
    params: z.object({ reason: z.enum(restReasons).nullable(), forMs: z.number().int().min(1).max(600_000) }),
    result: done,
  },
  /** What a window knows of the computer. It holds for a minute. */
  'machine.tell': { params: machineFactsSchema, result: done },
  'documents.list': {
    params: z.object({
      ...page,
      ...documentFilterShape,
      sort: z.enum(documentOrders).default('name'),
      descending: z.boolean().default(false),
    }),
    result: z.object({ documents: z.array(documentSchema), total: z.number() }),
  },
  /** What a list of documents can be narrowed by, with how many there are of each. */
  'documents.facets': { params: z.object(documentFilterShape), result: documentFacetsSchema },
  /**
   * Looks at their originals again, also where times and size are as before: one job for each of their collections. What says something else
   * now is read anew, and so is what was read in part (`partial`: cut by a limit of then, pictures that failed), with the limits of now and with
   * other places of the same bytes; until then, and where it says the same, each is found as it is. @throws NOT_FOUND when none of them is there
   */
  'documents.readAgain': {
    params: z.object({ ids: z.array(z.string()).min(1).max(10_000) }),
    result: z.object({ jobs: z.array(jobSchema), documents: z.number() }),
  },
  'documents.show': { params: z.object({ id: z.string() }), result: documentSchema },
  /** The text in pieces of at most 500,000 characters; `nextOffset` is null at the end. */
  'documents.text': {
    params: z.object({ id: z.string(), offset: z.number().int().min(0).default(0) }),
    result: z.object({ text: z.string(), nextOffset: z.number().nullable() }),
  },
  /**
   * Where in the text of the document the words of a query stand, in reading order: `[start, end]` as in `documents.text`, as the full-text
   * index sees them (stems, folded accents). `more`: there are others.
   */
  'documents.matches': {
    params: z.object({ id: z.string(), query: z.string().max(20_000) }),
    result: z.object({ matches: z.array(z.tuple([z.number(), z.number()])), more: z.boolean() }),
  },
  /**
   * A piece of the original (base64), shorter at its end. `changed`: its size is not that of the file that was indexed.
   * What is inside an archive is unpacked for it, under the limits that hold for reading it.
   * @throws ORIGINAL_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE, FILE_CHANGED; of archives also ARCHIVE_ENCRYPTED, PASSWORD_WRONG and what their limits say
   */
  'documents.bytes': {
    params: z.object({
      id: z.string(),
      offset: z.number().int().min(0),
      length: z.number().int().min(0).max(MAX_PIECE_BYTES),
    }),
    result: z.object({ bytes: z.string(), sizeBytes: z.number(), changed: z.boolean() }),
  },
  /**
   * A read-only copy of what is inside an archive, as a file below the data folder that is gone when the owner ends: to be opened by the program
   * of the system. Only of kinds that cannot run. @throws ORIGINAL_INSIDE for others, and as `documents.bytes`
   */
  'documents.copy': {
    params: z.object({ id: z.string() }),
    result: z.object({ path: z.string(), sizeBytes: z.number(), changed: z.boolean() }),
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
  /** They are in no search and no answer from now on, for so many milliseconds or until the engine ends; 0: they are found again. */
  'documents.hide': {
    params: z.object({ ids: z.array(z.string().max(20)).max(100_000), forMs: z.number().int().min(0).max(86_400_000) }),
    result: done,
  },
  /** `prove`: as `collections.remove`, once for all of them, so name them in one call. */
  'documents.remove': {
    params: z.object({ ids: z.array(z.string().max(20)).min(1).max(100_000), prove: z.boolean().default(false) }),
    result: z.object({ removed: z.number(), proof: removalProofSchema.optional() }),
  },
  /**
   * What was removed with proof, newest first, and what it came to; `end`: first ends what a process that died had begun, which is else done at
   * rest. Takes seconds then.
   */
  'documents.removals': {
    params: z.object({ end: z.boolean().default(false) }),
    result: z.object({ removals: z.array(removalSchema), total: z.number() }),
  },
  /**
   * Looks for passages; one hit a document unless `passages`. `query` may hold filters (docs/search.md).
   * @throws SEARCH_QUERY_EMPTY; CANCELLED when it was stopped or another search of the same `id` came
   */
  search: {
    params: z.object({
      query: queryText,
      ...searchScopeShape,
      limit: z.number().int().min(1).max(200).default(10),
      /** Who asks: the next search of the same id stops this one, and so does `search.stop`. */
      id: z.string().max(100).nullable().default(null),
      /** `keyword` for the first results while the full ones are still being made. */
      stage: z.enum(searchStages).default('full'),
      /** After so long what is known by then is the answer, and a note says what is missing; `null`: the setting `search.deadlineMs`. */
      deadlineMs: z.number().int().min(1).max(600_000).nullable().default(null),
      /** Every passage is a hit of its own; nothing is folded. */
      passages: z.boolean().default(false),
      /** Kept in the history, unless that is off. */
      remember: z.boolean().default(false),
    }),
    result: searchResultSchema,
  },
  'search.stop': { params: z.object({ id: z.string().max(100) }), result: done },
  /** What is like a document, or one passage of it (`chunk`, its ordinal). @throws NOT_FOUND; SEARCH_QUERY_EMPTY when it has no words */
  'search.similar': {
    params: z.object({
      documentId: z.string(),
      chunk: z.number().int().min(0).nullable().default(null),
      limit: z.number().int().min(1).max(200).default(10),
      collections: searchScopeShape.collections,
      mode: searchScopeShape.mode,
    }),
    result: searchResultSchema,
  },
  /** By name. */
  'savedSearches.list': {
    params: none,
    result: z.object({ savedSearches: z.array(savedSearchSchema), total: z.number() }),
  },
  /** Under a name that is known it takes the place of that one. */
  'savedSearches.save': {
    params: z.object({ name: savedSearchName, query: queryText.min(1), ...searchScopeShape }),
    result: savedSearchSchema,
  },
  /** `name`: its name or id. @throws NOT_FOUND */
  'savedSearches.remove': { params: z.object({ name: savedSearchName }), result: done },
  /** Puts one back that was removed, as it was. `restored`: not where another has its name by now, which stays. */
  'savedSearches.restore': { params: savedSearchSchema, result: z.object({ restored: z.boolean() }) },
  /** `name`: its name or id. @throws NOT_FOUND, and what `search` throws */
  'savedSearches.run': {
    params: z.object({ name: savedSearchName, limit: z.number().int().min(1).max(200).default(10) }),
    result: searchResultSchema,
  },
  /** The newest first. `enabled`: whether searches are kept (setting `search.history`). `contains`: part of the query. */
  'searchHistory.list': {
    params: z.object({ ...page, contains: z.string().max(500).optional() }),
    result: z.object({ entries: z.array(historyEntrySchema), total: z.number(), enabled: z.boolean() }),
  },
  /** Keeps a search that was made and looked at; does nothing while the history is off. */
  'searchHistory.add': { params: z.object({ query: queryText, ...searchScopeShape }), result: done },
  'searchHistory.remove': {
    params: z.object({ ids: z.array(z.string()).min(1).max(1000) }),
    result: z.object({ removed: z.number() }),
  },
  'searchHistory.clear': { params: none, result: z.object({ removed: z.number() }) },
  /** A question and its answer with citations. `id`: by which it can be followed while it is written, and stopped (it then fails with CANCELLED). */
  ask: {
    params: z.object({
      question: z.string().max(QUESTION_CHARS),
      collections: z.array(name).max(100).default([]),
      /** Sentences that are quoted, at most, where no chat model writes. */
      limit: z.number().int().min(1).max(20).default(3),
      mode: z.enum(answerModes).default('auto'),
      id: z.string().min(1).max(100).nullable().default(null),
    }),
    result: answerSchema,
  },
  /**
   * What has been written of an answer from character `from` on, as soon as there is more, it is over (`done`), or the time is. Not checked yet: the
   * result of `ask` is the answer. `restarts` grows when it began anew: what was shown before is void, and `text` begins at 0.
   */
  'ask.follow': {
    params: z.object({
      id: z.string().min(1).max(100),
      from: z.number().int().min(0).default(0),
      timeoutMs: z.number().int().min(0).max(60_000).default(10_000),
    }),
    result: z.object({ text: z.string(), done: z.boolean(), restarts: z.number() }),
  },
  /**
   * Summaries of these documents, of a job, of a collection; what was made before of the same text is not made again. What has none is in
   * `failures` (NOT_FOUND, SUMMARY_EMPTY); with `mode: 'provider'` it throws what the provider does.
   */
  summarize: {
    params: z.object({
      documents: z.array(z.string()).max(100).default([]),
      job: z.string().nullable().default(null),
      collection: name.nullable().default(null),
      mode: z.enum(answerModes).default('auto'),
      sentences: z.number().int().min(1).max(50).default(5),
    }),
    result: z.object({
      summaries: z.array(summarySchema),
      failures: z.array(
        z.object({ id: z.string(), code: z.string(), message: z.string(), details: errorDetails.optional() }),
      ),
    }),
  },
  'ask.stop': { params: z.object({ id: z.string().min(1).max(100) }), result: done },
  doctor: {
    params: z.object({ repair: z.boolean().default(false), rebuild: z.boolean().default(false) }),
    result: doctorSchema,
  },
  /** Every limit and option with the value in force and where it comes from. `problems`: what of file and environment is not used, and why. */
  'settings.list': {
    params: none,
    result: z.object({
      settings: z.array(settingSchema),
      problems: z.array(z.string()),
      told: toldSchema.optional(),
      /** What an organization manages here; an owner of an older version does not say. */
      policy: policySummarySchema.optional(),
    }),
  },
  /**
   * Keeps a value (a number in its unit, or text like `200MiB` or `5m`) in the file of settings, or takes it out (`null`). In force at once,
   * unless the environment or a flag of the owner goes before it: `source` says. @throws NOT_FOUND, SETTING_INVALID, SETTING_LOCKED, SETTINGS_UNWRITABLE
   */
  'settings.set': {
    params: z.object({ name: z.string().max(200), value: z.union([z.string().max(200), z.number(), z.null()]) }),
    result: settingSchema,
  },
  /** What was changed of the settings, to be given to another computer. Nothing secret is among them. */
  'settings.export': { params: none, result: settingsExportSchema },
  /**
   * What an exported file would change here; with `approve` all of it is changed, in force as after `settings.set`. What it does not name stays.
   * @throws SETTINGS_FILE_INVALID (naming each entry that is unknown or impossible), SETTING_LOCKED, SETTINGS_UNWRITABLE
   */
  'settings.import': {
    params: z.object({ settings: settingEntries, approve: z.boolean().default(false) }),
    result: settingsImportSchema,
  },
  /** The built-in model and those that a person configured. `problem`: why none of the file of providers is used. */
  'providers.list': {
    params: none,
    result: z.object({
      providers: z.array(providerSchema),
      total: z.number(),
      problem: z.string().nullable(),
      told: toldSchema.optional(),
    }),
  },
  /**
   * Looks at a folder with a model as `providers.add` would with the same fields; nothing is added.
   * @throws PROVIDER_INVALID_SETTING, MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED, MODEL_TOO_LARGE
   */
  'providers.inspect': { params: folderDefinitionSchema.omit({ kind: true }), result: folderReportSchema },
  /** `definition`: as in `providers.json`; what its preset knows may be left out. @throws PROVIDER_EXISTS, PROVIDER_INVALID_SETTING */
  'providers.add': {
    params: z.object({
      name: z.string().max(100),
      definition: z.record(z.string(), z.unknown()),
      key: providerKeySchema.nullable().default(null),
      /** Whether it is the one that answers, and the one that reads pictures. */
      isChat: z.boolean().optional(),
      isVision: z.boolean().optional(),
    }),
    result: providerSchema,
  },
  /**
   * What is not named stays, but for a key when the address becomes another server's: it is forgotten, and `notes` says so. `key`: `null`
   * forgets it. @throws PROVIDER_UNKNOWN, PROVIDER_INVALID_SETTING
   */
  'providers.update': {
    params: z.object({
      name: z.string().max(100),
      definition: z.record(z.string(), z.unknown()).default({}),
      key: providerKeySchema.nullable().optional(),
      isChat: z.boolean().optional(),
      isVision: z.boolean().optional(),
    }),
    result: providerSchema,
  },
  /** `force`: also one that is used. @throws PROVIDER_UNKNOWN, PROVIDER_IN_USE */
  'providers.remove': {
    params: z.object({ name: z.string().max(100), force: z.boolean().default(false) }),
    result: done,
  },
  /** Asks it for one vector, one answer and its list of models; what fails is told in the result. @throws PROVIDER_UNKNOWN */
  'providers.test': { params: z.object({ name: z.string().max(100) }), result: providerTestSchema },
  /** What was used, newest days (UTC) first. `since`, `until`: days, both inclusive. `total`: of all pages. */
  'providers.usage': {
    params: z.object({
      ...page,
      provider: z.string().max(100).nullable().default(null),
      since: usageDay.nullable().default(null),
      until: usageDay.nullable().default(null),
      job: z.string().nullable().default(null),
    }),
    result: z.object({ rows: z.array(usageRowSchema), total: usageTotalSchema }),
  },
  /** Every connection there ever was: by host, and (a page, the newest first) one by one. */
  'ledger.list': { params: z.object(page), result: ledgerSchema },
  /** The window tells what it has refused. */
  'ledger.refused': { params: z.object({ refused: z.array(refusedConnectionSchema).min(1).max(100) }), result: done },
  /** The window asks a feed for updates: noted before it is sent, and how it ended. */
  'ledger.begin': { params: ledgerEntrySchema, result: z.object({ id: z.number().int() }) },
  'ledger.settle': { params: ledgerEndSchema, result: done },
  /** What stands now. */
  'metrics.now': { params: none, result: metricsNowSchema },
  /** What was measured over time, in steps: of gauges the average, of counters the sum. Times are of UTC. */
  'metrics.history': { params: z.object({ range: z.enum(metricRanges).default('day') }), result: metricHistorySchema },
  'workers.list': { params: none, result: workersSchema },
  /** Replaces hosts (all, or of one kind) after what runs in them. `pids`: those that are on their way out. */
  'workers.recycle': {
    params: z.object({ host: z.enum(hostNames).nullable().default(null) }),
    result: z.object({ pids: z.array(z.number()), total: z.number() }),
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
export const changeTopics = [
  'jobs',
  'documents',
  'collections',
  'owner',
  'settings',
  'workers',
  'providers',
  'ledger',
  'updates',
] as const
export const changeEventSchema = z.object({ type: z.literal('changed'), topics: z.array(z.enum(changeTopics)) })
export type ChangeEvent = z.infer<typeof changeEventSchema>

/** Keys that a session gave a job so that creating it can be repeated; people never see them. */
export const GENERATED_KEY = 'auto:'

export const isGeneratedKey = (key: string | null): boolean => key?.startsWith(GENERATED_KEY) ?? false

/** Largest message over a socket or IPC, in bytes of JSON. */
export const MAX_MESSAGE_BYTES = 1_000_000
