// Owns looking at files without the rights of root, for tests that run as root: nobody may read what has no rights for others.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'

const NOBODY = 65_534

/** Lets everybody pass through the folder and the one above it (temp folders are private). */
export const openTo = (folder: string): void => {
  for (const path of [join(folder, '..'), folder]) chmodSync(path, 0o755)
}

/** Runs `work` as nobody when the tests run as root, else as who runs them. */
export const asNobody = async <T>(work: () => T | Promise<T>): Promise<T> => {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}
