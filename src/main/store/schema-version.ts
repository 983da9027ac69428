/**
 * Owns reading the version of a database from its bytes, log included, without opening it: whoever opens a database may change it.
 * Refuses: judging. What is no database has no version here; opening it says what is wrong with it.
 */
import { closeSync, openSync, readSync } from 'node:fs'

/** https://www.sqlite.org/fileformat2.html: the header of a database, the header of a log, the header of a page in a log. */
const HEADER_BYTES = 100
const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const VERSION_AT = 60
const MAGIC = 'SQLite format 3\0'
const LOG_MAGIC = 0x377f0682

const withFile = <T>(path: string, read: (file: number) => T): T | null => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    return read(file)
  } finally {
    closeSync(file)
  }
}

const readAt = (file: number, at: number, length: number): Buffer | null => {
  const bytes = Buffer.alloc(length)
  return readSync(file, bytes, 0, length, at) === length ? bytes : null
}

/** The version in the last committed first page of a log; `null` when the log has none. */
const readLogged = (file: number): number | null => {
  const header = readAt(file, 0, LOG_HEADER_BYTES)
  // The last bit says how its sums are counted.
  if (header === null || (header.readUInt32BE(0) & ~1) >>> 0 !== LOG_MAGIC) return null
  const pageBytes = header.readUInt32BE(8)
  if (pageBytes < HEADER_BYTES) return null
  const salts = header.subarray(16, 24)
  let written: number | null = null
  let committed: number | null = null
  for (let at = LOG_HEADER_BYTES; ; at += FRAME_HEADER_BYTES + pageBytes) {
    const frame = readAt(file, at, FRAME_HEADER_BYTES)
    // Frames of an earlier round have other salts.
    if (frame === null || !frame.subarray(8, 16).equals(salts)) return committed
    if (frame.readUInt32BE(0) === 1) {
      const page = readAt(file, at + FRAME_HEADER_BYTES, HEADER_BYTES)
      if (page === null) return committed
      written = page.readUInt32BE(VERSION_AT)
    }
    // A commit names the size of the database; other frames say 0.
    if (frame.readUInt32BE(4) !== 0) committed = written
  }
}

/**
 * The version of the schema in the database at `path`, as its last commit left it; `null` when there is no database. Nothing is written, and no
 * lock is taken. @throws what the file system throws
 */
export const peekVersion = (path: string): number | null => {
  const inFile = withFile(path, (file) => readAt(file, 0, HEADER_BYTES))
  if (inFile?.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  return withFile(`${path}-wal`, readLogged) ?? inFile.readUInt32BE(VERSION_AT)
}
