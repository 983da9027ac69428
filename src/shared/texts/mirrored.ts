/**
 * Owns the pseudo language by which a layout is checked: English with accents, a third longer, to be read from right to left.
 * Refuses: changing what is filled in, and the names of plurals.
 */
const plain = 'aeiouycnszAEIOUCNSZ'
const accented = 'áéíóúýçñšžÁÉÍÓÚÇÑŠŽ'
const accents = new Map([...plain].map((letter, index) => [letter, accented[index] ?? letter]))

const LONGER = 1 / 3
const RIGHT_TO_LEFT = '\u200F'

const mirrorText = (text: string): string => {
  const written = text.replace(/\{\{.*?\}\}|[a-z]/gi, (part) => accents.get(part) ?? part)
  return `${RIGHT_TO_LEFT}${written}${'·'.repeat(Math.ceil(text.length * LONGER))}${RIGHT_TO_LEFT}`
}

/** The same catalogues, mirrored. */
export const mirror = <Catalogues extends Readonly<Record<string, Readonly<Record<string, string>>>>>(
  catalogues: Catalogues,
): Record<string, Record<string, string>> =>
  Object.fromEntries(
    Object.entries(catalogues).map(([part, texts]) => [
      part,
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, mirrorText(text)])),
    ]),
  )
