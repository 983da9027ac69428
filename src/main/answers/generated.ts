/**
 * Owns answers by a chat model: passages that fit, the question put to it, its text as it comes, and what of it is believed.
 * Refuses: what the passages do not prove, and sending anything but the question and those passages.
 */
import type { Answer } from '../../shared/answers'
import type { Hit } from '../../shared/domain'
import { remark, textOf, type Remark } from '../../shared/remarks'
import type { ChatProvider } from '../providers/chat'
import { fitPassages, makeQuestionPrompt, markedFrom, NOT_FOUND_MARK, QUOTES_MARK, stripMarks } from './prompt'
import { saysNotFound, verifyAnswer } from './verification'

/** What was made of a question, `notes` being what is to be said of it. */
export type Generated = Pick<Answer, 'answer' | 'grounded' | 'citations' | 'spent'> & {
  readonly notes: readonly Remark[]
}

export const NOT_FOUND = remark('SAID_NOT_FOUND')

/** What of a text that is still being written may be shown: neither the list of quotes nor the word for nothing. */
export const visiblePart = (text: string): string => {
  const lines = text.split('\n')
  const isMark = (line: string): boolean => {
    const bare = line.replace(/[*#_\s]/g, '').toUpperCase()
    return bare !== '' && (bare.startsWith(QUOTES_MARK) || QUOTES_MARK.startsWith(bare))
  }
  const at = lines.findIndex(isMark)
  const shown = (at < 0 ? lines : lines.slice(0, at)).join('\n')
  const start = shown.trim().toUpperCase()
  return start.startsWith(NOT_FOUND_MARK) || NOT_FOUND_MARK.startsWith(start) ? '' : shown
}

/** Hands on what may be shown, piece by piece. */
const createShower = (nonce: string, say: (piece: string) => void): ((piece: string) => void) => {
  let text = ''
  let shown = 0
  return (piece) => {
    text += piece
    const visible = visiblePart(stripMarks(text.slice(0, markedFrom(text, nonce)), nonce))
    if (visible.length <= shown) return
    say(visible.slice(shown))
    shown = visible.length
  }
}

/**
 * Asks a chat model.
 * @param nonce random, new for each question
 * @throws what the provider throws
 */
export const generateAnswer = async (
  provider: ChatProvider,
  asked: { question: string; hits: readonly Hit[]; nonce: string; maxTokens: number; collectionId: number | null },
  run: { signal: AbortSignal; say: (piece: string) => void },
): Promise<Generated> => {
  const passages = fitPassages(asked.hits, asked.question, provider.contextTokens, asked.maxTokens)
  const {
    text: written,
    finish,
    usage,
  } = await provider.complete({
    messages: makeQuestionPrompt(asked.question, passages, asked.nonce),
    maxTokens: asked.maxTokens,
    temperature: 0,
    signal: run.signal,
    onText: createShower(asked.nonce, run.say),
    use: { purpose: 'answer', jobId: null, collectionId: asked.collectionId },
  })
  const text = stripMarks(written, asked.nonce)
  const spent = { provider: provider.name, model: provider.model, calls: 1, ...usage }
  const nothing = { answer: textOf(NOT_FOUND), grounded: false, citations: [], spent }
  if (saysNotFound(text)) return { ...nothing, notes: [] }
  const { answer, citations, notes } = verifyAnswer(text, passages)
  if (finish === 'length') notes.push(remark('SAID_ANSWER_CUT'))
  if (citations.length > 0) return { answer, grounded: true, citations, notes, spent }
  return {
    ...nothing,
    notes: [...notes, remark('SAID_NOTHING_PROVEN')],
  }
}
