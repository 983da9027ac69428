// Owns the figures of one `sluice search` from the shell with nothing running before it.
import { join } from 'node:path'
import { makeCorpus } from '../corpus.mjs'
import { figure } from '../figures.mjs'
import { measureProgram } from '../processes.mjs'
import { commandFile, root, withFolder } from '../product.mjs'

const FILES = 60
const RUNS = 9
const QUERY = 'who repaired the boiler in the old harbor'

/** Figures of this measurement. @param {{ say: (line: string) => void }} options */
export const measureCommand = ({ say }) =>
  withFolder('command', async (folder) => {
    const dataDir = join(folder, 'data')
    const { folder: corpus } = makeCorpus({ files: FILES, seed: 3 })
    await measureProgram(process.execPath, [commandFile, 'ingest', corpus, '--json', '--data-dir', dataDir])
    say(`${RUNS} cold searches of each kind`)
    const args = ['search', QUERY, '--json', '--data-dir', dataDir]
    const ways = {
      bare: [process.execPath, ['-e', '0']],
      direct: [process.execPath, [commandFile, ...args]],
      keyword: [process.execPath, [commandFile, ...args, '--mode', 'keyword']],
      npm: ['npm', ['run', '-s', 'sluice', '--', ...args]],
    }
    const walls = { bare: [], direct: [], keyword: [], npm: [] }
    const cpu = { bare: [], direct: [], keyword: [], npm: [] }
    for (let run = 0; run < RUNS; run += 1) {
      for (const [way, [program, given]] of Object.entries(ways)) {
        const { wallMs, cpuSeconds } = await measureProgram(program, given, { cwd: root })
        walls[way].push(wallMs)
        cpu[way].push(cpuSeconds * 1_000)
      }
    }
    const ofBare = walls.direct.map((wallMs, run) => wallMs / walls.bare[run])
    return [
      ...figure({
        name: 'command.search',
        unit: 'ms',
        better: 'lower',
        aim: 600,
        samples: walls.direct,
        note: 'node out/main/cli.js search, hybrid',
      }),
      ...figure({ name: 'command.searchCpu', unit: 'ms', better: 'lower', samples: cpu.direct }),
      ...figure({ name: 'command.searchKeyword', unit: 'ms', better: 'lower', samples: walls.keyword }),
      ...figure({
        name: 'command.searchNpm',
        unit: 'ms',
        better: 'lower',
        aim: 600,
        samples: walls.npm,
        note: 'npm run -s sluice -- search',
      }),
      ...figure({ name: 'command.bareNode', unit: 'ms', samples: walls.bare, note: 'node -e 0' }),
      ...figure({ name: 'command.ofBareNode', better: 'lower', portable: true, samples: ofBare }),
    ]
  })
