// Owns what a package is not made of, and where it is not made. Refuses, with words on what to do.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { capture, SetupError } from '../setup/command.mjs'

/** What the packager leaves in every folder that it filled. */
const SIGN = 'builder-debug.yml'

/** @throws SetupError when the tree differs from its commit. */
export function refuseChanges() {
  const changes = capture('git', ['status', '--porcelain'])
  if (changes.code !== 0 || changes.stdout.trim() !== '')
    throw new SetupError(
      'the tree has changes that are not committed',
      'Commit or stash them: a release is made of a commit.',
    )
}

/** @throws SetupError for an Electron that is not the official one. */
export function refuseUnofficial(runtime) {
  if (runtime.kind !== 'official')
    throw new SetupError(
      `Electron ${runtime.version} here is ${runtime.kind === 'test' ? 'the development-and-test runtime' : 'one that was put in its place'}`,
      'A release is made with the official Electron, on a machine that can fetch it ("npm start" once).',
    )
}

/** A folder that is emptied has to be one that packages were made in, or empty. @throws SetupError for any other. */
export function refuseForeign(output) {
  if (!existsSync(output) || readdirSync(output).length === 0 || existsSync(join(output, SIGN))) return
  throw new SetupError(
    `${output} holds files that are no packages, and it would be emptied`,
    'Name another folder, or a new one.',
  )
}
