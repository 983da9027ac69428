// Owns one document of each kind as bytes, made in code: what a program would write, small. Refuses tricks; hostile files are tests.
import { deflateRawSync, deflateSync } from 'node:zlib'
import {
  drawCount,
  makeHeading,
  makeNoun,
  makeParagraph,
  makeParagraphs,
  makePerson,
  makePlace,
  makeQuality,
  makeSentence,
  makeVerb,
} from './text.mjs'

const LINE_CHARS = 88
const LINES_A_PAGE = 52

const wrap = (text) => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length >= LINE_CHARS) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const makeText = (random) => makeParagraphs(random).join('\n\n') + '\n'

const makeMarkdown = (random) => {
  const sections = makeParagraphs(random).map((paragraph, at) => {
    const list = random() < 0.3 ? `\n\n- ${makeSentence(random)}\n- ${makeSentence(random)}` : ''
    return `${at === 0 ? '#' : '##'} ${makeHeading(random)}\n\n${paragraph}${list}`
  })
  return sections.join('\n\n') + '\n'
}

const makeHtml = (random) => {
  const title = makeHeading(random)
  const body = makeParagraphs(random).map((text) => `<h2>${makeHeading(random)}</h2>\n<p>${escapeXml(text)}</p>`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>body { margin: 2em }</style></head>
<body><nav><a href="/">Home</a> <a href="/about">About</a></nav>
<main><h1>${title}</h1>
${body.join('\n')}
</main><footer>${makePlace(random)} ${makePerson(random)}</footer></body></html>
`
}

const makeCsv = (random) => {
  const rows = Array.from({ length: drawCount(random, 10, 60) }, (_, at) =>
    [
      at + 1,
      makePerson(random),
      makePlace(random),
      `"${makeNoun(random)}, ${makeQuality(random)}"`,
      drawCount(random, 1, 900),
    ].join(','),
  )
  return `number,person,place,item,amount\n${rows.join('\n')}\n`
}

const makeJson = (random) =>
  JSON.stringify(
    {
      title: makeHeading(random),
      place: makePlace(random),
      entries: Array.from({ length: drawCount(random, 3, 12) }, (_, at) => ({
        id: at,
        owner: makePerson(random),
        amount: drawCount(random, 1, 5_000),
        note: makeSentence(random),
      })),
    },
    null,
    2,
  ) + '\n'

const makeCode = (random) => {
  const functions = Array.from({ length: drawCount(random, 3, 12) }, () => {
    const [noun, verb] = [makeNoun(random), makeVerb(random)]
    return `/** ${makeSentence(random)} */
export function ${verb}_${noun}(${makeNoun(random)}, limit = ${drawCount(random, 1, 500)}) {
  const result = []
  for (let index = 0; index < limit; index += 1) {
    // ${makeSentence(random)}
    if (index % ${drawCount(random, 2, 9)} === 0) result.push('${makeQuality(random)} ${noun}')
  }
  return result
}
`
  })
  return `import { ${makeNoun(random)} } from './${makeNoun(random)}.js'\n\n${functions.join('\n')}`
}

/** A PDF of several pages with compressed text in a standard font. */
const makePdf = (random) => {
  const lines = makeParagraphs(random).flatMap((text) => [...wrap(text), ''])
  const pages = Array.from({ length: Math.ceil(lines.length / LINES_A_PAGE) }, (_, page) =>
    lines.slice(page * LINES_A_PAGE, (page + 1) * LINES_A_PAGE),
  )
  const title = makeHeading(random)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${5 + page * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title (${title}) /Producer (bench) >>`,
  ].map((text) => Buffer.from(text, 'latin1'))
  pages.forEach((page, at) => {
    const shown = page.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
    const stream = deflateSync(Buffer.from(`BT /F1 10 Tf 14 TL 56 780 Td\n${shown}\nET`, 'latin1'))
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${6 + at * 2} 0 R >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    )
  })
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets = []
  let size = parts[0].length
  objects.forEach((object, at) => {
    const part = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    offsets.push(size)
    size += part.length
    parts.push(part)
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const trailer = `trailer << /Size ${objects.length + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${size}\n%%EOF\n`
  parts.push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`))
  return Buffer.concat(parts)
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})
const crc32 = (bytes) => {
  let crc = -1
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]
  return (crc ^ -1) >>> 0
}

/** A plain zip. @param {Record<string, string>} files */
const zip = (files) => {
  const locals = []
  const central = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(0x21, 8)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const PACKAGES = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006'
const WORDS = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml'

const makeDocx = (random) => {
  const paragraph = (text, style) =>
    `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r></w:p>`
  const body = makeParagraphs(random).map(
    (text) => paragraph(makeHeading(random), 'Heading1') + paragraph(text) + paragraph(makeParagraph(random)),
  )
  return zip({
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGES}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/_rels/document.xml.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>`,
    'word/styles.xml': `${XML}<w:styles xmlns:w="${WORDS}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/document.xml': `${XML}<w:document xmlns:w="${WORDS}"><w:body>${body.join('')}</w:body></w:document>`,
  })
}

/** Makers by ending, with their number in a thousand files. */
export const documentKinds = [
  { extension: 'txt', inThousand: 260, make: makeText },
  { extension: 'md', inThousand: 200, make: makeMarkdown },
  { extension: 'html', inThousand: 150, make: makeHtml },
  { extension: 'csv', inThousand: 70, make: makeCsv },
  { extension: 'json', inThousand: 60, make: makeJson },
  { extension: 'js', inThousand: 120, make: makeCode },
  { extension: 'docx', inThousand: 70, make: makeDocx },
  { extension: 'pdf', inThousand: 70, make: makePdf },
]
