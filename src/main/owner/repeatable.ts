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
  'collections.update': true,
  // A second time it joins the jobs of the first.
  'collections.check': true,
  'collections.models': true,
  // A second time it would be under way, or already there.
  'collections.changeModel': false,
  'collections.switchModel': false,
  // A second time it would go forward again.
  'collections.rollback': false,
  'collections.cleanup': true,
  'collections.compareModels': true,
  // A second time it joins the job of the first.
  'collections.rebuild': true,
  'cache.figures': true,
  // The session gives it a key.
  'jobs.create': true,
  'jobs.estimate': true,
  'jobs.stopEstimate': true,
  'jobs.list': true,
  'jobs.show': true,
  'jobs.problems': true,
  'jobs.tasks': true,
  'jobs.receipts': true,
  'documents.receipt': true,
  'jobs.progress': true,
  'jobs.wait': true,
  'jobs.cancel': false,
  'jobs.pause': true,
  'jobs.resume': true,
  'jobs.prioritize': true,
  'jobs.move': true,
  'deadLetters.list': true,
  'deadLetters.groups': true,
  'deadLetters.show': true,
  // A second time they would find nothing more to do, and say so.
  'deadLetters.replay': false,
  'deadLetters.discard': false,
  'deadLetters.restore': false,
  'jobs.confirm': true,
  'jobs.retry': false,
  'queue.status': true,
  'queue.rest': true,
  'machine.tell': true,
  'documents.list': true,
  'documents.facets': true,
  'documents.readAgain': false,
  'documents.show': true,
  'documents.text': true,
  'documents.matches': true,
  'documents.bytes': true,
  'documents.copy': true,
  // The next owner has forgotten the password, or the document goes on already.
  'documents.password': false,
  'documents.hide': true,
  // A second time it would say that nothing was removed.
  'documents.remove': false,
  'documents.removals': true,
  search: true,
  'search.stop': true,
  'search.similar': true,
  'savedSearches.list': true,
  'savedSearches.save': true,
  // A second time it would not be found.
  'savedSearches.remove': false,
  'savedSearches.restore': false,
  'savedSearches.run': true,
  'searchHistory.list': true,
  'searchHistory.add': true,
  // A second time they would say that nothing was removed.
  'searchHistory.remove': false,
  'searchHistory.clear': false,
  ask: true,
  'ask.follow': true,
  'ask.stop': true,
  summarize: true,
  'settings.list': true,
  'settings.set': true,
  'settings.export': true,
  'settings.import': true,
  'providers.list': true,
  'providers.inspect': true,
  // A second time it would be there, or not be there, already.
  'providers.add': false,
  'providers.update': true,
  'providers.remove': false,
  'providers.test': true,
  'providers.usage': true,
  'ledger.list': true,
  // A second time it would be counted twice.
  'ledger.refused': false,
  // A second time one request would be two.
  'ledger.begin': false,
  'ledger.settle': true,
  'metrics.now': true,
  'metrics.history': true,
  'workers.list': true,
  // A second time it replaces hosts that are new already, which harms nobody.
  'workers.recycle': true,
  doctor: true,
  'queue.settle': true,
}

/** Whether making the call twice has the same effect and answer as making it once. */
export const isRepeatable = (name: CallName): boolean => repeatable[name]
