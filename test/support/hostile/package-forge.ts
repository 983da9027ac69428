/**
 * Owns making Office packages and e-books part by part, so that any part can be hostile. Refuses to be complete: they hold what readers look for.
 */
import { forgeZip, type ForgedEntry } from '../zip-forge'

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types'
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const S =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const A =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const ODF =
  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'

export type PackageOptions = {
  /** Stands before the root element of the main part. */
  prolog?: string
  /** Replaces the main part as a whole. */
  main?: string | Buffer
  /** Further entries. */
  more?: readonly ForgedEntry[]
  /** Further relationships of the main part. */
  relations?: string
  compress?: boolean
}

const relationships = (inner: string): string => `<Relationships xmlns="${RELS}">${inner}</Relationships>`
const relation = (id: string, type: string, target: string, more = ''): string =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"${more}/>`
/** A relationship to something on the network. */
export const remoteRelation = (type: string, url: string): string =>
  relation('rIdRemote', type, url, ' TargetMode="External"')

const contentTypes = (part: string, type: string): string =>
  `<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/></Types>`

const root = (target: string): ForgedEntry => ({
  name: '_rels/.rels',
  data: relationships(relation('r1', 'officeDocument', target)),
})

/** `body`: XML inside the body; `&entity;` goes in as it is. */
export const forgeDocx = (
  body: string,
  { prolog = '', main, more = [], relations = '' }: PackageOptions = {},
): Buffer =>
  forgeZip([
    { name: '[Content_Types].xml', data: contentTypes('word/document.xml', 'wordprocessingml.document.main') },
    root('word/document.xml'),
    { name: 'word/_rels/document.xml.rels', data: relationships(relations) },
    { name: 'word/document.xml', data: main ?? `${prolog}<w:document ${W}><w:body>${body}</w:body></w:document>` },
    ...more,
  ])
export const docxParagraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

/** `rows`: XML inside the sheet's data. */
export const forgeXlsx = (
  rows: string,
  { prolog = '', main, more = [], relations = '' }: PackageOptions = {},
): Buffer =>
  forgeZip([
    { name: '[Content_Types].xml', data: contentTypes('xl/workbook.xml', 'spreadsheetml.sheet.main') },
    root('xl/workbook.xml'),
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relationships(relation('rId1', 'worksheet', 'worksheets/sheet1.xml') + relations),
    },
    {
      name: 'xl/workbook.xml',
      data: `<workbook ${S}><sheets><sheet name="Herbs" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      data: main ?? `${prolog}<worksheet ${S}><sheetData>${rows}</sheetData></worksheet>`,
    },
    ...more,
  ])
export const xlsxRow = (n: number, text: string): string =>
  `<row r="${n}"><c r="A${n}" t="inlineStr"><is><t>${text}</t></is></c></row>`

export const forgePptx = (
  text: string,
  { prolog = '', main, more = [], relations = '' }: PackageOptions = {},
): Buffer =>
  forgeZip([
    { name: '[Content_Types].xml', data: contentTypes('ppt/presentation.xml', 'presentationml.presentation.main') },
    root('ppt/presentation.xml'),
    {
      name: 'ppt/_rels/presentation.xml.rels',
      data: relationships(relation('rId1', 'slide', 'slides/slide1.xml') + relations),
    },
    {
      name: 'ppt/presentation.xml',
      data: `<p:presentation ${A}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/slides/slide1.xml',
      data:
        main ??
        `${prolog}<p:sld ${A}><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>`,
    },
    ...more,
  ])

const odfBodies = { odt: 'text', ods: 'spreadsheet', odp: 'presentation' } as const
const odfMimes = { odt: 'text', ods: 'spreadsheet', odp: 'presentation' } as const

/** `body`: XML inside the body of that kind. */
export const forgeOdf = (
  kind: keyof typeof odfBodies,
  body: string,
  { prolog = '', main, more = [] }: PackageOptions = {},
): Buffer =>
  forgeZip([
    { name: 'mimetype', data: `application/vnd.oasis.opendocument.${odfMimes[kind]}`, method: 0 },
    {
      name: 'META-INF/manifest.xml',
      data: '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    },
    {
      name: 'content.xml',
      data:
        main ??
        `${prolog}<office:document-content ${ODF}><office:body><office:${odfBodies[kind]}>${body}</office:${odfBodies[kind]}></office:body></office:document-content>`,
    },
    ...more,
  ])
export const odfParagraph = (text: string): string => `<text:p>${text}</text:p>`

/** `body`: XHTML inside the body of the only chapter. */
export const forgeEpub = (
  body: string,
  { prolog = '', main, more = [] }: PackageOptions & { spine?: string } = {},
): Buffer =>
  forgeZip([
    { name: 'mimetype', data: 'application/epub+zip', method: 0 },
    {
      name: 'META-INF/container.xml',
      data: '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    },
    {
      name: 'book.opf',
      data: '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Book</dc:title><dc:language>en</dc:language></metadata><manifest><item id="c1" href="one.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c1"/></spine></package>',
    },
    {
      name: 'one.xhtml',
      data:
        main ??
        `${prolog}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body>${body}</body></html>`,
    },
    ...more,
  ])
