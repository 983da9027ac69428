/**
 * Owns what the window can reach of the outside: the shape of `window.sluice` and the channels behind it.
 * Refuses: DOM types; what was dropped is opaque here and only the preload script looks into it.
 */
import type { AppCallName, AppCallParams, AppCallResult } from './app-calls'
import type { PageCommandId } from './commands'
import type { CallName, CallParams, CallResult, ChangeEvent, OfferedPath } from './calls'
import type { ErrorRecord } from './errors'

/** The channels between the window and the main process. There are no others. */
export const channels = {
  call: 'sluice:call',
  app: 'sluice:app',
  event: 'sluice:event',
  refused: 'sluice:refused',
} as const

/** An answer as it crosses the border: errors are records there, because classes do not survive the way. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord }

/**
 * What the page is told without asking: that something changed, that the person called for the search from elsewhere, for a command by the menu, for
 * a place (`place.take` says which), or opened something with the app (`intake.take` says what).
 */
export type WindowEvent =
  | ChangeEvent
  | { readonly type: 'showSearch' | 'goTo' | 'opened' }
  | { readonly type: 'command'; readonly command: PageCommandId }

/** `window.sluice`: all that the page can do beside showing things. */
export type WindowBridge = {
  /** Calls the engine. Never rejects for a reason of the engine: that is `ok: false`. */
  readonly call: <N extends CallName>(name: N, params: CallParams<N>) => Promise<Reply<CallResult<N>>>
  /** Calls the app around the engine. */
  readonly app: <N extends AppCallName>(name: N, params: AppCallParams<N>) => Promise<Reply<AppCallResult<N>>>
  /** Listens for what the page is told. Returns what ends it. */
  readonly onEvent: (listen: (event: WindowEvent) => void) => () => void
  /** The paths on disk of dropped `File`s, folders included. What has no path (text, an image of a page) is left out. */
  readonly pathsOfDrop: (files: readonly unknown[]) => OfferedPath[]
}
