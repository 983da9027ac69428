// Proves what is read from PDF pages: paragraphs, order, hyphens, headings, fields, notes, and what is said about pages without text.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/shared/work'
import { pdfFormat } from '../../../../src/workers/formats/pdf-format'
import { itemOf, makePdf } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'

const read = async (bytes: Buffer, more: Parameters<typeof makeFormatContext>[0] = {}) => {
  const blocks: Block[] = []
  const { context, told } = makeFormatContext({ name: 'a.pdf', ...more })
  for await (const block of pdfFormat.extract(itemOf(bytes), context)) blocks.push(block)
  return { ...told, blocks, texts: blocks.map((block) => block.text) }
}
const ocrFixture = (name: string): Buffer => readFileSync(join(__dirname, '../../../fixtures/ocr', name))

describe('PDF', () => {
  it('joins the lines of a paragraph and undoes hyphenation', async () => {
    const { texts } = await read(
      makePdf([
        [
          'The garden behind the house is beau-',
          'tiful in spring, and the well-known',
          'apple tree blossoms.',
          '',
          'Another paragraph.',
        ],
      ]),
    )
    expect(texts).toEqual([
      'The garden behind the house is beautiful in spring, and the well-known apple tree blossoms.',
      'Another paragraph.',
    ])
  })

  it('takes larger type for a heading', async () => {
    const { blocks } = await read(makePdf([['# Chapter one', '', 'Text of the chapter that is', 'rather long.']]))
    expect(blocks).toMatchObject([
      { kind: 'heading', text: 'Chapter one', headings: [], page: 1 },
      { kind: 'paragraph', text: 'Text of the chapter that is rather long.', headings: ['Chapter one'], page: 1 },
    ])
  })

  it('keeps the points of a list apart', async () => {
    const { blocks } = await read(
      makePdf([['To bring:', '- a spare tube', '- a pump and', '  a bottle', '2. enough water']]),
    )
    expect(blocks.map(({ kind, text }) => [kind, text])).toEqual([
      ['paragraph', 'To bring:'],
      ['list-item', '- a spare tube'],
      ['list-item', '- a pump and a bottle'],
      ['list-item', '2. enough water'],
    ])
  })

  it('reads form fields and notes', async () => {
    const { texts } = await read(makePdf([['A form.']], { field: 'Ann Smith', note: 'Ask her for the date.' }))
    expect(texts).toEqual(['A form.', 'Ask her for the date.', 'Your name: Ann Smith'])
  })

  it('reads an encrypted file that opens without a password', async () => {
    expect((await read(makePdf([['Anyone may read this.']], { password: '' }))).texts).toEqual([
      'Anyone may read this.',
    ])
  })

  it('counts the pages that hold images and no text for OCR, and says of each page what became of it', async () => {
    const { warnings, facts, blocks, ocrPages, coverage } = await read(
      makePdf([['Text.'], null, [], null, null, ['More text.']]),
    )
    expect({ warnings, ocrPages }).toEqual({ warnings: [], ocrPages: 3 })
    expect(facts.pages).toBe(6)
    expect(blocks.map((block) => block.page)).toEqual([1, 6])
    expect(coverage.map(({ from, state, reason }) => [from, state, reason?.code])).toEqual([
      [1, 'indexed', undefined],
      [2, 'skipped', 'OCR_MISSING'],
      [3, 'empty', undefined],
      [4, 'skipped', 'OCR_MISSING'],
      [5, 'skipped', 'OCR_MISSING'],
      [6, 'indexed', undefined],
    ])
  })

  it('names the pages that hold images and no text when those are not going to be read', async () => {
    const { warnings, ocrPages } = await read(makePdf([['Text.'], null, [], null, null, ['More text.']]), {
      limits: { 'ocr.enabled': 0 },
    })
    expect({ warnings, ocrPages }).toEqual({
      warnings: [{ code: 'PDF_PAGES_WITHOUT_TEXT', details: { count: 3, pages: '2, 4–5' } }],
      ocrPages: 0,
    })
  })

  it('takes the title from the document unless it is the name of a file', async () => {
    expect((await read(makePdf([['Text.']], { title: 'My paper' }))).facts.title).toBe('My paper')
    expect((await read(makePdf([['Text.']], { title: 'Microsoft Word - draft7.doc' }))).facts.title).toBeNull()
  })

  it('reads what LibreOffice wrote: headings, list, rows of a table', async () => {
    const { blocks, facts } = await read(readFileSync(join(__dirname, '../../../fixtures/letter.pdf')))
    expect(facts).toMatchObject({ title: 'Letter to the bicycle club', pages: 1 })
    expect(blocks).toContainEqual({
      kind: 'table-row',
      text: 'Canal 22 Lock house',
      headings: ['Letter to the bicycle club', 'Route'],
      page: 1,
    })
    expect(blocks.map(({ text }) => text).join('\n')).toContain('because the café by the lake closes early.')
  })
})

const states = (coverage: readonly { from: number; state: string }[]) =>
  coverage.map(({ from, state }) => [from, state])

describe('a scanned PDF', () => {
  it('is counted, and never taken for one that was read', async () => {
    const { blocks, ocrPages } = await read(ocrFixture('scan.pdf'))
    expect({ blocks, ocrPages }).toEqual({ blocks: [], ocrPages: 2 })
  })

  it('is told as without text when pictures are not to be read', async () => {
    await expect(read(ocrFixture('scan.pdf'), { limits: { 'ocr.enabled': 0 } })).rejects.toMatchObject({
      code: 'DOCUMENT_NO_TEXT',
      details: { reason: expect.stringContaining('ocr.enabled') as string },
    })
  })

  it('gives its words by OCR: photographs, and stencils on a page that is turned', async () => {
    const { texts, blocks, coverage, warnings } = await read(ocrFixture('scan.pdf'), { ocr: true })
    expect(texts[0]).toContain('herring boats passed the northern reef')
    expect(texts[1]).toContain('The quarterly inspection of the foghorn')
    expect(blocks.map(({ page }) => page)).toEqual([1, 2])
    expect(states(coverage)).toEqual([
      [1, 'ocr'],
      [2, 'ocr'],
    ])
    expect(warnings).toEqual([])
  })

  it('beside pages of text keeps the order: text, a scan in strips, a blank page', async () => {
    const { texts, coverage, warnings, ocrPages } = await read(ocrFixture('mixed.pdf'), { ocr: true })
    expect(texts).toEqual([
      'Minutes of the harbour board, taken down in writing.',
      expect.stringContaining('The lantern was lit at dusk') as string,
    ])
    expect(states(coverage)).toEqual([
      [1, 'indexed'],
      [2, 'ocr'],
      [3, 'empty'],
    ])
    expect({ warnings, ocrPages }).toEqual({ warnings: [], ocrPages: 0 })
  })

  it('whose pictures have too many pixels keeps its text and names the page', async () => {
    const { texts, coverage, warnings } = await read(ocrFixture('mixed.pdf'), {
      ocr: true,
      limits: { 'image.pixels': 10_000 },
    })
    expect(texts).toEqual(['Minutes of the harbour board, taken down in writing.'])
    expect(warnings).toMatchObject([{ code: 'PDF_PAGES_WITHOUT_TEXT', details: { count: 1, pages: '2' } }])
    expect(states(coverage)).toEqual([
      [1, 'indexed'],
      [2, 'skipped'],
      [3, 'empty'],
    ])
  })

  it('of which a picture takes too long names the page and goes on', async () => {
    const { texts, warnings } = await read(ocrFixture('mixed.pdf'), { ocr: true, limits: { 'ocr.pageMs': 100 } })
    expect(texts).toEqual(['Minutes of the harbour board, taken down in writing.'])
    expect(warnings).toMatchObject([{ code: 'OCR_PAGE_TIME', details: { count: 1, pages: '2', limit: 0.1 } }])
  })
})

describe('a PDF with a password', () => {
  it('asks for one', async () => {
    await expect(read(ocrFixture('locked.pdf'))).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' })
  })

  it('says that none of those entered fits', async () => {
    await expect(read(ocrFixture('locked.pdf'), { passwords: ['key', ''] })).rejects.toMatchObject({
      code: 'PASSWORD_WRONG',
    })
  })

  it.each([false, true])('opens with the one that fits (ocr: %s)', async (ocr) => {
    const { texts } = await read(ocrFixture('locked.pdf'), { passwords: ['key', 'lock', 'bolt'], ocr })
    expect(texts[0]).toBe('Minutes of the harbour board, taken down in writing.')
    expect(texts).toHaveLength(ocr ? 2 : 1)
  })

  it('needs none when only its owner is asked for one', async () => {
    expect((await read(ocrFixture('owner-only.pdf'))).texts).toHaveLength(1)
    expect((await read(ocrFixture('owner-only.pdf'), { passwords: ['wrong'] })).texts).toHaveLength(1)
  })
})

/** A PDF whose only page is drawn by this stream. */
const pdfDrawnBy = (stream: Buffer, filter: string): Buffer => {
  const objects = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>',
    ),
    Buffer.concat([
      Buffer.from(`<< /Length ${stream.length} /Filter ${filter} >>\nstream\n`),
      stream,
      Buffer.from('\nendstream'),
    ]),
  ]
  let file = Buffer.from('%PDF-1.5\n')
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file = Buffer.concat([file, Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const end = `xref\n0 5\n0000000000 65535 f \n${table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.concat([file, Buffer.from(end)])
}

describe('a hostile PDF', () => {
  const text = Buffer.from('BT /F 12 Tf 72 700 Td (Read me.) Tj ET\n')

  it('with a stream that inflates beyond the limit is rejected before it is read', async () => {
    const bomb = deflateSync(Buffer.concat([text, Buffer.alloc(3_000_000, ' ')]))
    const limits = { 'pdf.streamBytes': 1_048_576 }
    await expect(read(pdfDrawnBy(bomb, '/FlateDecode'), { limits })).rejects.toMatchObject({
      code: 'DOCUMENT_BOMB',
      details: { limit: 1_048_576, setting: 'pdf.streamBytes' },
    })
    await expect(read(pdfDrawnBy(deflateSync(bomb), '[/FlateDecode /FlateDecode]'), { limits })).rejects.toMatchObject({
      code: 'DOCUMENT_BOMB',
    })
    expect((await read(pdfDrawnBy(bomb, '/FlateDecode'))).texts).toEqual(['Read me.'])
  })

  it('with a page that takes too long keeps what was read of it, and names it', async () => {
    const words = Array.from(
      { length: 60_000 },
      (_, i) => `BT /F 9 Tf 20 ${(i * 11) % 700} Td (word${i}) Tj ET\n`,
    ).join('')
    const { texts, warnings, coverage } = await read(pdfDrawnBy(deflateSync(Buffer.from(words)), '/FlateDecode'), {
      limits: { 'pdf.pageMs': 100 },
    })
    expect(texts.join(' ')).toContain('word0')
    expect(warnings).toMatchObject([{ code: 'PDF_PAGE_TIME', details: { pages: '1', limit: 0.1 } }])
    expect(states(coverage)).toEqual([[1, 'truncated']])
  })
})
