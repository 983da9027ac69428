/**
 * Owns making 7z archives byte by byte: stored, in one block, with any name and size. Refuses to compress. Source: 7zFormat.txt of the LZMA SDK.
 */
import { computeCrc32 } from '../../../src/workers/archive/crc32'
import { u32, u64 } from '../zip-forge'

export type ForgedMember = { readonly name: string; readonly data?: string | Buffer }
export type SevenZipLies = {
  /** What the block says that it unpacks to. */
  readonly blockBytes?: number
  /** What each member says that it has; the last one has what is left of the block. */
  readonly memberBytes?: number
  /** How many members it says there are. */
  readonly count?: number
  /** Of the block. */
  readonly crc32?: number
}

/** A number in its own size; larger ones in eight bytes, which may always be. */
const number = (value: number): Buffer =>
  value < 0x80 ? Buffer.from([value]) : Buffer.concat([Buffer.from([0xff]), u64(value)])

const MAGIC = Buffer.from('377abcaf271c0004', 'hex')
const ID = {
  end: 0,
  header: 1,
  streams: 4,
  files: 5,
  pack: 6,
  unpack: 7,
  parts: 8,
  size: 9,
  crc: 10,
  folder: 11,
  unpackSize: 12,
  count: 13,
  names: 17,
}

/** The bytes of a 7z. Without lies an honest one. */
export const forgeSevenZip = (members: readonly ForgedMember[], lies: SevenZipLies = {}): Buffer => {
  const contents = members.map(({ data = '' }) => Buffer.from(data))
  const block = Buffer.concat(contents)
  const count = number(lies.count ?? members.length)
  const sizes = contents.slice(0, -1).map(({ length }) => number(lies.memberBytes ?? length))
  const names = Buffer.concat(members.map(({ name }) => Buffer.from(`${name}\0`, 'utf16le')))
  const header = Buffer.concat([
    Buffer.from([ID.header, ID.streams, ID.pack]),
    ...[number(0), number(1), Buffer.from([ID.size]), number(block.length), Buffer.from([ID.end])],
    // One block, by one coder: a copy.
    ...[Buffer.from([ID.unpack, ID.folder]), number(1), Buffer.from([0, 1, 1, 0])],
    ...[Buffer.from([ID.unpackSize]), number(lies.blockBytes ?? block.length)],
    ...[Buffer.from([ID.crc, 1]), u32(lies.crc32 ?? computeCrc32(block)), Buffer.from([ID.end])],
    ...[Buffer.from([ID.parts, ID.count]), count, Buffer.from([ID.size]), ...sizes],
    // With one member, its checksum is that of the block.
    ...(members.length > 1 ? [Buffer.from([ID.crc, 1]), ...contents.map((content) => u32(computeCrc32(content)))] : []),
    ...[Buffer.from([ID.end, ID.end, ID.files]), count],
    ...[Buffer.from([ID.names]), number(names.length + 1), Buffer.from([0]), names, Buffer.from([ID.end, ID.end])],
  ])
  const place = Buffer.concat([u64(block.length), u64(header.length), u32(computeCrc32(header))])
  return Buffer.concat([MAGIC, u32(computeCrc32(place)), place, block, header])
}
