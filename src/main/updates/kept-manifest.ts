/**
 * Owns the signed word on a package, which lies beside it exactly as the feed sent it, and believing that package again by it: whatever else a data
 * folder says of a package can be written by whoever writes there. Refuses: fetching, installing, and every sum that nobody signed.
 */
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../shared/errors'
import { writeWholeSync } from '../store/whole-files'
import { MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, promisedFor, readManifest, systemName, type System } from './manifest'
import { isSigned, readUpdateKeys } from './signature'
import { CHANGED_PACKAGE, sumOf, type Sum } from './sum'
import type { PackageKind } from '../../shared/updates'

/** What a feed said of a version, and the signature of it: the bytes of both. */
export type SignedBytes = { readonly bytes: Uint8Array; readonly signature: Uint8Array }

/** Where what was signed of a package lies; its signature has `.sig` after that. */
export const manifestFileOf = (packageFile: string): string => `${packageFile}.yml`
const signatureFileOf = (packageFile: string): string => `${manifestFileOf(packageFile)}.sig`

/** Puts what was signed of a package beside it. @throws what the file system throws */
export const keepManifest = (packageFile: string, { bytes, signature }: SignedBytes): void => {
  writeWholeSync(manifestFileOf(packageFile), bytes)
  writeWholeSync(signatureFileOf(packageFile), signature)
}

/** Removes a package and what was signed of it. @throws what the file system throws */
export const removeKept = async (packageFile: string): Promise<void> => {
  for (const file of [packageFile, manifestFileOf(packageFile), signatureFileOf(packageFile)])
    await rm(file, { force: true })
}

/** A package, and what it has to be. */
export type KeptPackage = {
  readonly packageFile: string
  readonly version: string
  /** How it is to be installed; `null`: by hand, so whatever was signed of that version. */
  readonly kind: PackageKind | null
}

/** What it is believed by. */
export type Trust = {
  /** The text of the keys in force; `null`: there are none. Never out of a data folder. */
  readonly keys: () => Promise<string | null>
  readonly system: System
}

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'

/** The bytes of a small file, up to one that is too many: what is larger has no signature that fits. `null`: no file. @throws what the file system throws */
const readSmall = async (path: string, mostBytes: number): Promise<Buffer | null> => {
  // Before it is opened: a pipe would be waited for.
  if (!(await stat(path)).isFile()) return null
  const pieces: Buffer[] = []
  for await (const piece of createReadStream(path, { end: mostBytes })) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/**
 * Looks whether a package is what was signed for its version and this system, byte for byte. Returns its sum out of what was signed.
 * @throws UPDATE_NO_WAY_BACK, and what the file system throws
 */
export const checkKept = async ({ packageFile, version, kind }: KeptPackage, { keys, system }: Trust): Promise<Sum> => {
  const refuse = (reason: string, cause?: unknown): AppError =>
    new AppError('UPDATE_NO_WAY_BACK', { version, reason }, { cause })
  const read = async (path: string, mostBytes: number): Promise<Buffer> => {
    let bytes: Buffer | null
    try {
      bytes = await readSmall(path, mostBytes)
    } catch (thrown) {
      if (isMissing(thrown)) throw refuse('the signed description of its package is missing', thrown)
      throw thrown
    }
    if (bytes === null) throw refuse('the signature of its package is wrong')
    return bytes
  }
  const manifestFile = manifestFileOf(packageFile)
  const bytes = await read(manifestFile, MAX_MANIFEST_BYTES)
  const signature = await read(signatureFileOf(packageFile), MAX_SIGNATURE_BYTES)
  let trusted: ReturnType<typeof readUpdateKeys>
  try {
    trusted = readUpdateKeys((await keys()) ?? '')
  } catch (thrown) {
    throw refuse('there is no key to check its package by', thrown)
  }
  if (!isSigned(bytes, signature.toString('latin1'), trusted)) throw refuse('the signature of its package is wrong')
  let manifest: ReturnType<typeof readManifest>
  try {
    manifest = readManifest(bytes, { host: 'localhost', file: basename(manifestFile) })
  } catch (thrown) {
    throw refuse('the signed description of its package cannot be read', thrown)
  }
  if (manifest.version !== version) throw refuse('the signed description of its package is for another version')
  if (manifest.system !== systemName(system))
    throw refuse('the signed description of its package is for another system')
  const at = await stat(packageFile).catch((thrown: unknown) => {
    if (isMissing(thrown)) throw refuse('its package is not there any more', thrown)
    throw thrown
  })
  // The size first: what is another one by it need not be read to its end.
  const promisedFiles = kind === null ? manifest.files : promisedFor(manifest, kind)
  const fitting = promisedFiles.filter(({ size }) => at.isFile() && size === at.size)
  const hex = fitting.length === 0 ? '' : await sumOf(packageFile, 'sha512')
  const promised = fitting.map(({ sha512 }) => Buffer.from(sha512, 'base64').toString('hex')).find((sum) => sum === hex)
  if (promised === undefined) throw refuse(CHANGED_PACKAGE)
  return { algorithm: 'sha512', hex: promised }
}
