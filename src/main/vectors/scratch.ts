/**
 * Owns where LanceDB puts its scratch files, and that they go. It takes the folder from the environment; of making an index it leaves the
 * shuffled rows behind (seen with 0.39: about the size of the index, once for each time).
 * Refuses: the files of an index itself.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const VARIABLE = process.platform === 'win32' ? 'TMP' : 'TMPDIR'

/** The environment is one for all: one work after the other. */
let tail: Promise<unknown> = Promise.resolve()

const withVariable = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  const before = process.env[VARIABLE]
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  process.env[VARIABLE] = dir
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env[VARIABLE]
    else process.env[VARIABLE] = before
  }
}

/** Does something of which the scratch files are needed afterwards; they lie in `dir`. */
export const withScratch = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  const mine = tail.then(() => withVariable(dir, work))
  tail = mine.catch(() => undefined)
  return mine
}

/** Does something of which the scratch files are not needed afterwards: they are removed. */
export const withoutScratch = async <T>(dir: string, work: () => Promise<T>): Promise<T> =>
  withScratch(dir, async () => {
    const kept = new Set(readdirSync(dir))
    try {
      return await work()
    } finally {
      for (const name of readdirSync(dir))
        if (!kept.has(name)) rmSync(join(dir, name), { recursive: true, force: true, maxRetries: 5 })
    }
  })
