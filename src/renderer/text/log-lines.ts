/**
 * Owns how a line of the log reads in the window: time, what happened, and its facts, without what stands beside it anyway.
 * Refuses: losing anything of a line that it does not understand; that is shown as it is.
 */

/** Said elsewhere in the panel, or of no use to a person. */
const LEFT_OUT: ReadonlySet<string> = new Set(['time', 'level', 'event', 'pid', 'job', 'task', 'path', 'error'])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** `11:19:27 info task-not-done phase=extract …`, and below it the error with where it came from. */
export const formatLogLine = (line: string): string => {
  const entry = parse(line)
  if (entry === null) return line
  const { time, level, event, error } = entry
  const clock = typeof time === 'string' ? time.slice(11, 19) : null
  const facts = Object.entries(entry)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`)
  const head = [clock, level, event, ...facts].filter((part) => part !== null && part !== undefined).map(textOf)
  const cause = isRecord(error) ? textOf(error['stack'] ?? error['message'] ?? error) : error ? textOf(error) : null
  return [head.join(' '), ...(cause === null ? [] : [cause])].join('\n')
}
