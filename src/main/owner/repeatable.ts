/**
 * Owns which calls may be made again when it is not known whether the owner that was lost has done them.
 * Refuses: guessing; every call has its row.
 */
import type { CallName } from '../../shared/calls'

const repeatable: Record<CallName, boolean> = {
  'app.info': true,
  'collections.list': true,
  'collections.show': true,
  // A second time they would fail, although the first did what was asked.
  'collections.create': false,
  'collections.rename': false,
  'collections.remove': false,
  // The session gives it a key.
  'jobs.create': true,
  'jobs.estimate': true,
  'jobs.stopEstimate': true,
  'jobs.list': true,
  'jobs.show': true,
  'jobs.problems': true,
  'jobs.receipts': true,
  'documents.receipt': true,
  'jobs.progress': true,
  'jobs.wait': true,
  'jobs.cancel': false,
  'jobs.confirm': true,
  'jobs.retry': false,
  'queue.status': true,
  'documents.list': true,
  'documents.show': true,
  'documents.text': true,
  // The next owner has forgotten the password, or the document goes on already.
  'documents.password': false,
  // A second time it would say that nothing was removed.
  'documents.remove': false,
  search: true,
  doctor: true,
  'queue.settle': true,
}

/** Whether making the call twice has the same effect and answer as making it once. */
export const isRepeatable = (name: CallName): boolean => repeatable[name]
