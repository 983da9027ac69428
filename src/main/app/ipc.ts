/**
 * Owns the channels of the window: registers them, and decides who may use them.
 * Refuses: frames that are not the top frame of our own page. What checks the calls is loaded with the first of them: the window opens before.
 */
import { ipcMain } from 'electron'
import { AppError, toErrorRecord } from '../../shared/errors'
import { channels } from '../../shared/window'
import { APP_ORIGIN, originOf } from './content-policy'
import type { IpcMainInvokeEvent, WebContents } from 'electron'
import type { AppCallHandlers } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { Reply, WindowEvent } from '../../shared/window'
import type * as Border from './border'

export type IpcOptions = {
  readonly caller: Caller
  /** As soon as they stand. */
  readonly handlers: () => Promise<AppCallHandlers>
  /** The page that may call, when there is one. */
  readonly contents: () => WebContents | null
  /** Origin of the development server, beside the app's own. */
  readonly developmentOrigin: string | null
  readonly log: Border.FailureLog
  /** The page's policy refused something: what, and where it would have led. */
  readonly onRefused: (what: string, address: string) => void
}

const isOurs = (event: IpcMainInvokeEvent, options: IpcOptions): boolean => {
  const contents = options.contents()
  const frame = event.senderFrame
  if (contents === null || frame === null || event.sender !== contents || frame !== contents.mainFrame) return false
  const origin = originOf(frame.url)
  return origin === APP_ORIGIN || (options.developmentOrigin !== null && origin === options.developmentOrigin)
}

const stranger = (): Reply<never> => {
  const { code, details, message } = toErrorRecord(
    new AppError('USAGE', { reason: 'Only the window of Sluice may call it.' }),
  )
  return { ok: false, error: { code, details, message } }
}

/** Serves both channels until the app ends. */
export const serveWindow = (options: IpcOptions): void => {
  ipcMain.handle(channels.call, async (event, name: unknown, params: unknown) => {
    if (!isOurs(event, options)) return stranger()
    const { answerCall } = await import('./border')
    return answerCall(name, params, options.caller, options.log)
  })
  ipcMain.handle(channels.app, async (event, name: unknown, params: unknown) => {
    if (!isOurs(event, options)) return stranger()
    const [{ answerAppCall }, handlers] = await Promise.all([import('./border'), options.handlers()])
    return answerAppCall(name, params, handlers, options.log)
  })
  ipcMain.on(channels.refused, (event, what: unknown, address: unknown) => {
    if (event.sender !== options.contents() || typeof what !== 'string' || typeof address !== 'string') return
    options.onRefused(what.slice(0, 50), address.slice(0, 2_000))
  })
}

/** Tells the page something. A page that is gone is not an error. */
export const tellWindow = (contents: WebContents | null, event: WindowEvent): void => {
  if (contents !== null && !contents.isDestroyed() && !contents.isCrashed()) contents.send(channels.event, event)
}
