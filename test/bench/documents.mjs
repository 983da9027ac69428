// Owns one document of each kind as bytes, made in code: what a program would write, small. Refuses tricks; hostile files are tests.
import { makePdfOf, makeZip } from './packing.mjs'
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

/** Lines as they stand on pages of A4. */
export const makePages = (random, paragraphs = makeParagraphs(random)) => {
  const lines = paragraphs.flatMap((text) => [...wrap(text), ''])
  return Array.from({ length: Math.ceil(lines.length / LINES_A_PAGE) }, (_, page) =>
    lines.slice(page * LINES_A_PAGE, (page + 1) * LINES_A_PAGE),
  )
}

const makePdf = (random) => {
  const pages = makePages(random)
  return makePdfOf(pages, { title: makeHeading(random) })
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
  return makeZip({
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGES}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/_rels/document.xml.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>`,
    'word/styles.xml': `${XML}<w:styles xmlns:w="${WORDS}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/document.xml': `${XML}<w:document xmlns:w="${WORDS}"><w:body>${body.join('')}</w:body></w:document>`,
  })
}

const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** A sheet with a header and rows of shared strings and numbers. */
const makeXlsx = (random) => {
  const strings = []
  const textCell = (text) => `<c t="s"><v>${strings.push(text) - 1}</v></c>`
  const rows = Array.from(
    { length: drawCount(random, 10, 80) },
    () =>
      `<row>${textCell(makePerson(random))}${textCell(makePlace(random))}${textCell(makeSentence(random))}<c><v>${drawCount(random, 1, 9_000)}</v></c></row>`,
  )
  const header = `<row>${['person', 'place', 'note', 'amount'].map(textCell).join('')}</row>`
  return makeZip({
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGES}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${SHEET_TYPE}.sharedStrings+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGES}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}/relationships"><sheets><sheet name="${makeNoun(random)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${SHEET}"><sheetData>${header}${rows.join('')}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `${XML}<sst xmlns="${SHEET}">${strings.map((text) => `<si><t>${escapeXml(text)}</t></si>`).join('')}</sst>`,
  })
}

const ODF = 'urn:oasis:names:tc:opendocument:xmlns'

const makeOdt = (random) => {
  const body = makeParagraphs(random).map(
    (text) =>
      `<text:h text:outline-level="1">${makeHeading(random)}</text:h><text:p>${escapeXml(text)}</text:p><text:p>${escapeXml(makeParagraph(random))}</text:p>`,
  )
  return makeZip(
    {
      mimetype: 'application/vnd.oasis.opendocument.text',
      'META-INF/manifest.xml': `${XML.replace(' standalone="yes"', '')}<manifest:manifest xmlns:manifest="${ODF}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
      'content.xml': `${XML.replace(' standalone="yes"', '')}<office:document-content xmlns:office="${ODF}:office:1.0" xmlns:text="${ODF}:text:1.0"><office:body><office:text>${body.join('')}</office:text></office:body></office:document-content>`,
    },
    { stored: ['mimetype'] },
  )
}

const makeRtf = (random) => {
  const body = makeParagraphs(random).map((text) => `{\\b ${makeHeading(random)}}\\par\n${text}\\par\n`)
  return `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Times New Roman;}}\n\\f0\\fs22 ${body.join('')}}`
}

const makeMail = (random) =>
  [
    `From: ${makePerson(random)} <${makeNoun(random)}@example.org>`,
    `To: ${makePerson(random)} <${makeNoun(random)}@example.org>`,
    `Subject: ${makeHeading(random)}`,
    `Date: Tue, ${String(drawCount(random, 1, 28)).padStart(2, '0')} Mar 2021 10:${drawCount(random, 10, 59)}:00 +0000`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...makeParagraphs(random).flatMap((text) => [...wrap(text), '']),
  ].join('\r\n')

/** Makers by ending, with their number in a thousand files. */
export const documentKinds = [
  { extension: 'txt', inThousand: 220, make: makeText },
  { extension: 'md', inThousand: 160, make: makeMarkdown },
  { extension: 'html', inThousand: 130, make: makeHtml },
  { extension: 'csv', inThousand: 60, make: makeCsv },
  { extension: 'json', inThousand: 50, make: makeJson },
  { extension: 'js', inThousand: 100, make: makeCode },
  { extension: 'docx', inThousand: 70, make: makeDocx },
  { extension: 'pdf', inThousand: 70, make: makePdf },
  { extension: 'xlsx', inThousand: 40, make: makeXlsx },
  { extension: 'odt', inThousand: 30, make: makeOdt },
  { extension: 'rtf', inThousand: 20, make: makeRtf },
  { extension: 'eml', inThousand: 50, make: makeMail },
]
