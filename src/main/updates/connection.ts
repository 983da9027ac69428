/**
 * Owns every request for an update: noted in the ledger before it goes, bounded in time and size, silent about this computer, and never followed
 * to another place. Refuses: believing what comes back.
 */
import { AppError } from '../../shared/errors'
import { sendNoted, type ConnectionLedger } from '../providers/ledger'

export type ConnectionParts = {
  readonly ledger: ConnectionLedger
  readonly fetch?: typeof fetch | undefined
  readonly setTimer: (ms: number, fire: () => void) => () => void
  /** How long the first byte may take, and each one after it, in milliseconds. */
  readonly patienceMs?: number | undefined
}

const PATIENCE_MS = 60_000
const MAX_REDIRECTS = 5

/** Nothing about this computer, this copy or whoever uses it; `identity`: the bytes that were signed, not packed ones. */
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Sluice', 'cache-control': 'no-cache' }

export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** Pieces of the body as they come. Ends the connection when it is left. @throws UPDATE_UNREACHABLE */
  readonly pieces: () => AsyncGenerator<Uint8Array, void>
  /** Lets go of it unread. */
  readonly leave: () => Promise<void>
}

const reasonOf = (thrown: unknown): string => {
  const cause: unknown = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return cause instanceof Error ? cause.message : String(cause)
}

/** Where an answer leads; `null`: nowhere. */
const locationOf = (response: Response, from: URL): URL | null => {
  if (response.status < 300 || response.status >= 400 || response.status === 304) return null
  const written = response.headers.get('location')
  return written === null ? null : new URL(written, from)
}

type PlaceOptions = {
  readonly headers?: Readonly<Record<string, string>>
  readonly stop?: AbortSignal | undefined
  readonly wholeMs?: number
}

/** Opens one place and asks for it. `stop` ends it from outside, with CANCELLED; `wholeMs` is all the time it has, where that is bounded. */
export const openPlace = async (
  parts: ConnectionParts,
  place: URL,
  { headers = {}, stop, wholeMs }: PlaceOptions = {},
): Promise<Answer> => {
  const { patienceMs = PATIENCE_MS, ledger, setTimer } = parts
  const send = parts.fetch ?? fetch
  const abort = new AbortController()
  let isLate = false
  let takeBack = (): void => undefined
  const giveUp = (): void => {
    isLate = true
    abort.abort()
  }
  const beat = (): void => {
    takeBack()
    takeBack = setTimer(patienceMs, giveUp)
  }
  // A byte now and then is an answer that never ends.
  const endWhole = wholeMs === undefined ? null : setTimer(wholeMs, giveUp)
  const cancel = (): void => abort.abort()
  const rest = (): void => {
    takeBack()
    endWhole?.()
    stop?.removeEventListener('abort', cancel)
  }
  const failed = (thrown: unknown): AppError => {
    rest()
    if (thrown instanceof AppError) return thrown
    if (stop?.aborted === true) return new AppError('CANCELLED')
    const reason = isLate ? `no answer for ${Math.round(patienceMs / 1_000)} seconds` : reasonOf(thrown)
    return new AppError('UPDATE_UNREACHABLE', { host: place.host, reason }, { cause: thrown })
  }
  // Node 18.15 does not tell whoever waits for the next piece that the request was given up.
  const ended = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(new Error('given up')), { once: true })
  })
  ended.catch(() => undefined)
  if (stop?.aborted === true) throw failed(null)
  stop?.addEventListener('abort', cancel, { once: true })
  try {
    let url = place
    for (let hops = 0; ; hops += 1) {
      beat()
      const response = await sendNoted(
        ledger,
        { provider: 'updates', purpose: 'update', mostBytes: Number.MAX_SAFE_INTEGER },
        {
          url: url.href,
          init: { headers: { ...HEADERS, ...headers }, redirect: 'manual', signal: abort.signal },
          send: (to, how) => send(to, how),
        },
      )
      const next = locationOf(response, url)
      if (next === null) return asAnswer(response, { beat, rest, failed, ended })
      await response.body?.cancel()
      if (next.origin !== place.origin) throw new AppError('UPDATE_ELSEWHERE', { host: place.host, other: next.host })
      if (hops >= MAX_REDIRECTS)
        throw new AppError('UPDATE_UNREACHABLE', { host: place.host, reason: 'it leads in a circle' })
      url = next
    }
  } catch (thrown) {
    throw failed(thrown)
  }
}

const asAnswer = (
  response: Response,
  life: {
    readonly beat: () => void
    readonly rest: () => void
    readonly failed: (thrown: unknown) => AppError
    /** Rejects when the request is given up. */
    readonly ended: Promise<never>
  },
): Answer => {
  const leave = async (): Promise<void> => {
    life.rest()
    await response.body?.cancel()
  }
  return {
    status: response.status,
    headers: response.headers,
    leave,
    pieces: async function* () {
      if (response.body === null) return life.rest()
      const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
      let isOver = false
      try {
        for (;;) {
          life.beat()
          const { done, value } = await Promise.race([reader.read(), life.ended])
          if (done) break
          yield value
        }
        isOver = true
      } catch (thrown) {
        isOver = true
        // Told to the ledger, and not waited for: why it ended is known already.
        reader.cancel().catch(() => undefined)
        throw life.failed(thrown)
      } finally {
        life.rest()
        // Left by whoever reads: the rest is not fetched.
        if (!isOver) await reader.cancel()
      }
    },
  }
}

/**
 * Fetches a small file whole; `null`: it is not there.
 * @throws UPDATE_UNREACHABLE, UPDATE_ELSEWHERE, UPDATE_UNREADABLE (it is larger than `mostBytes`), CANCELLED
 */
export const fetchSmall = async (
  parts: ConnectionParts,
  place: URL,
  { mostBytes, stop }: { readonly mostBytes: number; readonly stop?: AbortSignal | undefined },
): Promise<Buffer | null> => {
  const answer = await openPlace(parts, place, { stop, wholeMs: 2 * (parts.patienceMs ?? PATIENCE_MS) })
  if (answer.status !== 200) {
    await answer.leave()
    if (answer.status === 404 || answer.status === 410) return null
    throw new AppError('UPDATE_UNREACHABLE', { host: place.host, reason: `status ${answer.status}` })
  }
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.pieces()) {
    bytes += piece.byteLength
    if (bytes > mostBytes) {
      const file = place.pathname.slice(place.pathname.lastIndexOf('/') + 1)
      throw new AppError('UPDATE_UNREADABLE', { file, host: place.host, reason: 'it is too large' })
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
