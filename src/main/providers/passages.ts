/**
 * Owns how passages are divided into requests to a server and put together from its answers; and that what was answered, and so paid for, is
 * never asked for again because a request beside it failed.
 * Refuses: sending requests, tries and metering (server.ts).
 */
import { AppError, BUDGET_CODES, toAppError } from '../../shared/errors'
import { encodeFloat16 } from '../../shared/float16'
import type { ServerDefinition } from '../../shared/providers'
import type { EmbedResult } from '../../shared/work'
import { PartlyEmbedded, type EmbeddingProvider, type Use } from './provider'
import { cutWindows, estimateTokens, type TextWindow } from './text-windows'

/** Estimated tokens of one request. */
const REQUEST_TOKENS = 100_000
/** Answered windows of texts that are not whole yet, kept for the next try; about 12 MB of 1,536 dimensions. */
const KEPT_WINDOWS = 2_048

/** Asks for the vectors of these texts, of so many estimated tokens; `inputTokens`: what was charged for them. */
export type AskVectors = (
  texts: readonly string[],
  tokens: number,
  use: Use,
  signal: AbortSignal | undefined,
) => Promise<{ readonly vectors: readonly Float32Array[]; readonly inputTokens: number }>

type Placed = TextWindow & { readonly text: number; readonly asked: string }
type Answer = { readonly vector: Float32Array; readonly tokens: number }

/** What a prefix adds to each text, in estimated tokens. */
export const prefixTokensOf = (prefix: string): number => (prefix === '' ? 0 : estimateTokens(prefix))

/** Estimated tokens of a text that leave room for the prefix. */
export const windowTokensOf = ({ maxInputTokens }: ServerDefinition, prefix: string): number =>
  Math.max(8, maxInputTokens - prefixTokensOf(prefix))

/** Requests of so many texts and estimated tokens at most, in their order. A text is in one request, unless it fills more than one. */
const planRequests = <W extends TextWindow & { readonly text: number }>(
  windows: readonly W[],
  maxTexts: number,
  prefixTokens: number,
): W[][] => {
  const requests: W[][] = []
  let request: W[] = []
  let tokens = 0
  const sizeOf = (some: readonly W[]): number => some.reduce((sum, window) => sum + window.tokens + prefixTokens, 0)
  const fits = (some: readonly W[]): boolean =>
    request.length + some.length <= maxTexts && tokens + sizeOf(some) <= REQUEST_TOKENS
  const close = (): void => {
    if (request.length > 0) requests.push(request)
    request = []
    tokens = 0
  }
  for (let at = 0; at < windows.length;) {
    const text = windows[at]?.text
    let end = at
    while (end < windows.length && windows[end]?.text === text) end += 1
    const whole = windows.slice(at, end)
    at = end
    if (!fits(whole)) close()
    for (const window of whole) {
      if (request.length > 0 && !fits([window])) close()
      request.push(window)
      tokens += sizeOf([window])
    }
  }
  close()
  return requests
}

const tokensOf = (windows: readonly TextWindow[], prefixTokens: number): number =>
  windows.reduce((sum, window) => sum + window.tokens + prefixTokens, 0)

/** How many windows of a request, from its first, what is left of a budget has room for; fewer than all. */
const countFitting = (windows: readonly TextWindow[], prefixTokens: number, { details }: AppError): number => {
  const [used, limit, needed] = [Number(details['used']), Number(details['limit']), Number(details['needed'])]
  if (!(needed > 0)) return 0
  const room = (tokensOf(windows, prefixTokens) * (limit - used)) / needed
  let tokens = 0
  const over = windows.findIndex((window) => (tokens += window.tokens + prefixTokens) > room)
  return over === -1 ? windows.length - 1 : over
}

/** Makes `embedPassages` of a server. What it throws is PartlyEmbedded when some of the texts were answered as a whole. */
export const createPassages = (
  definition: ServerDefinition,
  space: string,
  ask: AskVectors,
): EmbeddingProvider['embedPassages'] => {
  const { passagePrefix, batchTexts } = definition
  const dimensions = definition.dimensions ?? 0
  const prefixTokens = prefixTokensOf(passagePrefix)
  const kept = new Map<string, Answer>()

  const keep = (windows: readonly Placed[], answers: ReadonlyMap<Placed, Answer>): void => {
    for (const window of windows) {
      const answer = answers.get(window)
      if (answer) kept.set(window.asked, answer)
    }
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_WINDOWS) break
      kept.delete(oldest)
    }
  }

  const toResult = (windows: readonly Placed[], answers: ReadonlyMap<Placed, Answer>): EmbedResult => {
    const vectors = new Uint16Array(windows.length * dimensions)
    return {
      model: space,
      dimensions,
      windows: windows.map((window, row) => {
        const answer = answers.get(window)
        if (!answer) throw new AppError('EMBEDDING_INVALID', { reason: 'a window without an answer' })
        vectors.set(encodeFloat16(answer.vector), row * dimensions)
        const { text, start, end } = window
        return { text, start, end, tokens: answer.tokens, known: 1 }
      }),
      vectors,
    }
  }

  /** What came of a call of which not everything was answered. */
  const partOf = (
    error: AppError,
    texts: number,
    windows: readonly Placed[],
    answers: ReadonlyMap<Placed, Answer>,
  ): AppError => {
    const lacking = new Set(windows.flatMap((window) => (answers.has(window) ? [] : [window.text])))
    keep(
      windows.filter(({ text }) => lacking.has(text)),
      answers,
    )
    const whole = Array.from({ length: texts }, (_, text) => text).filter((text) => !lacking.has(text))
    if (whole.length === 0) return error
    const places = new Map(whole.map((text, place) => [text, place]))
    const result = toResult(
      windows.filter(({ text }) => places.has(text)),
      answers,
    )
    const moved = result.windows.map((window) => ({ ...window, text: places.get(window.text) ?? 0 }))
    return new PartlyEmbedded(error, whole, { ...result, windows: moved })
  }

  return async (texts, signal, use = { purpose: 'embed', jobId: null, collectionId: null }) => {
    const windows = texts.flatMap((whole, text) =>
      cutWindows(whole, windowTokensOf(definition, passagePrefix)).map((window): Placed => ({
        ...window,
        text,
        asked: passagePrefix + whole.slice(window.start, window.end),
      })),
    )
    const answers = new Map<Placed, Answer>()
    for (const window of windows) {
      const answer = kept.get(window.asked)
      if (answer) answers.set(window, answer)
    }
    const missing = windows.filter((window) => !answers.has(window))
    const sendWhole = async (request: readonly Placed[]): Promise<void> => {
      const tokens = tokensOf(request, prefixTokens)
      const answer = await ask(
        request.map(({ asked }) => asked),
        tokens,
        use,
        signal,
      )
      const scale = answer.inputTokens / tokens
      request.forEach((window, index) => {
        const vector = answer.vectors[index]
        if (vector) answers.set(window, { vector, tokens: Math.round(window.tokens * scale) })
      })
    }
    /** Of what a budget has no room for as a whole, as much as fits; what was sent took less than was feared, so more may fit then. */
    const send = async (request: readonly Placed[]): Promise<void> => {
      try {
        await sendWhole(request)
      } catch (thrown) {
        const error = toAppError(thrown)
        const fitting = BUDGET_CODES.includes(error.code) ? countFitting(request, prefixTokens, error) : 0
        if (fitting === 0) throw error
        await send(request.slice(0, fitting))
        await send(request.slice(fitting))
      }
    }
    const ended = await Promise.allSettled(planRequests(missing, batchTexts, prefixTokens).map(send))
    const failed = ended.find((result) => result.status === 'rejected')
    if (failed) throw partOf(toAppError(failed.reason), texts.length, windows, answers)
    const result = toResult(windows, answers)
    for (const { asked } of windows) kept.delete(asked)
    return result
  }
}
