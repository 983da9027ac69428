// Owns a feed of updates on loopback: signed by a key of its own, with real packages, as a web server has them. Refuses: ranges; those are tried
// by the tests of the download.
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

export type Feed = {
  readonly url: string
  /** The public key, as a policy has it. */
  readonly publicKey: string
  /** The paths that were asked for. */
  readonly requests: string[]
  /** Offers a package as the newest version; `changes` make it worse. */
  readonly offer: (version: string, file: string, changes?: Worse) => void
  readonly close: () => Promise<void>
}

export type Worse = {
  /** Signed by somebody else. */
  readonly foreignKey?: boolean
  /** Served up to there, in bytes. */
  readonly cutAt?: number
}

const newKey = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('ed25519')

/** Opens a feed. */
export const openFeed = async (): Promise<Feed> => {
  const { privateKey, publicKey } = newKey()
  const small = new Map<string, string>()
  const packages = new Map<string, { file: string; cutAt: number | undefined }>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '')
    requests.push(name)
    const text = small.get(name)
    const held = packages.get(name)
    if (text !== undefined) response.end(text)
    else if (held === undefined) response.writeHead(404).end()
    else {
      response.writeHead(200, { 'content-length': statSync(held.file).size })
      const { cutAt } = held
      const stream = createReadStream(held.file, cutAt === undefined ? {} : { end: cutAt })
      stream.on('data', (piece) => {
        if (!response.write(piece)) {
          stream.pause()
          response.once('drain', () => stream.resume())
        }
      })
      stream.on('end', () => (cutAt === undefined ? response.end() : response.destroy()))
      response.on('close', () => stream.destroy())
    }
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the feed has no port')
  return {
    url: `http://127.0.0.1:${address.port}/feed/`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    requests,
    offer: (version, file, { foreignKey = false, cutAt } = {}) => {
      const name = `sluice-desktop_${version}_amd64.deb`
      packages.set(name, { file, cutAt })
      const bytes = readFileSync(file)
      const content = {
        version,
        channel: 'stable',
        system: `linux-${process.arch}`,
        releaseNotes: `What is new in ${version}.`,
        files: [{ url: name, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.byteLength }],
      }
      const said = Object.entries(content)
        .map(([field, value]) => `${field}: ${JSON.stringify(value)}\n`)
        .join('')
      const signature = sign(null, Buffer.from(said), foreignKey ? newKey().privateKey : privateKey).toString('base64')
      const suffix = process.arch === 'x64' ? '-linux' : `-linux-${process.arch}`
      for (const made of [`latest${suffix}.yml`, `${version}${suffix}.yml`]) {
        small.set(made, said)
        small.set(`${made}.sig`, `${signature}\n`)
      }
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((settle) => server.close(settle))
    },
  }
}
