// Owns the figures of the start of a package, beside an empty window of Electron in the same run. Linux only: it makes the package first.
import { join } from 'node:path'
import { figure, quantile } from '../figures.mjs'
import { measureProgram } from '../processes.mjs'
import { onDisplay, partFile, root, withFolder } from '../product.mjs'

const PAIRS = 8
const PACKAGE_MS = 600_000

/** Figures of this measurement. @param {{ rounds: number, say: (line: string) => void }} options */
export const measureInstalled = ({ rounds, say }) =>
  withFolder('package', async (folder) => {
    const executable = process.env.ELECTRON_EXEC_PATH
    if (process.platform !== 'linux' || executable === undefined) {
      say('the start of a package is measured on Linux, by "npm run bench"; it is left out')
      return []
    }
    say('making the package')
    const words = [join(root, 'scripts', 'package.mjs'), '--quick', '--target', 'dir', '--output', folder]
    await measureProgram(process.execPath, words, { timeoutMs: PACKAGE_MS })
    const pairs = []
    for (let round = 1; round <= rounds; round += 1) {
      say(`the start of the package, round ${round} of ${rounds}`)
      const program = join(folder, 'linux-unpacked', 'sluice-window')
      const [file, ...args] = onDisplay([process.execPath, partFile('installed'), executable, program, String(PAIRS)])
      const { stdout } = await measureProgram(file, args, { timeoutMs: PACKAGE_MS })
      pairs.push(...JSON.parse(stdout).pairs)
    }
    const median = (list) => Math.round(quantile(list, 0.5))
    return figure({
      name: 'installed.startToEmpty',
      better: 'lower',
      portable: true,
      samples: pairs.map(({ installedMs, emptyMs }) => installedMs / emptyMs),
      aim: 1.5,
      note: `a search can be typed ${median(pairs.map(({ installedMs }) => installedMs))} ms after the start; an empty window is there after ${median(pairs.map(({ emptyMs }) => emptyMs))} ms`,
    })
  })
