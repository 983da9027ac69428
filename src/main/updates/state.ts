/**
 * Owns the file `<data folder>/updates/state.json`: what was installed last, how its first starts went, and which versions are left out.
 * Refuses: deciding anything by it (installed.ts does), sums of packages (whoever writes in a data folder would choose what is installed; see
 * kept-manifest.ts), and files of a newer version: they say things that are not known here.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { z } from 'zod'
import { writeWholeSync } from '../store/whole-files'
import { stateFileOf, updatesFolderOf } from './places'

const FORMAT = 1
/** Versions that are remembered as bad; older ones are below what is offered by then. */
const MOST_SKIPPED = 50

const versionSchema = z.string().min(1).max(100)

const installSchema = z.object({
  from: versionSchema,
  to: versionSchema,
  /** The package that was installed, and that of the version before; below the folder of updates without that folder, which may move. */
  packageFile: z.string().min(1),
  previousFile: z.string().min(1).nullable(),
  /** The version of the data before; `null` when there was none. */
  dataVersion: z.number().int().min(0).nullable(),
  /** UTC. */
  begunAt: z.string(),
  /** Starts of `to` that did not come to their end. */
  failedStarts: z.number().int().min(0),
  /** A start of `to` was begun, and nobody has said yet how it ended. */
  starting: z.boolean(),
  /** It has started once: it is watched no more. */
  started: z.boolean(),
  /** Somebody goes back, by an installer that takes over when this process is gone: the data follow once the version before is there. */
  returning: z.boolean().default(false),
})
export type Install = z.infer<typeof installSchema>

const stateSchema = z.object({
  format: z.number().int().min(1).max(FORMAT),
  install: installSchema.nullable(),
  /** Versions that somebody went back from. */
  skipped: z.array(versionSchema),
})
export type State = z.infer<typeof stateSchema>

export const noState: State = { format: FORMAT, install: null, skipped: [] }

/** Below the folder of updates a path is kept from there on. */
const keepPath = (folder: string, path: string): string => {
  const below = relative(updatesFolderOf(folder), path)
  return below === '' || below.startsWith(`..${sep}`) || below === '..' || isAbsolute(below) ? path : below
}
const findPath = (folder: string, path: string): string =>
  isAbsolute(path) ? path : join(updatesFolderOf(folder), path)

const mapPaths = (state: State, change: (path: string) => string): State => {
  const { install } = state
  if (install === null) return state
  const previousFile = install.previousFile === null ? null : change(install.previousFile)
  return { ...state, install: { ...install, packageFile: change(install.packageFile), previousFile } }
}

/**
 * What the file says, with whole paths. Without a file: nothing.
 * @param onBroken is told of a file that cannot be read, is damaged or of a newer version: it says nothing then
 */
export const readState = (folder: string, onBroken: (thrown: unknown) => void): State => {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(stateFileOf(folder), 'utf8')))
    return mapPaths(state, (path) => findPath(folder, path))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') onBroken(thrown)
    return noState
  }
}

/** Writes the file whole or not at all. @throws what the file system throws */
export const writeState = (folder: string, state: State): void => {
  mkdirSync(updatesFolderOf(folder), { recursive: true, mode: 0o700 })
  const kept = mapPaths({ ...state, skipped: state.skipped.slice(-MOST_SKIPPED) }, (path) => keepPath(folder, path))
  writeWholeSync(stateFileOf(folder), `${JSON.stringify(kept, null, 2)}\n`)
}
