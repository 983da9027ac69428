// PDFs and pictures that were made to hurt: loops, lies, bombs, scripts, and addresses that are to be asked.
import { computeCrc32 } from '../../../src/workers/archive/crc32'
import { deflateSync } from 'node:zlib'
import { drawText, forgeOnePage, forgePdf, onePagePdf } from '../../support/hostile/pdf-forge'
import { describeHostile } from '../../support/hostile/suite'
import type { Fate, HostileCase } from '../../support/hostile/yard'

const MiB = 1024 * 1024
const BROKEN: Fate = ['indexed', 'failed DOCUMENT_CORRUPT', 'skipped DOCUMENT_NO_TEXT', 'partial PDF_PAGE_UNREADABLE']

const single = (name: string, make: () => Buffer, fate: Fate, more: Partial<HostileCase> = {}): HostileCase => ({
  name,
  make: ({ write }) => write('a.pdf', make()),
  fates: { 'a.pdf': fate },
  ...more,
})

const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(computeCrc32(body))
  return Buffer.concat([length, body, check])
}
/** A picture that says it has so many dots, and has almost none. */
const png = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const cases: HostileCase[] = [
  single(
    'a tree of pages that leads back to its root',
    () =>
      forgeOnePage(['', drawText('A page in a loop')], { pages: '<</Type/Pages/Count 3/Kids[2 0 R 4 0 R 2 0 R]>>' }),
    BROKEN,
  ),
  single(
    'a tree of pages in which two nodes hold each other',
    () =>
      forgePdf({
        objects: [
          '<</Type/Catalog/Pages 2 0 R>>',
          '<</Type/Pages/Count 1/Kids[3 0 R]>>',
          '<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>',
        ],
      }),
    BROKEN,
  ),
  single(
    'a page that is its own parent and inherits from itself',
    () => forgeOnePage(['', drawText('A page of its own')], { page: '<</Type/Page/Parent 4 0 R/Contents 5 0 R>>' }),
    BROKEN,
  ),
  single(
    'two thousand million pages that are one',
    () => forgeOnePage(['', drawText('One of many')], { pages: '<</Type/Pages/Count 2147483647/Kids[4 0 R]>>' }),
    ['indexed', 'failed DOCUMENT_CORRUPT', 'partial PDF_PAGES_LIMIT', 'partial PDF_PAGE_UNREADABLE'],
  ),
  single(
    'pages nested ten thousand levels deep',
    () =>
      forgePdf({
        objects: [
          '<</Type/Catalog/Pages 2 0 R>>',
          ...Array.from({ length: 10_000 }, (_, n) => `<</Type/Pages/Count 1/Kids[${n + 3} 0 R]>>`),
          '<</Type/Page/MediaBox[0 0 9 9]>>',
        ],
      }),
    BROKEN,
  ),
  single(
    'objects that refer to themselves and to each other',
    () =>
      onePagePdf('Before the circle', {
        catalog: '/Names 6 0 R/Outlines 8 0 R',
        page: '/Annots 7 0 R',
        more: ['6 0 R', '8 0 R', '7 0 R'],
      }),
    BROKEN,
  ),
  single(
    'an outline that never ends',
    () =>
      onePagePdf('Above the outline', {
        catalog: '/Outlines 6 0 R',
        more: [
          '<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>',
          '<</Title(Again)/Parent 6 0 R/Next 7 0 R/First 7 0 R>>',
        ],
      }),
    'indexed',
  ),
  single(
    'a table of objects that follows itself',
    () => forgeOnePage(['', drawText('Round and round')], { trailer: '/Prev 15' }),
    BROKEN,
  ),
  single(
    'a table of objects that is nowhere',
    () => forgeOnePage(['', drawText('Found all the same')], { startxref: 999_999_999 }),
    BROKEN,
  ),
  single(
    'arrays nested a hundred thousand deep',
    () => onePagePdf('Deep arrays', { catalog: `/Deep ${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
    BROKEN,
  ),
  single(
    'a page whose content is 256 MiB of one operator',
    () => forgeOnePage(['/Filter/FlateDecode', deflateSync(Buffer.alloc(256 * MiB, 'q Q '))]),
    [
      'rejected DOCUMENT_BOMB',
      'skipped DOCUMENT_NO_TEXT',
      'partial PDF_PAGE_TIME',
      'partial PDF_PAGE_UNREADABLE',
      'failed DOCUMENT_CORRUPT',
    ],
    { maxMs: 90_000, maxBytes: 1_536 * MiB },
  ),
  single(
    'a stream that is compressed ten times over',
    () => {
      let bytes: Buffer = Buffer.alloc(20 * MiB, ' ')
      for (let n = 0; n < 10; n += 1) bytes = deflateSync(bytes)
      return forgeOnePage([`/Filter[${'/FlateDecode'.repeat(10)}]`, bytes])
    },
    [...(typeof BROKEN === 'string' ? [BROKEN] : BROKEN), 'rejected DOCUMENT_BOMB', 'partial PDF_PAGE_TIME'],
    { maxMs: 60_000, maxBytes: 1_536 * MiB },
  ),
  single(
    'a stream that says it has two gigabytes',
    () => forgeOnePage(['/Length 2147483647', drawText('Short in truth')]),
    BROKEN,
  ),
  single(
    'a form that draws itself',
    () =>
      forgeOnePage(['', `${drawText('Drawn once')} /X Do`], {
        page: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<</X 6 0 R>>>>/Contents 5 0 R>>',
        more: [['/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>', '/X Do /X Do']],
      }),
    BROKEN,
    { maxMs: 60_000 },
  ),
  {
    name: 'scripts, programs to launch, forms to send and addresses to open',
    make: ({ write, remote }) =>
      write(
        'a.pdf',
        onePagePdf('The ledger of the tannery', {
          catalog: `/OpenAction 6 0 R/AA<</WC 7 0 R>>/AcroForm<</Fields[]/XFA(${remote('xfa')})>>/Names<</JavaScript<</Names[(a) 6 0 R]>>>>/URI<</Base(${remote('base')})>>`,
          page: '/AA<</O 7 0 R>>/Annots[8 0 R 9 0 R]',
          more: [
            `<</S/JavaScript/JS(app.launchURL\\("${remote('js')}"\\); this.submitForm\\("${remote('submit')}"\\);)>>`,
            `<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>/Next<</S/URI/URI(${remote('uri')})>>>>`,
            `<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoToR/F<</FS/URL/F(${remote('other.pdf')})>>/D[0/Fit]>>>>`,
            `<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/SubmitForm/F<</FS/URL/F(${remote('form')})>>>>>>`,
          ],
        }),
      ),
    fates: { 'a.pdf': 'indexed' },
    present: { 'a.pdf': 'ledger of the tannery' },
    absent: ['launchURL'],
  },
  single(
    'an embedded program and an embedded file without bytes',
    () =>
      onePagePdf('The cover letter', {
        catalog: '/Names<</EmbeddedFiles<</Names[(run.exe) 6 0 R]>>>>',
        more: [
          '<</Type/Filespec/F(../../run.exe)/EF<</F 7 0 R>>>>',
          ['/Type/EmbeddedFile', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)])],
        ],
      }),
    ['indexed', 'partial DOCUMENT_PART_UNREADABLE'],
    { present: { 'a.pdf': 'cover letter' } },
  ),
  {
    name: 'a PDF that is cut off at every tenth',
    make: ({ write }) => {
      const whole = onePagePdf('The ropewalk is a long and narrow building')
      for (let n = 1; n < 10; n += 1) write(`${n}.pdf`, whole.subarray(0, Math.floor((whole.length * n) / 10)))
    },
    fates: { '*': BROKEN },
    items: 9,
  },
  {
    name: 'PDFs with noise before, after and in the middle',
    make: ({ write }) => {
      const whole = onePagePdf('The rope is made of hemp')
      write('a.pdf', Buffer.concat([Buffer.alloc(900, '# noise\n'), whole]))
      write('b.pdf', Buffer.concat([whole, Buffer.alloc(100_000, 0xa7)]))
      write('c.pdf', Buffer.concat([whole.subarray(0, 200), Buffer.alloc(300, 0xa7), whole.subarray(200)]))
    },
    fates: { '*': BROKEN },
    items: 3,
  },
  {
    name: 'pictures that say they have thousands of millions of dots',
    make: ({ write }) => {
      write('wide.png', png(2_000_000_000, 1))
      write('huge.png', png(60_000, 60_000))
      write('zero.png', png(0, 0))
      write('cut.png', png(10, 10).subarray(0, 40))
    },
    fates: {
      '*': [
        'rejected IMAGE_PIXELS_LIMIT',
        'failed DOCUMENT_CORRUPT',
        'skipped DOCUMENT_NO_TEXT',
        'skipped UNSUPPORTED_FORMAT',
      ],
    },
    items: 4,
    maxMs: 60_000,
  },
]

describeHostile('hostile PDFs and pictures', cases)
