/**
 * Owns a question from its words to the answer: finding passages, choosing how to answer, falling back, timing.
 * Refuses: saying what the documents do not say. The models and the store are asked; nothing here connects anywhere.
 */
import type { Answer, AnswerMode } from '../../shared/answers'
import type { Hit } from '../../shared/domain'
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { remark, textOf, withNotes, type Remark } from '../../shared/remarks'
import type { ChatProvider } from '../providers/chat'
import type { KeywordFilter } from '../store/contract'
import type { Candidate } from './evidence'
import { findAnswers, type EvidenceParts } from './extractive'
import { generateAnswer, NOT_FOUND, type Generated } from './generated'
import { readQuestion } from './question'
import type { AnswerStreams } from './streams'
import { citationOf } from './verification'

export type AnswerParts = EvidenceParts & {
  /** The passages that fit a question best, the best first, with what limits them in plain words. */
  readonly findPassages: (
    question: string,
    filter: KeywordFilter,
    limit: number,
  ) => Promise<{ hits: Hit[]; notes: readonly Remark[] }>
  /** The chat model a person configured; `null` when there is none. */
  readonly chat: () => ChatProvider | null
  readonly limits: () => { readonly 'answers.passages': number; readonly 'answers.tokens': number }
  readonly streams: AnswerStreams
  /** 128 random bits as text. */
  readonly nonce: () => string
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly log: Log
}

export type AnswerRequest = {
  readonly question: string
  readonly filter: KeywordFilter
  readonly mode: AnswerMode
  /** Sentences or citations, at most. */
  readonly limit: number
  readonly id: string | null
  /** Where its text goes, when that was opened already. */
  readonly stream?: Stream
}

/** The same passages under several paths are one. */
const uniquePassages = (hits: readonly Hit[]): Hit[] =>
  [...new Map([...hits].reverse().map((hit) => [hit.text, hit])).values()].reverse()

/** Sentences in the order in which they stand, where they are of one passage. */
const joinSentences = (chosen: readonly Candidate[]): Generated => ({
  answer: chosen.map(({ sentence }, index) => `${sentence.text.replace(/\s+/g, ' ')} [${index + 1}]`).join(' '),
  grounded: true,
  citations: chosen.map(({ hit, sentence }, index) => citationOf(hit, index + 1, sentence)),
  notes: [],
  spent: null,
})

const NOTHING: Generated = { answer: textOf(NOT_FOUND), grounded: false, citations: [], notes: [], spent: null }

/** Makes the function that answers. It throws QUESTION_EMPTY, CANCELLED, and in mode `provider` what the provider throws. */
export const createAnswers = (parts: AnswerParts): ((request: AnswerRequest) => Promise<Answer>) => {
  const extract = async (request: AnswerRequest, hits: readonly Hit[]): Promise<Generated> => {
    const chosen = await findAnswers(request.question, hits, parts, request.limit)
    return chosen.length === 0 ? NOTHING : joinSentences(chosen)
  }

  const generate = (request: AnswerRequest, provider: ChatProvider, hits: readonly Hit[], stream: Stream) => {
    const [only, ...others] = request.filter.collectionIds
    return generateAnswer(
      provider,
      {
        question: request.question,
        hits,
        nonce: parts.nonce(),
        maxTokens: parts.limits()['answers.tokens'],
        collectionId: others.length === 0 ? (only ?? null) : null,
      },
      stream,
    )
  }

  /** By the provider, else from the documents themselves, which is then said. */
  const answer = async (
    request: AnswerRequest,
    hits: readonly Hit[],
    stream: Stream,
  ): Promise<Generated & Pick<Answer, 'method'>> => {
    const provider = request.mode === 'extractive' ? null : parts.chat()
    if (provider === null) {
      if (request.mode === 'provider') throw new AppError('CHAT_MISSING')
      return { ...(await extract(request, hits)), method: 'extractive' }
    }
    // Without passages there is nothing that a model could say; it is not asked.
    if (hits.length === 0) return { ...NOTHING, method: 'provider' }
    try {
      return { ...(await generate(request, provider, hits, stream)), method: 'provider' }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (request.mode === 'provider' || stream.signal.aborted) throw error
      parts.log.warn('answer-provider-failed', { provider: provider.name, code: error.code })
      stream.restart()
      const extracted = await extract(request, hits)
      const note = remark('SAID_ANSWERED_WITHOUT', { provider: provider.name }, error)
      return { ...extracted, method: 'extractive', notes: [note, ...extracted.notes] }
    }
  }

  return async (request) => {
    const startedMs = parts.nowMs()
    if (readQuestion(request.question).terms.length === 0) throw new AppError('SEARCH_QUERY_EMPTY')
    const stream = request.stream ?? parts.streams.begin(request.id)
    try {
      const { hits, notes } = await parts.findPassages(
        request.question,
        request.filter,
        parts.limits()['answers.passages'],
      )
      const found = await answer(request, uniquePassages(hits), stream)
      if (stream.signal.aborted) throw new AppError('CANCELLED')
      const elapsedMs = Math.round((parts.nowMs() - startedMs) * 10) / 10
      const noted = withNotes([...found.notes, ...notes])
      const told = found.grounded ? noted.told : { ...noted.told, answer: NOT_FOUND }
      return { question: request.question, ...found, ...noted, told, elapsedMs }
    } finally {
      stream.end()
    }
  }
}

type Stream = ReturnType<AnswerStreams['begin']>
