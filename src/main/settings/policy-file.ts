/**
 * Owns reading the policy of an organization at the start of a process.
 * Refuses: every place that a person of a managed computer chooses. The system's place is a literal path, because variables (`ProgramData`,
 * `HOME`) can be changed for one process; the variable `SLUICE_POLICY_FILE` counts only where nothing at all is in the system's place. See
 * docs/decisions/managed-policy.md.
 */
import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { noPolicy } from '../../shared/no-policy'
import { readPolicy, unreadablePolicy, type Policy, type PolicyPlace } from '../../shared/policy'
import { codeOf, findPolicy, systemPolicyPath } from './policy-place'

type Environment = Readonly<Record<string, string | undefined>>

/** A thousand hosts are a tenth of this. */
const MAX_BYTES = 1_000_000

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
  const found = findPolicy(environment, systemPath)
  return found === null ? noPolicy : readAt(found.path, found.place)
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
