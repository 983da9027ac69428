/**
 * Owns the operations of the store as types: what can be asked of SQLite, each one transaction, and which thread runs it.
 * Refuses: SQL. Ids are numbers here and become strings at the calls of the engine.
 */
import type { Chunk, DocumentFacts, Locator, Warning } from '../../shared/work'
import type {
  Collection,
  DocumentReceipt,
  DocumentRow,
  DocumentState,
  Hit,
  Job,
  JobReceipt,
  JobReport,
  JobState,
  Outcome,
  OutcomeCounts,
  Phase,
  Problem,
} from '../../shared/domain'
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { Lane } from '../../shared/phases'

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

/** How a claim ended, recorded as an attempt. `ms` is wall time. */
export type AttemptRecord = { phase: Phase; ms: number; worker: string | null }

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

export type KeywordFilter = {
  collectionIds: number[]
  /** Of one of these kinds, or with one of these extensions (lower case, without the dot); both empty: any. */
  kinds: string[]
  extensions?: string[]
  sinceMs: number | null
  untilMs: number | null
  pathGlob: string | null
}

export type Operations = {
  // Collections
  'collections.list': Op<Nothing, Collection[]>
  'collections.find': Op<{ name: string }, Collection | null>
  /** Finds or creates. */
  'collections.ensure': Op<{ name: string }, Collection>
  /** @throws COLLECTION_EXISTS */
  'collections.create': Op<{ name: string }, Collection>
  /** @throws NOT_FOUND, COLLECTION_EXISTS */
  'collections.rename': Op<{ id: number; newName: string }, Collection>
  /** Deletes a page of its documents at a time; `more` until everything is gone and the row with it. Open jobs must be cancelled before. */
  'collections.removePage': Op<{ id: number; limit: number }, { removed: number; more: boolean }>

  // Jobs
  /** One scan task for each path is inserted with it. With a key that exists: the job of that key. */
  /** The job that was created with this key. */
  'jobs.findKey': Op<{ key: string }, Job | null>
  'jobs.create': Op<
    /** With a name, the collection is made in the same transaction when there is none; a job that is known makes none. */
    ({ collectionId: number; collectionName?: undefined } | { collectionId?: undefined; collectionName: string }) & {
      key: string | null
      label: string
      request: JobRequest
      scans: NewTask[]
      confirmed?: boolean
    },
    { job: Job; created: boolean }
  >
  'jobs.find': Op<{ id: number }, Job | null>
  'jobs.list': Op<
    Paged & { states: JobState[] | null },
    { jobs: (Job & { documents: OutcomeCounts })[]; total: number }
  >
  /** `problems` is empty in it. */
  'jobs.report': Op<
    { id: number; model: string; dimensions: number },
    { report: JobReport; problemsTotal: number } | null
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
  /** A person agrees to what its archives unpack to: those that wait for that are queued, those still to come do not ask. @throws NOT_FOUND, JOB_STATE */
  'jobs.confirm': Op<{ id: number }, { job: Job; tasks: number }>
  /** Queues again what failed, was cancelled, or lacks vectors or the text of pictures. @throws NOT_FOUND, JOB_STATE */
  'jobs.retry': Op<{ id: number }, { job: Job; tasks: number }>
  'jobs.addPeaks': Op<{ id: number; rssBytes: number; tempDiskBytes: number }, Nothing>
  /** What embedding took for each passage in the last jobs here; `null` when too few were made. */
  'jobs.chunkMs': Op<Nothing, number | null>
  'queue.status': Op<
    { nowMs: number },
    { queued: number; running: number; delayed: number; nextRunAtMs: number | null; waiting: Job[] }
  >

  // Tasks
  /**
   * Inserts children; an item that the job has already (same locator) is left as it is. Documents and archives beyond `maxItems` of the
   * whole job end as rejected (JOB_DOCUMENTS_LIMIT); without it there is no limit.
   */
  'tasks.insert': Op<
    { jobId: number; parentId: number | null; items: NewTask[]; maxItems?: number },
    { inserted: number }
  >
  /** Atomically claims up to `limit` tasks that may run now. `jobs` excludes none when null. */
  'tasks.claim': Op<{ lane: Lane; limit: number; nowMs: number; alone: boolean }, ClaimedTask[]>
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
    },
    Nothing
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
  'extract.toOcr': Op<CommitExtraction, Nothing>
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
  /** Written before vectors are appended, so that a crash between the two can be undone. */
  'embed.intend': Op<{ chunkIds: number[] }, { intentId: number }>
  /** The vectors are in the index. Clears the intent. */
  'embed.record': Op<
    {
      intentId: number
      chunks: { id: number; windows: number; tokens: number }[]
      jobs: { jobId: number; computed: number; cached: number; tokens: number; ms: number }[]
    },
    Nothing
  >
  'embed.intents': Op<Nothing, { intentId: number; chunkIds: number[] }[]>
  'embed.clearIntent': Op<{ intentId: number }, Nothing>
  /** Contents whose vectors are to be deleted. */
  'embed.garbage': Op<{ limit: number }, number[]>
  'embed.clearGarbage': Op<{ contentIds: number[] }, Nothing>
  /** Vectors that should be there: windows by content, a page by content id. */
  'embed.expected': Op<{ afterContentId: number; limit: number }, { contentId: number; windows: number }[]>
  /** Marks every chunk of these contents as without vectors, with an intent that undoes those that are there, and queues their documents for embedding in a repair job. */
  'embed.invalidate': Op<{ contentIds: number[] }, { documents: number }>
  'cache.get': Op<{ model: string; hashes: Buffer[] }, (CachedVectors | null)[]>
  'cache.put': Op<{ model: string; rows: { hash: Buffer; value: CachedVectors }[]; maxBytes: number }, Nothing>

  // Documents and search
  'documents.list': Op<
    Paged & { collectionId: number | null; states: DocumentState[] | null; contains: string | null },
    { documents: DocumentRow[]; total: number }
  >
  'documents.show': Op<{ id: number }, DocumentRow | null>
  'documents.text': Op<
    { id: number; offset: number; limitChars: number },
    { text: string; nextOffset: number | null } | null
  >
  /** Lines and then items from `offset`, as many as fit into `maxBytes`; `total` counts both, `nextOffset` is `null` at the end. */
  'documents.receipt': Op<
    { id: number; maxBytes: number } & Paged,
    { receipt: DocumentReceipt; total: number; nextOffset: number | null } | null
  >
  'documents.remove': Op<{ ids: number[] }, { removed: number }>
  /** Removes some of what has been gone for this many days. */
  'documents.forgetGone': Op<{ days: number }, { removed: number; more: boolean }>
  /**
   * The scan of an offered path says on which file system it is and whether it holds nothing. `unmounted`: it holds nothing, and lies on
   * another file system than when something was last found in it.
   */
  'sources.note': Op<{ taskId: number; device: string; isEmpty: boolean }, { unmounted: boolean }>
  /** What a password for this document opens; `null` when the document waits for none. @throws NOT_FOUND */
  'documents.lock': Op<{ id: number }, DocumentLock | null>
  /** Queues again the document, and with it whatever else of the same archive waits for the same password. @throws NOT_FOUND, NOT_LOCKED, JOB_STATE */
  'documents.unlock': Op<{ id: number }, { job: Job; tasks: number }>
  /** Best first. `match` is FTS5 syntax made by the search folder, never by a person. Only current contents that a document points at. */
  'search.keyword': Op<
    { match: string; filter: KeywordFilter; limit: number },
    { chunkId: number; contentId: number; rank: number }[]
  >
  /** How many chunks each expression matches, whatever they belong to. A thirtieth of the price of ranking them. */
  'search.counts': Op<{ matches: string[] }, number[]>
  /** Of these chunks, those that are current and pass the filter, in the order given. */
  'search.current': Op<{ chunkIds: number[]; filter: KeywordFilter }, number[]>
  /** The passages of these chunks with the matches of `match` marked as `[[…]]`, about 40 words each (FTS5 `snippet`). Chunks that do not match are left out. */
  'search.snippets': Op<{ match: string; chunkIds: number[] }, { chunkId: number; snippet: string }[]>
  /** Collections' ids in which vectors may be looked for and the content ids a filter allows (`null`: too many, filter afterwards). */
  'search.allowed': Op<
    { filter: KeywordFilter; maxContents: number },
    { collectionIds: number[]; contentIds: number[] | null }
  >
  /** The passages of these chunks with their documents, for those that are current and pass the filter; a content with several paths gives one row for each path (at most `pathsPerContent`). */
  'search.passages': Op<
    { chunkIds: number[]; filter: KeywordFilter; pathsPerContent: number },
    (Omit<Hit, 'score' | 'snippet'> & { chunkId: number; contentId: number })[]
  >

  // Health
  'health.check': Op<Nothing, { ok: boolean; detail: string }>
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

/** Windows of one chunk: `spans` holds start, end and tokens of each; `vectors` the float16 values one after the other. */
export type CachedVectors = { spans: Int32Array; vectors: Uint16Array }

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
  phases: Record<'expand' | 'extract' | 'embed', { done: number; total: number }>
  windowsDone: number
  chunksTotal: number
  chunksPending: number
  current: { path: string; phase: Phase }[]
  /** Items that wait for a person. */
  waiting: number
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
