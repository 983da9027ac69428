/**
 * Owns how one event becomes one line of JSON. Refuses: values that could hold a document (long strings are cut), throwing.
 */
import { AppError } from '../../shared/errors'
import type { LogContext, LogFields, LogLevel } from '../../shared/log'

/** Longest string of a field, in UTF-16 units: room for a path or a sentence, not for a document. */
const MAX_STRING = 2_000
/** Stacks are longer and never hold document text. */
const MAX_STACK = 8_000
const MAX_CAUSES = 4

const cut = (value: string, max: number): string =>
  value.length <= max ? value : `${value.slice(0, max)}… (${value.length - max} more)`

type PlainError = { name: string; message: string; code?: string; stack?: string; cause?: PlainError }

const describeError = (thrown: unknown, depth = 0): PlainError => {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: cut(String(thrown), MAX_STRING) }
  const { code } = thrown as { code?: unknown }
  return {
    name: thrown.name,
    message: cut(thrown.message, MAX_STRING),
    ...(typeof code === 'string' ? { code } : {}),
    ...(thrown.stack === undefined ? {} : { stack: cut(thrown.stack, MAX_STACK) }),
    ...(thrown.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(thrown.cause, depth + 1) }),
  }
}

const plain = (key: string, value: unknown): unknown => {
  if (key === 'error' && value !== undefined && value !== null) return describeError(value)
  if (typeof value === 'string') return cut(value, MAX_STRING)
  if (typeof value === 'bigint') return String(value)
  return value
}

/** One line without its end. `time`, `level`, `event`, `pid`, then the ids of the context, then the fields. Never throws. */
export const formatLine = (
  at: Date,
  level: LogLevel,
  event: string,
  context: LogContext,
  fields: LogFields,
): string => {
  const head = { time: at.toISOString(), level, event, pid: process.pid }
  try {
    const rest = Object.entries(fields).map(([key, value]) => [key, plain(key, value)] as const)
    const { error } = fields
    const code = error instanceof AppError ? { code: error.code } : {}
    // The head comes last as well as first: a field may not pass itself off as the time or the level.
    return JSON.stringify({ ...head, ...context, ...code, ...Object.fromEntries(rest), ...head })
  } catch (failure) {
    // Something circular or with a throwing toJSON was passed: the event is still worth a line.
    return JSON.stringify({ ...head, ...context, unloggable: String(failure) })
  }
}
