/**
 * Owns the client's side of the socket: one connection to the owner that carries any number of calls at once.
 * Refuses: connecting again (the session does that); a lost connection fails its calls with OWNER_LOST.
 */
import { connect, type Socket } from 'node:net'
import type { Caller, CallName, CallParams, CallResult, ChangeEvent } from '../../shared/calls'
import { AppError, fromErrorRecord } from '../../shared/errors'
import { isTrustworthy, type OwnerAddress } from './address'
import { Channel, DEFAULT_TIMING, type ChannelTiming } from './channel'
import { ownerMessageSchema, PROTOCOL, type ClientMessage, type OwnerMessage } from './protocol'

export type ConnectOptions = {
  readonly address: OwnerAddress
  readonly version: string
  /** For the connection and its hello together. */
  readonly timeoutMs: number
  readonly timing?: ChannelTiming
}

export type OwnerConnection = {
  readonly call: Caller
  readonly ownerPid: number
  /** One listener; what came before it was set is not repeated. */
  readonly onEvent: (fn: (event: ChangeEvent) => void) => void
  /** Resolves with the reason when the connection is gone or the owner says that it leaves. */
  readonly gone: Promise<string>
  readonly close: () => Promise<void>
}

type Pending = { resolve: (value: unknown) => void; reject: (error: AppError) => void }

/** An open connection; a class because it owns the channel and the calls on it. */
class OwnerLink {
  private readonly channel: Channel<OwnerMessage, ClientMessage>
  private readonly pending = new Map<number, Pending>()
  private nextId = 0
  private isGone = false
  private onHello: (pid: number) => void = () => undefined
  private onRefused: (error: AppError) => void = () => undefined
  private onGone: (reason: string) => void = () => undefined
  listener: (event: ChangeEvent) => void = () => undefined
  readonly gone: Promise<string>
  /** The owner's process id; rejects when it refuses this client or goes away. */
  readonly greeted: Promise<number>

  constructor(
    socket: Socket,
    private readonly version: string,
    timing: ChannelTiming,
  ) {
    this.gone = new Promise((resolve) => {
      this.onGone = resolve
    })
    this.greeted = new Promise((resolve, reject) => {
      this.onHello = resolve
      this.onRefused = reject
    })
    this.channel = new Channel<OwnerMessage, ClientMessage>({
      socket,
      incoming: ownerMessageSchema,
      timing,
      onMessage: (message) => this.hear(message),
      onClose: (reason) => this.lose(reason),
    })
    this.channel.send({ type: 'hello', protocol: PROTOCOL, version })
  }

  private hear(message: OwnerMessage): void {
    switch (message.type) {
      case 'hello':
        // An owner that lets everybody in would answer in words that mean something else here.
        if (message.protocol === PROTOCOL) this.onHello(message.pid)
        else this.turnAway(new AppError('OWNER_VERSION', { theirs: message.version, ours: this.version }))
        break
      case 'refused':
        this.turnAway(fromErrorRecord(message.error))
        break
      case 'event':
        this.listener(message.event)
        break
      case 'leaving':
        this.lose('the owner leaves')
        this.channel.cut('the owner leaves')
        break
      case 'result':
        this.settle(message.id)?.resolve(message.value)
        break
      case 'failed':
        this.settle(message.id)?.reject(fromErrorRecord(message.error))
        break
      case 'ping':
        break
    }
  }

  private turnAway(error: AppError): void {
    this.onRefused(error)
    this.channel.cut('it was refused')
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id)
    this.pending.delete(id)
    return pending
  }

  private lose(reason: string): void {
    if (this.isGone) return
    this.isGone = true
    const error = new AppError('OWNER_LOST', { reason })
    this.onRefused(error)
    for (const { reject } of this.pending.values()) reject(error)
    this.pending.clear()
    this.onGone(reason)
  }

  /** @throws AppError OWNER_LOST, MESSAGE_TOO_LARGE, or what the owner says */
  async call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    if (this.isGone) throw new AppError('OWNER_LOST')
    const id = this.nextId
    this.nextId += 1
    const answer = new Promise<unknown>((resolve, reject) => this.pending.set(id, { resolve, reject }))
    try {
      this.channel.send({ type: 'call', id, name, params })
    } catch (error) {
      this.pending.delete(id)
      throw error
    }
    // The owner has checked it against the contract.
    return (await answer) as CallResult<N>
  }

  cut(reason: string): void {
    this.channel.cut(reason)
  }

  close(): Promise<void> {
    return this.channel.finish(500)
  }
}

/** Errors of `connect` that mean: nobody listens there (any more, or yet). */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTSOCK', 'ENOTDIR', 'EAGAIN'])

const openSocket = (path: string, timeoutMs: number): Promise<Socket | null> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    const timer = setTimeout(() => {
      socket.destroy()
      resolve(null)
    }, timeoutMs)
    const fail = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer)
      if (NOBODY.has(error.code ?? '')) resolve(null)
      else reject(new AppError('DATA_DIR_UNWRITABLE', { path, reason: error.message }, { cause: error }))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })

/**
 * Connects to the owner of a data folder. `null` when nobody listens or nobody answers in time.
 * @throws AppError OWNER_VERSION when the owner speaks another protocol, DATA_DIR_UNWRITABLE when the socket may not be used
 */
export const connectOwner = async (options: ConnectOptions): Promise<OwnerConnection | null> => {
  const { elsewhere } = options.address
  const found = await connectAt(options)
  if (found !== null || elsewhere === null) return found
  return connectAt({ ...options, address: elsewhere })
}

const connectAt = async (options: ConnectOptions): Promise<OwnerConnection | null> => {
  const { address, version, timeoutMs, timing = DEFAULT_TIMING } = options
  if (!isTrustworthy(address)) return null
  const deadline = performance.now() + timeoutMs
  const socket = await openSocket(address.path, timeoutMs)
  if (socket === null) return null
  const link = new OwnerLink(socket, version, timing)
  const timer = setTimeout(() => link.cut('no hello in time'), Math.max(1, deadline - performance.now()))
  try {
    const ownerPid = await link.greeted
    return {
      call: (name, params) => link.call(name, params),
      ownerPid,
      onEvent: (fn) => {
        link.listener = fn
      },
      gone: link.gone,
      close: () => link.close(),
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'OWNER_LOST') return null
    throw error
  } finally {
    clearTimeout(timer)
  }
}
