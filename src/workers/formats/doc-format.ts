/**
 * Owns Word documents of 1993 to 2003: body, notes, comments, text boxes, headers and footers, each text once. Refuses: macros, pictures,
 * embedded files, what was deleted by a fast save. Source: [MS-DOC] 2.5.
 */
import iconv from 'iconv-lite'
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import { breathe } from '../source/pace'
import { readHeadingStyles, readParagraphs, readPieces, type FindParagraph, type Piece } from './doc-parts'
import { createDocText } from './doc-text'
import { coverPart } from './document-parts'
import { createOutline, throwIfAborted, type Format, type FormatContext } from './format'
import { openOleFile, type OleFile } from './ole-file'
import { readOleTitle } from './ole-properties'

const FIRST_WORD = 0xa5ec
/** The first version whose text is Unicode: Word 97. */
const WORD_97 = 0xc1
const flag = { complex: 0x4, encrypted: 0x100, secondTable: 0x200, obfuscated: 0x8000 } as const
/** Where the head of the main stream says things, in bytes. */
const at97 = { lengths: 0x4c, styles: 0xa2, paragraphs: 0x102, pieces: 0x1a2, least: 0x1aa } as const
const at95 = { textStart: 0x18, lengths: 0x34, pieces: 0x160, least: 0x168 } as const
/** Parts of the text in the order in which it holds them. `null`: not read. */
const storyNames = ['body', 'footnotes', 'margins', null, 'comments', 'endnotes', 'boxes', 'boxes'] as const
/** Characters between two signs of life. */
const BREATH_CHARS = 100_000
const DRAIN_CHARS = 1_000

/** Code pages by the primary language, for versions without Unicode. */
const codePages: Readonly<Record<number, number>> = {
  0x01: 1256,
  0x02: 1251,
  0x04: 936,
  0x05: 1250,
  0x08: 1253,
  0x0d: 1255,
  0x0e: 1250,
  0x11: 932,
  0x12: 949,
  0x15: 1250,
  0x18: 1250,
  0x19: 1251,
  0x1a: 1250,
  0x1b: 1250,
  0x1e: 874,
  0x1f: 1254,
  0x22: 1251,
  0x23: 1251,
  0x24: 1250,
}

type Source = {
  main: Buffer
  pieces: readonly Piece[]
  /** Characters of each part of the text. */
  lengths: readonly number[]
  /** Of text that is not Unicode. */
  encoding: string
  levels: ReadonlyMap<number, number>
  find: FindParagraph
}

const corrupt = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })

/** A stretch of a stream by its position and length, which stand together in the head. */
const stretch = (head: Buffer, at: number, stream: Buffer): Buffer => {
  const start = head.readUInt32LE(at)
  return stream.subarray(start, start + head.readUInt32LE(at + 4))
}

const lengthsAt = (main: Buffer, at: number): number[] =>
  storyNames.map((_, i) => Math.max(0, main.readInt32LE(at + i * 4)))

const openNew = (file: OleFile, main: Buffer, flags: number): Source => {
  if (main.length < at97.least) throw corrupt('it is cut off')
  const table = file.read((flags & flag.secondTable) !== 0 ? '1Table' : '0Table')
  if (!table) throw corrupt('its table stream is missing')
  return {
    main,
    pieces: readPieces(stretch(main, at97.pieces, table), main.length, false),
    lengths: lengthsAt(main, at97.lengths),
    encoding: 'windows-1252',
    levels: readHeadingStyles(stretch(main, at97.styles, table)),
    find: readParagraphs(stretch(main, at97.paragraphs, table), main),
  }
}

const openOld = (main: Buffer, flags: number): Source => {
  if (main.length < at95.least) throw corrupt('it is cut off')
  const lengths = lengthsAt(main, at95.lengths)
  const chars = lengths.reduce((sum, length) => sum + length, 0)
  const whole = [{ from: 0, to: chars, at: main.readUInt32LE(at95.textStart), wide: false }]
  const complex = (flags & flag.complex) !== 0
  const page = codePages[main.readUInt16LE(6) & 0x3ff] ?? 1252
  return {
    main,
    pieces: complex ? readPieces(stretch(main, at95.pieces, main), main.length, true) : whole,
    lengths,
    encoding: iconv.encodingExists(`cp${page}`) ? `cp${page}` : 'windows-1252',
    levels: new Map(),
    find: () => null,
  }
}

/** @throws DOCUMENT_CORRUPT, DOCUMENT_ENCRYPTED */
const openSource = (file: OleFile): Source => {
  const main = file.read('WordDocument')
  if (!main || main.length < 32) throw corrupt('its main part is missing')
  const version = main.readUInt16LE(2)
  const flags = main.readUInt16LE(10)
  if (main.readUInt16LE(0) !== FIRST_WORD && version >= WORD_97) throw corrupt('it does not begin like a document')
  if ((flags & (flag.encrypted | flag.obfuscated)) !== 0) throw new AppError('DOCUMENT_ENCRYPTED')
  return version >= WORD_97 ? openNew(file, main, flags) : openOld(main, flags)
}

/** The characters of a part of the text, with the byte at which each stands. */
function* charactersOf(source: Source, from: number, to: number): Generator<{ code: number; at: number }, void, void> {
  for (const piece of source.pieces) {
    const first = Math.max(from, piece.from)
    const last = Math.min(to, piece.to)
    if (last <= first) continue
    const width = piece.wide ? 2 : 1
    const start = piece.at + (first - piece.from) * width
    const bytes = source.main.subarray(start, start + (last - first) * width)
    const text = iconv.decode(bytes, piece.wide ? 'utf-16le' : source.encoding, { stripBOM: false })
    for (let i = 0; i < text.length; i += 1) yield { code: text.charCodeAt(i), at: start + i * width }
  }
}

async function* blocksOf(source: Source, context: FormatContext): AsyncGenerator<Block, void, void> {
  const { lengths, levels, find } = source
  const body = createOutline()
  let from = 0
  for (const [i, name] of storyNames.entries()) {
    const to = from + (lengths[i] ?? 0)
    if (name !== null) {
      const text = createDocText(levels, name === 'body' ? body : createOutline())
      const seen = new Set<string>()
      const once = (blocks: Block[]): Block[] =>
        name !== 'margins' ? blocks : blocks.filter(({ text: line }) => !seen.has(line) && seen.add(line))
      let count = 0
      for (const { code, at } of charactersOf(source, from, to)) {
        text.add(code, () => find(at))
        count += 1
        if (count % DRAIN_CHARS === 0) {
          throwIfAborted(context.signal)
          yield* once(text.drain())
        }
        if (count % BREATH_CHARS === 0) await breathe(context.signal, context.beat)
      }
      text.end()
      yield* once(text.drain())
      context.beat()
    }
    from = to
  }
}

export const docFormat: Format = {
  kind: 'doc',
  extensions: ['doc', 'dot'],
  detect: ({ signature }) => (signature === 'doc' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const file = await openOleFile(item)
    context.describe({ title: readOleTitle(file) })
    let source
    try {
      source = openSource(file)
    } catch (thrown) {
      // A position outside its stream.
      if (thrown instanceof RangeError) throw corrupt('one of its tables is broken')
      throw thrown
    }
    yield* blocksOf(source, context)
    context.cover(coverPart('document', 1, null, 'indexed'))
  },
}
