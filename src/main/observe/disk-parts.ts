/**
 * Owns measuring what a data folder takes, by part. Refuses: reading what is in the files. What vanishes meanwhile counts as nothing.
 */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** What belongs to which part, by the beginning of a name in the data folder; the rest is `other`. */
const parts: readonly (readonly [start: string, part: string])[] = [
  ['sluice.db', 'database'],
  ['cache.db', 'cache'],
  ['vectors', 'vectors'],
  ['temp', 'temp'],
  ['logs', 'logs'],
]

/** Files that are looked at; a folder with more is told as at least that much. */
const MOST_FILES = 20_000

type Left = { files: number }

/** What vanishes while it is looked for is worth nothing; anything else is told. */
const orNone = <T>(none: T): ((thrown: unknown) => T) => {
  return (thrown) => {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    if (code === 'ENOENT' || code === 'ENOTDIR') return none
    throw thrown
  }
}

const sizeOf = async (path: string, left: Left): Promise<number> => {
  left.files -= 1
  if (left.files < 0) return 0
  const found = await stat(path).catch(orNone(null))
  if (found === null) return 0
  if (!found.isDirectory()) return found.size
  let sum = 0
  for (const name of await readdir(path).catch(orNone<string[]>([]))) sum += await sizeOf(join(path, name), left)
  return sum
}

export type DiskParts = {
  readonly parts: readonly { readonly part: string; readonly bytes: number }[]
  /** `null` where the system does not say. */
  readonly freeBytes: number | null
}

export const measureDisk = async (dataDir: string): Promise<DiskParts> => {
  const sums = new Map<string, number>([...parts.map(([, part]) => [part, 0] as const), ['other', 0]])
  const left: Left = { files: MOST_FILES }
  for (const name of await readdir(dataDir).catch(orNone<string[]>([]))) {
    const part = parts.find(([start]) => name.startsWith(start))?.[1] ?? 'other'
    sums.set(part, (sums.get(part) ?? 0) + (await sizeOf(join(dataDir, name), left)))
  }
  // A few file systems do not say.
  const disk = await statfs(dataDir).catch(() => null)
  return {
    parts: [...sums].map(([part, bytes]) => ({ part, bytes })),
    freeBytes: disk === null ? null : disk.bavail * disk.bsize,
  }
}
