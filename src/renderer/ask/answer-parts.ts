/**
 * Owns how an answer is taken apart: what it says, and the numbers that stand for citations.
 * Refuses: markup; an answer is text.
 */
import { kindOfType } from '../../shared/kinds'
import type { Citation } from '../../shared/answers'
import type { Reading } from '../preview/reading'

export type AnswerPart = { readonly text: string; readonly citation: Citation | null }

/** `… the north door [1].` in text and citations; a number that is none of them stays text. */
export const splitAnswer = (answer: string, citations: readonly Citation[]): AnswerPart[] => {
  const parts: AnswerPart[] = []
  let at = 0
  for (const mark of answer.matchAll(/\[(\d{1,3})\]/g)) {
    const citation = citations.find(({ number }) => number === Number(mark[1]))
    if (citation === undefined) continue
    if (mark.index > at) parts.push({ text: answer.slice(at, mark.index), citation: null })
    parts.push({ text: mark[0], citation })
    at = mark.index + mark[0].length
  }
  if (at < answer.length) parts.push({ text: answer.slice(at), citation: null })
  return parts
}

/** What is read when a citation is opened: the quote is set off. */
export const readingOfCitation = (citation: Citation): Reading => ({
  id: citation.documentId,
  path: citation.path,
  location: citation.location,
  kind: kindOfType(citation.path.slice(citation.path.lastIndexOf('.') + 1)),
  title: citation.title,
  passage: { start: citation.start, end: citation.end, page: citation.page },
  query: null,
  found: [],
})
