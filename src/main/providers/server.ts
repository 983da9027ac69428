/**
 * Owns a configured server as a provider: pace, tries, patience, budgets and metering around each request.
 * Refuses: speaking to it (server-requests.ts), and embedding in the middle of a request what somebody else pays for.
 */
import { createHash } from 'node:crypto'
import { AppError, dispositionOf, toAppError, type ErrorCode } from '../../shared/errors'
import type { ProviderBreaker, ProviderTest, ServerDefinition } from '../../shared/providers'
import { isLoopback } from './address'
import { createBreaker, type BreakerOptions } from './breaker'
import type { ChatAnswer, ChatProvider, ChatRequest } from './chat'
import { keyVariableOf } from './key-variable'
import type { ConnectionLedger } from './ledger'
import { endOfPeriod, type Meter } from './meter'
import { createPace } from './pace'
import { createPassages, prefixTokensOf, windowTokensOf } from './passages'
import { costOf, pricesOf } from './prices'
import type { EmbeddingProvider, Use } from './provider'
import type { Requests } from './server-requests'
import { cutWindows, estimateTokens, MOST_CHARS_OF_TOKEN, type TextWindow } from './text-windows'
import {
  estimatePicture,
  FIGURE_PROMPT_VERSION,
  PROMPT_VERSION,
  prompts,
  readTranscript,
  USUAL_FIGURE,
  USUAL_PAGE,
  type PictureRole,
  type Seen,
  type SeenPicture,
  type VisionProvider,
} from './vision'

export type ServerParts = BreakerOptions & {
  readonly name: string
  readonly definition: ServerDefinition
  readonly key: () => string | null
  readonly meter: Meter
  readonly ledger: ConnectionLedger
  /** Asked before each request, whatever was asked before: why nothing may be sent to an address; `null`: it may. */
  readonly refusalOf: (address: string) => AppError | null
  /** Whether the network costs by what goes through it. Without it, it never does. */
  readonly isMetered?: (() => Promise<boolean>) | undefined
  readonly setTimer: (ms: number, fire: () => void) => () => void
  /** 0 ≤ x < 1. */
  readonly random: () => number
}

export type Server = {
  readonly embedding: EmbeddingProvider | null
  readonly chat: ChatProvider | null
  readonly vision: VisionProvider | null
  readonly breaker: () => ProviderBreaker
  /** Asks it for one vector and one answer, past the breaker; what fails is told, not thrown. */
  readonly test: () => Promise<ProviderTest>
}

/** A longer wait is left to the queue, which has other work meanwhile. */
const MAX_WAIT_HERE_MS = 60_000
const BASE_WAIT_MS = 500
/** So long a server that refused is not asked again: no key gets better by itself. */
const REFUSED_MS = 60_000

/** So long work waits before it asks again whether the network costs. */
const METERED_MS = 60_000

const ofNobody = (purpose: Use['purpose']): Use => ({ purpose, jobId: null, collectionId: null })

/** Whether a person waits for it. */
const isAwaited = ({ purpose }: Use): boolean => purpose !== 'embed' && purpose !== 'summary' && purpose !== 'vision'

/** Requests that took nothing: the server said so, or never got them. */
const TOOK_NOTHING: readonly ErrorCode[] = [
  'PROVIDER_REFUSED',
  'PROVIDER_MODEL_MISSING',
  'PROVIDER_REQUEST',
  'PROVIDER_RATE_LIMIT',
  'PROVIDER_FAILED',
]
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT|SELF_SIGNED/

const tookOf = ({ code, details }: AppError) => {
  const never = code === 'PROVIDER_UNREACHABLE' && NEVER_SENT.test(String(details['reason']))
  if (never || TOOK_NOTHING.includes(code)) return { inputTokens: 0, outputTokens: 0, costUsd: 0 }
  return null
}

/** Told apart by everything that the numbers depend on. */
const spaceOf = ({ baseUrl, embeddingModel, dimensions, queryPrefix, passagePrefix }: ServerDefinition): string => {
  const prefixes = `${queryPrefix}\n${passagePrefix}`
  const mark = prefixes === '\n' ? '' : `+${createHash('sha256').update(prefixes).digest('hex').slice(0, 8)}`
  return `openai:${new URL(baseUrl).host}/${embeddingModel ?? ''}@${dimensions ?? 0}${mark}`
}

type Asked = {
  readonly model: string
  readonly use: Use
  readonly tokens: number
  readonly costUsd: number
  readonly tries: number
  readonly signal: AbortSignal | undefined
}
type Took = { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number }

/** Makes the provider; asks nothing yet. */
export const createServer = (parts: ServerParts): Server => {
  const { name, definition, meter } = parts
  const prices = pricesOf(definition)
  const breaker = createBreaker(name, parts)
  const pace = createPace(() => definition, parts)
  let hold: { readonly untilMs: number; readonly error: AppError } | null = null
  let opened: { readonly key: string | null; readonly requests: Promise<Requests> } | null = null

  const open = (): Promise<Requests> => {
    const key = parts.key()
    if (key === null && definition.needsKey) {
      throw new AppError('PROVIDER_KEY_MISSING', { provider: name, variable: keyVariableOf(name) })
    }
    if (opened === null || opened.key !== key) {
      // Loaded at the first request: who has no server does not wait for its client.
      const requests = import('./server-requests').then(({ openRequests }) => openRequests({ ...parts, key }))
      opened = { key, requests }
    }
    return opened.requests
  }

  const pauseFor = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const abandon = (): void => {
        takeBack()
        reject(new AppError('CANCELLED'))
      }
      const takeBack = parts.setTimer(ms, () => {
        signal?.removeEventListener('abort', abandon)
        resolve()
      })
      if (signal?.aborted) abandon()
      else signal?.addEventListener('abort', abandon, { once: true })
    })

  /** While the server asked for patience, or refused, it is not asked again. */
  const respectHold = async (isWilling: boolean, signal: AbortSignal | undefined): Promise<void> => {
    while (hold !== null) {
      const leftMs = hold.untilMs - parts.nowMs()
      if (leftMs <= 0) {
        hold = null
        return
      }
      const { code, details } = hold.error
      if (code !== 'PROVIDER_RATE_LIMIT') {
        throw new AppError(code, { ...details, retryAt: new Date(parts.wallMs() + leftMs).toISOString() })
      }
      if (!isWilling || leftMs > MAX_WAIT_HERE_MS) throw new AppError(code, { ...details, retryAfterMs: leftMs })
      await pauseFor(leftMs, signal)
    }
  }

  /** What nobody waits for does not go over a network that costs by it. */
  const respectNetwork = async (use: Use): Promise<void> => {
    if (isAwaited(use) || isLoopback(definition.baseUrl) || (await parts.isMetered?.()) !== true) return
    const retryAt = new Date(parts.wallMs() + METERED_MS).toISOString()
    throw new AppError('NETWORK_METERED', { provider: name, purpose: use.purpose, retryAt })
  }

  const noteFault = (error: AppError): void => {
    const asked = Number(error.details['retryAfterMs'])
    if (error.code === 'PROVIDER_RATE_LIMIT' && asked > 0) hold = { untilMs: parts.nowMs() + asked, error }
    if (error.code === 'PROVIDER_REFUSED' || error.code === 'PROVIDER_MODEL_MISSING')
      hold = { untilMs: parts.nowMs() + REFUSED_MS, error }
  }

  const begin = async (asked: Asked, isRetry: boolean): Promise<number> => {
    const { model, use, tokens, costUsd } = asked
    const began = await meter.begin({
      provider: name,
      model,
      use,
      tokens,
      costUsd,
      isRetry,
      budgets: definition.budgets,
      ownBudgets: use.purpose === 'vision' ? definition.visionBudgets : undefined,
    })
    if ('id' in began) return began.id
    const { period, isOfAll = false, ...exceeded } = began.exceeded
    const endMs = endOfPeriod(period, parts.wallMs())
    throw new AppError(isOfAll ? 'BUDGET_MANAGED' : 'BUDGET_EXCEEDED', {
      provider: name,
      period: { run: "job's", day: 'daily', month: 'monthly' }[period],
      budgetPeriod: period,
      purpose: use.purpose,
      ...exceeded,
      ...(endMs === null ? {} : { retryAt: new Date(endMs).toISOString() }),
    })
  }

  const sendOnce = async <T extends Took>(
    asked: Asked,
    isRetry: boolean,
    send: (requests: Requests) => Promise<T>,
  ): Promise<T> => {
    const requests = await open()
    const leave = await pace.enter(asked.tokens, isAwaited(asked.use), asked.signal)
    try {
      const id = await begin(asked, isRetry)
      let answer: T
      try {
        answer = await send(requests)
      } catch (thrown) {
        const error = toAppError(thrown)
        const inputTokens = error.details['inputTokens']
        const known = typeof inputTokens === 'number'
        const { embeddingUsd } = prices
        await meter.settle(
          id,
          known ? { inputTokens, outputTokens: 0, costUsd: costOf(inputTokens, embeddingUsd) } : tookOf(error),
        )
        noteFault(error)
        throw error
      }
      await meter.settle(id, answer)
      return answer
    } finally {
      leave()
    }
  }

  const ask = async <T extends Took>(asked: Asked, send: (requests: Requests) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      await respectNetwork(asked.use)
      await respectHold(asked.tries > 1, asked.signal)
      try {
        return await sendOnce(asked, attempt > 1, send)
      } catch (thrown) {
        const error = toAppError(thrown)
        const waitMs = Math.max(
          parts.random() * BASE_WAIT_MS * 2 ** (attempt - 1),
          Number(error.details['retryAfterMs'] ?? 0),
        )
        if (attempt >= asked.tries || dispositionOf(error.code) !== 'retry' || waitMs > MAX_WAIT_HERE_MS) throw error
        parts.log.info('provider.again', { provider: name, code: error.code, attempt, waitMs: Math.round(waitMs) })
        await pauseFor(waitMs, asked.signal)
      }
    }
  }

  const embedTexts = (texts: readonly string[], tokens: number, use: Use, tries: number, signal?: AbortSignal) => {
    const { embeddingUsd } = prices
    const asked: Asked = {
      model: definition.embeddingModel ?? '',
      use,
      tokens,
      costUsd: costOf(tokens, embeddingUsd),
      tries,
      signal,
    }
    return ask(asked, async (requests) => {
      const answer = await requests.embed(texts, use, signal)
      const inputTokens = answer.inputTokens ?? tokens
      return { vectors: answer.vectors, inputTokens, outputTokens: 0, costUsd: costOf(inputTokens, embeddingUsd) }
    })
  }

  const completeOnce = (request: ChatRequest, guard: boolean): Promise<ChatAnswer> => {
    const { inputUsd, outputUsd } = prices
    const inputTokens = request.messages.reduce((sum, { content }) => sum + estimateTokens(content) + 4, 0)
    let told = false
    const onText = request.onText
    const asked: Asked = {
      model: definition.chatModel ?? '',
      use: request.use ?? ofNobody('answer'),
      tokens: inputTokens + request.maxTokens,
      costUsd: costOf(inputTokens, inputUsd, request.maxTokens, outputUsd),
      tries: 1,
      signal: request.signal,
    }
    const tell = (piece: string): void => {
      told = true
      onText?.(piece)
    }
    const run = (): Promise<ChatAnswer> =>
      ask({ ...asked, tries: told ? 1 : definition.tries }, async (requests) => {
        const answer = await requests
          .complete(onText ? { ...request, onText: tell } : request)
          .catch((thrown: unknown) => {
            const error = toAppError(thrown)
            // Pieces that a person has read are not said a second time.
            throw told && dispositionOf(error.code) === 'retry'
              ? new AppError('PROVIDER_BROKE_OFF', { provider: name, reason: error.message })
              : error
          })
        const used = {
          inputTokens: answer.inputTokens ?? inputTokens,
          outputTokens: answer.outputTokens ?? estimateTokens(answer.text),
        }
        const costUsd = costOf(used.inputTokens, inputUsd, used.outputTokens, outputUsd)
        return { ...used, costUsd, text: answer.text, finish: answer.finish }
      }).then(({ text, finish, inputTokens: promptTokens, outputTokens: completionTokens }) => ({
        text,
        finish,
        usage: { promptTokens, completionTokens },
      }))
    return guard ? breaker(run) : run()
  }

  const visionCost = (inputTokens: number, outputTokens: number): number =>
    costOf(inputTokens, prices.visionInputUsd, outputTokens, prices.visionOutputUsd)

  const seeOnce = async (
    picture: SeenPicture,
    role: PictureRole,
    use: Use,
    signal: AbortSignal | undefined,
  ): Promise<Seen> => {
    const maxTokens = definition.visionTokens
    const prompt = prompts[role]
    const inputTokens = estimatePicture(picture, role)
    const asked: Asked = {
      model: definition.visionModel ?? '',
      use,
      tokens: inputTokens + maxTokens,
      costUsd: visionCost(inputTokens, maxTokens),
      tries: definition.tries,
      signal,
    }
    const answer = await ask(asked, async (requests) => {
      const { text, finish, refused, ...told } = await requests.see({ prompt, picture, maxTokens, use, signal })
      const used = {
        inputTokens: told.inputTokens ?? inputTokens,
        outputTokens: told.outputTokens ?? estimateTokens(text),
      }
      return { ...used, costUsd: visionCost(used.inputTokens, used.outputTokens), text, finish, refused }
    })
    const text = answer.refused ? null : readTranscript(answer.text)
    if (text === null) throw new AppError('VISION_REFUSED', { provider: name })
    const mostChars = maxTokens * MOST_CHARS_OF_TOKEN
    return { text: text.slice(0, mostChars), cut: answer.finish === 'length' || text.length > mostChars }
  }

  /** USD for one such picture; `null`: not known. */
  const usualUsd = (role: PictureRole, usual: typeof USUAL_PAGE): number | null =>
    prices.visionInputUsd === null || prices.visionOutputUsd === null
      ? null
      : visionCost(estimatePicture(usual, role), usual.outputTokens)

  const embedQueryOnce = async (text: string, use: Use, signal?: AbortSignal): Promise<Float32Array> => {
    const { queryPrefix } = definition
    const windows = cutWindows(text, windowTokensOf(definition, queryPrefix)).slice(0, definition.batchTexts)
    if (windows.length === 0) throw new AppError('SEARCH_QUERY_EMPTY')
    const asked = windows.map(({ start, end }) => queryPrefix + text.slice(start, end))
    const tokens = windows.reduce((sum, window) => sum + window.tokens + prefixTokensOf(queryPrefix), 0)
    const { vectors } = await embedTexts(asked, tokens, use, 1, signal)
    return average(vectors, windows, definition.dimensions ?? 0)
  }

  const embedding: EmbeddingProvider | null =
    definition.embeddingModel === null || definition.dimensions === null
      ? null
      : {
          name,
          model: spaceOf(definition),
          dimensions: definition.dimensions,
          isMetered: true,
          batchTexts: definition.batchTexts,
          embedPassages: createPassages(definition, spaceOf(definition), (texts, tokens, use, signal) =>
            breaker(() => embedTexts(texts, tokens, use, definition.tries, signal)),
          ),
          embedQuery: async (text, signal, use = ofNobody('query')) => ({
            vector: await breaker(() => embedQueryOnce(text, use, signal)),
            known: 1,
          }),
        }

  const chat: ChatProvider | null =
    definition.chatModel === null
      ? null
      : {
          name,
          model: definition.chatModel,
          contextTokens: definition.contextTokens,
          complete: (request) => completeOnce(request, true),
        }

  const vision: VisionProvider | null =
    definition.visionModel === null
      ? null
      : {
          name,
          model: definition.visionModel,
          reader: `vision:${new URL(definition.baseUrl).host}/${definition.visionModel}#${PROMPT_VERSION}`,
          figureReader: `figures:${new URL(definition.baseUrl).host}/${definition.visionModel}#${FIGURE_PROMPT_VERSION}`,
          isLocal: isLoopback(definition.baseUrl),
          pageUsd: usualUsd('page', USUAL_PAGE),
          figureUsd: usualUsd('figure', USUAL_FIGURE),
          read: (picture, use, signal, role = 'page') => breaker(() => seeOnce(picture, role, use, signal)),
        }

  const test = async (): Promise<ProviderTest> => {
    hold = null
    const result = {
      name,
      ok: true,
      dimensions: null,
      embeddingMs: null,
      chatMs: null,
      models: null,
      code: null,
      message: null,
    }
    const found: { -readonly [K in keyof ProviderTest]: ProviderTest[K] } = result
    try {
      const requests = await open()
      found.models = await requests.listModels().catch((thrown: unknown) => {
        const { code } = toAppError(thrown)
        // Many servers have no such list.
        if (code === 'PROVIDER_MODEL_MISSING' || code === 'PROVIDER_INVALID' || code === 'PROVIDER_REQUEST') return null
        throw thrown
      })
      if (embedding) {
        const startedMs = parts.nowMs()
        found.dimensions = (await embedQueryOnce('the quick brown fox', ofNobody('test'))).length
        found.embeddingMs = Math.round(parts.nowMs() - startedMs)
      }
      if (chat) {
        const startedMs = parts.nowMs()
        const messages = [{ role: 'user' as const, content: 'Say hello.' }]
        await completeOnce({ messages, maxTokens: 16, use: ofNobody('test') }, false)
        found.chatMs = Math.round(parts.nowMs() - startedMs)
      }
    } catch (thrown) {
      const { code, message, details } = toAppError(thrown)
      Object.assign(found, { ok: false, code, message, details })
    }
    return found
  }

  return { embedding, chat, vision, breaker: breaker.state, test }
}

const average = (
  vectors: readonly Float32Array[],
  windows: readonly TextWindow[],
  dimensions: number,
): Float32Array => {
  const [only] = vectors
  if (only && vectors.length === 1) return only
  const mean = new Float32Array(dimensions)
  vectors.forEach((vector, index) => {
    const weight = windows[index]?.tokens ?? 0
    for (let at = 0; at < dimensions; at += 1) mean[at] = (mean[at] ?? 0) + weight * (vector[at] ?? 0)
  })
  const length = Math.hypot(...mean)
  return length === 0 ? mean : mean.map((value) => value / length)
}
