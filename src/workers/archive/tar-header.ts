/**
 * Owns the 512 bytes before each entry of a tar: numbers, names, checksum. Refuses: entries that take several headers (tar-entries).
 * Source: POSIX.1-2017 pax "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 */

export const TAR_BLOCK_BYTES = 512

export type TarHeader = {
  /** Without the padding; in the character set of who made it. */
  readonly name: Buffer
  readonly sizeBytes: number
  readonly modifiedMs: number | null
  /** The type flag as a character: `0` for files of old, too. */
  readonly type: string
  readonly linkName: Buffer
}

const NAME = [0, 100] as const
const SIZE = [124, 136] as const
const MODIFIED = [136, 148] as const
const CHECKSUM = [148, 156] as const
const TYPE_AT = 156
const LINK = [157, 257] as const
const MAGIC = [257, 263] as const
const PREFIX = [345, 500] as const
const SPACE = 32

type Field = readonly [number, number]

const textOf = (header: Buffer, [from, to]: Field): Buffer => {
  const bytes = header.subarray(from, to)
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** A number in octal, or, where that is too short, in base 256 (GNU). `NaN` when it is neither. */
const numberOf = (header: Buffer, field: Field): number => {
  const bytes = header.subarray(...field)
  const [first = 0] = bytes
  if (first === 0x80) return bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
  // Negative in base 256: only times are.
  if (first === 0xff) return -1
  const text = bytes
    .toString('latin1')
    .replace(/(?<![\0 ])[\0 ]+$/, '')
    .trimStart()
  return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN
}

/** The sum of all bytes, its own field counted as spaces. Some programs of old took bytes as signed. */
const hasChecksum = (header: Buffer): boolean => {
  const stated = numberOf(header, CHECKSUM)
  let unsigned = 0
  let signed = 0
  for (const [at, each] of header.entries()) {
    const byte = at >= CHECKSUM[0] && at < CHECKSUM[1] ? SPACE : each
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return unsigned === stated || signed === stated
}

/** A block of zeros: two of them end the archive. */
export const isZeroBlock = (block: Buffer): boolean => block.every((byte) => byte === 0)

/** Whether a block can be the header of an entry. */
export const isTarHeader = (block: Buffer): boolean =>
  block.length === TAR_BLOCK_BYTES && block[0] !== 0 && hasChecksum(block) && parseTarHeader(block) !== null

/** The header in a block whose checksum is right; `null` when it is none. */
export const parseTarHeader = (block: Buffer): TarHeader | null => {
  if (block.length < TAR_BLOCK_BYTES || !hasChecksum(block)) return null
  const sizeBytes = numberOf(block, SIZE)
  const seconds = numberOf(block, MODIFIED)
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return null
  const magic = block.toString('latin1', ...MAGIC)
  // GNU tar's own magic ends in a space, and keeps other things where the prefix is.
  const prefix = magic === 'ustar\0' ? textOf(block, PREFIX) : Buffer.alloc(0)
  const name = textOf(block, NAME)
  const flag = block[TYPE_AT] ?? 0
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    sizeBytes,
    modifiedMs: Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1_000 : null,
    type: flag === 0 ? '0' : String.fromCharCode(flag),
    linkName: textOf(block, LINK),
  }
}
