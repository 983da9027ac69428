/**
 * Owns the table of operations: which thread runs each, and the function that does it.
 * Refuses: SQL. An operation that is missing here is a type error.
 */
import { NO_CACHE } from './cache'
import {
  createCollection,
  ensureCollection,
  findCollection,
  listCollections,
  removeCollectionPage,
  renameCollection,
  updateCollection,
} from './collections'
import { listChecked } from './collection-check'
import {
  beginErasure,
  countLeft,
  countPictures,
  countStray,
  forgetNotes,
  hasUnfinished,
  letErasureGo,
  listErasable,
  listErasures,
  listOpen,
  proveErasure,
  readErasable,
  readIndexed,
} from './erasure'
import { addChunks, dropContent, findContent, stageContent } from './contents'
import type { OperationName, Operations } from './contract'
import type { Database } from './database'
import { readAgain } from './reading-again'
import { listDocuments, readFacets } from './document-lists'
import { findPlace, areUnchanged, findUnchanged, showDocument } from './documents'
import { findDocumentMatches } from './document-matches'
import { readDocumentText } from './document-text'
import { findSource, forgetGone, noteSource } from './gone'
import { removeDocuments } from './removals'
import { listReceipts, readDocumentReceipt } from './receipts'
import { findLock, unlockDocument } from './document-locks'
import {
  clearGarbage,
  clearIntent,
  intendLiving,
  invalidateVectors,
  listExpected,
  listGarbage,
  listIntents,
  listPending,
  recordVectors,
} from './embedding'
import { commitExtraction, linkContent } from './extraction'
import {
  dropGenerations,
  ensureGenerations,
  estimateGeneration,
  expireGenerations,
  countGeneration,
  findGeneration,
  forgetGeneration,
  forgetSpace,
  listGenerations,
  listServing,
  listSpaces,
  markReady,
  noteComparison,
  retireSpaces,
  rollBack,
  startGeneration,
  switchGeneration,
} from './generations'
import { invalidateBuilt, listUnbuilt, recordBuilt, restTask } from './generation-contents'
import { checkFulltext } from './fulltext'
import { checkHealth, readFigures } from './health'
import { listProblems, readReport } from './job-report'
import {
  discardDeadLetters,
  groupDeadLetters,
  listDeadLetters,
  replayDeadLetters,
  restoreDeadLetters,
  showDeadLetter,
} from './dead-letters'
import { cancelJob, confirmJob, moveJob, pauseJob, prioritizeJob, resumeJob, retryJob } from './job-control'
import { prune } from './pruning'
import { checkQueue } from './queue-health'
import { coverChunks, filterMatching, markSnippets } from './passage-search'
import {
  addPeaks,
  createJob,
  findJob,
  findJobByKey,
  listJobs,
  readChunkMs,
  readProgress,
  readQueueStatus,
} from './jobs'
import {
  addHistory,
  findSaved,
  listHistory,
  listSaved,
  removeHistory,
  removeSaved,
  restoreSaved,
  saveSearch,
  touchSaved,
} from './kept-searches'
import {
  listAllowed,
  listCurrent,
  listNewest,
  readPassages,
  searchGrams,
  searchKeyword,
  searchMeeting,
  searchPaths,
} from './search'
import { countMatches, estimateSize, countTerms, listSpellings, listTerms, readSource } from './vocabulary'
import {
  beginConnection,
  listConnections,
  recoverConnections,
  refuseConnections,
  settleConnection,
} from './connections'
import { keepMetrics, readMetrics, readTallies } from './metrics'
import { listNotes, listUnread } from './notes'
import { failReading, findWithoutText, movePictures } from './pictures'
import { listLacking, listOwed, queueOwed, queueSummaries, readWish, recordSummary } from './summary-tasks'
import { keepSummary, listSummaryChunks, listSummaryTargets, readSummary } from './summaries'
import { estimateOlder, listOlder, queueOlder, startReading } from './text-versions'
import { finishTask, interruptTask, parkTask, recoverTasks, stopTask } from './task-ends'
import { claimTasks } from './claims'
import type { Session } from './session'
import { listTasks } from './task-lists'
import { becomeArchive, becomeDocument, insertTasks } from './tasks'
import { beginCall, listUsage, recoverCalls, settleCall } from './usage'
import { findVisionPage, keepVisionPage } from './vision-pages'
import { shrink, wipeTraces } from './wiping'

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
  'collections.update': writes(updateCollection),
  'collections.removePage': writes(removeCollectionPage),
  'jobs.create': writes(createJob),
  'jobs.find': reads(findJob),
  'jobs.findKey': reads(findJobByKey),
  'jobs.list': reads(listJobs),
  'jobs.report': reads(readReport),
  'jobs.problems': reads(listProblems),
  'jobs.tasks': reads(listTasks),
  'jobs.receipts': reads(listReceipts),
  'jobs.progress': reads(readProgress),
  'jobs.cancel': writes(cancelJob),
  'jobs.confirm': writes(confirmJob),
  'jobs.retry': writes(retryJob),
  'jobs.pause': writes(pauseJob),
  'jobs.resume': writes(resumeJob),
  'jobs.prioritize': writes(prioritizeJob),
  'jobs.move': writes(moveJob),
  'deadLetters.list': reads(listDeadLetters),
  'deadLetters.groups': reads(groupDeadLetters),
  'deadLetters.show': reads(showDeadLetter),
  'deadLetters.replay': writes(replayDeadLetters),
  'deadLetters.discard': writes(discardDeadLetters),
  'deadLetters.restore': writes(restoreDeadLetters),
  'queue.prune': writes(prune),
  'health.queue': writes(checkQueue),
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
  'vision.find': reads(findVisionPage),
  'vision.keep': writes(keepVisionPage),
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
  'embed.intend': writes(intendLiving),
  'embed.record': writes(recordVectors),
  'embed.intents': reads(listIntents),
  'embed.clearIntent': writes(clearIntent),
  'embed.garbage': reads(listGarbage),
  'embed.clearGarbage': writes(clearGarbage),
  'embed.expected': reads(listExpected),
  'embed.invalidate': writes(invalidateVectors),
  'cache.get': { on: 'cache', run: ({ cache }, params) => cache?.get(params) ?? params.hashes.map(() => null) },
  'cache.put': { on: 'cache', run: ({ cache }, params) => cache?.put(params) ?? {} },
  'cache.figures': { on: 'cache', run: ({ cache }) => cache?.figures() ?? NO_CACHE },
  'cache.count': { on: 'cache', run: ({ cache }, params) => cache?.count(params) ?? {} },
  'generations.serving': reads(listServing),
  'generations.ensure': writes(ensureGenerations),
  'generations.list': reads(listGenerations),
  'generations.find': reads(findGeneration),
  'generations.count': reads(countGeneration),
  'generations.estimate': reads(estimateGeneration),
  'generations.start': writes(startGeneration),
  'generations.pending': reads(listUnbuilt),
  'generations.record': writes(recordBuilt),
  'generations.rest': writes(restTask),
  'generations.ready': writes(markReady),
  'generations.switch': writes(switchGeneration),
  'generations.rollback': writes(rollBack),
  'generations.drop': writes(dropGenerations),
  'generations.expire': writes(expireGenerations),
  'generations.forget': writes(forgetGeneration),
  'generations.note': writes(noteComparison),
  'generations.invalidate': writes(invalidateBuilt),
  'spaces.list': reads(listSpaces),
  'spaces.retire': writes(retireSpaces),
  'spaces.forget': writes(forgetSpace),
  'documents.list': reads(listDocuments),
  'documents.facets': reads(readFacets),
  'documents.readAgain': writes(readAgain),
  'documents.show': reads(showDocument),
  'documents.place': reads(findPlace),
  'documents.text': reads(readDocumentText),
  'documents.matches': reads(findDocumentMatches),
  'documents.receipt': reads(readDocumentReceipt),
  'documents.remove': writes(removeDocuments),
  'documents.forgetGone': writes(forgetGone),
  'sources.note': writes(noteSource),
  'sources.find': reads(findSource),
  'documents.lock': reads(findLock),
  'documents.unlock': writes(unlockDocument),
  'search.keyword': reads(searchKeyword),
  'search.meeting': reads(searchMeeting),
  'search.grams': reads(searchGrams),
  'search.paths': reads(searchPaths),
  'search.newest': reads(listNewest),
  'search.matching': { on: 'reader', run: filterMatching },
  'search.terms': reads(countTerms),
  'search.termsFrom': reads(listTerms),
  'search.spellings': reads(listSpellings),
  'search.source': reads(readSource),
  'search.coverage': { on: 'reader', run: coverChunks },
  'search.counts': reads(countMatches),
  'search.size': reads(estimateSize),
  'search.current': reads(listCurrent),
  'search.snippets': { on: 'reader', run: markSnippets },
  'search.allowed': reads(listAllowed),
  'search.passages': reads(readPassages),
  'saved.list': reads(listSaved),
  'saved.find': reads(findSaved),
  'saved.save': writes(saveSearch),
  'saved.remove': writes(removeSaved),
  'saved.restore': writes(restoreSaved),
  'saved.touch': writes(touchSaved),
  'history.list': reads(listHistory),
  'history.add': writes(addHistory),
  'history.remove': writes(removeHistory),
  'usage.begin': writes(beginCall),
  'usage.settle': writes(settleCall),
  'usage.recover': writes(recoverCalls),
  'usage.list': reads(listUsage),
  'collections.checked': reads(listChecked),
  'texts.older': reads(listOlder),
  'texts.estimate': reads(estimateOlder),
  'texts.readAnew': writes(startReading),
  'texts.queue': writes(queueOlder),
  'erasure.contents': reads(listErasable),
  'erasure.passages': reads(readErasable),
  'erasure.left': reads(countLeft),
  'erasure.indexed': reads(readIndexed),
  'erasure.begin': { on: 'cache', run: beginErasure },
  'erasure.open': { on: 'cache', run: (session) => listOpen(session) },
  'erasure.letGo': writes(letErasureGo),
  'erasure.prove': writes(proveErasure),
  'erasure.list': reads(listErasures),
  'erasure.stray': reads(countStray),
  'erasure.notes': writes(forgetNotes),
  'erasure.wipe': { on: 'cache', run: wipeTraces },
  'erasure.unfinished': { on: 'cache', run: (session) => hasUnfinished(session) },
  'cache.forget': { on: 'cache', run: ({ cache }, { hashes }) => ({ forgotten: cache?.forget(hashes) ?? 0 }) },
  'maintenance.shrink': { on: 'cache', run: shrink },
  'cache.list': { on: 'cache', run: ({ cache }, params) => cache?.list(params) ?? [] },
  'cache.known': { on: 'cache', run: ({ cache }, { hashes }) => cache?.known(hashes) ?? [] },
  'erasure.pictures': reads(countPictures),
  'documents.notes': reads(listNotes),
  'documents.unread': reads(listUnread),
  'summaries.find': reads(readSummary),
  'summaries.keep': writes(keepSummary),
  'summaries.targets': reads(listSummaryTargets),
  'summaries.chunks': reads(listSummaryChunks),
  'summaries.wish': reads(readWish),
  'summaries.record': writes(recordSummary),
  'summaries.owed': reads(listOwed),
  'summaries.lacking': reads(listLacking),
  'summaries.queueOwed': writes(queueOwed),
  'summaries.queue': writes(queueSummaries),
  'connections.begin': writes(beginConnection),
  'connections.settle': writes(settleConnection),
  'connections.refuse': writes(refuseConnections),
  'connections.recover': writes(recoverConnections),
  'connections.list': reads(listConnections),
  'metrics.keep': writes(keepMetrics),
  'metrics.history': reads(readMetrics),
  'metrics.read': reads(readTallies),
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
