/**
 * Owns making office documents by code for tests: workbooks, presentations, OpenDocument, e-books, RTF, old Word documents.
 * Refuses: being a reader of anything, and looking like what a real program writes (fixtures are for that).
 */
import { forgeZip } from '../zip-forge'

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** The relationships of a part; ids are `r1`, `r2`, … in order. */
export const relationships = (targets: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships>${targets
    .map(([type, target], i) => `<Relationship Id="r${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`

export type PackagePart = { name: string; data: string | Buffer }

const typesPart: PackagePart = { name: '[Content_Types].xml', data: '<Types/>' }

export type SheetParts = {
  name: string
  /** The XML within the sheet. */
  xml: string
  /** Parts that belong to it. */
  relations?: readonly (readonly [type: string, target: string])[]
}
export type WorkbookParts = {
  sheets: readonly SheetParts[]
  strings?: string
  styles?: string
  workbook?: string
  parts?: readonly PackagePart[]
  /** What each sheet begins with. */
  prolog?: string
}

/** Rows of inline strings and numbers. */
export const sheetRows = (rows: readonly (readonly (string | number)[])[]): string =>
  `<sheetData>${rows
    .map(
      (cells, i) =>
        `<row r="${i + 1}">${cells
          .map((cell) =>
            typeof cell === 'number'
              ? `<c><v>${cell}</v></c>`
              : `<c t="inlineStr"><is><t xml:space="preserve">${escape(cell)}</t></is></c>`,
          )
          .join('')}</row>`,
    )
    .join('')}</sheetData>`

export const makeXlsx = ({ sheets, strings, styles, workbook = '', parts = [], prolog = '' }: WorkbookParts): Buffer =>
  forgeZip([
    typesPart,
    { name: '_rels/.rels', data: relationships([['officeDocument', 'xl/workbook.xml']]) },
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns:r="${OFFICE}">${workbook}<sheets>${sheets
        .map(({ name }, i) => `<sheet name="${escape(name)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`)
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relationships([
        ...sheets.map((_, i) => ['worksheet', `worksheets/sheet${i + 1}.xml`] as const),
        ...(strings === undefined ? [] : [['sharedStrings', 'sharedStrings.xml'] as const]),
        ...(styles === undefined ? [] : [['styles', 'styles.xml'] as const]),
      ]),
    },
    ...(strings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', data: strings }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', data: styles }]),
    ...sheets.flatMap(({ xml, relations }, i) => [
      { name: `xl/worksheets/sheet${i + 1}.xml`, data: `${prolog}<worksheet>${xml}</worksheet>` },
      ...(relations ? [{ name: `xl/worksheets/_rels/sheet${i + 1}.xml.rels`, data: relationships(relations) }] : []),
    ]),
    ...parts,
  ])

/** A shape of a slide; `role` is that of a placeholder. */
export const shape = (lines: readonly string[], role = ''): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:nvPr>${role ? `<p:ph type="${role}"/>` : ''}</p:nvPr></p:nvSpPr><p:txBody>${lines
    .map((line) => `<a:p><a:r><a:t>${escape(line)}</a:t></a:r></a:p>`)
    .join('')}</p:txBody></p:sp>`

export type SlideParts = { xml: string; relations?: readonly (readonly [type: string, target: string])[] }

export const makePptx = (slides: readonly SlideParts[], parts: readonly PackagePart[] = []): Buffer =>
  forgeZip([
    typesPart,
    { name: '_rels/.rels', data: relationships([['officeDocument', 'ppt/presentation.xml']]) },
    {
      name: 'ppt/presentation.xml',
      data: `<p:presentation xmlns:p="urn:p" xmlns:r="${OFFICE}"><p:sldIdLst>${slides
        .map((_, i) => `<p:sldId id="${256 + i}" r:id="r${i + 1}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      data: relationships(slides.map((_, i) => ['slide', `slides/slide${i + 1}.xml`] as const)),
    },
    ...slides.flatMap(({ xml, relations }, i) => [
      {
        name: `ppt/slides/slide${i + 1}.xml`,
        data: `<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><p:cSld><p:spTree>${xml}</p:spTree></p:cSld></p:sld>`,
      },
      ...(relations ? [{ name: `ppt/slides/_rels/slide${i + 1}.xml.rels`, data: relationships(relations) }] : []),
    ]),
    ...parts,
  ])

const ODF =
  'xmlns:office="urn:office" xmlns:text="urn:text" xmlns:table="urn:table" xmlns:draw="urn:draw" xmlns:presentation="urn:p" xmlns:style="urn:s" xmlns:dc="urn:dc"'

/** An OpenDocument package; `body` stands within `office:body`. */
export const makeOdf = (
  kind: 'text' | 'spreadsheet' | 'presentation',
  body: string,
  { title = '', prolog = '', parts = [] }: { title?: string; prolog?: string; parts?: readonly PackagePart[] } = {},
): Buffer =>
  forgeZip([
    { name: 'mimetype', data: `application/vnd.oasis.opendocument.${kind}`, method: 0 },
    {
      name: 'content.xml',
      data: `${prolog}<office:document-content ${ODF}><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    },
    {
      name: 'meta.xml',
      data: `<office:document-meta ${ODF}><office:meta><dc:title>${escape(title)}</dc:title></office:meta></office:document-meta>`,
    },
    ...parts,
  ])

export const odfParagraph = (text: string): string => `<text:p>${escape(text)}</text:p>`

export type BookChapter = { name: string | null; page: string | Buffer }

/** An e-book with a table of contents as EPUB 2 has it. */
export const makeEpub = (
  chapters: readonly BookChapter[],
  { title = 'A book', parts = [] }: { title?: string; parts?: readonly PackagePart[] } = {},
): Buffer =>
  forgeZip([
    { name: 'mimetype', data: 'application/epub+zip', method: 0 },
    {
      name: 'META-INF/container.xml',
      data: '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    },
    {
      name: 'OPS/book.opf',
      data: `<package><metadata xmlns:dc="urn:dc"><dc:title>${escape(title)}</dc:title><dc:language>en-GB</dc:language></metadata><manifest><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>${chapters
        .map((_, i) => `<item id="c${i}" href="text/c%20${i}.xhtml" media-type="application/xhtml+xml"/>`)
        .reverse()
        .join(
          '',
        )}</manifest><spine toc="ncx">${chapters.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    },
    {
      name: 'OPS/toc.ncx',
      data: `<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd"><ncx><navMap>${chapters
        .map(({ name }, i) =>
          name === null
            ? ''
            : `<navPoint><navLabel><text>${escape(name)}</text></navLabel><content src="text/c%20${i}.xhtml#top"/></navPoint>`,
        )
        .join('')}</navMap></ncx>`,
    },
    ...chapters.map(({ page }, i) => ({ name: `OPS/text/c ${i}.xhtml`, data: page })),
    ...parts,
  ])

const SECTOR = 512
const SPECIAL = { end: 0xfffffffe, free: 0xffffffff, table: 0xfffffffd } as const

/** An OLE compound file of some streams, each filled up with zeros to at least 4,096 bytes. */
export const makeOle = (streams: Readonly<Record<string, Buffer>>): Buffer => {
  const names = Object.keys(streams)
  const contents = names.map((name) => {
    const bytes = streams[name] ?? Buffer.alloc(0)
    return Buffer.concat([bytes, Buffer.alloc(Math.max(0, 4_096 - bytes.length))])
  })
  const sectorsOf = (bytes: number): number => Math.ceil(bytes / SECTOR)
  const directorySectors = sectorsOf((names.length + 1) * 128)
  const bodySectors = contents.reduce((sum, bytes) => sum + sectorsOf(bytes.length), directorySectors)
  let tableSectors = 1
  while (tableSectors * 128 < bodySectors + tableSectors) tableSectors += 1
  const table: number[] = Array.from({ length: tableSectors }, () => SPECIAL.table)
  const chain = (sectors: number): number => {
    const start = table.length
    for (let i = 0; i < sectors; i += 1) table.push(i === sectors - 1 ? SPECIAL.end : start + i + 1)
    return start
  }
  const directoryStart = chain(directorySectors)
  const entry = (name: string, type: number, child: number, right: number, start: number, size: number): Buffer => {
    const bytes = Buffer.alloc(128)
    bytes.write(name, 0, 'utf16le')
    bytes.writeUInt16LE(name.length * 2 + 2, 64)
    bytes[66] = type
    bytes.writeUInt32LE(SPECIAL.free, 68)
    bytes.writeUInt32LE(right, 72)
    bytes.writeUInt32LE(child, 76)
    bytes.writeUInt32LE(start, 116)
    bytes.writeUInt32LE(size, 120)
    return bytes
  }
  const entries = [
    entry('Root Entry', 5, names.length > 0 ? 1 : SPECIAL.free, SPECIAL.free, SPECIAL.end, 0),
    ...contents.map((bytes, i) =>
      entry(
        names[i] ?? '',
        2,
        SPECIAL.free,
        i + 1 < names.length ? i + 2 : SPECIAL.free,
        chain(sectorsOf(bytes.length)),
        bytes.length,
      ),
    ),
  ]
  const header = Buffer.alloc(SECTOR)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(tableSectors, 44)
  header.writeUInt32LE(directoryStart, 48)
  header.writeUInt32LE(4_096, 56)
  header.writeUInt32LE(SPECIAL.end, 60)
  header.writeUInt32LE(SPECIAL.end, 68)
  for (let i = 0; i < 109; i += 1) header.writeUInt32LE(i < tableSectors ? i : SPECIAL.free, 76 + i * 4)
  const fat = Buffer.alloc(tableSectors * SECTOR, 0xff)
  table.forEach((next, i) => fat.writeUInt32LE(next, i * 4))
  const filled = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, Buffer.alloc(sectorsOf(bytes.length) * SECTOR - bytes.length)])
  return Buffer.concat([header, fat, filled(Buffer.concat(entries)), ...contents.map(filled)])
}

/** A Word document of 1997 with nothing but text; paragraphs end in `\r`. `flags` are those of its head. */
export const makeDoc = (text: string, flags = 0): Buffer => {
  const textAt = 0x800
  const head = Buffer.alloc(textAt)
  head.writeUInt16LE(0xa5ec, 0)
  head.writeUInt16LE(0xc1, 2)
  head.writeUInt16LE(0x200 | flags, 10)
  head.writeUInt32LE(text.length, 0x4c)
  const clx = Buffer.alloc(21)
  clx[0] = 2
  clx.writeUInt32LE(16, 1)
  clx.writeUInt32LE(text.length, 9)
  clx.writeUInt32LE(textAt, 15)
  head.writeUInt32LE(0, 0x1a2)
  head.writeUInt32LE(clx.length, 0x1a6)
  return makeOle({ WordDocument: Buffer.concat([head, Buffer.from(text, 'utf16le')]), '1Table': clx })
}
