// Owns making PDFs object by object, so that any of them can be wrong. Refuses to read them. Source: ISO 32000-1.

export type ForgedPdf = {
  /** Bodies of the objects from number 1 on; a stream is `[dictionary without brackets, bytes]`. */
  objects: readonly (string | readonly [string, Buffer | string])[]
  /** Number of the catalog. */
  root?: number
  /** More for the trailer. */
  trailer?: string
  /** What the table of objects begins at instead of the truth. */
  startxref?: number
}

const bodyOf = (object: ForgedPdf['objects'][number]): Buffer => {
  if (typeof object === 'string') return Buffer.from(object, 'latin1')
  const [dictionary, content] = object
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')
  const length = dictionary.includes('/Length') ? '' : `/Length ${bytes.length}`
  return Buffer.concat([Buffer.from(`<<${dictionary}${length}>>\nstream\n`), bytes, Buffer.from('\nendstream')])
}

export const forgePdf = ({ objects, root = 1, trailer = '', startxref }: ForgedPdf): Buffer => {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let offset = parts[0]?.length ?? 0
  objects.forEach((object, i) => {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), bodyOf(object), Buffer.from('\nendobj\n')])
    offsets.push(offset)
    offset += whole.length
    parts.push(whole)
  })
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<</Size ${size}/Root ${root} 0 R${trailer}>>\nstartxref\n${startxref ?? offset}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

export const PDF_FONT = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'
/** What draws a line of text. */
export const drawText = (text: string): string => `BT /F1 12 Tf 60 700 Td (${text}) Tj ET`
/** A page below object 2 whose font is object 3. */
export const pdfPage = (content: number, more = ''): string =>
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${content} 0 R${more}>>`

type OnePage = Partial<Omit<ForgedPdf, 'objects'>> & {
  /** Added to the catalog. */
  catalog?: string
  /** Replace the tree of pages and the page, objects 2 and 4. */
  pages?: string
  page?: string
  /** Objects from number 6 on. */
  more?: ForgedPdf['objects']
}

/** A PDF of one page, which `content` (object 5) draws. */
export const forgeOnePage = (
  content: ForgedPdf['objects'][number],
  { catalog = '', pages = '<</Type/Pages/Count 1/Kids[4 0 R]>>', page = pdfPage(5), more = [], ...rest }: OnePage = {},
): Buffer =>
  forgePdf({
    objects: [`<</Type/Catalog/Pages 2 0 R${catalog}>>`, pages, PDF_FONT, page, content, ...more],
    ...rest,
  })

/** A PDF of one page with `text`; `catalog` and `page` add to these. */
export const onePagePdf = (
  text: string,
  { page = '', ...rest }: Pick<OnePage, 'catalog' | 'page' | 'more'> = {},
): Buffer => forgeOnePage(['', drawText(text)], { page: pdfPage(5, page), ...rest })
