// Owns a feed of updates on loopback: a folder that is signed by the command which signs releases, as a web server has it. Refuses: ranges; those are
// tried by the tests of the download.
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  linkSync,
  mkdtempSync,
  copyFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { privateKeyFile, publicKeyFile } from './made'

const root = resolve(__dirname, '..', '..', '..', '..')

export type Feed = {
  readonly url: string
  /** The names that were asked for. */
  readonly requests: string[]
  /** Offers a package as the newest version; `worse` is what is wrong with it. */
  readonly offer: (version: string, file: string, worse?: Worse) => void
  readonly close: () => Promise<void>
}

export type Worse = {
  /** Signed by somebody else. */
  readonly foreignKey?: boolean
  /** The server breaks off there, in bytes. */
  readonly cutAt?: number
}

const share = (from: string, to: string): void => {
  rmSync(to, { force: true })
  try {
    linkSync(from, to)
  } catch {
    // Another disk.
    copyFileSync(from, to)
  }
}

/** A key that no package knows. */
const makeForeignKey = (folder: string): { privateFile: string; publicFile: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [privateFile, publicFile] = [join(folder, 'foreign.private.pem'), join(folder, 'foreign.pem')]
  writeFileSync(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
  return { privateFile, publicFile }
}

/** Opens a feed. */
export const openFeed = async (): Promise<Feed> => {
  const top = mkdtempSync(join(tmpdir(), 'sluice-feed-'))
  const folder = mkdtempSync(join(top, 'served-'))
  const foreign = makeForeignKey(top)
  const requests: string[] = []
  let cut: number | undefined
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '')
    requests.push(name)
    const file = join(folder, name)
    if (!existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    const end = name.endsWith('.deb') ? cut : undefined
    response.writeHead(200, { 'content-length': statSync(file).size })
    const stream = createReadStream(file, end === undefined ? {} : { end })
    stream.pipe(response, { end: end === undefined })
    stream.once('end', () => {
      // What was written goes out first.
      if (end !== undefined) response.write('', () => response.destroy())
    })
    response.once('close', () => stream.destroy())
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the feed has no port')
  return {
    url: `http://127.0.0.1:${address.port}/feed/`,
    requests,
    offer: (version, file, { foreignKey = false, cutAt } = {}) => {
      share(file, join(folder, `sluice-desktop_${version}_amd64.deb`))
      cut = cutAt
      const pair = foreignKey ? foreign : { privateFile: privateKeyFile, publicFile: publicKeyFile }
      const keys = ['--key', pair.privateFile, '--public-key', pair.publicFile]
      const words = ['scripts/update-feed.mjs', 'sign', '--folder', folder, '--version', version, ...keys]
      const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((settle) => server.close(settle))
      rmSync(top, { recursive: true, force: true })
    },
  }
}
