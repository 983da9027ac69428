// Owns the way from a fresh clone to something that runs: packages, model file, build, Electron runtime, system packages. Each step is
// repeated only when it has to be; a second run costs milliseconds. Needs nothing but Node and npm. Refuses to go on after a failed step.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, npm, say, SetupError, show } from './setup/command.mjs'
import { lock } from './setup/lock.mjs'
import { root, stampsDir } from './setup/places.mjs'
import { compareWithStamp, readStamp, writeStamp } from './setup/stamp.mjs'

const INSTALL_TIMEOUT_MS = 900_000
const MODEL_TIMEOUT_MS = 300_000

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`this is Node ${process.versions.node}`, 'Install Node 20.19 or newer, then try again.')
  }
}

/** Whether everything the lock file asks for is installed, going by npm's own record in node_modules. */
function isInstalled(lockFile, recordFile) {
  if (!existsSync(recordFile)) return false
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
  const present = JSON.parse(readFileSync(recordFile, 'utf8')).packages
  const isSame = ([path, entry]) =>
    present[path]?.version === entry.version && present[path]?.integrity === entry.integrity
  const isExpected = ([path, entry]) => path !== '' && !entry.optional && !entry.link
  return Object.entries(wanted).filter(isExpected).every(isSame)
}

async function ensurePackages() {
  const lockFile = join(root, 'package-lock.json')
  const recordFile = join(root, 'node_modules', '.package-lock.json')
  const stamp = join(stampsDir, 'packages.json')
  const now = () => ({
    wanted: `${statSync(lockFile).size}:${statSync(lockFile).mtimeMs}`,
    present: statSync(recordFile, { throwIfNoEntry: false })?.mtimeMs ?? null,
  })
  const isRemembered = () => {
    const then = readStamp(stamp)
    const current = now()
    return current.present !== null && then?.wanted === current.wanted && then.present === current.present
  }
  if (isRemembered()) return
  const release = await lock(join(root, '.cache', 'packages.lock'))
  try {
    if (isRemembered()) return
    if (!isInstalled(lockFile, recordFile)) {
      say('installing packages from the lock file …')
      const [program, first, options] = npm()
      const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
      const code = await show(
        program,
        [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
        {
          env,
          timeoutMs: INSTALL_TIMEOUT_MS,
          stdio: ['ignore', 2, 2],
          ...options,
        },
      )
      if (code !== 0) {
        throw new SetupError(
          '"npm ci" failed',
          'Read its message above. Offline? Connect once: packages come from the npm registry.',
        )
      }
    }
    writeStamp(stamp, now())
  } finally {
    release()
  }
}

async function ensureModel() {
  const stamp = join(stampsDir, 'model.json')
  const sources = ['scripts/build-model.mjs', 'scripts/model', 'resources/model-manifest.json']
  const isBuilt = () => existsSync(join(root, 'resources', 'model', 'model.json'))
  if (isBuilt() && compareWithStamp(stamp, root, sources).same) return
  const release = await lock(join(root, '.cache', 'model.lock'))
  try {
    const { same, value } = compareWithStamp(stamp, root, sources)
    if (isBuilt() && same) return
    say('building the offline model file, once …')
    const code = await show(process.execPath, [join('scripts', 'build-model.mjs')], {
      timeoutMs: MODEL_TIMEOUT_MS,
      stdio: ['ignore', 2, 2],
    })
    if (code !== 0 || !isBuilt()) {
      throw new SetupError(
        'the offline model file was not built',
        'Run "node scripts/build-model.mjs" and read what it says.',
      )
    }
    writeStamp(stamp, value)
  } finally {
    release()
  }
}

/**
 * Does the named steps in their order and returns the Electron runtime when it was asked for.
 * @param {{ model?: boolean, build?: boolean | string[], runtime?: boolean, system?: boolean }} steps packages are always ensured
 * @throws SetupError saying what failed and what to do
 */
export async function ensure({ model = false, build = false, runtime = false, system = false } = {}) {
  checkNode()
  await ensurePackages()
  if (model) await ensureModel()
  if (build) {
    const builder = await import('./build.mjs')
    await builder.build({ parts: Array.isArray(build) ? build : undefined })
  }
  if (!runtime && !system) return null
  const { ensureRuntime } = await import('./electron/runtime.mjs')
  const resolved = await ensureRuntime()
  if (system) {
    const { ensureSystem } = await import('./setup/system.mjs')
    await ensureSystem(resolved)
  }
  return resolved
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = process.argv.slice(2)
  const wants = (step) => named.length === 0 || named.includes(step)
  const build = named.includes('main') ? ['main'] : wants('build')
  try {
    await ensure({ model: wants('model'), build, runtime: wants('runtime'), system: wants('system') })
  } catch (error) {
    fail(error)
  }
}
