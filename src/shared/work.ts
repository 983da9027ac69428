/**
 * Owns the contract between the engine and what runs on worker threads: the tasks, their parameters, messages and results.
 * Refuses: running them. Everything here is structured-cloneable.
 */
import type { ErrorCode, ErrorDetails } from './errors'
import type { ContainerKind } from './kinds'
import type { Limits } from './limits'
import type { FolderCard, FolderChoice } from './model-folders'

/**
 * Where the bytes of an item are: a file on disk and, within it, the chain of archive entries that leads to it.
 * `entries` are positions in the list of each archive, outermost first; empty for a plain file. The name tells an entry from others, also
 * after the archive was made anew; a refused name may be that of several, which are told apart by position (`byIndex`).
 */
export type Locator = {
  /** Absolute path of the original on disk. Names that are not Unicode are kept as `locationBytes` (base64 of the raw bytes). */
  readonly location: string
  readonly locationBytes?: string | undefined
  readonly entries: readonly { readonly index: number; readonly name: string; readonly byIndex?: boolean | undefined }[]
}

/** A thing that was left out or could not be read, with its code: becomes a warning or a problem. */
export type Warning = { readonly code: ErrorCode; readonly details: ErrorDetails }

export const blockKinds = ['heading', 'paragraph', 'list-item', 'table-row', 'code', 'quote', 'caption'] as const
export type BlockKind = (typeof blockKinds)[number]

/** A piece of a document's text as its format sees it. Formats emit blocks in reading order. */
export type Block = {
  readonly kind: BlockKind
  /** Unicode text; lines end in `\n`; no trailing white space. Never empty. */
  readonly text: string
  /** The headings above it, outermost first. */
  readonly headings: readonly string[]
  /** Page, sheet or slide, from 1; `null` where the format has none. */
  readonly page: number | null
  /** What somebody else says of a part of the document: no chunk has it together with the document's own words. */
  readonly isApart?: true
}

/** What became of a part of a document. `skipped` and `truncated` say why. */
export const coverageStates = ['indexed', 'ocr', 'empty', 'truncated', 'skipped'] as const
export type CoverageState = (typeof coverageStates)[number]

export const coverageParts = ['document', 'page', 'sheet', 'slide', 'chapter', 'part', 'attachment'] as const
export type CoverageUnit = (typeof coverageParts)[number]

/** One line of a document's receipt: a run of neighboring parts that fared alike. */
export type Coverage = {
  readonly unit: CoverageUnit
  /** Both from 1, both inclusive. */
  readonly from: number
  readonly to: number
  /** Of a single part that has one: the name of a sheet, a chapter, an attachment. */
  readonly name: string | null
  readonly state: CoverageState
  readonly reason: Warning | null
}

/** What a format says about a document, beside its blocks. */
export type DocumentFacts = {
  readonly kind: string
  readonly title: string | null
  readonly language: string | null
  readonly pages: number | null
  readonly encoding: string | null
  readonly warnings: readonly Warning[]
  /** Its receipt, in the order of the document; never empty. */
  readonly coverage: readonly Coverage[]
}

/**
 * A passage of the document's text. The text of a document is its blocks joined by `\n\n` (table rows and list items that
 * follow each other by `\n`); `start` and `end` are UTF-16 offsets into that text and `text === whole.slice(start, end)`.
 */
export type Chunk = {
  readonly ordinal: number
  readonly text: string
  readonly start: number
  readonly end: number
  readonly page: number | null
  /** Heading path joined by ` › `, or an empty string. */
  readonly heading: string
}

/** An entry of an archive that is to become a task, or a problem that was found with it. */
export type ExpandedEntry = {
  readonly index: number
  /** Normalized name within its archive, `/`-separated, `!/` written `!%2F`, bytes that are not Unicode as `%XX`. */
  readonly name: string
  readonly sizeBytes: number
  readonly compressedBytes: number
  readonly crc32: number
  readonly modifiedMs: number | null
  /** Set when a guardrail refuses the entry or it is nothing to index: it is counted, never opened. */
  readonly problem: Warning | null
}

export type ExpandParams = {
  locator: Locator
  depth: number
  limits: Limits
  tempDir: string
  /** Bytes that the offered archive may still inflate to; for an archive in an archive, whose own bytes have to be inflated. */
  inflateBudgetBytes?: number | null
  /** Passwords to try, for the archive and those it is in; never stored. */
  passwords?: readonly string[]
  /** A person agreed to what it inflates to; without it ARCHIVE_CONFIRM is thrown above `archive.confirmBytes`. */
  confirmed?: boolean
}
export type ExpandMessage = { type: 'entries'; entries: ExpandedEntry[] }
export type ExpandResult = {
  entries: number
  bytesCompressed: number
  bytesExpanded: number
  /** Warnings on the archive as a whole (for example prepended bytes). */
  warnings: Warning[]
  /** Entries left out because they are junk of a system (`__MACOSX/`, `.DS_Store`, `Thumbs.db`). */
  ignored: number
  kind?: ContainerKind
}

export type ExtractParams = {
  locator: Locator
  /** Name for type detection and messages: the last part of the path. */
  name: string
  limits: Limits
  tempDir: string
  /** Bytes that this offered archive may still inflate to, over all levels; `null` for a plain file. */
  inflateBudgetBytes: number | null
  /** Passwords to try, for the document and the archives it is in; never stored. */
  passwords?: readonly string[]
  /** Read pictures of text, too; without it they are counted in `ocrPages` only. */
  ocr?: boolean
  /** With `ocr`: each picture of text is shown to the engine first, which may know its text. */
  vision?: boolean
  /** Figures in pages that have text are read, too: with `ocr` shown to the engine, without it counted in `figurePages`. */
  figures?: boolean
}

/** A picture as a model takes it. `turn`: degrees clockwise by which it has to be turned to be read. */
export type PictureFile = {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly turn: number
}

/**
 * The dialogue of one extraction. `seen` is asked before anything is parsed: the answer `skip` ends the task (its content is
 * known already), `archive: true` in `seen` ends it as well (the engine makes an archive task of it).
 * `chunks` carries at most 200 and is answered when they are stored (backpressure); the last of them come with the result.
 */
export type ExtractMessage =
  | { type: 'seen'; sha256: string; sizeBytes: number; kind: string; archive: boolean }
  | { type: 'chunks'; chunks: Chunk[] }
  /** Items that the document holds (attachments of a mail); said before its text, whether that is known or not. */
  | { type: 'entries'; entries: ExpandedEntry[] }
  /** A picture of text, or why a model cannot be given it; only where that was asked for. */
  | { type: 'picture'; picture: PictureFile | string; page: number | null; figure?: boolean }
export type ExtractReply = { proceed: boolean } & Partial<Seen>
/** What a model made of a picture: its text (`null` leaves it to OCR), and what is said of that. */
export type Seen = { readonly text: string | null; readonly note: Warning | null }
export type ExtractResult = {
  sha256: string
  sizeBytes: number
  /** `null` when the engine answered `proceed: false`. */
  facts: DocumentFacts | null
  archive: boolean
  chars: number
  /** The chunks that were not said: at most 200, the last of the document. */
  lastChunks: Chunk[]
  /** All chunks, said or not. */
  chunkCount: number
  /** Pages or pictures that only OCR could read, and that were not read. */
  ocrPages: number
  /** Pages with text that may hold figures, and of which those were not read; only where they are wanted. */
  figurePages?: number
  extractMs: number
  chunkMs: number
}

/**
 * A model of a person's choice instead of the one in `modelDir`. `threads`: of the native library; `memoryBytes`: of its process, for all models
 * that are kept loaded there (without it only one is).
 */
export type FolderModel = {
  readonly folder: string
  readonly card: FolderCard
  readonly threads?: number
  readonly memoryBytes?: number
}
export type EmbedParams = { texts: string[]; modelDir: string; folder?: FolderModel }
/** One vector of one window; `vector` is float16 packed in a Uint16Array. */
export type EmbeddedWindow = {
  text: number
  start: number
  end: number
  tokens: number
  /** Share of its characters that the model's vocabulary knows, 0–1. Near 0 (another script) the vector says nothing. */
  known?: number
}
export type EmbedResult = { model: string; dimensions: number; windows: EmbeddedWindow[]; vectors: Uint16Array }
export type EmbedQueryParams = { text: string; modelDir: string; folder?: FolderModel }
export type EmbedQueryResult = {
  model: string
  dimensions: number
  vector: Float32Array
  /** As in EmbeddedWindow, for the query. */
  known?: number
}

/** A look at a folder; `known`: what an earlier one found, given back when nothing has changed since. */
export type InspectModelParams = {
  readonly folder: string
  readonly choice: FolderChoice
  readonly known: FolderCard | null
  readonly threads: number
  /** What the host may take. */
  readonly memoryBytes: number
}
/** A document that is to be unpacked into the file `target`, which must not be there yet. */
export type UnpackParams = Omit<ExtractParams, 'name' | 'ocr'> & { target: string }
export type UnpackResult = { sizeBytes: number; sha256: string }

/** Every task that can run on a worker thread: its parameters, what it says on the way and is answered, its result. */
export type WorkTable = {
  expand: { params: ExpandParams; message: ExpandMessage; reply: undefined; result: ExpandResult }
  extract: { params: ExtractParams; message: ExtractMessage; reply: ExtractReply; result: ExtractResult }
  unpack: { params: UnpackParams; message: never; reply: undefined; result: UnpackResult }
  embed: { params: EmbedParams; message: never; reply: undefined; result: EmbedResult }
  embedQuery: { params: EmbedQueryParams; message: never; reply: undefined; result: EmbedQueryResult }
  inspectModel: { params: InspectModelParams; message: never; reply: undefined; result: FolderCard }
}
export type WorkName = keyof WorkTable

/** What a task gets beside its parameters. `say` resolves with the answer; `beat` must be called often by long loops. */
export type WorkContext<N extends WorkName> = {
  say: (message: WorkTable[N]['message']) => Promise<WorkTable[N]['reply']>
  beat: () => void
  /** Aborted by a cancellation or a soft time limit: stop soon, keep what is there. */
  signal: AbortSignal
}
export type WorkRunner<N extends WorkName> = (
  params: WorkTable[N]['params'],
  context: WorkContext<N>,
) => Promise<WorkTable[N]['result']>
