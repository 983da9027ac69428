// Owns the files of a feed for updates: what a version is, signed, for one system. Refuses to sign with a key that lies in the checkout, or with
// another one than the packages trust.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { SetupError } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'

/** What the packages trust. It is no secret: whoever releases puts it into the repository. */
export const PUBLIC_KEY_FILE = join(root, 'resources', 'update-key.pem')
/** Names the file of the private key. */
export const KEY_VARIABLE = 'SLUICE_UPDATE_KEY_FILE'

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/
/** What can be installed from inside the program, by system; a portable program replaces nothing. */
const PACKAGES = {
  linux: /\.(?:deb|rpm|AppImage|tar\.gz)$/,
  darwin: /\.zip$/,
  win32: /^(?!.*portable).*\.exe$/i,
}

const isInside = (folder, path) => {
  const way = relative(folder, resolve(path))
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

/**
 * Makes a pair of keys in `folder`: `update-key.pem` for the packages, `update-key.private.pem` for whoever signs. Returns both paths.
 * @throws SetupError when the folder is in the checkout, or has one already
 */
export function makeKeys(folder) {
  if (isInside(root, folder) || resolve(folder) === root)
    throw new SetupError('a private key does not belong into the checkout', 'Give a folder elsewhere.')
  const publicFile = join(folder, 'update-key.pem')
  const privateFile = join(folder, 'update-key.private.pem')
  for (const file of [publicFile, privateFile])
    if (existsSync(file))
      throw new SetupError(`${file} is there already`, 'Give another folder: a key is never replaced.')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' })
  return { publicFile, privateFile }
}

const pemOf = (key) => key.export({ type: 'spki', format: 'pem' }).toString().trim()

/** @throws SetupError */
function readPrivateKey(file) {
  if (isInside(root, file))
    throw new SetupError(`${file} lies in the checkout`, 'Keep the private key elsewhere, and name it.')
  let key
  try {
    key = createPrivateKey(readFileSync(file))
  } catch (cause) {
    throw new SetupError(
      `${file} is no private key (${cause.message})`,
      'Name the one that "update-feed.mjs keys" made.',
      { cause },
    )
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new SetupError(`${file} is no ed25519 key`, 'Make one.')
  return key
}

const refuseStranger = (key, publicFile) => {
  if (!existsSync(publicFile)) return
  const known = readFileSync(publicFile, 'utf8').match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? []
  if (known.some((pem) => pemOf(createPublicKey(pem)) === pemOf(createPublicKey(key)))) return
  throw new SetupError(`the packages do not trust this key (${publicFile})`, 'Sign with the one that belongs to it.')
}

async function describeFile(folder, name) {
  const hash = createHash('sha512')
  for await (const piece of createReadStream(join(folder, name))) hash.update(piece)
  return { url: name, sha512: hash.digest('base64'), size: statSync(join(folder, name)).size }
}

const suffixOf = (platform, arch) => {
  if (platform === 'darwin') return '-mac'
  if (platform === 'win32') return ''
  return arch === 'x64' ? '-linux' : `-linux-${arch}`
}

/**
 * Writes and signs what a feed says of the packages in `folder`, beside them. A finished version is offered to those who try versions, too.
 * @param {{ folder: string, version: string, keyFile: string, channel?: 'stable' | 'beta', notes?: string, date?: string, platform?: string, arch?: string,
 *   publicFile?: string }} wanted
 * @returns the names of the files that were written
 * @throws SetupError when there is no package, or the key cannot be used
 */
export async function writeFeed({
  folder,
  version,
  keyFile,
  channel = version.includes('-') ? 'beta' : 'stable',
  notes = '',
  date = new Date().toISOString(),
  platform = process.platform,
  arch = process.arch,
  publicFile = PUBLIC_KEY_FILE,
}) {
  if (!VERSION.test(version)) throw new SetupError(`"${version}" is no version`, 'Give one as X.Y.Z or X.Y.Z-beta.1.')
  if (!['stable', 'beta'].includes(channel)) throw new SetupError(`"${channel}" is no channel`, 'Give stable or beta.')
  const key = readPrivateKey(keyFile)
  refuseStranger(key, publicFile)
  const names = readdirSync(folder).filter((name) => PACKAGES[platform]?.test(name) && name.includes(version))
  if (names.length === 0)
    throw new SetupError(`${folder} has no package of ${version} for ${platform}`, 'Make it first: npm run package.')
  const files = []
  for (const name of names.sort()) files.push(await describeFile(folder, name))
  const said = { version, channel, system: `${platform}-${arch}`, files, releaseDate: date, releaseNotes: notes }
  // Every value as JSON, which is YAML, too: nothing in the notes is read as anything but text.
  const text = Object.entries(said)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
  const signature = `${sign(null, Buffer.from(text), key).toString('base64')}\n`
  const heads = [...(channel === 'stable' ? ['latest'] : []), 'beta', version]
  return heads.flatMap((head) => {
    const name = `${head}${suffixOf(platform, arch)}.yml`
    writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, `${name}.sig`), signature)
    return [name, `${name}.sig`]
  })
}
