// Owns running the built command line as a person's shell would. Refuses: leaving a process behind.
import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

export type Outcome = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

/** Of an installed copy, when the tests are to judge that one. */
const installed = process.env['SLUICE_TEST_COMMAND']
const [program, first] = installed === undefined ? [process.execPath, [resolve('out/main/cli.js')]] : [installed, []]

export type Running = {
  readonly child: ChildProcess
  /** What has been printed so far. */
  readonly printed: () => { stdout: string; stderr: string }
  readonly ended: Promise<Outcome>
}

const children = new Set<ChildProcess>()

const keep = <T extends ChildProcess>(child: T): T => {
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

/** Kills what a failed test left running. */
export const endAll = async (): Promise<void> => {
  const ending = [...children].map((child) => new Promise((settle) => child.once('close', settle)))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(ending)
}

/** Variables of the test run that a person's shell would not have. */
const cleanEnv = (dataDir: string): NodeJS.ProcessEnv => ({
  ...process.env,
  SLUICE_DATA_DIR: dataDir,
  npm_lifecycle_event: undefined,
  NODE_OPTIONS: undefined,
})

export const start = (
  dataDir: string,
  words: readonly string[],
  options: { cwd?: string; input?: string } = {},
): Running => {
  const child = keep(spawn(program, [...first, ...words], { cwd: options.cwd, env: cleanEnv(dataDir) }))
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(options.input ?? '')
  const ended = new Promise<Outcome>((settle, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => settle({ code, signal, stdout, stderr }))
  })
  return { child, printed: () => ({ stdout, stderr }), ended }
}

export const run = (
  dataDir: string,
  words: readonly string[],
  options?: { cwd?: string; input?: string },
): Promise<Outcome> => start(dataDir, words, options).ended

/** Runs a line of the shell in which `$SLUICE` is the command. */
export const runShell = (dataDir: string, line: string, cwd: string): Promise<Outcome> => {
  const env = { ...cleanEnv(dataDir), SLUICE: [program, ...first].join(' ') }
  const child = keep(spawn('sh', ['-c', line], { cwd, env }))
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((settle, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => settle({ code, signal, stdout, stderr }))
  })
}

/** Runs with `--json` and parses the whole of stdout. */
export const runJson = async <T = Record<string, unknown>>(
  dataDir: string,
  words: readonly string[],
): Promise<{ code: number | null; value: T; stderr: string }> => {
  const { code, stdout, stderr } = await run(dataDir, [...words, '--json'])
  return { code, value: JSON.parse(stdout) as T, stderr }
}

/** Waits until a condition holds, at most 40 s. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 40_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the condition did not hold within 40 s')
    await new Promise((settle) => setTimeout(settle, 30))
  }
}
