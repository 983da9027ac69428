/**
 * Owns `sluice data move` and `sluice data remove-old`: the data folder goes to another place, and what is left in the old one is removed.
 * Refuses: folders that another process works in, and those that an organization has set.
 */
import { resolve } from 'node:path'
import { AppError, formatBytes, toAppError } from '../../../shared/errors'
import { managedDataDir } from '../../settings/policy-place'
import { moveDataFolder, removeOldFolder, type MoveProgress } from '../../relocation/move'
import { checkTarget } from '../../relocation/target'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet } from '../options'

const requireFree = ({ policy, dataDir }: CommandContext, path: string): void => {
  const managed = managedDataDir(policy)
  if (managed !== null) throw new AppError('DATA_DIR_MANAGED', { managed: dataDir, path })
}

const says: Readonly<Record<MoveProgress['phase'], string>> = {
  copying: 'Copying',
  comparing: 'Comparing',
  switching: 'Switching',
}

/** Opens the folder as any command would, and closes it: what does not open is not the one to keep. */
const openOnce = async ({ program, policy, log }: CommandContext, dataDir: string): Promise<void> => {
  const { startEngineHere } = await import('../engine-start')
  const engine = await startEngineHere({ dataDir, program, log, soon: null, flags: {}, policy })
  await engine?.close()
}

export const move: CommandRun = async (context, [word = ''], options) => {
  const { terminal, json, dataDir, folder, interrupt, log } = context
  const wanted = resolve(folder, word)
  requireFree(context, wanted)
  const { isNetwork } = checkTarget(dataDir, wanted)
  if (isNetwork) {
    const warning = `${wanted} is a drive of a network: a line that breaks, or another computer that writes there, may damage the database.`
    if (!isSet(options, 'yes'))
      throw new AppError('USAGE', { reason: `${warning} Give --yes to move it there all the same.` })
    terminal.note(warning)
  }
  const { from, to, bytes } = await moveDataFolder({
    dataDir,
    to: wanted,
    signal: interrupt.signal,
    log,
    onProgress: ({ phase, doneBytes, totalBytes }) => {
      if (!json && terminal.isLive)
        terminal.drawLive([`${says[phase]}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`])
    },
  })
  terminal.clearLive()
  await openOnce(context, to)
  const removed = isSet(options, 'removeOld') ? removeOldFolder(to) : null
  if (json) await terminal.writeJson({ from, to, bytes, oldRemoved: removed !== null })
  else
    await terminal.writeLines([
      `The data folder is ${to} now (${formatBytes(bytes)}). Whoever asks for ${from} is led there.`,
      removed === null
        ? `The old one is kept: "sluice data remove-old" removes it.`
        : 'What was in the old one is removed.',
    ])
  return exitCodes.done
}

export const removeOld: CommandRun = async ({ terminal, json, dataDir, log }) => {
  let removed: string | null
  try {
    removed = removeOldFolder(dataDir)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'INTERNAL_BUG') throw error
    throw new AppError('MOVE_FAILED', { path: dataDir, reason: error.message }, { cause: thrown })
  }
  if (removed !== null) log.info('old-data-folder-removed', { path: removed })
  if (json) await terminal.writeJson({ removed })
  else
    await terminal.writeLines([
      removed === null
        ? 'There is no old data folder.'
        : `What was in ${removed} is removed; only the word where it went is left.`,
    ])
  return exitCodes.done
}
