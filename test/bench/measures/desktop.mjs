// Owns the figures of the real app: cold start, memory, delays of its main process. Refuses to run without an Electron; `npm run bench`
// finds one.
import { join } from 'node:path'
import { makeCorpus } from '../corpus.mjs'
import { figure } from '../figures.mjs'
import { measureProgram, startIdleWatch } from '../processes.mjs'
import { onDisplay, partFile, withFolder } from '../product.mjs'

const SEED = 20_240_601

const runOnce = (executable, corpus) =>
  withFolder('desktop', async (folder) => {
    const command = [process.execPath, partFile('window'), executable, join(folder, 'data'), corpus]
    const [program, ...args] = onDisplay(command)
    const endIdle = startIdleWatch()
    const { stdout } = await measureProgram(program, args, { timeoutMs: 1_800_000 })
    return { ...JSON.parse(stdout), idleLoop: await endIdle() }
  })

/** Figures of this measurement. @param {{ files: number, rounds: number, say: (line: string) => void }} options */
export const measureDesktop = async ({ files, rounds, say }) => {
  const executable = process.env.ELECTRON_EXEC_PATH
  if (executable === undefined) {
    say('no Electron: run it with "npm run bench"; the app is left out')
    return []
  }
  const { folder } = makeCorpus({ files, seed: SEED })
  const runs = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`the app with ${files} files, round ${round} of ${rounds}`)
    runs.push(await runOnce(executable, folder))
  }
  const each = (read) => runs.map(read)
  const idle = (name) => {
    const seen = runs.flatMap(({ idleLoop }) => idleLoop?.[name] ?? [])
    return seen.length === 0 ? null : `an idle process beside it: ${Math.max(...seen).toFixed(1)} ms`
  }
  const loop = (name, of, at, aim) =>
    figure({ name, unit: 'ms', better: 'lower', aim, samples: each((run) => run[of][at]), note: idle(at) })
  const memory = (name, of, aim, note) =>
    figure({ name, unit: 'MB', better: 'lower', portable: true, aim, samples: each((run) => run[of]), note })
  return [
    ...figure({
      name: 'app.firstWindow',
      unit: 'ms',
      better: 'lower',
      samples: each(({ windowMs }) => windowMs),
      note: 'something is painted',
    }),
    ...figure({
      name: 'app.ready',
      unit: 'ms',
      better: 'lower',
      samples: each(({ readyMs }) => readyMs),
      note: 'the engine answers',
    }),
    ...memory('app.idle', 'idleMb', 350, 'all processes, proportional; nothing indexed'),
    ...memory('app.peak', 'peakMb', 1_500, 'all processes, while ingesting'),
    ...memory('app.after', 'afterMb', undefined, 'after ingest and searches, hosts still open'),
    ...loop('app.ingestLoopP99', 'ingestLoop', 'p99Ms', 30),
    ...loop('app.ingestLoopMax', 'ingestLoop', 'maxMs', 100),
    ...loop('app.searchLoopP99', 'searchLoop', 'p99Ms', 30),
    ...loop('app.searchLoopMax', 'searchLoop', 'maxMs', 100),
  ]
}
