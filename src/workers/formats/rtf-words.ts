/**
 * Owns what the control words of RTF mean to a reader of its text: destinations, characters, character sets. Refuses: layout.
 */

/** Groups whose text is no text of the document. */
export const droppedDestinations: ReadonlySet<string> = new Set(
  (
    'colortbl pict objdata objclass objname fldinst datafield listtable listoverridetable revtbl rsidtbl generator xmlnstbl themedata ' +
    'colorschememapping latentstyles datastore filetbl bkmkstart bkmkend xe tc mmathPr private userprops passwordhash txe rxe ' +
    'atnid atnauthor atntime atnicn atnref atnparent atndate nonshppict nonesttables ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn ' +
    'sp pgdsctbl keycode fontemb falt panose template operator htmltag mhtmltag pnseclvl pntxta pntxtb background do'
  ).split(' '),
)
/** Groups marked with `\*` that are text all the same. */
export const keptDestinations: ReadonlySet<string> = new Set(
  'shpinst shptxt shppict annotation footnote mmath moMath moMathPara ud pn pntext listtext mr mt'.split(' '),
)
/** Texts beside the body: read after the paragraph in which they stand. */
export const sideDestinations: ReadonlySet<string> = new Set(['footnote', 'annotation', 'shptxt'])
/** Texts that repeat from page to page: each is put once, at the end. */
export const marginDestinations: ReadonlySet<string> = new Set(
  'header headerl headerr headerf footer footerl footerr footerf'.split(' '),
)

export const characterOf: Readonly<Record<string, string>> = {
  tab: '\t',
  line: '\n',
  softline: '\n',
  emdash: '—',
  endash: '–',
  emspace: '\u2003',
  enspace: '\u2002',
  qmspace: '\u2005',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  '~': '\u00a0',
  _: '\u2011',
  '{': '{',
  '}': '}',
  '\\': '\\',
}

/** Code pages by the character set of a font. 1 is the one of the document. */
export const codePageOfCharset: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  78: 932,
  79: 949,
  80: 936,
  81: 950,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
}

/** Encodings by code page, where the name is not made of the number. */
const encodings: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gb18030',
  949: 'cp949',
  950: 'big5',
  10000: 'macroman',
  10007: 'maccyrillic',
  10029: 'maccenteuro',
  65001: 'utf-8',
}

/** The name of a code page's encoding. */
export const encodingOfCodePage = (codePage: number): string => encodings[codePage] ?? `cp${codePage}`
