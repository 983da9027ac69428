/**
 * Owns how the app starts a host process: as a utility process of Electron, which the system sees as a part of the app.
 * Refuses: supervision; that is the pool's.
 */
import { utilityProcess } from 'electron'
import type { Log } from '../../shared/log'
import type { LaunchHost } from '../pool/contract'

/** Longest piece of a host's standard error that one line of the log gets, in characters. */
const STDERR_CHARS = 4_000

/** Starts hosts as utility processes; what they write to standard error goes to the log. */
export const makeUtilityLauncher =
  (log: Log): LaunchHost =>
  (file, args, env) => {
    const child = utilityProcess.fork(file, [...args], {
      env: { ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      serviceName: 'Sluice worker host',
    })
    child.stderr?.on('data', (bytes: Buffer) => {
      log.warn('host.stderr', { pid: child.pid, text: bytes.toString('utf8').slice(0, STDERR_CHARS) })
    })
    let gone = false
    child.once('exit', () => {
      gone = true
    })
    return {
      get pid() {
        return child.pid
      },
      send: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listen) => {
        child.on('message', listen)
      },
      onExit: (listen) => {
        child.once('exit', (code) => listen(code, null))
      },
      kill: () => {
        if (gone) return
        // kill() of a utility process is a request (SIGTERM); a host in a synchronous loop would not hear it.
        if (child.pid === undefined || process.platform === 'win32') child.kill()
        else process.kill(child.pid, 'SIGKILL')
      },
    }
  }
