/**
 * Owns the owner's side of the socket: lets clients in, checks every call and every answer against the contract, tells of changes.
 * Refuses: what no schema allows, clients of another protocol, more clients and calls than a person could need, stack traces to clients.
 */
import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { findUnknownParam, parseParams, parseResult } from '../../shared/call-border'
import { isCallName, type Caller, type CallName, type ChangeEvent } from '../../shared/calls'
import { AppError, toAppError, type ErrorRecord } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { clearAddress, prepareAddress, type OwnerAddress } from './address'
import { Channel, DEFAULT_TIMING, type ChannelTiming } from './channel'
import { clientMessageSchema, PROTOCOL, type ClientMessage, type OwnerMessage } from './protocol'

export type ServeOptions = {
  readonly address: OwnerAddress
  /** Of this Sluice, for the sentence a client of another protocol gets. */
  readonly version: string
  readonly call: Caller
  /** Calls `fn` at every change until the returned function is called. */
  readonly subscribe: (fn: (event: ChangeEvent) => void) => () => void
  readonly log: Log
  readonly timing?: ChannelTiming
  readonly maxClients?: number
  readonly maxCallsPerClient?: number
}

export type OwnerServer = {
  /** Clients that are connected now. */
  readonly clients: () => number
  /**
   * Takes no more calls, lets those that run end (waiting ones excepted), tells the clients, and closes.
   * Call it while the owner lock is still held: it removes the socket file, which would be the next owner's afterwards.
   */
  readonly close: (graceMs?: number) => Promise<void>
}

/** A client has this long to say hello. */
const HELLO_MS = 5_000
const FLUSH_MS = 500
/** Calls that do nothing but wait: nobody waits for them when the owner leaves; a session asks the next owner again. */
const WAITING_CALLS: ReadonlySet<string> = new Set(['jobs.wait', 'queue.settle'])

type PlainDetails = Record<string, string | number | boolean | null>

/** An error without its stack: that stays in the log of the owner. */
const recordOf = (error: AppError): Omit<ErrorRecord, 'stack' | 'details'> & { details: PlainDetails } => ({
  code: error.code,
  details: Object.fromEntries(Object.entries(error.details).map(([key, value]) => [key, value ?? null])),
  message: error.message,
})

type Client = {
  channel: Channel<ClientMessage, OwnerMessage>
  greeted: boolean
  /** Of its program. */
  version: string
  calls: number
}

/** The listening owner; a class because it owns the server and its clients. */
class OwnerSocket {
  private readonly clients = new Set<Client>()
  private readonly finishing = new Set<Promise<void>>()
  private readonly server: Server
  private readonly unsubscribe: () => void
  private leaving = false

  constructor(private readonly options: ServeOptions) {
    this.server = createServer((socket) => this.welcome(socket))
    this.server.on('error', (error) => options.log.error('owner-socket-failed', { error }))
    this.unsubscribe = options.subscribe((event) => this.tell(event))
  }

  get count(): number {
    return this.clients.size
  }

  async listen(): Promise<void> {
    const { address, log } = this.options
    try {
      await this.listenAt(address)
    } catch (thrown) {
      // The lock is held, so the folder can be written: what its disk does not hold is a socket.
      if (address.elsewhere === null) throw thrown
      log.warn('owner-listens-elsewhere', { address: address.path, error: thrown })
      await this.listenAt(address.elsewhere)
    }
  }

  private async listenAt(address: OwnerAddress): Promise<void> {
    prepareAddress(address)
    try {
      await new Promise<void>((resolve, reject) => {
        this.server.once('error', reject)
        this.server.listen(address.path, () => {
          this.server.off('error', reject)
          resolve()
        })
      })
      // The folder is private already; this is for a data folder that somebody opened up.
      if (process.platform !== 'win32') chmodSync(address.path, 0o600)
    } catch (error) {
      if (this.server.listening) await new Promise<void>((resolve) => this.server.close(() => resolve()))
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError('DATA_DIR_UNWRITABLE', { path: address.path, reason }, { cause: error })
    }
    this.options.log.info('owner-listens', { address: address.path })
  }

  /** It never listened: nobody is to be told of changes. */
  forsake(): void {
    this.unsubscribe()
  }

  private welcome(socket: Socket): void {
    const { log, timing = DEFAULT_TIMING, maxClients = 64 } = this.options
    if (this.leaving || this.clients.size >= maxClients) {
      log.warn('client-refused', { clients: this.clients.size, leaving: this.leaving })
      socket.on('error', (error) => log.debug('client-refused-error', { error }))
      socket.destroy()
      return
    }
    const hello = setTimeout(() => client.channel.cut('it did not say hello'), HELLO_MS)
    hello.unref()
    const client: Client = {
      greeted: false,
      version: '',
      calls: 0,
      channel: new Channel<ClientMessage, OwnerMessage>({
        socket,
        incoming: clientMessageSchema,
        timing,
        onMessage: (message) => this.hear(client, message),
        onClose: (reason) => {
          clearTimeout(hello)
          this.clients.delete(client)
          log.debug('client-left', { reason, clients: this.clients.size })
        },
      }),
    }
    this.clients.add(client)
  }

  private hear(client: Client, message: ClientMessage): void {
    if (message.type === 'ping') return
    if (message.type === 'hello') {
      this.greet(client, message)
    } else if (client.greeted) {
      const answer = this.answer(client, message).catch((error: unknown) => {
        this.options.log.error('answer-failed', { call: message.name, error })
        client.channel.cut('it could not be answered')
      })
      if (WAITING_CALLS.has(message.name)) return
      this.finishing.add(answer)
      const forget = (): boolean => this.finishing.delete(answer)
      answer.then(forget, forget)
    } else {
      client.channel.cut('it did not say hello')
    }
  }

  private greet(client: Client, hello: { protocol: number; version: string }): void {
    const { version, log } = this.options
    if (hello.protocol !== PROTOCOL) {
      log.warn('client-version-refused', { theirs: hello.version, ours: version })
      const error = new AppError('OWNER_VERSION', { theirs: version, ours: hello.version })
      client.channel.send({ type: 'refused', error: recordOf(error) })
      return
    }
    client.greeted = true
    client.version = hello.version
    client.channel.send({ type: 'hello', protocol: PROTOCOL, version, pid: process.pid })
  }

  private async answer(
    client: Client,
    { id, name, params }: { id: number; name: string; params?: unknown },
  ): Promise<void> {
    const { call, log, maxCallsPerClient = 256 } = this.options
    client.calls += 1
    try {
      // Not started, so any call may be asked again of the next owner.
      if (this.leaving) throw new AppError('SHUTTING_DOWN')
      if (client.calls > maxCallsPerClient) throw new AppError('USAGE', { reason: 'Too many calls at once.' })
      if (!isCallName(name)) throw this.unknownCall(client, name)
      this.requireKnown(client, name, params)
      const value = parseResult(name, await call(name, parseParams(name, params)))
      client.channel.send({ type: 'result', id, value })
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'INTERNAL_BUG') log.error('call-failed', { call: name, error })
      else log.debug('call-refused', { call: name, error })
      client.channel.send({ type: 'failed', id, error: recordOf(error) })
    } finally {
      client.calls -= 1
    }
  }

  /** What a newer client asks for, of which this owner knows nothing yet; of its own version it would be a mistake. */
  private unknownCall(client: Client, name: string): AppError {
    const { version } = this.options
    return client.version === version
      ? new AppError('USAGE', { reason: `The owner knows no call "${name.slice(0, 100)}".` })
      : new AppError('OWNER_VERSION', { theirs: version, ours: client.version })
  }

  /** What another version says beside what is known here would be left out, and something else be done than was asked for. */
  private requireKnown(client: Client, name: CallName, params: unknown): void {
    const { version, log } = this.options
    if (client.version === version) return
    const param = findUnknownParam(name, params)
    if (param === null) return
    log.warn('client-parameter-unknown', { call: name, param, theirs: client.version, ours: version })
    throw new AppError('OWNER_VERSION', { theirs: version, ours: client.version })
  }

  private tell(event: ChangeEvent): void {
    for (const client of this.clients) if (client.greeted) client.channel.send({ type: 'event', event })
  }

  async close(graceMs: number): Promise<void> {
    if (this.leaving) return
    this.leaving = true
    this.unsubscribe()
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([Promise.all(this.finishing), grace])
    clearTimeout(timer)
    await Promise.all(
      [...this.clients].map(({ channel }) => {
        channel.send({ type: 'leaving' })
        return channel.finish(FLUSH_MS)
      }),
    )
    await closed
    clearAddress(this.options.address)
  }
}

/**
 * Listens for clients. Only for the process that holds the owner lock: it takes away what a dead owner left at the address.
 * @throws AppError DATA_DIR_UNWRITABLE
 */
export const serveOwner = async (options: ServeOptions): Promise<OwnerServer> => {
  const socket = new OwnerSocket(options)
  try {
    await socket.listen()
  } catch (thrown) {
    socket.forsake()
    throw thrown
  }
  return { clients: () => socket.count, close: (graceMs = 2_000) => socket.close(graceMs) }
}
