// Owns the question "did this change since last time?", answered in milliseconds. Refuses to read contents unless sizes or times moved.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Every file below `paths` (files or folders; missing ones are left out), sorted. */
function listFiles(paths) {
  const files = []
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    if (!stat.isDirectory()) files.push({ path, stat })
    else for (const name of readdirSync(path)) visit(join(path, name))
  }
  for (const path of paths) visit(path)
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const digest = (parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

/** What is recorded in a stamp file, or null when there is none or it is damaged. */
export function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

/** Writes a stamp so that a crash leaves the old one or the new one. */
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, JSON.stringify(value))
  renameSync(fresh, file)
}

/**
 * Compares the files below `paths` with the stamp. Sizes and times are compared first; only when they moved are contents hashed, so a
 * checkout that touched every file costs one read, not one build. Returns whether they are the same, and a value for `writeStamp`.
 */
export function compareWithStamp(file, base, paths) {
  const files = listFiles(paths.map((path) => join(base, path)))
  const name = (path) => relative(base, path)
  const times = digest(files.map(({ path, stat }) => `${name(path)}:${stat.size}:${stat.mtimeMs}`))
  const stamp = readStamp(file)
  if (stamp?.times === times) return { same: true, value: stamp }
  const contents = digest(files.flatMap(({ path }) => [name(path), readFileSync(path)]))
  const value = { times, contents }
  const same = stamp?.contents === contents
  if (same) writeStamp(file, value)
  return { same, value }
}
