/**
 * Owns going back from a version that does not start: its package goes, the one before comes, and with it the data as they were, when the bad one
 * had changed them. Refuses: asking; a person has said so; and a package that is not what was signed for its version, whatever the data folder says.
 * Only for the one instance of a data folder whose engine does not run.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'
import { listBackups } from '../store/backups'
import { peekVersion } from '../store/schema-version'
import { noteWentBack } from './installed'
import { installPackage, type PackageKind } from './install-package'
import type { Log } from '../../shared/log'
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

export type Return = {
  /** The backup of what was there; `null` when the data stayed. */
  readonly replaced: string | null
}

export type BackParts = Trust & {
  /** What the running copy was installed from. */
  readonly kind: PackageKind | null
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly installFile?: typeof installPackage | undefined
}

/**
 * Goes back. What fails before the package is installed changes nothing; the data come last, so that the version which is there then can still
 * put them back by itself when that fails.
 * @throws UPDATE_NO_WAY_BACK, UPDATE_BY_HAND; what installing throws
 */
export const goBack = async (
  folder: string,
  install: Install,
  { kind, log, keys, system, installFile = installPackage }: BackParts,
): Promise<Return> => {
  const { from, previousFile } = install
  const refuse = (reason: string): AppError => new AppError('UPDATE_NO_WAY_BACK', { version: from, reason })
  if (previousFile === null || !existsSync(previousFile)) throw refuse('its package is not there any more')
  if (kind === null) throw new AppError('UPDATE_BY_HAND', { path: previousFile })
  // What reads manifests is loaded when somebody goes back: the question itself needs none of it.
  const { checkKept } = await import('./kept-manifest')
  const sum = await checkKept({ packageFile: previousFile, version: from, kind }, { keys, system })
  const fate = findDataFate(folder, install)
  if (fate.kind === 'stuck') throw refuse('the data was changed, and the backup of it is gone')
  // Loaded before it: afterwards the files of the program are those of another version.
  const { restoreBackup } = await import('../store/restoring')
  await installFile(previousFile, sum, kind)
  await noteWentBack(folder, log)
  log.info('update.back', { from: install.to, to: from, data: fate.kind })
  if (fate.kind !== 'restored') return { replaced: null }
  try {
    const { replaced, schema } = restoreBackup(folder, fate.backup)
    log.info('backup-restored', { backup: fate.backup, replaced, schema })
    return { replaced }
  } catch (error) {
    // The version that is there now refuses data of a newer one, and offers the same backup.
    log.error('update.back.data.failed', { error, backup: fate.backup })
    return { replaced: null }
  }
}
