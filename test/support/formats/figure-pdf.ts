// Owns making PDFs whose pages have text and pictures. Refuses to read them.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { drawText, forgePdf, PDF_FONT } from '../hostile/pdf-forge'

export type PagePicture = {
  /** Of PDF's lower left corner, in points; a page is 595 by 842. */
  readonly at: readonly [x: number, y: number, width: number, height: number]
  /** `shade`: a checked gray square of so many pixels, told apart by how bright it is. A number of pixels a side beside it. */
  readonly picture: { readonly shade: number; readonly side: number } | 'lighthouse'
}
export type FigurePage = { readonly text: string; readonly pictures?: readonly PagePicture[] }

const LIGHTHOUSE = resolve(__dirname, '../../fixtures/ocr/lighthouse.jpg')

const imageOf = ({ picture }: PagePicture): readonly [string, Buffer] => {
  const image = '/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8'
  if (picture === 'lighthouse')
    return [`${image}/Width 1080/Height 142/Filter/DCTDecode`, readFileSync(LIGHTHOUSE)] as const
  const { shade, side } = picture
  const pixels = Buffer.alloc(side * side)
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = ((i >> 4) + Math.floor(i / side / 16)) % 2 === 0 ? shade : 255
  return [`${image}/Width ${side}/Height ${side}`, pixels] as const
}

/** A PDF of these pages. */
export const figurePdf = (pages: readonly FigurePage[]): Buffer => {
  // Catalog, tree and font are objects 1 to 3.
  const objects: (string | readonly [string, Buffer | string])[] = []
  const number = (): number => objects.length + 4
  const kids: number[] = []
  for (const { text, pictures = [] } of pages) {
    const names = pictures.map((picture, index) => {
      objects.push(imageOf(picture))
      return { name: `Im${index}`, object: number() - 1, at: picture.at }
    })
    const drawn = names.map(
      ({ name, at: [x, y, width, height] }) => `q ${width} 0 0 ${height} ${x} ${y} cm /${name} Do Q`,
    )
    objects.push(['', [...(text === '' ? [] : [drawText(text)]), ...drawn].join('\n')])
    const content = number() - 1
    const images = names.map(({ name, object }) => `/${name} ${object} 0 R`).join(' ')
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<<${images}>>>>/Contents ${content} 0 R>>`,
    )
    kids.push(number() - 1)
  }
  const tree = `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((kid) => `${kid} 0 R`).join(' ')}]>>`
  return forgePdf({ objects: ['<</Type/Catalog/Pages 2 0 R>>', tree, PDF_FONT, ...objects] })
}

/** A figure of ordinary size. */
export const chart = (shade: number, y = 200): PagePicture => ({
  at: [100, y, 300, 300],
  picture: { shade, side: 320 },
})
/** Two lines of text that OCR reads ("The lantern was lit at dusk …"). */
export const lighthouse: PagePicture = { at: [80, 300, 430, 60], picture: 'lighthouse' }
/** Too small for a figure in pixels. */
export const logo: PagePicture = { at: [400, 600, 150, 150], picture: { shade: 20, side: 60 } }
