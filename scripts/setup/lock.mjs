// Owns a lock between processes for the set-up steps. Refuses to wait for the dead: a lock whose holder is gone is taken over.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SetupError } from './command.mjs'

const POLL_MS = 100
/** A holder writes its id at once; a lock file that stays empty this long was left by a crash. */
const EMPTY_GRACE_MS = 2000

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function isAbandoned(file) {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return false
  let pid
  try {
    pid = Number(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
  return pid > 0 ? !isAlive(pid) : Date.now() - stat.mtimeMs > EMPTY_GRACE_MS
}

/** Waits for the lock `file` and returns what releases it. @throws SetupError after `timeoutMs`. */
export async function lock(file, timeoutMs = 600_000) {
  mkdirSync(dirname(file), { recursive: true })
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned(file)) rmSync(file, { force: true })
    else if (Date.now() > deadline) {
      throw new SetupError(
        `another process has held ${file} for too long`,
        'End it, or delete the file when no such process runs.',
      )
    } else await wait(POLL_MS)
  }
}
