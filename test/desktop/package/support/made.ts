// Owns what `npm run test:package` made before the tests: the present version and a higher one, and the keys of their feed. Refuses to guess where they are.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['SLUICE_MADE_PACKAGES']
const keys = process.env['SLUICE_MADE_KEYS']
if (folder === undefined || keys === undefined)
  throw new Error('run these tests with `npm run test:package`: it makes the packages')

/** The higher version, which is made to update to. */
export const NEXT_VERSION = '99.0.0'

/** The folder that the packages of the present version were made from. */
export const unpacked = join(folder, 'now', 'linux-unpacked')
export const resources = join(unpacked, 'resources')

/** The deb of a version. */
export const debOf = (which: 'now' | 'next'): string => {
  const [name] = readdirSync(join(folder, which)).filter((file) => file.endsWith('.deb'))
  if (name === undefined) throw new Error(`no deb was made in ${join(folder, which)}`)
  return join(folder, which, name)
}

/** The list of materials of the present version. */
export const materials = join(folder, 'now', 'sluice-sbom.cdx.json')

/** The key that the packages believe, and the one that it belongs to. */
export const publicKeyFile = join(keys, 'update-key.pem')
export const privateKeyFile = join(keys, 'update-key.private.pem')
