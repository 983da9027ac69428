/**
 * Owns which folder is the data folder when several could be: that of a policy, the option, the environment, the place for the account's data.
 * Refuses: making or checking it; the engine does when it opens it. The window uses the same rules.
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import { isSameFolder, spellOnDisk } from '../paths/same-place'
import { followMoves } from '../store/whereabouts'

type Environment = Readonly<Record<string, string | undefined>>

/** The per-user data folder of this system. */
export const defaultDataDir = (
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string => {
  if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Sluice')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sluice')
  const dataHome = env['XDG_DATA_HOME']
  // The specification says that a relative path is to be ignored.
  return join(dataHome?.startsWith('/') ? dataHome : join(home, '.local', 'share'), 'sluice')
}

/**
 * Absolute path of the data folder, as its disk writes it: what was asked for, else `$SLUICE_DATA_DIR`, else the per-user one; where that was moved to, if it was.
 * @param managed the one that the policy of an organization fixes: then there is no other
 * @throws DATA_DIR_MANAGED, DATA_DIR_AWAY, MOVE_DAMAGED
 */
export const resolveDataDir = (
  asked: string | undefined,
  cwd: string,
  env: Environment = process.env,
  managed: string | null = null,
): string => {
  const chosen = asked || env['SLUICE_DATA_DIR']
  // By one name for every process: some disks lock a file by the name it was opened by.
  if (managed === null)
    return spellOnDisk(followMoves(spellOnDisk(chosen ? resolve(cwd, chosen) : defaultDataDir(env))))
  if (chosen && !isSameFolder(resolve(cwd, chosen), managed))
    throw new AppError('DATA_DIR_MANAGED', { managed, path: resolve(cwd, chosen) })
  return spellOnDisk(managed)
}
