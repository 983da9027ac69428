/**
 * Owns one extraction, from the bytes of an item to its chunks: detection, the dialogue with the engine, limits, title and language.
 * Refuses: knowing any format, storing anything.
 */
import { AppError } from '../../shared/errors'
import type {
  Block,
  Chunk,
  DocumentFacts,
  ExpandedEntry,
  ExtractResult,
  Warning,
  WorkContext,
  WorkRunner,
} from '../../shared/work'
import { openItem, type Item } from '../source/item'
import { breathe, requireGoingOn } from '../source/pace'
import { createChunker } from '../text/chunker'
import { collapseSpace, truncate } from '../text/clean'
import { detectLanguage, LANGUAGE_SAMPLE_CHARS } from '../text/language'
import { detectFormat } from './detection'
import type { Format, FormatContext, FormatFacts } from './format'
import { createReceipt } from './receipt'

/** Chunks in one message. */
const BATCH_CHUNKS = 200
/** Items in one message, of documents that hold some. */
const BATCH_ENTRIES = 500
/** Blocks come without a turn of the event loop; after this long one is taken, so that a cancellation can arrive. */
const BREATHE_MS = 20
/** What a limit leaves out is counted for this long at most, so that the report can say how much it is. */
const COUNT_MS = 500
const TITLE_CHARS = 200
/** A first line that is longer is the beginning of a text, no title. */
const TITLE_LINE_CHARS = 120

type Params = Parameters<WorkRunner<'extract'>>[0]

/** Keeps each warning once. */
const createWarnings = (): { add: (warning: Warning) => void; list: () => Warning[] } => {
  const seen = new Map<string, Warning>()
  return {
    add: (warning) => {
      const key = JSON.stringify(warning)
      if (!seen.has(key)) seen.set(key, warning)
    },
    list: () => [...seen.values()],
  }
}

const titleOf = (facts: Partial<FormatFacts>, firstHeading: string | null, firstLine: string | null): string | null => {
  const stated = collapseSpace(facts.title ?? '')
  const title = stated || firstHeading || firstLine
  return title ? truncate(title, TITLE_CHARS) : null
}

/** Cuts a document's blocks into chunks and hands them on; measures itself. */
const createOutlet = (context: WorkContext<'extract'>, maxChunks: number) => {
  const chunker = createChunker()
  let waiting: Chunk[] = []
  let chunkCount = 0
  let chunkMs = 0
  let waitMs = 0
  let overflow = false
  let droppedChars = 0
  const timed = (work: () => Chunk[]): void => {
    const started = performance.now()
    const chunks = work()
    chunkMs += performance.now() - started
    const room = maxChunks - chunkCount
    overflow ||= chunks.length > room
    for (const chunk of chunks.slice(room)) droppedChars += chunk.text.length
    waiting.push(...(chunks.length > room ? chunks.slice(0, room) : chunks))
    chunkCount += Math.min(room, chunks.length)
  }
  const send = async (least: number): Promise<void> => {
    while (waiting.length >= least && waiting.length > 0) {
      const chunks = waiting.slice(0, BATCH_CHUNKS)
      waiting = waiting.slice(BATCH_CHUNKS)
      const started = performance.now()
      await context.say({ type: 'chunks', chunks })
      waitMs += performance.now() - started
    }
  }
  return {
    add: async (block: Block): Promise<void> => {
      timed(() => chunker.add(block))
      if (waiting.length >= BATCH_CHUNKS) await send(BATCH_CHUNKS)
    },
    /** The last chunks, at most 200. */
    end: async (): Promise<Chunk[]> => {
      timed(() => chunker.end())
      await send(BATCH_CHUNKS + 1)
      return waiting
    },
    chars: chunker.chars,
    overflow: () => overflow,
    droppedChars: () => droppedChars,
    figures: () => ({ chunkCount, chunkMs, waitMs }),
  }
}

type Read = Pick<
  ExtractResult,
  'facts' | 'chars' | 'lastChunks' | 'chunkCount' | 'chunkMs' | 'ocrPages' | 'figurePages'
> & {
  waitMs: number
}

/** What a format is given beside the bytes, and what it told. */
const createTelling = (
  { name, limits, tempDir, passwords = [], ocr = false, vision = false, figures = false }: Params,
  context: WorkContext<'extract'>,
) => {
  const warnings = createWarnings()
  const receipt = createReceipt()
  const facts: Partial<FormatFacts> = {}
  const told = { warnings, receipt, facts, ocrPages: 0, figurePages: 0, consumedBytes: 0, cut: null as Warning | null }
  const formatContext: FormatContext = {
    name,
    limits,
    tempDir,
    signal: context.signal,
    beat: context.beat,
    warn: warnings.add,
    describe: (more) => Object.assign(facts, more),
    // What comes after the end of reading is only looked at.
    cover: (part) => receipt.add(told.cut === null ? part : { ...part, state: 'truncated', reason: told.cut }),
    consumed: (bytes) => {
      told.consumedBytes += bytes
    },
    passwords,
    ocr,
    see: vision
      ? async (picture, page) => {
          const { text = null, note = null } = await context.say({ type: 'picture', picture, page })
          return { text, note }
        }
      : undefined,
    figures,
    seeFigure:
      ocr && figures
        ? async (picture, page) => {
            const { text = null, note = null } = await context.say({ type: 'picture', picture, page, figure: true })
            return { text, note }
          }
        : undefined,
    needFigures: (pages) => {
      if (told.cut === null) told.figurePages += pages
    },
    needOcr: (pages) => {
      if (told.cut === null) told.ocrPages += pages
    },
  }
  return { told, formatContext }
}
type Telling = ReturnType<typeof createTelling>

/** Mail in mail in mail counts as archives in archives do: what is too deep is named, never opened. */
const judgeDepth = (entries: ExpandedEntry[], { locator, limits }: Params): ExpandedEntry[] => {
  const limit = limits['archive.depth']
  const actual = locator.entries.length + 1
  if (actual <= limit) return entries
  const problem: Warning = { code: 'ARCHIVE_DEPTH_LIMIT', details: { limit, actual, setting: 'archive.depth' } }
  return entries.map((entry) => ({ ...entry, problem: entry.problem ?? problem }))
}

const sayEntries = async (
  format: Format,
  item: Item,
  params: Params,
  { formatContext }: Telling,
  context: WorkContext<'extract'>,
): Promise<void> => {
  const entries = judgeDepth((await format.entries?.(item, formatContext)) ?? [], params)
  for (let at = 0; at < entries.length; at += BATCH_ENTRIES)
    await context.say({ type: 'entries', entries: entries.slice(at, at + BATCH_ENTRIES) })
}

/** Takes what gives a document its title and its language from the blocks that go by. */
const createGlance = () => {
  const seen = { sample: '', firstHeading: null as string | null, firstLine: null as string | null }
  const notice = (block: Block): void => {
    // No words of the document.
    if (block.isApart) return
    if (block.kind === 'heading') seen.firstHeading ??= collapseSpace(block.text)
    if (seen.firstLine === null) {
      const line = collapseSpace(block.text.slice(0, 1_000).split('\n')[0] ?? '')
      seen.firstLine = block.kind === 'paragraph' && line.length <= TITLE_LINE_CHARS ? line : ''
    }
    if (seen.sample.length < LANGUAGE_SAMPLE_CHARS && block.kind !== 'code')
      seen.sample += `${block.text.slice(0, LANGUAGE_SAMPLE_CHARS)}\n`
  }
  return { seen, notice }
}

/** How much of a document was left out: its characters when they could be counted; else its bytes, where its format reads as it goes. */
const leftOut = (
  item: Item,
  { consumedBytes }: Telling['told'],
  counted: { chars: number; all: boolean },
): { leftOutChars?: number; leftOut?: number; actual?: number } => {
  if (counted.all) return { leftOutChars: counted.chars }
  return consumedBytes > 0 && consumedBytes < item.sizeBytes
    ? { leftOut: item.sizeBytes - consumedBytes, actual: item.sizeBytes }
    : {}
}

/** Reads one document. The result's times leave out waiting for the engine. */
const readDocument = async (
  format: Format,
  item: Item,
  { limits, ocr }: Params,
  { told, formatContext }: Telling,
  context: WorkContext<'extract'>,
): Promise<Read> => {
  const { warnings, receipt, facts } = told
  const { seen, notice } = createGlance()
  const outlet = createOutlet(context, limits['document.chunks'])
  const maxChars = limits['document.chars']
  // Formats stop reading pictures by themselves when the time for that is over; what follows may have a little more.
  const timeSetting = ocr ? 'ocr.timeMs' : 'task.softTimeMs'
  const endMs = performance.now() + limits['task.softTimeMs'] + (ocr ? limits['ocr.timeMs'] : 0)
  let lastBreath = performance.now()
  /** When counting what is left out ends. */
  let countMs = 0
  let leftChars = 0
  let ended = true

  for await (const block of format.extract(item, formatContext)) {
    requireGoingOn(context.signal)
    const now = performance.now()
    if (now - lastBreath > BREATHE_MS) {
      await breathe(context.signal, context.beat)
      lastBreath = now
    }
    if (told.cut !== null) {
      leftChars += block.text.length
      ended = now < countMs
      if (ended) continue
      break
    }
    // What stands between two blocks counts, too.
    const room = Math.max(0, maxChars - outlet.chars() - (outlet.chars() > 0 ? 2 : 0))
    const text = block.text.length > room ? truncate(block.text, room) : block.text
    if (text !== '') {
      notice(block)
      await outlet.add(text === block.text ? block : { ...block, text })
    }
    leftChars += block.text.length - text.length
    if (outlet.overflow())
      told.cut = { code: 'CHUNKS_LIMIT', details: { limit: limits['document.chunks'], setting: 'document.chunks' } }
    else if (text !== block.text)
      told.cut = { code: 'TEXT_LIMIT', details: { limit: maxChars, setting: 'document.chars' } }
    // What it waits for others is not its time.
    else if (performance.now() - outlet.figures().waitMs > endMs) {
      told.cut = { code: 'TIME_LIMIT', details: { limit: limits[timeSetting] / 1_000, setting: timeSetting } }
      break
    }
    if (told.cut !== null) countMs = performance.now() + COUNT_MS
  }
  const lastChunks = await outlet.end()
  if (outlet.overflow())
    told.cut ??= { code: 'CHUNKS_LIMIT', details: { limit: limits['document.chunks'], setting: 'document.chunks' } }
  const counted = { chars: leftChars + outlet.droppedChars(), all: ended }
  const cut: Warning | null =
    told.cut === null || told.cut.code === 'TIME_LIMIT'
      ? told.cut
      : { code: told.cut.code, details: { ...told.cut.details, ...leftOut(item, told, counted) } }
  if (cut !== null) warnings.add(cut)
  const { chunkCount, chunkMs, waitMs } = outlet.figures()
  const { ocrPages, figurePages } = told
  if (chunkCount === 0 && ocrPages + figurePages === 0) throw new AppError('DOCUMENT_NO_TEXT')
  const known: DocumentFacts = {
    kind: format.kind,
    title: titleOf(facts, seen.firstHeading, seen.firstLine),
    language: facts.language ?? detectLanguage(seen.sample),
    pages: facts.pages ?? null,
    encoding: facts.encoding ?? null,
    warnings: warnings.list(),
    coverage: receipt.list(cut),
  }
  return { facts: known, chars: outlet.chars(), lastChunks, chunkCount, ocrPages, figurePages, chunkMs, waitMs }
}

/**
 * Reads one item: says `seen`, and if told to proceed sends its chunks, at most 200 at a time, each answered before the next; the last
 * ones come with the result.
 * A document without text that OCR may read comes back with no chunks and `ocrPages`.
 * @throws everything `openItem`, detection and the formats throw; DOCUMENT_NO_TEXT
 */
export const runExtract: WorkRunner<'extract'> = async (params, context) => {
  const started = performance.now()
  const { locator, limits, tempDir, inflateBudgetBytes, name } = params
  const item = await openItem({
    locator,
    limits,
    tempDir,
    inflateBudgetBytes,
    passwords: params.passwords,
    signal: context.signal,
    beat: context.beat,
  })
  try {
    const { format, archive, kind, note } = await detectFormat(item, name)
    const { sha256, sizeBytes } = item
    const none = { facts: null, chars: 0, lastChunks: [], chunkCount: 0, ocrPages: 0, chunkMs: 0 }
    const nothing = { sha256, sizeBytes, archive, ...none }
    const openMs = performance.now() - started
    const { proceed } = await context.say({ type: 'seen', sha256, sizeBytes, kind, archive })
    if (!format) return { ...nothing, extractMs: openMs }
    const telling = createTelling(params, context)
    if (note !== null) telling.told.warnings.add(note)
    // What it holds is looked at even where its own text is known.
    await sayEntries(format, item, params, telling, context)
    if (!proceed) return { ...nothing, extractMs: openMs }
    const resumed = performance.now()
    const { waitMs, ...read } = await readDocument(format, item, params, telling, context)
    const extractMs = openMs + performance.now() - resumed - read.chunkMs - waitMs
    return { ...nothing, ...read, extractMs }
  } finally {
    await item.close()
  }
}
