/**
 * Owns which documents are about to be removed, for who lists them, and the way to remove them so that it can be taken back.
 * Refuses: removing, and the time that it takes; the app does that (main/app/delayed-removals.ts).
 */
import { useSyncExternalStore } from 'react'
import { REMOVAL_STEP, type WaitingRemoval } from '../../shared/app-calls'
import { callApp } from '../client/caller'
import { stepsOf } from './many-documents'

let leaving: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()

const subscribe = (listen: () => void): (() => void) => {
  listeners.add(listen)
  return () => listeners.delete(listen)
}

/** What the app told last. */
export const showLeaving = (removals: readonly WaitingRemoval[]): void => {
  leaving = new Set(
    removals.flatMap(({ state, documents }) => (state === 'waiting' || state === 'removing' ? documents : [])),
  )
  for (const listen of listeners) listen()
}

/** Whether a document is about to be removed. */
export const useIsLeaving = (id: string): boolean => useSyncExternalStore(subscribe, () => leaving.has(id))

/** Removes them once the time has passed in which it can be taken back. `name`: of the first. @throws AppError */
export const removeLater = async (ids: readonly string[], name: string): Promise<void> => {
  const removal = { id: crypto.randomUUID(), name: name.slice(0, 1_000) }
  const steps = stepsOf(ids, REMOVAL_STEP)
  for (const [at, documents] of steps.entries())
    await callApp('removals.add', { ...removal, documents, last: at === steps.length - 1 })
}
