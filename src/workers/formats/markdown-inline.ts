/**
 * Owns taking the marks out of a line of Markdown. Refuses: taking out anything a reader would see, link targets included.
 */

/** Where emphasis may begin and end, so that `snake_case` and `2 * 3` stay as they are. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/!\[([^\]\n]*)\]\([^()\s]*(?:\s+"([^"\n]*)")?\s*\)/g, '$1 $2'],
  [/\[([^\]\n]{1,1000})\]\(<?([^()\s>]+(?:\([^()\s]*\))?)>?(?:\s+"([^"\n]*)")?\s*\)/g, '$1 ($2) $3'],
  [/\[([^\]\n]{1,1000})\]\[[^\]\n]{0,1000}\]/g, '$1'],
  [/<((?:https?|mailto|ftp):[^>\s]+)>/g, '$1'],
  [/(?<![\p{L}\p{N}\\*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\p{L}\p{N}*])/gu, '$2'],
  [/(?<![\p{L}\p{N}\\_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2'],
  [/~~(?=\S)([^~\n]+?)~~/g, '$1'],
  [/\\([!-/:-@[-`{-~])/g, '$1'],
]

/** A longer line is left as it is: nobody wrote it by hand. */
const LINE_CHARS = 20_000

const stripMarks = (text: string): string =>
  REPLACEMENTS.reduce((line, [mark, by]) => line.replace(mark, by), text).replace(/ +/g, ' ')

/** The text of a line of Markdown: `**bold** [link](url)` gives `bold link (url)`. What stands in backticks is left untouched. */
export const plainInline = (line: string): string => {
  if (line.length > LINE_CHARS || !/[*_~`[\]\\<]/.test(line)) return line
  return line
    .split(/(?<!`)(`+)([^`]+)\1/g)
    .map((part, i) => (i % 3 === 0 ? stripMarks(part) : i % 3 === 1 ? '' : part))
    .join('')
    .trim()
}
