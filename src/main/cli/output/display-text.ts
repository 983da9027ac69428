/**
 * Owns text as a terminal shows it: made harmless, measured in columns, cut and padded.
 * Refuses: control characters. File names and documents come from strangers, and a terminal obeys what it is sent.
 */

// Control characters, and the marks that turn the direction of writing around: both can make a terminal show what is not there.
// eslint-disable-next-line no-control-regex -- control characters are exactly what has to be found here
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]$/u
/** East Asian wide and fullwidth characters, and emoji: two columns each. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]$/u

/** One line that can be sent to a terminal: white space becomes a space, other control characters `�`. */
export const toOneLine = (text: string): string => text.replace(/[\t\n\r]+/g, ' ').replace(UNSAFE, '\uFFFD')

/** Several lines that can be sent to a terminal. */
export const toSafeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(UNSAFE, (character) => (character === '\n' || character === '\t' ? character : '\uFFFD'))

const columnsOf = (character: string): number => {
  if (INVISIBLE.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Columns that a text without control characters takes. */
export const displayWidth = (text: string): number => {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

/** The beginning of a text that fits, with `…` where it was cut. */
export const fitEnd = (text: string, columns: number): string => {
  if (displayWidth(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const character of text) {
    width += columnsOf(character)
    if (width > columns - 1) break
    kept += character
  }
  return columns < 1 ? '' : `${kept}…`
}

/** Both ends of a text that fits: of a path, the name counts most, then where it starts. */
export const fitMiddle = (text: string, columns: number): string => {
  if (displayWidth(text) <= columns) return text
  const characters = [...text]
  const tailColumns = Math.ceil((columns - 1) * 0.65)
  let tail = ''
  for (let width = 0, at = characters.length - 1; at >= 0; at -= 1) {
    const character = characters[at] ?? ''
    width += columnsOf(character)
    if (width > tailColumns) break
    tail = character + tail
  }
  const head = fitEnd(text, columns - displayWidth(tail)).replace(/…$/, '')
  return columns < 1 ? '' : `${head}…${tail}`
}

/** Fills up with spaces to a number of columns. */
export const padTo = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
  const fill = ' '.repeat(Math.max(0, columns - displayWidth(text)))
  return align === 'left' ? text + fill : fill + text
}

/** Breaks a text between words into lines of at most `columns`; a longer word is left whole. */
export const wrapWords = (text: string, columns: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return line === '' ? lines : [...lines, line]
}
