/**
 * Owns making documents by code for the tests of formats: PDF (plain, encrypted, scanned), DOCX, and items in memory.
 * Refuses: being a reader of anything.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { forgeZip } from '../../support/zip-forge'
import type { ItemBytes } from '../../../src/workers/formats/format'

const HEAD_BYTES = 65_536

/** An item whose bytes are in memory; its stream comes in pieces of `pieceBytes`. */
export const itemOf = (content: Buffer | string, pieceBytes = 65_536): ItemBytes => {
  const bytes = Buffer.from(content)
  return {
    sizeBytes: bytes.length,
    head: bytes.subarray(0, HEAD_BYTES),
    read: async () => bytes,
    stream: () => {
      const pieces: Buffer[] = []
      for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes))
      return Readable.from(pieces)
    },
    filePath: async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'sluice-item-')), 'item')
      writeFileSync(path, bytes)
      return path
    },
  }
}

const PAD = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest()

const rc4 = (key: Buffer, bytes: Buffer): Buffer => {
  const state = Array.from({ length: 256 }, (_, i) => i)
  const at = (i: number): number => state[i] ?? 0
  const swap = (i: number, j: number): void => {
    const held = at(i)
    state[i] = at(j)
    state[j] = held
  }
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255
    swap(i, j)
  }
  let i = 0
  let j = 0
  return bytes.map((byte) => {
    i = (i + 1) & 255
    j = (j + at(i)) & 255
    swap(i, j)
    return byte ^ at((at(i) + at(j)) & 255)
  }) as Buffer
}

/** The oldest standard encryption of PDF (40 bits): enough to need a password. ISO 32000-1, 7.6.3. */
const encryption = (
  userPassword: string,
): { dictionary: string; encrypt: (object: number, bytes: Buffer) => Buffer } => {
  const pad = (password: string): Buffer => Buffer.concat([Buffer.from(password), PAD]).subarray(0, 32)
  const ownerKey = rc4(md5(pad('owner')).subarray(0, 5), pad(userPassword))
  const key = md5(pad(userPassword), ownerKey, Buffer.from([0xfc, 0xff, 0xff, 0xff])).subarray(0, 5)
  const user = rc4(key, PAD)
  return {
    dictionary: `<</Filter/Standard/V 1/R 2/P -4/O<${ownerKey.toString('hex')}>/U<${user.toString('hex')}>>>`,
    encrypt: (object, bytes) => rc4(md5(key, Buffer.from([object & 255, object >> 8, 0, 0, 0])).subarray(0, 10), bytes),
  }
}

/** Text of a page, a line each; `null` for a page that holds an image only, an empty list for a blank page. */
export type PdfPageText = readonly string[] | null
export type PdfOptions = {
  title?: string
  /** Encrypts; empty: it opens without a password. */
  password?: string
  /** Value of a form field on the first page. */
  field?: string
  /** A note on the first page. */
  note?: string
}

const escapePdf = (text: string): string => text.replace(/[\\()]/g, '\\$&')

/** A PDF of the pages, in Helvetica 12, a line every 14 points. A line that begins with `# ` is set in 24. */
export const makePdf = (pages: readonly PdfPageText[], options: PdfOptions = {}): Buffer => {
  const code = options.password === undefined ? null : encryption(options.password)
  const objects: Buffer[] = []
  const reserve = (): number => objects.push(Buffer.alloc(0))
  const set = (number: number, body: string): void => {
    objects[number - 1] = Buffer.from(body, 'latin1')
  }
  const setStream = (number: number, dictionary: string, body: Buffer): void => {
    const bytes = code ? code.encrypt(number, body) : body
    objects[number - 1] = Buffer.concat([
      Buffer.from(`<<${dictionary}/Length ${bytes.length}>>\nstream\n`, 'latin1'),
      bytes,
      Buffer.from('\nendstream'),
    ])
  }
  const catalog = reserve()
  const tree = reserve()
  const font = reserve()
  const image = reserve()
  set(font, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>')
  setStream(
    image,
    '/Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8',
    Buffer.from([0, 80, 160, 240]),
  )
  const kids = pages.map((lines, i) => {
    const page = reserve()
    const content = reserve()
    const annotations: number[] = []
    if (i === 0 && options.field !== undefined) {
      annotations.push(reserve())
      set(
        annotations[0] ?? 0,
        `<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/TU(Your name)/V(${escapePdf(options.field)})/Rect[50 50 300 70]>>`,
      )
    }
    if (i === 0 && options.note !== undefined) {
      const number = reserve()
      annotations.push(number)
      set(number, `<</Type/Annot/Subtype/Text/Contents(${escapePdf(options.note)})/Rect[50 90 70 110]>>`)
    }
    let y = 780
    const drawn = (lines ?? []).map((line) => {
      const heading = line.startsWith('# ')
      y -= line === '' ? 14 : heading ? 40 : 14
      return line === ''
        ? ''
        : `BT /F1 ${heading ? 24 : 12} Tf 60 ${y} Td (${escapePdf(heading ? line.slice(2) : line)}) Tj ET`
    })
    setStream(
      content,
      '',
      Buffer.from(lines === null ? 'q 500 0 0 700 50 50 cm /Im1 Do Q' : drawn.join('\n'), 'latin1'),
    )
    set(
      page,
      `<</Type/Page/Parent ${tree} 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 ${font} 0 R>>/XObject<</Im1 ${image} 0 R>>>>` +
        `/Contents ${content} 0 R/Annots[${annotations.map((number) => `${number} 0 R`).join(' ')}]>>`,
    )
    return { page, annotations }
  })
  const fields = kids.flatMap(({ annotations }) => annotations.slice(0, options.field === undefined ? 0 : 1))
  set(
    catalog,
    `<</Type/Catalog/Pages ${tree} 0 R/AcroForm<</Fields[${fields.map((number) => `${number} 0 R`).join(' ')}]>>>>`,
  )
  set(tree, `<</Type/Pages/Count ${pages.length}/Kids[${kids.map(({ page }) => `${page} 0 R`).join(' ')}]>>`)
  const info = reserve()
  set(info, options.title === undefined ? '<<>>' : `<</Title(${escapePdf(options.title)})>>`)
  const lock = code ? reserve() : 0
  if (code) set(lock, code.dictionary)

  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let offset = parts[0]?.length ?? 0
  objects.forEach((body, i) => {
    const object = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')])
    offsets.push(offset)
    offset += object.length
    parts.push(object)
  })
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const lockEntry = code ? `/Encrypt ${lock} 0 R` : ''
  const id = '<00112233445566778899aabbccddeeff>'
  // The key of the encryption leaves the document's id out, as ours is empty.
  const identity = code ? '/ID[<><>]' : `/ID[${id}${id}]`
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<</Size ${objects.length + 1}/Root ${catalog} 0 R/Info ${info} 0 R${lockEntry}${identity}>>\nstartxref\n${offset}\n%%EOF\n`,
      'latin1',
    ),
  )
  return Buffer.concat(parts)
}

const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps"'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export const escapeXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
/** A run of text. */
export const run = (text: string, properties = ''): string =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`
/** A paragraph of a style. */
export const para = (text: string, style = '', more = ''): string =>
  `<w:p><w:pPr>${style ? `<w:pStyle w:val="${style}"/>` : ''}${more}</w:pPr>${run(text)}</w:p>`
export const row = (cells: readonly string[], properties = ''): string =>
  `<w:tr>${properties}${cells.map((cell) => `<w:tc><w:tcPr/>${para(cell)}</w:tc>`).join('')}</w:tr>`

export type DocxParts = {
  body: string
  title?: string
  /** Further parts by their relationship type, with the XML inside their root element, or the whole part when it begins with `<?` or is no XML. */
  parts?: readonly { type: string; name: string; content: string }[]
  /** What the main part begins with, before its root element. */
  prolog?: string
}

const STYLES = `<w:styles ${W}><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Mine"><w:name w:val="My chapter"/><w:basedOn w:val="H1"/></w:style><w:style w:styleId="Bullets"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style></w:styles>`

export const makeDocx = ({ body, title = '', parts = [], prolog = '' }: DocxParts): Buffer => {
  const relationships = [{ type: 'styles', name: 'styles.xml' }, ...parts]
    .map(({ type, name }, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="${name}"/>`)
    .join('')
  return forgeZip([
    { name: '[Content_Types].xml', data: '<Types/>' },
    {
      name: '_rels/.rels',
      data: `<Relationships><Relationship Id="r" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: 'docProps/core.xml',
      data: `<cp:p xmlns:cp="urn:cp" xmlns:dc="urn:dc"><dc:title>${escapeXml(title)}</dc:title><dc:language>de-AT</dc:language></cp:p>`,
    },
    { name: 'word/_rels/document.xml.rels', data: `<Relationships>${relationships}</Relationships>` },
    { name: 'word/styles.xml', data: STYLES },
    { name: 'word/document.xml', data: `${prolog}<w:document ${W}><w:body>${body}</w:body></w:document>` },
    ...parts.map(({ name, content }) => ({
      name: `word/${name}`,
      data:
        /^<(?:w:|\?|html)/i.test(content) && !content.startsWith('<w:p')
          ? content
          : content.startsWith('<w:p')
            ? `<w:part ${W}>${content}</w:part>`
            : content,
    })),
  ])
}
