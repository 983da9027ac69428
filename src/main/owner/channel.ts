/**
 * Owns one connection between an owner and a client: whole messages both ways, signs of life, limits on what piles up.
 * Refuses: knowing calls. A peer that breaks the protocol, falls silent or does not read is cut off.
 */
import type { Socket } from 'node:net'
import type { z } from 'zod'
import { createDecoder, encodeFrames, MAX_JOINED_BYTES, type ClientMessage, type OwnerMessage } from './protocol'

export type ChannelTiming = {
  /** How often each side says that it is alive. */
  readonly pingMs: number
  /** Silence after which the peer counts as hung. */
  readonly hungMs: number
}

export const DEFAULT_TIMING: ChannelTiming = { pingMs: 5_000, hungMs: 30_000 }

/** Bytes that may wait for a peer that does not read: more than any one message. */
const MAX_BACKLOG_BYTES = 2 * MAX_JOINED_BYTES

export type ChannelOptions<In> = {
  readonly socket: Socket
  readonly incoming: z.ZodType<In>
  readonly timing: ChannelTiming
  readonly onMessage: (message: In) => void
  /** Called once. `reason` is for the log. */
  readonly onClose: (reason: string) => void
}

/** A connected channel; a class because it owns the socket and a timer. */
export class Channel<In, Out extends ClientMessage | OwnerMessage> {
  private readonly socket: Socket
  private readonly timer: NodeJS.Timeout
  private heardAtMs = performance.now()
  private tickedAtMs = performance.now()
  private reason: string | null = null
  private closed = false

  constructor(private readonly options: ChannelOptions<In>) {
    const { socket, timing } = options
    this.socket = socket
    this.timer = setInterval(() => this.tick(), timing.pingMs)
    this.timer.unref()
    const decode = createDecoder()
    socket.on('data', (bytes: Buffer) => this.receive(bytes, decode))
    socket.on('error', (error) => this.cut(error.message))
    // The peer said its last word; half-open connections are of no use here.
    socket.on('end', () => this.cut('the other side closed it'))
    socket.on('close', () => this.end())
  }

  /**
   * Sends a message; does nothing when the channel is closed.
   * @throws AppError MESSAGE_TOO_LARGE
   */
  send(message: Out): void {
    const frames = encodeFrames(message)
    if (this.closed || this.socket.destroyed) return
    this.socket.write(frames)
    if (this.socket.writableLength > MAX_BACKLOG_BYTES) this.cut('the other side does not read')
  }

  /** Sends what is waiting, then closes; at once when that takes longer than `graceMs`. */
  async finish(graceMs: number): Promise<void> {
    if (this.closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.cut('it was closed here'), graceMs)
      this.socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      this.reason ??= 'it was closed here'
      this.socket.end(() => this.socket.destroy())
    })
  }

  /** Closes at once. */
  cut(reason: string): void {
    this.reason ??= reason
    this.socket.destroy()
  }

  private receive(bytes: Buffer, decode: (bytes: Buffer) => unknown[]): void {
    this.heardAtMs = performance.now()
    try {
      for (const value of decode(bytes)) {
        if (this.socket.destroyed) return
        this.options.onMessage(this.options.incoming.parse(value))
      }
    } catch (error) {
      this.cut(`it broke the protocol: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  private tick(): void {
    const now = performance.now()
    // When this process itself stood still (sleep, SIGSTOP), the silence says nothing about the other side.
    if (now - this.tickedAtMs > 3 * this.options.timing.pingMs) this.heardAtMs = now
    this.tickedAtMs = now
    if (now - this.heardAtMs > this.options.timing.hungMs) this.cut('the other side fell silent')
    else this.send({ type: 'ping' } as Out)
  }

  private end(): void {
    if (this.closed) return
    this.closed = true
    clearInterval(this.timer)
    this.options.onClose(this.reason ?? 'the other side closed it')
  }
}
