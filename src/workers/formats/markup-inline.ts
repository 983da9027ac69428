/**
 * Owns taking the marks out of a line of reStructuredText or Org. Refuses: taking out anything that a reader would see, link targets included.
 */

type Replacements = readonly (readonly [RegExp, string])[]

/** A longer line is left as it is: nobody wrote it by hand. */
const LINE_CHARS = 20_000

const RST: Replacements = [
  [/``([^`\n]+)``/g, '$1'],
  [/:[\w.+:-]{1,100}:`([^`<\n]*[^`<\s])\s*<([^`<>\n]+)>`/g, '$1 ($2)'],
  [/:[\w.+:-]{1,100}:`([^`\n]+)`/g, '$1'],
  [/`([^`<\n]*[^`<\s])\s*<([^`<>\n]+)>`__?/g, '$1 ($2)'],
  [/`([^`\n]+)`(?:__?|:[\w.+-]+:)?/g, '$1'],
  [/(?<![\p{L}\p{N}\\*])(\*{1,2})(?=\S)([^*\n]+?)(?<=\S)\1(?![\p{L}\p{N}*])/gu, '$2'],
  [/(?<=\s)\\ |\\ /g, ''],
  [/\\([*`|_\\])/g, '$1'],
]
const ORG: Replacements = [
  [/\[\[([^[\]\n]+)\]\[([^[\]\n]+)\]\]/g, '$2 ($1)'],
  [/\[\[([^[\]\n]+)\]\]/g, '$1'],
  [/(?<![^\s({'"-])([*/_=~+])(?=\S)([^\n]*?\S)\1(?=$|[\s.,;:!?'")}\]-])/g, '$2'],
]

const strip = (line: string, replacements: Replacements, marks: RegExp): string =>
  line.length > LINE_CHARS || !marks.test(line)
    ? line
    : replacements.reduce((text, [mark, by]) => text.replace(mark, by), line)

/** The text of a line of reStructuredText: `` :doc:`Guide <a/b>` `` gives `Guide (a/b)`. */
export const plainRst = (line: string): string => strip(line, RST, /[`*\\]/)

/** The text of a line of Org: `[[url][name]]` gives `name (url)`. */
export const plainOrg = (line: string): string => strip(line, ORG, /[[*/_=~+]/)
