/**
 * Owns what the archives of an estimate hold, by their tables of contents; nothing in them is inflated.
 * Refuses: archives that would have to be unpacked to be listed; what they hold is guessed from their size, and said to be.
 */
import type { ArchiveStats } from '../../shared/domain'
import { toAppError, told } from '../../shared/errors'
import { isArchiveName } from '../../shared/kinds'
import type { ExpandedEntry, Locator } from '../../shared/work'
import { guessRatio, isListable } from './estimate-rates'
import type { IngestParts } from './parts'
import { joinArchivePath } from './paths'

export type FoundArchive = { readonly path: string; readonly locator: Locator; readonly sizeBytes: number }

/** What one archive comes to. `entries` are told a page at a time. */
export type ListedArchive = {
  readonly stats: ArchiveStats
  /** Its table of contents was read. */
  readonly exact: boolean
  /** It does not open without a password. */
  readonly locked: boolean
  /** It ends as a whole with a problem. */
  readonly refused: boolean
  /** Bytes that its entries take on disk while they are read, at most. */
  readonly tempBytes: number
}

/** Entries up to this size are read in memory. */
const MEMORY_BYTES = 16 * 1024 * 1024

const guess = ({ path, sizeBytes }: FoundArchive): ListedArchive => {
  const ratio = guessRatio(path)
  const bytesExpanded = sizeBytes * ratio
  const stats = {
    path,
    entries: 1,
    nested: 0,
    maxDepth: 1,
    bytesCompressed: sizeBytes,
    bytesExpanded,
    ratio,
    skipped: 0,
    ms: 0,
  }
  return {
    stats,
    exact: false,
    locked: false,
    refused: false,
    tempBytes: bytesExpanded > MEMORY_BYTES ? bytesExpanded : 0,
  }
}

type ListOptions = {
  readonly parts: Pick<IngestParts, 'parse' | 'limits' | 'nowMs'>
  readonly tempDir: string
  readonly signal: AbortSignal
  readonly onEntries: (archive: FoundArchive, entries: readonly (ExpandedEntry & { path: string })[]) => void
}

/** Lists one archive; `now` is false when there is no time left for it. */
export const listArchive = async (
  archive: FoundArchive,
  now: boolean,
  options: ListOptions,
): Promise<ListedArchive> => {
  if (!now || !isListable(archive.path)) return guess(archive)
  const { parts, tempDir, signal, onEntries } = options
  const startedMs = parts.nowMs()
  let nested = 0
  let skipped = 0
  let tempBytes = 0
  const params = {
    locator: archive.locator,
    depth: 0,
    limits: parts.limits(),
    tempDir,
    inflateBudgetBytes: null,
    confirmed: true,
  }
  try {
    const result = await parts.parse('expand', params, {
      signal,
      label: archive.path,
      alone: false,
      onMessage: async ({ entries }) => {
        for (const entry of entries) {
          if (entry.problem !== null) skipped += 1
          else if (isArchiveName(entry.name)) nested += 1
          if (entry.problem === null && entry.sizeBytes > MEMORY_BYTES) tempBytes = Math.max(tempBytes, entry.sizeBytes)
        }
        onEntries(
          archive,
          entries.map((entry) => ({ ...entry, path: joinArchivePath(archive.path, entry.name) })),
        )
        return undefined
      },
    })
    const { entries, bytesCompressed, bytesExpanded, warnings } = result
    const stats = {
      path: archive.path,
      entries,
      nested,
      maxDepth: nested > 0 ? 2 : 1,
      bytesCompressed,
      bytesExpanded,
      ratio: bytesCompressed === 0 ? 0 : Math.round((bytesExpanded / bytesCompressed) * 100) / 100,
      skipped,
      ms: Math.round(parts.nowMs() - startedMs),
      ...(warnings.length > 0 ? { warnings: warnings.map(({ code, details }) => told(code, details)) } : {}),
    }
    return { stats, exact: nested === 0, locked: false, refused: false, tempBytes }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    const { code, details } = toAppError(thrown)
    const { stats } = guess(archive)
    const none = { ...stats, entries: 0, bytesExpanded: 0, ratio: 0, warnings: [told(code, details)] }
    return { stats: none, exact: true, locked: code === 'ARCHIVE_ENCRYPTED', refused: true, tempBytes: 0 }
  }
}
