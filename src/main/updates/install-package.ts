/**
 * Owns putting a package of Sluice in the place of the one that is installed, on Linux: with the system's own programs and the system's own question
 * for the password. Refuses: fetching and checking packages, two installations at once, and what has to be done by hand.
 */
import { constants, existsSync, openSync, readFileSync, rmSync, statSync, writeSync, closeSync } from 'node:fs'
import { chmod, copyFile, link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { AppError } from '../../shared/errors'
import { ownAppImage } from './app-image'
import { CHANGED, checkedCommand } from './as-root'
import { run as runProgram, type Run } from './commands'
import { debs, reasonIn, rpms, type PackageSystem } from './package-systems'
import { sumOf, type Sum } from './sum'

/** What is installed by `installPackage`. */
export const packageKinds = ['deb', 'rpm', 'AppImage'] as const
export type PackageKind = (typeof packageKinds)[number]

/** As electron-builder calls it: that of deb and rpm. */
const PACKAGE_NAME = 'sluice-desktop'

/** What an installation needs of the system; tests hand in others. */
export type InstallSystem = {
  readonly run: Run
  readonly isRoot: boolean
  /** The program that asks for the password and then runs another one as root; `null` when there is none. */
  readonly asker: string | null
  /** The AppImage that runs; `null` when none does. */
  readonly appImage: string | null
  readonly exists: (path: string) => boolean
}

const findProgram = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path)) ?? null

export const thisSystem = (): InstallSystem => ({
  run: runProgram,
  isRoot: process.getuid?.() === 0,
  asker: findProgram('pkexec'),
  appImage: ownAppImage(),
  exists: existsSync,
})

const failed = (path: string, reason: string, cause?: unknown): AppError =>
  new AppError('UPDATE_INSTALL_FAILED', { path, reason }, { cause })

/** An installation does not take that long: what is older was left by a process that is gone. */
const LOCK_MS = 3_600_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Lets one process at a time install from a folder. @throws UPDATE_INSTALLING */
const takeLock = (path: string): (() => void) => {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const lock = openSync(path, 'wx', 0o600)
      try {
        writeSync(lock, String(process.pid))
      } finally {
        closeSync(lock)
      }
      return () => rmSync(path, { force: true })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST')
        throw failed(path, thrown instanceof Error ? thrown.message : String(thrown), thrown)
      const at = statSync(path, { throwIfNoEntry: false })
      const pid = at === undefined ? 0 : Number(readFileSync(path, 'utf8'))
      if (at !== undefined && Date.now() - at.mtimeMs < LOCK_MS && pid > 0 && isAlive(pid)) break
      rmSync(path, { force: true })
    }
  }
  throw new AppError('UPDATE_INSTALLING')
}

/** The answers of pkexec that are no answers of the program. */
const DISMISSED = 126
const NOT_ALLOWED = 127

const runAsRoot = async (file: string, command: readonly string[], system: InstallSystem): Promise<void> => {
  const [program = '', ...words] = command
  if (!system.isRoot && system.asker === null)
    throw new AppError('UPDATE_NO_RIGHTS', { path: file, reason: 'nothing on this system asks for the password' })
  const { code, said } =
    system.isRoot || system.asker === null
      ? await system.run(program, words)
      : // The agent of the desktop asks; one in a terminal would never be seen.
        await system.run(system.asker, ['--disable-internal-agent', program, ...words])
  if (code === 0) return
  if (!system.isRoot && code === DISMISSED) throw new AppError('UPDATE_CANCELLED')
  if (!system.isRoot && code === NOT_ALLOWED)
    throw new AppError('UPDATE_NO_RIGHTS', { path: file, reason: reasonIn(said) })
  throw failed(file, reasonIn(said))
}

const installBySystem = async (
  file: string,
  sum: Sum,
  packages: PackageSystem,
  system: InstallSystem,
): Promise<void> => {
  const { name, version } = await packages.look(file, system.run)
  if (name !== PACKAGE_NAME) throw failed(file, 'it is no package of Sluice')
  // Another process was faster.
  if ((await packages.installed(name, system.run)) === version) return
  const command = packages.commands.find(([program]) => system.exists(program))
  if (command === undefined) throw failed(file, 'the programs that install packages are not there')
  const { size: sizeBytes } = await stat(file)
  await runAsRoot(file, checkedCommand({ file, sizeBytes, sum, ending: packages.ending }, command), system)
  if ((await packages.installed(name, system.run)) !== version) throw failed(file, 'the version before is still there')
}

/** Where the AppImage of the version before is kept, beside the one that is there now. */
export const keptAppImageOf = (target: string): string => `${target}.previous`

/** The new file takes the name of the old one, which gets another: there is a whole one at every moment. */
const replaceAppImage = async (file: string, sum: Sum, target: string): Promise<void> => {
  const fresh = join(dirname(target), `.${basename(target)}.new`)
  const kept = keptAppImageOf(target)
  try {
    // Left by one that was cut off; or a link that somebody put there, and would be written through.
    await rm(fresh, { force: true })
    await copyFile(file, fresh, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    if ((await sumOf(fresh, sum.algorithm)) !== sum.hex) throw new Error(CHANGED)
    await chmod(fresh, 0o755)
    const written = await open(fresh, 'r+')
    try {
      await written.sync()
    } finally {
      await written.close()
    }
    // Going back: what is put in place may be the one that is kept.
    if (file !== kept) {
      await rm(kept, { force: true })
      await link(target, kept).catch(() => copyFile(target, kept, constants.COPYFILE_FICLONE))
    }
    await rename(fresh, target)
  } catch (thrown) {
    await rm(fresh, { force: true })
    const { code, message } = thrown as NodeJS.ErrnoException
    throw failed(file, code === 'ENOSPC' ? 'the disk is full' : message, thrown)
  }
}

/** Two data folders may have the same AppImage: its lock lies beside it. That of the others is the system's; ours is beside the package. */
const lockOf = (file: string, appImage: string | null): string =>
  appImage === null ? join(dirname(file), 'install.lock') : join(dirname(appImage), `.${basename(appImage)}.lock`)

/**
 * Installs a package over the version that is there. Whatever is thrown, that version is as it was.
 * @param sum what was promised of the file: it is looked at again in the copy that is installed
 * @param kind what the running copy was installed from
 * @throws UPDATE_INSTALLING, UPDATE_CANCELLED, UPDATE_NO_RIGHTS, UPDATE_INSTALL_FAILED, UPDATE_BY_HAND
 */
export const installPackage = async (
  file: string,
  sum: Sum,
  kind: PackageKind | null,
  system = thisSystem(),
): Promise<void> => {
  if (kind === null) throw new AppError('UPDATE_BY_HAND', { path: file })
  const target = kind === 'AppImage' ? system.appImage : null
  if (kind === 'AppImage' && target === null) throw failed(file, 'no AppImage runs')
  const release = takeLock(lockOf(file, target))
  try {
    if (target !== null) await replaceAppImage(file, sum, target)
    else await installBySystem(file, sum, kind === 'deb' ? debs : rpms, system)
  } finally {
    release()
  }
}

/**
 * What the running copy was installed from; `null`: a folder that somebody unpacked, or another system.
 * @param executable the program of the window
 */
export const findKind = async (executable: string, system = thisSystem()): Promise<PackageKind | null> => {
  if (process.platform !== 'linux') return null
  if (system.appImage !== null) return 'AppImage'
  const owns = async (program: string, words: readonly string[]): Promise<boolean> => {
    const { code, said } = await system.run(program, words)
    return code === 0 && said.includes(PACKAGE_NAME)
  }
  if (await owns('dpkg-query', ['--search', executable])) return 'deb'
  return (await owns('rpm', ['--query', '--file', executable])) ? 'rpm' : null
}
