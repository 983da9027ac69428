/**
 * Owns the line from a host process to its owner, over whichever channel started it: `child_process.fork` or Electron's
 * `utilityProcess`. Refuses: importing Electron; outliving the owner.
 */
import type { HostMessage, OwnerMessage } from './messages'

export type Parent = {
  send: (message: HostMessage) => void
  onMessage: (listen: (message: OwnerMessage) => void) => void
}

/** What Electron adds to `process` in a utility process. */
type ParentPort = {
  postMessage: (message: unknown) => void
  on: (event: 'message', listen: (event: { data: unknown }) => void) => void
}

/** How often a host looks whether its owner is still there, beside listening for the end of the channel. */
const LOOK_MS = 2_000

/** Ends the process at once: its threads may be in native calls, which an orderly exit would wait for or crash in. */
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const readParentPort = (): ParentPort | null =>
  (process as NodeJS.Process & { parentPort?: ParentPort | null }).parentPort ?? null

/** Connects to the owner. The process ends when the owner is gone, however it went. */
export const connectParent = (ownerPid: number): Parent => {
  process.on('disconnect', die)
  setInterval(() => {
    if (!isAlive(ownerPid)) die()
  }, LOOK_MS).unref()

  const port = readParentPort()
  if (port) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listen) => port.on('message', ({ data }) => listen(data as OwnerMessage)),
    }
  }
  return {
    send: (message) => {
      // A failure to send means that the owner is gone: `disconnect` is on its way.
      process.send?.(message, undefined, undefined, (error) => {
        if (error) die()
      })
    },
    onMessage: (listen) => process.on('message', (message) => listen(message as OwnerMessage)),
  }
}
