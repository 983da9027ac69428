/**
 * Owns telling containers apart by their bytes. Refuses: reading them, and names (but for one hint: a zip may begin with anything).
 */
import type { ContainerKind } from '../../shared/kinds'
import { extensionOf, sniffMail } from '../formats/mail-detection'
import { isTnef } from '../formats/mail-tnef'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { hasEndRecord } from './end-record'
import { TAR_BLOCK_BYTES, isTarHeader, isZeroBlock } from './tar-header'

const HEAD_BYTES = 4_096
const TAR_NAME = /\.tar$/i
const ZIP_NAME = /\.(?:zip|zipx|exe|jar|apk)$/i

type Sniff = (head: Buffer) => boolean

const startsWith =
  (...bytes: number[]): Sniff =>
  (head) =>
    bytes.every((byte, at) => head[at] === byte)

const isBzip2: Sniff = (head) =>
  head.length >= 10 &&
  /^BZh[1-9]$/.test(head.toString('latin1', 0, 4)) &&
  ['314159265359', '177245385090'].includes(head.toString('hex', 4, 10))

/** A frame, or a frame that is skipped (some programs put one before the first). */
const isZstd: Sniff = (head) =>
  head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50)

/** Deflate is the only method of gzip; the upper bits of its flags are reserved. */
const isGzip: Sniff = (head) => startsWith(0x1f, 0x8b, 8)(head) && ((head[3] ?? 0xff) & 0xe0) === 0

/** In this order; the first that fits. */
const signatures: readonly (readonly [ContainerKind, Sniff])[] = [
  ['zip', startsWith(0x50, 0x4b, 3, 4)],
  ['zip', startsWith(0x50, 0x4b, 5, 6)],
  ['zip', startsWith(0x50, 0x4b, 7, 8)],
  ['gzip', isGzip],
  ['bzip2', isBzip2],
  ['xz', startsWith(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
  ['zstd', isZstd],
  ['7z', startsWith(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)],
  ['tnef', isTnef],
  ['msg', startsWith(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)],
  ['tar', (head) => isTarHeader(head.subarray(0, TAR_BLOCK_BYTES))],
]

/**
 * The kind of a container, `null` when its bytes are those of none.
 * @param name The last part of its path
 */
export const sniffContainer = (source: ByteSource, name: string): ContainerKind | null => {
  const head = readBytes(source, 0, HEAD_BYTES)
  const signed = signatures.find(([, sniff]) => sniff(head))?.[0]
  if (signed !== undefined) return signed
  // An empty tar is zeros.
  if (TAR_NAME.test(name) && head.length >= TAR_BLOCK_BYTES && isZeroBlock(head)) return 'tar'
  // An archive may stand behind a program, a script or anything else; a mail that ends with one is a mail.
  const hidden = (): ContainerKind | null => (hasEndRecord(source) ? 'zip' : null)
  const mail = (): ContainerKind | null => sniffMail(head, extensionOf(name))
  return ZIP_NAME.test(name) ? (hidden() ?? mail()) : (mail() ?? hidden())
}
