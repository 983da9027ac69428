/**
 * Owns making zips byte by byte, honest ones and hostile ones that no program would write: any header field can be a lie.
 * Refuses: reading zips. Source of the layout: PKWARE APPNOTE 6.3.10, 4.3.
 */
import { deflateRawSync } from 'node:zlib'
import { computeCrc32 } from '../../src/workers/archive/crc32'

export type ForgedEntry = {
  name: string | Buffer
  data?: string | Buffer
  /** 8 (deflate, the default) or 0 (stored) are carried out; any other number is only claimed. */
  method?: number
  /** Overrides of what the table of contents says. The local header says the same unless `local…` differs. */
  flags?: number
  crc32?: number
  sizeBytes?: number
  compressedBytes?: number
  offset?: number
  madeBy?: number
  /** Unix mode with its type bits, for example `0o120777` for a link. */
  mode?: number
  extra?: Buffer
  localExtra?: Buffer
  comment?: string
  dosDate?: number
  /** Replaces the compressed bytes. */
  raw?: Buffer
  /** Sizes and checksum follow the data instead of standing in the local header. */
  descriptor?: boolean
  /** Sizes and offset in a 64-bit extra field. */
  zip64?: boolean
  localSignature?: number
}

export type ForgedArchive = {
  prepend?: Buffer
  /** Whether offsets count the prepended bytes, as a well-made self-extracting archive does. */
  adjusted?: boolean
  append?: Buffer
  comment?: string
  entryCount?: number
  directoryOffset?: number
  disk?: number
  /** Writes 64-bit end records, too. */
  zip64?: boolean
  end64Signature?: number
}

export const UTF8_FLAG = 0x0800
export const ENCRYPTED_FLAG = 0x0001
export const STRONG_ENCRYPTION_FLAG = 0x0041
const DESCRIPTOR_FLAG = 0x0008
const DOS_DATE = ((2024 - 1980) << 9) | (5 << 5) | 17
const UNIX = 3 << 8

/** Numbers as most formats have them: the lowest byte first. */
export const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value & 0xffff)
  return bytes
}
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
export const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

export const extraField = (id: number, data: Buffer): Buffer => Buffer.concat([u16(id), u16(data.length), data])

/** The Info-ZIP field that gives the Unicode name of an entry. */
export const unicodePathField = (bytes: Buffer, name: string): Buffer =>
  extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(computeCrc32(bytes)), Buffer.from(name)]))

type Laid = { entry: ForgedEntry; name: Buffer; flags: number; raw: Buffer; data: Buffer; offset: number }

const dataOf = (entry: ForgedEntry): Buffer => Buffer.from(entry.data ?? '')
const rawOf = (entry: ForgedEntry): Buffer =>
  entry.raw ?? ((entry.method ?? 8) === 8 ? deflateRawSync(dataOf(entry)) : dataOf(entry))

const localPart = ({ entry, name, flags, raw, data }: Omit<Laid, 'offset'>): Buffer => {
  const crc = entry.crc32 ?? computeCrc32(data)
  const size = entry.sizeBytes ?? data.length
  const compressed = entry.compressedBytes ?? raw.length
  const extra = entry.zip64
    ? extraField(1, Buffer.concat([u64(size), u64(compressed)]))
    : (entry.localExtra ?? Buffer.alloc(0))
  const sizes = (
    entry.descriptor ? [0, 0, 0] : [crc, entry.zip64 ? 0xffffffff : compressed, entry.zip64 ? 0xffffffff : size]
  ).map(u32)
  const header = [u32(entry.localSignature ?? 0x04034b50), u16(20), u16(flags), u16(entry.method ?? 8), u16(0)]
  const rest = [u16(entry.dosDate ?? DOS_DATE), ...sizes, u16(name.length), u16(extra.length), name, extra, raw]
  const descriptor = entry.descriptor ? [u32(0x08074b50), u32(crc), u32(compressed), u32(size)] : []
  return Buffer.concat([...header, ...rest, ...descriptor])
}

const centralPart = ({ entry, name, flags, raw, data, offset }: Laid): Buffer => {
  const size = entry.sizeBytes ?? data.length
  const compressed = entry.compressedBytes ?? raw.length
  const at = entry.offset ?? offset
  const extra = entry.zip64
    ? extraField(1, Buffer.concat([u64(size), u64(compressed), u64(at)]))
    : (entry.extra ?? Buffer.alloc(0))
  const comment = Buffer.from(entry.comment ?? '')
  const numbers = [compressed, size].map((value) => u32(entry.zip64 ? 0xffffffff : value))
  return Buffer.concat([
    ...[u32(0x02014b50), u16(entry.madeBy ?? UNIX), u16(20), u16(flags), u16(entry.method ?? 8), u16(0)],
    ...[u16(entry.dosDate ?? DOS_DATE), u32(entry.crc32 ?? computeCrc32(data)), ...numbers],
    ...[u16(name.length), u16(extra.length), u16(comment.length), u16(0), u16(0)],
    ...[u32(((entry.mode ?? 0o100644) << 16) >>> 0), u32(entry.zip64 ? 0xffffffff : at), name, extra, comment],
  ])
}

/** The bytes of a zip. Without overrides an honest one. */
export const forgeZip = (entries: ForgedEntry[], archive: ForgedArchive = {}): Buffer => {
  const prepend = archive.prepend ?? Buffer.alloc(0)
  const base = archive.adjusted ? prepend.length : 0
  const locals: Buffer[] = []
  const laid: Laid[] = []
  let offset = base
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const flags =
      (entry.flags ?? (Buffer.isBuffer(entry.name) ? 0 : UTF8_FLAG)) | (entry.descriptor ? DESCRIPTOR_FLAG : 0)
    const each = { entry, name, flags, raw: rawOf(entry), data: dataOf(entry) }
    const local = localPart(each)
    laid.push({ ...each, offset })
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(laid.map(centralPart))
  const count = archive.entryCount ?? entries.length
  const start = archive.directoryOffset ?? offset
  const comment = Buffer.from(archive.comment ?? '')
  const end64 = [
    ...[u32(archive.end64Signature ?? 0x06064b50), u64(44), u16(45), u16(45), u32(archive.disk ?? 0), u32(0)],
    ...[u64(count), u64(count), u64(central.length), u64(start)],
    ...[u32(0x07064b50), u32(0), u64(offset + central.length), u32(1)],
  ]
  const end = [
    ...[u32(0x06054b50), u16(archive.disk ?? 0), u16(0), u16(archive.zip64 ? 0xffff : count)],
    ...[
      u16(archive.zip64 ? 0xffff : count),
      u32(central.length),
      u32(archive.zip64 ? 0xffffffff : start),
      u16(comment.length),
      comment,
    ],
  ]
  return Buffer.concat([
    prepend,
    ...locals,
    central,
    ...(archive.zip64 ? end64 : []),
    ...end,
    archive.append ?? Buffer.alloc(0),
  ])
}

/** Archives in archives: `depth` levels around `content`; each holds the next as `<level>.zip`. */
export const forgeNested = (depth: number, innermost: ForgedEntry[]): Buffer => {
  let zip = forgeZip(innermost)
  for (let level = depth; level > 1; level -= 1)
    zip = forgeZip([
      { name: 'neighbor.txt', data: `level ${level}` },
      { name: `${level}.zip`, data: zip },
    ])
  return zip
}

/** Every entry of the table of contents points at the same compressed bytes ("full overlap"). */
export const forgeFullOverlap = (copies: number, sizeBytes: number): Buffer => {
  const data = Buffer.alloc(sizeBytes)
  const raw = deflateRawSync(data)
  const crc32 = computeCrc32(data)
  const kernel: ForgedEntry = { name: '0', raw, crc32, sizeBytes }
  const same = Array.from({ length: copies - 1 }, (_, n) => ({
    name: String(n + 1),
    raw: Buffer.alloc(0),
    crc32,
    sizeBytes,
    compressedBytes: raw.length,
    offset: 0,
  }))
  return forgeZip([kernel, ...same])
}

/** Each entry's compressed bytes begin with a stored block that quotes the local header of the next one ("quoted overlap"). */
export const forgeQuotedOverlap = (layers: number, sizeBytes: number): Buffer => {
  const kernelData = Buffer.alloc(sizeBytes)
  const kernel: ForgedEntry = {
    name: `${layers - 1}.bin`,
    raw: deflateRawSync(kernelData),
    crc32: computeCrc32(kernelData),
    sizeBytes,
  }
  const parts = [
    localPart({
      entry: kernel,
      name: Buffer.from(kernel.name),
      flags: 0,
      raw: kernel.raw ?? Buffer.alloc(0),
      data: kernelData,
    }),
  ]
  const entries: ForgedEntry[] = [kernel]
  let whole = kernelData
  for (let layer = layers - 2; layer >= 0; layer -= 1) {
    const next = parts[0] ?? Buffer.alloc(0)
    const nextEntry = entries[0] ?? kernel
    const header = next.subarray(0, 30 + Buffer.from(nextEntry.name).length)
    const block = Buffer.concat([Buffer.from([0]), u16(header.length), u16(~header.length)])
    whole = Buffer.concat([header, whole])
    const raw = Buffer.concat([block, next])
    const entry: ForgedEntry = {
      name: `${layer}.bin`,
      crc32: computeCrc32(whole),
      sizeBytes: whole.length,
      compressedBytes: raw.length,
    }
    parts.unshift(
      Buffer.concat([
        localPart({ entry, name: Buffer.from(entry.name), flags: 0, raw: Buffer.alloc(0), data: whole }),
        block,
      ]),
    )
    // What follows the block in the file is the next entry itself.
    parts[0] = Buffer.concat([parts[0] ?? Buffer.alloc(0), next])
    entries.unshift(entry)
  }
  const file = parts[0] ?? Buffer.alloc(0)
  let offset = 0
  const central = entries.map((entry) => {
    const name = Buffer.from(entry.name)
    const at = offset
    offset += 30 + name.length + 5
    return centralPart({ entry, name, flags: 0, raw: entry.raw ?? Buffer.alloc(0), data: Buffer.alloc(0), offset: at })
  })
  const table = Buffer.concat(central)
  const end = [
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(entries.length),
    u16(entries.length),
    u32(table.length),
    u32(file.length),
    u16(0),
  ]
  return Buffer.concat([file, table, ...end])
}
