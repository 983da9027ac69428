// Pictures in documents that are no PDFs: which are figures, where what is said of them stands, what is left out, and that the text stays what it is.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors'
import { findGermanPhrase } from '../../../../src/shared/phrases-de'
import type { Block, PictureFile, Seen } from '../../../../src/shared/work'
import { docxFormat } from '../../../../src/workers/formats/docx-format'
import { emlFormat } from '../../../../src/workers/formats/eml-format'
import { epubFormat } from '../../../../src/workers/formats/epub-format'
import type { Format, FormatContext } from '../../../../src/workers/formats/format'
import { htmlFormat } from '../../../../src/workers/formats/html-format'
import { pptxFormat } from '../../../../src/workers/formats/pptx-format'
import { itemOf, makeDocx, para } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'
import { makeEpub, makePptx, shape } from '../../../support/formats/office'
import {
  bombPng,
  checkedPng,
  dataUri,
  drawings,
  ocrFixture,
  pictureFixture,
} from '../../../support/formats/page-pictures'
import { forgeZip } from '../../../support/zip-forge'

const note = { code: 'FIGURE_READ', details: { model: 'm', provider: 'eyes' } } as const
const readNote = (count: number) => ({ code: note.code, details: { ...note.details, count } })

const read = async (format: Format, bytes: Buffer | string, more: Parameters<typeof makeFormatContext>[0] = {}) => {
  const shown: (PictureFile | string)[] = []
  const seeFigure = async (picture: PictureFile | string): Promise<Seen> => {
    shown.push(picture)
    return { text: `Chart ${shown.length}.`, note }
  }
  let figures = 0
  const needFigures = (count: number): void => {
    figures += count
  }
  const { context, told } = makeFormatContext({ ocr: true, figures: true, seeFigure, needFigures, ...more })
  const blocks: Block[] = []
  for await (const block of format.extract(itemOf(bytes), context)) blocks.push(block)
  // Each of the reasons is said in other languages.
  for (const { code, details } of told.warnings)
    if (code === 'FIGURES_LEFT_OUT') expect(findGermanPhrase(String(details['reason']))).not.toBeNull()
  return { blocks, texts: blocks.map(({ text }) => text), told, shown, figures }
}

/** The first reading, which only finds out. */
const look: Partial<FormatContext> = { ocr: false, seeFigure: undefined }
/** The words of a document, without what somebody said of its pictures. */
const ownTexts = (blocks: readonly Block[]): string[] =>
  blocks.filter(({ isApart }) => isApart !== true).map(({ text }) => text)

const page = (...images: readonly string[]): string =>
  `<html><head><title>Harbour</title></head><body>${images.map((image, i) => `<p>Text ${i + 1}.</p>${image}`).join('')}<p>The end.</p></body></html>`
const image = (bytes: Buffer, more = ''): string => `<img src="${dataUri(bytes)}" ${more}>`

const samples = [
  { name: 'harbour.docx', format: docxFormat },
  { name: 'harbour.pptx', format: pptxFormat },
  { name: 'harbour.epub', format: epubFormat },
] as const

describe('pictures in documents', () => {
  it.each(samples)(
    'are looked for without showing any, and only where that is wanted ($name)',
    async ({ name, format }) => {
      const plain = await read(format, pictureFixture(name), { ...look, figures: false })
      const looked = await read(format, pictureFixture(name), look)
      expect(looked).toMatchObject({ figures: 2, shown: [], told: { warnings: [] } })
      expect(looked.blocks).toEqual(plain.blocks)
      expect(plain.figures).toBe(0)
      const closed = await read(format, pictureFixture(name), { ...look, limits: { 'ocr.enabled': 0 } })
      expect(closed.figures).toBe(0)
    },
  )

  it.each(samples)('are read once each where they stand, beside the words ($name)', async ({ name, format }) => {
    const plain = await read(format, pictureFixture(name), { figures: false })
    const { blocks, shown, told } = await read(format, pictureFixture(name))
    expect(shown.map((picture) => (typeof picture === 'string' ? picture : [picture.type, picture.width]))).toEqual([
      ['image/png', 320],
      ['image/jpeg', 1080],
    ])
    expect(ownTexts(blocks)).toEqual(ownTexts(plain.blocks))
    expect(told.warnings).toEqual([readNote(2)])
    expect(told.coverage.map(({ reason }) => reason?.details['count'])).toEqual(
      format.kind === 'pptx' ? [undefined, 1, 1, undefined] : [2],
    )
  })

  it('stand behind their paragraph in a Word document, under its headings, with its description', async () => {
    const { blocks } = await read(docxFormat, pictureFixture('harbour.docx'))
    expect(blocks.map(({ kind, text, isApart = false }) => [kind, text, isApart])).toEqual([
      ['heading', 'Harbour report', false],
      ['paragraph', 'Ships came in every month of the year.', false],
      ['paragraph', 'Ships by month', false],
      ['caption', 'Figure 1 (Ships by month), read by a model:', true],
      ['caption', 'Chart 1.', true],
      ['heading', 'The lighthouse', false],
      ['paragraph', 'The keeper wrote this in his own hand.', false],
      ['caption', 'Figure 2, read by a model:', true],
      ['caption', 'Chart 2.', true],
      ['paragraph', 'A mark in a line.', false],
      ['paragraph', 'Ships by month', false],
      ['paragraph', 'The end of it.', false],
    ])
    expect(blocks[4]?.headings).toEqual(['Harbour report', 'Figure 1'])
    expect(blocks[8]?.headings).toEqual(['Harbour report', 'The lighthouse', 'Figure 2'])
  })

  it('stand on their slide', async () => {
    const { blocks } = await read(pptxFormat, pictureFixture('harbour.pptx'))
    const said = blocks.filter(({ isApart }) => isApart === true)
    expect(said.map(({ page: slide, text }) => [slide, text])).toEqual([
      [2, 'Figure on slide 2 (Ships by month), read by a model:'],
      [2, 'Chart 1.'],
      [3, 'Figure on slide 3, read by a model:'],
      [3, 'Chart 2.'],
    ])
    const xml = `<p:pic><p:blipFill><a:blip r:embed="r1"/></p:blipFill></p:pic>${shape(['The title'], 'title')}`
    const parts = [{ name: 'ppt/media/a.png', data: checkedPng(1) }]
    const forged = makePptx([{ xml, relations: [['image', '../media/a.png']] }], parts)
    expect((await read(pptxFormat, forged)).blocks.map(({ text, headings }) => [text, headings])).toEqual([
      ['The title', []],
      ['Figure on slide 1, read by a model:', ['The title', 'Figure on slide 1']],
      ['Chart 1.', ['The title', 'Figure on slide 1']],
    ])
  })

  it('may be in a table, a text box and an older drawing of a Word document', async () => {
    const blip = (id: string): string =>
      `<w:r><w:drawing><wp:docPr descr=""/><a:blip r:embed="${id}"/></w:drawing></w:r>`
    const body = [
      `<w:tbl><w:tr><w:tc>${para('May')}<w:p>${blip('rId2')}</w:p></w:tc><w:tc>${para('12')}</w:tc></w:tr></w:tbl>`,
      `<w:p><w:r><w:pict><v:shape><v:imagedata r:id="rId3" o:title="old.wmf"/></v:shape></w:pict></w:r></w:p>`,
      para('The end.'),
    ].join('')
    const names = ['a.png', 'b.png'].map((name) => ({ type: 'image', name: `media/${name}`, content: '' }))
    // A part is text for this maker: the pictures come from the packages that are made below.
    const made = makeDocx({ body, parts: names })
    expect((await read(docxFormat, made)).told.warnings).toMatchObject([{ code: 'FIGURES_LEFT_OUT' }])
    const { texts } = await read(docxFormat, forgeDocx(body, { 'a.png': checkedPng(1), 'b.png': checkedPng(2) }))
    expect(texts).toEqual([
      'May; 12',
      'Figure 1, read by a model:',
      'Chart 1.',
      'Figure 2, read by a model:',
      'Chart 2.',
      'The end.',
    ])
  })

  it('are none when they cover a slide, as its background', async () => {
    const slide = {
      xml: `<p:bg><p:bgPr><a:blipFill><a:blip r:embed="r1"/></a:blipFill></p:bgPr></p:bg>${shape(['Words'])}<p:pic><p:blipFill><a:blip r:embed="r2"/></p:blipFill></p:pic>`,
      relations: [
        ['image', '../media/a.png'],
        ['image', '../media/b.png'],
      ],
    } as const
    const parts = [
      { name: 'ppt/media/a.png', data: checkedPng(1) },
      { name: 'ppt/media/b.png', data: checkedPng(2) },
    ]
    const { shown, texts } = await read(pptxFormat, makePptx([slide], parts))
    expect([shown.length, texts]).toEqual([1, ['Words', 'Figure on slide 1, read by a model:', 'Chart 1.']])
  })

  it('stand behind their paragraph or row in a web page; marks, rules and what is there again are none', async () => {
    const chart = checkedPng(10)
    const { texts, shown, told } = await read(
      htmlFormat,
      page(
        image(chart, 'alt="Ships by month"'),
        image(checkedPng(20, 60, 60)),
        image(checkedPng(30, 4_000, 100)),
        image(chart),
        `<table><tr><td>May</td><td>${image(checkedPng(40), 'alt="graph.png"')}12</td></tr></table>`,
        '<img alt="nothing">',
      ),
    )
    expect(shown.length).toBe(2)
    expect(texts).toEqual([
      'Harbour',
      'Text 1.',
      'Ships by month',
      'Figure 1 (Ships by month), read by a model:',
      'Chart 1.',
      'Text 2.',
      'Text 3.',
      'Text 4.',
      'Text 5.',
      'May; graph.png 12',
      'Figure 2, read by a model:',
      'Chart 2.',
      'Text 6.',
      'nothing',
      'The end.',
    ])
    expect(told.warnings).toEqual([readNote(2)])
    expect(told.coverage).toMatchObject([{ unit: 'document', state: 'indexed', reason: readNote(2) }])
  })

  it('are no reason to keep the menu of a page, nor to leave out a page that is nothing else', async () => {
    const menu = `<nav><a href="/a">Tides and timetables</a>${image(checkedPng(5))}</nav>`
    expect((await read(htmlFormat, `<html><body>${menu}<p>Words.</p></body></html>`)).texts).toEqual(['Words.'])
    expect((await read(htmlFormat, `<html><body>${image(checkedPng(6))}${menu}</body></html>`)).texts).toContain(
      'Tides and timetables',
    )
  })

  it('are never fetched: what is elsewhere is said, but for dots that count readers', async () => {
    const { shown, told } = await read(
      htmlFormat,
      page(
        '<img src="http://127.0.0.1:1/a.png">',
        '<img src="b/c.png">',
        '<img src="file:///etc/passwd">',
        '<img src="https://127.0.0.1:1/dot.gif" width="1" height="1">',
      ),
    )
    expect(shown).toEqual([])
    expect(told.warnings).toEqual([
      {
        code: 'FIGURES_LEFT_OUT',
        details: { count: 3, reason: 'they are not in the document, and nothing is fetched' },
      },
    ])
    const linked = '<w:p><w:r><w:drawing><a:blip r:link="rId9"/></w:drawing></w:r></w:p>'
    const word = await read(docxFormat, forgeDocx(para('Words.') + linked, {}))
    expect(word.told.warnings).toMatchObject([{ code: 'FIGURES_LEFT_OUT', details: { count: 1 } }])
    const book = await read(epubFormat, makeEpub([{ name: 'One', page: '<p>Words.</p><img src="../../../x.png"/>' }]))
    expect(book.told.warnings).toMatchObject([{ details: { reason: 'they are missing in the document' } }])
  })

  it('of a mail are those in its page; its parts are documents of their own', async () => {
    const html = `<p>Dear all.</p>${image(checkedPng(3))}<img src="cid:x"><img src="https://127.0.0.1:1/a.png">`
    const mail = `From: a@b\r\nSubject: Ships\r\nContent-Type: text/html\r\n\r\n${html}`
    const { texts, told } = await read(emlFormat, mail)
    expect(texts).toEqual(['Ships', 'From: a@b', 'Dear all.', 'Figure 1, read by a model:', 'Chart 1.'])
    expect(told).toMatchObject({ warnings: [readNote(1)], coverage: [{ unit: 'part', reason: readNote(1) }] })
  })
})

describe('pictures that cannot be read', () => {
  const forged = (pictures: Readonly<Record<string, Buffer>>): Buffer =>
    forgeDocx(
      para('Words.') +
        Object.keys(pictures)
          .map((_, i) => `<w:p><w:r><w:drawing><a:blip r:embed="rId${i + 2}"/></w:drawing></w:r></w:p>`)
          .join(''),
      pictures,
    )

  it('are said with their kind, and cost no more than themselves', async () => {
    const pictures = {
      'a.emf': drawings.emf,
      'b.wmf': drawings.wmf,
      'c.svg': drawings.svg,
      'd.bin': Buffer.alloc(99, 7),
    }
    for (const more of [{}, look]) {
      const { texts, told, figures } = await read(docxFormat, forged(pictures), more)
      expect(texts).toEqual(['Words.'])
      expect(figures).toBe(0)
      expect(told.warnings.map(({ details }) => [details['reason'], details['names']])).toEqual([
        ['drawings (EMF) are not read', 'a.emf'],
        ['drawings (WMF) are not read', 'b.wmf'],
        ['drawings (SVG) are not read', 'c.svg'],
        ['they are of an unknown kind', 'd.bin'],
      ])
    }
  })

  it('may have too many pixels, too many bytes, or unpack like a bomb', async () => {
    const zeros = Buffer.concat([checkedPng(1), Buffer.alloc(4_000_000)])
    const { told, shown, texts } = await read(
      docxFormat,
      forged({
        'a.png': bombPng(30_000),
        'b.png': Buffer.concat([checkedPng(2), Buffer.alloc(100_000, 'ab')]),
        'c.png': zeros,
      }),
      { limits: { 'vision.figureBytes': 5_000_000, 'archive.entryRatioFromBytes': 1_000_000 } },
    )
    expect(texts).toEqual(['Words.', 'Figure 1, read by a model:', 'Chart 1.'])
    expect(shown.length).toBe(1)
    expect(told.warnings.map(({ details }) => [details['names'], details['reason'], details['setting']])).toEqual([
      [undefined, undefined, undefined],
      ['a.png', 'they have too many pixels', 'image.pixels'],
      ['c.png', 'they unpack to far more than they should', undefined],
    ])
    const small = await read(docxFormat, forged({ 'c.png': zeros }), { limits: { 'vision.figureBytes': 1_000_000 } })
    expect(small.told.warnings).toMatchObject([{ details: { setting: 'vision.figureBytes', names: 'c.png' } }])
  })

  it('may be animations whose later pictures are too large, beyond what is read to tell their size', async () => {
    const later = Buffer.alloc(10)
    later.writeUInt8(0x2c, 0)
    later.writeUInt16LE(60_000, 5)
    later.writeUInt16LE(60_000, 7)
    const single = ocrFixture('lighthouse.gif')
    // The row of blocks of the first picture goes on for 128 KiB.
    const rest = Buffer.concat(Array.from({ length: 512 }, () => Buffer.concat([Buffer.of(255), Buffer.alloc(255)])))
    const first = Buffer.concat([single.subarray(0, -2), rest, Buffer.of(0)])
    const hidden = Buffer.concat([first, later, Buffer.of(2, 1, 0, 0, 0x3b)])
    const { shown, told } = await read(docxFormat, forged({ 'a.gif': hidden }))
    expect(shown).toEqual([])
    expect(told.warnings).toMatchObject([
      { code: 'FIGURES_LEFT_OUT', details: { names: 'a.gif', setting: 'image.pixels' } },
    ])
  })

  it('take nothing of what the text may unpack to', async () => {
    const pictures = { 'a.png': Buffer.concat([checkedPng(2), Buffer.alloc(300_000, 'ab')]) }
    const body = `<w:p><w:r><w:drawing><a:blip r:embed="rId2"/></w:drawing></w:r></w:p>${para('tides '.repeat(20_000))}`
    const { texts } = await read(docxFormat, forgeDocx(body, pictures), { limits: { 'archive.entryBytes': 400_000 } })
    expect(texts.map(({ length }) => length)).toEqual([26, 8, 119_999])
  })

  it('may be damaged: neither the model nor OCR reads them', async () => {
    const half = ocrFixture('lighthouse.png').subarray(0, 3_000)
    const left = { code: 'FIGURE_FALLBACK', details: { provider: 'eyes', reason: 'the file is damaged' } } as const
    const shown: (PictureFile | string)[] = []
    const seeFigure = async (picture: PictureFile | string): Promise<Seen> => {
      shown.push(picture)
      return { text: null, note: left }
    }
    const { texts, told } = await read(docxFormat, forged({ 'a.png': half }), { seeFigure })
    expect(shown).toEqual(['the file is damaged'])
    expect(texts).toEqual(['Words.'])
    expect(told.warnings).toMatchObject([{ code: 'FIGURES_LEFT_OUT', details: { names: 'a.png' } }])
  })

  it('are read by OCR where no model reads them', async () => {
    const left = { code: 'FIGURE_FALLBACK', details: { provider: 'eyes', reason: 'it would not' } } as const
    const seeFigure = async (): Promise<Seen> => ({ text: null, note: left })
    const { texts, told } = await read(docxFormat, forged({ 'a.bmp': ocrFixture('lighthouse.bmp') }), { seeFigure })
    expect(texts.slice(0, 2)).toEqual(['Words.', 'Figure 1, read by OCR:'])
    expect(texts.slice(2).join(' ')).toMatch(/The lantern was .it at dusk/)
    const counted = { ...left, details: { ...left.details, count: 1 } }
    expect(told).toMatchObject({ warnings: [counted], coverage: [{ reason: counted }] })
  })

  it('are left out above their number, and that is said', async () => {
    const pictures = Object.fromEntries([1, 2, 3].map((shade) => [`${shade}.png`, checkedPng(shade)]))
    const limits = { 'vision.figures': 2 }
    const { shown, told } = await read(docxFormat, forged(pictures), { limits })
    expect(shown.length).toBe(2)
    expect(told.warnings).toEqual([
      readNote(2),
      { code: 'FIGURES_LIMIT', details: { limit: 2, actual: 3, setting: 'vision.figures' } },
    ])
    expect((await read(docxFormat, forged(pictures), { ...look, limits })).figures).toBe(2)
  })

  it('stop the reading where their document has to wait', async () => {
    const seeFigure = () => Promise.reject(new AppError('BUDGET_EXCEEDED'))
    await expect(read(docxFormat, forged({ 'a.png': checkedPng(1) }), { seeFigure })).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    })
  })
})

/** A Word document with these pictures, whose ids are `rId2`, `rId3`, … */
function forgeDocx(body: string, pictures: Readonly<Record<string, Buffer>>): Buffer {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const names = Object.keys(pictures)
  const relations = names.map(
    (name, i) => `<Relationship Id="rId${i + 2}" Type="${office}/image" Target="media/${name}"/>`,
  )
  return forgeZip([
    { name: '[Content_Types].xml', data: '<Types/>' },
    { name: 'word/_rels/document.xml.rels', data: `<Relationships>${relations.join('')}</Relationships>` },
    ...names.map((name) => ({ name: `word/media/${name}`, data: pictures[name] ?? '' })),
    { name: 'word/document.xml', data: `<w:document><w:body>${body}</w:body></w:document>` },
  ])
}
