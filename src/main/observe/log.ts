/**
 * Owns the log file: one JSON object a line in `<data folder>/logs/sluice.log`, bounded in size and number of files.
 * Refuses: throwing, buffering (a line survives the crash that follows it), the text of documents (long strings are cut).
 *
 * Written by hand rather than with pino and rotating-file-stream: those cost 40–50 ms at the start of every command, and their
 * streams lose the last lines of a process that dies.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { logLevels, type Log, type LogContext, type LogFields, type LogLevel } from '../../shared/log'
import { formatLine } from './log-line'

export type { Log } from '../../shared/log'

export type LogOptions = {
  /** Where the file goes; made when the first line is written. */
  readonly folder: string
  /** Asked when a file is full: only the owner of the data folder renames files, other processes append to the newest. */
  readonly rotate: boolean | (() => boolean)
  /** Lowest level that is written. */
  readonly level?: LogLevel
  /** Gets every line as well, without its line end (`--verbose`). */
  readonly mirror?: ((line: string) => void) | undefined
  /** A file that reaches this size is put aside. */
  readonly maxFileBytes?: number
  /** Files kept, the newest included. */
  readonly maxFiles?: number
  readonly now?: () => Date
}

export type LogFile = Log & {
  /** Absolute path of the newest file. */
  readonly path: string
  /** Lines that could not be written since the start (disk full, no permission). */
  readonly lostLines: () => number
  /** Closes the file; a line written later opens it again. */
  readonly close: () => void
}

const MiB = 1024 * 1024
const FILE_NAME = 'sluice.log'
/** How long a log that cannot be opened is left alone before it is tried again. */
const REOPEN_AFTER_MS = 5_000

/** The log file of a data folder, given the folder. */
export const logFolderOf = (dataDir: string): string => join(dataDir, 'logs')

/** `sluice.log`, then `sluice.1.log`, `sluice.2.log`, … from newest to oldest. */
const nameOf = (number: number): string => (number === 0 ? FILE_NAME : `sluice.${number}.log`)

/** The open file; a class because it owns the descriptor. */
class LogSink {
  private descriptor: number | null = null
  private sizeBytes = 0
  private retryAtMs = 0
  private lost = 0

  constructor(
    private readonly folder: string,
    private readonly mayRotate: () => boolean,
    private readonly maxFileBytes: number,
    private readonly maxFiles: number,
  ) {}

  get lostLines(): number {
    return this.lost
  }

  write(line: string, nowMs: number): void {
    try {
      if (this.descriptor === null) {
        if (nowMs < this.retryAtMs) {
          this.lost += 1
          return
        }
        this.open()
      }
      const bytes = Buffer.from(line)
      const isFull = this.sizeBytes > 0 && this.sizeBytes + bytes.length > this.maxFileBytes
      if (isFull && this.mayRotate()) this.turn()
      if (this.descriptor === null) return
      writeSync(this.descriptor, bytes)
      this.sizeBytes += bytes.length
    } catch {
      // Nobody is left to tell: what cannot be logged is counted, and the file is opened anew a little later.
      this.lost += 1
      this.retryAtMs = nowMs + REOPEN_AFTER_MS
      this.close()
    }
  }

  private open(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    // Appending is atomic for lines of this size, so several processes may write.
    this.descriptor = openSync(join(this.folder, FILE_NAME), 'a', 0o600)
    this.sizeBytes = fstatSync(this.descriptor).size
  }

  /** Puts the full file aside as number 1 and drops the oldest. */
  private turn(): void {
    this.close()
    for (let number = this.maxFiles - 1; number >= 0; number -= 1) {
      const from = join(this.folder, nameOf(number))
      if (statSync(from, { throwIfNoEntry: false }) === undefined) continue
      if (number === this.maxFiles - 1) rmSync(from)
      else renameSync(from, join(this.folder, nameOf(number + 1)))
    }
    this.open()
  }

  close(): void {
    const { descriptor } = this
    this.descriptor = null
    if (descriptor === null) return
    try {
      closeSync(descriptor)
    } catch {
      this.lost += 1
    }
  }
}

/** Opens the log of a folder. Nothing is touched on disk before the first line. */
export const openLog = (options: LogOptions): LogFile => {
  const { folder, rotate, level = 'info', mirror, maxFileBytes = 5 * MiB, maxFiles = 5 } = options
  const now = options.now ?? (() => new Date())
  const sink = new LogSink(
    folder,
    typeof rotate === 'boolean' ? () => rotate : rotate,
    maxFileBytes,
    Math.max(1, maxFiles),
  )
  const lowest = logLevels.indexOf(level)

  const make = (context: LogContext): Log => {
    const write = (lineLevel: LogLevel, event: string, fields: LogFields = {}): void => {
      if (logLevels.indexOf(lineLevel) < lowest) return
      const at = now()
      const line = formatLine(at, lineLevel, event, context, fields)
      sink.write(`${line}\n`, at.getTime())
      mirror?.(line)
    }
    return {
      write,
      debug: (event, fields) => write('debug', event, fields),
      info: (event, fields) => write('info', event, fields),
      warn: (event, fields) => write('warn', event, fields),
      error: (event, fields) => write('error', event, fields),
      child: (more) => make({ ...context, ...more }),
    }
  }
  return {
    ...make({}),
    path: join(folder, FILE_NAME),
    lostLines: () => sink.lostLines,
    close: () => sink.close(),
  }
}
