/**
 * Owns the kinds of documents that are read, and the version of what reads them.
 * Refuses: detection and reading, which live with the formats on the worker threads.
 */

/** Every kind that is read, in the words of `documents list` and `--type`. */
export const documentKinds = [
  'text',
  'markdown',
  'code',
  'html',
  'csv',
  'json',
  'pdf',
  'docx',
  'image',
  'eml',
  'msg',
  'xlsx',
  'pptx',
  'odt',
  'ods',
  'odp',
  'rtf',
  'epub',
  'doc',
  'xls',
  'ppt',
  'xml',
  'yaml',
  'toml',
  'jsonl',
  'ipynb',
  'rst',
  'org',
  'log',
  'vtt',
  'srt',
] as const
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
  image: 'Picture',
  eml: 'Mail',
  msg: 'Outlook mail',
  xlsx: 'Excel workbook',
  pptx: 'PowerPoint presentation',
  odt: 'OpenDocument text',
  ods: 'OpenDocument spreadsheet',
  odp: 'OpenDocument presentation',
  rtf: 'Rich text (RTF)',
  epub: 'E-book',
  doc: 'Word document (before 2007)',
  xls: 'Excel workbook (before 2007)',
  ppt: 'PowerPoint presentation (before 2007)',
  xml: 'XML',
  yaml: 'YAML',
  toml: 'TOML',
  jsonl: 'JSON Lines',
  ipynb: 'Jupyter notebook',
  rst: 'reStructuredText',
  org: 'Org',
  log: 'Log',
  vtt: 'Subtitles (WebVTT)',
  srt: 'Subtitles (SubRip)',
}

export const isDocumentKind = (value: string): value is DocumentKind =>
  (documentKinds as readonly string[]).includes(value)

/** Every kind of file that holds others and is opened for them: archives, compressed files, mail with attachments. */
export const containerKinds = ['zip', 'tar', 'gzip', 'bzip2', 'xz', 'zstd', '7z', 'eml', 'msg', 'mbox', 'tnef'] as const
export type ContainerKind = (typeof containerKinds)[number]

/** The containers that are archives: what they hold are documents of their own, and they are none themselves. */
export const archiveKinds = [
  'zip',
  'tar',
  'gzip',
  'bzip2',
  'xz',
  'zstd',
  '7z',
  'mbox',
  'tnef',
] as const satisfies readonly ContainerKind[]
export type ArchiveKind = (typeof archiveKinds)[number]

export const isArchiveKind = (kind: string | null): kind is ArchiveKind =>
  kind !== null && (archiveKinds as readonly string[]).includes(kind)

/** Names of archives. A hint: the bytes decide when it is opened. */
const ARCHIVE_NAME = /\.(?:zip|zipx|tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|7z|mbox)$/i

/** Whether a path is named as an archive that can be opened. */
export const isArchiveName = (path: string): boolean => ARCHIVE_NAME.test(path)

/** Names that people use for what is of a kind: its extensions. What is not here is no document of ours, or has no name of its own. */
const extensionsOf: Readonly<Record<DocumentKind, string>> = {
  text: 'txt asc me 1st tex bib adoc asciidoc nfo diz',
  markdown: 'md mdown mkd mkdn mdx qmd rmd',
  code: 'ada adb ads as asm s awk bas bat cmd c h cc cpp cxx hh hpp hxx ino cs clj cljs cmake cob cbl coffee cr css scss sass less d dart diff patch dockerfile ex exs elm erl hrl fs fsx f f90 f95 go gql graphql gradle groovy hs hx java js cjs mjs jsx jl jsp kt kts lisp el scm lua m mm mk ml mli nim nix pas pp php pl pm proto ps1 psm1 py pyw pyi r rb erb rs sc scala sh bash zsh fish sol sql svelte swift tcl tf ts cts mts tsx v sv vhd vhdl vb vbs vue zig cfg cnf conf desktop editorconfig env gitignore ini properties reg dtd',
  html: 'htm xhtml xht shtml',
  csv: 'tsv tab psv',
  json: 'geojson json5 jsonc har webmanifest',
  pdf: '',
  docx: 'docm dotx dotm',
  image: 'png apng jpg jpeg jpe jfif tif tiff bmp dib gif webp pnm pbm pgm ppm',
  eml: 'emlx mht mhtml nws',
  msg: 'oft',
  xlsx: 'xlsm xltx xltm xlsb',
  pptx: 'pptm ppsx ppsm potx potm',
  odt: 'ott odm',
  ods: 'ots',
  odp: 'otp odg otg',
  rtf: '',
  epub: '',
  doc: 'dot',
  xls: 'xlt',
  ppt: 'pps pot',
  xml: 'xsd xsl xslt svg plist rss atom rdf opml gpx kml fb2 xliff xlf tmx resx wsdl xmi dita docbook tei fodt fods',
  yaml: 'yml',
  toml: '',
  jsonl: 'ndjson',
  ipynb: '',
  rst: 'rest',
  org: '',
  log: '',
  vtt: '',
  srt: '',
}

const kindByExtension: ReadonlyMap<string, DocumentKind> = new Map(
  documentKinds.flatMap((kind) => [kind, ...extensionsOf[kind].split(' ')].map((name) => [name, kind] as const)),
)

/** The kind that is meant by the name of a kind or by an extension, with or without a dot; `null` when none is. */
export const kindOfType = (type: string): DocumentKind | null => {
  const name = type.trim().toLowerCase().replace(/^\./, '')
  return name === '' ? null : (kindByExtension.get(name) ?? null)
}

/** Part of every settings key: raised whenever the same bytes may give other text or other chunks than before. */
export const EXTRACTOR_VERSION = 2

/** Raised when texts are cut otherwise: texts that an older one read are told, and read anew once a person agrees. Below 1,000. */
export const CHUNKING_VERSION = 1

/** As above, for what OCR reads. */
export const OCR_VERSION = 1
