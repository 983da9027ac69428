/**
 * Owns the paths of the command line: absolute, and with their raw bytes where a name is not Unicode.
 * Refuses: looking at the disk; whether a path exists is the engine's to find out and report.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { dirname, posix, resolve } from 'node:path'
import type { OfferedPath } from '../../shared/calls'

type Environment = Readonly<Record<string, string | undefined>>

const REPLACEMENT = '\uFFFD'

/**
 * The folder that relative paths start from. `npm run sluice` goes to the root of the package first, and says in `INIT_CWD` where the
 * person stood.
 */
export const workingFolder = (env: Environment = process.env, cwd: string = process.cwd()): string => {
  const isRunByNpm = env['npm_lifecycle_event'] === 'sluice' && dirname(env['npm_package_json'] ?? '') === cwd
  return isRunByNpm && env['INIT_CWD'] ? env['INIT_CWD'] : cwd
}

/** The arguments of this process as bytes, the last `count` of them. Node decodes them and loses what is not Unicode. */
const readRawArguments = (count: number): Buffer[] => {
  const whole = readFileSync('/proc/self/cmdline')
  const raw: Buffer[] = []
  for (let from = 0; from < whole.length;) {
    const end = whole.indexOf(0, from)
    raw.push(whole.subarray(from, end < 0 ? whole.length : end))
    from = (end < 0 ? whole.length : end) + 1
  }
  return raw.slice(-count)
}

/** Raw bytes by the text that Node made of them, for the arguments that lost something; in order, as several may look the same. */
const collectLostNames = (argv: readonly string[], raw: readonly Buffer[]): Map<string, Buffer[]> => {
  const lost = new Map<string, Buffer[]>()
  for (const [at, argument] of argv.entries()) {
    const bytes = raw[at]
    // A name that really holds U+FFFD is Unicode and needs nothing.
    if (!argument.includes(REPLACEMENT) || bytes === undefined || Buffer.from(argument).equals(bytes)) continue
    lost.set(argument, [...(lost.get(argument) ?? []), bytes])
  }
  return lost
}

/** Absolute path of raw bytes. Latin-1 keeps every byte as one character, and paths are only ever cut at `/` and `.`. */
const resolveBytes = (bytes: Buffer, folder: Buffer): Buffer =>
  Buffer.from(posix.resolve(folder.toString('latin1'), bytes.toString('latin1')), 'latin1')

/**
 * The paths as they are offered to the engine.
 * @param words the paths as they stand in `argv`
 * @param argv all arguments of the command, as Node decoded them
 */
export const toOfferedPaths = (
  words: readonly string[],
  argv: readonly string[],
  folder: string,
  readRaw: (count: number) => Buffer[] = readRawArguments,
): OfferedPath[] => {
  const needsBytes = process.platform === 'linux' && words.some((word) => word.includes(REPLACEMENT))
  const lost = needsBytes ? collectLostNames(argv, readRaw(argv.length)) : new Map<string, Buffer[]>()
  return words.map((word) => {
    const path = resolve(folder, word)
    const bytes = lost.get(word)?.shift()
    if (bytes === undefined) return { path }
    const base = folder.includes(REPLACEMENT)
      ? readlinkSync('/proc/self/cwd', { encoding: 'buffer' })
      : Buffer.from(folder)
    return { path, bytes: resolveBytes(bytes, base).toString('base64') }
  })
}
