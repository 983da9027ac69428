// Owns telling whether anything below a folder was written, made or taken away: one line for each thing in it. Refuses to follow links.
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const errnoOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? String(thrown)

const describeItem = (path: string): { line: string; folder: boolean } => {
  try {
    const stats = lstatSync(path)
    // The time of a folder changes with what is in it, which has lines of its own.
    const line = stats.isDirectory()
      ? `folder ${stats.mode}`
      : `${stats.mode} ${stats.size} ${stats.mtimeMs} ${stats.isSymbolicLink() ? readlinkSync(path) : ''}`
    return { line, folder: stats.isDirectory() }
  } catch (thrown) {
    return { line: errnoOf(thrown), folder: false }
  }
}

/** Every path below `folder` (apart from those in `without`) with its kind, size and time of change. */
export const listBelow = (folder: string, without: readonly string[] = []): Record<string, string> => {
  const found: Record<string, string> = {}
  const waiting = [folder]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    let names: string[]
    try {
      names = readdirSync(at)
    } catch (thrown) {
      found[`${at}/`] = errnoOf(thrown)
      continue
    }
    for (const name of names) {
      const path = join(at, name)
      if (without.includes(path)) continue
      const item = describeItem(path)
      found[path] = item.line
      if (item.folder) waiting.push(path)
    }
  }
  return found
}
