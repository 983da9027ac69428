/**
 * Owns how marked snippets and paths with provenance are taken apart for showing.
 * Refuses: HTML. Extracted text only ever becomes text.
 */

export type SnippetPart = { readonly text: string; readonly marked: boolean }

/** Splits `… [[match]] …` into plain and marked parts. A mark that is not closed is plain text. */
export const splitSnippet = (snippet: string): SnippetPart[] => {
  const parts: SnippetPart[] = []
  let at = 0
  while (at < snippet.length) {
    const open = snippet.indexOf('[[', at)
    const close = open < 0 ? -1 : snippet.indexOf(']]', open + 2)
    if (close < 0) break
    if (open > at) parts.push({ text: snippet.slice(at, open), marked: false })
    if (close > open + 2) parts.push({ text: snippet.slice(open + 2, close), marked: true })
    at = close + 2
  }
  if (at < snippet.length) parts.push({ text: snippet.slice(at), marked: false })
  return parts
}

/** The steps of a path: each archive on the way, then the document. `a.zip!/b/c.txt` gives `a.zip`, `b/c.txt`. */
export const splitProvenance = (path: string): string[] => path.split('!/').map((step) => step.replaceAll('!%2F', '!/'))

/** Whether the document is within an archive, so that there is no file of its own to open. */
export const isInArchive = (path: string): boolean => path.includes('!/')

/** The last name of a path: what a person would call the document. */
export const nameOfPath = (path: string): string => {
  const last = splitProvenance(path).at(-1) ?? path
  return last.split('/').at(-1) ?? last
}
