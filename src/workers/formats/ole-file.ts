/**
 * Owns reading OLE compound files, the containers of old and of encrypted Office documents: their streams by path.
 * Refuses: loops, chains that leave the file, property sets. Source: [MS-CFB].
 */
import { AppError } from '../../shared/errors'
import type { ItemBytes } from './format'

const MiB = 1024 * 1024
/** The whole file stands in memory; a larger one holds pictures, not text. */
const MAX_BYTES = 256 * MiB
const START = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const HEADER_BYTES = 512
const ENTRY_BYTES = 128
const HEADER_DIFAT = 109
/** Sector numbers from here on mean something else: end of a chain, free, table. */
const FIRST_SPECIAL = 0xfffffffa
/** Streams that are smaller stand in the mini stream. */
const MINI_CUTOFF = 4096
const MINI_BYTES = 64
const MAX_ENTRIES = 100_000

const typeOf = { storage: 1, stream: 2, root: 5 } as const

type Entry = {
  name: string
  type: number
  left: number
  right: number
  child: number
  start: number
  sizeBytes: number
}

export type OleFile = {
  /** Paths of the streams, `/` between storages. */
  readonly names: readonly string[]
  /** The bytes of a stream; `null` when there is none. @throws DOCUMENT_CORRUPT */
  readonly read: (name: string) => Buffer | null
}

const corrupt = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })

/** The sectors of a chain. @throws DOCUMENT_CORRUPT */
const follow = (table: Uint32Array, start: number): number[] => {
  const chain: number[] = []
  for (let sector = start; sector < FIRST_SPECIAL; sector = table[sector] ?? FIRST_SPECIAL) {
    if (sector >= table.length || chain.length > table.length) throw corrupt('its table of sectors is broken')
    chain.push(sector)
  }
  return chain
}

const numbersOf = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(i * 4))

/** The allocation table: which sector follows which. */
const readTable = (bytes: Buffer, sectorAt: (sector: number) => Buffer, perSector: number): Uint32Array => {
  const tables = numbersOf(bytes.subarray(76, 76 + HEADER_DIFAT * 4))
  const sectors = Math.ceil(bytes.length / (perSector * 4))
  let next = bytes.readUInt32LE(68)
  for (let steps = 0; next < FIRST_SPECIAL; steps += 1) {
    if (steps > sectors) throw corrupt('its table of sectors is broken')
    const more = numbersOf(sectorAt(next))
    tables.push(...more.slice(0, perSector - 1))
    next = more[perSector - 1] ?? FIRST_SPECIAL
  }
  const used = tables.filter((sector) => sector < FIRST_SPECIAL)
  if (used.length > sectors) throw corrupt('its table of sectors is broken')
  return Uint32Array.from(used.flatMap((sector) => numbersOf(sectorAt(sector))))
}

const readEntry = (bytes: Buffer): Entry => ({
  name: bytes.toString('utf16le', 0, Math.max(0, Math.min(64, bytes.readUInt16LE(64)) - 2)),
  type: bytes[66] ?? 0,
  left: bytes.readUInt32LE(68),
  right: bytes.readUInt32LE(72),
  child: bytes.readUInt32LE(76),
  start: bytes.readUInt32LE(116),
  // Some writers leave rubbish in the upper half.
  sizeBytes: bytes.readUInt32LE(120),
})

/** The streams by path. Siblings form a tree, which is walked without recursion; entries that are met again are left out. */
const listStreams = (entries: readonly Entry[]): Map<string, Entry> => {
  const streams = new Map<string, Entry>()
  const met = new Set<number>()
  const waiting: { index: number; folder: string }[] = [{ index: entries[0]?.child ?? FIRST_SPECIAL, folder: '' }]
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    const { index, folder } = each
    const entry = entries[index]
    if (!entry || met.has(index)) continue
    met.add(index)
    const path = `${folder}${entry.name}`
    if (entry.type === typeOf.stream && !streams.has(path)) streams.set(path, entry)
    if (entry.type === typeOf.storage) waiting.push({ index: entry.child, folder: `${path}/` })
    waiting.push({ index: entry.left, folder }, { index: entry.right, folder })
  }
  return streams
}

/** Opens bytes as a compound file. @throws DOCUMENT_CORRUPT */
export const parseOleFile = (bytes: Buffer): OleFile => {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(START)) throw corrupt('it is no OLE container')
  const shift = bytes.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) throw corrupt('its sectors have an impossible size')
  const sectorBytes = 1 << shift
  const sectorAt = (sector: number): Buffer => {
    const start = (sector + 1) * sectorBytes
    if (start >= bytes.length) throw corrupt('it is cut off')
    const piece = bytes.subarray(start, start + sectorBytes)
    // The last sector of a file may be short.
    return piece.length === sectorBytes ? piece : Buffer.concat([piece, Buffer.alloc(sectorBytes - piece.length)])
  }
  const table = readTable(bytes, sectorAt, sectorBytes / 4)
  const readChain = (start: number): Buffer => Buffer.concat(follow(table, start).map(sectorAt))

  const directory = readChain(bytes.readUInt32LE(48))
  const count = Math.min(MAX_ENTRIES, Math.floor(directory.length / ENTRY_BYTES))
  const entries = Array.from({ length: count }, (_, i) =>
    readEntry(directory.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES)),
  )
  const streams = listStreams(entries)

  let mini: { bytes: Buffer; table: Uint32Array } | null = null
  const readMini = (start: number): Buffer => {
    mini ??= {
      bytes: readChain(entries[0]?.start ?? FIRST_SPECIAL),
      table: Uint32Array.from(numbersOf(readChain(bytes.readUInt32LE(60)))),
    }
    const { bytes: whole, table: chain } = mini
    return Buffer.concat(
      follow(chain, start).map((sector) => whole.subarray(sector * MINI_BYTES, (sector + 1) * MINI_BYTES)),
    )
  }
  const read = (name: string): Buffer | null => {
    const entry = streams.get(name)
    if (!entry) return null
    if (entry.sizeBytes === 0) return Buffer.alloc(0)
    const content = entry.sizeBytes < MINI_CUTOFF ? readMini(entry.start) : readChain(entry.start)
    return content.subarray(0, entry.sizeBytes)
  }
  return { names: [...streams.keys()], read }
}

/** Opens an item as a compound file. @throws DOCUMENT_CORRUPT, FILE_TOO_LARGE */
export const openOleFile = async (item: ItemBytes): Promise<OleFile> => {
  if (item.sizeBytes > MAX_BYTES) throw new AppError('FILE_TOO_LARGE', { actual: item.sizeBytes, limit: MAX_BYTES })
  return parseOleFile(await item.read())
}
