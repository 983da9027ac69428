// Owns a process that brings a data folder up to date, or puts a backup back, and kills itself at a step: `FOLDER STEP [BACKUP]`; step 0 is none.
// It says how many steps it passed. Refuses: going on after a signal.
import { join } from 'node:path'
import { Database } from '../../../../src/main/store/database'
import { restoreBackup } from '../../../../src/main/store/restoring'
import { bringUpToDate } from '../../../../src/main/store/upgrade'

const [dataDir = '', last = '0', backup] = process.argv.slice(2)
let passed = 0
const reached = (what: string): void => {
  passed += 1
  if (passed !== Number(last)) return
  process.stdout.write(what)
  process.kill(process.pid, 'SIGKILL')
}

process.stdout.write('begun\n')
if (backup !== undefined) {
  restoreBackup(dataDir, backup, reached)
} else {
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  bringUpToDate(db, reached)
  db.close()
}
process.stdout.write(`${passed}\n`)
