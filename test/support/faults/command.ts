// Owns running the built command line as real processes. Refuses: an engine in this process.
import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import type { JobReport } from '../../../src/shared/domain'

const CLI = resolve(__dirname, '../../../out/main/cli.js')
const TIMEOUT_MS = 90_000

export type CommandOptions = {
  dataDir: string
  env?: Record<string, string>
  cwd?: string
  /** Program and arguments in front of it: what takes rights or room away from it. */
  prefix?: readonly string[]
  /** After so long it counts as stuck and is killed; 90 s without it. */
  timeoutMs?: number
}

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

export type Command = {
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => void
  readonly isRunning: () => boolean
  readonly stderr: () => string
  /** Resolves when the process is gone and everything it wrote was read. */
  readonly ended: Promise<Ended>
}

const follow = (child: ChildProcess, what: string, timeoutMs = TIMEOUT_MS): Command => {
  const { pid } = child
  if (pid === undefined) throw new Error(`${what} did not start`)
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const timer = setTimeout(() => {
    stderr += `\nTEST: killed after ${timeoutMs} ms`
    child.kill('SIGKILL')
  }, timeoutMs)
  const ended = new Promise<Ended>((settle) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      settle({ code, signal, stdout, stderr })
    })
  })
  return {
    pid,
    kill: (signal) => child.kill(signal),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stderr: () => stderr,
    ended,
  }
}

/** Starts `sluice …`. */
export const startCommand = (args: readonly string[], options: CommandOptions): Command => {
  const { dataDir, env = {}, cwd, prefix = [], timeoutMs } = options
  const [program = '', ...rest] = [...prefix, process.execPath, CLI, ...args, '--data-dir', dataDir]
  const child = spawn(program, rest, {
    cwd,
    // npm's own variables would move relative paths to where npm was started.
    env: { ...process.env, npm_lifecycle_event: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return follow(child, args.join(' '), timeoutMs)
}

export const runCommand = (args: readonly string[], options: CommandOptions): Promise<Ended> =>
  startCommand(args, options).ended

/** Runs `sluice … --json` and parses its answer; `code` is the exit code. */
export const runJson = async <T>(args: readonly string[], options: CommandOptions): Promise<T & { code: number }> => {
  const { code, stdout, stderr } = await runCommand([...args, '--json'], options)
  try {
    return { ...(JSON.parse(stdout) as T), code: code ?? -1 }
  } catch (cause) {
    throw new Error(`sluice ${args.join(' ')} ended with ${code} and printed no JSON: ${stdout}\n${stderr}`, { cause })
  }
}

export type ErrorAnswer = { error: { code: string; message: string } }

/** `path` and `code` of every problem, sorted by path. */
export const codesOf = (report: JobReport): Record<string, string> =>
  Object.fromEntries(
    report.problems.map(({ path, code }) => [path, code] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
