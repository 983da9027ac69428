/**
 * Owns what a server's misbehavior is called here: from statuses, headers and broken lines to error codes.
 * Refuses: passing on what a server or the client library said as it is; keys can be in it.
 */
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { hideKeys } from './keys'

const MAX_REASON_CHARS = 200

/** By status; others by their hundreds. */
const statusTable: Readonly<Record<number, ErrorCode>> = {
  401: 'PROVIDER_REFUSED',
  402: 'PROVIDER_REFUSED',
  403: 'PROVIDER_REFUSED',
  404: 'PROVIDER_MODEL_MISSING',
  408: 'PROVIDER_FAILED',
  409: 'PROVIDER_FAILED',
  429: 'PROVIDER_RATE_LIMIT',
}

const codeOf = (status: number): ErrorCode =>
  statusTable[status] ?? (status >= 500 ? 'PROVIDER_FAILED' : status >= 400 ? 'PROVIDER_REQUEST' : 'PROVIDER_INVALID')

/** Milliseconds that a server asks to wait: `Retry-After` in seconds or as a date (RFC 9110), or `retry-after-ms`. */
export const readRetryAfter = (headers: Pick<Headers, 'get'> | undefined, wallMs: number): number | undefined => {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(ms) && ms >= 0) return ms
  const said = headers?.get('retry-after')?.trim()
  if (said === undefined || said === '') return undefined
  if (/^\d+(\.\d+)?$/.test(said)) return Number(said) * 1_000
  const atMs = Date.parse(said)
  return Number.isFinite(atMs) ? Math.max(0, atMs - wallMs) : undefined
}

const rootOf = (thrown: Error): string => {
  let deepest: Error = thrown
  for (let depth = 0; depth < 5 && deepest.cause instanceof Error; depth += 1) deepest = deepest.cause
  const { code } = deepest as NodeJS.ErrnoException
  return code ?? deepest.message
}

/** What is known about the call that failed. */
export type FaultContext = {
  readonly provider: string
  readonly key: string | null
  readonly wallMs: number
  /** Why the call was ended from here, if it was. */
  readonly ended: 'cancelled' | 'late' | null
  readonly timeoutMs: number
}

/** An error of ours for whatever a call to a server threw. The cause is left behind: it may quote the key. */
export const toServerFault = (thrown: unknown, context: FaultContext): AppError => {
  const { provider, key } = context
  const say = (text: string): string => hideKeys(text, key).replace(/\s+/g, ' ').slice(0, MAX_REASON_CHARS)
  const fault = (code: ErrorCode, details: ErrorDetails = {}): AppError => new AppError(code, { provider, ...details })
  if (context.ended === 'cancelled') return new AppError('CANCELLED')
  if (context.ended === 'late' || thrown instanceof APIConnectionTimeoutError)
    return fault('PROVIDER_TIMEOUT', { limit: context.timeoutMs / 1_000 })
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof APIUserAbortError || thrown instanceof APIConnectionError)
    return fault('PROVIDER_UNREACHABLE', { reason: say(rootOf(thrown)) })
  if (thrown instanceof APIError) {
    const status: unknown = thrown.status
    const headers: unknown = thrown.headers
    if (typeof status !== 'number') return fault('PROVIDER_INVALID', { reason: say(thrown.message) })
    // No patience helps against an empty account.
    const code = thrown.code === 'insufficient_quota' ? 'PROVIDER_REFUSED' : codeOf(status)
    const retryAfterMs = headers instanceof Headers ? readRetryAfter(headers, context.wallMs) : undefined
    const more = retryAfterMs === undefined ? {} : { retryAfterMs }
    return fault(code, { status, reason: say(thrown.message.replace(/^\d{3} /, '')), ...more })
  }
  if (thrown instanceof SyntaxError) return fault('PROVIDER_INVALID', { reason: 'it is not JSON' })
  if (thrown instanceof Error) return fault('PROVIDER_UNREACHABLE', { reason: say(rootOf(thrown)) })
  return fault('PROVIDER_INVALID')
}
