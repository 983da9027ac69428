// Owns the good files that are damaged: the fixtures, the sample documents, and one made by code for every kind that has none.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BZIP2_NOTE, storeXz, storeZstd } from '../support/hostile/compressed'
import { longMail, mailbox } from '../support/hostile/mail-forge'
import {
  docxParagraph,
  forgeDocx,
  forgeEpub,
  forgeOdf,
  forgePptx,
  forgeXlsx,
  odfParagraph,
  xlsxRow,
} from '../support/hostile/package-forge'
import { drawText, onePagePdf } from '../support/hostile/pdf-forge'
import { forgeTar, paxEntry } from '../support/tar-forge'
import { forgeZip } from '../support/zip-forge'
import type { GoodFile } from './mutation'

const MAX_BYTES = 512 * 1024
const PROSE = 'The miller opens the sluice before dawn, and the wheel begins to turn.'

const filesBelow = (folder: string): GoodFile[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && item.name !== 'README.md')
    // `path` is the older name of the field.
    .map((item) => join(item.parentPath ?? item.path, item.name))
    .sort()
    .map((path) => ({ name: basename(path), bytes: readFileSync(path) }))
    .filter(({ bytes }) => bytes.length <= MAX_BYTES)

const RTF = `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Times;}}{\\stylesheet{\\s1 heading 1;}}\\pard\\s1 Mills\\par\\pard ${PROSE} \\'fcber \\u8364? {\\b bold}\\par\\trowd\\cellx100 a\\cell b\\cell\\row}`
const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { language: 'python', name: 'python3', display_name: 'Python' } },
  cells: [
    { cell_type: 'markdown', metadata: {}, source: ['# Mills\n', PROSE] },
    {
      cell_type: 'code',
      metadata: {},
      execution_count: 1,
      source: ['print(1)'],
      outputs: [{ output_type: 'stream', name: 'stdout', text: ['1\n'] }],
    },
  ],
})
const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><title>Mill</title><text x="1" y="2">${PROSE}</text></svg>`
/** A picture of one dot. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const files: readonly (readonly [name: string, bytes: Buffer | string])[] = [
  ['mills.txt', `${PROSE}\n`.repeat(30)],
  ['mills-16.txt', Buffer.from(`\ufeff${PROSE}\n`.repeat(10), 'utf16le')],
  ['mills-latin.txt', Buffer.from('Über die Mühle läuft Wasser. '.repeat(20), 'latin1')],
  [
    'mills.md',
    `# Mills\n\n${PROSE}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n\`\`\`js\nlet a = 1\n\`\`\`\n`,
  ],
  ['mills.rst', `Mills\n=====\n\n${PROSE}\n\n.. note:: A note\n\n* one\n* two\n`],
  ['mills.org', `* Mills\n${PROSE}\n** Wheels\n- one\n| a | b |\n`],
  [
    'mills.html',
    `<!doctype html><html lang="en"><head><title>Mills</title></head><body><h1>Mills</h1><p>${PROSE}</p><ul><li>one<li>two</ul><table><tr><td>1<td>2</table></body></html>`,
  ],
  ['mills.xml', `<?xml version="1.0"?><mills><mill name="first">${PROSE}</mill><!-- c --><![CDATA[data]]></mills>`],
  ['mills.svg', SVG],
  ['mills.json', JSON.stringify({ title: 'Mills', text: PROSE, list: [1, 2, { deep: [true, null] }] })],
  ['mills.jsonl', `${JSON.stringify({ text: PROSE })}\n`.repeat(10)],
  ['mills.yaml', `mills:\n  - name: first\n    text: "${PROSE}"\n  - &a {x: 1}\n  - *a\n`],
  ['mills.toml', `[mill]\nname = "first"\ntext = """${PROSE}"""\n[[wheel]]\nn = 1\n`],
  ['mills.csv', `name,text\n${`first,"${PROSE}"\n`.repeat(20)}`],
  ['mills.tsv', `name\ttext\n${`first\t${PROSE}\n`.repeat(20)}`],
  ['mills.log', `2024-05-17 08:00:00 INFO ${PROSE}\n`.repeat(20)],
  ['mills.py', `def mill():\n    """${PROSE}"""\n    return 1\n`],
  ['mills.vtt', `WEBVTT\n\n00:00.000 --> 00:02.000\n${PROSE}\n\n00:02.000 --> 00:04.000 align:start\n<v Ann>Yes.\n`],
  ['mills.srt', `1\n00:00:00,000 --> 00:00:02,000\n${PROSE}\n\n2\n00:00:02,000 --> 00:00:04,000\n<i>Yes.</i>\n`],
  ['mills.ipynb', NOTEBOOK],
  ['mills.rtf', RTF],
  ['mills.pdf', onePagePdf(PROSE)],
  [
    'two.pdf',
    onePagePdf(PROSE, {
      catalog: '/AcroForm<</Fields[]>>',
      page: '/Annots[6 0 R]',
      more: ['<</Type/Annot/Subtype/Text/Contents(A note)/Rect[1 1 2 2]>>', ['', drawText('more')]],
    }),
  ],
  ['mills.docx', forgeDocx(docxParagraph(PROSE).repeat(5))],
  ['mills.xlsx', forgeXlsx(xlsxRow(1, 'name') + xlsxRow(2, PROSE))],
  ['mills.pptx', forgePptx(PROSE)],
  ['mills.odt', forgeOdf('odt', `<text:h text:outline-level="1">Mills</text:h>${odfParagraph(PROSE)}`)],
  [
    'mills.ods',
    forgeOdf(
      'ods',
      `<table:table table:name="Herbs"><table:table-row><table:table-cell>${odfParagraph(PROSE)}</table:table-cell></table:table-row></table:table>`,
    ),
  ],
  [
    'mills.odp',
    forgeOdf(
      'odp',
      `<draw:page draw:name="One"><draw:frame><draw:text-box>${odfParagraph(PROSE)}</draw:text-box></draw:frame></draw:page>`,
    ),
  ],
  ['mills.epub', forgeEpub(`<h1>Mills</h1><p>${PROSE}</p>`)],
  ['mills.eml', longMail(3)],
  ['mills.mbox', mailbox(3)],
  ['mills.png', PNG],
  [
    'mills.zip',
    forgeZip([
      { name: 'a.txt', data: PROSE },
      { name: 'b/c.md', data: `# B\n\n${PROSE}` },
      { name: 'd.zip', data: forgeZip([{ name: 'e.txt', data: PROSE }]) },
    ]),
  ],
  [
    'mills64.zip',
    forgeZip([{ name: 'a.txt', data: PROSE, zip64: true, descriptor: true }], { zip64: true, comment: 'mills' }),
  ],
  [
    'mills.tar',
    forgeTar([
      paxEntry({ path: 'a long name.txt' }),
      { name: 'a.txt', data: PROSE },
      { name: 'd/', type: '5' },
      { name: 'd/b.txt', data: PROSE },
    ]),
  ],
  ['mills.tar.gz', gzipSync(forgeTar([{ name: 'a.txt', data: PROSE }]))],
  ['mills.txt.gz', gzipSync(PROSE)],
  ['mills.txt.bz2', BZIP2_NOTE],
  ['mills.txt.xz', storeXz(Buffer.from(PROSE))],
  ['mills.txt.zst', storeZstd(Buffer.from(PROSE))],
]

/** All good files, in an order that does not change. `root` is the folder of the repository. */
export const listGoodFiles = (root: string): GoodFile[] => [
  ...files.map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) })),
  ...filesBelow(join(root, 'test', 'fixtures')),
  ...filesBelow(join(root, 'resources', 'sample')).filter(({ name }) => extname(name) !== ''),
]
