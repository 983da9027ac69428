/**
 * Owns the words that the owner and its clients exchange over the socket, and how one message becomes bytes.
 * Refuses: meaning; the server and the client give it.
 */
import { z } from 'zod'
import { changeTopics, MAX_MESSAGE_BYTES } from '../../shared/calls'
import { AppError, errorCodes, type ErrorCode, type ErrorRecord } from '../../shared/errors'

/** Raised when messages or calls change so that an older process would misunderstand. New calls and fields alone do not. */
export const PROTOCOL = 1

const isErrorCode = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code)

const plainRecord = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  message: z.string(),
})

/** An owner of a newer version may have codes that this one does not know: then its own sentence says what happened. */
const errorRecord: z.ZodType<ErrorRecord, z.input<typeof plainRecord>> = plainRecord.transform(
  ({ code, details, message }) =>
    isErrorCode(code) ? { code, details, message } : { code: 'USAGE', details: { reason: message }, message },
)

/** Topics that a newer owner tells of and nobody here listens to are left out. */
const knownEvent = z
  .object({ type: z.literal('changed'), topics: z.array(z.string()) })
  .transform(({ topics, ...event }) => ({ ...event, topics: changeTopics.filter((topic) => topics.includes(topic)) }))

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
  z.object({ type: z.literal('event'), event: knownEvent }),
  z.object({ type: z.literal('leaving') }),
  z.object({ type: z.literal('ping') }),
])
export type OwnerMessage = z.infer<typeof ownerMessageSchema>

const HEADER_BYTES = 4
/** Room for the envelope around parameters and results. */
const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + 1_000
/** The first bit of a header says that the message goes on in the next frame; the rest is the length of this one. */
const GOES_ON = 0x8000_0000
/** All frames of one message together: nobody who says something may make the other side collect without end. */
export const MAX_JOINED_BYTES = 32_000_000

/**
 * One message as bytes: JSON, cut into frames that are short enough, each after its header (32 bits, big-endian).
 * @throws AppError MESSAGE_TOO_LARGE
 */
export const encodeFrames = (message: ClientMessage | OwnerMessage): Buffer => {
  const body = Buffer.from(JSON.stringify(message))
  if (body.length > MAX_JOINED_BYTES) {
    const what = message.type === 'result' ? 'answer' : 'request'
    throw new AppError('MESSAGE_TOO_LARGE', { what, actual: body.length, limit: MAX_JOINED_BYTES })
  }
  const pieces: Buffer[] = []
  for (let from = 0; from < body.length; from += MAX_FRAME_BYTES) {
    const piece = body.subarray(from, from + MAX_FRAME_BYTES)
    const header = Buffer.allocUnsafe(HEADER_BYTES)
    header.writeUInt32BE((from + piece.length < body.length ? GOES_ON : 0) + piece.length, 0)
    pieces.push(header, piece)
  }
  return Buffer.concat(pieces)
}

/**
 * Makes a decoder: fed with what arrives, it returns the JSON values that are complete. Holds at most one message and one frame beside
 * what it was fed. It throws AppError MESSAGE_TOO_LARGE before it collects more than that, and SyntaxError for what is no JSON.
 */
export const createDecoder = (): ((bytes: Buffer) => unknown[]) => {
  let parts: Buffer[] = []
  let held = 0
  /** Bytes that are needed before anything can be done. */
  let needed = HEADER_BYTES
  /** Frames of a message that is not complete. */
  let joined: Buffer[] = []
  let joinedBytes = 0

  /** The length of the frame that begins here, and whether its message ends with it. */
  const readHeader = (bytes: Buffer): { length: number; isLast: boolean } => {
    const header = bytes.readUInt32BE(0)
    const isLast = header < GOES_ON
    const length = isLast ? header : header - GOES_ON
    const actual = joinedBytes + length
    if (length > MAX_FRAME_BYTES) {
      throw new AppError('MESSAGE_TOO_LARGE', { what: 'message', actual: length, limit: MAX_MESSAGE_BYTES })
    }
    if (actual > MAX_JOINED_BYTES) {
      throw new AppError('MESSAGE_TOO_LARGE', { what: 'message', actual, limit: MAX_JOINED_BYTES })
    }
    // Frames of nothing would be collected for ever.
    if (!isLast && length === 0) throw new SyntaxError('a frame without content')
    return { length, isLast }
  }

  /** The message that these bytes complete. */
  const join = (bytes: Buffer): unknown => {
    const body = joined.length === 0 ? bytes : Buffer.concat([...joined, bytes])
    joined = []
    joinedBytes = 0
    return JSON.parse(body.toString('utf8'))
  }

  return (bytes) => {
    parts.push(bytes)
    held += bytes.length
    if (held < needed) return []
    const values: unknown[] = []
    let rest = parts.length === 1 ? bytes : Buffer.concat(parts)
    for (;;) {
      needed = HEADER_BYTES
      if (rest.length < needed) break
      const { length, isLast } = readHeader(rest)
      needed = HEADER_BYTES + length
      if (rest.length < needed) break
      const frame = rest.subarray(HEADER_BYTES, needed)
      rest = rest.subarray(needed)
      if (isLast) {
        values.push(join(frame))
      } else {
        // A copy: the memory that it came in holds more than this frame.
        joined.push(Buffer.from(frame))
        joinedBytes += length
      }
    }
    parts = rest.length === 0 ? [] : [rest]
    held = rest.length
    return values
  }
}
