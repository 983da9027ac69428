/**
 * Owns noting every request that leaves this process: before it is sent, and how it ended. What cannot be noted is not sent.
 * Refuses: storing it, and deciding what may be sent.
 */
import { isLoopback } from './address'

export type LedgerEntry = {
  readonly host: string
  readonly port: number
  readonly isLocal: boolean
  /** The name a person gave it. */
  readonly provider: string
  readonly purpose: string
  readonly bytesOut: number
}
export type LedgerEnd = {
  readonly outcome: 'answered' | 'failed'
  readonly detail: string
  readonly bytesIn: number
}

export type ConnectionLedger = {
  readonly begin: (entry: LedgerEntry) => Promise<{ readonly id: number }>
  readonly settle: (id: number, end: LedgerEnd) => Promise<void>
}

type SendRequest = (url: string, init: RequestInit) => Promise<Response>

const sizeOf = (body: RequestInit['body']): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.byteLength : 0

/** Characters of a detail. */
const MOST_DETAIL = 80

const nameOf = (thrown: unknown): string => {
  const cause: unknown = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  if (!(cause instanceof Error)) return 'unknown'
  if ('code' in cause) return String(cause.code)
  // "Error" says nothing; what the client says of a request that it did not finish is a short phrase of its own.
  return cause.name === 'Error' && cause.message !== '' ? cause.message.slice(0, MOST_DETAIL) : cause.name
}

/**
 * Sends a request and keeps the ledger of it. The answer's body counts its bytes as it is read; it is settled when that ends.
 * @throws what `ledger.begin` and `send` do
 */
export const sendNoted = async (
  ledger: ConnectionLedger,
  about: { readonly provider: string; readonly purpose: string; readonly mostBytes: number },
  request: { readonly url: string; readonly init: RequestInit; readonly send: SendRequest },
): Promise<Response> => {
  const { url, init, send } = request
  const { hostname, port, protocol } = new URL(url)
  const { id } = await ledger.begin({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    isLocal: isLoopback(url),
    provider: about.provider,
    purpose: about.purpose,
    bytesOut: sizeOf(init.body),
  })
  let response: Response
  try {
    response = await send(url, init)
  } catch (thrown) {
    await ledger.settle(id, { outcome: 'failed', detail: nameOf(thrown), bytesIn: 0 })
    throw thrown
  }
  const { status, statusText, headers } = response
  if (response.body === null) {
    await ledger.settle(id, { outcome: 'answered', detail: String(status), bytesIn: 0 })
    return response
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  let bytesIn = 0
  const end = (outcome: LedgerEnd['outcome'], detail: string): Promise<void> =>
    ledger.settle(id, { outcome, detail, bytesIn })
  const counted = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read()
        if (done) {
          await end('answered', String(status))
          controller.close()
          return
        }
        bytesIn += value.byteLength
        if (bytesIn > about.mostBytes) {
          await reader.cancel()
          throw new Error('the answer is too large')
        }
        controller.enqueue(value)
      } catch (thrown) {
        await end('failed', nameOf(thrown))
        controller.error(thrown)
      }
    },
    // Left before its end: what came is known.
    cancel: async (reason) => {
      await end('answered', `${status}, left`)
      await reader.cancel(reason)
    },
  })
  return new Response(counted, { status, statusText, headers })
}
