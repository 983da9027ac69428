/**
 * Owns the subjects of the conformance suite for office formats: files that LibreOffice wrote where structure matters, else made by code.
 * Refuses: what is peculiar to one format; its own tests have that.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { DocumentKind } from '../../../src/shared/kinds'
import {
  makeDoc,
  makeEpub,
  makeOdf,
  makePptx,
  makeXlsx,
  odfParagraph,
  shape,
  sheetRows,
} from '../../support/formats/office'

type OfficeKind = Extract<
  DocumentKind,
  'xlsx' | 'pptx' | 'odt' | 'ods' | 'odp' | 'rtf' | 'epub' | 'doc' | 'xls' | 'ppt'
>
type Subject = { name: string; good: Buffer; needle: string; heading: string | null; long: () => Buffer }

export const fixture = (name: string): Buffer => readFileSync(resolve(__dirname, '../../fixtures/office', name))

const sentences = (): string[] =>
  Array.from(
    { length: 5_000 },
    (_, i) => `Sentence number ${i} is about the garden, its paths and its old apple trees.`,
  )
const slide = (lines: readonly string[]): string => shape(['Garden'], 'title') + shape(lines, 'body')
const odpSlide = (lines: readonly string[]): string =>
  `<draw:page draw:name="p"><draw:frame presentation:class="title"><draw:text-box>${odfParagraph('Garden')}</draw:text-box></draw:frame><draw:frame><draw:text-box>${lines.map(odfParagraph).join('')}</draw:text-box></draw:frame></draw:page>`
const groupsOf = (lines: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => lines.slice(i * size, (i + 1) * size))
const page = (lines: readonly string[]): string =>
  `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><h1 id="top">Garden</h1>${lines
    .map((line) => `<p>${line}</p>`)
    .join('\n')}</body></html>`
const rtfOf = (body: string): Buffer =>
  Buffer.from(`{\\rtf1\\ansi{\\stylesheet{\\s1 heading 1;}}\\pard\\s1 Garden\\par\\pard ${body}}`)

export const officeSubjects: Readonly<Record<OfficeKind, Subject>> = {
  xlsx: {
    name: 'table.xlsx',
    good: fixture('table.xlsx'),
    needle: 'Region: North; Shop: Station; Opened: 24.12.2024; Total: 7',
    heading: 'Sales',
    long: () => makeXlsx({ sheets: [{ name: 'Long', xml: sheetRows(sentences().map((text, i) => [i, text])) }] }),
  },
  pptx: {
    name: 'talk.pptx',
    good: makePptx([{ xml: slide(['The needle is here.']) }, { xml: slide(['More.']) }]),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makePptx(groupsOf(sentences(), 40).map((lines) => ({ xml: slide(lines) }))),
  },
  odt: {
    name: 'letter.odt',
    good: makeOdf('text', `<text:h text:outline-level="1">Garden</text:h>${odfParagraph('The needle is here. ')}`),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makeOdf('text', sentences().map(odfParagraph).join('')),
  },
  ods: {
    name: 'table.ods',
    good: fixture('table.ods'),
    needle: 'Region: North; Shop: Station; Opened: 24.12.2024; Total: 7',
    heading: 'Sales',
    long: () =>
      makeOdf(
        'spreadsheet',
        `<table:table table:name="Long">${sentences()
          .map(
            (text) => `<table:table-row><table:table-cell>${odfParagraph(text)}</table:table-cell></table:table-row>`,
          )
          .join('')}</table:table>`,
      ),
  },
  odp: {
    name: 'talk.odp',
    good: makeOdf('presentation', odpSlide(['The needle is here.']) + odpSlide(['More.'])),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makeOdf('presentation', groupsOf(sentences(), 40).map(odpSlide).join('')),
  },
  rtf: {
    name: 'letter.rtf',
    good: rtfOf('The {\\b needle} is here.\\par'),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => rtfOf(sentences().join('\\par\n')),
  },
  epub: {
    name: 'book.epub',
    good: makeEpub([{ name: 'One', page: page(['The needle is here.']) }]),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makeEpub(groupsOf(sentences(), 1_000).map((lines) => ({ name: null, page: page(lines) }))),
  },
  doc: {
    name: 'letter.doc',
    good: fixture('letter.doc'),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makeDoc(sentences().join('\r')),
  },
  xls: {
    name: 'table.xls',
    good: fixture('table.xls'),
    needle: 'Region: North; Shop: Station; Opened: 24.12.2024; Total: 7',
    heading: 'Sales',
    long: () => fixture('table.xls'),
  },
  ppt: {
    name: 'talk.ppt',
    good: gunzipSync(fixture('slides.ppt.gz')),
    needle: 'The needle is here.',
    heading: null,
    long: () => gunzipSync(fixture('slides.ppt.gz')),
  },
}
