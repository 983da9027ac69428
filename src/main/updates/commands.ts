/**
 * Owns running a program of the system and taking down what it says. Refuses: shells, and judging.
 */
import { spawn } from 'node:child_process'

/** What a program said at most; the end of it counts. */
const MOST_SAID = 20_000

export type Outcome = {
  /** `null` when it could not be run, or was ended by a signal. */
  readonly code: number | null
  readonly said: string
  /** Whether there was such a program. */
  readonly found: boolean
}

export type Run = (program: string, words: readonly string[]) => Promise<Outcome>

/** Runs a program without a shell, in the language of programmers: what it says is read. Never rejects. */
export const run: Run = (program, words) =>
  new Promise((resolve) => {
    let said = ''
    const child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    })
    const take = (text: string): void => {
      said = `${said}${text}`.slice(-MOST_SAID)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.once('error', (error) =>
      resolve({ code: null, said: error.message, found: !('code' in error && error.code === 'ENOENT') }),
    )
    child.once('close', (code) => resolve({ code, said, found: true }))
  })
