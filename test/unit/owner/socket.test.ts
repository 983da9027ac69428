import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownerAddress, prepareAddress, type OwnerAddress } from '../../../src/main/owner/address'
import { connectOwner, type OwnerConnection } from '../../../src/main/owner/client'
import {
  createDecoder,
  encodeFrames,
  MAX_JOINED_BYTES,
  ownerMessageSchema,
  PROTOCOL,
} from '../../../src/main/owner/protocol'
import { serveOwner, type OwnerServer, type ServeOptions } from '../../../src/main/owner/server'
import { openLog, type LogFile } from '../../../src/main/observe/log'
import type { Caller, ChangeEvent } from '../../../src/shared/calls'
import { AppError } from '../../../src/shared/errors'
import { collectionNamed } from './support/engine'

type Answers = Record<string, (params: never) => Promise<unknown>>

let dataDir = ''
let address: OwnerAddress
let lines: Record<string, unknown>[] = []
let log: LogFile
const opened: { close: () => Promise<void> }[] = []
const sockets: Socket[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'o-'))
  address = ownerAddress(dataDir)
  lines = []
  log = openLog({
    folder: dataDir,
    rotate: false,
    level: 'debug',
    mirror: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const { close } of opened.splice(0).reverse()) await close()
  log.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const serve = async (answers: Answers, options: Partial<ServeOptions> = {}): Promise<OwnerServer> => {
  const call = async (name: string, params: unknown): Promise<unknown> => {
    const answer = answers[name]
    if (answer === undefined) throw new AppError('NOT_FOUND', { what: 'answer', id: name })
    return answer(params as never)
  }
  const server = await serveOwner({
    address,
    version: '1.0.0',
    call: call as unknown as Caller,
    subscribe: () => () => undefined,
    log,
    ...options,
  })
  opened.push(server)
  return server
}

const join1 = async (timing?: { pingMs: number; hungMs: number }): Promise<OwnerConnection> => {
  const connection = await connectOwner({ address, version: '1.0.0', timeoutMs: 5_000, ...(timing ? { timing } : {}) })
  if (connection === null) throw new Error('nobody listens')
  opened.push(connection)
  return connection
}

/** A peer that speaks bytes. */
const connectRaw = async (): Promise<Socket> => {
  const socket = connect(address.path)
  sockets.push(socket)
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

const readMessages = (socket: Socket, count: number): Promise<unknown[]> =>
  new Promise((resolve) => {
    const decode = createDecoder()
    const messages: unknown[] = []
    socket.on('data', (bytes: Buffer) => {
      messages.push(...decode(bytes))
      if (messages.length >= count) resolve(messages)
    })
  })

const isCut = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()))

const hello = { type: 'hello', protocol: PROTOCOL, version: '1.0.0' } as const

describe('a call over the socket', () => {
  it('gets its parameters with the defaults filled in, and its answer with nothing that the contract does not name', async () => {
    let got: unknown
    await serve({
      'documents.list': async (params) => {
        got = params
        return { documents: [], total: 0, secret: 'x' }
      },
    })
    const { call } = await join1()
    expect(await call('documents.list', { collection: ' demo ' })).toEqual({ documents: [], total: 0 })
    expect(got).toEqual({ collection: 'demo', offset: 0, limit: 100, sort: 'name', descending: false })
  })

  it('is refused with USAGE before it reaches the engine when its parameters break the contract', async () => {
    let reached = false
    await serve({
      'jobs.wait': async () => {
        reached = true
      },
    })
    const { call } = await join1()
    await expect(call('jobs.wait', { id: '1', timeoutMs: -1 })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(call('jobs.frobnicate' as 'app.info', {})).rejects.toMatchObject({ code: 'USAGE' })
    expect(reached).toBe(false)
  })

  it('fails as a bug, and is logged, when the answer breaks the contract', async () => {
    await serve({ 'collections.list': async () => ({ collections: 'none' }) })
    const { call } = await join1()
    await expect(call('collections.list', {})).rejects.toMatchObject({ code: 'INTERNAL_BUG' })
    expect(lines).toContainEqual(expect.objectContaining({ event: 'call-failed', level: 'error' }))
  })

  it('fails with the code and the details of the engine, whose stack stays in the log', async () => {
    await serve({
      'collections.create': async () => {
        throw new AppError('COLLECTION_EXISTS', { name: 'demo' })
      },
      'collections.list': async () => {
        throw new Error('secret path')
      },
    })
    const { call } = await join1()
    const error: unknown = await call('collections.create', { name: 'demo' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'COLLECTION_EXISTS', details: { name: 'demo' } })
    expect((error as Error).stack).not.toContain('socket.test.ts')
    await expect(call('collections.list', {})).rejects.toMatchObject({ code: 'INTERNAL_BUG' })
    expect(JSON.stringify(lines)).toContain('socket.test.ts')
  })

  it('does not wait for others on the same connection', async () => {
    const waiting: (() => void)[] = []
    await serve({
      'collections.show': async ({ name }: { name: string }) => {
        if (name === 'slow') await new Promise<void>((resolve) => waiting.push(resolve))
        return collectionNamed(name)
      },
    })
    const { call } = await join1()
    const slow = call('collections.show', { name: 'slow' })
    const names = Array.from({ length: 100 }, (_, at) => `c${at}`)
    const quick = await Promise.all(names.map((name) => call('collections.show', { name })))
    expect(quick.map(({ name }) => name)).toEqual(names)
    for (const end of waiting) end()
    expect((await slow).name).toBe('slow')
  })

  it('may be larger than one frame, and so may its answer', async () => {
    const text = '漢字😀 '.repeat(500_000)
    let got: unknown
    await serve({
      'documents.text': async () => ({ text, nextOffset: null }),
      'collections.show': async ({ name }: { name: string }) => collectionNamed(name),
      'jobs.create': async ({ paths }: { paths: unknown }) => {
        got = paths
        throw new AppError('NOT_FOUND')
      },
    })
    const { call } = await join1()
    const [answer, other] = await Promise.all([
      call('documents.text', { id: '1' }),
      call('collections.show', { name: 'demo' }),
    ])
    expect(answer.text === text).toBe(true)
    expect(other.name).toBe('demo')
    const paths = Array.from({ length: 100 }, () => ({ path: 'x'.repeat(20_000) }))
    await expect(call('jobs.create', { paths })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(got).toEqual(paths)
  })

  it('is refused when it or its answer is larger than any message may be; the connection goes on', async () => {
    await serve({
      'documents.text': async () => ({ text: 'x'.repeat(MAX_JOINED_BYTES), nextOffset: null }),
      'collections.show': async ({ name }: { name: string }) => collectionNamed(name),
      'jobs.create': async () => {
        throw new Error('must not arrive')
      },
    })
    const { call } = await join1()
    await expect(call('documents.text', { id: '1' })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
    const paths = Array.from({ length: 1_000 }, () => ({ path: 'x'.repeat(MAX_JOINED_BYTES / 1_000) }))
    await expect(call('jobs.create', { paths })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
    expect((await call('collections.show', { name: 'demo' })).name).toBe('demo')
  })

  it('carries any text', async () => {
    await serve({ 'collections.show': async ({ name }: { name: string }) => collectionNamed(name) })
    const { call } = await join1()
    const name = 'naïve 漢字 😀 "quoted" \u0000 \u2028 end'
    expect((await call('collections.show', { name })).name).toBe(name)
  })
})

describe('the owner', () => {
  it('tells every client of changes', async () => {
    const tell: ((event: ChangeEvent) => void)[] = []
    await serve(
      {},
      {
        subscribe: (fn) => {
          tell.push(fn)
          return () => undefined
        },
      },
    )
    const connections = [await join1(), await join1()]
    const heard = Promise.all(
      connections.map(({ onEvent }) => new Promise<ChangeEvent>((resolve) => onEvent((event) => resolve(event)))),
    )
    for (const fn of tell) fn({ type: 'changed', topics: ['jobs'] })
    expect(await heard).toEqual([
      { type: 'changed', topics: ['jobs'] },
      { type: 'changed', topics: ['jobs'] },
    ])
  })

  it('refuses a client that speaks another protocol, with both versions', async () => {
    await serve({})
    const socket = await connectRaw()
    const answer = readMessages(socket, 1)
    socket.write(encodeFrames({ ...hello, protocol: PROTOCOL + 1, version: '9.9.9' }))
    expect(await answer).toMatchObject([
      { type: 'refused', error: { code: 'OWNER_VERSION', details: { theirs: '1.0.0', ours: '9.9.9' } } },
    ])
  })

  it('tells a newer client of the same protocol that it is older, where that asks for what nobody here knows', async () => {
    await serve({})
    const unknown = encodeFrames({ type: 'call', id: 1, name: 'documents.fly', params: {} })
    const [newer, same] = [await connectRaw(), await connectRaw()]
    const answers = [readMessages(newer, 2), readMessages(same, 2)]
    newer.write(Buffer.concat([encodeFrames({ ...hello, version: '9.9.9' }), unknown]))
    same.write(Buffer.concat([encodeFrames({ ...hello, version: '1.0.0' }), unknown]))
    expect((await answers[0])?.[1]).toMatchObject({
      type: 'failed',
      error: { code: 'OWNER_VERSION', details: { theirs: '1.0.0', ours: '9.9.9' } },
    })
    expect((await answers[1])?.[1]).toMatchObject({ type: 'failed', error: { code: 'USAGE' } })
  })

  it('refuses what a newer client says beside what is known here, and never does without it in silence', async () => {
    const shown: unknown[] = []
    const show = async (params: { name: string }) => {
      shown.push(params)
      return collectionNamed(params.name)
    }
    await serve({ 'collections.show': show, 'jobs.create': show })
    const newer = await connectRaw()
    const answers = readMessages(newer, 4)
    const ask = (id: number, name: string, params: unknown): Buffer => encodeFrames({ type: 'call', id, name, params })
    newer.write(Buffer.concat([encodeFrames({ ...hello, version: '9.9.9' })]))
    newer.write(ask(1, 'collections.show', { name: 'demo', onlyNamed: true }))
    newer.write(ask(2, 'jobs.create', { paths: [{ path: '/a', dryRun: true }], collection: 'demo' }))
    newer.write(ask(3, 'collections.show', { name: 'demo' }))
    const told = (await answers).slice(1) as { id: number; type: string; error?: { code: string } }[]
    expect(told.sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 1, type: 'failed', error: { code: 'OWNER_VERSION', details: { theirs: '1.0.0', ours: '9.9.9' } } },
      { id: 2, type: 'failed', error: { code: 'OWNER_VERSION' } },
      { id: 3, type: 'result' },
    ])
    expect(shown).toEqual([{ name: 'demo' }])
  })

  it('understands of a newer owner what it can: sentences of codes and topics that it does not know', () => {
    const failed = { type: 'failed', id: 1, error: { code: 'MOON_FULL', details: { at: 3 }, message: 'Wait a night.' } }
    expect(ownerMessageSchema.parse(failed)).toEqual({
      type: 'failed',
      id: 1,
      error: { code: 'USAGE', details: { reason: 'Wait a night.' }, message: 'Wait a night.' },
    })
    const event = { type: 'event', event: { type: 'changed', topics: ['tides', 'jobs'] } }
    expect(ownerMessageSchema.parse(event)).toEqual({ type: 'event', event: { type: 'changed', topics: ['jobs'] } })
  })

  it.each([
    ['is no JSON', Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])],
    ['announces more than a message may be', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['is no message of the protocol', encodeFrames({ type: 'leaving' })],
    ['calls before it said hello', encodeFrames({ type: 'call', id: 1, name: 'app.info', params: {} })],
  ])('cuts off a client that %s, and goes on for the others', async (_what, bytes) => {
    await serve({ 'collections.show': async ({ name }: { name: string }) => collectionNamed(name) })
    const { call } = await join1()
    const socket = await connectRaw()
    const cut = isCut(socket)
    socket.write(bytes)
    await cut
    expect((await call('collections.show', { name: 'demo' })).name).toBe('demo')
  })

  it('puts a message together that arrives byte by byte', async () => {
    await serve({ 'collections.show': async ({ name }: { name: string }) => collectionNamed(name) })
    const socket = await connectRaw()
    const answers = readMessages(socket, 2)
    const call = { type: 'call', id: 7, name: 'collections.show', params: { name: 'demo' } } as const
    for (const byte of Buffer.concat([encodeFrames(hello), encodeFrames(call)])) {
      await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve))
    }
    expect(await answers).toMatchObject([{ type: 'hello' }, { type: 'result', id: 7, value: { name: 'demo' } }])
  })

  it('takes no more clients and calls than it should', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const show = async ({ name }: { name: string }) => {
      await held
      return collectionNamed(name)
    }
    const server = await serve({ 'collections.show': show }, { maxClients: 1, maxCallsPerClient: 2 })
    const { call } = await join1()
    expect(await connectOwner({ address, version: '1', timeoutMs: 2_000 })).toBeNull()
    expect(server.clients()).toBe(1)
    const calls = [1, 2].map(() => call('collections.show', { name: 'a' }))
    await expect(call('collections.show', { name: 'b' })).rejects.toMatchObject({ code: 'USAGE' })
    release()
    await Promise.all(calls)
    expect((await call('collections.show', { name: 'c' })).name).toBe('c')
  })

  it('lets running calls end when it closes, not waiting ones, and takes its socket away', async () => {
    let end: () => void = () => undefined
    let begun: () => void = () => undefined
    const started = new Promise<void>((resolve) => {
      begun = resolve
    })
    const server = await serve({
      'collections.show': async ({ name }: { name: string }) => {
        begun()
        await new Promise<void>((resolve) => {
          end = resolve
        })
        return collectionNamed(name)
      },
      'jobs.wait': () => new Promise(() => undefined),
    })
    const { call, gone } = await join1()
    const waiting = expect(call('jobs.wait', { id: '1', timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'OWNER_LOST',
    })
    const running = call('collections.show', { name: 'demo' })
    await started
    const closing = server.close()
    await expect(call('collections.show', { name: 'late' })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    end()
    expect((await running).name).toBe('demo')
    await waiting
    expect(await gone).toBe('the owner leaves')
    await closing
    expect(existsSync(address.path)).toBe(false)
  })

  it('takes away what a dead owner left, and lets nobody else in', async () => {
    writeFileSync(address.path, 'stale')
    expect(await connectOwner({ address, version: '1', timeoutMs: 1_000 })).toBeNull()
    await serve({})
    expect(statSync(address.path).mode & 0o077).toBe(0)
    await join1()
  })
})

describe('a client', () => {
  const listenRaw = async (onSocket: (socket: Socket) => void): Promise<Server> => {
    const server = createServer((socket) => {
      sockets.push(socket)
      onSocket(socket)
    })
    opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) })
    await new Promise<void>((resolve) => server.listen(address.path, resolve))
    return server
  }

  it('finds nobody where nobody listens', async () => {
    expect(await connectOwner({ address, version: '1', timeoutMs: 1_000 })).toBeNull()
  })

  it('gives up on an owner that accepts and never says hello', async () => {
    await listenRaw(() => undefined)
    expect(await connectOwner({ address, version: '1', timeoutMs: 100 })).toBeNull()
  })

  it('loses its calls when the owner falls silent', async () => {
    await listenRaw((socket) => {
      socket.resume()
      socket.write(encodeFrames({ type: 'hello', protocol: PROTOCOL, version: '1', pid: 1 }))
    })
    const { call, gone } = await join1({ pingMs: 20, hungMs: 100 })
    await expect(call('app.info', {})).rejects.toMatchObject({ code: 'OWNER_LOST' })
    expect(await gone).toBe('the other side fell silent')
  })

  it('stays with an owner that only says that it is alive', async () => {
    const timing = { pingMs: 20, hungMs: 200 }
    let end: () => void = () => undefined
    const show = async ({ name }: { name: string }) => {
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return collectionNamed(name)
    }
    await serve({ 'collections.show': show }, { timing })
    const { call } = await join1(timing)
    const slow = call('collections.show', { name: 'slow' })
    // Longer than the silence that would cut it; there is no event to wait for when nothing happens.
    await new Promise((resolve) => setTimeout(resolve, 500))
    end()
    expect((await slow).name).toBe('slow')
  })

  it('cuts off an owner that breaks the protocol', async () => {
    await listenRaw((socket) => {
      socket.write(encodeFrames({ type: 'hello', protocol: PROTOCOL, version: '1', pid: 1 }))
      socket.write(encodeFrames(hello))
    })
    const { gone } = await join1()
    expect(await gone).toMatch(/broke the protocol/)
  })
})

describe('the address of an owner', () => {
  it('is the same however the folder is written', () => {
    expect(ownerAddress(join(dataDir, 'x', '..'))).toEqual(ownerAddress(dataDir))
  })

  it('is a pipe of its own for every folder on Windows', () => {
    const pipe = ownerAddress(dataDir, 'win32').path
    expect(pipe).toMatch(/^\\\\\.\\pipe\\sluice-[0-9a-f]{20}$/)
    expect(ownerAddress(`${dataDir}2`, 'win32').path).not.toBe(pipe)
  })

  it('goes to a private folder when the path is too long, and refuses one that others can reach', async () => {
    const long = join(dataDir, 'x'.repeat(100))
    mkdirSync(long)
    const far = ownerAddress(long)
    expect(Buffer.byteLength(far.path)).toBeLessThanOrEqual(100)
    const folder = far.privateFolder ?? ''
    mkdirSync(folder, { mode: 0o755 })
    chmodSync(folder, 0o755)
    expect(() => prepareAddress(far)).toThrow(expect.objectContaining({ code: 'DATA_DIR_UNWRITABLE' }) as Error)
    expect(await connectOwner({ address: far, version: '1', timeoutMs: 100 })).toBeNull()
    rmSync(folder, { recursive: true })
  })

  it('is elsewhere when the disk of the folder holds no sockets; clients find it there, and nothing stays', async () => {
    const { elsewhere } = address
    // As if the disk refused it: nothing can be made in a folder that is not there.
    address = { ...address, path: join(dataDir, 'none', 'owner.sock') }
    const { close } = await serve({ 'collections.list': async () => ({ collections: [], total: 0 }) })
    const { call } = await join1()
    await expect(call('collections.list', {})).resolves.toMatchObject({ collections: [] })
    expect(elsewhere !== null && existsSync(elsewhere.path)).toBe(true)
    await close()
    expect(elsewhere?.privateFolder !== undefined && existsSync(elsewhere.privateFolder ?? '')).toBe(false)
  })

  it('says why nobody can listen there when there is no other place either', async () => {
    address = { path: join(dataDir, 'none', 'owner.sock'), privateFolder: null, elsewhere: null }
    await expect(serve({})).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE', details: { path: address.path } })
  })
})
