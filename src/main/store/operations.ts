/**
 * Owns the table of operations: which thread runs each, and the function that does it.
 * Refuses: SQL. An operation that is missing here is a type error.
 */
import type { VectorCache } from './cache'
import {
  createCollection,
  ensureCollection,
  findCollection,
  listCollections,
  removeCollectionPage,
  renameCollection,
} from './collections'
import { addChunks, dropContent, findContent, stageContent } from './contents'
import type { OperationName, Operations } from './contract'
import type { Database } from './database'
import { areUnchanged, findUnchanged, listDocuments, removeDocuments, showDocument } from './documents'
import { readDocumentText } from './document-text'
import { forgetGone, noteSource } from './gone'
import { listReceipts, readDocumentReceipt } from './receipts'
import { findLock, unlockDocument } from './document-locks'
import {
  clearGarbage,
  clearIntent,
  intendVectors,
  invalidateVectors,
  listExpected,
  listGarbage,
  listIntents,
  listPending,
  recordVectors,
} from './embedding'
import { commitExtraction, linkContent } from './extraction'
import { checkFulltext, checkHealth, readFigures } from './health'
import { listProblems, readReport } from './job-report'
import {
  addPeaks,
  cancelJob,
  confirmJob,
  createJob,
  findJob,
  findJobByKey,
  listJobs,
  readChunkMs,
  readProgress,
  readQueueStatus,
  retryJob,
} from './jobs'
import { countMatches, listAllowed, listCurrent, markSnippets, readPassages, searchKeyword } from './search'
import { failReading, findWithoutText, movePictures } from './pictures'
import { finishTask, interruptTask, parkTask, recoverTasks, stopTask } from './task-ends'
import { becomeArchive, becomeDocument, claimTasks, insertTasks } from './tasks'

/** What the operations of one thread work on. Only the writer has the cache. */
export type Session = { readonly db: Database; readonly cache: VectorCache | null; readonly cachePath: string }

type Row<N extends OperationName> = {
  /**
   * `writer`: one transaction that takes the write lock at its start. `reader`: one transaction that sees one state.
   * `cache`: on the writer thread, but on the file of the cache, with transactions of its own.
   */
  readonly on: 'reader' | 'writer' | 'cache'
  readonly run: (session: Session, params: Operations[N]['params']) => Operations[N]['result']
}

type Plain<N extends OperationName> = (db: Database, params: Operations[N]['params']) => Operations[N]['result']

const reads = <N extends OperationName>(plain: Plain<N>): Row<N> => ({
  on: 'reader',
  run: ({ db }, params) => plain(db, params),
})
const writes = <N extends OperationName>(plain: Plain<N>): Row<N> => ({
  on: 'writer',
  run: ({ db }, params) => plain(db, params),
})

export const operations: { readonly [N in OperationName]: Row<N> } = {
  'collections.list': reads(listCollections),
  'collections.find': reads(findCollection),
  'collections.ensure': writes(ensureCollection),
  'collections.create': writes(createCollection),
  'collections.rename': writes(renameCollection),
  'collections.removePage': writes(removeCollectionPage),
  'jobs.create': writes(createJob),
  'jobs.find': reads(findJob),
  'jobs.findKey': reads(findJobByKey),
  'jobs.list': reads(listJobs),
  'jobs.report': reads(readReport),
  'jobs.problems': reads(listProblems),
  'jobs.receipts': reads(listReceipts),
  'jobs.progress': reads(readProgress),
  'jobs.cancel': writes(cancelJob),
  'jobs.confirm': writes(confirmJob),
  'jobs.retry': writes(retryJob),
  'jobs.addPeaks': writes(addPeaks),
  'jobs.chunkMs': reads(readChunkMs),
  'queue.status': reads(readQueueStatus),
  'tasks.insert': writes(insertTasks),
  'tasks.claim': writes(claimTasks),
  'tasks.finish': writes(finishTask),
  'tasks.becomeArchive': writes(becomeArchive),
  'tasks.becomeDocument': writes(becomeDocument),
  'tasks.fail': writes(failReading),
  'tasks.interrupt': writes(interruptTask),
  'tasks.wait': writes(parkTask),
  'tasks.cancelled': writes(stopTask),
  'tasks.recover': writes(recoverTasks),
  'documents.unchanged': reads(findUnchanged),
  'documents.withoutText': reads(findWithoutText),
  'documents.areUnchanged': reads(areUnchanged),
  'contents.find': reads(findContent),
  'contents.stage': writes(stageContent),
  'contents.addChunks': writes((db, params) => {
    addChunks(db, params)
    return {}
  }),
  'contents.drop': writes((db, params) => {
    dropContent(db, params)
    return {}
  }),
  'extract.commit': writes(commitExtraction),
  'extract.toOcr': writes(movePictures),
  'extract.link': writes(linkContent),
  'embed.pending': reads(listPending),
  'embed.intend': writes(intendVectors),
  'embed.record': writes(recordVectors),
  'embed.intents': reads(listIntents),
  'embed.clearIntent': writes(clearIntent),
  'embed.garbage': reads(listGarbage),
  'embed.clearGarbage': writes(clearGarbage),
  'embed.expected': reads(listExpected),
  'embed.invalidate': writes(invalidateVectors),
  'cache.get': { on: 'cache', run: ({ cache }, params) => cache?.get(params) ?? params.hashes.map(() => null) },
  'cache.put': { on: 'cache', run: ({ cache }, params) => cache?.put(params) ?? {} },
  'documents.list': reads(listDocuments),
  'documents.show': reads(showDocument),
  'documents.text': reads(readDocumentText),
  'documents.receipt': reads(readDocumentReceipt),
  'documents.remove': writes(removeDocuments),
  'documents.forgetGone': writes(forgetGone),
  'sources.note': writes(noteSource),
  'documents.lock': reads(findLock),
  'documents.unlock': writes(unlockDocument),
  'search.keyword': reads(searchKeyword),
  'search.counts': reads(countMatches),
  'search.current': reads(listCurrent),
  'search.snippets': reads(markSnippets),
  'search.allowed': reads(listAllowed),
  'search.passages': reads(readPassages),
  'health.check': reads(checkHealth),
  'health.figures': { on: 'reader', run: ({ db, cachePath }) => readFigures(db, cachePath) },
  'health.fulltext': writes(checkFulltext),
}

/** Runs one operation on the calling thread, as one transaction. */
export const runOperation = <N extends OperationName>(
  session: Session,
  name: N,
  params: Operations[N]['params'],
): Operations[N]['result'] => {
  const row = operations[name]
  if (row.on === 'cache') return row.run(session, params)
  return session.db.transaction(row.on === 'writer' ? 'write' : 'read', () => row.run(session, params))
}
