/**
 * Owns every limit of the product: name, unit, default, bounds, the reason for the default, and the code of the outcome.
 * Refuses: applying them. A limit that is not here does not exist; nothing over a limit passes silently.
 */
import type { ErrorCode } from './errors'

type Limit = {
  readonly unit: 'count' | 'bytes' | 'ms' | 'ratio' | 'chars' | 'levels' | 'days'
  readonly default: number
  readonly min: number
  readonly max: number
  readonly reason: string
  /** What happens to what exceeds it. `null`: it shapes work and rejects nothing. */
  readonly code: ErrorCode | null
}

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

export const limitTable = {
  'archive.entries': {
    unit: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    code: 'ARCHIVE_ENTRIES_LIMIT',
    reason: 'As ClamAV: an honest archive of documents rarely has more.',
  },
  'archive.totalBytes': {
    unit: 'bytes',
    default: 2 * GiB,
    min: MiB,
    max: 1024 * GiB,
    code: 'ARCHIVE_TOTAL_LIMIT',
    reason: 'Inflated bytes of one offered archive over all nested levels.',
  },
  'archive.entryBytes': {
    unit: 'bytes',
    default: 512 * MiB,
    min: KiB,
    max: 1024 * GiB,
    code: 'ARCHIVE_ENTRY_LIMIT',
    reason: 'Inflated bytes of one entry.',
  },
  'archive.entryRatio': {
    unit: 'ratio',
    default: 100,
    min: 2,
    max: 1_100,
    code: 'ARCHIVE_BOMB_RATIO',
    reason: 'As Tika and POI: 100:1, counted once an entry has passed 1 MiB.',
  },
  'archive.entryRatioFromBytes': {
    unit: 'bytes',
    default: MiB,
    min: 0,
    max: GiB,
    code: null,
    reason: 'Small, very compressible entries are harmless.',
  },
  'archive.totalRatio': {
    unit: 'ratio',
    default: 200,
    min: 2,
    max: 1_100,
    code: 'ARCHIVE_BOMB_RATIO',
    reason: 'Inflated bytes of all levels to the size of the offered file, once past 10 MiB.',
  },
  'archive.totalRatioFromBytes': {
    unit: 'bytes',
    default: 10 * MiB,
    min: 0,
    max: GiB,
    code: null,
    reason: 'Small, very compressible archives are harmless.',
  },
  'archive.depth': {
    unit: 'levels',
    default: 5,
    min: 1,
    max: 16,
    code: 'ARCHIVE_DEPTH_LIMIT',
    reason: 'Archives in archives; nobody nests deeper on purpose.',
  },
  'archive.similarNames': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1_000_000,
    code: 'ARCHIVE_DUPLICATE_NAME',
    reason: 'Entries whose names differ in capitals only: on most systems one would replace the other unseen.',
  },
  'archive.confirmBytes': {
    unit: 'bytes',
    default: 200 * MiB,
    min: 0,
    max: 1024 * GiB,
    code: 'ARCHIVE_CONFIRM',
    reason: 'What unpacks to more may take minutes and gigabytes: a person decides.',
  },
  'archive.nameBytes': {
    unit: 'bytes',
    default: 4_096,
    min: 64,
    max: 65_535,
    code: 'ARCHIVE_BAD_NAME',
    reason: 'The longest path Linux takes.',
  },
  'document.bytes': {
    unit: 'bytes',
    default: 512 * MiB,
    min: KiB,
    max: 1024 * GiB,
    code: 'FILE_TOO_LARGE',
    reason: 'Larger files are data, not documents.',
  },
  'document.chars': {
    unit: 'chars',
    default: 10_000_000,
    min: 1_000,
    max: 1_000_000_000,
    code: 'TEXT_LIMIT',
    reason: 'About 4,000 pages; more makes one document drown the others.',
  },
  'document.chunks': {
    unit: 'count',
    default: 20_000,
    min: 10,
    max: 1_000_000,
    code: 'CHUNKS_LIMIT',
    reason: 'The chunks of about 10 million characters.',
  },
  'document.xmlDepth': {
    unit: 'levels',
    default: 100,
    min: 10,
    max: 10_000,
    code: 'DOCUMENT_BOMB',
    reason: 'As Tika: deeper XML is an attack.',
  },
  'pdf.bytes': {
    unit: 'bytes',
    default: 256 * MiB,
    min: KiB,
    max: 2 * GiB,
    code: 'FILE_TOO_LARGE',
    reason: 'A PDF is read as a whole and stands in memory up to three times.',
  },
  'pdf.pages': {
    unit: 'count',
    default: 2_000,
    min: 1,
    max: 100_000,
    code: 'PDF_PAGES_LIMIT',
    reason: 'Books have fewer.',
  },
  'pdf.streamBytes': {
    unit: 'bytes',
    default: 75 * 1000 * 1000,
    min: MiB,
    max: 4 * GiB,
    code: 'DOCUMENT_BOMB',
    reason: 'As pypdf: inflated bytes of one stream; honest pages and fonts stay far below.',
  },
  'pdf.pageMs': {
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 86_400_000,
    code: 'PDF_PAGE_TIME',
    reason: 'Half a thousand times what a page usually takes; the other pages are to be read, too.',
  },
  'image.pixels': {
    unit: 'count',
    default: 50_000_000,
    min: 10_000,
    max: 1_000_000_000,
    code: 'IMAGE_PIXELS_LIMIT',
    reason: 'A page at 600 dpi has 35 million; each takes up to six bytes while it is read.',
  },
  'image.frames': {
    unit: 'count',
    default: 500,
    min: 1,
    max: 100_000,
    code: 'IMAGE_FRAMES_LIMIT',
    reason: 'Pages of a scanned or faxed TIFF.',
  },
  'ocr.enabled': {
    unit: 'count',
    default: 1,
    min: 0,
    max: 1,
    code: null,
    reason: 'Reading pictures of text takes seconds a page; 0 leaves them out, and says so.',
  },
  'ocr.pageMs': {
    unit: 'ms',
    default: 180_000,
    min: 100,
    max: 86_400_000,
    code: 'OCR_PAGE_TIME',
    reason:
      'A dense page takes ten seconds of one processor; a photograph without text may take very long and gives nothing.',
  },
  'ocr.timeMs': {
    unit: 'ms',
    default: 3_600_000,
    min: 1_000,
    max: 86_400_000,
    code: 'TIME_LIMIT',
    reason: 'One document: a scanned book of some hundred pages. What was read until then is kept.',
  },
  'ocr.memoryBytes': {
    unit: 'bytes',
    default: 1_536 * MiB,
    min: 256 * MiB,
    max: 1024 * GiB,
    code: 'WORKER_MEMORY',
    reason: 'Resident memory of the process that reads pictures; the largest picture takes about a third of it.',
  },
  'mail.parts': {
    unit: 'count',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    code: 'MAIL_PARTS_LIMIT',
    reason: 'Texts, attachments and groups of one mail; newsletters have a few dozen.',
  },
  'mail.headerBytes': {
    unit: 'bytes',
    default: MiB,
    min: KiB,
    max: 64 * MiB,
    code: 'MAIL_HEADER_LIMIT',
    reason: 'Ten thousand recipients; mail servers accept less.',
  },
  'mail.outlookBytes': {
    unit: 'bytes',
    default: 256 * MiB,
    min: KiB,
    max: GiB,
    code: 'FILE_TOO_LARGE',
    reason: 'An Outlook file is read as a whole; mail servers accept less than a fifth of it.',
  },
  'mail.messages': {
    unit: 'count',
    default: 100_000,
    min: 1,
    max: 10_000_000,
    code: 'ARCHIVE_ENTRIES_LIMIT',
    reason: 'Mails in one mailbox: people keep decades in one file.',
  },
  'job.documents': {
    unit: 'count',
    default: 1_000_000,
    min: 1,
    max: 100_000_000,
    code: 'JOB_DOCUMENTS_LIMIT',
    reason: 'One drop of a whole disk is a mistake.',
  },
  'documents.goneDays': {
    unit: 'days',
    default: 30,
    min: 0,
    max: 36_500,
    code: null,
    reason: 'What its source does not hold any more is kept so long: a disk may come back, a mistake may be undone.',
  },
  'job.tempBytes': {
    unit: 'bytes',
    default: 4 * GiB,
    min: MiB,
    max: 4096 * GiB,
    code: 'TEMP_DISK_LIMIT',
    reason: 'Spooled nested archives and entries of one job.',
  },
  'disk.freeBytes': {
    unit: 'bytes',
    default: 256 * MiB,
    min: 0,
    max: 1024 * GiB,
    code: 'DISK_FULL',
    reason: 'Left free on the disk of temporary files: the database and other programs need room, too.',
  },
  'job.inflatedBytes': {
    unit: 'bytes',
    default: 256 * GiB,
    min: MiB,
    max: 4096 * GiB,
    code: 'JOB_INFLATED_LIMIT',
    reason: 'Inflated bytes of all archives of one job: a hundred of the largest that are allowed.',
  },
  'task.memoryBytes': {
    unit: 'bytes',
    default: 1_536 * MiB,
    min: 128 * MiB,
    max: 1024 * GiB,
    code: 'WORKER_MEMORY',
    reason: 'Resident memory of a worker host; a hostile document must not take the machine.',
  },
  'task.timeMs': {
    unit: 'ms',
    default: 300_000,
    min: 1_000,
    max: 86_400_000,
    code: 'WORKER_TIMEOUT',
    reason: 'As Tika: five minutes for one document.',
  },
  'task.softTimeMs': {
    unit: 'ms',
    default: 240_000,
    min: 1_000,
    max: 86_400_000,
    code: 'TIME_LIMIT',
    reason: 'Below the hard limit, so that a slow document keeps what was read of it.',
  },
  'task.heartbeatMs': {
    unit: 'ms',
    default: 30_000,
    min: 1_000,
    max: 3_600_000,
    code: 'WORKER_STALLED',
    reason: 'A thread that is this long silent hangs in a loop.',
  },
  'task.attempts': {
    unit: 'count',
    default: 3,
    min: 1,
    max: 20,
    code: null,
    reason: 'Tries of a task that fails for a passing reason.',
  },
  'worker.parseThreads': {
    unit: 'count',
    default: 2,
    min: 1,
    max: 64,
    code: null,
    reason: 'Documents read at the same time; at most the number of processors.',
  },
  'worker.embedThreads': {
    unit: 'count',
    default: 2,
    min: 1,
    max: 64,
    code: null,
    reason: 'Embedding batches at the same time; at most the number of processors.',
  },
  'worker.recycleTasks': {
    unit: 'count',
    default: 5_000,
    min: 10,
    max: 10_000_000,
    code: null,
    reason: 'A host is replaced after this many tasks: parsers leak.',
  },
  'worker.idleMs': {
    unit: 'ms',
    default: 120_000,
    min: 1_000,
    max: 86_400_000,
    code: null,
    reason: 'A host without work gives its memory back.',
  },
  'cache.bytes': {
    unit: 'bytes',
    default: 2 * GiB,
    min: 16 * MiB,
    max: 1024 * GiB,
    code: null,
    reason: 'The embedding cache; about two million vectors.',
  },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limitTable

/** All limits with their values in force. */
export type Limits = Readonly<Record<LimitName, number>>

export const limitNames = Object.keys(limitTable) as readonly LimitName[]

/** The defaults, with some values replaced. Values out of bounds are clamped. */
export const resolveLimits = (overrides: Partial<Record<LimitName, number>> = {}): Limits => {
  const entries = limitNames.map((name) => {
    const { default: otherwise, min, max } = limitTable[name]
    return [name, Math.min(max, Math.max(min, overrides[name] ?? otherwise))] as const
  })
  return Object.fromEntries(entries) as Limits
}

/** The environment variable of a limit: `task.memoryBytes` is `SLUICE_TASK_MEMORY_BYTES`. */
export const variableOf = (name: LimitName): string =>
  `SLUICE_${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace('.', '_')
    .toUpperCase()}`

/** The limits in force in an environment: the defaults, replaced where a variable holds a number. What is not a number is left out. */
export const limitsFromEnvironment = (environment: Readonly<Record<string, string | undefined>>): Limits => {
  const overrides: Partial<Record<LimitName, number>> = {}
  for (const name of limitNames) {
    const value = Number(environment[variableOf(name)]?.trim() || Number.NaN)
    if (Number.isFinite(value)) overrides[name] = value
  }
  return resolveLimits(overrides)
}
