/**
 * Owns where the policy of an organization is, and what it means for the place of the data folder: all that a start has to know of it where
 * there is none. Refuses: reading it.
 */
import { lstatSync } from 'node:fs'
import { userInfo, type UserInfo } from 'node:os'
import { resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import type { Policy, PolicyPlace } from '../../shared/policy'

type Environment = Readonly<Record<string, string | undefined>>

/** Names a policy where the system has none: for tests, and for what is carried along. */
export const POLICY_VARIABLE = 'SLUICE_POLICY_FILE'
/** Where administrators put it. */
export const systemPolicyPath = (platform: NodeJS.Platform = process.platform): string => {
  if (platform === 'win32') return 'C:\\ProgramData\\Sluice\\policy.json'
  if (platform === 'darwin') return '/Library/Application Support/Sluice/policy.json'
  return '/etc/sluice/policy.json'
}

export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error ? ((thrown as NodeJS.ErrnoException).code ?? thrown.message) : String(thrown)

/** Only where the system says that nothing is there: what may not be looked at, or leads nowhere, is there. */
const isAbsent = (path: string): boolean => {
  try {
    lstatSync(path)
    return false
  } catch (thrown) {
    return codeOf(thrown) === 'ENOENT'
  }
}

/** Where a policy of this computer is; `null`: nobody manages it. `systemPath` is for tests of this rule itself. */
export const findPolicy = (
  environment: Environment,
  systemPath: string = systemPolicyPath(),
): { readonly path: string; readonly place: PolicyPlace } | null => {
  if (!isAbsent(systemPath)) return { path: systemPath, place: 'system' }
  const named = environment[POLICY_VARIABLE]
  // One that is named and is not there is broken, not absent: a slip in the name must not open everything.
  return named ? { path: resolve(named), place: 'variable' } : null
}

type Account = Readonly<Pick<UserInfo<string>, 'username' | 'homedir'>>

/** As the system knows it: `HOME` is chosen by whoever starts the process. */
const readAccount = (): Account => {
  try {
    return userInfo()
  } catch (thrown) {
    throw new AppError('USAGE', {
      reason: `The policy of this computer names a data folder by the account, and the account has no name (${codeOf(thrown)}).`,
    })
  }
}

/** The data folder that a policy fixes, for this account; `null`: none. */
export const managedDataDir = (
  { dataDir }: Pick<Policy, 'dataDir'>,
  account: () => Account = readAccount,
): string | null => {
  // Asked for only where it is needed: an account without a name has Sluice all the same.
  if (dataDir === null) return null
  const filled = dataDir.includes('{user}') ? dataDir.replaceAll('{user}', account().username) : dataDir
  if (filled === '~') return account().homedir
  return /^~[/\\]/.test(filled) ? resolve(account().homedir, filled.slice(2)) : resolve(filled)
}
