/**
 * Owns the words that a person or the system starts the app with: what is a link, what is a path to take in.
 * Refuses: options, ours and those of Electron and Chromium, looking at the disk, and what other starts say (`start-message.ts`).
 */
import { resolve } from 'node:path'
import { toOfferedPaths } from '../cli/offered-paths'
import { APP_SCHEME } from './content-policy'
import { readFileUri } from './file-uri'
import type { OfferedPath } from '../../shared/calls'

export const MOST_LINKS = 10

/** What a start asks for. */
export type StartRequest = {
  readonly links: readonly string[]
  readonly paths: readonly OfferedPath[]
  /** A file of the window's own folder that has the rest (`handed-request.ts`). */
  readonly handed: string | null
}

/** Options of ours that have a word of their own behind them. */
const WITH_VALUE = new Set(['--data-dir'])
/** Options that another start is given again: ours, and those of Electron and Chromium that decide whether and where there is a window. */
const KEPT = new Set([
  '--data-dir',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--display',
  '--ozone-platform',
  '--ozone-platform-hint',
  '--force-device-scale-factor',
  '--password-store',
  '--use-gl',
  '--inspect',
  '--remote-debugging-port',
])
const LINK = `${APP_SCHEME}://`
/** `mailto:`, `https:`, …: an address, and no drive of Windows. */
const ADDRESS = /^[a-z][a-z\d+.-]+:/i

/**
 * The words behind the program, which are all that a person wrote.
 * @param appPath the folder of the app where it is a word itself (it is not installed); `null` where it is not
 */
export const ownWordsOf = (argv: readonly string[], appPath: string | null, cwd: string): string[] => {
  if (appPath === null) return argv.slice(1)
  const at = argv.findIndex((word, index) => index > 0 && resolve(cwd, word) === appPath)
  return at < 0 ? [] : argv.slice(at + 1)
}

/** The words of a start behind the program, without the paths and links that a person wrote, and without options that nobody knows. */
export const wordsWithoutRequest = ({ argv, appPath, cwd }: StartPlace): string[] => {
  const own = ownWordsOf(argv, appPath, cwd)
  const options = own.slice(0, own.includes('--') ? own.indexOf('--') : own.length)
  return [
    ...argv.slice(1, argv.length - own.length),
    ...options.filter(
      (word, at) => KEPT.has(word.split('=', 1)[0] ?? '') || (at > 0 && WITH_VALUE.has(options[at - 1] ?? '')),
    ),
  ]
}

/** The words that are no options and no values of ours. Behind `--` nothing is an option. */
const plainWordsOf = (words: readonly string[]): string[] => {
  const plain: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--') return [...plain, ...words.slice(at + 1)]
    if (WITH_VALUE.has(word)) at += 1
    else if (word !== '' && !word.startsWith('-')) plain.push(word)
  }
  return plain
}

export type StartPlace = {
  readonly argv: readonly string[]
  readonly appPath: string | null
  /** Relative paths start here. */
  readonly cwd: string
}

/** What this start asks for. */
export const readStartRequest = ({ argv, appPath, cwd }: StartPlace): StartRequest => {
  const plain = plainWordsOf(ownWordsOf(argv, appPath, cwd)).filter((word) => word !== '')
  const uris = plain.filter((word) => /^file:/i.test(word)).map((uri) => readFileUri(uri))
  const words = plain.filter((word) => !ADDRESS.test(word))
  return {
    links: plain.filter((word) => word.startsWith(LINK)).slice(0, MOST_LINKS),
    paths: [...toOfferedPaths(words, argv, cwd), ...uris.filter((path): path is OfferedPath => path !== null)],
    handed: null,
  }
}
