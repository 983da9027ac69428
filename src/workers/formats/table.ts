/**
 * Owns the table of formats: one row for each kind. Refuses: knowing how any of them works. Heavy parsers are loaded when first needed.
 */
import { documentKinds, type DocumentKind } from '../../shared/kinds'
import { codeFormat } from './code-format'
import { csvFormat } from './csv-format'
import { docxFormat } from './docx-format'
import { emlFormat } from './eml-format'
import type { Format } from './format'
import { htmlFormat } from './html-format'
import { imageFormat } from './image-format'
import { jsonFormat } from './json-format'
import { markdownFormat } from './markdown-format'
import { msgFormat } from './msg-format'
import { pdfFormat } from './pdf-format'
import { xlsxFormat } from './xlsx-format'
import { pptxFormat } from './pptx-format'
import { odtFormat } from './odt-format'
import { odsFormat } from './ods-format'
import { odpFormat } from './odp-format'
import { rtfFormat } from './rtf-format'
import { epubFormat } from './epub-format'
import { docFormat } from './doc-format'
import { xlsFormat } from './xls-format'
import { pptFormat } from './ppt-format'
import { textFormat } from './text-format'
import { ipynbFormat } from './ipynb-format'
import { jsonlFormat } from './jsonl-format'
import { logFormat } from './log-format'
import { orgFormat } from './org-format'
import { rstFormat } from './rst-format'
import { srtFormat } from './srt-format'
import { tomlFormat } from './toml-format'
import { vttFormat } from './vtt-format'
import { xmlFormat } from './xml-format'
import { yamlFormat } from './yaml-format'

export const formatTable: Readonly<Record<DocumentKind, Format>> = {
  text: textFormat,
  markdown: markdownFormat,
  code: codeFormat,
  html: htmlFormat,
  csv: csvFormat,
  json: jsonFormat,
  pdf: pdfFormat,
  docx: docxFormat,
  image: imageFormat,
  eml: emlFormat,
  msg: msgFormat,
  xlsx: xlsxFormat,
  pptx: pptxFormat,
  odt: odtFormat,
  ods: odsFormat,
  odp: odpFormat,
  rtf: rtfFormat,
  epub: epubFormat,
  doc: docFormat,
  xls: xlsFormat,
  ppt: pptFormat,
  xml: xmlFormat,
  yaml: yamlFormat,
  toml: tomlFormat,
  jsonl: jsonlFormat,
  ipynb: ipynbFormat,
  rst: rstFormat,
  org: orgFormat,
  log: logFormat,
  vtt: vttFormat,
  srt: srtFormat,
}

export const formats: readonly Format[] = documentKinds.map((kind) => formatTable[kind])
