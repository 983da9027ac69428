/**
 * Owns the contract that every format meets: how it is recognized and how its text is read.
 * Refuses: opening files (bytes come as `ItemBytes`), cutting into chunks, deciding outcomes.
 */
import type { Readable } from 'node:stream'
import { AppError } from '../../shared/errors'
import type { DocumentKind } from '../../shared/kinds'
import type { LimitName, Limits } from '../../shared/limits'
import type {
  Block,
  BlockKind,
  Coverage,
  DocumentFacts,
  ExpandedEntry,
  PictureFile,
  Seen,
  Warning,
} from '../../shared/work'
import { cleanText, collapseSpace } from '../text/clean'

/** The bytes of one item. `head` holds the first 64 KiB at most. */
export type ItemBytes = {
  readonly sizeBytes: number
  readonly head: Buffer
  /** All bytes; only for formats that need them at once, which check `sizeBytes` first. */
  read: () => Promise<Buffer>
  stream: () => Readable
  /** A file with these bytes, for readers that seek. */
  filePath: () => Promise<string>
}

/** What a format finds out on the way, beside the blocks. */
export type FormatFacts = Pick<DocumentFacts, 'title' | 'language' | 'pages' | 'encoding'>

export type FormatContext = {
  /** Last part of the path. */
  readonly name: string
  readonly limits: Limits
  readonly signal: AbortSignal
  /** A sign of life; called often by long loops. */
  readonly beat: () => void
  /** Something was left out. */
  readonly warn: (warning: Warning) => void
  /** Sets facts; later ones replace earlier ones. */
  readonly describe: (facts: Partial<FormatFacts>) => void
  /** What became of the next part, in the order of the document. Neighbors without a name that fared alike become one line. */
  readonly cover: (part: Coverage) => void
  /** Passwords to try; empty when none was entered. */
  readonly passwords: readonly string[]
  /** Whether pictures of text are to be read now; if not, `needOcr` is told. */
  readonly ocr: boolean
  /** Shows a picture to a model, whose text is Markdown. Not there where none is asked. */
  readonly see?: ((picture: PictureFile | string, page: number | null) => Promise<Seen>) | undefined
  /** Whether figures in pages with text are wanted; as long as they are not read, `needFigures` is told. */
  readonly figures?: boolean
  /** As `see`, for a figure. Not there where none is read. */
  readonly seeFigure?: ((picture: PictureFile | string, page: number | null) => Promise<Seen>) | undefined
  /** So many pages with text may hold figures; of what has no pages: so many figures. */
  readonly needFigures?: (pages: number) => void
  /** So many more bytes of the item were read: what is left when reading is cut short is said. Only formats that read as they go know. */
  readonly consumed?: (bytes: number) => void
  /** So many pages or pictures could be read by OCR only and were left out. */
  readonly needOcr: (pages: number) => void
  /** The job's temporary folder, for what needs a folder of its own in it (it may not exist yet); without one, the system's. */
  readonly tempDir?: string
}

/** What is known about an item before it is read. */
export type Sample = {
  readonly head: Buffer
  /** Whether `head` is all there is. */
  readonly complete: boolean
  /** In lower case. */
  readonly name: string
  /** Without the dot, in lower case; empty when there is none. */
  readonly extension: string
  /** What the first bytes (for zip containers also the list of their entries) say it is: `pdf`, `docx`, `png`, …; `null` when they say nothing. */
  readonly signature: string | null
  /** The head as text; `null` when it is not text, or has a signature. */
  readonly text: string | null
}

export type Format = {
  readonly kind: DocumentKind
  /** Extensions without the dot that name this format. */
  readonly extensions: readonly string[]
  /** How sure it is that the sample is of this format, 0-1; `null` for no. Content outweighs names. */
  readonly detect: (sample: Sample) => number | null
  /**
   * For documents that hold others (mail): the items, as an archive lists its entries. They are read by position as entries of a container of
   * this kind (see `archive/container.ts`). May throw what `extract` throws.
   */
  readonly entries?: (item: ItemBytes, context: FormatContext) => Promise<ExpandedEntry[]>
  /**
   * The text in reading order. Stops soon after `signal` is aborted, by throwing CANCELLED.
   * @throws DOCUMENT_CORRUPT, PDF_ENCRYPTED, DOCUMENT_ENCRYPTED, DOCUMENT_BOMB, FILE_TOO_LARGE
   */
  readonly extract: (item: ItemBytes, context: FormatContext) => AsyncIterable<Block>
}

/** @throws CANCELLED */
export const throwIfAborted = (signal: AbortSignal): void => {
  if (signal.aborted) throw new AppError('CANCELLED')
}

/** For formats that need all bytes at once. @throws FILE_TOO_LARGE */
export const requireSize = (item: ItemBytes, limits: Limits, setting: LimitName): void => {
  const limit = limits[setting]
  if (item.sizeBytes > limit) throw new AppError('FILE_TOO_LARGE', { actual: item.sizeBytes, limit, setting })
}

/** Lines keep their order and indentation but not the white space at their ends. */
const trimLines = (text: string): string => {
  if (!/[ \t]\n|\n{3}/.test(text)) return text
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

/** A clean block, or `null` when nothing visible is left of the text. */
export const makeBlock = (
  kind: BlockKind,
  raw: string,
  headings: readonly string[] = [],
  page: number | null = null,
): Block | null => {
  const clean = trimLines(cleanText(raw))
  // The first line of code keeps its indentation.
  const text = kind === 'code' ? clean.replace(/^(?:[ \t]*\n)+/, '').trimEnd() : clean.trim()
  return text === '' ? null : { kind, text, headings, page }
}

/** Keeps track of the headings above the current place. */
export type Outline = {
  /** The headings above what comes now. */
  readonly path: () => readonly string[]
  /** Enters a heading of a level from 1; returns the headings above it. */
  readonly enter: (level: number, text: string) => readonly string[]
}

/** A heading in a path is cut to this length: it is repeated in every block below it. */
const HEADING_IN_PATH_CHARS = 120

export const createOutline = (): Outline => {
  let open: { level: number; text: string }[] = []
  let path: readonly string[] = []
  return {
    path: () => path,
    enter: (level, text) => {
      open = open.filter((heading) => heading.level < level)
      const above = open.map((heading) => heading.text)
      open = [...open, { level, text: collapseSpace(cleanText(text)).slice(0, HEADING_IN_PATH_CHARS) }]
      path = open.map((heading) => heading.text)
      return above
    },
  }
}
