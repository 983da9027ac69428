// Owns how the scripts run other programs. Refuses to hide a failure: every run reports its exit.
import { spawn, spawnSync } from 'node:child_process'
import { root } from './places.mjs'

/** A step that failed in a way a person can act on: `message` says what happened, `fix` what to do. */
export class SetupError extends Error {
  constructor(message, fix, options) {
    super(message, options)
    this.name = 'SetupError'
    this.fix = fix
  }
}

/** Progress goes to stderr: stdout belongs to the program that is run. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Prints an error as one or two lines for a person (or the stack of what nobody foresaw) and sets the exit code. */
export function fail(error) {
  if (error instanceof SetupError) say(`sluice: ${error.message}\n        ${error.fix}`)
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}

/** Runs a program to its end; stdout and stderr are returned, or shown when `options.stdio` says so. Throws when it cannot be started. */
export function capture(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, ...options })
  if (done.error && done.error.code !== 'ETIMEDOUT') throw done.error
  return {
    code: done.status ?? 1,
    timedOut: done.error?.code === 'ETIMEDOUT',
    stdout: done.stdout ?? '',
    stderr: done.stderr ?? '',
  }
}

/** The npm that runs this script, or the one on the path, as [program, first arguments, options]. */
export function npm() {
  const cli = process.env.npm_execpath
  if (cli && /npm-cli\.c?js$/.test(cli)) return [process.execPath, [cli], {}]
  return process.platform === 'win32' ? ['npm.cmd', [], { shell: true }] : ['npm', [], {}]
}

/**
 * Runs a program with its output shown, passing Ctrl-C on, killed after `timeoutMs`.
 * Resolves to its exit code (128 + 15 when a signal or the time limit ended it). Rejects when it cannot be started.
 */
export function show(program, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    // A terminal sends Ctrl-C to the whole group; the child decides, and we end after it.
    const wait = () => undefined
    process.on('SIGINT', wait)
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            say(`${program} ${args[0] ?? ''}: ended after ${Math.round(timeoutMs / 1000)} s`)
            child.kill('SIGTERM')
            setTimeout(() => child.kill('SIGKILL'), 5000).unref()
          }, timeoutMs)
    const settle = (act) => {
      clearTimeout(timer)
      process.off('SIGINT', wait)
      act()
    }
    child.once('error', (error) => settle(() => reject(error)))
    child.once('exit', (code) => settle(() => resolve(code ?? 143)))
  })
}
