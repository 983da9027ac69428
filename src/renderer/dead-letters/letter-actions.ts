/**
 * Owns what a person does with dead letters: try again (also with more allowed), put aside, take back.
 * Refuses: doing anything large without a question, and putting aside without a way back.
 */
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { showUndo } from '../client/undo'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import type { CallParams } from '../../shared/calls'

/** Which are meant; every field narrows. */
export type LetterFilter = CallParams<'deadLetters.discard'>['filter']

/** As many as one call puts aside. */
const DISCARD_STEP = 10_000
/** Ids of one call that takes back. */
const RESTORE_STEP = 10_000

/** Queues them again. `settings` hold for them alone, this once. Resolves with how many. @throws AppError */
export const replayLetters = async (
  filter: LetterFilter,
  name: string,
  settings: Record<string, number> = {},
): Promise<number> => {
  const { tasks } = await call('deadLetters.replay', { filter, settings })
  if (tasks === 0) showNote(t('failed.nothingToRetry'), t('failed.changedMeanwhile'))
  else showNote(t('failed.tryingAgain', { name }), t('failed.queueShows'))
  return tasks
}

const restoreIds = async (ids: readonly string[]): Promise<number> => {
  let total = 0
  for (let at = 0; at < ids.length; at += RESTORE_STEP) {
    const filter = { ids: ids.slice(at, at + RESTORE_STEP), rejected: true }
    total += (await call('deadLetters.restore', { filter })).total
  }
  return total
}

const restoreAll = async (filter: LetterFilter): Promise<number> => {
  let total = 0
  for (;;) {
    const { total: step } = await call('deadLetters.restore', { filter })
    total += step
    if (step < DISCARD_STEP) return total
  }
}

/** Takes back what was put aside. @throws AppError */
export const restoreLetters = async (filter: LetterFilter, name: string): Promise<void> => {
  const total = await restoreAll(filter)
  if (total === 0) showNote(t('failed.nothingToTakeBack'))
  else showNote(t('failed.backAgain', { name }))
}

const nothingMore = async (): Promise<void> => {}

const tellWithUndo = (ids: readonly string[], name: string, undoMore: () => Promise<void>): void =>
  showUndo({
    // What goes with it makes it another thing to undo.
    id: `${undoMore === nothingMore ? 'put-aside' : 'left-out'}-${ids[0] ?? ''}-${ids.length}`,
    title: t('failed.putAsideNamed', { name }),
    message: t('failed.nothingDeleted'),
    undo: async () => {
      await undoMore()
      const total = await restoreIds(ids)
      showNote(t('failed.backAgain', { name: total === 1 ? name : formatCount(total) }))
    },
  })

/** Puts them aside and offers to take that back, and what went with it. @throws AppError */
export const putAside = async (filter: LetterFilter, name: string, undoMore = nothingMore): Promise<void> => {
  const ids: string[] = []
  for (;;) {
    const step = await call('deadLetters.discard', { filter })
    ids.push(...step.ids)
    if (step.total < DISCARD_STEP) break
  }
  if (ids.length === 0) showNote(t('failed.nothingToPutAside'))
  else tellWithUndo(ids, name, undoMore)
}

/** Whether a name stands for itself alone in a pattern of what is left out. */
export const isPlainName = (name: string): boolean => !/[*?[\]{}!\\/()]/.test(name) && name.trim() === name

/** Leaves out what is named so whenever something is offered to the collection, and puts this one aside. @throws AppError */
export const leaveOut = async (collection: string, name: string, filter: LetterFilter): Promise<void> => {
  const { ignores = [] } = await call('collections.show', { name: collection })
  if (ignores.includes(name)) return putAside(filter, name)
  await call('collections.update', { name: collection, ignores: [...ignores, name] })
  return putAside(filter, name, async () => {
    // What else is left out may have changed meanwhile.
    const { ignores: present = [] } = await call('collections.show', { name: collection })
    const others = present.filter((ignored) => ignored !== name)
    await call('collections.update', { name: collection, ignores: others })
  })
}

/** `3 documents`, as they are called in questions and notes. */
export const nameOfMany = (count: number): string => t('common.documents', { count })
