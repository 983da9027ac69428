// Two versions at once on one data folder, as real processes on the real socket: whichever comes second is told so, and nothing is changed.
import { createServer, connect, type Server, type Socket } from 'node:net'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { ownerAddress, prepareAddress } from '../../../src/main/owner/address'
import { createDecoder, encodeFrames, PROTOCOL, type OwnerMessage } from '../../../src/main/owner/protocol'
import { AppError } from '../../../src/shared/errors'
import { makeTempDir } from '../../support/engine'
import { runJson, startCommand, type ErrorAnswer } from '../../support/faults/command'

const OTHER = { protocol: PROTOCOL + 1, version: '9.9.9' }
const temp = makeTempDir('versions')
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => {
  temp.remove()
})

const versionOf = (): string => {
  const found: unknown = JSON.parse(readFileSync('package.json', 'utf8'))
  return (found as { version: string }).version
}

/** An owner of another version, which answers every hello with `answer`. */
const listenAs = async (dataDir: string, answer: OwnerMessage): Promise<void> => {
  const address = ownerAddress(dataDir)
  prepareAddress(address)
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => sockets.delete(socket))
    socket.once('data', () => socket.write(encodeFrames(answer)))
  })
  await new Promise<void>((resolve) => server.listen(address.path, resolve))
  closing.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  )
}

const recordOf = ({ code, details, message }: AppError) => ({ code, details: { ...details }, message })
const refusal = new AppError('OWNER_VERSION', { theirs: OTHER.version, ours: versionOf() })
const unknown = { code: 'PROTOCOL_RETIRED', details: {}, message: 'Version 0.1 is not spoken to any more.' }

it.each<[what: string, answer: OwnerMessage, code: string, words: readonly string[]]>([
  ['refuses it', { type: 'refused', error: recordOf(refusal) }, 'OWNER_VERSION', [OTHER.version, versionOf()]],
  [
    'refuses it by a code of its own',
    { type: 'refused', error: unknown } as unknown as OwnerMessage,
    'USAGE',
    [unknown.message],
  ],
  ['lets it in', { type: 'hello', pid: process.pid, ...OTHER }, 'OWNER_VERSION', [OTHER.version, versionOf()]],
])(
  'a command that meets an owner of another protocol says so when that one %s',
  { timeout: 60_000 },
  async (what, answer, code, words) => {
    const dataDir = join(temp.path, what.replaceAll(' ', '-'))
    mkdirSync(dataDir)
    await listenAs(dataDir, answer)
    const before = readdirSync(dataDir)
    const begunMs = performance.now()
    const told = await runJson<ErrorAnswer>(['collections', 'create', 'letters'], { dataDir })
    expect([told.code, told.error.code]).toEqual([1, code])
    for (const word of words) expect(told.error.message).toContain(word)
    // At once, not after it has waited for an owner that does not answer.
    expect(performance.now() - begunMs).toBeLessThan(8_000)
    expect(readdirSync(dataDir)).toEqual(before)
  },
)

it(
  'an owner tells a client of another protocol so, and goes on for those of its own',
  { timeout: 60_000 },
  async () => {
    const dataDir = join(temp.path, 'ours')
    const owner = startCommand(['run', '--stay'], { dataDir })
    closing.push(async () => {
      owner.kill('SIGTERM')
      await owner.ended
    })
    const { path } = ownerAddress(dataDir)
    const join1 = async (): Promise<Socket | null> => {
      const socket = connect(path)
      return new Promise((resolve) => {
        socket.once('connect', () => resolve(socket))
        socket.once('error', () => resolve(null))
      })
    }
    let client: Socket | null = null
    await expect.poll(async () => (client = await join1()) !== null, { timeout: 20_000 }).toBe(true)
    const socket = client as Socket | null
    if (socket === null) throw new Error('nobody listens')
    const answer = new Promise<unknown>((resolve) => {
      const decode = createDecoder()
      socket.on('data', (bytes: Buffer) => {
        for (const message of decode(bytes)) resolve(message)
      })
    })
    socket.write(encodeFrames({ type: 'hello', ...OTHER }))
    expect(await answer).toMatchObject({
      type: 'refused',
      error: { code: 'OWNER_VERSION', details: { theirs: versionOf(), ours: OTHER.version } },
    })
    socket.destroy()
    expect((await runJson(['collections', 'create', 'letters'], { dataDir })).code).toBe(0)
  },
)
