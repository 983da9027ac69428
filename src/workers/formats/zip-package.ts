/**
 * Owns reading documents that are zip packages (OOXML and its kin): their list of parts, and their parts as streams under limits.
 * Refuses: archives that people offer (they are expanded elsewhere), encrypted parts, parts that inflate like bombs or whose names lead outside.
 */
import { Transform, type Readable } from 'node:stream'
import { fromBufferPromise, getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { FormatContext, ItemBytes } from './format'

const MiB = 1024 * 1024
/** Larger packages are read through their file instead of memory. */
const MEMORY_BYTES = 16 * MiB
/** As Apache POI: honest packages have a few dozen parts; a book full of pictures has hundreds. */
const MAX_PARTS = 10_000

export type ZipPackage = {
  /** Names of the parts, in order, with `/` between folders and none at the start. */
  readonly names: readonly string[]
  readonly has: (name: string) => boolean
  /** What a part says that it inflates to, in bytes; 0 when there is none. */
  readonly sizeOf: (name: string) => number
  /** The inflated bytes of a part. @throws DOCUMENT_CORRUPT, DOCUMENT_ENCRYPTED, DOCUMENT_BOMB (also while reading) */
  readonly open: (name: string) => Promise<Readable>
  /** The same for what stands beside the text: what it inflates to is counted apart, so that no picture costs the text its allowance. */
  readonly openBeside: (name: string) => Promise<Readable>
  readonly close: () => void
}

/** Named in the warning. */
const MAX_NAMED = 10

/** yauzl adds hints for programmers after the first sentence. */
const firstSentence = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split(/\. |: /)[0]?.replace(/\.$/, '') ?? ''

const corrupt = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError('DOCUMENT_CORRUPT', { reason: firstSentence(thrown) }, { cause: thrown })

/** What a package is read from: an item, or bytes that were decrypted. */
type ZipBytes = Pick<ItemBytes, 'sizeBytes' | 'read'> & { readonly filePath?: ItemBytes['filePath'] }

/** The zip file of an item. Its entries are not checked; their names come from `partNameOf`. */
export const openZip = async (item: ZipBytes): Promise<ZipFile> => {
  const options = {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: true,
  }
  return item.sizeBytes <= MEMORY_BYTES || !item.filePath
    ? fromBufferPromise(await item.read(), options)
    : openPromise(await item.filePath(), options)
}

/** The name of a part, with `/` between folders and none at the start. It may still lead anywhere. */
export const partNameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replace(/^\/+/, '')

/** Counts inflated bytes of one part and of all, and stops a bomb while it inflates. */
const guard = (entry: Entry, total: { bytes: number }, limits: Limits): Transform => {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      total.bytes += chunk.length
      const ratio = bytes / Math.max(1, entry.compressedSize)
      if (bytes > limits['archive.entryRatioFromBytes'] && ratio > limits['archive.entryRatio']) {
        const details = {
          actual: Math.round(ratio),
          limit: limits['archive.entryRatio'],
          setting: 'archive.entryRatio',
        }
        return done(new AppError('DOCUMENT_BOMB', details))
      }
      if (total.bytes > limits['archive.entryBytes']) {
        return done(
          new AppError('FILE_TOO_LARGE', {
            actual: total.bytes,
            limit: limits['archive.entryBytes'],
            setting: 'archive.entryBytes',
          }),
        )
      }
      return done(null, chunk)
    },
  })
}

/**
 * Opens a package; the caller closes it. Parts whose names lead outside of it are not there; it warns of them.
 * @throws DOCUMENT_CORRUPT (not a whole zip file), DOCUMENT_BOMB (too many parts)
 */
export const openZipPackage = async (
  item: ZipBytes,
  { limits, warn }: Pick<FormatContext, 'limits' | 'warn'>,
): Promise<ZipPackage> => {
  let zip: ZipFile
  try {
    zip = await openZip(item)
  } catch (thrown) {
    throw corrupt(thrown)
  }
  const entries = new Map<string, Entry>()
  const refused: string[] = []
  const total = { bytes: 0 }
  const beside = { bytes: 0 }
  try {
    if (zip.entryCount > MAX_PARTS) throw new AppError('DOCUMENT_BOMB', { reason: `has ${zip.entryCount} parts` })
    for await (const entry of zip.eachEntry()) {
      const name = partNameOf(entry)
      if (validateFileName(name) !== null) refused.push(name)
      else if (!entries.has(name)) entries.set(name, entry)
    }
  } catch (thrown) {
    zip.close()
    throw corrupt(thrown)
  }
  if (refused.length > 0) {
    const parts = refused.slice(0, MAX_NAMED).join(', ')
    warn({ code: 'DOCUMENT_PART_UNREADABLE', details: { count: refused.length, parts } })
  }
  const openCounted = async (name: string, counted: { bytes: number }): Promise<Readable> => {
    const entry = entries.get(name)
    if (!entry) throw new AppError('DOCUMENT_CORRUPT', { reason: `its part ${name} is missing` })
    if (entry.isEncrypted()) throw new AppError('DOCUMENT_ENCRYPTED')
    try {
      const raw = await zip.openReadStreamPromise(entry)
      const guarded = guard(entry, counted, limits)
      raw.on('error', (thrown) => guarded.destroy(corrupt(thrown)))
      guarded.on('close', () => raw.destroy())
      return raw.pipe(guarded)
    } catch (thrown) {
      throw corrupt(thrown)
    }
  }
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    sizeOf: (name) => entries.get(name)?.uncompressedSize ?? 0,
    open: (name) => openCounted(name, total),
    openBeside: (name) => openCounted(name, beside),
    close: () => zip.close(),
  }
}
