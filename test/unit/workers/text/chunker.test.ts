// Proves that chunks cover a document exactly once, with exact offsets, within their sizes, the same every time.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockKinds, type Block, type Chunk } from '../../../../src/shared/work'
import { createChunker, MAX_CHARS, separatorBetween, TARGET_CHARS } from '../../../../src/workers/text/chunker'

const chunksOf = (blocks: readonly Block[]): Chunk[] => {
  const chunker = createChunker()
  return [...blocks.flatMap((block) => chunker.add(block)), ...chunker.end()]
}

const wholeOf = (blocks: readonly Block[]): string =>
  blocks.reduce((text, block, i) => {
    const before = blocks[i - 1]
    return text + (before ? separatorBetween(before.kind, block.kind) : '') + block.text
  }, '')

const paragraph = (text: string, headings: string[] = [], page: number | null = null): Block => ({
  kind: 'paragraph',
  text,
  headings,
  page,
})
const heading = (text: string, headings: string[] = []): Block => ({ kind: 'heading', text, headings, page: null })
const words = (count: number, word = 'lorem'): string =>
  Array.from({ length: count }, (_, i) => `${word}${i}`).join(' ')
const sentences = (count: number): string =>
  Array.from({ length: count }, (_, i) => `Sentence number ${i} tells of a rather quiet day at the lake.`).join(' ')

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.lorem({ maxCount: 12, mode: 'sentences' }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\n',
      '\n\n',
      '  ',
      '漢字かな交じり文。',
      '😀'.repeat(900),
      'x'.repeat(2_000),
      'e\u0301'.repeat(900),
    ),
  },
)
const blockArbitrary: fc.Arbitrary<Block> = fc
  .record({
    kind: fc.constantFrom(...blockKinds),
    text: fc.array(piece, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(' ').trim()),
    headings: fc.array(fc.constantFrom('One', 'Two', 'Three'), { maxLength: 3 }),
    page: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
  })
  .filter((block) => block.text !== '')
const documentArbitrary = fc.array(blockArbitrary, { maxLength: 25 })
const withoutSpace = (text: string): string => text.replace(/\s+/g, '')

describe('the chunker, for any document', () => {
  it('keeps exact offsets into the joined text, in order, without overlap', () => {
    fc.assert(
      fc.property(documentArbitrary, (blocks) => {
        const whole = wholeOf(blocks)
        let last = 0
        chunksOf(blocks).forEach((chunk, i) => {
          expect(chunk.text).toBe(whole.slice(chunk.start, chunk.end))
          expect(chunk.ordinal).toBe(i)
          expect(chunk.start).toBeGreaterThanOrEqual(last)
          last = chunk.end
        })
      }),
    )
  })

  it('puts all text that is not white space into exactly one chunk', () => {
    fc.assert(
      fc.property(documentArbitrary, (blocks) => {
        const together = chunksOf(blocks).map((chunk) => chunk.text)
        expect(withoutSpace(together.join(''))).toBe(withoutSpace(wholeOf(blocks)))
      }),
    )
  })

  it('makes no chunk empty, longer than the maximum, or with half a character', () => {
    fc.assert(
      fc.property(documentArbitrary, (blocks) => {
        for (const { text } of chunksOf(blocks)) {
          expect(text.trim()).not.toBe('')
          expect(text.length).toBeLessThanOrEqual(MAX_CHARS)
          expect(/\p{Surrogate}/u.test(text)).toBe(/\p{Surrogate}/u.test(wholeOf(blocks)))
        }
      }),
    )
  })

  it('cuts the same document the same way every time, and counts its characters', () => {
    fc.assert(
      fc.property(documentArbitrary, (blocks) => {
        expect(chunksOf(blocks)).toEqual(chunksOf(blocks))
        const chunker = createChunker()
        for (const block of blocks) chunker.add(block)
        expect(chunker.chars()).toBe(wholeOf(blocks).length)
      }),
    )
  })
})

describe('the chunker', () => {
  it('never cuts inside a word that fits', () => {
    const text = words(2_000)
    const known = new Set(text.split(' '))
    const chunks = chunksOf([paragraph(text)])
    expect(chunks.length).toBeGreaterThan(10)
    for (const chunk of chunks) for (const word of chunk.text.split(' ')) expect(known.has(word)).toBe(true)
  })

  it('cuts a long paragraph between sentences, into parts of about the same length', () => {
    const chunks = chunksOf([paragraph(sentences(60))])
    for (const chunk of chunks) expect(chunk.text).toMatch(/^Sentence number .* lake\.$/s)
    const lengths = chunks.map((chunk) => chunk.text.length)
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(200)
  })

  it('does not take an abbreviation before a lower-case word for the end of a sentence', () => {
    const text = Array.from({ length: 80 }, () => 'It holds fruit, e.g. apples and pears, in a box.').join(' ')
    for (const chunk of chunksOf([paragraph(text)])) expect(chunk.text).toMatch(/^It holds/)
  })

  it('cuts Chinese text after its full stops', () => {
    const text = '这是一个关于花园的句子，春天来了。'.repeat(300)
    for (const chunk of chunksOf([paragraph(text)])) expect(chunk.text.endsWith('。')).toBe(true)
  })

  it('keeps a heading with the text below it', () => {
    const blocks = [paragraph(sentences(14)), heading('Recipes'), paragraph(words(30), ['Recipes'])]
    const chunks = chunksOf(blocks)
    expect(chunks).toHaveLength(2)
    expect(chunks[1]?.text.startsWith('Recipes\n\nlorem0')).toBe(true)
    expect(chunks[1]?.heading).toBe('Recipes')
  })

  it('keeps a heading with a paragraph that is too long for one chunk', () => {
    const chunks = chunksOf([paragraph('Short.'), heading('Long story'), paragraph(sentences(24), ['Long story'])])
    expect(chunks.find((chunk) => chunk.text.includes('Long story'))?.text).toContain('Long story\n\nSentence number 0')
  })

  it('moves a heading at the end of a full chunk to the next one', () => {
    const blocks = [
      paragraph(words(22)),
      heading(words(12, 'title')),
      heading('Part', ['title']),
      paragraph(words(115), ['title', 'Part']),
    ]
    const chunks = chunksOf(blocks)
    expect(chunks).toHaveLength(2)
    expect(chunks[0]?.text).toBe(words(22))
    expect(chunks[1]?.text.startsWith('title0')).toBe(true)
  })

  it('never cuts a character in two, wherever the cut falls', () => {
    for (const before of ['', 'x', 'xy']) {
      for (const chunk of chunksOf([paragraph(before + '😀'.repeat(3_000))]))
        expect(chunk.text).not.toMatch(/\p{Surrogate}/u)
    }
  })

  it('merges small paragraphs under one heading and starts anew at the next heading', () => {
    const section = (name: string): Block[] => [
      heading(name, ['Book']),
      ...Array.from({ length: 4 }, (_, i) => paragraph(`${words(16)} ${i}`, ['Book', name])),
    ]
    const chunks = chunksOf([heading('Book'), ...section('One'), ...section('Two')])
    expect(chunks.map((chunk) => chunk.heading)).toEqual(['Book › One', 'Book › Two'])
  })

  it('merges tiny sections and names the heading that they share', () => {
    const chunks = chunksOf([
      heading('Contacts'),
      heading('Ann', ['Contacts']),
      paragraph('Phone 1', ['Contacts', 'Ann']),
      heading('Bob', ['Contacts']),
      paragraph('Phone 2', ['Contacts', 'Bob']),
    ])
    expect(chunks.map((chunk) => [chunk.heading, chunk.text])).toEqual([
      ['Contacts', 'Contacts\n\nAnn\n\nPhone 1\n\nBob\n\nPhone 2'],
    ])
  })

  it('keeps table rows whole', () => {
    const rows: Block[] = Array.from({ length: 200 }, (_, i) => ({
      kind: 'table-row',
      text: `Name: Person ${i}; Town: Somewhere; Note: ${words(5)}`,
      headings: [],
      page: null,
    }))
    const chunks = chunksOf(rows)
    expect(chunks.length).toBeGreaterThan(5)
    for (const chunk of chunks) for (const line of chunk.text.split('\n')) expect(line).toMatch(/^Name: .* lorem4$/)
  })

  it('ends with its page, and names the page that most of it is on when a page has only a few words', () => {
    const chunks = chunksOf([1, 2, 3].map((page) => paragraph(sentences(12), [], page)))
    expect(chunks.map((chunk) => chunk.page)).toEqual([1, 2, 3])
    const short = chunksOf([1, 2, 3].map((page) => paragraph(sentences(6), [], page)))
    expect(short.map((chunk) => chunk.page)).toEqual([1, 2, 3])
    const titled = chunksOf([paragraph('Annual report', [], 1), paragraph(sentences(6), [], 2)])
    expect(titled.map((chunk) => chunk.page)).toEqual([2])
  })

  it('keeps the indentation of code', () => {
    const body = Array.from({ length: 120 }, (_, i) => `    call_number_${i}(argument)`).join('\n')
    const chunks = chunksOf([{ kind: 'code', text: `def f():\n${body}`, headings: [], page: null }])
    expect(chunks.length).toBeGreaterThan(2)
    for (const chunk of chunks.slice(1)) expect(chunk.text).toMatch(/^ {4}call_number_\d+\(argument\)/)
  })

  it('fills chunks to about the target', () => {
    const chunks = chunksOf(Array.from({ length: 100 }, () => paragraph(words(20))))
    const average = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0) / chunks.length
    expect(average).toBeGreaterThan(TARGET_CHARS * 0.75)
  })
})
