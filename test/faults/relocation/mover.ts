// Owns a process that moves a data folder and dies where it is told to: `from`, `to`, a step, or `copying:N` for the N-th look at a file.
// Refuses: surviving it.
import { moveDataFolder } from '../../../src/main/relocation/move'
import { silentLog } from '../../support/silent-log'

const [, , dataDir = '', to = '', at = ''] = process.argv
const looks = { copying: 0, comparing: 0, switching: 0 }

const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

moveDataFolder({
  dataDir,
  to,
  signal: new AbortController().signal,
  log: silentLog,
  onProgress: ({ phase }) => {
    looks[phase] += 1
    if (at === `${phase}:${looks[phase]}`) die()
  },
  reached: (step) => {
    if (step === at) die()
  },
}).then(
  () => process.stdout.write('moved'),
  (error: unknown) => {
    process.stdout.write(`failed: ${String(error)}`)
    process.exitCode = 1
  },
)
