/**
 * Owns what the report file says: the versions, what went wrong, and the end of the log, without what is a person's own: the text of
 * documents, their names, paths, collections, queries. Refuses: reading and writing files, and Electron, so that every line can be tested.
 */
import { isAppCallName } from '../../shared/app-calls'
import { isCallName } from '../../shared/calls'

export type ProblemFacts = {
  readonly at: Date
  /** What a person saw, as it was told. */
  readonly what: string
  /** Program, runtime and system, each with its version. */
  readonly versions: Readonly<Record<string, string>>
  /** The newest lines of the log, oldest first. */
  readonly logLines: readonly string[]
  /** Folders that are named for what they are instead of where: the data folder, the home folder. */
  readonly folders: Readonly<Record<string, string>>
}

/** Fields that say what happened, never to which document. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set(
  'time level event code phase lane host kind state signal operation worker version model what reason part role'.split(
    ' ',
  ),
)
/** Sentences and stacks: kept without what they quote. */
const TOLD_FIELDS: ReadonlySet<string> = new Set(['message', 'stack', 'text', 'problem', 'error', 'unloggable'])

const PATH = /(?:file:\/\/\/?)?(?:[A-Za-z]:[\\/]|\\\\|\/)(?:[^\\/\s"'“”():;,]+[\\/])*([^\\/\s"'“”():;,]*)/g
const QUOTED = /"[^"\n]{1,2000}"|“[^”\n]{1,2000}”|'[^'\n]{3,2000}'/g
const FRAME = /^\s+at /
const MAX_TOLD = 4_000

/** A stack keeps which file of the program; everything else loses its paths and what it quotes. */
export const scrub = (text: string, folders: Readonly<Record<string, string>>): string => {
  let known = text.slice(0, MAX_TOLD)
  for (const [name, folder] of Object.entries(folders)) if (folder !== '') known = known.split(folder).join(`<${name}>`)
  return known
    .split('\n')
    .map((line) => (FRAME.test(line) ? line.replace(PATH, '$1') : line.replace(QUOTED, '"…"').replace(PATH, '<path>')))
    .join('\n')
}

const isName = (value: string): boolean => isCallName(value) || isAppCallName(value) || /^[A-Z]\w*Error$/.test(value)

const scrubField = (key: string, value: unknown, folders: ProblemFacts['folders']): unknown => {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'string') {
    if (PLAIN_FIELDS.has(key) || TOLD_FIELDS.has(key)) return scrub(value, folders)
    return key === 'name' && isName(value) ? value : `<${value.length} characters>`
  }
  if (Array.isArray(value)) return `<${value.length} items>`
  if (typeof value === 'object' && (key === 'error' || key === 'cause')) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, scrubField(name, part, folders)]))
  }
  return '<left out>'
}

/** A line of the log without what is a person's own; `null` for what is no line. */
export const scrubLine = (line: string, folders: ProblemFacts['folders']): string | null => {
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
    const entries = Object.entries(parsed).map(([key, value]) => [key, scrubField(key, value, folders)] as const)
    return JSON.stringify(Object.fromEntries(entries))
  } catch (thrown) {
    // The first of the lines that were read is mostly half of one.
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

/** The whole report file. */
export const renderProblemReport = (facts: ProblemFacts): string => {
  const lines = facts.logLines.flatMap((line) => scrubLine(line, facts.folders) ?? [])
  return [
    'Sluice report file',
    '',
    'Made on this computer at your request; nothing was sent anywhere. It holds no text of your documents; their names, paths,',
    'collections and what you searched for were left out. Read it before you pass it on.',
    '',
    `Made: ${facts.at.toISOString()}`,
    ...Object.entries(facts.versions).map(([name, version]) => `${name}: ${version}`),
    '',
    'What happened',
    '',
    scrub(facts.what, facts.folders),
    '',
    `The end of the log (${lines.length} lines)`,
    '',
    ...lines,
    '',
  ].join('\n')
}
