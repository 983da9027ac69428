/**
 * Owns the operations of the store as types: what can be asked of SQLite, each one transaction, and which thread runs it.
 * Refuses: SQL. Ids are numbers here and become strings at the calls of the engine.
 */
import type { DocumentFacets, DocumentOrder } from '../../shared/document-lists'
import type { SummaryWish } from '../../shared/answers'
import type { Chunk, DocumentFacts, Locator, Warning } from '../../shared/work'
import type {
  Collection,
  CollectionColor,
  DocumentReceipt,
  DocumentRow,
  DocumentState,
  Hit,
  Job,
  JobReceipt,
  JobPriority,
  JobReport,
  JobState,
  Outcome,
  OutcomeCounts,
  Phase,
  Problem,
  Retry,
  FigureReading,
  ScanReading,
} from '../../shared/domain'
import type { DeadLetter, DeadLetterFilter, DeadLetterGroup } from '../../shared/dead-letters'
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { ConnectionOutcome, Ledger, RefusedConnection } from '../../shared/ledger'
import type { MetricHistory, MetricRange, MetricValues } from '../../shared/metrics'
import type { JobTask, ListedTaskState, TaskCounts } from '../../shared/job-tasks'
import type { Lane } from '../../shared/phases'
import type { Remark, Told } from '../../shared/remarks'
import type { BudgetPeriod, UsagePurpose, UsageRow, UsageTotal } from '../../shared/providers'
import type { HistoryEntry, SavedSearch, SearchScope } from '../../shared/search'

type Op<P, R> = { params: P; result: R }
type Paged = { offset: number; limit: number }
type Nothing = Record<string, never>

/** `scan` looks through one offered path, `archive` opens an archive, `document` reads one item. */
export type TaskKind = 'scan' | 'archive' | 'document'

/** One item to be worked on. With `problem` it is counted at once and never claimed. */
export type NewTask = {
  kind: TaskKind
  lane: Lane
  phase: Phase
  /** Path as the contract names it, provenance included. */
  path: string
  locator: Locator
  /** Nesting: 0 for a file on disk, 1 for an entry of an archive on disk, … */
  depth: number
  sizeBytes: number
  /** Equal when the bytes are surely equal to what was read before (see `unchanged`); `null` when unknown. */
  fingerprint: string | null
  /** When the item was last changed by its author (file time, entry time), for `--since` and `--until`; kept on its document. */
  modifiedMs: number | null
  problem: { outcome: Outcome; code: ErrorCode; details: ErrorDetails } | null
}

export type ClaimedTask = {
  id: number
  jobId: number
  collectionId: number
  sourceId: number | null
  parentId: number | null
  kind: TaskKind
  lane: Lane
  phase: Phase
  path: string
  locator: Locator
  depth: number
  sizeBytes: number
  fingerprint: string | null
  documentId: number | null
  contentId: number | null
  /** Tries so far that count, this one not included. */
  attempts: number
  /** Set after a host died with several tasks in it: run with nothing else beside it. */
  alone: boolean
  /** For a document in `embed`: the outcome that was decided when its text was committed. */
  plannedOutcome: Outcome | null
  /** For a scan: the patterns of the job; empty for other tasks. `paths` is always empty here: the locator says what to scan. */
  request: JobRequest
  /** A person agreed to what the archives of the job unpack to. */
  confirmed: boolean
  /** Kinds of the job that are left out. */
  leaveOut: string[]
  /** Who reads the pictures of its collection; `ocr` for tasks that read none. */
  scans?: ScanReading
  /** Who reads the figures in them; `off` for tasks that read none. */
  figures?: FigureReading
  /** Settings that a person allowed this task alone. */
  settings?: Readonly<Record<string, number>>
}

/** What keeps one job from starving the others, and all of them from filling the memory. */
export type ClaimBounds = {
  /** Bytes of documents that may start beside what runs; `null` while nothing does: then one of any size may. */
  roomBytes: number | null
  /** Jobs with text to read that are active at once, for each collection and each client. */
  activeJobs: number
  clientJobs: number
  /** Tasks of one collection that may start in a minute, embedding not counted; 0: any number. */
  tasksPerMinute: number
  /** No retry waits for longer, where it is not known how long it was to wait: the clock was set back. */
  longestWaitMs: number
}

export type JobRequest = {
  paths: { path: string; bytes?: string | undefined }[]
  globs: string[]
  ignores: string[]
  /** Kinds of documents (and `archive`, `image`) that end as skipped. */
  leaveOut?: string[]
}

/** Milliseconds and items by phase, added to the job's figures. */
export type PhaseFigures = Partial<Record<Phase, { ms: number; items: number }>>

/** How a claim ended, recorded as an attempt. `ms` is wall time; `worker` its host, as far as known; the peak is that of its host meanwhile. */
export type AttemptRecord = { phase: Phase; ms: number; worker: string | null; peakRssBytes?: number | null }

export type KnownContent = { id: number; chunks: number; pendingChunks: number; partial: Warning | null; kind: string }

/** Everything that `extract.commit` writes in one transaction. */
export type CommitExtraction = {
  taskId: number
  attempt: AttemptRecord
  figures: PhaseFigures
  /** The staged content; `null` when all chunks come with this call. */
  contentId: number | null
  sha256: string
  settingsKey: string
  sizeBytes: number
  facts: DocumentFacts
  chars: number
  /** Chunks not staged yet; at most 200. */
  chunks: Chunk[]
  chunkCount: number
}

/** One table of the vector index: what one model of so many dimensions made, laid out by one version. */
export type VectorSpace = { id: number; model: string; dimensions: number; version: number; table: string }

/** What vectors are made with: by which name the model is asked for, the space it makes, and the version of its table. */
export type ModelChoice = { ref: string; model: string; dimensions: number; version: number }

/** A space with the collections that are searched in it. */
export type ServingSpace = {
  space: VectorSpace
  ref: string
  collectionIds: number[]
  /** It holds vectors as well that are not to be found (yet, or any more): a search has to name collections. */
  isMixed: boolean
}

/**
 * `serving`: searches ask it. `building`: a job fills it. `ready`: complete, and a person decides. `previous`: kept to go back to.
 * `dropped`: its vectors are on their way out.
 */
export type GenerationState = 'serving' | 'building' | 'ready' | 'previous' | 'dropped'

/** One set of vectors of a collection. */
export type Generation = {
  id: number
  collectionId: number
  collection: string
  state: GenerationState
  ref: string
  space: VectorSpace
  /** The job that fills it. */
  jobId: number | null
  /** It is switched to by itself once it is complete. */
  switches: boolean
  /** JSON, as it was noted. */
  comparison: string | null
  createdAt: string
  changedAt: string
}

/** A passage without vectors in a generation that is being built; `last`: the last one of its text. */
export type UnbuiltChunk = { chunkId: number; contentId: number; ordinal: number; text: string; last: boolean }

/** What was typed in a query about a document. Values are folded: lower case, `/` between folders. */
export type FilterTest = {
  field:
    | 'kind'
    | 'extension'
    | 'folder'
    | 'path'
    | 'title'
    | 'language'
    | 'collection'
    | 'sinceMs'
    | 'untilMs'
    | 'minBytes'
    | 'maxBytes'
  value: string | number
  negated: boolean
}

export type KeywordFilter = {
  collectionIds: number[]
  /** Of one of these kinds, or with one of these extensions (lower case, without the dot); both empty: any. */
  kinds: string[]
  extensions?: string[]
  sinceMs: number | null
  untilMs: number | null
  pathGlob: string | null
  /** All of them hold; of several folders, types, languages or collections one. */
  tests?: readonly FilterTest[]
  /** A full-text expression: what has a passage that meets it does not pass, with all its other passages. */
  excluded?: string | null
  /** Documents that do not pass, whatever they say. */
  hidden?: readonly number[]
}

/** What is chosen of a collection; what is not named stays. */
type CollectionChanges = {
  readonly weight?: number | undefined
  readonly tasksPerMinute?: number | null | undefined
  readonly ignores?: string[] | undefined
  /** Documents that lack one are owed it from now on (`summaries.owed`). */
  readonly summaries?: SummaryWish | undefined
  readonly scans?: ScanReading | undefined
  readonly figures?: FigureReading | undefined
  readonly color?: CollectionColor | null | undefined
}

/** What narrows a list of documents; `null` and what is left out narrow nothing, but for states: then what is indexed. */
export type DocumentListFilter = {
  collectionId: number | null
  states: DocumentState[] | null
  contains: string | null
  kinds?: string[] | null | undefined
  languages?: string[] | null | undefined
}

/** What a removal is of. */
export type Erasable = { documentIds: number[]; collectionId: null } | { documentIds: null; collectionId: number }

/** A removal that was begun: what it is of (`null`: an older version kept nothing of it), the contents that go with it, and their passages. */
export type OpenErasure = { id: number; what: Erasable | null; contentIds: number[]; passages: number }

export type Operations = {
  // Collections
  'collections.list': Op<Nothing, Collection[]>
  'collections.find': Op<{ name: string }, Collection | null>
  /** Finds or creates. */
  'collections.ensure': Op<{ name: string }, Collection>
  /** @throws COLLECTION_EXISTS */
  'collections.create': Op<{ name: string } & CollectionChanges, Collection>
  /** @throws NOT_FOUND, COLLECTION_EXISTS */
  'collections.rename': Op<{ id: number; newName: string }, Collection>
  /** What is not named stays. @throws NOT_FOUND */
  'collections.update': Op<{ id: number } & CollectionChanges, Collection>
  /** Deletes a page of its documents at a time; `more` until everything is gone and the row with it. Open jobs must be cancelled before. */
  'collections.removePage': Op<{ id: number; limit: number }, { removed: number; more: boolean }>

  // Jobs
  /** The job that was created with this key. */
  'jobs.findKey': Op<{ key: string }, Job | null>
  /**
   * One scan task for each path is inserted with it. With a key that exists: the job of that key. Without a key, while a job of the
   * collection works on just these paths: that job, which then looks through them again.
   */
  'jobs.create': Op<
    /** With a name, the collection is made in the same transaction when there is none; a job that is known makes none. */
    ({ collectionId: number; collectionName?: undefined } | { collectionId?: undefined; collectionName: string }) & {
      key: string | null
      label: string
      /** What the label says, where it is more than names. */
      naming?: Remark | null
      request: JobRequest
      scans: NewTask[]
      confirmed?: boolean
      client?: string
      priority?: JobPriority
    },
    { job: Job; created: boolean }
  >
  'jobs.find': Op<{ id: number }, Job | null>
  'jobs.list': Op<
    Paged & { states: JobState[] | null; collectionId?: number | null; order?: 'newest' | 'line' },
    { jobs: (Job & { documents: OutcomeCounts })[]; total: number }
  >
  /** `problems` is empty in it. */
  /** `model`, `dimensions`: those of a collection that no model serves yet. */
  'jobs.report': Op<
    { id: number; model: string; dimensions: number },
    { report: JobReport; problemsTotal: number } | null
  >
  /** `state: null`: all, what runs first. */
  'jobs.tasks': Op<
    { id: number; state: ListedTaskState | null } & Paged,
    { tasks: JobTask[]; total: number; counts: TaskCounts }
  >
  'jobs.problems': Op<{ id: number } & Paged, { problems: Problem[]; total: number }>
  /** From the document at `offset`, and of that from its line `line`; as many as fit into `maxBytes`. `next` is `null` at the end. @throws NOT_FOUND */
  'jobs.receipts': Op<
    { id: number; line: number; maxBytes: number } & Paged,
    { receipts: JobReceipt[]; total: number; next: { offset: number; line: number } | null }
  >
  'jobs.progress': Op<{ id: number }, JobFigures | null>
  /** Queued tasks end as cancelled (with committed text: `partial`, VECTORS_MISSING); the ids of running ones are returned, to be aborted. @throws NOT_FOUND, JOB_STATE */
  'jobs.cancel': Op<{ id: number }, { job: Job; running: number[] }>
  /** Nothing of it is claimed until it is resumed; the ids of running tasks are returned, to be interrupted. @throws NOT_FOUND, JOB_STATE */
  'jobs.pause': Op<{ id: number }, { job: Job; running: number[] }>
  /** @throws NOT_FOUND, JOB_STATE */
  'jobs.resume': Op<{ id: number }, Job>
  /** @throws NOT_FOUND */
  'jobs.prioritize': Op<{ id: number; priority: JobPriority }, Job>
  /** Before another queued job of its collection, or to the end of the line. @throws NOT_FOUND, JOB_STATE */
  'jobs.move': Op<{ id: number; before: number | null }, Job>
  /** A person agrees to what its archives unpack to: those that wait for that are queued, those still to come do not ask. @throws NOT_FOUND, JOB_STATE */
  'jobs.confirm': Op<{ id: number }, { job: Job; tasks: number }>
  /** Queues again what failed, was cancelled, or lacks vectors or the text of pictures. @throws NOT_FOUND, JOB_STATE */
  'jobs.retry': Op<{ id: number }, { job: Job; tasks: number }>
  'jobs.addPeaks': Op<{ id: number; rssBytes: number; tempDiskBytes: number }, Nothing>
  /** What embedding took for each passage in the last jobs here; `null` when too few were made. */
  'jobs.chunkMs': Op<Nothing, number | null>
  'queue.status': Op<
    { nowMs: number },
    {
      queued: number
      running: number
      delayed: number
      nextRunAtMs: number | null
      waiting: Job[]
      deadLetters: number
      jobs: { active: number; queued: number; paused: number; waiting: number }
      lanes: Record<Lane, { queued: number; running: number }>
    }
  >

  // Dead letters
  'deadLetters.list': Op<Paged & { filter: DeadLetterFilter }, { deadLetters: DeadLetter[]; total: number }>
  'deadLetters.groups': Op<{ filter: DeadLetterFilter }, { groups: DeadLetterGroup[]; total: number }>
  'deadLetters.show': Op<{ id: number }, DeadLetter | null>
  /** Queues them again with fresh attempts, at most 500 at a time (`more`); `settings` hold for these tasks alone. */
  'deadLetters.replay': Op<
    { filter: DeadLetterFilter; settings: Readonly<Record<string, number>> },
    { tasks: number; jobs: string[]; more: boolean }
  >
  'deadLetters.discard': Op<{ filter: DeadLetterFilter }, { ids: string[]; total: number }>
  'deadLetters.restore': Op<{ filter: DeadLetterFilter }, { ids: string[]; total: number }>
  /** Removes some of the attempts and plain tasks of jobs that ended this many days ago, and of attempts beyond so many; `more` when there may be more. */
  'queue.prune': Op<{ days: number; attempts: number }, { attempts: number; tasks: number; more: boolean }>
  /** Compares what counts and points at what with what is there; `repair` puts it right. Nothing may run meanwhile. */
  'health.queue': Op<{ repair: boolean }, { ok: boolean; detail: string }>

  // Tasks
  /**
   * Inserts children; an item that the job has already (same locator) is left as it is. Documents and archives beyond `maxItems` of the
   * whole job end as rejected (JOB_DOCUMENTS_LIMIT); without it there is no limit.
   */
  'tasks.insert': Op<
    { jobId: number; parentId: number | null; items: NewTask[]; maxItems?: number },
    { inserted: number }
  >
  /** Admits queued jobs, then claims up to `limit` tasks that may run now: in weighted round robin over collections and their jobs. */
  'tasks.claim': Op<
    {
      lane: Lane
      limit: number
      nowMs: number
      alone: boolean
      /** Jobs of which nothing is claimed now. */
      exceptJobs?: number[]
      bounds?: ClaimBounds
    },
    {
      tasks: ClaimedTask[]
      /** There is more, too large to start beside what runs. */
      full: boolean
      /** There is more that may not start yet, but then. */
      againAtMs: number | null
      /** Jobs were admitted, or retries came due, of whatever lane: others may find something now. */
      woken: boolean
      /** A task of this lane waits to run alone. */
      lone: boolean
    }
  >
  /**
   * Ends a task with an outcome. `null`: for a scan or an opened archive it is not counted; for a document that went through `embed` it
   * is the outcome that `extract.commit` or `extract.link` decided.
   */
  'tasks.finish': Op<
    {
      taskId: number
      outcome: Outcome | null
      problem: Warning | null
      warnings: Warning[]
      attempt: AttemptRecord
      figures: PhaseFigures
      archive: ArchiveFigures | null
      /** Only if no passage of its text lacks vectors: a person may have gone back to another model meanwhile. */
      whole?: boolean
    },
    { ended: boolean }
  >
  /** A document that turned out to be an archive: the same task goes on as one. The second change of kind ends it as a dead letter. */
  'tasks.becomeArchive': Op<
    { taskId: number; attempt: AttemptRecord; figures: PhaseFigures; fingerprint: string | null },
    Nothing
  >
  /** An archive by name whose bytes are none: the same task goes on as a document. Ends it as above. */
  'tasks.becomeDocument': Op<{ taskId: number; attempt: AttemptRecord; figures: PhaseFigures }, Nothing>
  /** The attempt failed: queued again at `retryAtMs`, or, when null, ended as a dead letter (or with `outcome` rejected/skipped). */
  'tasks.fail': Op<
    {
      taskId: number
      code: ErrorCode
      details: ErrorDetails
      stack: string | null
      attempt: AttemptRecord
      retryAtMs: number | null
      outcome: Outcome
      /** How often it is tried at most, and how many retries its job has in all: beyond them it ends with `outcome`. */
      tries?: number
      jobTries?: number
      /** How far `retryAtMs` lies ahead. */
      waitMs?: number
    },
    Nothing
  >
  /** Not its fault: queued again without spending an attempt. */
  'tasks.interrupt': Op<{ taskId: number; code: ErrorCode; alone: boolean; attempt: AttemptRecord }, Nothing>
  /** Parked until a person decides; queued again at once when the job was confirmed meanwhile. */
  'tasks.wait': Op<{ taskId: number; code: ErrorCode; details: ErrorDetails; attempt: AttemptRecord }, Nothing>
  /** A running task of a cancelled job stopped. */
  'tasks.cancelled': Op<{ taskId: number; attempt: AttemptRecord }, Nothing>
  /** At start, as the only owner: what was running is queued again and its attempt recorded as interrupted; staged text goes. */
  'tasks.recover': Op<Nothing, { interrupted: number; stagedContents: number }>

  // Extraction
  /** Is this item surely what was read before? Then the document it is. */
  'documents.unchanged': Op<
    { collectionId: number; locator: Locator; fingerprint: string; settingsKey: string },
    { documentId: number; content: KnownContent; state: DocumentState } | null
  >
  /** For each item, whether it is surely what was read before. */
  'documents.areUnchanged': Op<
    { collectionId: number; settingsKey: string; items: { locator: Locator; fingerprint: string }[] },
    boolean[]
  >
  /** Did OCR find no text in surely these bytes before, with the same settings? Then what was said of it: that takes long to find out. */
  'documents.withoutText': Op<
    { collectionId: number; locator: Locator; fingerprint: string; settingsKey: string },
    Warning | null
  >
  /** What a model read of a picture before, by this task; `wanted`: whether its collection still asks for that of scans, or of figures. */
  'vision.find': Op<
    { taskId: number; collectionId: number; hash: Buffer; figure: boolean },
    { page: { text: string; cut: boolean } | null; wanted: boolean }
  >
  /** Kept until the task is done with reading. */
  'vision.keep': Op<{ taskId: number; hash: Buffer; text: string; cut: boolean }, Nothing>
  'contents.find': Op<{ collectionId: number; sha256: string; settingsKey: string }, KnownContent | null>
  'contents.stage': Op<
    { taskId: number; collectionId: number; sha256: string; settingsKey: string; kind: string },
    { contentId: number }
  >
  'contents.addChunks': Op<{ contentId: number; chunks: Chunk[]; title: string | null }, Nothing>
  'contents.drop': Op<{ contentId: number }, Nothing>
  /** Makes the content current, points the document at it (the old content goes when nothing points at it), moves the task to `embed` or ends it. */
  'extract.commit': Op<CommitExtraction, { documentId: number; contentId: number; pendingChunks: number }>
  /**
   * As `extract.commit`, for a document of which pictures are still to be read: its text, if there is any, is found from now on, and the
   * task moves to `ocr`. Text that was found in the same bytes before, pictures and all, stays until then.
   */
  'extract.toOcr': Op<CommitExtraction & { lane?: 'ocr' | 'vision' }, Nothing>
  /** The content is known: points the document at it; ends the task as `unchanged` or `duplicate` (or `partial`), or moves it to `embed` when vectors are pending. */
  'extract.link': Op<
    { taskId: number; attempt: AttemptRecord; figures: PhaseFigures; contentId: number; sizeBytes: number },
    { documentId: number; outcome: Outcome | null }
  >

  // Embedding
  /** In the order of content id and ordinal. */
  'embed.pending': Op<
    { contentIds: number[]; limit: number },
    { chunkId: number; contentId: number; collectionId: number; text: string }[]
  >
  /**
   * Written before vectors are appended, so that a crash between the two can be undone. Tells the chunks whose text is still current: of the
   * others, which went while their vectors were computed, none may be appended.
   */
  'embed.intend': Op<{ chunkIds: number[]; spaceId?: number | null }, { intentId: number; chunkIds: number[] }>
  /** The vectors are in the index. Clears the intent; what another space serves by now stays pending, and its vectors are undone. */
  'embed.record': Op<
    {
      intentId: number
      chunks: { id: number; windows: number; tokens: number }[]
      jobs: { jobId: number; computed: number; cached: number; tokens: number; ms: number }[]
    },
    Nothing
  >
  /** `spaceId`: `null` for every space. */
  'embed.intents': Op<Nothing, { intentId: number; chunkIds: number[]; spaceId: number | null }[]>
  'embed.clearIntent': Op<{ intentId: number }, Nothing>
  /** Contents whose vectors are to be deleted; without those of which vectors are being written right now. */
  'embed.garbage': Op<{ limit: number }, number[]>
  'embed.clearGarbage': Op<{ contentIds: number[] }, Nothing>
  /**
   * Vectors that should be there: windows by content, a page by content id. In one space: with the generation that holds them, `null` for
   * the one that serves. Without: every content once.
   */
  'embed.expected': Op<
    { afterContentId: number; limit: number; spaceId?: number },
    { contentId: number; windows: number; generationId: number | null }[]
  >
  /** Marks every chunk of these contents as without vectors, with an intent that undoes those that are there, and queues their documents for embedding in a repair job. */
  'embed.invalidate': Op<{ contentIds: number[] }, { documents: number }>
  'cache.get': Op<{ model: string; hashes: Buffer[] }, (CachedVectors | null)[]>
  'cache.put': Op<{ model: string; rows: { hash: Buffer; value: CachedVectors }[]; maxBytes: number }, Nothing>

  // Generations
  /** Where the vectors of these collections (`null`: of all) are. `hasUnassigned`: some have text and no generation yet. */
  'generations.serving': Op<{ collectionIds: number[] | null }, { serving: ServingSpace[]; hasUnassigned: boolean }>
  /** Collections that have no generation get this one. */
  'generations.ensure': Op<ModelChoice, { assigned: number }>
  'generations.list': Op<{ collectionId: number | null }, Generation[]>
  'generations.find': Op<{ id: number }, Generation | null>
  /** Texts with vectors in it, and without. It counts: not for often. */
  'generations.count': Op<{ id: number }, { contents: number; missing: number; windows: number }>
  /** What making all vectors of a collection anew takes: its texts, passages and characters; `kept`: what a generation of this model holds still. */
  'generations.estimate': Op<
    { collectionId: number; choice: ModelChoice },
    { contents: number; chunks: number; chars: number; windows: number; tokens: number; keptChunks: number }
  >
  /**
   * Begins to build a generation, with the job that fills it; where nothing is to be made, it serves at once (`job` is `null`). One that was
   * being built is dropped; one that was kept and is of this model is taken up again. @throws NOT_FOUND, REBUILD_SAME_MODEL, REBUILD_RUNNING
   */
  'generations.start': Op<
    { collectionId: number; choice: ModelChoice; switches: boolean; naming: Remark },
    { generation: Generation; job: Job | null }
  >
  /** Passages that lack vectors in it, from the contents above `afterContentId`, in order. */
  'generations.pending': Op<{ id: number; afterContentId: number; limit: number }, UnbuiltChunk[]>
  /** The vectors of these passages are in its table; each content's in order. Clears the intent. */
  'generations.record': Op<
    {
      id: number
      intentId: number
      taskId: number
      chunks: { contentId: number; ordinal: number; last: boolean; windows: number; tokens: number }[]
      figures: { computed: number; cached: number; ms: number }
    },
    Nothing
  >
  /** The task that fills it lets others go first; what is left is counted anew. */
  'generations.rest': Op<{ id: number; taskId: number }, Nothing>
  /** Nothing is missing: it waits for a person. `missing` when something is. */
  'generations.ready': Op<{ id: number }, { missing: number }>
  /** From now on it serves, and the one that did is kept. Not while something is missing in it. @throws NOT_FOUND */
  'generations.switch': Op<{ id: number }, { switched: boolean; missing: number }>
  /** The kept one serves again; what it lacks is queued. @throws NOT_FOUND */
  'generations.rollback': Op<{ collectionId: number }, { generation: Generation; missing: number }>
  /** Generations in these states are dropped; a job that fills one is left to be cancelled by the caller. */
  'generations.drop': Op<{ collectionId: number; states: ('building' | 'ready' | 'previous')[] }, { dropped: number }>
  /** Drops what was kept for this many days, and what a cancelled job was filling. */
  'generations.expire': Op<{ days: number }, { dropped: number }>
  /** The vectors of this one, which was dropped, are gone. */
  'generations.forget': Op<{ id: number }, Nothing>
  'generations.note': Op<{ id: number; comparison: string }, Nothing>
  /**
   * Contents (`null`: all, a page at a time) whose vectors in it are not as they should be: they are made again. Those that are there are
   * undone by intents.
   */
  'generations.invalidate': Op<{ id: number; contentIds: number[] | null }, { more: boolean }>
  'spaces.list': Op<Nothing, VectorSpace[]>
  /** Spaces that no generation is in, to be taken away; from now on nothing is put there. */
  'spaces.retire': Op<Nothing, VectorSpace[]>
  'spaces.forget': Op<{ id: number }, Nothing>
  /** Hits, misses and evictions since the start, and what the cache holds. */
  'cache.figures': Op<Nothing, CacheFigures>
  /** Adds to what was counted of a cache that is elsewhere. */
  'cache.count': Op<{ name: Exclude<CacheName, 'embeddings'>; hits: number; misses: number }, Nothing>

  // Documents and search
  'documents.list': Op<
    Paged & DocumentListFilter & { sort?: DocumentOrder | undefined; descending?: boolean | undefined },
    { documents: DocumentRow[]; total: number }
  >
  'documents.facets': Op<Omit<DocumentListFilter, 'collectionId'> & { collectionName: string | null }, DocumentFacets>
  /** Jobs that look at their originals again; ids that are not there are left out. */
  'documents.readAgain': Op<{ ids: number[] }, { jobs: Job[]; documents: number }>
  'documents.show': Op<{ id: number }, DocumentRow | null>
  'documents.text': Op<
    { id: number; offset: number; limitChars: number },
    { text: string; nextOffset: number | null } | null
  >
  /** The first `limit` places where `match` is met, in reading order. */
  'documents.matches': Op<
    { id: number; match: string; limit: number },
    { matches: { start: number; end: number }[]; more: boolean } | null
  >
  /** Lines and then items from `offset`, as many as fit into `maxBytes`; `total` counts both, `nextOffset` is `null` at the end. */
  'documents.receipt': Op<
    { id: number; maxBytes: number } & Paged,
    { receipt: DocumentReceipt; total: number; nextOffset: number | null } | null
  >
  /** Ends the tasks that would read them; the ids of those that do right now are returned, to be aborted. */
  'documents.remove': Op<{ ids: number[] }, { removed: number; running: number[] }>
  /** Removes some of what has been gone for this many days. */
  'documents.forgetGone': Op<{ days: number }, { removed: number; more: boolean }>
  /**
   * The scan of an offered path says on which file system it is and whether it holds nothing. `unmounted`: it holds nothing, and lies on
   * another file system than when something was last found in it.
   */
  'sources.note': Op<{ taskId: number; device: string; isEmpty: boolean }, { unmounted: boolean }>
  /** An offered path, and the file system on which something was last found in it (`null`: not known). */
  'sources.find': Op<{ id: number }, { location: string; device: string | null } | null>
  /** Where the bytes of a document are, and the sha256 of what was read from there (`null`: nothing was). */
  'documents.place': Op<{ id: number }, { locator: Locator; path: string; sha256: string | null } | null>
  /** What a password for this document opens; `null` when the document waits for none. @throws NOT_FOUND */
  'documents.lock': Op<{ id: number }, DocumentLock | null>
  /** Queues again the document, and with it whatever else of the same archive waits for the same password. @throws NOT_FOUND, NOT_LOCKED, JOB_STATE */
  'documents.unlock': Op<{ id: number }, { job: Job; tasks: number }>
  /** Best first. `match` is FTS5 syntax made by the search folder, never by a person. Only current contents that a document points at. */
  'search.keyword': Op<
    /** `newest`: only so many matches, the last indexed, are ranked. */
    { match: string; filter: KeywordFilter; limit: number; newest?: number | null },
    { chunkId: number; contentId: number; rank: number }[]
  >
  /**
   * What `search.keyword` finds, and all chunks that meet `match`, in one reading of the index; `null` when these are more than `most`: a long list
   * is ranked dearly.
   */
  'search.meeting': Op<
    { match: string; filter: KeywordFilter; limit: number; most: number },
    { hits: { chunkId: number; contentId: number; rank: number }[]; chunkIds: number[] } | null
  >
  /** The same over pairs of characters of scripts without spaces (shared/grams.ts). */
  'search.grams': Op<
    { match: string; filter: KeywordFilter; limit: number },
    { chunkId: number; contentId: number; rank: number }[]
  >
  /** First chunks of the documents whose paths match, the best first. */
  'search.paths': Op<{ match: string; filter: KeywordFilter; limit: number }, { chunkId: number; contentId: number }[]>
  /** First chunks of the documents that pass the filter, the last changed first; none of a document in which `excluded` occurs. */
  'search.newest': Op<
    { filter: KeywordFilter; excluded: string | null; limit: number },
    { chunkId: number; contentId: number }[]
  >
  /** For each expression, which of these chunks meet it. */
  'search.coverage': Op<{ matches: string[]; chunkIds: number[] }, number[][]>
  /** Of these chunks, those that meet `match`, in the order given. */
  'search.matching': Op<{ match: string; chunkIds: number[] }, number[]>
  /** How many chunks have each term of the index (stems as the index makes them); those it does not have are left out. */
  'search.terms': Op<{ terms: string[] }, { term: string; chunks: number }[]>
  /** Terms that begin with `prefix` and have a length within bounds, at most `limit` of them are looked at. */
  'search.termsFrom': Op<
    { prefix: string; minChars: number; maxChars: number; limit: number },
    { term: string; chunks: number }[]
  >
  /** How words with each of these stems are written in some texts, the commonest first. */
  'search.spellings': Op<{ terms: string[] }, { term: string; words: string[] }[]>
  /** Text of a document's passages, or of one (`chunk`, its ordinal), for finding what is like it; `null`: no such document or passage. */
  'search.source': Op<
    { documentId: number; chunk: number | null; maxChars: number },
    { contentId: number; collectionId: number; title: string | null; texts: string[] } | null
  >
  /** How many chunks each expression matches, whatever they belong to; of more than ten thousand about how many. At most a millisecond each. */
  'search.counts': Op<{ matches: string[] }, number[]>
  /** About how many chunks there are. */
  'search.size': Op<Nothing, number>
  /** Of these chunks, those that are current and pass the filter, in the order given. */
  'search.current': Op<{ chunkIds: number[]; filter: KeywordFilter }, number[]>
  /** The passages of these chunks with the matches of `match` marked as `[[…]]`, about 40 words each (FTS5 `snippet`). Chunks that do not match are left out. */
  'search.snippets': Op<
    { match: string; chunkIds: number[] },
    { chunkId: number; snippet: string; matches: { start: number; end: number }[] }[]
  >
  /** Collections' ids in which vectors may be looked for, and the content ids that a filter and `required` allow (`null`: any, or more than `most`: filter afterwards). */
  'search.allowed': Op<
    { filter: KeywordFilter; required: string | null; most: number },
    { collectionIds: number[]; contentIds: number[] | null }
  >
  /** The passages of these chunks with their documents, for those that are current and pass the filter; a content with several paths gives one row for each path (at most `pathsPerContent`). */
  'search.passages': Op<
    { chunkIds: number[]; filter: KeywordFilter; pathsPerContent: number },
    (Omit<Hit, 'score' | 'snippet'> & { chunkId: number; contentId: number })[]
  >

  // Saved searches and history
  'saved.list': Op<Nothing, SavedSearch[]>
  /** By name or id. */
  'saved.find': Op<{ name: string }, SavedSearch | null>
  /** Makes it, or takes the place of the one of this name. */
  'saved.save': Op<{ name: string; query: string; scope: SearchScope }, SavedSearch>
  /** @throws NOT_FOUND */
  'saved.remove': Op<{ name: string }, Nothing>
  /** As it was, under its id where that is free; nothing where its name is taken. */
  'saved.restore': Op<SavedSearch, { restored: boolean }>
  /** It was run now. */
  'saved.touch': Op<{ id: number }, Nothing>
  'history.list': Op<Paged & { contains: string | null }, { entries: HistoryEntry[]; total: number }>
  /** The oldest beyond `maxEntries` go. */
  'history.add': Op<{ query: string; scope: SearchScope; maxEntries: number }, Nothing>
  'history.remove': Op<{ ids: number[] | null }, { removed: number }>

  /** Documents of a collection with text that is or was found, a page by id, with what they lack. */
  'collections.checked': Op<{ collectionId: number; afterId: number; limit: number }, CheckedDocument[]>

  // Texts that an older version has read
  'texts.older': Op<{ version: number }, { collectionId: number; collection: string; documents: number }[]>
  'texts.estimate': Op<
    { collectionId: number; version: number },
    { documents: number; bytes: number; chunks: number; tokens: number; chars: number; needOcr: number }
  >
  /** A person agreed: from now on texts of an older version are read anew, and a job begins with it; the one there is, if any. @throws NOT_FOUND */
  'texts.readAnew': Op<{ collectionId: number; version: number; naming: Remark }, Job>
  /** A page of them becomes tasks of that job; `next` is where the next one begins, `null` after the last. */
  'texts.queue': Op<{ jobId: number; afterDocumentId: number; limit: number }, { next: number | null }>

  // Erasure
  /** Contents that nothing else will point at when these documents, or this collection, are removed. */
  'erasure.contents': Op<Erasable, number[]>
  /** `contentIds`: `null` for those of all texts. */
  'erasure.passages': Op<
    { contentIds: number[] | null; afterChunkId: number; limit: number },
    { id: number; hash: Uint8Array; sample: string | null }[]
  >
  /**
   * `vectors`: contents whose vectors are still to be deleted. `going`: of all these, what is being deleted and will be gone by itself; the rest is of
   * texts that nobody removes.
   */
  'erasure.left': Op<
    { contentIds: number[] },
    { texts: number; passages: number; summaries: number; vectors: number; going: number }
  >
  /**
   * Asks the full-text indexes themselves, whatever the tables say: of these chunks, which went, how many does an index still name, and by
   * how many of these expressions does it find something that is no chunk?
   */
  'erasure.indexed': Op<{ chunkIds: number[]; matches: string[]; grams: string[] }, { named: number; found: number }>
  /**
   * Keeps what is to be removed, until it is proven; from now on what is deleted is overwritten at once, in this process and in those after it.
   * `contentIds`: as `erasure.contents` tells them in this moment.
   */
  'erasure.begin': Op<Erasable, { erasureId: number; contentIds: number[] }>
  /** Removals that a process before this one began and did not prove, the first one first. */
  'erasure.open': Op<Nothing, OpenErasure[]>
  /** It was not removed, and the person was told: what is there stays. */
  'erasure.letGo': Op<{ erasureId: number }, Nothing>
  /** The removal is over, with this proof (JSON of `RemovalProof`). */
  'erasure.prove': Op<{ erasureId: number; proof: string }, Nothing>
  /** The latest removals, newest first; `proof`: `null` while it is not known. */
  'erasure.list': Op<
    { limit: number },
    {
      id: number
      begunAt: string
      provenAt: string | null
      documents: number | null
      texts: number
      proof: string | null
    }[]
  >
  /** Entries of the full-text indexes of whatever passages are not there any more. */
  'erasure.stray': Op<Nothing, number>
  /** Takes out of the history of the queue what errors said of these documents: it may repeat words of theirs. */
  'erasure.notes': Op<{ documentIds: number[] }, Nothing>
  /** One step of taking what was deleted out of the files; the last notes it for this removal, with `null` for whatever was cut off. */
  'erasure.wipe': Op<{ erasureId: number | null }, { more: boolean }>
  /** Gives room back to the disk when more than half of the file is free; whoever writes waits for it. */
  'maintenance.shrink': Op<{ leastFreeBytes: number; mostBytes: number }, { freedBytes: number }>
  /** Whether one was begun by a process that died before it was done, and all of its texts are deleted. */
  'erasure.unfinished': Op<Nothing, boolean>
  'cache.forget': Op<{ hashes: Buffer[] }, { forgotten: number }>
  /** A page of the texts whose vectors the cache has; the same text comes once for each model. */
  'cache.list': Op<{ afterId: number; limit: number }, { id: number; hash: Uint8Array }[]>
  /** Those of these texts of which the cache has vectors of whatever model. */
  'cache.known': Op<{ hashes: Buffer[] }, Uint8Array[]>
  /** What a model read of pictures of these documents, or of all of this collection, that is still kept. */
  'erasure.pictures': Op<Erasable, number>
  /** Files in `folder` (with its separator) that nothing but these documents, or this collection, is read from. */
  'documents.notes': Op<Erasable, string[]>
  /** Those of these files that no document is read from. */
  'documents.unread': Op<{ names: string[] }, string[]>

  // Summaries
  'summaries.find': Op<{ key: string }, string | null>
  /** Of one content, or of several of a collection; goes with the first of them that goes. */
  'summaries.keep': Op<{ key: string; contentIds: number[]; collectionId: number; body: string }, Nothing>
  /** Documents with text: those named, else those of a job or a collection (at most `limit`, the longest). */
  'summaries.targets': Op<
    { documentIds: number[] | null; jobId: number | null; collectionId: number | null; limit: number },
    { targets: SummaryTarget[]; total: number }
  >
  /**
   * What a text should have and has; `null` when it is gone. `documentId`: one that has it, this one (`rather`) where it still does;
   * `null` when all of them are gone.
   */
  'summaries.wish': Op<
    { contentId: number; rather?: number | null },
    { wish: SummaryWish; maker: string | null; documentId: number | null } | null
  >
  /** This is the summary that was made of a text by itself; nothing where the text is gone. */
  'summaries.record': Op<{ contentId: number; maker: string; key: string }, Nothing>
  /** Collections with documents that were there when summaries were asked for, and are still to be looked at. */
  'summaries.owed': Op<Nothing, { collectionId: number; wish: SummaryWish }[]>
  /**
   * Queues the next documents of a collection that are owed a summary: they have none, or (`maker`) one that was made otherwise. Looks at
   * `limit` texts; `more` until all were looked at.
   */
  'summaries.queueOwed': Op<
    { collectionId: number; maker: string | null; limit: number },
    { queued: number; jobId: number | null; more: boolean }
  >
  /** Collections with texts that lack the summary they want: none, or one made otherwise than by these makers (`null`: any will do). */
  'summaries.lacking': Op<
    { makers: Record<Exclude<SummaryWish, 'off'>, string | null> },
    { collection: string; texts: number; waiting: number }[]
  >
  /** Queues documents of these texts for their summaries, but for those that wait for one. */
  'summaries.queue': Op<{ contentIds: number[] }, { documents: number; jobs: number[] }>
  'summaries.chunks': Op<
    { contentId: number; limit: number },
    { chunk: number; page: number | null; text: string; start: number; end: number }[]
  >

  // Health
  'health.check': Op<Nothing, { ok: boolean; detail: string }>
  /** Notes a request to a provider before it is sent; `exceeded`, and nothing is noted, when a budget forbids it. */
  'usage.begin': Op<
    {
      provider: string
      model: string
      use: { purpose: UsagePurpose; jobId: number | null; collectionId: number | null }
      tokens: number
      costUsd: number
      isRetry: boolean
      budgets: Record<BudgetPeriod, { usd: number | null; tokens: number | null }>
      /** Of what is used for the same purpose alone. */
      ownBudgets?: Record<BudgetPeriod, { usd: number | null; tokens: number | null }> | undefined
      /** Of all providers together, as an organization says. */
      allBudgets?: Record<BudgetPeriod, { usd: number | null; tokens: number | null }> | undefined
      nowMs: number
    },
    | { id: number }
    /** `isOwn`: of `ownBudgets`. `isOfAll`: of `allBudgets`. `needed`: of the call that was refused. */
    | {
        exceeded: {
          period: BudgetPeriod
          unit: 'USD' | 'tokens'
          used: number
          limit: number
          needed: number
          isOwn?: boolean
          isOfAll?: boolean
        }
      }
  >
  /** `null`: nobody knows what it took, so its estimate counts. */
  'usage.settle': Op<
    { id: number; took: { inputTokens: number; outputTokens: number; costUsd: number } | null },
    Nothing
  >
  'usage.recover': Op<Nothing, { unsettled: number }>
  'usage.list': Op<
    Paged & { provider: string | null; since: string | null; until: string | null; jobId: number | null },
    { rows: UsageRow[]; total: UsageTotal }
  >
  /** Before it is sent; `end` comes by `connections.settle`. */
  'connections.begin': Op<
    { host: string; port: number; isLocal: boolean; provider: string; purpose: string; bytesOut: number },
    { id: number }
  >
  'connections.settle': Op<{ id: number; outcome: ConnectionOutcome; detail: string; bytesIn: number }, Nothing>
  'connections.refuse': Op<{ refused: RefusedConnection[] }, Nothing>
  'connections.recover': Op<Nothing, { lost: number }>
  'connections.list': Op<Paged, Ledger>
  /** Adds to the bucket of this minute; older ones become coarser, and go in the end. */
  'metrics.keep': Op<{ nowMs: number; values: MetricValues }, Nothing>
  'metrics.history': Op<{ range: MetricRange; nowMs: number }, MetricHistory>
  /**
   * What ended after `since` (`null`: nothing is told) up to `until`, by the stamps of the database; `lagSeconds`: how long after its stamp a
   * row may still be committed. Jobs that are open or ended since, and providers, with what they count in all.
   */
  'metrics.read': Op<
    { since: string | null; lagSeconds: number },
    {
      until: string
      newestJob: number
      ended: { outcome: Outcome; code: string | null; tasks: number; bytes: number }[]
      jobs: {
        id: number
        chunks: number
        computed: number
        cached: number
        phases: { phase: string; ms: number; items: number }[]
      }[]
      providers: { provider: string; tokens: number; usd: number }[]
    }
  >
  'health.figures': Op<
    Nothing,
    {
      schemaVersion: number
      collections: number
      documents: number
      contents: number
      chunks: number
      pendingChunks: number
      databaseBytes: number
      cacheBytes: number
    }
  >
  /** Compares chunks with the full-text index; `repair` makes the index again. */
  'health.fulltext': Op<{ repair: boolean }, { ok: boolean; detail: string }>
}

/** What a check of collections looks at. `source`: the place that was offered and that it was found in. */
export type CheckedDocument = {
  id: number
  path: string
  location: string
  locationBytes: string | null
  isEntry: boolean
  state: string
  code: string | null
  fingerprint: string | null
  contentId: number | null
  chunks: number | null
  pending: number | null
  settingsKey: string | null
  /** How the summary was made that it has by itself. */
  summaryMaker: string | null
  source: string | null
  isGone: boolean
}

/** A document with what names its text. */
export type SummaryTarget = {
  documentId: number
  path: string
  location: string
  collectionId: number
  collection: string
  contentId: number
  sha256: string
  settingsKey: string
  title: string | null
  chars: number
  chunks: number
}

/** Windows of one chunk: `spans` holds start, end and tokens of each; `vectors` the float16 values one after the other. */
export type CachedVectors = { spans: Int32Array; vectors: Uint16Array }

/** What was counted of a cache since its file was made; `since` is `null` while nothing was. */
export type CacheTotal = { hits: number; misses: number; since: string | null }
export type CacheName = 'embeddings' | 'queries' | 'results'

/** Of the cache of vectors. Hits and misses since the start of this owner; `totals` of all owners. */
export type CacheFigures = {
  hits: number
  misses: number
  evictions: number
  bytes: number
  models: { model: string; hits: number; misses: number }[]
  totals: Record<CacheName, CacheTotal>
}

export type ArchiveFigures = {
  entries: number
  bytesCompressed: number
  bytesExpanded: number
  skipped: number
  ms: number
  /** `zip`, `tar`, … */
  kind?: string | undefined
}

/** `scope`: the place for whose bytes the password is, and with it everything within; an archive when an entry of it is encrypted. */
export type DocumentLock = { scope: Locator; taskId: number; jobId: number }

export type JobFigures = {
  job: Job
  documents: OutcomeCounts
  found: number
  discovering: boolean
  /** Tasks through and in each claimable phase. */
  phases: Record<'expand' | 'extract' | 'embed' | 'summarize', { done: number; total: number }>
  /** Whether the job makes summaries, and nothing else. */
  summaries: 'none' | 'also' | 'only'
  windowsDone: number
  chunksTotal: number
  chunksPending: number
  current: { path: string; phase: Phase; told?: Told }[]
  /** Items that wait for a person. */
  waiting: number
  /** What is tried again by itself, the next first; a few. */
  retries: Retry[]
  /** The task that could not go on, for a job that waits. */
  nextRetryAtMs: number | null
}

export type OperationName = keyof Operations

/** Runs an operation on its thread. Rejects with an AppError. */
export type Store = {
  run: <N extends OperationName>(name: N, params: Operations[N]['params']) => Promise<Operations[N]['result']>
  /** Resolves when everything asked before has been answered and the files are closed. */
  close: () => Promise<void>
}
