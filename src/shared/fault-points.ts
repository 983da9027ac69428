/**
 * Owns the table of all boundaries between two steps of the pipeline: where a process can die, a disk be full, a database be busy. Tests
 * inject every fault before and after each of them.
 * Refuses: injecting. A step without a row here is a type error in src/main/fault-injection.ts.
 */
export const faultPointTable = {
  created: 'a job and its scans are written',
  recovered: 'at start: what was running is taken back',
  claimed: 'tasks are claimed',
  inserted: 'what a folder, an archive or a mail holds has become tasks',
  noted: 'the place that was looked through is noted',
  unpacked: 'a worker opens an archive',
  extracted: 'a worker reads a document',
  recalled: 'whether a place holds what it held before is asked',
  seen: 'whether these bytes are known is asked',
  staged: 'a version that nobody sees is begun',
  filled: 'passages are added to it',
  dropped: 'it is thrown away',
  committed: 'the text becomes current and is found; the version before it is let go',
  movedToOcr: 'the text without the pictures is found; the pictures wait',
  linked: 'a document points at text that is known',
  becameArchive: 'what was taken for a document is an archive',
  becameDocument: 'what was taken for an archive is a document',
  finished: 'a task has ended, and with the last one its job',
  failed: 'a task is tried again, or a dead letter',
  interrupted: 'a task is put back',
  parked: 'a task waits for a person',
  stopped: 'a running task of a cancelled job has ended',
  intentsListed: 'vectors that were begun and not recorded are asked for',
  vectorsUndone: 'vectors of chunks are deleted',
  intentCleared: 'an intent is taken back',
  pendingListed: 'passages without vectors are asked for',
  cacheRead: 'vectors that are known are asked for',
  embedded: 'a worker makes vectors',
  cacheWritten: 'vectors are kept in the cache',
  intended: 'that vectors will be written is written',
  appended: 'vectors are in the index',
  recorded: 'that they are is written; what waited for them is whole',
  wished: 'whether a text lacks the summary that its collection wants is asked',
  summarized: 'which summary a text has is written',
  owedQueued: 'documents that were there before are queued for their summaries',
  merged: 'the vector index is merged',
  garbageListed: 'versions that are gone are asked for',
  collected: 'their vectors are deleted',
  garbageCleared: 'that they are is written',
  peaked: 'the peaks of a job are noted',
  forgotten: 'what has been gone for long is removed',
  pruned: 'tasks and attempts of long ago are removed',
  cancelled: 'a job is cancelled',
  paused: 'a job is paused',
  resumed: 'a job is resumed',
  confirmed: 'a person agreed to what a job unpacks to',
  retried: 'what failed in a job is queued again',
  replayed: 'dead letters are queued again',
} as const

export type FaultPoint = keyof typeof faultPointTable
export const faultPoints = Object.keys(faultPointTable) as FaultPoint[]

export const faultSides = ['before', 'after'] as const
/** `before`: the step is about to be taken. `after`: it was, and nobody has been told. */
export type FaultSide = (typeof faultSides)[number]

/** Called at every boundary that is passed. What it throws is thrown there; what it waits for is waited for. */
export type Interference = (point: FaultPoint, side: FaultSide) => Promise<void> | void
