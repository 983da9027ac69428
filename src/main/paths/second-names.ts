/**
 * Owns whether a disk gives a file a second name (a hard link). LanceDB makes each version of an index by one, so there is no search by meaning on a
 * disk that gives none: exFAT, FAT, some disks of a network. Refuses: keeping what it tries with.
 */
import { closeSync, linkSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What stands in the sentence of an error. */
export const NO_SECOND_NAMES =
  'its disk gives files no second names, which the search by meaning needs; disks with exFAT or FAT give none'

/** What systems say of such disks. */
const NO_LINKS = new Set(['EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR'])

/** Whether this is the answer of a disk that gives a file no second name. */
export const saysNoSecondNames = (thrown: unknown): boolean =>
  thrown instanceof Error && NO_LINKS.has((thrown as NodeJS.ErrnoException).code ?? '')

/** Tries it in a folder that can be written. @throws what the file system throws for other reasons */
export const givesSecondNames = (folder: string): boolean => {
  const first = join(folder, `link-probe-${process.pid}`)
  const second = `${first}.second`
  try {
    closeSync(openSync(first, 'w', 0o600))
    rmSync(second, { force: true })
    linkSync(first, second)
    return true
  } catch (thrown) {
    if (saysNoSecondNames(thrown)) return false
    throw thrown
  } finally {
    rmSync(second, { force: true })
    rmSync(first, { force: true })
  }
}
