/**
 * Owns what goes between the store and its threads.
 * Refuses: behavior.
 */
import type { ErrorRecord } from '../../shared/errors'
import type { OperationName } from './contract'
import type { ThreadRole } from './session'
import type { Upgrade } from './upgrade'

export type ThreadSettings = { dir: string; role: ThreadRole }

/** The first message to a reader: it has loaded its code while the writer migrated, and opens the files now. */
export type Start = { type: 'start' }

/** `close` is answered after everything before it; the thread then ends by itself. */
export type Request = { type: 'run'; seq: number; name: OperationName; params: unknown } | { type: 'close' }

export type Answer =
  | { type: 'opened'; upgrade: Upgrade | null }
  | { type: 'refused'; error: ErrorRecord }
  | { type: 'result'; seq: number; result: unknown }
  | { type: 'error'; seq: number; error: ErrorRecord }
  /** Work that nobody asked for failed; it is tried again after the next request. */
  | { type: 'unwell'; error: ErrorRecord }
