/**
 * Owns telling how the start of a version that was installed lately has ended, as the parts of the app notice it. Refuses: counting (installed.ts).
 */
import { noteFailed, noteQuit, noteStarted } from './installed'
import type { Caller } from '../../shared/calls'
import type { ErrorCode } from '../../shared/errors'
import type { Log } from '../../shared/log'

/** Reasons why an engine does not start that are not the version's: any other version would meet them, too. */
const NOT_THE_VERSION: readonly ErrorCode[] = [
  'DATA_DIR_IN_USE',
  'DATA_DIR_UNWRITABLE',
  'OWNER_VERSION',
  'SHUTTING_DOWN',
]

export type StartWatch = {
  /** The calls of the page: the first one that is answered tells that the page is there, and the engine too. */
  readonly watchCalls: (call: Caller) => Caller
  /** The engine has not started, for this reason. */
  readonly failed: (code: ErrorCode) => void
  /** Somebody ends the app. */
  readonly quit: () => void
}

/** Watches one start. What is noted is noted in its order. */
export const watchStart = (folder: string, log: Log): StartWatch => {
  let isOver = false
  let noting: Promise<void> = Promise.resolve()
  const note = (write: (folder: string, log: Log) => Promise<void>): void => {
    noting = noting
      .then(() => write(folder, log))
      .catch((error: unknown) => log.warn('update.state.unwritable', { error }))
  }
  return {
    watchCalls: (call) => async (name, params) => {
      const result = await call(name, params)
      if (!isOver) {
        isOver = true
        log.info('update.started')
        note(noteStarted)
      }
      return result
    },
    failed: (code) => {
      if (!NOT_THE_VERSION.includes(code)) note(noteFailed)
    },
    quit: () => note(noteQuit),
  }
}
