// Owns `npm run package`: what is built becomes something to install. `--release` refuses a dirty tree and the development-and-test runtime.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensure } from './bootstrap.mjs'
import { buildFor } from './build.mjs'
import { builderConfig, fpmEnvironment } from './package/builder-config.mjs'
import { writeMaterials } from './package/materials.mjs'
import { refuseChanges, refuseForeign, refuseUnofficial } from './package/refusals.mjs'
import { makeStage } from './package/stage.mjs'
import { capture, fail, say, SetupError } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const USAGE = `usage: npm run package -- [options]

  --target NAME    dir, tar.gz, deb, rpm, AppImage (Linux), nsis, msi, portable, zip (Windows), dmg, zip (macOS); several times.
                   Without it: what this machine has the tools for.
  --output FOLDER  where the packages go (default: release)
  --quick          fast and large instead of slow and small
  --version X.Y.Z  another version than package.json's, to try an update with
  --update-key FILE  the public key that updates are believed by (default: resources/update-key.pem, where it is there)
  --release        refuses what must not be published: uncommitted changes, the development-and-test runtime, --quick, --version`

const has = (program) => process.platform !== 'win32' && capture('sh', ['-c', `command -v ${program}`]).code === 0

/** What can be made on this machine without fetching a tool. */
function targetsHere() {
  if (process.platform === 'win32') return ['nsis', 'msi', 'portable', 'zip']
  if (process.platform === 'darwin') return ['dmg', 'zip']
  return ['dir', 'tar.gz', ...(has('dpkg-deb') ? ['deb'] : []), ...(has('rpmbuild') ? ['rpm'] : [])]
}

function readWords() {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', multiple: true },
      output: { type: 'string' },
      version: { type: 'string' },
      'update-key': { type: 'string' },
      quick: { type: 'boolean' },
      release: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  return values
}

function refuseForRelease(words, runtime) {
  if (words.quick || words.version !== undefined || words['update-key'] !== undefined)
    throw new SetupError('--quick, --version and --update-key make no release', 'Leave them out.')
  refuseChanges()
  refuseUnofficial(runtime)
}

async function hashFile(file) {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece)
  return hash.digest('hex')
}

async function writeChecksums(output, files) {
  const lines = []
  for (const name of files) lines.push(`${await hashFile(join(output, name))}  ${name}`)
  writeFileSync(join(output, 'SHA256SUMS'), `${lines.join('\n')}\n`)
}

/**
 * Makes packages. Returns `{ version, output, files }`: names inside `output`.
 * @throws SetupError when something that belongs inside is missing, when a release is refused, or with the packager's words.
 */
export async function makePackages(words) {
  const runtime = await ensure({ model: true, runtime: true })
  if (words.release) refuseForRelease(words, runtime)
  const version = words.version ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  const output = words.output ?? join(root, 'release')
  const work = join(root, '.cache', 'package', String(process.pid))
  refuseForeign(output)
  rmSync(output, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    const outDir = join(work, 'out')
    say(`building ${version} …`)
    await buildFor({ outDir, version })
    const stage = join(work, 'stage')
    const inside = await makeStage({ stage, outDir, version, runtime, updateKey: words['update-key'] })
    const { build, Platform } = await import('electron-builder')
    const targets = words.target ?? targetsHere()
    say(
      `packaging ${targets.join(', ')} with Electron ${runtime.version}${runtime.kind === 'test' ? ' (development-and-test runtime)' : ''} …`,
    )
    Object.assign(process.env, fpmEnvironment)
    if (has('7zz')) process.env.ELECTRON_BUILDER_7ZIP_PATH ??= capture('sh', ['-c', 'command -v 7zz']).stdout.trim()
    // What says when it was made says when its commit was.
    process.env.SOURCE_DATE_EPOCH ??= capture('git', ['log', '-1', '--format=%ct']).stdout.trim() || '0'
    await build({
      targets: Platform.current().createTarget(targets),
      config: builderConfig({ stage, output, runtime, isQuick: Boolean(words.quick) }),
      // Where no npm packages are, so that none are taken along but those of the stage.
      projectDir: join(stage, 'app'),
      publish: 'never',
    })
    writeMaterials({ file: join(output, 'sluice-sbom.cdx.json'), version, runtime, ...inside })
    const files = readdirSync(output).filter((name) =>
      /\.(?:deb|rpm|tar\.gz|AppImage|exe|msi|zip|dmg|json)$/.test(name),
    )
    await writeChecksums(output, files)
    for (const name of files) say(`${(statSync(join(output, name)).size / 1e6).toFixed(1).padStart(8)} MB  ${name}`)
    return { version, output, files }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

try {
  const words = readWords()
  if (words.help) process.stdout.write(`${USAGE}\n`)
  else await makePackages(words)
} catch (error) {
  fail(error)
}
