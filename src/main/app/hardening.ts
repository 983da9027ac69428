/**
 * Owns what is denied to every page: permissions, navigation, new windows, web views, the network.
 * Refuses: exceptions. A page that needs one of these is not ours.
 */
import { app } from 'electron'
import type { Session, WebContents } from 'electron'
import { APP_SCHEME } from './content-policy'

export type DenialLog = (what: string, detail: string) => void

/** Addresses that never leave the machine; everything else is cancelled before a connection is made. */
const isLocal = (url: string, developmentOrigin: string | null): boolean =>
  url.startsWith(`${APP_SCHEME}://`) ||
  url.startsWith('devtools://') ||
  url.startsWith('data:') ||
  url.startsWith('blob:') ||
  (developmentOrigin !== null &&
    (url.startsWith(developmentOrigin) || url.startsWith(developmentOrigin.replace(/^http/, 'ws'))))

/** Denies all permissions and all network traffic of `session`. */
export const denySession = (session: Session, developmentOrigin: string | null, log: DenialLog): void => {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log('permission', permission)
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => {
    log('download', '')
    event.preventDefault()
  })
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !isLocal(details.url, developmentOrigin)
    if (cancel) log('request', details.url)
    answer({ cancel })
  })
}

const denyContents = (contents: WebContents, log: DenialLog): void => {
  // A drop that the page does not handle, a link in extracted text, a script: none of them may replace the page.
  contents.on('will-navigate', (event) => {
    log('navigation', event.url)
    event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    log('redirect', event.url)
    event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => {
    log('webview', '')
    event.preventDefault()
  })
  contents.setWindowOpenHandler(({ url }) => {
    log('window', url)
    return { action: 'deny' }
  })
}

/** Denies navigation, windows and web views to every page that is ever made. */
export const denyAllContents = (log: DenialLog): void => {
  app.on('web-contents-created', (_event, contents) => denyContents(contents, log))
}
