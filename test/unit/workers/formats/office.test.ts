// Proves what is peculiar to office formats: sheets, slides, OpenDocument, e-books, RTF, old Word, encryption; and that hostile ones are refused.
import { createCipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deflateRawSync } from 'node:zlib'
import { AppError } from '../../../../src/shared/errors'
import type { LimitName } from '../../../../src/shared/limits'
import type { Block } from '../../../../src/shared/work'
import { detectFormat } from '../../../../src/workers/formats/detection'
import { docFormat } from '../../../../src/workers/formats/doc-format'
import { docxFormat } from '../../../../src/workers/formats/docx-format'
import { epubFormat } from '../../../../src/workers/formats/epub-format'
import type { Format } from '../../../../src/workers/formats/format'
import { numberFormat } from '../../../../src/workers/formats/number-format'
import { odpFormat } from '../../../../src/workers/formats/odp-format'
import { odsFormat } from '../../../../src/workers/formats/ods-format'
import { odtFormat } from '../../../../src/workers/formats/odt-format'
import { parseOleFile } from '../../../../src/workers/formats/ole-file'
import { pptxFormat } from '../../../../src/workers/formats/pptx-format'
import { rtfFormat } from '../../../../src/workers/formats/rtf-format'
import { xlsxFormat } from '../../../../src/workers/formats/xlsx-format'
import { itemOf, makeDocx, para } from '../../../contract/formats/documents'
import { fixture } from '../../../contract/formats/office-subjects'
import { forgeZip } from '../../../support/zip-forge'
import { makeFormatContext, type Told } from '../../../support/formats/context'
import {
  makeDoc,
  makeEpub,
  makeOdf,
  makeOle,
  makePptx,
  makeXlsx,
  odfParagraph,
  relationships,
  shape,
  sheetRows,
} from '../../../support/formats/office'

type Options = { passwords?: readonly string[]; limits?: Partial<Record<LimitName, number>> }
const read = async (format: Format, bytes: Buffer, options: Options = {}): Promise<Told & { blocks: Block[] }> => {
  const { context, told } = makeFormatContext(options)
  const blocks: Block[] = []
  for await (const block of format.extract(itemOf(bytes), context)) blocks.push(block)
  return { ...told, blocks }
}
const linesOf = async (format: Format, bytes: Buffer, options?: Options): Promise<string[]> =>
  (await read(format, bytes, options)).blocks.map(({ text }) => text)
const codeOf = async (format: Format, bytes: Buffer, options?: Options): Promise<string> => {
  try {
    await read(format, bytes, options)
    return 'nothing was thrown'
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : `not an AppError: ${String(thrown)}`
  }
}
const stateOf = ({ coverage }: Told): string[] =>
  coverage.map(({ unit, from, name, state }) => `${unit} ${from} ${name ?? ''} ${state}`)

/** The same letter, which LibreOffice saved in several formats. */
const GARDEN_LETTER = [
  'heading Garden',
  'paragraph The needle is here.',
  'heading Trees',
  'paragraph Äpfel und Birnen cost 5 €.',
  'list-item first item',
  'list-item second item',
  'table-row Name | Town | Age',
  'table-row Name: Ann; Town: Rome; Age: 41',
  'table-row Name: Bob; Town: Oslo; Age: 37',
  'paragraph After the table.',
]

const BILLION_LAUGHS =
  '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;"><!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;">]>'
const EXTERNAL = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

describe('numbers of spreadsheets', () => {
  it.each([
    [14, null, 45356, '2024-03-05'],
    [22, null, 45356.5625, '2024-03-05 13:30'],
    [0, 'dd.mm.yyyy', 45356, '05.03.2024'],
    [0, '[$-407]d. mmmm yyyy;@', 45356, '5. March 2024'],
    [46, null, 1.5, '36:00:00'],
    [0, 'h:mm AM/PM', 0.75, '6:00 PM'],
    [14, null, 1, '1900-01-01'],
    [0, '[h]:mm', 61, '1464:00'],
    [2, null, 1234.5, '1234.50'],
    [4, null, -1234567.891, '-1,234,567.89 (-1234567.891)'],
    [10, null, 0.1234, '12.34%'],
    [0, '"€"#,##0.00;[Red]-"€"#,##0.00', -12.3, '-€12.30'],
    [0, '00000', 123, '00123'],
    [0, '0.0', 11111.25, '11111.3 (11111.25)'],
    [0, '# ?/?', 0.5, '0.5'],
    [0, null, 0.1 + 0.2, '0.3'],
    [0, ';;;', 7, '7'],
    [0, 'yyyy-mm-dd', -5, '-5'],
  ])('format %s %s shows %s as %s', (id, code, value, shown) => {
    expect(numberFormat(id, code, 1900)(value)).toBe(shown)
  })

  it('count days from 1904 where the file says so', () => {
    expect(numberFormat(14, null, 1904)(0)).toBe('1904-01-01')
  })

  it('take no time over formats that are made to hang a reader', () => {
    const started = performance.now()
    for (const part of ['0#', '"', '[', ';', 'E+', '\\', 'y', ',', '?/'])
      for (const length of [50, 128]) numberFormat(200, part.repeat(length), 1900)(1234.5)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('workbooks', () => {
  it('reads what LibreOffice wrote: dates, merged cells, results, notes, hidden and empty sheets', async () => {
    const told = await read(xlsxFormat, fixture('table.xlsx'))
    expect(told.blocks.map(({ kind, text, page }) => `${page ?? ''} ${kind} ${text}`)).toEqual([
      '1 heading Sales',
      '1 table-row Region | Shop | Opened | Total',
      '1 table-row Region: North; Shop: Harbor; Opened: 05.03.2024; Total: 12.5',
      '1 table-row Region: North; Shop: Station; Opened: 24.12.2024; Total: 7',
      '1 paragraph B2: needs paint',
      '3 heading Secret',
      '3 table-row hidden needle',
    ])
    expect(stateOf(told)).toEqual(['sheet 1 Sales indexed', 'sheet 2 Blank empty', 'sheet 3 Secret indexed'])
    expect(told.facts.pages).toBe(3)
  })

  it('reads shared strings without hints of pronunciation, booleans, errors and formulas without a result', async () => {
    const bytes = makeXlsx({
      strings: '<sst><si><r><t>漢</t></r><r><t>字</t></r><rPh sb="0" eb="1"><t>カン</t></rPh></si></sst>',
      sheets: [
        {
          name: 'One',
          xml: '<sheetData><row><c t="s"><v>0</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1+B1</f></c><c t="str"><v>a_x000D_b</v></c></row></sheetData>',
        },
      ],
    })
    expect((await linesOf(xlsxFormat, bytes))[1]).toBe('漢字 | TRUE | #N/A | =A1+B1 | a b')
  })

  it('finds the header below a title, and a new one of bold letters after a gap', async () => {
    const cell = (text: string, style = 0): string => `<c t="inlineStr" s="${style}"><is><t>${text}</t></is></c>`
    const bytes = makeXlsx({
      styles:
        '<styleSheet><fonts><font/><font><b/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>',
      sheets: [
        {
          name: 'One',
          xml: `<sheetData><row r="1">${cell('Report of the year')}</row><row r="3">${cell('Name')}${cell('Town')}</row><row r="4">${cell('Ann')}${cell('Rome')}</row><row r="9">${cell('Item', 1)}${cell('Price', 1)}</row><row r="10">${cell('Pen')}<c><v>2</v></c></row></sheetData>`,
        },
      ],
    })
    expect((await linesOf(xlsxFormat, bytes)).slice(1)).toEqual([
      'Report of the year',
      'Name | Town',
      'Name: Ann; Town: Rome',
      'Item | Price',
      'Item: Pen; Price: 2',
    ])
  })

  it('names a damaged sheet and reads the others', async () => {
    const bytes = makeXlsx({
      sheets: [
        { name: 'Good', xml: sheetRows([['fine']]) },
        { name: 'Bad', xml: '<sheetData><row><c><v>1</v></d></row>' },
      ],
    })
    const told = await read(xlsxFormat, bytes)
    expect(told.blocks.map(({ text }) => text)).toEqual(['Good', 'fine'])
    expect(told.warnings).toEqual([{ code: 'DOCUMENT_PART_UNREADABLE', details: { count: 1, parts: 'Bad' } }])
    expect(told.coverage[1]).toMatchObject({ state: 'skipped', name: 'Bad', reason: { code: 'DOCUMENT_CORRUPT' } })
  })

  it('says which sheets were left out when a limit ends the reading', async () => {
    const { context, told } = makeFormatContext()
    const bytes = makeXlsx({ sheets: ['A', 'B', 'C'].map((name) => ({ name, xml: sheetRows([['x']]) })) })
    for await (const block of xlsxFormat.extract(itemOf(bytes), context)) if (block.page === 2) break
    expect(stateOf(told)).toEqual(['sheet 1 A indexed', 'sheet 2 B truncated', 'sheet 3 C truncated'])
  })

  it('spends no memory on cells in far columns and on merged regions without end', async () => {
    const row = (i: number): string => `<row r="${i}"><c r="XFD${i}" t="inlineStr"><is><t>far ${i}</t></is></c></row>`
    const merged = '<mergeCells><mergeCell ref="XFD1:XFD1048576"/></mergeCells>'
    const xml = `<sheetData>${Array.from({ length: 2_000 }, (_, i) => row(i + 1)).join('')}</sheetData>${merged}`
    const started = performance.now()
    const lines = await linesOf(xlsxFormat, makeXlsx({ sheets: [{ name: 'Far', xml }] }))
    expect(lines).toHaveLength(2_001)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it.each([
    ['entities that multiply', BILLION_LAUGHS],
    ['an entity from outside', EXTERNAL],
  ])('refuses %s', async (_, prolog) => {
    const bytes = makeXlsx({ prolog, sheets: [{ name: 'A', xml: sheetRows([['x']]) }] })
    expect(await codeOf(xlsxFormat, bytes)).toBe('DOCUMENT_CORRUPT')
  })

  it('refuses XML that is nested too deep', async () => {
    const xml = `<sheetData>${'<x>'.repeat(200)}${'</x>'.repeat(200)}</sheetData>`
    expect(await codeOf(xlsxFormat, makeXlsx({ sheets: [{ name: 'A', xml }] }))).toBe('DOCUMENT_BOMB')
  })

  it('refuses a sheet that inflates like a bomb', async () => {
    const xml = `<sheetData><row><c t="inlineStr"><is><t>${'a'.repeat(8_000_000)}</t></is></c></row></sheetData>`
    expect(await codeOf(xlsxFormat, makeXlsx({ sheets: [{ name: 'A', xml }] }))).toBe('DOCUMENT_BOMB')
  })
})

describe('presentations', () => {
  it('reads slides in the order of the show, the title first, with tables, notes and comments', async () => {
    const table =
      '<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Name</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Town</a:t></a:r></a:p></a:txBody></a:tc></a:tr><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Ann</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Rome</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>'
    const bytes = makePptx(
      [
        {
          xml: `${shape(['one', 'two'], 'body')}<p:grpSp>${shape(['grouped'])}</p:grpSp>${table}${shape(['7'], 'sldNum')}${shape(['Garden'], 'ctrTitle')}`,
          relations: [
            ['notesSlide', '../notesSlides/n.xml'],
            ['comments', '../comments/c.xml'],
          ],
        },
        { xml: '' },
      ],
      [
        {
          name: 'ppt/notesSlides/n.xml',
          data: `<p:notes xmlns:p="urn:p" xmlns:a="urn:a">${shape(['Say it slowly.'], 'body')}</p:notes>`,
        },
        { name: 'ppt/comments/c.xml', data: '<p:cmLst xmlns:p="urn:p"><p:cm><p:text>Nice!</p:text></p:cm></p:cmLst>' },
      ],
    )
    const told = await read(pptxFormat, bytes)
    expect(told.blocks.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'heading Garden',
      'list-item one',
      'list-item two',
      'paragraph grouped',
      'table-row Name | Town',
      'table-row Name: Ann; Town: Rome',
      'paragraph Say it slowly.',
      'paragraph Nice!',
    ])
    expect(told.blocks.slice(1).every(({ headings, page }) => headings[0] === 'Garden' && page === 1)).toBe(true)
    expect(stateOf(told)).toEqual(['slide 1  indexed', 'slide 2  empty'])
  })
})

describe('OpenDocument', () => {
  it('reads what LibreOffice wrote: headings by style, lists, tables', async () => {
    expect((await read(odtFormat, fixture('letter.odt'))).blocks.map(({ kind, text }) => `${kind} ${text}`)).toEqual(
      GARDEN_LETTER,
    )
  })

  it('leaves out what was deleted, and reads notes', async () => {
    const body =
      '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>a<text:s text:c="3"/>b<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note></text:p>'
    expect(await linesOf(odtFormat, makeOdf('text', body))).toEqual(['a note', 'a   b'])
  })

  it('does not spell out repetitions of cells, rows and spaces', async () => {
    const body =
      '<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x<text:s text:c="1000000000"/>y</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="2000000000"/></table:table-row></table:table>'
    const started = performance.now()
    const lines = await linesOf(odsFormat, makeOdf('spreadsheet', body))
    expect(lines.join('\n').length).toBeLessThan(20_000)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('counts slides and names empty ones', async () => {
    const told = await read(
      odpFormat,
      makeOdf(
        'presentation',
        `<draw:page><draw:frame><draw:text-box>${odfParagraph('hello')}</draw:text-box></draw:frame></draw:page><draw:page/>`,
      ),
    )
    expect(stateOf(told)).toEqual(['slide 1  indexed', 'slide 2  empty'])
    expect(told.facts.pages).toBe(2)
  })

  it.each([
    ['entities that multiply', BILLION_LAUGHS],
    ['an entity from outside', EXTERNAL],
  ])('refuses %s', async (_, prolog) => {
    expect(await codeOf(odtFormat, makeOdf('text', odfParagraph('x'), { prolog }))).toBe('DOCUMENT_CORRUPT')
  })

  it('opens an encrypted text with its password only', async () => {
    const plain = Buffer.from('<d xmlns:t="urn:t"><t:p>secret needle</t:p></d>')
    const packed = deflateRawSync(plain)
    const padded = Buffer.concat([packed, Buffer.alloc(16 - (packed.length % 16), 16 - (packed.length % 16))])
    const [salt, iv] = [randomBytes(16), randomBytes(16)]
    const key = pbkdf2Sync(createHash('sha256').update('open').digest(), salt, 1_000, 32, 'sha1')
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    const locked = Buffer.concat([cipher.update(padded), cipher.final()])
    const checksum = createHash('sha256').update(packed.subarray(0, 1024)).digest('base64')
    const manifest = `<manifest><file-entry full-path="content.xml"><encryption-data checksum-type="urn:x#sha256-1k" checksum="${checksum}"><algorithm algorithm-name="urn:x#aes256-cbc" initialisation-vector="${iv.toString('base64')}"/><key-derivation key-derivation-name="PBKDF2" key-size="32" iteration-count="1000" salt="${salt.toString('base64')}"/><start-key-generation start-key-generation-name="urn:x#sha256"/></encryption-data></file-entry></manifest>`
    const encrypted = forgeZip([
      { name: 'content.xml', data: locked, method: 0 },
      { name: 'META-INF/manifest.xml', data: manifest },
    ])
    expect(await codeOf(odtFormat, encrypted)).toBe('DOCUMENT_ENCRYPTED')
    expect(await codeOf(odtFormat, encrypted, { passwords: ['shut'] })).toBe('PASSWORD_WRONG')
    expect(await linesOf(odtFormat, encrypted, { passwords: ['shut', 'open'] })).toEqual(['secret needle'])
  })
})

describe('a text that is damaged after its beginning', () => {
  it('keeps what was read, and says that the rest is missing', async () => {
    const broken =
      Array.from({ length: 3_000 }, (_, i) => odfParagraph(`Line ${i} of it.`)).join('') + '<text:p></text:h>'
    const told = await read(odtFormat, makeOdf('text', broken))
    expect(told.blocks.length).toBeGreaterThan(1_000)
    expect(told.warnings).toMatchObject([{ code: 'DOCUMENT_PART_UNREADABLE' }])
    expect(told.coverage).toMatchObject([
      { unit: 'document', state: 'truncated', reason: { code: 'DOCUMENT_CORRUPT' } },
    ])
  })
})

describe('packages that were packed again', () => {
  it('are told by what they hold, wherever their type stands', async () => {
    const book = forgeZip([
      { name: 'META-INF/container.xml', data: '<container/>' },
      { name: 'mimetype', data: 'application/epub+zip' },
    ])
    const text = forgeZip([
      { name: 'content.xml', data: '<x/>' },
      { name: 'META-INF/manifest.xml', data: '<x/>' },
    ])
    const archive = forgeZip([{ name: 'content.xml', data: '<x/>' }])
    expect((await detectFormat(itemOf(book), 'a.epub')).kind).toBe('epub')
    expect((await detectFormat(itemOf(text), 'a.odt')).kind).toBe('odt')
    expect((await detectFormat(itemOf(archive), 'a.odt')).kind).toBe('zip')
  })

  it('with a part whose name leads outside, are read but for that part', async () => {
    const parts = [
      { name: '../../x.xhtml', data: '<x/>' },
      { name: 'C:/y.xml', data: '<x/>' },
      { name: '/absolute.xml', data: '<x/>' },
    ]
    const bytes = makeEpub([{ name: null, page: '<html><body><p>Fine.</p></body></html>' }], { parts })
    expect((await detectFormat(itemOf(bytes), 'a')).kind).toBe('epub')
    const told = await read(epubFormat, bytes)
    expect(told.blocks.map(({ text }) => text)).toEqual(['Fine.'])
    const details = { count: 2, parts: '../../x.xhtml, C:/y.xml' }
    expect(told.warnings).toEqual([{ code: 'DOCUMENT_PART_UNREADABLE', details }])
  })

  it('of an encrypted workbook without a name of its own, are still read as one', async () => {
    const workbook = encryptAgile(makeXlsx({ sheets: [{ name: 'A', xml: sheetRows([['shown']]) }] }), 'open')
    const { format } = await detectFormat(itemOf(workbook), 'unnamed')
    expect(format?.kind).toBe('docx')
    expect(await linesOf(docxFormat, workbook, { passwords: ['open'] })).toEqual(['A', 'shown'])
  })
})

describe('e-books', () => {
  const page = (body: string, prolog = ''): string => `${prolog}<html><head><title/></head><body>${body}</body></html>`

  it('reads chapters in the order of the spine, with the names of the contents', async () => {
    const told = await read(
      epubFormat,
      makeEpub([
        { name: 'Beginning', page: page('<h1>Beginning</h1><p>First.</p>') },
        { name: null, page: page('') },
        { name: 'End', page: page('<p>Last.</p>') },
      ]),
    )
    expect(told.blocks.map(({ text }) => text)).toEqual(['Beginning', 'First.', 'Last.'])
    expect(told.blocks.every(({ page: number }) => number === null)).toBe(true)
    expect(stateOf(told)).toEqual(['chapter 1 Beginning indexed', 'chapter 2  empty', 'chapter 3 End indexed'])
    expect(told.facts).toMatchObject({ title: 'A book', language: 'en' })
  })

  it('leaves out a chapter that declares entities, and names it', async () => {
    const told = await read(
      epubFormat,
      makeEpub([
        { name: 'Good', page: page('<p>fine</p>') },
        { name: 'Bad', page: page('<p>&lol3;</p>', BILLION_LAUGHS.replace('lolz', 'html')) },
      ]),
    )
    expect(told.blocks.map(({ text }) => text)).toEqual(['fine'])
    expect(told.warnings[0]).toMatchObject({ code: 'DOCUMENT_PART_UNREADABLE', details: { parts: 'Bad' } })
  })

  it('says that a book is locked to its reader', async () => {
    const data =
      '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherReference URI="OPS/text/c%200.xhtml"/></EncryptedData></encryption>'
    const bytes = makeEpub([{ name: 'x', page: page('<p>x</p>') }], {
      parts: [{ name: 'META-INF/encryption.xml', data }],
    })
    expect(await codeOf(epubFormat, bytes)).toBe('DOCUMENT_ENCRYPTED')
  })
})

describe('RTF', () => {
  const rtf = (body: string, head = '\\ansi\\ansicpg1252'): Buffer => Buffer.from(`{\\rtf1${head} ${body}}`, 'latin1')

  it('reads what LibreOffice wrote', async () => {
    const told = await read(rtfFormat, fixture('letter.rtf'))
    expect(told.blocks.map(({ kind, text }) => `${kind} ${text}`)).toContain('table-row Name: Bob; Town: Oslo; Age: 37')
    expect(told.blocks[1]).toMatchObject({ text: 'The needle is here.', headings: ['Garden'] })
    expect(told.facts.title).toBe('Garden letter')
  })

  it.each([
    [
      'code pages of fonts',
      "{\\fonttbl{\\f0\\fcharset204 A;}{\\f1\\fcharset128 B;}}\\f0 \\'cf\\'f0\\f1 \\'93\\'fa\\'96\\'7b",
      'Пр日本',
    ],
    ['Unicode with fallbacks of several characters', "\\uc2\\u8364\\'80\\'80!\\uc0\\u-10179\\u-8704", '€!😀'],
    ['a fallback without any character', '\\u233 ?t\\u233?', 'été'],
    [
      'results of fields without their instructions',
      '{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt link}} here',
      'link here',
    ],
    [
      'no pictures, objects and unknown groups',
      '{\\pict 0102}{\\object{\\*\\objdata 99}{\\result shown}}{\\*\\odd x}',
      'shown',
    ],
    ['no bytes of binary data', 'a\\bin3 }}}b', 'ab'],
    ['signs', '\\lquote a\\rquote\\~\\emdash\\tab b\\{', '‘a’\u00a0—\tb{'],
    ['a star within a group as nothing', 'x{\\loch\\i0\\*\\cs7 fox}', 'xfox'],
  ])('reads %s', async (_, body, text) => {
    expect((await linesOf(rtfFormat, rtf(body))).join('|').replace(/\u00a0/g, ' ')).toBe(text.replace(/\u00a0/g, ' '))
  })

  it('puts notes after their paragraph and headers once', async () => {
    const body = '{\\header same\\par}{\\header same\\par}One{\\footnote a note} two\\par Three'
    expect(await linesOf(rtfFormat, rtf(body))).toEqual(['One two', 'a note', 'Three', 'same'])
  })

  it('refuses groups without end, and ends with what there is when groups are never closed', async () => {
    expect(await codeOf(rtfFormat, rtf('{'.repeat(100_000)))).toBe('DOCUMENT_BOMB')
    expect(await linesOf(rtfFormat, Buffer.from('{\\rtf1 {{\\b never closed'))).toEqual(['never closed'])
  })
})

describe('old Word documents', () => {
  it('reads what LibreOffice wrote: headings, lists, tables', async () => {
    expect((await read(docFormat, fixture('letter.doc'))).blocks.map(({ kind, text }) => `${kind} ${text}`)).toEqual(
      GARDEN_LETTER,
    )
  })

  it('reads results of fields without their instructions', async () => {
    expect(await linesOf(docFormat, makeDoc('See \u0013HYPERLINK "x"\u0014the page\u0015.\rEnd'))).toEqual([
      'See the page.',
      'End',
    ])
  })

  it('says that a document is encrypted', async () => {
    expect(await codeOf(docFormat, makeDoc('x', 0x100))).toBe('DOCUMENT_ENCRYPTED')
  })

  it('refuses containers whose chains and trees are loops', () => {
    const bytes = makeOle({ WordDocument: Buffer.alloc(8_192, 1) })
    const looped = Buffer.from(bytes)
    // The second sector of the stream leads back to itself.
    looped.writeUInt32LE(3, 512 + 3 * 4)
    expect(() => parseOleFile(looped).read('WordDocument')).toThrow(AppError)
    const tree = Buffer.from(bytes)
    const entry = 1_024 + 128
    tree.writeUInt32LE(1, entry + 68)
    tree.writeUInt32LE(1, entry + 72)
    expect(parseOleFile(tree).names).toEqual(['WordDocument'])
  })
})

/** [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15, as Excel writes it, with few rounds. */
const encryptAgile = (content: Buffer, password: string): Buffer => {
  const hash = (...parts: Buffer[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest()
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
  }
  const encrypt = (key: Buffer, iv: Buffer, bytes: Buffer): Buffer => {
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    return Buffer.concat([
      cipher.update(Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)])),
      cipher.final(),
    ])
  }
  const [salt, keySalt, secret, input] = [randomBytes(16), randomBytes(16), randomBytes(32), randomBytes(16)]
  let base = hash(salt, Buffer.from(password, 'utf16le'))
  for (let i = 0; i < 100; i += 1) base = hash(number(i), base)
  const lock = (purpose: string, bytes: Buffer): string =>
    encrypt(hash(base, Buffer.from(purpose, 'hex')).subarray(0, 32), salt, bytes).toString('base64')
  const facts =
    'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
  const xml = `<encryption xmlns:p="urn:p"><keyData ${facts} saltValue="${keySalt.toString('base64')}"/><keyEncryptors><keyEncryptor><p:encryptedKey spinCount="100" ${facts} saltValue="${salt.toString('base64')}" encryptedVerifierHashInput="${lock('fea7d2763b4b9e79', input)}" encryptedVerifierHashValue="${lock('d7aa0f6d3061344e', hash(input))}" encryptedKeyValue="${lock('146e0be7abacd0d6', secret)}"/></keyEncryptor></keyEncryptors></encryption>`
  const pieces = [number(content.length), number(0)]
  for (let at = 0, i = 0; at < content.length; at += 4_096, i += 1)
    pieces.push(encrypt(secret, hash(keySalt, number(i)).subarray(0, 16), content.subarray(at, at + 4_096)))
  const info = Buffer.concat([Buffer.from('0400040040000000', 'hex'), Buffer.from(xml)])
  // Streams are filled up with zeros here, and white space may follow XML.
  const filled = Buffer.concat([info, Buffer.alloc(Math.max(0, 4_096 - info.length), 0x20)])
  return makeOle({ EncryptionInfo: filled, EncryptedPackage: Buffer.concat(pieces) })
}

describe('encrypted Office documents', () => {
  const bytes = encryptAgile(makeDocx({ body: para('The secret needle.') + para('x'.repeat(9_000)) }), 'open')

  it('open with their password', async () => {
    expect((await linesOf(docxFormat, bytes, { passwords: ['wrong', 'open'] }))[0]).toBe('The secret needle.')
  })

  it('ask for a password, and say when it is wrong', async () => {
    expect(await codeOf(docxFormat, bytes)).toBe('DOCUMENT_ENCRYPTED')
    expect(await codeOf(docxFormat, bytes, { passwords: ['wrong'] })).toBe('PASSWORD_WRONG')
  })

  it('open without asking when Excel only protects them from being written', async () => {
    const workbook = encryptAgile(makeXlsx({ sheets: [{ name: 'A', xml: sheetRows([['shown']]) }] }), 'VelvetSweatshop')
    expect(await linesOf(xlsxFormat, workbook)).toEqual(['A', 'shown'])
  })

  it('are refused when their description is rubbish', async () => {
    const rubbish = makeOle({ EncryptionInfo: Buffer.alloc(4_096, 3), EncryptedPackage: Buffer.alloc(4_096, 9) })
    expect(['DOCUMENT_CORRUPT', 'DOCUMENT_ENCRYPTED']).toContain(
      await codeOf(docxFormat, rubbish, { passwords: ['x'] }),
    )
  })
})

describe('relationships', () => {
  it('that lead outside are never followed', async () => {
    const outside = relationships([['drawing', 'https://example.com/x']]).replace(
      'Target=',
      'TargetMode="External" Target=',
    )
    const bytes = makeXlsx({
      sheets: [{ name: 'A', xml: sheetRows([['x']]) }],
      parts: [{ name: 'xl/worksheets/_rels/sheet1.xml.rels', data: outside }],
    })
    expect(await linesOf(xlsxFormat, bytes)).toEqual(['A', 'x'])
  })
})
