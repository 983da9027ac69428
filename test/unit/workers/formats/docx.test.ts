// Proves that no text of a Word document is lost, whichever part it stands in, and none is read twice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/shared/work'
import { docxFormat } from '../../../../src/workers/formats/docx-format'
import { itemOf, makeDocx, para, row, run, type DocxParts } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'

const read = async (content: Buffer | DocxParts) => {
  const blocks: Block[] = []
  const { context, told } = makeFormatContext({ name: 'a.docx' })
  const { warnings, facts } = told
  const bytes = Buffer.isBuffer(content) ? content : makeDocx(content)
  for await (const block of docxFormat.extract(itemOf(bytes), context)) blocks.push(block)
  return { blocks, warnings, facts, texts: blocks.map((block) => block.text) }
}

describe('DOCX', () => {
  it('knows headings by their style, inherited ones too, and lists', async () => {
    const body =
      para('Book', 'H1') + para('Part', 'H2') + para('One', 'Bullets') + para('Chapter', 'Mine') + para('Text.')
    const { blocks } = await read({ body })
    expect(blocks.map(({ kind, text, headings }) => [kind, text, headings])).toEqual([
      ['heading', 'Book', []],
      ['heading', 'Part', ['Book']],
      ['list-item', 'One', ['Book', 'Part']],
      ['heading', 'Chapter', []],
      ['paragraph', 'Text.', ['Chapter']],
    ])
  })

  it('joins runs without inventing spaces and keeps tabs, breaks and hyphens', async () => {
    const body = `<w:p>${run('Wo')}${run('rd')}<w:r><w:tab/><w:t>next</w:t><w:br/><w:t>line</w:t><w:noBreakHyphen/><w:t>end</w:t></w:r></w:p>`
    expect((await read({ body })).texts).toEqual(['Word next\nline-end'])
  })

  it('reads a text box once, not the copy for older programs', async () => {
    const box = (text: string): string => `<w:txbxContent>${para(text)}</w:txbxContent>`
    const body = `<w:p>${run('Before ')}<w:r><mc:AlternateContent><mc:Choice><wps:txbx>${box('In the box')}</wps:txbx></mc:Choice><mc:Fallback>${box('In the box')}</mc:Fallback></mc:AlternateContent></w:r>${run('after')}</w:p>`
    expect((await read({ body })).texts).toEqual(['In the box', 'Before after'])
  })

  it('leaves out what was deleted or moved away, and field codes', async () => {
    const body =
      `<w:p>${run('Kept ')}<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:ins>${run('inserted')}</w:ins></w:p>` +
      `<w:p><w:moveFrom>${run('moved')}</w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r></w:p><w:p><w:moveTo>${run('moved')}</w:moveTo></w:p>`
    expect((await read({ body })).texts).toEqual(['Kept inserted', 'moved'])
  })

  it('reads tables as rows with the names of their columns', async () => {
    const head = '<w:trPr><w:tblHeader/></w:trPr>'
    const body = `<w:tbl>${row(['Name', 'Town'], head)}${row(['Ann', 'Rome'])}${row(['Bob', ''])}</w:tbl>`
    expect((await read({ body })).texts).toEqual(['Name | Town', 'Name: Ann; Town: Rome', 'Name: Bob'])
  })

  it('does not take a first row of data for names', async () => {
    const body = `<w:tbl>${row(['Ann', 'Rome'])}${row(['Bob', 'Paris'])}</w:tbl>`
    expect((await read({ body })).texts).toEqual(['Ann; Rome', 'Bob; Paris'])
  })

  it('reads a table used for layout as paragraphs, and tables within tables', async () => {
    const inner = `<w:tbl>${row(['x', 'y'])}</w:tbl>`
    const body = `<w:tbl><w:tr><w:tc>${para('Left')}</w:tc><w:tc>${para('Right')}${inner}${para('End')}</w:tc></w:tr></w:tbl>${para('After')}`
    expect((await read({ body })).texts).toEqual(['Left', 'Right', 'x; y', 'End', 'After'])
  })

  it('reads notes, comments, headers and footers, a repeated header once', async () => {
    const { texts } = await read({
      body: para('Body'),
      parts: [
        { type: 'header', name: 'header1.xml', content: para('Club news') },
        { type: 'header', name: 'header2.xml', content: para('Club news') },
        { type: 'footer', name: 'footer1.xml', content: para('Page foot') },
        { type: 'footnotes', name: 'footnotes.xml', content: para('A footnote') },
        { type: 'comments', name: 'comments.xml', content: para('A comment') },
      ],
    })
    expect(texts).toEqual(['Body', 'A footnote', 'A comment', 'Club news', 'Page foot'])
  })

  it('reads an embedded web page', async () => {
    const { texts } = await read({
      body: para('Body'),
      parts: [{ type: 'aFChunk', name: 'chunk.html', content: '<html><body><p>From the web</p></body></html>' }],
    })
    expect(texts).toEqual(['Body', 'From the web'])
  })

  it('leaves out a damaged part and says which', async () => {
    const { texts, warnings } = await read({
      body: para('Body'),
      parts: [{ type: 'footnotes', name: 'footnotes.xml', content: '<w:p>cut' }],
    })
    expect(texts).toEqual(['Body'])
    expect(warnings).toEqual([{ code: 'DOCUMENT_PART_UNREADABLE', details: { count: 1, parts: 'word/footnotes.xml' } }])
  })

  it('knows title and language from its properties', async () => {
    expect((await read({ body: para('Text'), title: 'Minutes & more' })).facts).toEqual({
      title: 'Minutes & more',
      language: 'de',
    })
  })

  it('reads what LibreOffice wrote', async () => {
    const { blocks, texts } = await read(readFileSync(join(__dirname, '../../../fixtures/letter.docx')))
    expect(texts).toContain('Stage: Canal; Kilometres: 22; Rest: Lock house')
    expect(blocks.find(({ text }) => text === 'The ride is free; the supper costs nine euros.')?.headings).toEqual([
      'Letter to the bicycle club',
      'Costs',
    ])
  })
})
