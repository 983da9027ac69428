/**
 * Owns 7z as a container: listed by 7-Zip, unpacked once as a whole (its entries are compressed together), read by position and held
 * against their checksums. Refuses: trusting that everything came out; what is not where it should be is asked for alone.
 */
import { AppError } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import { openPart, readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { requireCount } from './archive-guards'
import type { Container, ContainerEntry, OpenContainer, ReadOptions } from './container'
import { crc32 } from './crc32'
import { refuse } from './entry-guards'
import { readEntryName } from './entry-name'
import { runSevenZip, saysCut, saysMemory, saysUnsupported, saysWrongPassword } from './seven-zip'

const READ_BYTES = 256 * 1024
const UTF8_FLAG = 0x0800
const UNIX_HOST = 3 << 8
const LIST_START = /^-{10}$/
const NAMES_OF_ENTRIES: readonly string[] = [
  'Path',
  'Size',
  'Packed Size',
  'Modified',
  'Attributes',
  'CRC',
  'Encrypted',
  'Block',
]

/** The properties of an entry, as 7-Zip writes them. */
type Listed = Readonly<Record<string, string>>

type Place = { readonly entry: ContainerEntry; readonly start: number; readonly path: string; readonly hasCrc: boolean }

const special: Readonly<Record<string, () => Warning>> = {
  l: () => refuse('ARCHIVE_SYMLINK'),
  p: () => refuse('ARCHIVE_SPECIAL'),
  s: () => refuse('ARCHIVE_SPECIAL'),
  b: () => refuse('ARCHIVE_SPECIAL'),
  c: () => refuse('ARCHIVE_SPECIAL'),
}

/** Attributes are those of Windows and, after them, the mode as `ls` writes it. */
const problemOf = (attributes: string): Warning | null => {
  const mode = /(?:^| )([a-z-])[rwxsStT-]{9}$/.exec(attributes)?.[1] ?? ''
  return special[mode]?.() ?? null
}

const wholeNumber = (text: string | undefined): number => {
  const value = Number(text ?? '')
  return Number.isSafeInteger(value) && value >= 0 ? value : 0
}

const parseTime = (text: string): number | null => {
  const ms = Date.parse(text.replace(' ', 'T').slice(0, 23))
  return Number.isNaN(ms) ? null : ms
}

/** What each entry has of the compressed bytes of its block, by its size: they are not told apart within one. */
const shareBlocks = (listed: readonly Listed[]): number[] => {
  const blocks = new Map<string, { packed: number; size: number }>()
  const keyOf = (entry: Listed, index: number): string => entry['Block'] || `alone ${index}`
  for (const [index, entry] of listed.entries()) {
    const sum = blocks.get(keyOf(entry, index)) ?? { packed: 0, size: 0 }
    sum.packed += wholeNumber(entry['Packed Size'])
    sum.size += wholeNumber(entry['Size'])
    blocks.set(keyOf(entry, index), sum)
  }
  return listed.map((entry, index) => {
    const { packed, size } = blocks.get(keyOf(entry, index)) ?? { packed: 0, size: 0 }
    return size === 0 ? 0 : Math.ceil((packed * wholeNumber(entry['Size'])) / size)
  })
}

const toPlaces = (listed: readonly Listed[], { limits }: ReadOptions): Place[] => {
  const shares = shareBlocks(listed)
  let start = 0
  return listed.map((each, index) => {
    const path = each['Path'] ?? ''
    const attributes = each['Attributes'] ?? ''
    const folder = attributes.startsWith('D')
    const sizeBytes = folder ? 0 : wholeNumber(each['Size'])
    const bytes = Buffer.from(path)
    const entry: ContainerEntry = {
      index,
      name: readEntryName({ bytes, flags: UTF8_FLAG, extraFields: [], madeBy: UNIX_HOST }, limits['archive.nameBytes']),
      folder,
      sizeBytes,
      compressedBytes: shares[index] ?? 0,
      crc32: Number.parseInt(each['CRC'] || '0', 16),
      modifiedMs: parseTime(each['Modified'] ?? ''),
      encrypted: each['Encrypted'] === '+',
      problem: problemOf(attributes),
    }
    const place = { entry, start, path, hasCrc: (each['CRC'] ?? '') !== '' }
    start += sizeBytes
    return place
  })
}

/** What went wrong with the archive as a whole, from what 7-Zip said of it. */
const toError = (errors: readonly string[], options: ReadOptions): AppError => {
  if (saysWrongPassword(errors))
    return new AppError(options.passwords.length === 0 ? 'ARCHIVE_ENCRYPTED' : 'PASSWORD_WRONG')
  if (saysMemory(errors)) return new AppError('ARCHIVE_METHOD', { method: '7z with a very large dictionary' })
  if (saysUnsupported(errors)) return new AppError('ARCHIVE_METHOD', { method: 'a rare method of 7z' })
  // Its table of contents is at its end.
  if (saysCut(errors)) return new AppError('ARCHIVE_TRUNCATED')
  return new AppError('ARCHIVE_CORRUPT', { reason: 'its table of contents is damaged' })
}

const listWith = async (source: ByteSource, password: string, options: ReadOptions) => {
  const listed: Record<string, string>[] = []
  let started = false
  const onLine = (line: string): void => {
    if (!started) {
      started = LIST_START.test(line)
      return
    }
    const [, key = '', value = ''] = /^([A-Z][A-Za-z ]*) = ?(.*)$/.exec(line) ?? []
    if (key === 'Path') {
      listed.push({})
      requireCount(listed.length, options.limits)
    }
    const last = listed[listed.length - 1]
    if (last && NAMES_OF_ENTRIES.includes(key)) last[key] = value
  }
  const errors = await runSevenZip(source, { args: ['l', '-slt', '-t7z'], password, onLine, beat: options.beat })
  return { listed, errors, started }
}

/** Lists the archive, with a password if even that takes one. */
const list = async (
  source: ByteSource,
  options: ReadOptions,
): Promise<{ listed: readonly Listed[]; warnings: Warning[] }> => {
  let found = await listWith(source, '', options)
  for (const password of options.passwords) {
    if (!saysWrongPassword(found.errors)) break
    await breathe(options.signal, options.beat)
    found = await listWith(source, password, options)
  }
  if (!found.started) throw toError(found.errors, options)
  return { listed: found.listed, warnings: [] }
}

/** `whole`: as much came out as the entries have together. */
type Unpacked = { readonly bytes: ByteSource; readonly whole: boolean }

/** Unpacks a 7z once, when the first entry is read, and then gives out parts of what came out. */
class SevenZipReader {
  readonly #source: ByteSource
  readonly #places: readonly Place[]
  #unpacked: Unpacked | null = null
  #password: string | null = null

  constructor(source: ByteSource, places: readonly Place[]) {
    this.#source = source
    this.#places = places
  }

  read: Container['read'] = async (index, options, sink) => {
    const place = this.#places[index]
    if (place === undefined) throw new AppError('FILE_CHANGED')
    if (place.entry.sizeBytes === 0) return
    const password = await this.#findPassword(place, options)
    const { bytes, whole } = this.#unpacked ?? (await this.#unpackOnce(password, options))
    const part = openPart(bytes, place.start, place.entry.sizeBytes)
    // What of another entry is missing has moved this one.
    const there = place.start + place.entry.sizeBytes <= bytes.sizeBytes && (place.hasCrc || whole)
    if (there && (await this.#hasChecksum(part, place, options))) return this.#give(part, options, sink)
    const alone = await this.#unpackAlone(place, password, options)
    try {
      if (alone.sizeBytes !== place.entry.sizeBytes || !(await this.#hasChecksum(alone, place, options)))
        throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'its checksum does not match' })
      await this.#give(alone, options, sink)
    } finally {
      alone.close()
    }
  }

  close = (): void => {
    this.#unpacked?.bytes.close()
    this.#unpacked = null
  }

  /** Should two entries be asked for at once, what the second one unpacked is given up. */
  async #unpackOnce(password: string, options: ReadOptions): Promise<Unpacked> {
    const unpacked = await this.#unpack(password, options)
    if (this.#unpacked === null) this.#unpacked = unpacked
    else unpacked.bytes.close()
    return this.#unpacked
  }

  async #unpack(password: string, options: ReadOptions): Promise<Unpacked> {
    const total = this.#places.reduce((sum, { entry }) => sum + entry.sizeBytes, 0)
    let done = 0
    const bytes = await options.unpack(async (write) => {
      await breathe(options.signal, options.beat)
      const sink = (chunk: Buffer): void => {
        done += chunk.length
        if (done > total) throw new AppError('ARCHIVE_CORRUPT', { reason: 'it is larger than it says' })
        write(chunk)
      }
      const errors = await runSevenZip(this.#source, { args: ['x', '-so', '-t7z'], password, sink, beat: options.beat })
      if (errors.length > 0 && done === 0) throw toError(errors, options)
    })
    return { bytes, whole: done === total }
  }

  async #unpackAlone({ path, entry }: Place, password: string, options: ReadOptions): Promise<ByteSource> {
    let done = 0
    return options.unpack(async (write) => {
      await breathe(options.signal, options.beat)
      const sink = (chunk: Buffer): void => {
        done += chunk.length
        if (done > entry.sizeBytes)
          throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'it is larger than the archive says' })
        write(chunk)
      }
      const args = ['x', '-so', '-t7z', '-spd', `-i!${path}`]
      const errors = await runSevenZip(this.#source, { args, password, sink, beat: options.beat })
      if (saysUnsupported(errors)) throw new AppError('ARCHIVE_METHOD', { method: 'a rare method of 7z' })
      if (saysMemory(errors)) throw toError(errors, options)
    })
  }

  /** The first password that opens the smallest entry that takes one: one is enough for an archive. */
  async #findPassword({ entry }: Place, options: ReadOptions): Promise<string> {
    if (this.#password !== null && options.passwords.includes(this.#password)) return this.#password
    if (!entry.encrypted) return this.#password ?? options.passwords[0] ?? ''
    const closed = this.#places.filter((place) => place.entry.encrypted && place.entry.sizeBytes > 0)
    const [smallest] = closed.sort((a, b) => a.entry.sizeBytes - b.entry.sizeBytes)
    for (const password of options.passwords) {
      await breathe(options.signal, options.beat)
      const args = ['t', '-t7z', '-spd', `-i!${smallest?.path ?? ''}`]
      const errors = await runSevenZip(this.#source, { args, password, beat: options.beat })
      if (saysWrongPassword(errors)) continue
      this.close()
      this.#password = password
      return password
    }
    throw new AppError(options.passwords.length === 0 ? 'ARCHIVE_ENCRYPTED' : 'PASSWORD_WRONG')
  }

  async #hasChecksum(part: ByteSource, { entry, hasCrc }: Place, options: ReadOptions): Promise<boolean> {
    if (!hasCrc) return true
    let checksum = 0
    await this.#give(part, options, (chunk) => {
      checksum = crc32(chunk, checksum)
    })
    return checksum === entry.crc32
  }

  async #give(part: ByteSource, { signal, beat }: ReadOptions, sink: (chunk: Buffer) => void): Promise<void> {
    for (let position = 0; position < part.sizeBytes;) {
      const chunk = readBytes(part, position, READ_BYTES)
      if (chunk.length === 0) throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'its data is cut off' })
      sink(chunk)
      position += chunk.length
      await breathe(signal, beat)
    }
  }
}

/** @throws ARCHIVE_CORRUPT, ARCHIVE_TRUNCATED, ARCHIVE_METHOD, ARCHIVE_ENCRYPTED, PASSWORD_WRONG, ARCHIVE_ENTRIES_LIMIT */
export const openSevenZip: OpenContainer = async (source, options): Promise<Container> => {
  const { listed, warnings } = await list(source, options)
  const places = toPlaces(listed, options)
  const reader = new SevenZipReader(source, places)
  return { entries: places.map(({ entry }) => entry), warnings, read: reader.read, close: reader.close }
}
