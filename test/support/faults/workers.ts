// Owns who worked on the attempts of a data folder that nobody has open any more. Refuses: process numbers; they differ in every run.
import { join } from 'node:path'
import { Database } from '../../../src/main/store/database'

/** Who worked in a phase, each once, and whether it went well. */
export const workersOf = (dataDir: string, phase: string): string[] => {
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  try {
    const attempts = db.all<{ worker: string | null; code: string | null }>(
      'SELECT worker, code FROM attempts WHERE phase = ?',
      phase,
    )
    const said = attempts.map(({ worker, code }) => `${worker?.replace(/ \d+$/, '') ?? 'nobody'}: ${code ?? 'done'}`)
    return [...new Set(said)].sort()
  } finally {
    db.close()
  }
}
