// Owns a lock file that works on every platform. A registry that does not serve a package for another platform makes npm leave that package
// out of the lock file, and "npm ci" then refuses the file. Adds what is left out; `--check` only says so. Refuses what it cannot name.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']
const LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** The platform that a package's name stands for, in the fields of the lock file. */
function describePlatform(name) {
  const words = name.split(/[/-]/)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  const libc = os === 'linux' ? Object.entries(LIBRARIES).find(([word]) => words.includes(word))?.[1] : undefined
  if (!os || !cpu) throw new Error(`${name} names no platform: add it to package-lock.json by hand`)
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), os: [os] }
}

/** Where Node would look for `name` from the package at `path`, nearest first. */
function* listPlaces(path, name) {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    yield at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (at === '') return
  }
}

const lockFile = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(lockFile, 'utf8'))
const added = []
for (const [path, { optionalDependencies = {}, dev, devOptional }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if ([...listPlaces(path, name)].some((place) => place in lock.packages)) continue
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${path} wants ${name}@${version}: not an exact version`)
    const entry = { version, ...describePlatform(name), ...(dev || devOptional ? { dev: true } : {}), optional: true }
    // Two parents may want two versions: the second then stands below its parent.
    lock.packages[`node_modules/${name}` in lock.packages ? `${path}/node_modules/${name}` : `node_modules/${name}`] =
      entry
    added.push(`${name}@${version}`)
  }
}
const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved)
if (process.argv.includes('--check')) {
  if (added.length > 0)
    say(`package-lock.json lacks packages of other platforms: ${added.join(', ')}\nRun: node scripts/lock.mjs`)
  if (resolved.length > 0)
    say(`package-lock.json names a registry host: ${resolved[0][0]}\nInstall with this folder's .npmrc.`)
  if (added.length > 0 || resolved.length > 0) process.exitCode = 1
} else if (added.length > 0) {
  const [[, first], ...others] = Object.entries(lock.packages).map((pair) => [pair[0], pair])
  const sorted = others.sort(([a], [b]) => a.localeCompare(b, 'en')).map(([, pair]) => pair)
  lock.packages = Object.fromEntries([first, ...sorted])
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
  say(`added to package-lock.json: ${added.join(', ')}`)
}
