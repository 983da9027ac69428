/**
 * Owns files that are compressed as a whole: unpacked once, they are the tar that is in them, or hold one file.
 * Refuses: unpacking more than an archive may hold (`unpack` stops it), than one entry may have, or at a ratio only bombs have.
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { Container, ContainerEntry, OpenContainer, ReadOptions } from './container'
import { decompressors } from './decompressors'
import type { CompressedKind, Decompress } from './decompressors'
import { judgeEntry, refuse } from './entry-guards'
import { readEntryName } from './entry-name'
import { readGzipHeader } from './gzip-decoder'
import { listTar } from './tar-container'
import { TAR_BLOCK_BYTES, isTarHeader, isZeroBlock } from './tar-header'

const READ_BYTES = 256 * 1024
const UTF8_FLAG = 0x0800
const UNIX_HOST = 3 << 8
/** What follows the compressed bytes is looked at this far. */
const MAX_TAIL_BYTES = 1024 * 1024

const TAR_NAME = /\.tar$/i
/** Extensions, and what they become when the compression is undone. */
const EXTENSION = /\.(?:gz|bz2|xz|zst)$/i
const TAR_EXTENSION = /\.(?:tgz|tbz2?|txz|tzst)$/i

const toName = (bytes: Buffer, limits: Limits): ContainerEntry['name'] =>
  readEntryName({ bytes, flags: UTF8_FLAG, extraFields: [], madeBy: UNIX_HOST }, limits['archive.nameBytes'])

/** The file's own name without its extension; without one the name in it, if it is a name and no path. */
const nameEntry = (fileName: string, inner: Buffer | null, limits: Limits): ContainerEntry['name'] => {
  if (TAR_EXTENSION.test(fileName)) return toName(Buffer.from(fileName.replace(TAR_EXTENSION, '.tar')), limits)
  const own = fileName.replace(EXTENSION, '')
  const said = own === fileName && inner !== null ? toName(inner, limits) : null
  const usable = said !== null && said.problem === null && !said.folder && !said.name.includes('/')
  return usable ? said : toName(Buffer.from(own === '' ? fileName : own), limits)
}

/** Whether what came out is a tar; an empty one is zeros, so it is believed by its name. */
const holdsTar = (source: ByteSource, name: string): boolean => {
  const block = readBytes(source, 0, TAR_BLOCK_BYTES)
  if (block.length < TAR_BLOCK_BYTES) return false
  return isTarHeader(block) || (isZeroBlock(block) && TAR_NAME.test(name))
}

/** @throws what refuses it as an entry, before all of it is unpacked */
const requireEntry = (entry: ContainerEntry, limits: Limits): void => {
  const problem = judgeEntry({ ...entry, name: { ...entry.name, problem: null } }, limits, [])
  if (problem !== null) throw new AppError(problem.code, problem.details)
}

const readSource = (source: ByteSource): Container['read'] => {
  return async (_index, { signal, beat }, sink) => {
    for (let position = 0; position < source.sizeBytes;) {
      const chunk = readBytes(source, position, READ_BYTES)
      sink(chunk)
      position += chunk.length
      await breathe(signal, beat)
    }
  }
}

/** Takes every chunk; ends the generator whatever happens. Returns what it returns. */
const drain = async (chunks: ReturnType<Decompress>, take: (chunk: Buffer) => void): Promise<number> => {
  try {
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return next.value
      take(next.value)
    }
  } finally {
    await chunks.return(0)
  }
}

type Unpacked = { readonly bytes: ByteSource; readonly cut: boolean; readonly leftBytes: number }

/** Undoes the compression into memory or a temporary file. @param entry What comes out, if it is no tar */
const unpackAll = async (
  kind: CompressedKind,
  source: ByteSource,
  entry: ContainerEntry,
  options: ReadOptions,
): Promise<Unpacked> => {
  const { limits } = options
  let sizeBytes = 0
  let head = Buffer.alloc(0)
  let cut = false
  let leftBytes = 0
  const bytes = await options.unpack(async (sink) => {
    const take = (chunk: Buffer): void => {
      sizeBytes += chunk.length
      if (head.length < TAR_BLOCK_BYTES) head = Buffer.concat([head, chunk]).subarray(0, TAR_BLOCK_BYTES)
      // Of a tar, no entry is known yet: all of it together is bounded by what an archive may hold.
      if (!isTarHeader(head)) requireEntry({ ...entry, sizeBytes }, limits)
      sink(chunk)
    }
    try {
      leftBytes = await drain(decompressors[kind](source, options), take)
    } catch (thrown) {
      cut = thrown instanceof AppError && thrown.code === 'ARCHIVE_TRUNCATED' && sizeBytes > 0
      if (!cut || limits['archive.salvage'] === 0) throw thrown
    }
  })
  return { bytes, cut, leftBytes }
}

/** What stands behind the compressed bytes, unless it is filling. */
const findTail = (source: ByteSource, leftBytes: number): Warning[] => {
  const tail = readBytes(source, source.sizeBytes - leftBytes, MAX_TAIL_BYTES)
  return isZeroBlock(tail) ? [] : [refuse('ARCHIVE_EXTRA_BYTES', { where: 'after', bytes: leftBytes })]
}

/**
 * Opens files of one kind.
 * @throws what undoing the compression throws; ARCHIVE_TRUNCATED when nothing came out, ARCHIVE_ENTRY_LIMIT, ARCHIVE_BOMB_RATIO,
 * ARCHIVE_TOTAL_LIMIT, TEMP_DISK_LIMIT, DISK_FULL
 */
export const createCompressed =
  (kind: CompressedKind): OpenContainer =>
  async (source, options): Promise<Container> => {
    const { limits, name: fileName } = options
    const header = kind === 'gzip' ? readGzipHeader(source, 0) : null
    const only: ContainerEntry = {
      index: 0,
      name: nameEntry(fileName, header?.name ?? null, limits),
      folder: false,
      sizeBytes: 0,
      compressedBytes: source.sizeBytes,
      crc32: 0,
      modifiedMs: header?.modifiedMs ?? null,
      problem: null,
    }
    const { bytes, cut, leftBytes } = await unpackAll(kind, source, only, options)
    const { sizeBytes } = bytes
    try {
      const tail = findTail(source, leftBytes)
      if (holdsTar(bytes, only.name.name)) {
        const tar = await listTar(bytes, options, source.sizeBytes)
        return { ...tar, warnings: [...tar.warnings, ...tail], close: bytes.close }
      }
      if (cut && TAR_NAME.test(only.name.name)) throw new AppError('ARCHIVE_TRUNCATED')
      const warnings = cut ? [refuse('ARCHIVE_CUT_OFF', { bytes: sizeBytes })] : tail
      return { entries: [{ ...only, sizeBytes }], warnings, read: readSource(bytes), close: bytes.close }
    } catch (thrown) {
      bytes.close()
      throw thrown
    }
  }
