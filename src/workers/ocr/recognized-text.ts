/**
 * Owns making paragraphs of what Tesseract recognized on one picture, without the specks and edges that it takes for letters.
 * Refuses: recognition.
 */

/** What is used of Tesseract's JSON. Confidences are percent. */
export type RecognizedPage = {
  readonly blocks?: readonly {
    readonly paragraphs?: readonly {
      readonly lines?: readonly {
        readonly words?: readonly { readonly text: string; readonly confidence: number }[]
      }[]
    }[]
  }[]
}

/** Words of this confidence are right nearly always. */
const SURE_CONFIDENCE = 70
/**
 * What is kept of a paragraph by the share of its words that are sure. In a text a doubtful word is one that is hard to read; among
 * guesses (the leaves of a tree) a sure one is chance.
 */
const keeping: readonly { readonly share: number; readonly confidence: number }[] = [
  { share: 0.5, confidence: 10 },
  { share: 0.25, confidence: 50 },
]
const SURE_WORD = /[\p{L}\p{N}]{2,}/u
const HYPHEN_END = /\p{L}[-\u2010]$/u

type Word = { readonly text: string; readonly confidence: number }

const isSure = ({ text, confidence }: Word): boolean => confidence >= SURE_CONFIDENCE && SURE_WORD.test(text)

const joinLines = (lines: readonly string[]): string =>
  lines.reduce(
    (text, line) =>
      HYPHEN_END.test(text) && /^\p{Ll}/u.test(line)
        ? text.slice(0, -1) + line
        : text === ''
          ? line
          : `${text} ${line}`,
    '',
  )

/** The paragraphs of the page in reading order; none when there is no text on it. */
export const paragraphsOf = (page: RecognizedPage): string[] => {
  const paragraphs = (page.blocks ?? []).flatMap((block) => block.paragraphs ?? [])
  return paragraphs.flatMap((paragraph) => {
    const lines = (paragraph.lines ?? []).map((line) => (line.words ?? []).filter(({ text }) => text.trim() !== ''))
    const words = lines.flat()
    const share = words.filter(isSure).length / Math.max(1, words.length)
    const kept = keeping.find((row) => share >= row.share)
    if (!kept) return []
    const texts = lines.map((line) => line.filter(({ confidence }) => confidence >= kept.confidence))
    const text = joinLines(
      texts.map((line) => line.map((word) => word.text.trim()).join(' ')).filter((line) => line !== ''),
    )
    return text === '' ? [] : [text]
  })
}
