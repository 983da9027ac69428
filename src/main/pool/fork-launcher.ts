/**
 * Owns starting a host process in plain Node. Refuses: inherited flags and variables. Electron has its own launcher in main/app.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { HostProcess, LaunchHost } from './contract'

/** What a host writes to its output is cut at this many characters a line. */
const LINE_CHARS = 2_000
/** How long messages that were sent before the end may still arrive after it. */
const LAST_MESSAGES_MS = 200

type ForkLauncherOptions = {
  /** Gets every line that a host prints: warnings of libraries, last words of a crash. */
  readonly onOutput: (pid: number | undefined, line: string) => void
}

/** Makes a launcher by `child_process.fork`. */
export const createForkLauncher =
  ({ onOutput }: ForkLauncherOptions): LaunchHost =>
  (file, args, env) => {
    const child = fork(file, [...args], {
      env: process.versions['electron'] ? { ...env, ELECTRON_RUN_AS_NODE: '1' } : { ...env },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) readLines(stream, (line) => onOutput(child.pid, line))
    }
    return wrapChild(child)
  }

const readLines = (stream: Readable, listen: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => listen(line.slice(0, LINE_CHARS)))
}

const wrapChild = (child: ChildProcess): HostProcess => {
  let listenForExit: Parameters<HostProcess['onExit']>[0] | null = null
  let ended: Parameters<Parameters<HostProcess['onExit']>[0]> | null = null
  const end = (...how: Parameters<Parameters<HostProcess['onExit']>[0]>): void => {
    if (ended) return
    ended = how
    listenForExit?.(...how)
  }
  child.once('exit', (code, signal) => {
    if (!child.connected) return end(code, signal)
    const timer = setTimeout(() => end(code, signal), LAST_MESSAGES_MS)
    child.once('disconnect', () => {
      clearTimeout(timer)
      end(code, signal)
    })
  })
  child.on('error', (error) => {
    // Without a process there is no exit. An error of sending to one that runs is followed by its exit.
    if (child.pid === undefined) end(null, null, error.message)
  })
  return {
    pid: child.pid,
    send: (message) => {
      // The callback takes the failure to send to a process that just ended; its exit says the rest.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listen) => child.on('message', listen),
    onExit: (listen) => {
      listenForExit = listen
      if (ended) listen(...ended)
    },
    kill: () => child.kill('SIGKILL'),
  }
}
