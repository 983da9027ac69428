/**
 * Owns saving what was chosen in the wizard: a collection with its jobs, or the changes of one. Refuses: deciding whether it may be saved.
 */
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { createJobs, splitIntoBatches } from '../client/intake'
import { changesOf, patternsOf, type Draft } from './wizard-state'

/** Makes the collection as it was chosen, then begins to read what goes in. */
export const makeCollection = async (draft: Draft, confirmed: boolean): Promise<string> => {
  const { color, scans, figures, summaries, weight, tasksPerMinute, model } = draft
  const settings = { color, scans, figures, summaries, weight, tasksPerMinute, ignores: patternsOf(draft.ignores) }
  const name = draft.name.trim()
  await call('collections.create', { name, ...settings, ...(model === 'local' ? {} : { model }) })
  // The collection is there: what goes wrong from here on is told, and can be added again.
  try {
    await createJobs(splitIntoBatches(draft.paths), name, { leaveOut: [], confirmed })
  } catch (thrown) {
    showFailure(thrown)
  }
  return name
}

/** Changes what differs; resolves with the name it has then. */
export const updateCollection = async (before: string, draft: Draft, initial: Draft): Promise<string> => {
  const name = draft.name.trim()
  const changes = changesOf(draft, initial)
  if (Object.keys(changes).length > 0) await call('collections.update', { name: before, ...changes })
  if (name !== before) await call('collections.rename', { name: before, newName: name })
  return name
}
