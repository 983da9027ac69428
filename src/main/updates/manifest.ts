/**
 * Owns what a feed says of one version: the names of its files, what they may hold, and which package is for this copy.
 * Refuses: anything that is not signed; its signature is looked at before a byte of it is read.
 */
import { parseUpdateInfo } from 'electron-updater/out/providers/Provider'
import { z } from 'zod'
import { AppError } from '../../shared/errors'
import { VERSION, updateChannels, type PackageKind, type UpdateChannel } from '../../shared/updates'

/** Names of files, their checksums and a page of notes are a hundredth of this. */
export const MAX_MANIFEST_BYTES = 256 * 1024
/** 88 characters and an end of line. */
export const MAX_SIGNATURE_BYTES = 1_024
/** No package is larger; a size beyond it is no size. */
const MAX_PACKAGE_BYTES = 8 * 1024 ** 3

const manifestSchema = z.object({
  version: z.string().max(60).regex(VERSION),
  /** What it was signed for: a file of another channel or system under this name is no answer. */
  channel: z.enum(updateChannels),
  system: z.string().min(1).max(40),
  files: z
    .array(
      z.object({
        url: z.string().min(1).max(2_000),
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.number().int().min(1).max(MAX_PACKAGE_BYTES),
      }),
    )
    .min(1)
    .max(50),
  releaseDate: z.string().max(60).nullish(),
  releaseNotes: z.string().max(100_000).nullish(),
})
export type Manifest = z.infer<typeof manifestSchema>

export type System = { readonly platform: string; readonly arch: string }

/** As packages name it: `linux-x64`. */
export const systemName = ({ platform, arch }: System): string => `${platform}-${arch}`

/** As electron-builder names them: `latest-linux.yml`, `latest-linux-arm64.yml`, `latest-mac.yml`, `latest.yml`. */
const suffixOf = ({ platform, arch }: System): string => {
  if (platform === 'darwin') return '-mac'
  if (platform === 'win32') return ''
  return arch === 'x64' ? '-linux' : `-linux-${arch}`
}

/** The file that says what is newest in a channel. */
export const channelFileOf = (channel: UpdateChannel, system: System): string =>
  `${channel === 'stable' ? 'latest' : 'beta'}${suffixOf(system)}.yml`

/** The file that says the same of one version, for going back to it. */
export const versionFileOf = (version: string, system: System): string => `${version}${suffixOf(system)}.yml`

const ENDINGS: Readonly<Record<PackageKind, string | null>> = {
  deb: '.deb',
  rpm: '.rpm',
  AppImage: '.AppImage',
  nsis: '.exe',
  mac: '.zip',
  folder: '.tar.gz',
}

/**
 * Reads what was signed. `host` and `file` name it in errors.
 * @throws UPDATE_UNREADABLE
 */
export const readManifest = (bytes: Uint8Array, { host, file }: { host: string; file: string }): Manifest => {
  const unreadable = (reason: string, cause?: unknown): AppError =>
    new AppError('UPDATE_UNREADABLE', { file, host, reason }, { cause })
  let content: unknown
  try {
    content = parseUpdateInfo(Buffer.from(bytes).toString('utf8'), file, new URL(`https://${host}/`))
  } catch (thrown) {
    throw unreadable('it is no YAML', thrown)
  }
  const parsed = manifestSchema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unreadable(`its ${issue === undefined || issue.path.length === 0 ? 'form' : issue.path.join('.')} is wrong`)
}

/** What is promised of the packages for one way of installing, wherever they lie. */
export const promisedFor = (manifest: Manifest, kind: PackageKind): Manifest['files'] => {
  const ending = ENDINGS[kind]
  return manifest.files.filter(({ url }) => ending !== null && url.split(/[?#]/, 1)[0]?.endsWith(ending) === true)
}

/** A file to fetch. */
export type Package = {
  readonly url: URL
  readonly name: string
  readonly sha512: string
  readonly sizeBytes: number
}

const nameOf = (url: URL, kind: PackageKind): string => {
  const ending = ENDINGS[kind] ?? ''
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  // What the system's installer is given has no name that means something to it.
  return /^[A-Za-z0-9][\w.+~-]{0,150}$/.test(name) && name.endsWith(ending) ? name : `package${ending}`
}

/**
 * The file of a manifest that is for this copy.
 * @param feed the address of the feed, with a slash at its end: names of files are read against it
 * @throws UPDATE_NO_PACKAGE, UPDATE_ELSEWHERE
 */
export const packageOf = (manifest: Manifest, kind: PackageKind, feed: URL): Package => {
  const ending = ENDINGS[kind]
  for (const { url: written, sha512, size } of manifest.files) {
    let url: URL
    try {
      url = new URL(written, feed)
    } catch (thrown) {
      throw new AppError('UPDATE_ELSEWHERE', { host: feed.host, other: written.slice(0, 100) }, { cause: thrown })
    }
    if (ending === null || !url.pathname.endsWith(ending)) continue
    if (url.origin !== feed.origin || url.username !== '' || url.password !== '')
      throw new AppError('UPDATE_ELSEWHERE', { host: feed.host, other: url.host })
    return { url, name: nameOf(url, kind), sha512, sizeBytes: size }
  }
  throw new AppError('UPDATE_NO_PACKAGE', { version: manifest.version, kind })
}
