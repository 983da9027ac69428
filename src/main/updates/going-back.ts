/**
 * Owns going back from a version that does not start: its package goes, the one before comes, and with it the data as they were, when the bad one
 * had changed them. Refuses: asking; a person has said so; and a package that is not what was signed for its version, whatever the data folder says.
 * Only for the one instance of a data folder whose engine does not run.
 *
 * On Linux the package is in its place before the data are touched. On Windows and macOS an installer takes over when this process is gone, and
 * somebody may cancel it: nothing is touched here then but the note, and the version that comes puts the data back.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import { listBackups } from '../store/backups'
import { peekVersion } from '../store/schema-version'
import { noteReturning, noteWentBack } from './installed'
import { installPackage } from './install-package'
import type { Log } from '../../shared/log'
import { CHANGED_PACKAGE } from './sum'
import type { PackageKind } from '../../shared/updates'
import type { restoreBackup } from '../store/restoring'
import type { installReady } from './install-ready'
import type { Trust } from './kept-manifest'
import type { Install } from './state'

/** What becomes of the data. */
export type DataFate =
  /** Both versions read them. */
  | { readonly kind: 'same' }
  /** The new version has changed them: the backup that it made comes back, and what is there now becomes a backup itself. */
  | { readonly kind: 'restored'; readonly backup: string }
  /** The new version has changed them, and there is no backup of how they were. */
  | { readonly kind: 'stuck' }

/** What going back from an installation would do to the data. Changes nothing. @throws what the file system throws */
export const findDataFate = (folder: string, install: Install): DataFate => {
  const now = peekVersion(join(folder, 'sluice.db'))
  const before = install.dataVersion
  if (now === null || before === null || now <= before) return { kind: 'same' }
  const backup = listBackups(folder).find(
    ({ reason, schema, usable }) => reason === 'upgrade' && schema === before && usable,
  )
  return backup === undefined ? { kind: 'stuck' } : { kind: 'restored', backup: backup.id }
}

/** The package of the version before, as far as anybody may be told to install it. */
export type Kept =
  | { readonly kind: 'missing' }
  /** It is what was signed for that version. */
  | { readonly kind: 'good'; readonly file: string }
  /** It is that, too, but for another way of installing than that of this copy: a person has to. */
  | { readonly kind: 'foreign'; readonly file: string }
  /** It is not what was signed, or nothing shows that it is; why. */
  | { readonly kind: 'changed' | 'unproven'; readonly file: string; readonly reason: string }

/** Looks at the package of the version before. Takes as long as it takes to read it. Never throws: what cannot be looked at is not proven. */
export const findKept = async (
  { from, previousFile }: Install,
  { kind, log, ...trust }: Trust & { readonly kind: PackageKind; readonly log: Pick<Log, 'warn'> },
): Promise<Kept> => {
  if (previousFile === null || !existsSync(previousFile)) return { kind: 'missing' }
  const file = previousFile
  const check = async (as: PackageKind | null): Promise<string | null> => {
    try {
      const { checkKept } = await import('./kept-manifest')
      await checkKept({ packageFile: file, version: from, kind: as }, trust)
      return null
    } catch (thrown) {
      const { details, message } = toAppError(thrown)
      log.warn('update.back.unbelieved', { version: from, error: thrown })
      return String(details['reason'] ?? message)
    }
  }
  const reason = await check(kind === 'folder' ? null : kind)
  if (reason === null) return { kind: 'good', file }
  if (reason !== CHANGED_PACKAGE) return { kind: 'unproven', file, reason }
  return kind !== 'folder' && (await check(null)) === null
    ? { kind: 'foreign', file }
    : { kind: 'changed', file, reason }
}

export type Return = {
  /** The backup of what was there; `null` when the data stayed, or are to follow. */
  readonly replaced: string | null
  /** An installer takes over once this process is gone, and starts the version before. */
  readonly startsItself: boolean
}

export type BackParts = Trust & {
  /** How the running copy was installed. */
  readonly kind: PackageKind
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Ends the app. Called where an installer takes over. */
  readonly quit: () => void
  readonly installFile?: typeof installPackage | undefined
  readonly handOver?: typeof installReady | undefined
}

/** Puts a backup back, where one is needed. Returns the backup of what was there. Its failure is told, and no more: see below. */
const restore = (folder: string, fate: DataFate, put: typeof restoreBackup, log: BackParts['log']): string | null => {
  if (fate.kind !== 'restored') return null
  try {
    const { replaced, schema } = put(folder, fate.backup)
    log.info('backup-restored', { backup: fate.backup, replaced, schema })
    return replaced
  } catch (error) {
    // The version that is there now refuses data of a newer one, and offers the same backup.
    log.error('update.back.data.failed', { error, backup: fate.backup })
    return null
  }
}

/**
 * Goes back. What fails before the package is installed changes nothing; the data come last, so that the version which is there then can still
 * put them back by itself when that fails.
 * @throws UPDATE_NO_WAY_BACK, UPDATE_BY_HAND; what installing throws
 */
export const goBack = async (
  folder: string,
  install: Install,
  { kind, log, keys, system, quit, installFile = installPackage, handOver }: BackParts,
): Promise<Return> => {
  const { from, to, previousFile } = install
  const refuse = (reason: string): AppError => new AppError('UPDATE_NO_WAY_BACK', { version: from, reason })
  if (previousFile === null || !existsSync(previousFile)) throw refuse('its package is not there any more')
  if (kind === 'folder') throw new AppError('UPDATE_BY_HAND', { path: previousFile })
  // What reads manifests is loaded when somebody goes back: the question itself needs none of it.
  const { checkKept } = await import('./kept-manifest')
  const sum = await checkKept({ packageFile: previousFile, version: from, kind }, { keys, system })
  const fate = findDataFate(folder, install)
  if (fate.kind === 'stuck') throw refuse('the data was changed, and the backup of it is gone')
  if (kind === 'nsis' || kind === 'mac') {
    const hand = handOver ?? (await import('./install-ready')).installReady
    const sha512 = Buffer.from(sum.hex, 'hex').toString('base64')
    await noteReturning(folder, true, log)
    log.info('update.back.begun', { from: to, to: from, data: fate.kind })
    try {
      await hand(
        { from: to, to: from, kind, packageFile: previousFile, sha512 },
        { dataDir: folder, quit, isBack: true },
      )
    } catch (thrown) {
      await noteReturning(folder, false, log)
      throw thrown
    }
    return { replaced: null, startsItself: true }
  }
  // Loaded before it: afterwards the files of the program are those of another version.
  const { restoreBackup: put } = await import('../store/restoring')
  await installFile(previousFile, sum, kind)
  await noteWentBack(folder, log)
  log.info('update.back', { from: to, to: from, data: fate.kind })
  return { replaced: restore(folder, fate, put, log), startsItself: false }
}

/**
 * The end of going back by an installer, in the version that came: the data as they were before the one that did not start. Data that this version
 * reads stay, whatever the note says: whoever writes in the data folder writes the note. Returns the backup of what was there; `null` when nothing had
 * to be put back, or could be: this version refuses newer data then, and offers the same backup.
 * @param readable the newest version of data that this version reads; left out, its own
 */
export const finishReturn = async (
  folder: string,
  install: Install,
  log: BackParts['log'],
  readable?: number,
): Promise<string | null> => {
  try {
    const most = readable ?? (await import('../store/migrations')).SCHEMA_VERSION
    const isRead = (peekVersion(join(folder, 'sluice.db')) ?? 0) <= most
    const fate: DataFate = isRead ? { kind: 'same' } : findDataFate(folder, install)
    log.info('update.back', { from: install.to, to: install.from, data: fate.kind })
    const { restoreBackup: put } = await import('../store/restoring')
    return restore(folder, fate, put, log)
  } catch (error) {
    log.error('update.back.data.failed', { error })
    return null
  }
}
