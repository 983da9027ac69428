/**
 * Owns what extracted text looks like: line ends, controls, invisible characters, Unicode form.
 * Refuses: meaning. It never removes a visible character.
 */

/** Anything that is not plain printable ASCII, a tab or a line feed. */
const NEEDS_CLEANING = /[^\t\n -~]/

// eslint-disable-next-line no-control-regex -- vertical tab and form feed are line ends here
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g
/** Controls (tab and line feed stay), soft hyphens, zero-width spaces, word joiners, byte order marks. Joiners of scripts (U+200C, U+200D) stay. */
// eslint-disable-next-line no-control-regex -- removing control characters is what it is for
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]/g
const SPACES = /[\u00a0\u2007\u202f]/g
const LONE_SURROGATE = /\p{Surrogate}/gu

/**
 * Text as it is stored: `\n` line ends, no controls, no soft hyphens or zero-width spaces (they hide words from search), plain
 * spaces for no-break ones, NFC, and U+FFFD for half a surrogate pair.
 */
export const cleanText = (raw: string): string =>
  NEEDS_CLEANING.test(raw)
    ? raw
        .replace(LINE_ENDS, '\n')
        .replace(INVISIBLE, '')
        .replace(SPACES, ' ')
        .replace(LONE_SURROGATE, '\ufffd')
        .normalize('NFC')
    : raw

/** One line of text: white space runs become one space, ends are trimmed. */
export const collapseSpace = (text: string): string =>
  /[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, ' ').trim() : text.trim()

/** Whether a UTF-16 index lies inside a surrogate pair, so that cutting there would break a character. */
export const splitsPair = (text: string, index: number): boolean => {
  const before = text.charCodeAt(index - 1)
  const after = text.charCodeAt(index)
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff
}

/** The first `maxChars` of a text, shortened at a word's end where one is near, never inside a surrogate pair. */
export const truncate = (text: string, maxChars: number): string => {
  if (text.length <= maxChars) return text
  let end = Math.max(0, maxChars)
  const space = text.slice(Math.max(0, end - 200), end + 1).search(/\s\S*$/)
  if (space > 0) end = Math.max(0, end - 200) + space
  else if (splitsPair(text, end)) end -= 1
  return text.slice(0, end).trimEnd()
}
