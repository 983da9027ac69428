// Owns running what the sources export within a script of the repository: bundled for this Node, then loaded. Refuses native modules.
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './places.mjs'

/**
 * What `contents`, lines of exports as a file beside package.json would have them, exports.
 * @param {string} name of the bundle in `.cache`
 * @param {string} contents
 */
export const loadSource = async (name, contents) => {
  const { build } = await import('esbuild')
  const folder = join(root, '.cache')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}.cjs`)
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  })
  return createRequire(import.meta.url)(outfile)
}
