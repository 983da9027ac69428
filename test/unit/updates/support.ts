/** Owns a feed on loopback with real keys and real files, and what a test may have go wrong with it. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { Updater, type UpdaterParts, type UpdateRules } from '../../../src/main/updates/updater'
import { silentLog } from '../../support/silent-log'
import type { LedgerEntry } from '../../../src/main/providers/ledger'

export const MiB = 1024 * 1024

export type Served = { bytes: Buffer; etag: string | null }
/** Answers a request itself (`true`), or leaves it to the feed. */
export type Interfere = (request: IncomingMessage, response: ServerResponse) => boolean

export const makeKey = (): { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly pem: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

export const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64')

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

/** A feed that does what servers do: ranges, marks, and whatever `interfere` makes of it. */
export class Feed {
  readonly files = new Map<string, Served>()
  readonly key = makeKey()
  /** Of every request: its path and its range. */
  readonly requests: string[] = []
  ranges = true
  interfere: Interfere = () => false
  private readonly server = createServer((request, response) => this.answer(request, response))
  private port = 0

  async open(): Promise<void> {
    this.port = await listen(this.server)
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}/feed/`
  }
  get host(): string {
    return `127.0.0.1:${this.port}`
  }
  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  put(name: string, bytes: Buffer | string): void {
    const held = Buffer.from(bytes)
    this.files.set(name, { bytes: held, etag: `"${sha512(held).slice(0, 12).replace(/[^\w]/g, '-')}"` })
  }

  /** Signs a text and puts both there. */
  publish(name: string, text: string, key: KeyObject = this.key.privateKey): void {
    this.put(name, text)
    this.put(`${name}.sig`, `${sign(null, Buffer.from(text), key).toString('base64')}\n`)
  }

  /** A version with a package of so many random bytes, under the names of a release. */
  release(version: string, bytes: Buffer = randomBytes(2 * MiB), changes: Record<string, unknown> = {}): Buffer {
    const name = `sluice-desktop_${version}_amd64.deb`
    this.put(name, bytes)
    const text = manifestText({
      version,
      files: [{ url: name, sha512: sha512(bytes), size: bytes.byteLength }],
      ...changes,
    })
    this.publish('latest-linux.yml', text)
    this.publish('beta-linux.yml', text)
    this.publish(`${version}-linux.yml`, text)
    return bytes
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/^\/feed\//, '')
    this.requests.push(request.headers.range === undefined ? path : `${path} ${request.headers.range}`)
    if (this.interfere(request, response)) return
    const file = this.files.get(path)
    if (file === undefined) {
      response.writeHead(404).end()
      return
    }
    const { bytes, etag } = file
    const headers = etag === null ? {} : { etag }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN)
    const fits = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    if (this.ranges && !Number.isNaN(from) && fits) {
      if (from >= bytes.byteLength) {
        response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end()
        return
      }
      const rest = bytes.subarray(from)
      const range = `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}`
      response.writeHead(206, { ...headers, 'content-length': rest.byteLength, 'content-range': range }).end(rest)
      return
    }
    response.writeHead(200, { ...headers, 'content-length': bytes.byteLength }).end(bytes)
  }
}

/** What a feed says of a version, as YAML. */
export const manifestText = (content: Record<string, unknown>): string =>
  Object.entries({ channel: 'stable', system: 'linux-x64', releaseNotes: 'Better.', ...content })
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')

/** Puts beside a package what was signed of it: the truth about `bytes`, but for `changes`. */
export const describePackage = (
  file: string,
  { version, bytes, key }: { readonly version: string; readonly bytes: Buffer; readonly key: KeyObject },
  changes: Record<string, unknown> = {},
): void => {
  const files = [{ url: `sluice${extname(file)}`, sha512: sha512(bytes), size: bytes.byteLength }]
  const text = manifestText({ version, files, ...changes })
  writeFileSync(`${file}.yml`, text)
  writeFileSync(`${file}.yml.sig`, `${sign(null, Buffer.from(text), key).toString('base64')}\n`)
}

export type Copy = {
  readonly updater: Updater
  readonly dataDir: string
  readonly rules: { -readonly [K in keyof UpdateRules]: UpdateRules[K] }
  readonly ledger: LedgerEntry[]
  freeBytes: number
  skipped: string[]
  kept: string | null
}

const folders: string[] = []
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** An installed copy of version 1.0.0 that asks this feed. */
export const makeCopy = (feed: Feed, changes: Partial<UpdaterParts> & { patienceMs?: number } = {}): Copy => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-updates-'))
  folders.push(dataDir)
  const ledger: LedgerEntry[] = []
  const rules: UpdateRules = {
    feed: feed.url,
    channel: 'stable',
    isFeedManaged: false,
    asksByItself: false,
    unavailable: null,
    keys: feed.key.pem,
    isMetered: false,
    reserveBytes: MiB,
  }
  const { patienceMs, ...others } = changes
  const copy: Copy = {
    dataDir,
    rules,
    ledger,
    freeBytes: 1024 * MiB,
    skipped: [],
    kept: null,
    updater: new Updater({
      dataDir,
      version: '1.0.0',
      system: { platform: 'linux', arch: 'x64' },
      rules: () => Promise.resolve(rules),
      connection: {
        ledger: {
          begin: (entry) => Promise.resolve({ id: ledger.push(entry) }),
          settle: () => Promise.resolve(),
        },
        patienceMs,
        setTimer: (ms, fire) => {
          const timer = setTimeout(fire, ms)
          return () => clearTimeout(timer)
        },
      },
      kind: () => Promise.resolve('deb'),
      isSkipped: (version) => Promise.resolve(copy.skipped.includes(version)),
      keptPackage: () => Promise.resolve(copy.kept),
      freeBytes: () => Promise.resolve(copy.freeBytes),
      nowMs: () => Date.now(),
      onChange: () => undefined,
      log: silentLog,
      ...others,
    }),
  }
  return copy
}
