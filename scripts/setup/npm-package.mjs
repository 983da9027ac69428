// Owns fetching one pinned package from npm without installing it. Refuses bytes that are not the pinned ones.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { capture, npm, SetupError } from './command.mjs'

const FETCH_TIMEOUT_MS = 600_000

async function hashFile(file) {
  const hash = createHash('sha512')
  for await (const piece of createReadStream(file)) hash.update(piece)
  return `sha512-${hash.digest('base64')}`
}

/** Extracts one member (a file or folder) of a gzipped tar archive. bsdtar (macOS, Windows 10 on) and GNU tar both know these options. */
export function extract(archive, into, ...options) {
  const done = capture('tar', ['-xzf', archive, '-C', into, ...options])
  if (done.code !== 0)
    throw new SetupError(
      `cannot unpack ${archive}: ${done.stderr.trim()}`,
      'Check that "tar" runs and that the disk is not full.',
    )
}

/**
 * Fetches `spec` (name@version) by `npm pack`, checks it against `integrity`, hands the archive and an empty folder beside it to `assemble`, and
 * moves that folder to `target` when it is complete. A crash leaves no half of it.
 * @throws SetupError when npm cannot get it or the bytes differ.
 */
export async function assemblePackage({ spec, integrity, target, assemble }) {
  const parent = join(target, '..')
  mkdirSync(parent, { recursive: true })
  const scratch = mkdtempSync(join(parent, 'incoming-'))
  try {
    const [program, first, options] = npm()
    const args = [...first, 'pack', '--json', '--ignore-scripts', '--pack-destination', scratch, spec]
    // Run from the checkout's root, so that its .npmrc and the account's apply.
    const packed = capture(program, args, { timeout: FETCH_TIMEOUT_MS, ...options })
    if (packed.code !== 0) {
      throw new SetupError(
        `npm could not fetch ${spec}: ${packed.stderr.trim().split('\n').at(-1)}`,
        'Check that npm reaches its registry ("npm ping"), then try again.',
      )
    }
    const archive = join(scratch, JSON.parse(packed.stdout)[0].filename)
    const got = await hashFile(archive)
    if (got !== integrity)
      throw new SetupError(
        `${spec} is not the pinned package (${got})`,
        'Do not use it. Find out why the registry serves other bytes.',
      )
    const out = join(scratch, 'out')
    mkdirSync(out)
    await assemble(archive, out)
    rmSync(target, { recursive: true, force: true })
    renameSync(out, target)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
