// Owns a provider to test against: a real HTTP server on loopback that speaks as OpenAI-compatible servers do (embeddings, chat, models), counts
// what it serves, and misbehaves when it is told to. Refuses: any address but loopback.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { insteadTable, isInstead, spoilVectors, type Misbehavior, type Spoiling } from './misbehavior'
import { tokensOf, vectorOf } from './vectors'

export type FakeKind = 'embeddings' | 'chat' | 'vision' | 'models'
type FakePart = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } }
export type FakeChat = { model: string; messages: { role: string; content: string | FakePart[] }[]; max_tokens: number }

/** What was served of one kind. `answered`: whole, good answers that were written; a client that hung up may have missed them. */
export type FakeCount = { calls: number; answered: number; inputTokens: number; outputTokens: number; texts: number }

/** A picture that was sent. */
export type FakePicture = { type: string; bytes: Buffer; hash: string }

export type FakeOptions = {
  readonly dimensions?: number
  /** Without it no key is asked for. */
  readonly key?: string
  readonly port?: number
  /** What the vision model says of a picture; without it, that it is one, and its hash. */
  readonly see?: (picture: FakePicture) => string
  /** What the chat model says; without it, the sentence of the first passage that shares most words with the question. */
  readonly chat?: (request: FakeChat) => string
}

export type FakeProvider = {
  /** To be configured as base URL; ends in `/v1`. */
  readonly url: string
  readonly counts: Readonly<Record<FakeKind, FakeCount>>
  /** Calls that a switch spoiled, by switch. */
  readonly spoiled: Partial<Record<Misbehavior, number>>
  /** Bodies and headers of what was asked, oldest first. */
  readonly requests: { kind: FakeKind; body: unknown; headers: IncomingMessage['headers'] }[]
  /** The next `times` calls (of one kind, if told) misbehave. */
  misbehave: (what: Misbehavior, options?: { times?: number; on?: FakeKind; retryAfterS?: number }) => void
  behave: () => void
  /** Requests for vectors that hold such a text are refused as a whole, until it is called with `null`. */
  refuseTexts: (isRefused: ((text: string) => boolean) | null) => void
  /** Sends every caller elsewhere. */
  redirectTo: (url: string) => void
  /** Holds good answers back until the returned function is called; they are counted as answered when they are written. */
  hold: () => () => void
  /** Another chat model from now on; `isEndless`: it does not heed how much it may write. */
  answerChat: (chat: (request: FakeChat) => string, isEndless?: boolean) => void
  /** Another vision model from now on. */
  answerVision: (see: (picture: FakePicture) => string) => void
  /** Resolves when `reached` is true of it; looked at after each call that came in or was answered. */
  until: (reached: (fake: FakeProvider) => boolean) => Promise<void>
  close: () => Promise<void>
}

const MAX_BODY_BYTES = 50_000_000

const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      body += piece
      if (body.length > MAX_BODY_BYTES) request.destroy()
    })
    request.on('end', () => resolve(body))
    request.on('error', reject)
  })

const kindOf = (url: string): FakeKind | null => {
  const path = new URL(url, 'http://fake').pathname
  if (path.endsWith('/chat/completions')) return 'chat'
  if (path.endsWith('/embeddings')) return 'embeddings'
  return path.endsWith('/models') ? 'models' : null
}

const noCount = (): FakeCount => ({ calls: 0, answered: 0, inputTokens: 0, outputTokens: 0, texts: 0 })

const textOf = ({ content }: FakeChat['messages'][number]): string =>
  typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('')

/** The pictures of a request. */
const picturesOf = ({ messages }: FakeChat): FakePicture[] =>
  messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => {
          const found = part.type === 'image_url' ? /^data:([^;]+);base64,(.+)$/.exec(part.image_url.url) : null
          if (!found) return []
          const bytes = Buffer.from(found[2] ?? '', 'base64')
          return [{ type: found[1] ?? '', bytes, hash: createHash('sha256').update(bytes).digest('hex').slice(0, 12) }]
        }),
  )

/** What the fake provider charges for a picture. */
const PICTURE_TOKENS = 1_000

/** Words of four letters and more. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? []
const QUESTION_WORDS = new Set([
  'what',
  'when',
  'where',
  'which',
  'does',
  'many',
  'much',
  'long',
  'should',
  'must',
  'that',
  'with',
])

/**
 * Says the sentence of the first passage that shares most words with the question, with its number and the quote; that it is not there when it shares
 * none; without a question the first sentence, as a summary. As a model would that keeps to what it was given.
 */
const firstPassage = ({ messages }: FakeChat): string => {
  const asked = messages
    .filter(({ role }) => role === 'user')
    .map(textOf)
    .join('\n')
  const passage = /^=== (SLUICE-\S+) PASSAGE 1 \([^\n]*\)\n([\s\S]*?)\n=== \1 END 1$/m.exec(asked)?.[2]?.trim()
  if (passage === undefined || passage === '') return 'I have read what you wrote.'
  const sentences = passage.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => wordsOf(sentence).length > 0)
  const question = /^Question: (.*)$/m.exec(asked)?.[1]
  if (question === undefined) return sentences.find((sentence) => /[.!?]$/.test(sentence)) ?? passage.slice(0, 200)
  const wanted = wordsOf(question).filter((word) => !QUESTION_WORDS.has(word))
  const shared = sentences.map((sentence) => wanted.filter((word) => wordsOf(sentence).includes(word)).length)
  const most = Math.max(0, ...shared)
  const sentence = sentences[shared.indexOf(most)]
  return most === 0 || sentence === undefined
    ? 'NOT_FOUND'
    : `${sentence} [1]\nQUOTES:\n[1] "${sentence.slice(0, 300)}"`
}

const send = (response: ServerResponse, body: unknown, then: () => void): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body), then)
}

/** Starts one; close it. */
export const startFakeProvider = async (options: FakeOptions = {}): Promise<FakeProvider> => {
  const dimensions = options.dimensions ?? 24
  const counts = { embeddings: noCount(), chat: noCount(), vision: noCount(), models: noCount() }
  const requests: FakeProvider['requests'] = []
  const spoiled: FakeProvider['spoiled'] = {}
  const switches: { what: Misbehavior; left: number; on: FakeKind | null; retryAfterS: number }[] = []
  const waiters = new Set<() => void>()
  let chat = options.chat ?? firstPassage
  let endless = false
  let see = options.see ?? (({ hash }: FakePicture) => `# Picture ${hash}\n\nThis is the picture ${hash}.`)
  let elsewhere: string | null = null
  let isRefused: ((text: string) => boolean) | null = null
  let gate: Promise<void> = Promise.resolve()

  const tell = (): void => {
    for (const waiter of [...waiters]) waiter()
  }

  const takeSwitch = (kind: FakeKind) => {
    const found = switches.find(({ left, on }) => left > 0 && (on === null || on === kind))
    if (!found) return null
    found.left -= 1
    spoiled[found.what] = (spoiled[found.what] ?? 0) + 1
    return found
  }

  const count = (kind: FakeKind, inputTokens: number, outputTokens: number, texts: number): void => {
    const row = counts[kind]
    row.answered += 1
    row.inputTokens += inputTokens
    row.outputTokens += outputTokens
    row.texts += texts
    tell()
  }

  const embed = (
    body: { input: string | string[]; model: string },
    response: ServerResponse,
    spoil: Spoiling | null,
  ) => {
    const texts = Array.isArray(body.input) ? body.input : [body.input]
    if (isRefused && texts.some(isRefused)) return insteadTable['bad-request'](response)
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0)
    const vectors = texts.map((text, index) => ({
      object: 'embedding' as const,
      index,
      embedding: vectorOf(text, dimensions),
    }))
    const data = spoil === null ? vectors : spoilVectors(vectors, spoil)
    send(
      response,
      { object: 'list', data, model: body.model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
      () => {
        if (spoil === null || spoil === 'shuffled') count('embeddings', tokens, 0, texts.length)
      },
    )
  }

  const complete = (
    body: FakeChat & { stream?: boolean; max_completion_tokens?: number },
    response: ServerResponse,
    spoil: Spoiling | null,
  ) => {
    const limit = body.max_tokens ?? body.max_completion_tokens ?? 1_000
    const pictures = picturesOf(body)
    const whole = pictures.length > 0 ? pictures.map((picture) => see(picture)).join('\n\n') : chat(body)
    const text = endless ? whole : whole.slice(0, limit * 4)
    const finish = text.length < whole.length ? 'length' : 'stop'
    const written = body.messages.reduce((sum, message) => sum + tokensOf(textOf(message)), 0)
    const input = written + pictures.length * PICTURE_TOKENS
    const usage = { prompt_tokens: input, completion_tokens: tokensOf(text), total_tokens: input + tokensOf(text) }
    const done = (): void => {
      if (spoil === null) count(pictures.length > 0 ? 'vision' : 'chat', input, usage.completion_tokens, 1)
    }
    const frame = { id: 'fake', created: 0, model: body.model }
    if (body.stream !== true) {
      const message = { role: 'assistant', content: spoil === 'half-stream' ? null : text }
      send(
        response,
        { ...frame, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage },
        done,
      )
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (choices: unknown[], more = {}): void => {
      response.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices, ...more })}\n\n`)
    }
    const pieces = text.match(/\S+\s*|\s+/g) ?? []
    const said = spoil === 'half-stream' ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces
    for (const content of said) say([{ index: 0, delta: { content }, finish_reason: null }])
    if (spoil === 'half-stream') {
      // The pieces are on their way; then the line is dead.
      setTimeout(() => response.socket?.destroy(), 10)
      return
    }
    say([{ index: 0, delta: {}, finish_reason: finish }])
    say([], { usage })
    response.end('data: [DONE]\n\n', done)
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = kindOf(request.url ?? '/')
    if (asked === null) return insteadTable['no-model'](response)
    const text = await readBody(request)
    const body: unknown = text === '' ? null : JSON.parse(text)
    const kind = asked === 'chat' && picturesOf(body as FakeChat).length > 0 ? 'vision' : asked
    counts[kind].calls += 1
    requests.push({ kind, body, headers: request.headers })
    tell()
    if (elsewhere !== null) {
      response.writeHead(307, { location: elsewhere })
      response.end()
      return
    }
    const fault = takeSwitch(kind)
    if (fault && isInstead(fault.what)) {
      return insteadTable[fault.what](response, { retryAfterS: fault.retryAfterS, nowMs: Date.now() })
    }
    const given = request.headers['api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '')
    if (options.key !== undefined && given !== options.key) {
      return insteadTable.unauthorized(response)
    }
    await gate
    const spoil = fault && !isInstead(fault.what) ? fault.what : null
    if (kind === 'models') {
      const data = ['fake-embedding', 'fake-chat'].map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' }))
      send(response, { object: 'list', data }, () => count('models', 0, 0, 0))
    } else if (kind === 'embeddings') embed(body as { input: string | string[]; model: string }, response, spoil)
    else complete(body as FakeChat, response, spoil)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: String(thrown) } }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  const fake: FakeProvider = {
    url: `http://127.0.0.1:${port}/v1`,
    counts,
    spoiled,
    requests,
    misbehave: (
      what,
      {
        times = Number.POSITIVE_INFINITY,
        on = null,
        retryAfterS = 1,
      }: { times?: number; on?: FakeKind | null; retryAfterS?: number } = {},
    ) => {
      switches.push({ what, left: times, on, retryAfterS })
    },
    behave: () => {
      switches.length = 0
    },
    refuseTexts: (next) => {
      isRefused = next
    },
    redirectTo: (url) => {
      elsewhere = url
    },
    hold: () => {
      let release = (): void => undefined
      gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    answerChat: (next, isEndless = false) => {
      chat = next
      endless = isEndless
    },
    answerVision: (next) => {
      see = next
    },
    until: (reached) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!reached(fake)) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}
