/**
 * Owns single requests to a server through the `openai` client, and the check of what comes back, as of a stranger.
 * Refuses: retrying, waiting, redirects (a key must not follow one), and headers that tell about this computer. Loaded at the first request.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import OpenAI from 'openai'
import { AppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import type { ServerDefinition } from '../../shared/providers'
import type { ChatRequest } from './chat'
import { sendNoted, type ConnectionLedger } from './ledger'
import type { Use } from './provider'
import { MOST_CHARS_OF_TOKEN } from './text-windows'
import type { SeeRequest } from './vision'
import { toServerFault } from './server-fault'

/** An answer larger than this is none: 2,048 vectors of 4,096 numbers take about 100 MB as text. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024

/** What the client would say about this computer and itself. */
const SILENT_HEADERS = [
  'x-stainless-arch',
  'x-stainless-lang',
  'x-stainless-os',
  'x-stainless-package-version',
  'x-stainless-retry-count',
  'x-stainless-runtime',
  'x-stainless-runtime-version',
  'x-stainless-timeout',
  'openai-organization',
  'openai-project',
] as const

export type Embedded = { readonly vectors: readonly Float32Array[]; readonly inputTokens: number | null }
export type Completed = {
  readonly text: string
  readonly finish: 'stop' | 'length'
  readonly inputTokens: number | null
  readonly outputTokens: number | null
}

export type Requests = {
  /** L2-normalized vectors, in the order of the texts. @throws what `toServerFault` makes */
  readonly embed: (texts: readonly string[], use: Use, signal?: AbortSignal) => Promise<Embedded>
  readonly complete: (request: ChatRequest) => Promise<Completed>
  /** `refused`: the server says that the model, or a filter, would not; then there may be no text. */
  readonly see: (request: SeeRequest) => Promise<Completed & { readonly refused: boolean }>
  /** Models it offers; `null` when it does not say. */
  readonly listModels: () => Promise<string[] | null>
}

const firstChoiceOf = (answer: unknown): Record<'choice' | 'message', Record<string, unknown> | null> => {
  const choices: unknown = isObject(answer) ? answer['choices'] : null
  const choice: unknown = Array.isArray(choices) ? choices[0] : null
  const message = isObject(choice) ? choice['message'] : null
  return { choice: isObject(choice) ? choice : null, message: isObject(message) ? message : null }
}

/** As the protocol has it: a refusal in place of a text, or a filter that ended the answer. */
const isRefusal = (answer: unknown): boolean => {
  const { choice, message } = firstChoiceOf(answer)
  const refusal = message?.['refusal']
  return choice?.['finish_reason'] === 'content_filter' || (typeof refusal === 'string' && refusal !== '')
}

export type RequestParts = {
  readonly name: string
  readonly definition: ServerDefinition
  readonly key: string | null
  readonly wallMs: () => number
  readonly setTimer: (ms: number, fire: () => void) => () => void
  readonly ledger: ConnectionLedger
  /** Why nothing may be sent to an address; `null`: it may. */
  readonly refusalOf: (address: string) => AppError | null
  readonly log: Log
}

/** Whatever else the client would add, from variables of other programs too, stays here. */
const SENT_HEADERS = ['accept', 'api-key', 'authorization', 'content-type', 'user-agent']

/** Says what a request is for, between here and `noted`; it is none of those that are sent. */
const PURPOSE = 'x-sluice-purpose'

/** The time of one request: it begins when it leaves, and is over when it is settled. What is written down around it takes nothing of it. */
type Patience = { readonly begin: () => void; readonly end: () => void }
const patience = new AsyncLocalStorage<Patience>()
/** The longest that a timer can be: how long a request may take is bounded here, from the moment it leaves. */
const NEVER_MS = 2_147_483_647

/** The one place where this program makes a connection: what is sent is bounded, and in the ledger before it goes. */
const noted =
  ({ name, ledger, refusalOf, log }: RequestParts) =>
  async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers()
    const given = new Headers(init.headers)
    given.forEach((value, header) => {
      if (SENT_HEADERS.includes(header)) headers.set(header, value)
    })
    const address = url instanceof Request ? url.url : String(url)
    const refusal = refusalOf(address)
    if (refusal !== null) throw refusal
    const time = patience.getStore()
    const settle: ConnectionLedger['settle'] = async (id, end) => {
      time?.end()
      try {
        await ledger.settle(id, end)
      } catch (thrown) {
        // It is in the ledger since before it was sent; its answer was paid for, and how it ended is not worth losing that.
        log.warn('connection-not-settled', { provider: name, error: thrown })
      }
    }
    return sendNoted(
      { begin: ledger.begin, settle },
      { provider: name, purpose: given.get(PURPOSE) ?? 'unknown', mostBytes: MAX_ANSWER_BYTES },
      {
        url: address,
        init: { ...init, headers, redirect: 'error' },
        send: (to, how) => {
          time?.begin()
          return fetch(to, how)
        },
      },
    )
  }

const openClient = (parts: RequestParts): OpenAI => {
  const { definition, key } = parts
  const isAzure = definition.preset === 'azure'
  return new OpenAI({
    baseURL: definition.baseUrl,
    // Named one by one, so that no variable of another program's account is sent along.
    apiKey: key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: NEVER_MS,
    logLevel: 'off',
    fetch: noted(parts),
    defaultHeaders: {
      ...Object.fromEntries(SILENT_HEADERS.map((name) => [name, null])),
      'user-agent': 'Sluice',
      ...(key === null || isAzure ? { authorization: null } : {}),
      ...(isAzure ? { 'api-key': key } : {}),
    },
    ...(definition.apiVersion === null ? {} : { defaultQuery: { 'api-version': definition.apiVersion } }),
  })
}

const purposeOf = (use: Use | undefined): Record<string, string> => ({ [PURPOSE]: use?.purpose ?? 'answer' })

const invalid = (provider: string, reason: string, inputTokens: number | null = null): AppError =>
  new AppError('PROVIDER_INVALID', { provider, reason, inputTokens })

/** Not within a character of two units. A server that does not heed its bound is not believed more than was asked for. */
const cutAt = (maxTokens: number, completed: Completed): Completed => {
  const bound = maxTokens * MOST_CHARS_OF_TOKEN
  return completed.text.length <= bound
    ? completed
    : { ...completed, text: completed.text.slice(0, bound).replace(/[\uD800-\uDBFF]$/, ''), finish: 'length' }
}

const tokensOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A vector of length 1; `null` when it is none of so many finite numbers. */
const readVector = (value: unknown, dimensions: number): Float32Array | null => {
  if (!Array.isArray(value) || value.length !== dimensions) return null
  const vector = new Float32Array(dimensions)
  for (let at = 0; at < dimensions; at += 1) {
    const number: unknown = value[at]
    if (typeof number !== 'number') return null
    vector[at] = number
  }
  const length = Math.hypot(...vector)
  return Number.isFinite(length) && length > 0 ? vector.map((number) => number / length) : null
}

/** By hand, not by a schema: these are up to a million numbers. @throws PROVIDER_INVALID */
const readVectors = (provider: string, answer: unknown, count: number, dimensions: number): Embedded => {
  if (!isObject(answer) || !Array.isArray(answer['data'])) throw invalid(provider, 'it is no list of vectors')
  const usage = answer['usage']
  const inputTokens = isObject(usage) ? tokensOf(usage['prompt_tokens']) : null
  const items: unknown[] = answer['data']
  if (items.length !== count) throw invalid(provider, `${items.length} vectors for ${count} texts`, inputTokens)
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined)
  items.forEach((item, position) => {
    const { index = position, embedding } = isObject(item) ? item : {}
    if (typeof index !== 'number' || !(index in vectors) || vectors[index] !== undefined)
      throw invalid(provider, 'vectors that cannot be told apart', inputTokens)
    const vector = readVector(embedding, dimensions)
    if (vector === null) {
      const size = Array.isArray(embedding) ? embedding.length : 0
      const reason = size === dimensions ? 'values that are not numbers' : `${size} dimensions instead of ${dimensions}`
      throw invalid(provider, reason, inputTokens)
    }
    vectors[index] = vector
  })
  return { vectors: vectors.flatMap((vector) => vector ?? []), inputTokens }
}

/** Opens what requests go through; sends nothing yet. */
export const openRequests = (parts: RequestParts): Requests => {
  const { name, definition, key } = parts
  const client = openClient(parts)

  /** Ends a request that was cancelled, or takes too long from the moment it leaves; `beat` gives it that time again. */
  const within = async <T>(
    signal: AbortSignal | undefined,
    send: (signal: AbortSignal, beat: () => void) => Promise<T>,
  ): Promise<T> => {
    const abort = new AbortController()
    let ended: 'cancelled' | 'late' | null = null
    const end = (why: 'cancelled' | 'late'): void => {
      ended ??= why
      abort.abort()
    }
    const cancel = (): void => end('cancelled')
    let takeBack = (): void => undefined
    const beat = (): void => {
      takeBack()
      takeBack = parts.setTimer(definition.timeoutMs, () => end('late'))
    }
    if (signal?.aborted) throw new AppError('CANCELLED')
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await patience.run({ begin: beat, end: () => takeBack() }, () => send(abort.signal, beat))
    } catch (thrown) {
      const { timeoutMs } = definition
      throw toServerFault(thrown, { provider: name, key, wallMs: parts.wallMs(), ended, timeoutMs })
    } finally {
      takeBack()
      signal?.removeEventListener('abort', cancel)
    }
  }

  const messagesOf = ({ messages, maxTokens, temperature }: ChatRequest) => ({
    model: definition.chatModel ?? '',
    messages: messages.map(({ role, content }) => ({ role, content })),
    // Where both are known, the newer name is the only one that newer models take.
    ...(definition.preset === 'openai' || definition.preset === 'azure'
      ? { max_completion_tokens: maxTokens }
      : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  })

  const completeWhole = async (request: ChatRequest, signal: AbortSignal): Promise<Completed> =>
    cutAt(
      request.maxTokens,
      readCompleted(
        await client.chat.completions.create(messagesOf(request), { signal, headers: purposeOf(request.use) }),
      ),
    )

  const seeWhole = async (
    { prompt, picture, maxTokens, use }: SeeRequest,
    signal: AbortSignal,
  ): ReturnType<Requests['see']> => {
    const url = `data:${picture.type};base64,${Buffer.from(picture.bytes).toString('base64')}`
    const said = `Turn the picture by ${picture.turn} degrees clockwise to read it.`
    const turn = picture.turn === 0 ? [] : [{ type: 'text' as const, text: said }]
    const body = {
      ...messagesOf({ messages: [], maxTokens, temperature: undefined }),
      model: definition.visionModel ?? '',
      messages: [
        { role: 'system' as const, content: prompt },
        { role: 'user' as const, content: [...turn, { type: 'image_url' as const, image_url: { url } }] },
      ],
    }
    const answer: unknown = await client.chat.completions.create(body, { signal, headers: purposeOf(use) })
    const refused = isRefusal(answer)
    return { ...readCompleted(answer, refused ? '' : undefined), refused }
  }

  /** Without `instead`, an answer must hold a text. */
  const readCompleted = (answer: unknown, instead?: string): Completed => {
    const { choice, message } = firstChoiceOf(answer)
    const text = message?.['content'] ?? instead
    if (!isObject(answer) || choice === null || typeof text !== 'string') throw invalid(name, 'it holds no answer')
    const usage = isObject(answer['usage']) ? answer['usage'] : {}
    return {
      text,
      finish: choice['finish_reason'] === 'length' ? 'length' : 'stop',
      inputTokens: tokensOf(usage['prompt_tokens']),
      outputTokens: tokensOf(usage['completion_tokens']),
    }
  }

  const completeInPieces = async (
    request: ChatRequest,
    onText: (piece: string) => void,
    signal: AbortSignal,
    beat: () => void,
  ): Promise<Completed> => {
    const body = { ...messagesOf(request), stream: true as const, stream_options: { include_usage: true } }
    const stream = await client.chat.completions.create(body, { signal, headers: purposeOf(request.use) })
    if (!(Symbol.asyncIterator in stream)) throw invalid(name, 'it is no stream')
    let text = ''
    let finish: unknown = null
    let usage: Record<string, unknown> = {}
    for await (const event of stream as AsyncIterable<unknown>) {
      beat()
      if (!isObject(event)) throw invalid(name, 'a piece that is none')
      if (isObject(event['usage'])) usage = event['usage']
      const choices: unknown = event['choices']
      const choice: unknown = Array.isArray(choices) ? choices[0] : null
      if (!isObject(choice)) continue
      finish = choice['finish_reason'] ?? finish
      const piece = isObject(choice['delta']) ? choice['delta']['content'] : null
      if (typeof piece !== 'string' || piece === '') continue
      text += piece
      onText(piece)
      // A server that does not heed its bound would write, and charge, for ever. Leaving ends the connection.
      if (text.length > request.maxTokens * MOST_CHARS_OF_TOKEN) {
        finish = 'length'
        break
      }
    }
    if (finish === null) throw invalid(name, 'the answer broke off')
    return {
      text,
      finish: finish === 'length' ? 'length' : 'stop',
      inputTokens: tokensOf(usage['prompt_tokens']),
      outputTokens: tokensOf(usage['completion_tokens']),
    }
  }

  return {
    embed: (texts, use, signal) =>
      within(signal, async (bounded) => {
        const { embeddingModel, dimensions, asksDimensions } = definition
        const body = {
          model: embeddingModel ?? '',
          input: [...texts],
          // Said, or the client asks for base64, which many servers do not know.
          encoding_format: 'float' as const,
          ...(asksDimensions && dimensions !== null ? { dimensions } : {}),
        }
        const answer: unknown = await client.embeddings.create(body, { signal: bounded, headers: purposeOf(use) })
        return readVectors(name, answer, texts.length, dimensions ?? 0)
      }),
    complete: (request) =>
      within(request.signal, (bounded, beat) =>
        request.onText ? completeInPieces(request, request.onText, bounded, beat) : completeWhole(request, bounded),
      ),
    see: (request) => within(request.signal, (bounded) => seeWhole(request, bounded)),
    listModels: () =>
      within(undefined, async (bounded) => {
        const answer: unknown = await client.get('/models', { signal: bounded, headers: { [PURPOSE]: 'test' } })
        const items: unknown = isObject(answer) ? answer['data'] : null
        if (!Array.isArray(items)) return null
        return items.flatMap((item: unknown) => (isObject(item) && typeof item['id'] === 'string' ? [item['id']] : []))
      }),
  }
}
