/**
 * Owns the kinds of documents that are read, and the version of what reads them.
 * Refuses: detection and reading, which live with the formats on the worker threads.
 */

/** Every kind that is read, in the words of `documents list` and `--type`. */
export const documentKinds = ['text', 'markdown', 'code', 'html', 'csv', 'json', 'pdf', 'docx'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** What a person calls each kind. */
export const kindLabels: Readonly<Record<DocumentKind, string>> = {
  text: 'Plain text',
  markdown: 'Markdown',
  code: 'Source code',
  html: 'Web page',
  csv: 'Table (CSV)',
  json: 'JSON',
  pdf: 'PDF',
  docx: 'Word document',
}

export const isDocumentKind = (value: string): value is DocumentKind =>
  (documentKinds as readonly string[]).includes(value)

/** Part of every settings key: raised whenever the same bytes may give other text or other chunks than before. */
export const EXTRACTOR_VERSION = 1
