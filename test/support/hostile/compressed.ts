/**
 * Owns making compressed streams that no library here can write: zstd frames of raw and repeated blocks, xz of stored blocks, bzip2 and xz of zeros.
 * Refuses to compress: these are containers around bytes, and bombs. Sources: RFC 8878; the .xz file format 1.1.0; gzip is Node's own.
 */
import { computeCrc32 } from '../../../src/workers/archive/crc32'
import { u32 } from '../zip-forge'

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
const ZSTD_BLOCK = 128 * 1024

const zstdBlock = (last: boolean, type: 0 | 1, size: number): Buffer => {
  const value = (size << 3) | (type << 1) | (last ? 1 : 0)
  return Buffer.from([value & 255, (value >> 8) & 255, value >> 16])
}

/** Window of 1 MiB, no checksum, size not told. */
const ZSTD_FRAME = Buffer.concat([ZSTD_MAGIC, Buffer.from([0x00, 10 << 3])])

/** A zstd frame with the bytes in it as they are. */
export const storeZstd = (data: Buffer): Buffer => {
  const parts: Buffer[] = [ZSTD_FRAME]
  for (let at = 0; at === 0 || at < data.length; at += ZSTD_BLOCK) {
    const piece = data.subarray(at, at + ZSTD_BLOCK)
    parts.push(zstdBlock(at + ZSTD_BLOCK >= data.length, 0, piece.length), piece)
  }
  return Buffer.concat(parts)
}

/** A zstd frame of zeros: four bytes for each 128 KiB. */
export const zstdBomb = (sizeBytes: number): Buffer => {
  const blocks = Math.max(1, Math.ceil(sizeBytes / ZSTD_BLOCK))
  const one = Buffer.concat([zstdBlock(false, 1, ZSTD_BLOCK), Buffer.from([0])])
  const last = Buffer.concat([zstdBlock(true, 1, ZSTD_BLOCK), Buffer.from([0])])
  return Buffer.concat([ZSTD_FRAME, ...Array.from({ length: blocks - 1 }, () => one), last])
}

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return Buffer.from(bytes)
}
const padTo4 = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
const withCrc = (bytes: Buffer): Buffer => Buffer.concat([bytes, u32(computeCrc32(bytes))])

const LZMA2_CHUNK = 64 * 1024

/** An xz stream with the bytes in it as they are, and their CRC32. */
export const storeXz = (data: Buffer): Buffer => {
  const flags = Buffer.from([0, 1])
  const start = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), withCrc(flags)])
  // Header of 12 bytes: its size, no flags, the LZMA2 filter with a dictionary of 1 MiB.
  const blockHeader = withCrc(Buffer.from([2, 0, 0x21, 1, 16, 0, 0, 0]))
  const chunks: Buffer[] = []
  for (let at = 0; at < data.length; at += LZMA2_CHUNK) {
    const piece = data.subarray(at, at + LZMA2_CHUNK)
    const length = piece.length - 1
    chunks.push(Buffer.from([at === 0 ? 1 : 2, length >> 8, length & 255]), piece)
  }
  chunks.push(Buffer.from([0]))
  const packed = Buffer.concat(chunks)
  const check = u32(computeCrc32(data))
  const index = withCrc(
    padTo4(Buffer.concat([Buffer.from([0, 1]), varint(blockHeader.length + packed.length + 4), varint(data.length)])),
  )
  const backward = Buffer.concat([u32(index.length / 4 - 1), flags])
  const footer = Buffer.concat([u32(computeCrc32(backward)), backward, Buffer.from('YZ')])
  return Buffer.concat([start, blockHeader, padTo4(packed), check, index, footer])
}

/** Ten million zeros, by `bzip2 -9` and `xz -9e`: streams of one kind may follow each other. */
const BZIP2_ZEROS = Buffer.from('QlpoOTFBWSZTWdOl3HwATJfAEMAAAAgACCAAMMwFKaaqRFGwFEUeLuSKcKEhp0u4+A==', 'base64')
const XZ_ZEROS = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5lif/xABKwDsc1On/b6ufDEan7eNMW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8QlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlUQ8/sp//EAErAOxzU6f9vq58MRqft40xbnCepyNf7CjLhdGVmIp+KpHyJ3X3GcAGmE2Y/div1ZAPxCVT+PWRNjEFpbDub8FwTUcM0ZERqq1gHbrOsScYXFmG6WZSWL7pdqxZ5OVbBQj5x9qt/PtSK3TNHlsgQvndUz34KWQJO4DLKmzftTvwxL0uX6oPPktmQpATDv8Qk/hxeFn4C83/lShGD6n8fN77mjAuVsCPhfODgcBlxCVT+PWRNjEFpbDub8FwTUcM0ZERqq1gHbrOsScYXFmG6WZSWL7pdqxZ5OVbBQj5x9qt/PtSK3TNHlsgQvndUz34KWQJO4DLKmzftTvwxL0uX6oPPktmQpATDv8Qk/hxeFn4C83/lShGD6n8fN77mjAuVsCPhfODgcBlxCVRDz+yn/8QASsA7HNTp/2+rnwxGp+3jTFucJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVEPP7KYmjoA6ADsc1On/b6ufDEan7eNMW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8QlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zQrPEUIAAAAAAFPgiffDPIoSAAGJDICt4gSzUcZoscRn+wIAAAAABFla',
  'base64',
)
export const ZEROS_BYTES = 10_000_000

const repeat = (part: Buffer, sizeBytes: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(sizeBytes / ZEROS_BYTES) }, () => part))

export const bzip2Bomb = (sizeBytes: number): Buffer => repeat(BZIP2_ZEROS, sizeBytes)
export const xzBomb = (sizeBytes: number): Buffer => repeat(XZ_ZEROS, sizeBytes)

/** "The ferry to the island leaves at noon, said the small note.\n" by `bzip2`. */
export const BZIP2_NOTE = Buffer.from(
  'QlpoOTFBWSZTWe1U1mkAAAdTgAAQQAUEACdnnSAgAEiKPamU9JtI9qnqFGjTRo0yYFQkHcYprOO8nMs5PG3NwWT4PKhaUIw0k3yKWLIVAZF3JFOFCQ7VTWaQ',
  'base64',
)
