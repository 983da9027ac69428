/**
 * Owns the pictures that stand in documents which are no PDFs (Word, slides, e-books, web pages, mails): which of them are figures, and what is read
 * of them, where they stand.
 * Refuses: fetching any, drawings by lines (EMF, WMF, SVG), and touching the document's own text.
 */
import { createHash } from 'node:crypto'
import { AppError, type ErrorCode } from '../../shared/errors'
import type { LimitName } from '../../shared/limits'
import type { Block, Warning } from '../../shared/work'
import { recognizePicture } from '../ocr/recognizer'
import { blocksOfFigure, pictureOfFile, type FigurePlace } from '../ocr/seen-picture'
import { collapseSpace, truncate } from '../text/clean'
import { throwIfAborted, type FormatContext } from './format'
import { openImage, tooManyPixels } from './image-format'
import { kindOfPicture, type EmbeddedPicture, type PictureSource } from './picture-source'

/** A longer strip is a rule or a banner. */
const MOST_ASPECT = 12
/** Read to tell the size of a picture; the few that tell it later are read whole. */
const HEAD_BYTES = 64 * 1024
const ALT_CHARS = 120
/** Pictures that a warning names. */
const MAX_NAMED = 10
/** Descriptions that programs make up. */
const MADE_UP = /^(?:https?:|\S*\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?|webp)$)/i

const undecodable = 'they could not be decoded'

const MARK = Symbol('picture')
/** Stands in the flow of blocks for a picture, and is copied as a block is. */
type Mark = Block & { readonly [MARK]: EmbeddedPicture }
const isMark = (block: Block): block is Mark => MARK in block

/** A block that stands for a picture until `fill` reads it. It has no text. */
export const markPicture = (picture: EmbeddedPicture, headings: readonly string[], page: number | null): Block => {
  const mark: Mark = { kind: 'caption', text: '', headings, page, [MARK]: picture }
  return mark
}

export type EmbeddedPictures = {
  /** These blocks, with what is said of a picture in the place of its mark. @throws CANCELLED, and what showing a picture throws */
  readonly fill: (blocks: Iterable<Block> | AsyncIterable<Block>) => AsyncGenerator<Block, void, void>
  /** Who read the pictures since the last question, and how many; `null` when none was read. */
  readonly takeNote: () => Warning | null
  /** Says what was read, and what was left out. */
  readonly end: () => void
}

/** What is wrong with a picture and costs no more than it. */
const ofOnePicture: readonly ErrorCode[] = [
  'DOCUMENT_CORRUPT',
  'DOCUMENT_ENCRYPTED',
  'DOCUMENT_BOMB',
  'FILE_TOO_LARGE',
  'UNSUPPORTED_FORMAT',
]

const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof AppError)) return undecodable
  if (!ofOnePicture.includes(thrown.code)) throw thrown
  return thrown.code === 'DOCUMENT_BOMB' || thrown.code === 'FILE_TOO_LARGE'
    ? 'they unpack to far more than they should'
    : undecodable
}

/** A picture that is known to be a figure. */
type Frame = Awaited<ReturnType<typeof openImage>>['frames'][number]

const altOf = (alt: string): string => {
  const text = collapseSpace(alt)
  return MADE_UP.test(text) ? '' : truncate(text, ALT_CHARS)
}

/** The last part of a name. */
const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** What is said of who read pictures, and how many. */
type Readers = Map<string, { readonly note: Warning; readonly count: number }>

const countedNotes = (readers: Readers): Warning[] =>
  [...readers.values()].map(({ note, count }) => ({ ...note, details: { ...note.details, count } }))

/** Reads pictures, or only counts them, as long as their number and the time for all of them allow; each is read once. */
class PictureReader implements EmbeddedPictures {
  readonly #context: FormatContext
  readonly #unit: FigurePlace['unit']
  readonly #endMs: number
  /** Names and hashes of those that were looked at. */
  readonly #seen = new Set<string>()
  readonly #leftOut = new Map<string, { count: number; names: Set<string>; setting: LimitName | null }>()
  /** Who read pictures since the last question, and in all. */
  #part: Readers = new Map()
  readonly #whole: Readers = new Map()
  #found = 0
  #asked = 0
  /** Figures on each page so far. */
  readonly #nth = new Map<number | null, number>()

  constructor(context: FormatContext, unit: FigurePlace['unit']) {
    this.#context = context
    this.#unit = unit
    this.#endMs = performance.now() + context.limits['ocr.timeMs']
  }

  async *fill(blocks: Iterable<Block> | AsyncIterable<Block>): AsyncGenerator<Block, void, void> {
    for await (const block of blocks) {
      if (isMark(block)) yield* await this.#take(block)
      else yield block
    }
  }

  takeNote(): Warning | null {
    const notes = countedNotes(this.#part)
    this.#part = new Map()
    // That something went otherwise than usual weighs more.
    return notes.find(({ code }) => code !== 'FIGURE_READ') ?? notes[0] ?? null
  }

  end(): void {
    const { warn, limits, ocr, needFigures } = this.#context
    const limit = limits['vision.figures']
    if (!ocr && this.#found > 0) needFigures?.(this.#found)
    countedNotes(this.#whole).forEach(warn)
    if (ocr && this.#found > limit)
      warn({ code: 'FIGURES_LIMIT', details: { limit, actual: this.#found, setting: 'vision.figures' } })
    for (const [reason, { count, names, setting }] of this.#leftOut) {
      const named = names.size === 0 ? {} : { names: [...names].slice(0, MAX_NAMED).join(', ') }
      warn({ code: 'FIGURES_LEFT_OUT', details: { count, reason, ...named, ...(setting && { setting }) } })
    }
  }

  #leaveOut(reason: string, name: string | null, setting: LimitName | null = null): void {
    const left = this.#leftOut.get(reason) ?? { count: 0, names: new Set(), setting }
    left.count += 1
    if (name !== null) left.names.add(shortName(name))
    this.#leftOut.set(reason, left)
  }

  async #take(mark: Mark): Promise<Block[]> {
    const { beat, signal } = this.#context
    beat()
    throwIfAborted(signal)
    const { page, headings } = mark
    const { source, alt } = mark[MARK]
    if (typeof source === 'string') {
      this.#leaveOut(source, null)
      return []
    }
    if (source.name !== null && !this.#isNew(source.name)) return []
    try {
      const figure = await this.#look(source)
      return figure === null ? [] : await this.#read(figure, source.name, { page, headings, alt: altOf(alt) })
    } catch (thrown) {
      this.#leaveOut(reasonOf(thrown), source.name)
      return []
    }
  }

  #isNew(key: string): boolean {
    const isNew = !this.#seen.has(key)
    this.#seen.add(key)
    return isNew
  }

  /** What is a figure and is to be read now; counts it, and what is left out. */
  async #look(source: PictureSource): Promise<Frame | null> {
    const { limits, ocr } = this.#context
    const { name, sizeBytes } = source
    // More are only counted while they are looked for.
    if (!ocr && this.#found >= limits['vision.figures']) return null
    if (sizeBytes > limits['vision.figureBytes']) {
      this.#leaveOut('they have too many bytes', name, 'vision.figureBytes')
      return null
    }
    const head = await source.read(Math.min(HEAD_BYTES, limits['vision.figureBytes']))
    const drawing = kindOfPicture(head)
    if (drawing !== null) {
      this.#leaveOut(drawing, name)
      return null
    }
    let whole: Buffer | null = head.length >= sizeBytes ? head : null
    const readAll = async (): Promise<Buffer> => (whole ??= await source.read(limits['vision.figureBytes']))
    const { frames } = await openImage({ head, sizeBytes, read: readAll }, limits, 'header')
    const [first] = frames
    if (!first) return null
    const { width, height } = first
    const isFigure =
      width * height >= limits['vision.figurePixels'] &&
      Math.max(width, height) <= MOST_ASPECT * Math.min(width, height)
    if (!isFigure) return null
    if (tooManyPixels(first, limits) !== null) {
      this.#leaveOut('they have too many pixels', name, 'image.pixels')
      return null
    }
    // Those above the limit are told apart by their names: reading all of them to count takes too long.
    const isCounted = (!ocr || this.#asked >= limits['vision.figures']) && name !== null
    const bytes = isCounted ? head : await readAll()
    if (!isCounted && !this.#isNew(createHash('sha256').update(bytes).digest('hex'))) return null
    this.#found += 1
    if (!ocr || this.#asked >= limits['vision.figures']) return null
    if (performance.now() > this.#endMs) {
      this.#leaveOut('the time for pictures was over', name, 'ocr.timeMs')
      return null
    }
    this.#asked += 1
    const [frame] = (await openImage({ head: bytes, sizeBytes: bytes.length, read: readAll }, limits, 'pixels')).frames
    // The head of an animation tells nothing of its later pictures, which may be larger.
    if (!frame || tooManyPixels(frame, limits) === null) return frame ?? null
    this.#leaveOut('they have too many pixels', name, 'image.pixels')
    return null
  }

  async #read(
    frame: Frame,
    name: string | null,
    place: Pick<FigurePlace, 'page' | 'headings' | 'alt'>,
  ): Promise<Block[]> {
    const { limits, seeFigure } = this.#context
    const { page } = place
    const file = frame.file()
    const { text = null, note = null } = (await seeFigure?.(pictureOfFile(file, frame, limits), page)) ?? {}
    const paragraphs =
      text === null ? await recognizePicture({ file, orientation: frame.orientation }, this.#context) : null
    if (text === null && paragraphs === null) {
      this.#leaveOut('OCR took too long', name, 'ocr.pageMs')
      return []
    }
    const nth = (this.#nth.get(page) ?? 0) + 1
    this.#nth.set(page, nth)
    const { headings, alt } = place
    const figure: FigurePlace = { page, nth, headings, unit: this.#unit, alt }
    if (note !== null) this.#note(note)
    return text === null
      ? blocksOfFigure((paragraphs ?? []).join('\n\n'), figure, 'OCR')
      : blocksOfFigure(text, figure, 'a model')
  }

  #note(note: Warning): void {
    const key = JSON.stringify(note)
    for (const readers of [this.#part, this.#whole])
      readers.set(key, { note, count: (readers.get(key)?.count ?? 0) + 1 })
  }
}

/** A reader of the pictures in a document; `null` where they are not wanted, and where they are to be read but nobody is there who does. */
export const createEmbeddedPictures = (
  context: FormatContext,
  unit: FigurePlace['unit'] = 'page',
): EmbeddedPictures | null => {
  const { figures = false, ocr, seeFigure, limits } = context
  if (!figures || limits['ocr.enabled'] !== 1 || (ocr && !seeFigure)) return null
  return new PictureReader(context, unit)
}

/** The blocks of a document, its pictures read. @throws what reading the blocks throws, and what showing a picture throws */
export async function* withPictures(
  pictures: EmbeddedPictures | null,
  blocks: Iterable<Block> | AsyncIterable<Block>,
): AsyncGenerator<Block, void, void> {
  if (pictures === null) yield* blocks
  else yield* pictures.fill(blocks)
}
