/**
 * Owns the pseudo language by which a layout is checked: English with accents, a third longer, to be read from right to left.
 * Refuses: changing what is filled in, and the names of plurals.
 */
const accents: Readonly<Record<string, string>> = {
  a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', y: 'ý', c: 'ç', n: 'ñ', s: 'š', z: 'ž',
  A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', C: 'Ç', N: 'Ñ', S: 'Š', Z: 'Ž',
} // prettier-ignore

const LONGER = 1 / 3
const RIGHT_TO_LEFT = '\u200F'

const mirrorText = (text: string): string => {
  const accented = text.replace(/\{\{.*?\}\}|[a-z]/gi, (part) => accents[part] ?? part)
  return `${RIGHT_TO_LEFT}${accented}${'·'.repeat(Math.ceil(text.length * LONGER))}${RIGHT_TO_LEFT}`
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
