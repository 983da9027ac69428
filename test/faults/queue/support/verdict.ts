// Owns what must hold of a data folder once all work is done, whatever was done to those who worked on it. Refuses: folders that somebody has open.
import { join } from 'node:path'
import { Database } from '../../../../src/main/store/database'
import { checkQueue } from '../../../../src/main/store/queue-health'
import { resolveLimits, triesOf } from '../../../../src/shared/limits'
import { findFlaws, listJobTemp, readIndex } from '../../../support/faults/index-content'

export type Expected = { found: readonly string[]; failed: readonly string[] }

const limits = resolveLimits()
const FOUND_STATES = ['indexed', 'partial']

/** What is wrong, in words; empty when nothing is. `expected`: every document that was ever offered. */
export const findTrouble = async (dataDir: string, expected: Expected): Promise<string[]> => {
  const trouble: string[] = []
  const index = await readIndex(dataDir)
  trouble.push(...findFlaws(index), ...listJobTemp(dataDir).map((name) => `left in temp: ${name}`))
  const rows = new Map<string, string[]>()
  for (const { path, state } of index.documents) rows.set(path, [...(rows.get(path) ?? []), state])
  for (const path of expected.found) {
    const states = rows.get(path) ?? []
    if (states.length !== 1 || !FOUND_STATES.includes(states[0] ?? ''))
      trouble.push(`${path} is there ${states.length} times: ${states.join(', ')}`)
  }
  for (const path of expected.failed) {
    const states = rows.get(path) ?? []
    if (states.join() !== 'failed') trouble.push(`${path} should have failed: ${states.join(', ')}`)
  }
  const known = new Set([...expected.found, ...expected.failed])
  for (const path of rows.keys()) if (!known.has(path)) trouble.push(`nobody offered ${path}`)
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  try {
    const health = checkQueue(db, { repair: false })
    if (!health.ok) trouble.push(health.detail)
    const open = db.all<{ id: number; state: string }>(
      `SELECT id, state FROM jobs WHERE state NOT IN ('completed', 'completed_with_problems', 'failed', 'cancelled')`,
    )
    trouble.push(...open.map(({ id, state }) => `job ${id} is ${state}`))
    // A task that a person tried again has begun anew.
    const tried = db.all<{ path: string; attempts: number; lane: string }>('SELECT path, attempts, lane FROM tasks')
    for (const { path, attempts, lane } of tried) {
      const most = triesOf(limits, lane === 'embed' ? 'embed' : 'extract')
      if (attempts > most) trouble.push(`${path} was tried ${attempts} times of ${most}`)
    }
  } finally {
    db.close()
  }
  return trouble
}
