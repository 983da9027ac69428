// Owns the folder that a package is made from: the bundles without maps, the npm packages that run from files, Node for the command,
// resources and licences. Refuses anything that is not named here.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { capture, say, SetupError } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'
import { WINDOW_PROGRAM } from './builder-config.mjs'
import { listRuntimePackages } from './contents.mjs'
import { PUBLIC_KEY_FILE } from './feed.mjs'
import { gatherLicences } from './licences.mjs'
import { ensurePackagedNode } from './node.mjs'

/** Started by their paths, in processes and threads of their own: they lie beside the archive of the app, as files. */
const ENGINE = ['cli.js', 'host.js', 'store-thread.js', 'worker.js', 'chunks']
const RESOURCES = ['model', 'profiles', 'sample', 'services']

const MAP_COMMENT = /^\/\/# sourceMappingURL=.*$/gm

/** Copies a folder of bundles; maps stay out, and what points at them. */
function copyBundles(from, to) {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyBundles(source, target)
    else if (/\.(?:js|css|mjs)$/.test(entry.name))
      writeFileSync(target, readFileSync(source, 'utf8').replace(MAP_COMMENT, ''))
    else if (!entry.name.endsWith('.map')) cpSync(source, target)
  }
}

const isElf = (file) =>
  readFileSync(file)
    .subarray(0, 4)
    .equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]))

/** Takes names out of Linux binaries that only a debugger reads: a sixth of the installed size. */
function stripBinaries(folder) {
  if (process.platform !== 'linux') return
  if (capture('sh', ['-c', 'command -v strip']).code !== 0) {
    say('"strip" is not installed (Debian: binutils): the package is about 60 MB larger')
    return
  }
  for (const path of readdirSync(folder, { recursive: true })) {
    const file = join(folder, path)
    if (!statSync(file).isFile() || !(/\.(?:node|so(?:\.\d+)*)$/.test(path) || /(?:^|\/)node$/.test(path))) continue
    if (!isElf(file)) continue
    const done = capture('strip', ['--strip-unneeded', file])
    if (done.code !== 0) throw new SetupError(`strip failed on ${path}: ${done.stderr.trim()}`, 'Check the binary.')
  }
}

function copyPackages(packages, to) {
  for (const { name, folder, files } of packages) {
    for (const path of files) {
      const target = join(to, name, path)
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(folder, path), target, { dereference: true })
    }
  }
}

/**
 * Makes the stage anew in `stage`: `app` (what goes into app.asar) and `resources` (what lies beside it). `outDir` holds the built bundles.
 * Returns what is inside, for the list of materials: `{ components: [{ name, version, licence }], node }`.
 * @throws SetupError when something that belongs inside is missing.
 */
export async function makeStage({ stage, outDir, version, runtime, updateKey }) {
  rmSync(stage, { recursive: true, force: true })
  const app = join(stage, 'app')
  const resources = join(stage, 'resources')
  for (const part of ['main', 'preload', 'renderer']) copyBundles(join(outDir, part), join(app, 'out', part))
  for (const name of ENGINE.filter((name) => name !== 'chunks')) rmSync(join(app, 'out', 'main', name))
  for (const name of ENGINE) {
    const source = join(outDir, 'main', name)
    if (!existsSync(source)) throw new SetupError(`${source} was not built`, 'Run "npm run build".')
  }
  copyBundles(join(outDir, 'main'), join(resources, 'engine', 'main'))
  rmSync(join(resources, 'engine', 'main', 'index.js'))

  const { name, productName, description, license, author, main } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  // The builder wants the address of a page. There is none yet: this one can never be anybody's, and fpm.mjs leaves it out.
  const homepage = 'https://sluice.invalid/'
  const desktopName = `${WINDOW_PROGRAM}.desktop`
  const manifest = { name, productName, version, description, license, author, homepage, main, desktopName }
  writeFileSync(join(app, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

  const packages = listRuntimePackages()
  copyPackages(packages, join(resources, 'node_modules'))
  for (const folder of RESOURCES.filter((folder) => existsSync(join(root, 'resources', folder))))
    cpSync(join(root, 'resources', folder), join(resources, folder), { recursive: true })

  // Of the icons, those that the window, the tray and the notifications show.
  mkdirSync(join(resources, 'icons'), { recursive: true })
  for (const name of ['icon.png', '128x128.png'])
    cpSync(join(root, 'resources', 'icons', name), join(resources, 'icons', name))

  // Without it the program says that it cannot update itself.
  const key = updateKey ?? PUBLIC_KEY_FILE
  if (existsSync(key)) cpSync(key, join(resources, 'update-key.pem'))
  else if (updateKey !== undefined) throw new SetupError(`${updateKey} does not exist`, 'Name a public key.')

  const node = await ensurePackagedNode()
  mkdirSync(join(resources, 'node'), { recursive: true })
  const program = join(resources, 'node', process.platform === 'win32' ? 'node.exe' : 'node')
  cpSync(node.executable, program)
  chmodSync(program, 0o755)
  cpSync(node.licence, join(resources, 'node', 'LICENSE'))
  stripBinaries(resources)

  const gathered = gatherLicences({ outDir, packages, node })
  writeFileSync(join(resources, 'THIRD-PARTY-LICENSES.txt'), gathered.text)
  cpSync(join(root, 'LICENSE'), join(resources, 'LICENSE.txt'))
  const said = { version, electron: runtime.version, runtime: runtime.kind, node: node.version }
  writeFileSync(join(resources, 'build.json'), `${JSON.stringify(said, null, 2)}\n`)
  return { components: gathered.components, node: node.version }
}
