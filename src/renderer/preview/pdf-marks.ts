/**
 * Owns where words stand on a page of a PDF: boxes in the pixels of the drawn page, from the text that pdf.js tells with its places.
 * Refuses: exactness within a run of text: there, the widths of letters are those of a font like that of the PDF. Text that is turned is not
 * marked.
 */

/** In CSS pixels of the drawn page. */
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

type TextItem = {
  readonly str: string
  readonly fontName: string
  readonly transform: readonly number[]
  readonly width: number
  readonly height: number
}

type Viewport = { readonly convertToViewportRectangle: (rect: number[]) => number[] }

/** How wide a text is in a font, in any unit. */
export type Measure = (text: string, fontName: string) => number

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}\p{M}]/u.test(char)

const isTextItem = (item: unknown): item is TextItem => typeof item === 'object' && item !== null && 'str' in item

/** Where `word` stands in `text` (both lower case) as a word of its own. */
const findWord = (text: string, word: string): number[] => {
  const places: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) places.push(at)
  }
  return places
}

const toBox = (item: TextItem, at: number, length: number, viewport: Viewport, measure: Measure): Box => {
  const [, , , , x = 0, y = 0] = item.transform
  const unit = item.width / Math.max(measure(item.str, item.fontName), Number.MIN_VALUE)
  const widthOf = (from: number, to: number): number => measure(item.str.slice(from, to), item.fontName) * unit
  const left = x + widthOf(0, at)
  // A little below the line, where the letters go.
  const rect = [left, y - item.height * 0.2, left + widthOf(at, at + length), y + item.height * 0.95]
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = viewport.convertToViewportRectangle(rect)
  return { left: Math.min(x1, x2), top: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }
}

/** The boxes of all `words` (lower case) among the items of a page's text. */
export const findBoxes = (
  items: readonly unknown[],
  words: readonly string[],
  viewport: Viewport,
  measure: Measure,
): Box[] =>
  items.filter(isTextItem).flatMap((item) => {
    const isTurned = item.transform[1] !== 0 || item.transform[2] !== 0
    if (item.str === '' || isTurned) return []
    const text = item.str.toLowerCase()
    // Case that changes the length would shift what follows.
    if (text.length !== item.str.length) return []
    return words.flatMap((word) => findWord(text, word).map((at) => toBox(item, at, word.length, viewport, measure)))
  })

/** The text of a page as far as words go, lower case. */
export const joinItems = (items: readonly unknown[]): string =>
  items
    .filter(isTextItem)
    .map(({ str }) => str.toLowerCase())
    .join(' ')

/** How many of `words` (lower case) stand in a text. */
export const countWords = (text: string, words: readonly string[]): number =>
  words.filter((word) => findWord(text, word).length > 0).length
