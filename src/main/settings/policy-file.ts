/**
 * Owns where the policy of an organization is, and reading it at the start of a process.
 * Refuses: every place that a person of a managed computer chooses. The system's place is a literal path, because variables (`ProgramData`,
 * `HOME`) can be changed for one process; the variable `SLUICE_POLICY_FILE` counts only where nothing at all is in the system's place. See
 * docs/decisions/managed-policy.md.
 */
import { accessSync, closeSync, constants, lstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { userInfo, type UserInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import { noPolicy, readPolicy, unreadablePolicy, type Policy, type PolicyPlace } from '../../shared/policy'

type Environment = Readonly<Record<string, string | undefined>>

/** Names a policy where the system has none: for tests, and for what is carried along. */
export const POLICY_VARIABLE = 'SLUICE_POLICY_FILE'
/** A thousand hosts are a tenth of this. */
const MAX_BYTES = 1_000_000

/** Where administrators put it. */
export const systemPolicyPath = (platform: NodeJS.Platform = process.platform): string => {
  if (platform === 'win32') return 'C:\\ProgramData\\Sluice\\policy.json'
  if (platform === 'darwin') return '/Library/Application Support/Sluice/policy.json'
  return '/etc/sluice/policy.json'
}

const codeOf = (thrown: unknown): string =>
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

const readAt = (path: string, place: PolicyPlace): Policy => {
  const origin = { path, place }
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return unreadablePolicy(origin, 'it is no file')
    if (stat.size > MAX_BYTES) return unreadablePolicy(origin, `it has ${stat.size} bytes`)
    return readPolicy(readFileSync(path, 'utf8'), origin)
  } catch (thrown) {
    return unreadablePolicy(origin, codeOf(thrown))
  }
}

/** The policy of this computer; never throws: one that cannot be read is broken. `systemPath` is for tests of this rule itself. */
export const loadPolicy = (environment: Environment, systemPath: string = systemPolicyPath()): Policy => {
  if (!isAbsent(systemPath)) return readAt(systemPath, 'system')
  const named = environment[POLICY_VARIABLE]
  // One that is named and is not there is broken, not absent: a slip in the name must not open everything.
  return named ? readAt(resolve(named), 'variable') : noPolicy
}

/** On Windows only opening tells: asking for access heeds no lists of rights there. Nothing is written. */
const isWritable = (path: string): boolean => {
  try {
    if (process.platform === 'win32') closeSync(openSync(path, 'r+'))
    else accessSync(path, constants.W_OK)
    return true
  } catch {
    // Told by what is returned: it may not.
    return false
  }
}

/** Whether this account could change the policy that binds it; administrators can. */
export const isChangeableHere = ({ path, place }: Policy): boolean => {
  if (path === null || place !== 'system' || process.getuid?.() === 0) return false
  return isWritable(path) || (process.platform !== 'win32' && isWritable(dirname(path)))
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
