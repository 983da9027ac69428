// Owns the build: out/main, out/preload and out/renderer, each rebuilt only when its sources changed. Refuses to leave a half-written
// output: it builds beside out/ and moves file by file, so a program that runs from out/ keeps the chunks that it has yet to load.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, say, SetupError } from './setup/command.mjs'
import { lock } from './setup/lock.mjs'
import { root } from './setup/places.mjs'
import { compareWithStamp, writeStamp } from './setup/stamp.mjs'

const CONFIG = [
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'package-lock.json',
  'resources/model-manifest.json',
  'scripts/build.mjs',
]

/** What each part of out/ is made of. A row whose main file does not exist cannot be built. */
const PARTS = {
  main: { sources: ['src/main', 'src/workers', 'src/shared'], marker: 'main/cli.js' },
  preload: { sources: ['src/preload', 'src/shared'], marker: 'preload/index.js' },
  renderer: { sources: ['src/renderer', 'src/shared'], marker: 'renderer/index.html' },
}

const outDir = join(root, 'out')
const stampOf = (part) => join(outDir, `.stamp-${part}`)
/** How long files of an earlier build stay for programs that still run from it. */
const KEEP_OLD_MS = 3_600_000

/** The parts (of those named) whose output is missing or older than its sources. Costs a few milliseconds when nothing changed. */
export function listStaleParts(parts = Object.keys(PARTS)) {
  return parts.filter((part) => {
    if (!existsSync(join(outDir, PARTS[part].marker))) return true
    return !compareWithStamp(stampOf(part), root, [...PARTS[part].sources, ...CONFIG]).same
  })
}

function listTree(dir, prefix = '') {
  return readdirSync(join(dir, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = join(prefix, entry.name)
    return entry.isDirectory() ? listTree(dir, path) : [path]
  })
}

/** Moves a finished build into place, entries last, and drops what an older build left long ago. */
function publish(from, to) {
  const fresh = listTree(from).sort((a, b) => b.split(/[\\/]/).length - a.split(/[\\/]/).length)
  for (const path of fresh) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    renameSync(join(from, path), join(to, path))
  }
  const current = new Set(fresh)
  for (const path of listTree(to)) {
    const file = join(to, path)
    if (!current.has(path) && Date.now() - statSync(file).mtimeMs > KEEP_OLD_MS) rmSync(file, { force: true })
  }
}

async function buildPart(part, outDir) {
  const { resolveConfig } = await import('electron-vite')
  const { build: buildWithVite } = await import('vite')
  process.env.NODE_ENV_ELECTRON_VITE = 'production'
  const resolved = await resolveConfig({ root, logLevel: 'warn', build: { outDir } }, 'build', 'production')
  try {
    await buildWithVite(resolved.config[part])
  } catch (cause) {
    throw new SetupError(
      `the ${part} part does not build: ${cause.message}`,
      'Correct the source named above, then try again.',
      { cause },
    )
  }
}

/**
 * Builds what is stale. `force` builds all the named parts. Returns the parts that were built.
 * @throws SetupError with the compiler's words when a part does not build.
 */
export async function build({ parts = Object.keys(PARTS), force = false } = {}) {
  if (!force && listStaleParts(parts).length === 0) return []
  const release = await lock(join(root, '.cache', 'build.lock'))
  const scratch = join(root, `.out-${process.pid}`)
  try {
    // Another process may have built while this one waited for the lock.
    const stale = force ? parts : listStaleParts(parts)
    if (stale.length === 0) return []
    for (const part of stale) {
      const startedAt = Date.now()
      // Taken before the build: what is edited while it runs makes it stale again.
      const { value } = compareWithStamp(stampOf(part), root, [...PARTS[part].sources, ...CONFIG])
      await buildPart(part, scratch)
      publish(join(scratch, part), join(outDir, part))
      writeStamp(stampOf(part), value)
      say(`built out/${part} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
    }
    return stale
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    release()
  }
}

/**
 * Builds every part into `outDir`, an empty folder, as `version`: for a package, beside whatever out/ holds.
 * @throws SetupError with the compiler's words when a part does not build.
 */
export async function buildFor({ outDir, version }) {
  process.env.SLUICE_BUILD_VERSION = version
  try {
    for (const part of Object.keys(PARTS)) await buildPart(part, outDir)
  } finally {
    delete process.env.SLUICE_BUILD_VERSION
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const named = process.argv.slice(2).filter((word) => Object.hasOwn(PARTS, word))
    const built = await build({ parts: named.length > 0 ? named : undefined, force: process.argv.includes('--force') })
    if (built.length === 0 && named.length === 0) say('out/ is up to date')
  } catch (error) {
    fail(error)
  }
}
