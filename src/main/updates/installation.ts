/**
 * Owns the question how the running copy was installed, and so what can take its place, on every system. Refuses: installing, and guessing from the
 * system alone: on each of them there are copies that no installer has put there. Light: it is asked before the app is loaded.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, posix, win32 } from 'node:path'
import { findKind } from './install-package'
import type { PackageKind } from '../../shared/updates'

/** What is looked at; tests hand in others. */
export type InstallationPlace = {
  readonly platform: string
  readonly exists: (path: string) => boolean
  /** The names in a folder. @throws what the file system throws */
  readonly list: (folder: string) => readonly string[]
  /** What put the copy there on Linux; `null`: nothing. */
  readonly findLinux: (executable: string) => Promise<PackageKind | null>
}

const here: InstallationPlace = {
  platform: process.platform,
  exists: existsSync,
  list: (folder) => readdirSync(folder),
  findLinux: findKind,
}

/**
 * The installer leaves its uninstaller beside the program; neither the msi nor what is portable or was unpacked has one there. That of another program
 * says nothing: a copy may have been unpacked beside it.
 */
const isByInstaller = (executable: string, { list }: InstallationPlace): boolean => {
  const uninstallers = ['uninstall sluice.exe', `uninstall ${win32.basename(executable).toLowerCase()}`]
  return list(win32.dirname(executable)).some((name) => uninstallers.includes(name.toLowerCase()))
}

/** A bundle with the archive of a packaged app: that of a checkout has none. */
const isBundle = (executable: string, { exists }: InstallationPlace): boolean =>
  /\.app\/Contents\/MacOS\/[^/]+$/.test(executable) &&
  exists(posix.join(dirname(executable), '..', 'Resources', 'app.asar'))

/**
 * How the running copy was installed; `folder`: by nothing that could replace it.
 * @param executable the program of the window
 * @throws what the file system throws
 */
export const findInstallation = async (executable: string, place = here): Promise<PackageKind> => {
  if (place.platform === 'win32') return isByInstaller(executable, place) ? 'nsis' : 'folder'
  if (place.platform === 'darwin') return isBundle(executable, place) ? 'mac' : 'folder'
  return (await place.findLinux(executable)) ?? 'folder'
}
