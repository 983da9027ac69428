/**
 * Owns the words that the owner and its clients exchange over the socket, and how one message becomes bytes.
 * Refuses: meaning; the server and the client give it.
 */
import { z } from 'zod'
import { changeEventSchema, MAX_MESSAGE_BYTES } from '../../shared/calls'
import { AppError, errorCodes, type ErrorCode, type ErrorRecord } from '../../shared/errors'

/** Raised when messages or calls change so that an older process would misunderstand. New calls and fields alone do not. */
export const PROTOCOL = 1

const errorRecord = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string' && (errorCodes as readonly string[]).includes(value)),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  message: z.string(),
}) satisfies z.ZodType<ErrorRecord>

const id = z.number().int().min(0)

/** From a client. `hello` comes first. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.number(), version: z.string() }),
  z.object({ type: z.literal('call'), id, name: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('ping') }),
])
export type ClientMessage = z.infer<typeof clientMessageSchema>

/** From the owner. `hello` or `refused` comes first; `leaving` says that it will not be the owner much longer. */
export const ownerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.number(), version: z.string(), pid: z.number() }),
  z.object({ type: z.literal('refused'), error: errorRecord }),
  z.object({ type: z.literal('result'), id, value: z.unknown() }),
  z.object({ type: z.literal('failed'), id, error: errorRecord }),
  z.object({ type: z.literal('event'), event: changeEventSchema }),
  z.object({ type: z.literal('leaving') }),
  z.object({ type: z.literal('ping') }),
])
export type OwnerMessage = z.infer<typeof ownerMessageSchema>

const HEADER_BYTES = 4
/** Room for the envelope around parameters and results. */
const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + 1_000

/**
 * One message as bytes: its length (32 bits, big-endian), then JSON.
 * @throws AppError MESSAGE_TOO_LARGE
 */
export const encodeFrame = (message: ClientMessage | OwnerMessage): Buffer => {
  const body = Buffer.from(JSON.stringify(message))
  if (body.length > MAX_FRAME_BYTES) {
    const what = message.type === 'result' ? 'answer' : 'request'
    throw new AppError('MESSAGE_TOO_LARGE', { what, actual: body.length, limit: MAX_MESSAGE_BYTES })
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, HEADER_BYTES)
  return frame
}

/**
 * Makes a decoder: fed with what arrives, it returns the JSON values that are complete. Holds at most one frame beside what it was fed.
 * The decoder throws AppError MESSAGE_TOO_LARGE before it collects such a frame, and SyntaxError for what is no JSON.
 */
export const createDecoder = (): ((bytes: Buffer) => unknown[]) => {
  let parts: Buffer[] = []
  let held = 0
  /** Bytes that are needed before anything can be done. */
  let needed = HEADER_BYTES
  return (bytes) => {
    parts.push(bytes)
    held += bytes.length
    if (held < needed) return []
    const values: unknown[] = []
    let rest = parts.length === 1 ? bytes : Buffer.concat(parts)
    for (;;) {
      needed = HEADER_BYTES
      if (rest.length < needed) break
      const length = rest.readUInt32BE(0)
      if (length > MAX_FRAME_BYTES) {
        throw new AppError('MESSAGE_TOO_LARGE', { what: 'message', actual: length, limit: MAX_MESSAGE_BYTES })
      }
      needed = HEADER_BYTES + length
      if (rest.length < needed) break
      values.push(JSON.parse(rest.toString('utf8', HEADER_BYTES, needed)))
      rest = rest.subarray(needed)
    }
    parts = rest.length === 0 ? [] : [rest]
    held = rest.length
    return values
  }
}
