/**
 * Owns which paths below an offered folder are taken: the built-in rules, the ignore patterns and the globs of a job.
 * Refuses: the file system. Patterns are globs on the path relative to the offered folder; one without `/` matches a name at any depth.
 */
import picomatch from 'picomatch'
import { findIgnoreRule } from '../../shared/ignore-rules'

export type Selection = {
  /** The rule that leaves out this file or folder (and then all below it), or `null`. */
  readonly ruleAgainst: (relativePath: string, name: string) => string | null
  /** Whether the globs take this file; without globs every file. */
  readonly takes: (relativePath: string) => boolean
}

const clean = (pattern: string): string => pattern.replace(/^\.?\/+/, '').replace(/(?<!\/)\/+$/, '')

const compile = (pattern: string): ((path: string) => boolean) => {
  const cleaned = clean(pattern)
  const nocase = process.platform === 'win32' || process.platform === 'darwin'
  return picomatch(cleaned, { dot: true, nocase, basename: !cleaned.includes('/') })
}

/**
 * `ignores` leave out files and folders; of what is left, `globs` take files (all, when there are none).
 */
export const createSelection = (globs: readonly string[], ignores: readonly string[]): Selection => {
  const wanted = globs.map(compile)
  const unwanted = ignores
    .filter((pattern) => clean(pattern) !== '')
    .map((pattern) => ({ pattern, matches: compile(pattern) }))
  return {
    ruleAgainst: (relativePath, name) => {
      const found = unwanted.find(({ matches }) => matches(relativePath))
      return found ? `the ignore pattern "${found.pattern}"` : findIgnoreRule(name)
    },
    takes: (relativePath) => wanted.length === 0 || wanted.some((matches) => matches(relativePath)),
  }
}
