/**
 * Owns fetching one package: into a file beside the finished ones, from where the last try broke off, checked as a whole against the checksum that
 * was signed. Refuses: deciding what is fetched, and anything that is not exactly what was promised.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import { openPlace, type Answer, type ConnectionParts } from './connection'
import type { Package } from './manifest'

export type DownloadOptions = {
  readonly connection: ConnectionParts
  readonly wanted: Package
  /** Where unfinished ones are. */
  readonly folder: string
  /** Where the finished one goes. */
  readonly file: string
  readonly stop: AbortSignal
  readonly onProgress: (doneBytes: number) => void
}

/** Of a file; `null`: it is not there. */
export const sizeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).size
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha512')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('base64')
}

/** Whether a file is there and exactly what was promised. */
export const isWhole = async (file: string, { sizeBytes, sha512 }: Package): Promise<boolean> =>
  (await sizeOf(file)) === sizeBytes && (await hashOf(file)) === sha512

/** Where the unfinished one is kept, by what it is to become. */
export const partialFileOf = (folder: string, { sha512 }: Package): string =>
  join(folder, `${Buffer.from(sha512, 'base64').toString('hex').slice(0, 32)}.part`)

/** Whether something failed because the disk is full. */
export const isFull = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')

/** What a server calls this state of the file; a weak one says nothing about bytes. */
const markOf = ({ headers }: Answer): string | null => {
  const mark = headers.get('etag')
  return mark !== null && !mark.startsWith('W/') ? mark : null
}

const readMark = async (file: string): Promise<string | null> => {
  try {
    const mark = (await readFile(file, 'utf8')).trim()
    // What goes into a header of a request.
    return /^"[\x21\x23-\x7e]{0,200}"$/.test(mark) ? mark : null
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}

/** Whether an answer goes on exactly where the file ends. */
const goesOn = ({ status, headers }: Answer, fromBytes: number, sizeBytes: number): boolean =>
  status === 206 && headers.get('content-range')?.trim() === `bytes ${fromBytes}-${sizeBytes - 1}/${sizeBytes}`

/** One try: what it brings is in the file, also where it breaks off. Returns whether it began anew. */
const fetchInto = async (part: string, options: DownloadOptions): Promise<{ readonly anew: boolean }> => {
  const { connection, wanted, stop, onProgress } = options
  const { sizeBytes, url } = wanted
  const markFile = `${part}.mark`
  let have = (await sizeOf(part)) ?? 0
  if (have > sizeBytes) have = 0
  if (have === sizeBytes) return { anew: false }
  const mark = have > 0 ? await readMark(markFile) : null
  let answer = await openPlace(connection, url, {
    stop,
    headers: have > 0 ? { range: `bytes=${have}-`, ...(mark === null ? {} : { 'if-range': mark }) } : {},
  })
  let anew = have === 0
  if (!anew && !goesOn(answer, have, sizeBytes)) {
    anew = true
    // A whole answer is taken as it is; another range, or none that fits, is asked for again without one.
    if (answer.status !== 200) {
      await answer.leave()
      answer = await openPlace(connection, url, { stop })
    }
  }
  if (answer.status !== (anew ? 200 : 206)) {
    await answer.leave()
    throw new AppError('UPDATE_UNREACHABLE', { host: url.host, reason: `status ${answer.status}` })
  }
  const announced = Number(answer.headers.get('content-length') ?? Number.NaN)
  if (announced + (anew ? 0 : have) > sizeBytes) {
    await answer.leave()
    throw new AppError('UPDATE_DAMAGED', { host: url.host, reason: 'it is larger than it says' })
  }
  if (anew) have = 0
  const nowMark = markOf(answer)
  if (nowMark === null) await rm(markFile, { force: true })
  else await writeFile(markFile, nowMark, { mode: 0o600 })
  const file = await open(part, anew ? 'w' : 'r+', 0o600)
  try {
    for await (const piece of answer.pieces()) {
      if (have + piece.byteLength > sizeBytes)
        throw new AppError('UPDATE_DAMAGED', { host: url.host, reason: 'it is larger than it says' })
      // One call may write less than it was given.
      for (let at = 0; at < piece.byteLength;)
        at += (await file.write(piece, at, piece.byteLength - at, have + at)).bytesWritten
      have += piece.byteLength
      onProgress(have)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { anew }
}

const removePart = async (part: string): Promise<void> => {
  await rm(part, { force: true })
  await rm(`${part}.mark`, { force: true })
}

/** What a try that failed leaves behind, and how it is told. */
const failureOf = async (part: string, thrown: unknown, { wanted }: DownloadOptions): Promise<AppError> => {
  if (isFull(thrown)) {
    // What it took is what the rest of the computer lacks.
    await removePart(part)
    return new AppError('UPDATE_NO_ROOM', {}, { cause: thrown })
  }
  const error = toAppError(thrown)
  if (error.code === 'UPDATE_DAMAGED') await removePart(part)
  if (error.code !== 'UPDATE_UNREACHABLE') return error
  const have = (await sizeOf(part)) ?? 0
  if (have === 0) return error
  const { reason } = error.details
  return new AppError('UPDATE_INCOMPLETE', { reason, actual: have, limit: wanted.sizeBytes }, { cause: thrown })
}

/**
 * Fetches a package, or goes on with it. Resolves when it is whole, checked, and in its place.
 * @throws UPDATE_UNREACHABLE, UPDATE_ELSEWHERE, UPDATE_INCOMPLETE (kept), UPDATE_DAMAGED (removed), UPDATE_NO_ROOM (removed), CANCELLED (kept)
 */
export const downloadPackage = async (options: DownloadOptions): Promise<void> => {
  const { wanted, folder, file } = options
  if (await isWhole(file, wanted)) return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const part = partialFileOf(folder, wanted)
  for (;;) {
    let anew: boolean
    try {
      ;({ anew } = await fetchInto(part, options))
    } catch (thrown) {
      throw await failureOf(part, thrown, options)
    }
    const have = (await sizeOf(part)) ?? 0
    if (have < wanted.sizeBytes)
      throw new AppError('UPDATE_INCOMPLETE', { reason: 'its end is missing', actual: have, limit: wanted.sizeBytes })
    if ((await hashOf(part)) === wanted.sha512) break
    await removePart(part)
    // Two halves of two states of the file: once more from its beginning.
    if (anew) throw new AppError('UPDATE_DAMAGED', { host: wanted.url.host, reason: 'its checksum does not match' })
  }
  await rename(part, file)
  await rm(`${part}.mark`, { force: true })
}
