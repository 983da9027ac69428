/**
 * Owns the bridge between the page and the main process: `window.sluice`, nothing else.
 * Refuses: passing on `ipcRenderer`, channels by name, or events of Electron. Validation is the main process's: it trusts no page.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { channels } from '../shared/window'
import type { OfferedPath } from '../shared/calls'
import type { Reply, WindowBridge, WindowEvent } from '../shared/window'

/** The path of a dropped file. Electron before 29 has no `webUtils`; there the file carries its path itself. */
const pathOf = (file: File): string => {
  const utils: typeof webUtils | undefined = webUtils
  if (utils) return utils.getPathForFile(file)
  return 'path' in file && typeof file.path === 'string' ? file.path : ''
}

const bridge: WindowBridge = {
  call: (name, params) => ipcRenderer.invoke(channels.call, name, params) as Promise<Reply<never>>,
  app: (name, params) => ipcRenderer.invoke(channels.app, name, params) as Promise<Reply<never>>,
  onEvent: (listen) => {
    const forward = (_event: unknown, told: WindowEvent): void => listen(told)
    ipcRenderer.on(channels.event, forward)
    return () => {
      ipcRenderer.removeListener(channels.event, forward)
    }
  },
  pathsOfDrop: (files) =>
    files
      .filter((file): file is File => file instanceof File)
      .map((file): OfferedPath => ({ path: pathOf(file) }))
      .filter(({ path }) => path !== ''),
}

const reported = new Set<string>()
// The policy of the page refuses before anything of the network is asked: the ledger is told all the same.
window.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
  const origin = /^(?:https?|wss?|ftp):\/\/[^/?#]+/.exec(blockedURI)?.[0]
  // Each once for a page: that it was asked for again tells nothing more.
  if (origin === undefined || reported.has(`${effectiveDirective} ${origin}`)) return
  reported.add(`${effectiveDirective} ${origin}`)
  ipcRenderer.send(channels.refused, effectiveDirective, origin)
})

contextBridge.exposeInMainWorld('sluice', bridge)
