// Owns what a release does with CHANGELOG.md: its version and day are written into the newest section, and that section becomes its notes.
// Refuses to touch the words of it, and a changelog that has nothing to release.
import { SetupError } from '../setup/command.mjs'

const HEADING = /^## (\d+\.\d+\.\d+) \(([^)]*)\)$/m
const UNRELEASED = 'not released yet'

/** Numbers of `X.Y.Z`. @throws SetupError for anything else. */
function partsOf(version) {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)
  if (parts === null) throw new SetupError(`"${version}" is no version`, 'Give one as X.Y.Z.')
  return parts.slice(1).map(Number)
}

/** Whether `version` comes after `before`; both are `X.Y.Z`. @throws SetupError for anything else. */
export function isHigher(version, before) {
  const [left, right] = [partsOf(version), partsOf(before)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at >= 0 && left[at] > right[at]
}

/** The newest section: `{ version, day, notes }`, `day` is `null` until it is released. @throws SetupError when there is none. */
export function readNewest(changelog) {
  const heading = HEADING.exec(changelog)
  if (heading === null)
    throw new SetupError('CHANGELOG.md has no section of a version', 'Write one: "## X.Y.Z (not released yet)".')
  const [line, version, said] = heading
  const rest = changelog.slice(heading.index + line.length)
  const next = rest.search(/^## /m)
  const notes = (next < 0 ? rest : rest.slice(0, next)).trim()
  return { version, day: said === UNRELEASED ? null : said, notes }
}

/**
 * The changelog with its newest section released as `version` on `day` (`2026-11-23`).
 * @throws SetupError when that section is released already, or says nothing.
 */
export function stampNewest(changelog, version, day) {
  const newest = readNewest(changelog)
  if (newest.day !== null)
    throw new SetupError(
      `CHANGELOG.md: ${newest.version} was released on ${newest.day}`,
      'Write what is new into a section "(not released yet)".',
    )
  if (newest.notes === '')
    throw new SetupError('CHANGELOG.md says nothing of what is new', 'Write it down, in the words of who uses it.')
  partsOf(version)
  return changelog.replace(HEADING, `## ${version} (${day})`)
}
