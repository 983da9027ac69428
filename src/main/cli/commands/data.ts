/**
 * Owns `sluice data backups` and `sluice data restore`: what is kept of a data folder from before its upgrades, and putting it back.
 * Refuses: opening the folder; both work when it cannot be opened.
 */
import { formatBytes, told } from '../../../shared/errors'
import type { Backup } from '../../../shared/backups'
import { listBackups } from '../../store/backups'
import { restoreBackup } from '../../store/restoring'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { formatTable, type Column } from '../output/table'
import { formatMoment } from '../output/units'

const whyOf = ({ reason, toSchema }: Backup): string =>
  reason === 'upgrade' ? `before the upgrade to version ${toSchema}` : `replaced by a backup of version ${toSchema}`

const layout: readonly Column<Backup>[] = [
  { title: 'BACKUP', value: ({ id }) => id },
  { title: 'MADE', value: ({ madeAt }) => formatMoment(madeAt) },
  {
    title: 'DATA',
    value: ({ schema, program }) => `version ${schema}${program === null ? '' : ` (Sluice ${program})`}`,
  },
  { title: 'WHY', value: whyOf, flexible: true },
  { title: 'SIZE', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
]

export const backups: CommandRun = async ({ terminal, json, dataDir }) => {
  const found = listBackups(dataDir)
  if (json) await terminal.writeJson({ backups: found, total: found.length })
  else
    await terminal.writeLines(
      found.length === 0
        ? ['There is no backup: none was needed yet.']
        : [...formatTable(found, layout, terminal.columns), '', 'Put one back with "sluice data restore BACKUP".'],
    )
  return exitCodes.done
}

export const restore: CommandRun = async ({ terminal, json, dataDir, log }, [id = '']) => {
  const { replaced, schema, vectorsMissing, unpruned } = restoreBackup(dataDir, id)
  log.info('backup-restored', { backup: id, replaced, schema })
  if (json) {
    await terminal.writeJson({
      restored: { id, schema },
      replaced,
      vectorsMissing,
      unpruned: unpruned === null ? null : told(unpruned.code, unpruned.details),
    })
    return exitCodes.done
  }
  await terminal.writeLines([
    `The data folder is as it was when the backup was made: version ${schema} of the data.`,
    `What was there is a backup now: ${replaced}.`,
    ...(vectorsMissing
      ? ['Vectors were not in the backup: "sluice doctor --repair" has them made again from the text.']
      : []),
    ...(unpruned === null ? [] : [`Older backups could not be taken away: ${unpruned.message}`]),
    'Open it with the Sluice of that version; this one would bring it up to date again.',
  ])
  return exitCodes.done
}
