/**
 * Owns what the extension of a name promises, in families of kinds that nobody would call different: texts of all sorts are one.
 * Refuses: deciding what a file is.
 */
import { isArchiveName, kindOfType, type DocumentKind } from '../../shared/kinds'
import { lookUp } from '../../shared/lookup'

/** What is no text of some sort: every such kind is a family of its own. A kind that is not here is a text. */
const BINARY_KINDS = 'pdf docx xlsx pptx odt ods odp rtf doc xls ppt epub eml msg image'.split(' ')

/** Extensions of families that are not documents, and what they are called. */
const otherNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'png jpg jpeg jpe gif bmp tif tiff webp heic avif ico'
      .split(' ')
      .map((name) => [name, `an image (${name.toUpperCase()})`]),
  ),
  ...Object.fromEntries(
    'mp3 wav flac ogg m4a mp4 mov avi mkv webm'.split(' ').map((name) => [name, `a recording (${name.toUpperCase()})`]),
  ),
}
/** What people call files of the binary kinds, by extension. */
const documentNames: Readonly<Record<string, readonly [family: string, label: string]>> = {
  pdf: ['pdf', 'a PDF'],
  docx: ['docx', 'a Word document'],
  docm: ['docx', 'a Word document'],
  xlsx: ['xlsx', 'an Excel workbook'],
  xlsm: ['xlsx', 'an Excel workbook'],
  pptx: ['pptx', 'a PowerPoint presentation'],
  odt: ['odt', 'an OpenDocument text'],
  ods: ['ods', 'an OpenDocument spreadsheet'],
  odp: ['odp', 'an OpenDocument presentation'],
  rtf: ['rtf', 'a rich text'],
  doc: ['doc', 'a Word document (DOC)'],
  xls: ['xls', 'an Excel workbook (XLS)'],
  ppt: ['ppt', 'a PowerPoint presentation (PPT)'],
  epub: ['epub', 'a book (EPUB)'],
  eml: ['eml', 'a mail'],
  msg: ['msg', 'an Outlook mail'],
}
const TEXT_FAMILY = 'text'

/** The family of a kind. */
export const familyOfKind = (kind: DocumentKind): string => (BINARY_KINDS.includes(kind) ? kind : TEXT_FAMILY)

/** The family that an extension (without the dot, in lower case) promises, and its name for a sentence; `null`: it promises nothing. */
export const namedFamily = (extension: string): { family: string; label: string } | null => {
  const document = lookUp(documentNames, extension)
  if (document) return { family: document[0], label: document[1] }
  const other = lookUp(otherNames, extension)
  if (other !== undefined) return { family: other.startsWith('an image') ? 'image' : 'recording', label: other }
  if (isArchiveName(`.${extension}`)) return { family: 'archive', label: 'an archive' }
  const kind = kindOfType(extension)
  return kind === null || BINARY_KINDS.includes(kind) ? null : { family: TEXT_FAMILY, label: 'a text file' }
}
