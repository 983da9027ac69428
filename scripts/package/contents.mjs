// Owns what of the installed npm packages goes into a package of the app: the ones that run from files beside the bundles, and of these
// what runs on this system. Refuses development files, other systems' binaries, and a package that it was not told about.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'

/** Named as dependencies, but used by parts of those packages that Sluice never runs: installers, command lines, other providers. */
const UNUSED = new Set([
  '@huggingface/transformers',
  '@napi-rs/canvas',
  '@napi-rs/nice',
  'adm-zip',
  'command-line-args',
  'command-line-usage',
  'global-agent',
  'openai',
  'readline-sync',
])

/** What is never run: types, maps, words for developers, tests. Licences stay. */
const NEVER = [
  /\.(?:map|md|markdown|ts|cts|mts|tsx|flow|yml|yaml|pdb|lib|exp|h|cc|gyp|gypi)$/i,
  /(?:^|\/)(?:\.github|test|tests|__tests__|examples?|docs?|bench|benchmark|types)\//,
  /(?:^|\/)(?:\.[^/]+|package-lock\.json|webpack\.mjs|tsconfig[^/]*\.json)$/,
]
const LICENCE_NAME = /(?:^|\/)(?:licen[cs]e|copying|notice|unrarlicense)[^/]*$/i

/** By package: what of it is needed. One without a row is taken whole, but for what is never run. */
const PARTS = {
  '7z-wasm': /^(?:7zz\.umd\.js|7zz\.es6\.js|7zz\.wasm)$/,
  '@tesseract.js-data/eng': /^(?:index\.js|4\.0\.0_best_int\/)/,
  'apache-arrow': /\.js$/,
  'onnxruntime-node': new RegExp(`^(?:dist/|bin/napi-v\\d+/${process.platform}/${process.arch}/)`),
  'pdfjs-dist': /^(?:legacy\/build\/pdf(?:\.worker)?\.mjs$|cmaps\/|standard_fonts\/|wasm\/|iccs\/)/,
  piscina: /^dist\/(?!esm)/,
  'tesseract.js-core': /^(?:index\.js$|tesseract-core(?:-simd|-relaxedsimd)?-lstm\.(?:js|wasm)$)/,
}

/** Of the many builds of a native module, the one of this system: `linux-x64-gnu` as those packages spell it. */
function isForThisSystem(name) {
  const system = /-?(darwin|linux|win32)-(x64|arm64|arm)(?:-?(gnu|musl|msvc)\w*)?$/.exec(name)
  if (system === null) return true
  const [, platform, arch, library] = system
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
  return platform === process.platform && arch === process.arch && (library === 'musl') === isMusl
}

function findPackage(name, from) {
  for (let folder = from; ; folder = join(folder, '..')) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === root || folder === join(folder, '..')) return null
  }
}

const describe = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

function listFiles(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listFiles(folder, path)
    return [path]
  })
}

/** Whether a file (its path inside its package, with forward slashes) goes into the package. */
export function isNeeded(name, path) {
  if (path === 'package.json' || LICENCE_NAME.test(path)) return true
  return !NEVER.some((pattern) => pattern.test(path)) && (PARTS[name]?.test(path) ?? true)
}

/**
 * The npm packages that run from files of their own, with those they need: `[{ name, version, folder, files }]`, by name. `files` are paths inside
 * `folder`, with forward slashes.
 * @throws SetupError when one is not installed.
 */
export function listRuntimePackages() {
  const found = new Map()
  const visit = (name, from, isOptional) => {
    if (UNUSED.has(name) || name.startsWith('@types/') || !isForThisSystem(name)) return
    const folder = findPackage(name, from)
    if (folder === null) {
      // A build of a native module that does not exist for this system is told by the test of the package, not here.
      if (isOptional) return
      throw new SetupError(`${name} is not installed`, 'Run "npm ci", then try again.')
    }
    const known = found.get(name)
    if (known !== undefined) {
      if (known.folder === folder) return
      throw new SetupError(
        `${name} is installed in two versions that both run from files`,
        'Make them one in package-lock.json ("npm dedupe").',
      )
    }
    const { version, dependencies = {}, optionalDependencies = {} } = describe(folder)
    const files = listFiles(folder).filter((path) => isNeeded(name, path))
    found.set(name, { name, version, folder, files })
    for (const next of Object.keys(dependencies)) visit(next, folder, false)
    for (const next of Object.keys(optionalDependencies)) visit(next, folder, true)
  }
  const { dependencies } = describe(root)
  for (const name of Object.keys(dependencies)) visit(name, root, false)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
