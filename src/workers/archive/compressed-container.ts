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
import type { Container, ContainerEntry, OpenContainer } from './container'
import { decompressors } from './decompressors'
import type { CompressedKind } from './decompressors'
import { judgeEntry, refuse } from './entry-guards'
import { readEntryName } from './entry-name'
import { listTar } from './tar-container'
import { TAR_BLOCK_BYTES, isTarHeader, isZeroBlock } from './tar-header'

const READ_BYTES = 256 * 1024
const UTF8_FLAG = 0x0800
const UNIX_HOST = 3 << 8
const GZIP_NAME_FLAG = 0x08
const GZIP_EXTRA_FLAG = 0x04
const GZIP_HEADER_BYTES = 10
const MAX_HEADER_BYTES = 66_000

/** Extensions, and what they become when the compression is undone. */
const EXTENSION = /\.(?:gz|bz2|xz|zst)$/i
const TAR_EXTENSION = /\.(?:tgz|tbz2?|txz|tzst)$/i

/** What a gzip says about the file in it. */
const readGzipHeader = (source: ByteSource): { name: Buffer | null; modifiedMs: number | null } => {
  const header = readBytes(source, 0, MAX_HEADER_BYTES)
  const flags = header[3] ?? 0
  const seconds = header.length >= GZIP_HEADER_BYTES ? header.readUInt32LE(4) : 0
  const modifiedMs = seconds === 0 ? null : seconds * 1_000
  let at = GZIP_HEADER_BYTES
  if ((flags & GZIP_EXTRA_FLAG) !== 0 && header.length >= at + 2) at += 2 + header.readUInt16LE(at)
  const end = (flags & GZIP_NAME_FLAG) === 0 ? -1 : header.indexOf(0, at)
  return { name: end > at ? header.subarray(at, end) : null, modifiedMs }
}

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
  return isTarHeader(block) || (isZeroBlock(block) && /\.tar$/i.test(name))
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

/**
 * Opens files of one kind.
 * @throws what undoing the compression throws; ARCHIVE_TRUNCATED when nothing came out, ARCHIVE_ENTRY_LIMIT, ARCHIVE_BOMB_RATIO,
 * ARCHIVE_TOTAL_LIMIT, TEMP_DISK_LIMIT, DISK_FULL
 */
export const createCompressed =
  (kind: CompressedKind): OpenContainer =>
  async (source, options): Promise<Container> => {
    const { limits, name: fileName } = options
    const header = kind === 'gzip' ? readGzipHeader(source) : { name: null, modifiedMs: null }
    const only: ContainerEntry = {
      index: 0,
      name: nameEntry(fileName, header.name, limits),
      folder: false,
      sizeBytes: 0,
      compressedBytes: source.sizeBytes,
      crc32: 0,
      modifiedMs: header.modifiedMs,
      problem: null,
    }
    let sizeBytes = 0
    let head = Buffer.alloc(0)
    let cut = false
    const unpacked = await options.unpack(async (sink) => {
      try {
        for await (const chunk of decompressors[kind](source, options)) {
          sizeBytes += chunk.length
          if (head.length < TAR_BLOCK_BYTES) head = Buffer.concat([head, chunk.subarray(0, TAR_BLOCK_BYTES)])
          // Of a tar, no entry is known yet: all of it together is bounded by what an archive may hold.
          if (!isTarHeader(head.subarray(0, TAR_BLOCK_BYTES))) requireEntry({ ...only, sizeBytes }, limits)
          sink(chunk)
        }
      } catch (thrown) {
        cut = thrown instanceof AppError && thrown.code === 'ARCHIVE_TRUNCATED' && sizeBytes > 0
        if (!cut) throw thrown
      }
    })
    try {
      if (holdsTar(unpacked, only.name.name)) {
        const tar = await listTar(unpacked, options, source.sizeBytes)
        return { ...tar, close: unpacked.close }
      }
    } catch (thrown) {
      unpacked.close()
      throw thrown
    }
    const warnings: Warning[] = cut ? [refuse('ARCHIVE_CUT_OFF', { bytes: sizeBytes })] : []
    return { entries: [{ ...only, sizeBytes }], warnings, read: readSource(unpacked), close: unpacked.close }
  }
