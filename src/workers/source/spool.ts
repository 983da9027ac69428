/**
 * Owns where unpacked bytes wait while they are read: in memory while they are few, else in a file `<tempDir>/<number>`.
 * Refuses: names from outside (an entry never lands under its own name) and more temporary disk than the limit allows.
 */
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, statfsSync, writeSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { AppError } from '../../shared/errors'
import { openFileSource, openMemorySource } from './byte-source'
import type { ByteSource } from './byte-source'
import { toFileError } from './file'

/** Numbers of different threads do not meet; should they (a thread with many files), the next one is taken. */
const NUMBERS_PER_THREAD = 1_000_000
/** The number begins with the process, so that what a killed host left behind is known for what it is. */
const NUMBERS_PER_PROCESS = 1_000_000_000
const MAX_TRIES = 10_000
/** Other threads write into the folder of the same job: what is in it is measured again after this many bytes. */
const MEASURE_BYTES = 8 * 1024 * 1024

/** The temporary disk that one thread uses, over everything it has open, and the numbers of its files. */
export type TempUse = { bytes: number; nextNumber: number }
export const createTempUse = (): TempUse => ({
  bytes: 0,
  nextNumber: process.pid * NUMBERS_PER_PROCESS + ((threadId * NUMBERS_PER_THREAD) % NUMBERS_PER_PROCESS) + 1,
})

export type SpoolOptions = {
  readonly tempDir: string
  readonly use: TempUse
  /** Up to this many bytes stay in memory. */
  readonly memoryBytes: number
  /** The limit `job.tempBytes`. */
  readonly tempBytes: number
  /** The limit `disk.freeBytes`: so much stays free on the disk. */
  readonly freeBytes: number
}

/** What was spooled. `path` is null while it is in memory. `close` deletes it. */
export type Spooled = {
  readonly source: ByteSource
  readonly memory: Buffer | null
  readonly path: string | null
  readonly close: () => void
}

/** Empty when the folder has vanished. */
const listFolder = (dir: string): Dirent[] => {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw thrown
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    // Somebody else's process is alive as well.
    return !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')
  }
}

/** Whether a numbered file was left behind by a process that is no more. */
const isLeft = (name: string): boolean => {
  const pid = /^\d{10,16}$/.test(name) ? Math.floor(Number(name) / NUMBERS_PER_PROCESS) : 0
  return pid > 0 && pid !== process.pid && !isAlive(pid)
}

/** Bytes of all files below a folder; those that vanish meanwhile count as nothing, what a killed host left behind goes. */
const measureFolder = (dir: string): number => {
  let sum = 0
  for (const each of listFolder(dir)) {
    const path = join(dir, each.name)
    if (each.isFile() && isLeft(each.name)) rmSync(path, { force: true })
    else if (each.isFile()) sum += statSync(path, { throwIfNoEntry: false })?.size ?? 0
    else if (each.isDirectory()) sum += measureFolder(path)
  }
  return sum
}

/** Bytes written between two looks at how much of the disk is free. */
const LOOK_BYTES = 64 * 1024 * 1024

/** @throws DISK_FULL */
const requireFree = (folder: string, needBytes: number): void => {
  const { bavail, bsize } = statfsSync(folder)
  const freeBytes = bavail * bsize
  if (freeBytes < needBytes) throw new AppError('DISK_FULL', { path: folder, actual: freeBytes, limit: needBytes })
}

const createNumberedFile = ({ tempDir, use }: SpoolOptions): { fd: number; path: string } => {
  mkdirSync(tempDir, { recursive: true, mode: 0o700 })
  for (let tries = 0; ; tries += 1) {
    const path = join(tempDir, String(use.nextNumber))
    use.nextNumber += 1
    try {
      return { fd: openSync(path, 'wx+', 0o600), path }
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') || tries >= MAX_TRIES) throw thrown
    }
  }
}

/** Takes bytes in order. Either `finish` or `discard` must be called. */
export class Spool {
  readonly #options: SpoolOptions
  #chunks: Buffer[] = []
  #sizeBytes = 0
  #fileBytes = 0
  /** So much that the first write looks. */
  #unlookedBytes = LOOK_BYTES
  #file: { fd: number; path: string } | null = null
  /** What the whole job had on disk when that was last measured, and what was written here since. */
  #measured: { bytes: number; since: number } | null = null

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  /**
   * Appends a chunk, which must not be changed afterwards.
   * @throws TEMP_DISK_LIMIT, DISK_FULL
   */
  write(chunk: Buffer): void {
    this.#sizeBytes += chunk.length
    if (this.#file === null && this.#sizeBytes <= this.#options.memoryBytes) {
      this.#chunks.push(chunk)
      return
    }
    const waiting = [...this.#chunks, chunk]
    this.#chunks = []
    for (const each of waiting) this.#writeToFile(each)
  }

  #writeToFile(chunk: Buffer): void {
    const { use, tempDir } = this.#options
    try {
      this.#file ??= createNumberedFile(this.#options)
      this.#look(chunk.length)
      this.#requireRoom(chunk.length)
      let done = 0
      while (done < chunk.length) done += writeSync(this.#file.fd, chunk, done)
    } catch (thrown) {
      throw toFileError(thrown, tempDir)
    }
    if (this.#measured !== null) this.#measured.since += chunk.length
    use.bytes += chunk.length
    this.#fileBytes += chunk.length
  }

  /** The limit is that of the job, whose threads all write into its folder. @throws TEMP_DISK_LIMIT */
  #requireRoom(sizeBytes: number): void {
    const { tempBytes, tempDir } = this.#options
    const sum = (): number => (this.#measured?.bytes ?? 0) + (this.#measured?.since ?? 0) + sizeBytes
    if (this.#measured === null || this.#measured.since >= MEASURE_BYTES || sum() > tempBytes)
      this.#measured = { bytes: measureFolder(tempDir), since: 0 }
    if (sum() > tempBytes)
      throw new AppError('TEMP_DISK_LIMIT', { limit: tempBytes, actual: sum(), setting: 'job.tempBytes' })
  }

  /** A disk that runs full while it is written to takes the database with it: stopped before. */
  #look(bytes: number): void {
    const { tempDir, freeBytes } = this.#options
    this.#unlookedBytes += bytes
    if (freeBytes === 0 || this.#unlookedBytes < LOOK_BYTES) return
    this.#unlookedBytes = 0
    requireFree(tempDir, freeBytes + LOOK_BYTES)
  }

  finish(): Spooled {
    const file = this.#file
    if (file === null) {
      const memory = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
      this.#chunks = []
      return { source: openMemorySource(memory), memory, path: null, close: () => undefined }
    }
    this.#file = null
    const { use } = this.#options
    const source = openFileSource(file.fd, this.#sizeBytes)
    let open = true
    return {
      source,
      memory: null,
      path: file.path,
      close: () => {
        if (!open) return
        open = false
        source.close()
        rmSync(file.path, { force: true })
        use.bytes -= source.sizeBytes
      },
    }
  }

  /** Deletes what was written so far, after an error. */
  discard(): void {
    this.#chunks = []
    if (this.#file === null) return
    closeSync(this.#file.fd)
    rmSync(this.#file.path, { force: true })
    this.#options.use.bytes -= this.#fileBytes
    this.#file = null
  }
}
