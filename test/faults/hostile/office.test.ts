// Office documents and books that were made to hurt: XML that explodes or reaches out, parts that lie, packages that are bombs.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import {
  docxParagraph,
  forgeDocx,
  forgeEpub,
  forgeOdf,
  forgePptx,
  forgeXlsx,
  odfParagraph,
  remoteRelation,
  xlsxRow,
  type PackageOptions,
} from '../../support/hostile/package-forge'
import { describeHostile } from '../../support/hostile/suite'
import {
  billionLaughs,
  externalEntity,
  externalSubset,
  nestElements,
  quadraticBlowup,
} from '../../support/hostile/xml-attacks'
import type { Fate, HostileCase, Place } from '../../support/hostile/yard'
import { forgeZip } from '../../support/zip-forge'

const MiB = 1024 * 1024
const SECRET = 'The secret is tamarind.'

type Kind = {
  readonly extension: string
  readonly rootName: string
  /** A document with `text` (or `&e;`) in it. */
  readonly make: (text: string, options?: PackageOptions) => Buffer
}

const kinds: readonly Kind[] = [
  { extension: 'docx', rootName: 'w:document', make: (text, options) => forgeDocx(docxParagraph(text), options) },
  { extension: 'xlsx', rootName: 'worksheet', make: (text, options) => forgeXlsx(xlsxRow(1, text), options) },
  { extension: 'pptx', rootName: 'p:sld', make: forgePptx },
  {
    extension: 'odt',
    rootName: 'office:document-content',
    make: (text, options) => forgeOdf('odt', odfParagraph(text), options),
  },
  { extension: 'epub', rootName: 'html', make: (text, options) => forgeEpub(`<p>${text}</p>`, options) },
]

/** What XML with a declaration may come to: refused, or read without what it declares. */
const REFUSED: Fate = [
  'failed DOCUMENT_CORRUPT',
  'rejected DOCUMENT_BOMB',
  'partial DOCUMENT_PART_UNREADABLE',
  'indexed',
  'skipped DOCUMENT_NO_TEXT',
]

const writeSecret = (folder: string): string => {
  const path = join(folder, '..', 'secret.txt')
  writeFileSync(path, SECRET)
  return pathToFileURL(path).href
}

const attackCases = kinds.flatMap(({ extension, rootName, make }): HostileCase[] => {
  const name = `a.${extension}`
  const attack = (title: string, prolog: (place: Place) => string, text: string): HostileCase => ({
    name: `${title} in ${extension.toUpperCase()}`,
    make: (place) => place.write(name, make(text, { prolog: prolog(place) })),
    fates: { [name]: REFUSED },
    absent: ['laughlaughlaugh', 'blowup blowup', 'tamarind', 'canary was fetched'],
  })
  return [
    attack('a billion laughs', () => billionLaughs(rootName), 'Ha: &e;'),
    attack('one long entity that is used ten thousand times', () => quadraticBlowup(rootName), '&e;'.repeat(10_000)),
    attack('an entity that is a file', ({ folder }) => externalEntity(rootName, writeSecret(folder)), 'Secret: &e;'),
    attack(
      'an entity and a declaration on the network',
      ({ remote }) => externalSubset(rootName, remote(`${extension}.dtd`)),
      'Remote: &e;',
    ),
  ]
})

const bombCases = kinds.map(({ extension, make }): HostileCase => ({
  name: `a part of 64 MiB of white space in ${extension.toUpperCase()}`,
  make: ({ write }) => write(`a.${extension}`, make('A text.', { prolog: '<?xml version="1.0"?>'.padEnd(64 * MiB) })),
  fates: { [`a.${extension}`]: ['rejected DOCUMENT_BOMB', 'partial DOCUMENT_PART_UNREADABLE'] },
}))

const tenths = kinds.map(({ extension, make }): HostileCase => ({
  name: `${extension.toUpperCase()} that is cut off at every tenth`,
  make: ({ write }) => {
    const whole = make('The ropewalk is a long and narrow building.')
    for (let n = 1; n < 10; n += 1) write(`${n}.${extension}`, whole.subarray(0, Math.floor((whole.length * n) / 10)))
  },
  fates: { '*': ['failed DOCUMENT_CORRUPT', 'failed ARCHIVE_TRUNCATED', 'failed ARCHIVE_CORRUPT'] },
  items: 9,
}))

const cases: HostileCase[] = [
  ...attackCases,
  ...bombCases,
  ...tenths,
  {
    name: 'a Word document with a hundred thousand nested elements',
    make: ({ write }) => write('a.docx', forgeDocx(nestElements(100_000, docxParagraph('The bottom.'), 'w:ins'))),
    fates: { 'a.docx': 'rejected DOCUMENT_BOMB' },
  },
  {
    name: 'a workbook whose only row says that it is the last of a million',
    make: ({ write }) => write('a.xlsx', forgeXlsx(xlsxRow(1_048_576, 'Alone at the bottom.'))),
    fates: { 'a.xlsx': 'indexed' },
    present: { 'a.xlsx': 'Alone at the bottom' },
  },
  {
    name: 'a workbook with cells that are far to the right and below everything',
    make: ({ write }) =>
      write(
        'a.xlsx',
        forgeXlsx('<row r="99999999999"><c r="ZZZZZZ99999999999" t="inlineStr"><is><t>Off the map.</t></is></c></row>'),
      ),
    fates: { 'a.xlsx': ['indexed', 'failed DOCUMENT_CORRUPT'] },
  },
  {
    name: 'a workbook whose strings are all missing',
    make: ({ write }) =>
      write(
        'a.xlsx',
        forgeXlsx(
          '<row r="1"><c r="A1" t="s"><v>4294967295</v></c><c r="B1" t="s"><v>-1</v></c><c r="C1"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>7</v></c></row>',
        ),
      ),
    fates: {
      'a.xlsx': ['indexed', 'skipped DOCUMENT_NO_TEXT', 'failed DOCUMENT_CORRUPT', 'partial DOCUMENT_PART_UNREADABLE'],
    },
  },
  {
    name: 'an OpenDocument sheet whose one cell is repeated a thousand million times',
    make: ({ write }) =>
      write(
        'a.ods',
        forgeOdf(
          'ods',
          `<table:table table:name="Herbs"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">${odfParagraph('thyme')}</table:table-cell></table:table-row></table:table>`,
        ),
      ),
    fates: { 'a.ods': ['indexed', 'partial TEXT_LIMIT', 'rejected DOCUMENT_BOMB', 'partial ROWS_LIMIT'] },
    maxMs: 40_000,
  },
  {
    name: 'an OpenDocument text with a thousand million spaces in one element',
    make: ({ write }) => write('a.odt', forgeOdf('odt', odfParagraph('Far<text:s text:c="1000000000"/>apart.'))),
    fates: { 'a.odt': ['indexed', 'partial TEXT_LIMIT', 'rejected DOCUMENT_BOMB'] },
    present: { 'a.odt': 'Far' },
  },
  {
    name: 'a Word document that asks for its template, its pictures and its frames from the network',
    make: ({ write, remote }) =>
      write(
        'a.docx',
        forgeDocx(docxParagraph('The weaver counts the threads.'), {
          relations: ['attachedTemplate', 'image', 'frame', 'oleObject', 'hyperlink']
            .map((type, n) => remoteRelation(type, remote(type)).replace('rIdRemote', `rIdRemote${n}`))
            .join(''),
          more: [
            {
              name: 'word/_rels/settings.xml.rels',
              data: `<Relationships>${remoteRelation('attachedTemplate', remote('template.dotm'))}</Relationships>`,
            },
          ],
        }),
      ),
    fates: { 'a.docx': 'indexed' },
    present: { 'a.docx': 'weaver' },
  },
  {
    name: 'a workbook and a book that ask for things on the network',
    make: ({ write, remote }) => {
      write(
        'a.xlsx',
        forgeXlsx(xlsxRow(1, 'The tally of sheep.'), {
          relations: remoteRelation('externalLink', remote('book.xlsx')),
        }),
      )
      write(
        'a.epub',
        forgeEpub(
          `<p>The tale of sheep.</p><img src="${remote('a.png')}"/><script src="${remote('a.js')}"></script><iframe src="${remote('f')}"></iframe>`,
        ),
      )
    },
    fates: { 'a.xlsx': 'indexed', 'a.epub': 'indexed' },
  },
  {
    name: 'a Word document whose parts lead outside of it',
    make: ({ write }) =>
      write(
        'a.docx',
        forgeZip([
          { name: '[Content_Types].xml', data: '<Types/>' },
          {
            name: '_rels/.rels',
            data: '<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="../../../../etc/passwd"/></Relationships>',
          },
          { name: 'word/document.xml', data: '<w:document xmlns:w="w"><w:body/></w:document>' },
        ]),
      ),
    fates: { 'a.docx': ['failed DOCUMENT_CORRUPT', 'skipped DOCUMENT_NO_TEXT'] },
    absent: ['root:'],
  },
  {
    name: 'packages with a part whose name leads outside of them',
    make: ({ write }) => {
      const more = [{ name: '../../escaped.xhtml', data: '<html/>' }]
      write('a.epub', forgeEpub('<p>In the book.</p>', { more }))
      write('a.docx', forgeDocx(docxParagraph('In the letter.'), { more }))
      write(
        'a.ods',
        forgeOdf(
          'ods',
          `<table:table table:name="Herbs"><table:table-row><table:table-cell>${odfParagraph('In the table.')}</table:table-cell></table:table-row></table:table>`,
          { more },
        ),
      )
    },
    fates: { '*': 'partial DOCUMENT_PART_UNREADABLE' },
    present: { 'a.epub': 'In the book', 'a.docx': 'In the letter', 'a.ods': 'In the table' },
    items: 3,
  },
  {
    name: 'a Word document with macros and an embedded program',
    make: ({ write }) =>
      write(
        'a.docm',
        forgeDocx(docxParagraph('The document with macros.'), {
          more: [
            {
              name: 'word/vbaProject.bin',
              data: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000, 7)]),
            },
            {
              name: 'word/embeddings/oleObject1.bin',
              data: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(2_000, 1)]),
            },
          ],
        }),
      ),
    fates: { 'a.docm': ['indexed', 'partial DOCUMENT_PART_UNREADABLE'] },
    present: { 'a.docm': 'with macros' },
  },
  {
    name: 'a package with twenty thousand parts',
    make: ({ write }) =>
      write(
        'a.docx',
        forgeDocx(docxParagraph('Too many parts.'), {
          more: Array.from({ length: 20_000 }, (_, n) => ({ name: `word/media/${n}.bin`, method: 0 })),
        }),
      ),
    fates: { 'a.docx': 'rejected DOCUMENT_BOMB' },
  },
  {
    name: 'a package that is noise after its first bytes',
    make: ({ write }) => {
      for (const extension of ['docx', 'xlsx', 'pptx', 'odt', 'epub'])
        write(
          `a.${extension}`,
          Buffer.concat([Buffer.from('PK\x03\x04\x14\x00\x00\x00', 'latin1'), Buffer.alloc(5_000, 0xa7)]),
        )
    },
    fates: { '*': ['failed DOCUMENT_CORRUPT', 'failed ARCHIVE_CORRUPT', 'failed ARCHIVE_TRUNCATED'] },
    items: 5,
  },
]

/** Old Office files: a header that promises, and then anything. */
const oleCases: HostileCase[] = [
  {
    name: 'OLE files that are noise, endless or empty after their header',
    make: ({ write }) => {
      const start = Buffer.from('d0cf11e0a1b11ae1', 'hex')
      write('noise.doc', Buffer.concat([start, Buffer.alloc(20_000, 0xa7)]))
      write('empty.doc', Buffer.concat([start, Buffer.alloc(504)]))
      write('short.xls', start)
      write('noise.msg', Buffer.concat([start, Buffer.alloc(20_000, 0x5c)]))
    },
    fates: { '*': ['failed DOCUMENT_CORRUPT', 'skipped UNSUPPORTED_FORMAT'] },
    items: 4,
  },
  {
    name: 'an OLE file whose chains of sectors lead back to themselves',
    make: ({ write }) => {
      const file = Buffer.alloc(512 * 6)
      Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file)
      file.writeUInt16LE(0x3e, 24)
      file.writeUInt16LE(3, 26)
      file.writeUInt16LE(0xfffe, 28)
      file.writeUInt16LE(9, 30)
      file.writeUInt16LE(6, 32)
      file.writeUInt32LE(1, 44)
      file.writeUInt32LE(1, 48)
      file.writeUInt32LE(4_096, 56)
      file.writeUInt32LE(2, 60)
      file.writeUInt32LE(1, 64)
      file.writeUInt32LE(3, 68)
      file.writeUInt32LE(1, 72)
      file.fill(0xff, 76, 512)
      file.writeUInt32LE(0, 76)
      // Sector 0 is the table of sectors: every sector is followed by itself.
      for (let i = 0; i < 128; i += 1) file.writeUInt32LE(i % 5, 512 + i * 4)
      for (const [n, name] of ['Root Entry', 'WordDocument'].entries()) {
        const at = 1_024 + n * 128
        file.write(name, at, 'utf16le')
        file.writeUInt16LE((name.length + 1) * 2, at + 64)
        file[at + 66] = n === 0 ? 5 : 2
        file.writeInt32LE(n, at + 68)
        file.writeInt32LE(n, at + 72)
        file.writeInt32LE(1, at + 76)
        file.writeUInt32LE(2, at + 116)
        file.writeUInt32LE(0x7fffffff, at + 120)
      }
      write('loop.doc', file)
    },
    fates: { 'loop.doc': ['failed DOCUMENT_CORRUPT', 'skipped UNSUPPORTED_FORMAT', 'skipped DOCUMENT_NO_TEXT'] },
  },
]

const rtf = (body: string): string => `{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}} ${body}}`
const rtfCases: HostileCase[] = [
  {
    name: 'RTF with a hundred thousand nested groups',
    make: ({ write }) => write('a.rtf', rtf(`The top. ${'{'.repeat(100_000)}The bottom.${'}'.repeat(100_000)}`)),
    fates: { 'a.rtf': ['indexed', 'rejected DOCUMENT_BOMB'] },
  },
  {
    name: 'RTF with objects, pictures and fields that reach out',
    make: ({ write, remote }) =>
      write(
        'a.rtf',
        rtf(
          `The letter of the smith.\\par {\\object\\objautlink\\objupdate\\rsltpict{\\*\\objclass Word.Document.8}{\\*\\objdata 0105000002000000${'d0cf11e0a1b11ae1'.repeat(500)}}}{\\field{\\*\\fldinst INCLUDEPICTURE "${remote('rtf.png')}" \\\\d}{\\fldrslt shown}}{\\*\\template ${remote('t.dotm')}}`,
        ),
      ),
    fates: { 'a.rtf': ['indexed', 'partial DOCUMENT_PART_UNREADABLE'] },
    present: { 'a.rtf': 'letter of the smith' },
    absent: ['d0cf11e0'],
  },
  {
    name: 'RTF that announces a gigabyte of binary bytes',
    make: ({ write }) => write('a.rtf', rtf('Before the bytes.\\par \\bin1073741824 rest')),
    fates: { 'a.rtf': ['indexed', 'failed DOCUMENT_CORRUPT', 'partial DOCUMENT_PART_UNREADABLE'] },
  },
  {
    name: 'RTF whose numbers are beyond all numbers',
    make: ({ write }) => write('a.rtf', rtf(`Numbers: \\u-99999999999999 ?\\fs${'9'.repeat(5_000)} end \\'zz\\'`)),
    fates: { 'a.rtf': 'indexed' },
    present: { 'a.rtf': 'Numbers' },
  },
  {
    name: 'RTF that is cut off at every tenth',
    make: ({ write }) => {
      const whole = rtf('The ropewalk is a long and narrow building by the harbor. '.repeat(10))
      for (let n = 1; n < 10; n += 1) write(`${n}.rtf`, whole.slice(0, Math.floor((whole.length * n) / 10)))
    },
    fates: {
      '*': [
        'indexed',
        'partial DOCUMENT_PART_UNREADABLE',
        'partial DOCUMENT_TRUNCATED',
        'failed DOCUMENT_CORRUPT',
        'skipped DOCUMENT_NO_TEXT',
      ],
    },
    items: 9,
  },
]

const markup = (name: string, rootName: string): HostileCase[] =>
  [
    ['a billion laughs', (_: Place) => billionLaughs(rootName)] as const,
    ['an entity that is a file', ({ folder }: Place) => externalEntity(rootName, writeSecret(folder))] as const,
    ['an entity on the network', ({ remote }: Place) => externalSubset(rootName, remote(name))] as const,
  ].map(([title, prolog]) => ({
    name: `${title} in a file named ${name}`,
    make: (place: Place) =>
      place.write(
        name,
        `${prolog(place)}<${rootName}><title>The shape of a mill</title><text>Text: &e;</text></${rootName}>`,
      ),
    fates: { [name]: ['indexed', 'failed DOCUMENT_CORRUPT', 'rejected DOCUMENT_BOMB'] },
    absent: ['laughlaughlaugh', 'tamarind', 'canary was fetched'],
  }))

describeHostile(
  'hostile office documents',
  [...cases, ...oleCases, ...rtfCases, ...markup('a.svg', 'svg'), ...markup('a.xml', 'mills')],
  {
    'document.chars': 20_000,
  },
)
