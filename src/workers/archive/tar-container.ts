/**
 * Owns tar as a container: the entries of ustar, pax, GNU and older tars, read where they are. Refuses: sparse files (their holes are not
 * in the archive), parts of several volumes, and links and devices, which it names.
 * Source: POSIX.1-2017 pax; GNU tar manual, "Tar Internals".
 */
import { AppError } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { requireCount } from './archive-guards'
import type { Container, ContainerEntry, ContainerOptions, OpenContainer } from './container'
import { refuse } from './entry-guards'
import { readEntryName } from './entry-name'
import { TAR_BLOCK_BYTES, isTarHeader, isZeroBlock, parseTarHeader } from './tar-header'
import type { TarHeader } from './tar-header'

const READ_BYTES = 256 * 1024
const BREATHE_ENTRIES = 500
/** Names and the like that stand before an entry; longer ones are no names. */
const MAX_EXTENSION_BYTES = 1024 * 1024
/** What follows the end of an archive is looked at this far. */
const MAX_TAIL_BYTES = 1024 * 1024
const UNIX_HOST = 3 << 8
const UTF8_FLAG = 0x0800

/** What is said before an entry about it, in place of what its header has no room for. */
type Extension = {
  path?: Buffer
  sizeBytes?: number
  modifiedMs?: number
  sparse?: boolean
  sparseName?: Buffer
}

const special: Readonly<Record<string, () => Warning>> = {
  1: () => refuse('ARCHIVE_HARD_LINK'),
  2: () => refuse('ARCHIVE_SYMLINK'),
  3: () => refuse('ARCHIVE_SPECIAL'),
  4: () => refuse('ARCHIVE_SPECIAL'),
  6: () => refuse('ARCHIVE_SPECIAL'),
  S: () => refuse('ARCHIVE_METHOD', { method: 'a sparse file' }),
  M: () => refuse('ARCHIVE_METHOD', { method: 'a part of a file in several volumes' }),
}
/** Of these no data follows, whatever size is in the header. */
const WITHOUT_DATA = '2346'
const HARD_LINK = '1'
const FOLDER = '5'
/** The list of what was in a folder, and the label of a volume (GNU): nothing to read. */
const REMARKS = 'DV'

const trimZeros = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** Records of a pax header: `<length> <key>=<value>\n`. What is no such record ends it. */
const parsePax = (bytes: Buffer): Extension => {
  const found: Extension = {}
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space))
    const equals = bytes.indexOf(0x3d, space)
    if (!Number.isInteger(length) || length <= 0 || at + length > bytes.length || equals < 0) break
    const key = bytes.toString('latin1', space + 1, equals)
    const value = bytes.subarray(equals + 1, at + length - 1)
    at += length
    if (key === 'path') found.path = value
    else if (key === 'size') found.sizeBytes = Number(value.toString('latin1'))
    else if (key === 'mtime') found.modifiedMs = Math.round(Number(value.toString('latin1')) * 1_000)
    else if (key.startsWith('GNU.sparse.')) found.sparse = true
    // The path of a sparse file is made up; this is its name.
    if (key === 'GNU.sparse.name') found.sparseName = value
  }
  return found
}

const readExtension = (source: ByteSource, position: number, { type, sizeBytes }: TarHeader): Extension | null => {
  if (!'xgLK'.includes(type)) return null
  if (sizeBytes > MAX_EXTENSION_BYTES)
    throw new AppError('ARCHIVE_CORRUPT', { reason: 'a name in it is longer than a name can be' })
  const bytes = readBytes(source, position, sizeBytes)
  if (type === 'L') return { path: trimZeros(bytes) }
  return type === 'K' ? {} : parsePax(bytes)
}

type Placed = { readonly entry: ContainerEntry; readonly start: number }

const toEntry = (
  index: number,
  header: TarHeader,
  sizeBytes: number,
  more: Extension,
  { limits }: ContainerOptions,
): ContainerEntry => {
  const bytes = more.sparseName ?? more.path ?? header.name
  // Names are bytes here, and nothing says in which character set those are that are not Unicode.
  const name = readEntryName(
    { bytes, flags: UTF8_FLAG, extraFields: [], madeBy: UNIX_HOST },
    limits['archive.nameBytes'],
  )
  const { modifiedMs = header.modifiedMs } = more
  return {
    index,
    name,
    folder: header.type === FOLDER || (name.folder && sizeBytes === 0),
    sizeBytes,
    compressedBytes: sizeBytes,
    crc32: 0,
    modifiedMs: modifiedMs !== null && Number.isSafeInteger(modifiedMs) ? modifiedMs : null,
    problem:
      more.sparse === true ? refuse('ARCHIVE_METHOD', { method: 'a sparse file' }) : (special[header.type]?.() ?? null),
  }
}

const padded = (sizeBytes: number): number => Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES

type Listing = { readonly placed: Placed[]; readonly warnings: Warning[]; readonly end: number }

const cutOff = (entries: number, reason: string): Warning => refuse('ARCHIVE_CUT_OFF', { entries, reason })

/** Goes from header to header. What is not whole is the last thing that is listed. */
const listEntries = async (source: ByteSource, options: ContainerOptions): Promise<Listing> => {
  const { limits, signal, beat } = options
  const placed: Placed[] = []
  let global: Extension = {}
  let next: Extension = {}
  let position = 0
  let headers = 0
  const ended = (reason: string): Listing => ({
    placed,
    warnings: [cutOff(placed.filter(({ entry }) => entry.problem === null && !entry.folder).length, reason)],
    end: source.sizeBytes,
  })
  for (;;) {
    const block = readBytes(source, position, TAR_BLOCK_BYTES)
    if (block.length === 0) return ended('its end mark is missing')
    if (block.length < TAR_BLOCK_BYTES) return ended('its end is missing')
    if (isZeroBlock(block)) return { placed, warnings: [], end: position + TAR_BLOCK_BYTES }
    const header = parseTarHeader(block)
    if (header === null) {
      if (headers === 0) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'not a tar archive' })
      return ended('it is damaged from there on')
    }
    headers += 1
    requireCount(headers, { ...limits, 'archive.entries': 3 * limits['archive.entries'] })
    const start = position + TAR_BLOCK_BYTES
    const extension = readExtension(source, start, header)
    if (extension !== null) {
      if (header.type === 'g') global = { ...global, ...extension }
      else next = { ...next, ...extension }
      position = start + padded(header.sizeBytes)
      continue
    }
    const more = { ...global, ...next }
    next = {}
    const stated = more.sizeBytes ?? header.sizeBytes
    if (!Number.isSafeInteger(stated) || stated < 0) return ended('it is damaged from there on')
    // Some programs write the size of what a hard link leads to, some its data as well: the next header tells.
    const bare = header.type === HARD_LINK && isTarHeader(readBytes(source, start, TAR_BLOCK_BYTES))
    const sizeBytes = bare || WITHOUT_DATA.includes(header.type) ? 0 : stated
    position = start + padded(sizeBytes)
    if (REMARKS.includes(header.type)) continue
    const entry = toEntry(placed.length, header, sizeBytes, more, options)
    const cut = start + sizeBytes > source.sizeBytes
    placed.push({
      start,
      entry: cut ? { ...entry, problem: refuse('ARCHIVE_ENTRY_CORRUPT', { reason: 'its data is cut off' }) } : entry,
    })
    requireCount(placed.length, limits)
    if (cut) return ended('its end is missing')
    if (headers % BREATHE_ENTRIES === 0) await breathe(signal, beat)
  }
}

/** Bytes after the end that are more than filling. */
const findTail = (source: ByteSource, end: number): Warning[] => {
  const tail = readBytes(source, end, MAX_TAIL_BYTES)
  const at = tail.findIndex((byte) => byte !== 0)
  return at < 0 ? [] : [refuse('ARCHIVE_EXTRA_BYTES', { where: 'after', bytes: source.sizeBytes - end - at })]
}

/**
 * Lists a tar whose bytes are at hand.
 * @param compressedBytes What it was unpacked from, if it was: each entry has its share of it
 * @throws UNSUPPORTED_FORMAT (no tar at all), ARCHIVE_CORRUPT, ARCHIVE_ENTRIES_LIMIT
 */
export const listTar = async (
  source: ByteSource,
  options: ContainerOptions,
  compressedBytes: number = source.sizeBytes,
): Promise<Pick<Container, 'entries' | 'warnings' | 'read'>> => {
  const { placed, warnings, end } = await listEntries(source, options)
  const share = compressedBytes / Math.max(1, source.sizeBytes)
  const shareOf = (sizeBytes: number): number => (share === 1 ? sizeBytes : Math.round(sizeBytes * share))
  return {
    entries: placed.map(({ entry }) => ({ ...entry, compressedBytes: shareOf(entry.sizeBytes) })),
    warnings: [...warnings, ...findTail(source, end)],
    read: async (index, { signal, beat }, sink) => {
      const found = placed[index]
      if (found === undefined) throw new AppError('FILE_CHANGED')
      for (let done = 0; done < found.entry.sizeBytes;) {
        const chunk = readBytes(source, found.start + done, Math.min(READ_BYTES, found.entry.sizeBytes - done))
        if (chunk.length === 0) throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'its data is cut off' })
        sink(chunk)
        done += chunk.length
        if (done < found.entry.sizeBytes) await breathe(signal, beat)
        else beat()
      }
    },
  }
}

export const openTarContainer: OpenContainer = async (source, options): Promise<Container> => ({
  ...(await listTar(source, options)),
  close: () => undefined,
})
