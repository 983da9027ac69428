/**
 * Owns Deflate64 entries of zips, which Windows makes of files over 2 GB: read by 7-Zip, from a zip of this one entry made around their
 * bytes. Refuses: everything else about zips.
 */
import { AppError } from '../../shared/errors'
import { openMemorySource } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { EntryRecord } from './directory'
import { runSevenZip } from './seven-zip'

const METHOD = 9
const NAME = Buffer.from('entry')
const VERSION = 45
const UNKNOWN_32 = 0xffffffff
const FIELD_64 = 0x0001

/** An extra field with sizes of 64 bits. */
const createField = (sizes: readonly number[]): Buffer => {
  const field = Buffer.alloc(4 + 8 * sizes.length)
  field.writeUInt16LE(FIELD_64, 0)
  field.writeUInt16LE(field.length - 4, 2)
  for (const [index, size] of sizes.entries()) field.writeBigUInt64LE(BigInt(size), 4 + 8 * index)
  return field
}

const createZip = (data: ByteSource, { crc32, sizeBytes }: EntryRecord): { before: Buffer; after: Buffer } => {
  const field = createField([sizeBytes, data.sizeBytes])
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(VERSION, 4)
  local.writeUInt16LE(METHOD, 8)
  local.writeUInt32LE(crc32, 14)
  local.writeUInt32LE(UNKNOWN_32, 18)
  local.writeUInt32LE(UNKNOWN_32, 22)
  local.writeUInt16LE(NAME.length, 26)
  local.writeUInt16LE(field.length, 28)
  const before = Buffer.concat([local, NAME, field])
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(VERSION, 4)
  central.writeUInt16LE(VERSION, 6)
  central.writeUInt16LE(METHOD, 10)
  central.writeUInt32LE(crc32, 16)
  central.writeUInt32LE(UNKNOWN_32, 20)
  central.writeUInt32LE(UNKNOWN_32, 24)
  central.writeUInt16LE(NAME.length, 28)
  central.writeUInt16LE(field.length, 30)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length + NAME.length + field.length, 12)
  end.writeUInt32LE(before.length + data.sizeBytes, 16)
  return { before, after: Buffer.concat([central, NAME, field, end]) }
}

/** Sources after each other. */
const joinSources = (parts: readonly ByteSource[]): ByteSource => ({
  sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  readInto: (target, position) => {
    let done = 0
    let start = 0
    for (const part of parts) {
      const at = position + done - start
      if (at >= 0 && at < part.sizeBytes && done < target.length)
        done += part.readInto(target.subarray(done, done + Math.min(target.length - done, part.sizeBytes - at)), at)
      start += part.sizeBytes
    }
    return done
  },
  close: () => undefined,
})

/**
 * Gives the bytes of an entry to `take`, which checks them.
 * @param data Its compressed bytes, less than 4 GiB of them
 * @throws ARCHIVE_METHOD (larger), ARCHIVE_ENTRY_CORRUPT, and what `take` throws
 */
export const inflateDeflate64 = async (
  data: ByteSource,
  record: EntryRecord,
  { signal, beat }: { readonly signal: AbortSignal; readonly beat: () => void },
  take: (chunk: Buffer) => void,
): Promise<void> => {
  if (data.sizeBytes >= UNKNOWN_32 - 1024) throw new AppError('ARCHIVE_METHOD', { method: 'Deflate64 of 4 GiB' })
  await breathe(signal, beat)
  const { before, after } = createZip(data, record)
  const zip = joinSources([openMemorySource(before), data, openMemorySource(after)])
  const errors = await runSevenZip(zip, { args: ['x', '-so', '-tzip'], password: '', sink: take, beat })
  if (errors.length > 0) throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'its compressed data is damaged' })
}
