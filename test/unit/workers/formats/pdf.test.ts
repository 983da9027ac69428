// Proves what is read from PDF pages: paragraphs, order, hyphens, headings, fields, notes, and what is said about pages without text.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/shared/work'
import { pdfFormat } from '../../../../src/workers/formats/pdf-format'
import { itemOf, makePdf } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'

const read = async (bytes: Buffer) => {
  const blocks: Block[] = []
  const { context, told } = makeFormatContext({ name: 'a.pdf' })
  const { warnings, facts } = told
  for await (const block of pdfFormat.extract(itemOf(bytes), context)) blocks.push(block)
  return { blocks, warnings, facts, texts: blocks.map((block) => block.text) }
}

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

  it('names the pages that hold images and no text, and is silent about blank ones', async () => {
    const { warnings, facts, blocks } = await read(makePdf([['Text.'], null, [], null, null, ['More text.']]))
    expect(warnings).toEqual([{ code: 'PDF_PAGES_WITHOUT_TEXT', details: { count: 3, pages: '2, 4–5' } }])
    expect(facts.pages).toBe(6)
    expect(blocks.map((block) => block.page)).toEqual([1, 6])
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
