/**
 * Owns where the app keeps its things: the data folder that was asked for, the window's own files within it, and what Chromium keeps.
 * Refuses: starting anywhere else in silence. When the folder cannot be written, the window's files go to a temporary folder so that
 * the window can say so.
 */
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const FLAG = '--data-dir'
const TEMPORARY = 'sluice-window-'
/** The page's profile is written to until the very end, so a temporary folder outlives its app; a later start removes it. */
const TEMPORARY_KEPT_MS = 86_400_000

const removeOldTemporaries = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(TEMPORARY)) continue
    const path = join(parent, name)
    const stat = statSync(path, { throwIfNoEntry: false })
    const isOurs =
      stat !== undefined && stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid())
    if (isOurs && Date.now() - stat.mtimeMs > TEMPORARY_KEPT_MS) rmSync(path, { recursive: true, force: true })
  }
}

/** The folder after `--data-dir` (or in `--data-dir=…`), else `null`. */
export const findDataDirArgument = (argv: readonly string[]): string | null => {
  for (const [at, argument] of argv.entries()) {
    if (argument.startsWith(`${FLAG}=`)) return resolve(argument.slice(FLAG.length + 1))
    const next = argv[at + 1]
    if (argument === FLAG && next !== undefined) return resolve(next)
  }
  return null
}

/** The folder for the window's own files (the page's profile, preferences). */
export const prepareWindowFolder = (dataDir: string, temporaryParent: string = tmpdir()): string => {
  const folder = join(dataDir, 'window')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    // Not lost: the engine meets the same obstacle and reports it with its code; here only the window's own files need a place.
    removeOldTemporaries(temporaryParent)
    return mkdtempSync(join(temporaryParent, TEMPORARY))
  }
}

/**
 * The folder for what Chromium keeps: the window's own, but where the disk holds no links. Chromium makes one to be there once, and takes a disk that
 * refuses it for a Sluice that is open already; there it gets a temporary folder, and the preferences stay where they are.
 */
export const prepareProfileFolder = (
  windowFolder: string,
  temporaryParent: string = tmpdir(),
  makeLink: (to: string, path: string) => void = symlinkSync,
  platform: NodeJS.Platform = process.platform,
): string => {
  // There it makes no link.
  if (platform === 'win32') return windowFolder
  const probe = join(windowFolder, `.link-probe-${process.pid}`)
  try {
    rmSync(probe, { force: true })
    makeLink('nowhere', probe)
    rmSync(probe, { force: true })
    return windowFolder
  } catch {
    // Whatever the reason is: Chromium would meet it as well.
    removeOldTemporaries(temporaryParent)
    return mkdtempSync(join(temporaryParent, TEMPORARY))
  }
}
