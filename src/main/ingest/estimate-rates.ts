/**
 * Owns what reading and embedding are expected to take: measured rates by kind, and the sum over what was found.
 * Refuses: promises. Wall time depends on the machine; its own past jobs correct the larger part, the vectors.
 */

/** What one document of a kind costs to read on one thread, and how much text its bytes hold. */
type Rate = { readonly perDocumentMs: number; readonly perMiBMs: number; readonly charsPerByte: number }

const TEXT: Rate = { perDocumentMs: 4, perMiBMs: 120, charsPerByte: 0.95 }
const OFFICE: Rate = { perDocumentMs: 15, perMiBMs: 250, charsPerByte: 0.3 }

/**
 * `perDocumentMs`: docs/benchmarks.md (1,000 small mixed files: 4.4 s of extraction on one warm thread). `pdf`: 25 ms a page of about 60 KiB on one
 * core (145 PDFs of test suites). `image`: tesseract, one page of print in 1.5 to 3 s.
 */
const rates: Readonly<Record<string, Rate>> = {
  pdf: { perDocumentMs: 30, perMiBMs: 420, charsPerByte: 0.03 },
  docx: OFFICE,
  xlsx: OFFICE,
  pptx: { ...OFFICE, charsPerByte: 0.02 },
  odt: OFFICE,
  ods: OFFICE,
  odp: { ...OFFICE, charsPerByte: 0.02 },
  epub: { ...OFFICE, charsPerByte: 0.6 },
  doc: { ...OFFICE, charsPerByte: 0.1 },
  xls: OFFICE,
  ppt: { ...OFFICE, charsPerByte: 0.02 },
  eml: { perDocumentMs: 8, perMiBMs: 150, charsPerByte: 0.3 },
  msg: { perDocumentMs: 8, perMiBMs: 150, charsPerByte: 0.2 },
  image: { perDocumentMs: 2_000, perMiBMs: 500, charsPerByte: 0.001 },
  html: { perDocumentMs: 6, perMiBMs: 300, charsPerByte: 0.5 },
}

/** Passages of a text: the target size of the chunker. */
export const CHARS_PER_CHUNK = 1_000
/** Until this machine has measured its own: 119 passages a second with two threads (docs/benchmarks.md). */
export const CHUNK_MS = 8.4
/** Looking at one file that turns out to be known already. */
const UNCHANGED_MS = 0.6
const MiB = 1024 * 1024

/** Documents of one kind that are to be read. */
export type KindLoad = { readonly kind: string; readonly documents: number; readonly bytes: number }

export type TimeOptions = {
  readonly threads: number
  /** Milliseconds of embedding for each passage, as this machine's past jobs took; `null` when there were none. */
  readonly chunkMs: number | null
  readonly maxCharsPerDocument: number
  readonly unchanged: number
}

/** What reading takes on one thread, and what text comes of it. */
export type ExpectedText = { readonly readMs: number; readonly chars: number; readonly chunks: number }

/** The text that these documents are expected to hold. */
export const expectText = (loads: readonly KindLoad[], maxCharsPerDocument: number): ExpectedText => {
  let readMs = 0
  let chunks = 0
  let allChars = 0
  for (const { kind, documents, bytes } of loads) {
    const { perDocumentMs, perMiBMs, charsPerByte } = rates[kind] ?? TEXT
    const chars = Math.min(bytes * charsPerByte, documents * maxCharsPerDocument)
    allChars += chars
    // Beyond the characters that are kept, nothing is read.
    const share = bytes === 0 ? 0 : chars / (bytes * charsPerByte)
    readMs += documents * perDocumentMs + (bytes / MiB) * perMiBMs * share
    chunks += Math.max(chars / CHARS_PER_CHUNK, documents * (charsPerByte > 0.01 ? 1 : 0.2))
  }
  return { readMs, chars: allChars, chunks }
}

/** Expected wall time in milliseconds. Duplicates are read, but not embedded: `embedShare` is what remains for that. */
export const expectTime = (loads: readonly KindLoad[], embedShare: number, options: TimeOptions): number => {
  const { readMs, chunks } = expectText(loads, options.maxCharsPerDocument)
  const embedMs = chunks * embedShare * (options.chunkMs ?? CHUNK_MS)
  return Math.round(readMs / Math.max(1, options.threads) + embedMs + options.unchanged * UNCHANGED_MS)
}

/** What a compressed archive that cannot be listed without unpacking it is taken to hold: text and office files compress about so much. */
const GUESSED_RATIO = 4

/** Bytes for each byte of such an archive; a mailbox is not compressed. */
export const guessRatio = (name: string): number => (/\.(?:mbox|tar)$/i.test(name) ? 1 : GUESSED_RATIO)

/** Names of archives whose table of contents can be read without inflating anything. */
export const isListable = (name: string): boolean => /\.(?:zip|zipx|tar|7z)$/i.test(name)
