/**
 * Owns the shape of the log as every module sees it. Refuses: writing (src/main/observe/log.ts does).
 */

/** In rising order. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Facts about one event; JSON. `error` may be whatever was thrown. Never the text of a document. */
export type LogFields = Readonly<Record<string, unknown>>

/** What the lines of a child carry. */
export type LogContext = {
  readonly job?: string | number | null
  readonly task?: string | number | null
  readonly document?: string | number | null
  readonly phase?: string
  readonly attempt?: number
  readonly part?: string
}

/** Writing never throws and never waits for anybody. All functions may be passed around on their own. */
export type Log = {
  readonly write: (level: LogLevel, event: string, fields?: LogFields) => void
  readonly debug: (event: string, fields?: LogFields) => void
  readonly info: (event: string, fields?: LogFields) => void
  readonly warn: (event: string, fields?: LogFields) => void
  readonly error: (event: string, fields?: LogFields) => void
  /** A log whose lines all carry these ids. */
  readonly child: (context: LogContext) => Log
}
