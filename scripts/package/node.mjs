// Owns which Node a package brings along, for the `sluice` command and for nothing else. Refuses one of another major version.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupError } from '../setup/command.mjs'
import { ensureNodeBinary, hasNodeBinary } from '../setup/node-binary.mjs'

/** Node 24 is what the current Electron has inside: the command and the window run the same engine. */
const VERSION = '24.21.0'

/**
 * The Node to package: the pinned official binary, or, on a system for which npm carries none, the one that runs this script.
 * Returns `{ version, executable, licence }`.
 * @throws SetupError when that one is of another major version or has no licence beside it.
 */
export async function ensurePackagedNode() {
  if (hasNodeBinary(VERSION)) return ensureNodeBinary(VERSION)
  const [major] = VERSION.split('.')
  const folder = dirname(process.execPath)
  const licence = [folder, join(folder, '..')].map((place) => join(place, 'LICENSE')).find((file) => existsSync(file))
  if (process.versions.node.split('.')[0] !== major || licence === undefined) {
    throw new SetupError(
      `no Node ${VERSION} is carried by npm for ${process.platform}-${process.arch}`,
      `Run this with an official Node ${major}, unpacked with its LICENSE: it is then packaged.`,
    )
  }
  return { version: process.versions.node, executable: process.execPath, licence }
}
