// Owns every way in which the fake provider can misbehave, as one table of switches. Refuses: doing so unless it was told.
import type { ServerResponse } from 'node:http'

/** What is done instead of answering. */
type Instead = (response: ServerResponse, options: { retryAfterS: number; nowMs: number }) => void

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const refusal = (message: string, type: string): unknown => ({ error: { message, type, code: type } })

/** As the protocol has it when a model, or a filter, would not. */
const declined = (said: Record<string, unknown>, reason: string): unknown => ({
  id: 'fake',
  object: 'chat.completion',
  created: 0,
  model: 'fake',
  choices: [{ index: 0, message: { role: 'assistant', ...said }, finish_reason: reason }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
})

const DRIP_MS = 20

const drip: Instead = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"object":"list","data":[')
  const timer = setInterval(() => response.write(' '), DRIP_MS)
  response.on('close', () => clearInterval(timer))
}

export const insteadTable = {
  unauthorized: (response) => json(response, 401, refusal('Incorrect API key provided: sk-secret.', 'invalid_api_key')),
  forbidden: (response) => json(response, 403, refusal('This key may not use the model.', 'insufficient_permissions')),
  'no-model': (response) => json(response, 404, refusal('The model does not exist.', 'model_not_found')),
  'bad-request': (response) => json(response, 400, refusal('The input is too long.', 'invalid_request_error')),
  'rate-limit': (response, { retryAfterS }) =>
    json(response, 429, refusal('Rate limit reached.', 'rate_limit_exceeded'), { 'retry-after': String(retryAfterS) }),
  'rate-limit-date': (response, { retryAfterS, nowMs }) =>
    json(response, 429, refusal('Rate limit reached.', 'rate_limit_exceeded'), {
      'retry-after': new Date(nowMs + retryAfterS * 1_000).toUTCString(),
    }),
  'rate-limit-silent': (response) => json(response, 429, refusal('Rate limit reached.', 'rate_limit_exceeded')),
  'no-credit': (response) => json(response, 429, refusal('You exceeded your quota.', 'insufficient_quota')),
  'server-error': (response) => json(response, 500, refusal('The server had an error.', 'server_error')),
  html: (response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>Sign in to the hotel network</title>')
  },
  garbage: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"data": [{"embedding": [0.1, 0.2')
  },
  declined: (response) => json(response, 200, declined({ content: null, refusal: 'Not this one.' }, 'stop')),
  filtered: (response) => json(response, 200, declined({ content: null }, 'content_filter')),
  'other-json': (response) => json(response, 200, { hello: 'world' }),
  empty: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end()
  },
  never: () => undefined,
  'slow-drip': drip,
  reset: (response) => {
    response.socket?.resetAndDestroy()
  },
} as const satisfies Record<string, Instead>

/** A good answer, spoiled. */
export const spoilings = [
  'half-stream',
  'too-few',
  'too-many',
  'shuffled',
  'same-index',
  'wrong-dimensions',
  'not-a-number',
  'huge-number',
  'zero-vector',
] as const

export type Spoiling = (typeof spoilings)[number]
export type Misbehavior = keyof typeof insteadTable | Spoiling

export const misbehaviors: readonly Misbehavior[] = [
  ...(Object.keys(insteadTable) as (keyof typeof insteadTable)[]),
  ...spoilings,
]

export const isInstead = (kind: Misbehavior): kind is keyof typeof insteadTable => Object.hasOwn(insteadTable, kind)

type Vector = { object: 'embedding'; index: number; embedding: (number | null)[] }

const first = (vectors: Vector[], change: (embedding: (number | null)[]) => (number | null)[]): Vector[] =>
  vectors.map((vector, at) => (at === 0 ? { ...vector, embedding: change(vector.embedding) } : vector))

/** What a spoiled answer has instead of these vectors. `shuffled` is right by its indexes: only its order is another. */
export const spoilVectors = (vectors: Vector[], kind: Spoiling): Vector[] => {
  const [head] = vectors
  if (!head) return vectors
  const changes: Readonly<Record<Spoiling, () => Vector[]>> = {
    'half-stream': () => vectors,
    'too-few': () => vectors.slice(1),
    'too-many': () => [...vectors, { ...head, index: vectors.length }],
    shuffled: () => [...vectors].reverse(),
    'same-index': () => vectors.map((vector) => ({ ...vector, index: 0 })),
    'wrong-dimensions': () => first(vectors, (embedding) => embedding.slice(1)),
    // JSON knows no NaN: servers write null.
    'not-a-number': () => first(vectors, ([, ...rest]) => [null, ...rest]),
    'huge-number': () => first(vectors, ([, ...rest]) => [1e308, ...rest]),
    'zero-vector': () => first(vectors, (embedding) => embedding.map(() => 0)),
  }
  return changes[kind]()
}
