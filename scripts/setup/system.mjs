// Owns what the desktop needs of the operating system: the libraries that Electron links, a virtual display, a font. Debian's packages are
// installed when the account may; elsewhere they are named. Refuses to touch any other system.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, say, SetupError, show } from './command.mjs'
import { stampsDir } from './places.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

/** What Electron 25 to 45 link or load, by Debian's names; a package replaced by its 64-bit-time successor is found by what it provides. */
const LIBRARIES = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libdrm2',
  'libxcomposite1',
  'libxdamage1',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
  'libxss1',
  'libxtst6',
]
const DISPLAY = ['xvfb', 'xauth', 'fonts-dejavu-core']
const APT_TIMEOUT_MS = 600_000

const onPath = (program) =>
  (process.env.PATH ?? '').split(':').some((dir) => dir !== '' && existsSync(join(dir, program)))

/** What is missing, in words; empty when the desktop tests can run. */
function listMissing(executable) {
  const linked = capture('ldd', [executable])
  const missing = [...linked.stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library)
  for (const program of ['Xvfb', 'xvfb-run', 'xauth']) if (!onPath(program)) missing.push(program)
  if (!existsSync('/usr/share/fonts')) missing.push('a font')
  return missing
}

async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) =>
    show('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
      env,
      timeoutMs: APT_TIMEOUT_MS,
      stdio: ['ignore', 2, 2],
    })
  const args = ['install', '-y', '--no-install-recommends', '--no-upgrade', ...packages]
  // Lists may be absent or old: refresh them, once, only when the first try does not work.
  if ((await apt(...args)) === 0) return true
  return (await apt('update')) === 0 && (await apt(...args)) === 0
}

/** What reads old workbooks and presentations; without windows, and without what it recommends. */
const OFFICE = ['libreoffice-calc-nogui', 'libreoffice-impress-nogui']

const isDebian = () => existsSync('/etc/debian_version') && /debian/i.test(readFileSync('/etc/os-release', 'utf8'))

/** Makes sure that the tests of old formats have their LibreOffice; where it cannot be installed they are left out, which counts as failed. */
export async function ensureOffice() {
  if (process.platform !== 'linux' || onPath('soffice') || onPath('libreoffice')) return
  if (!isDebian() || process.getuid?.() !== 0) {
    say(`The tests of old formats need LibreOffice. Install it (Debian's names): ${OFFICE.join(' ')}`)
    return
  }
  say('installing LibreOffice for the tests of old formats …')
  if (!(await install(OFFICE))) say(`apt-get could not install ${OFFICE.join(' ')}`)
}

/** What making and trying a deb needs beside dpkg: `strip`, and the check of a desktop entry. */
const PACKAGING = ['binutils', 'desktop-file-utils', 'procps']

/**
 * Makes sure that a deb which needs `depends` can be made, judged and installed here; asks for root on a Debian system.
 * @throws SetupError naming the packages, where they cannot be installed.
 */
export async function ensurePackaging(depends) {
  const packages = [...PACKAGING, ...depends]
  say('making sure of what the tests of the package need …')
  if (!(await install(packages)))
    throw new SetupError(
      'apt-get could not install what the tests of the package need',
      `Install ${packages.join(' ')}.`,
    )
}

/**
 * Makes sure that the runtime's libraries and a virtual display are there. Remembered for each executable.
 * @throws SetupError naming the packages, where they cannot be installed.
 */
export async function ensureSystem({ executable }) {
  if (process.platform !== 'linux') return
  const stamp = join(stampsDir, 'system.json')
  if (readStamp(stamp)?.executable === executable && onPath('xvfb-run')) return
  const missing = listMissing(executable)
  if (missing.length > 0) {
    const packages = [...LIBRARIES, ...DISPLAY]
    const names = `The desktop needs (Debian's names): ${packages.join(' ')}`
    if (!isDebian() || process.getuid?.() !== 0)
      throw new SetupError(`missing on this system: ${missing.join(', ')}`, names)
    say(`installing what the desktop needs: ${missing.join(', ')} …`)
    if (!(await install(packages)))
      throw new SetupError(
        'apt-get could not install what the desktop needs',
        `${names}. Install them, then try again.`,
      )
    const still = listMissing(executable)
    if (still.length > 0) throw new SetupError(`still missing after installing: ${still.join(', ')}`, names)
  }
  writeStamp(stamp, { executable })
}
