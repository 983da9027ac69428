// Owns asking an engine of its own one query after the other, as a person does, and watching its event loop meanwhile.
// Arguments: the bundled engine, the folder of built files, the model folder, the data folder, a JSON file of queries. Prints JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const [engineFile, builtDir, modelDir, dataDir, queriesFile] = process.argv.slice(2)
const { createEngine, createForkLauncher, resolveLimits } = createRequire(import.meta.url)(engineFile)

const RESOLUTION_MS = 5
/** Queries before anything counts: the host starts, the model and LanceDB load. */
const WARM_UP = 5
const MODES = ['hybrid', 'keyword', 'semantic']

const say = () => undefined
const log = { write: say, debug: say, info: say, warn: say, error: say, child: () => log }
const engine = await createEngine({
  dataDir,
  files: {
    hostFile: join(builtDir, 'host.js'),
    workerFile: join(builtDir, 'worker.js'),
    storeThreadFile: join(builtDir, 'store-thread.js'),
  },
  modelDir,
  version: 'bench',
  launch: createForkLauncher({ onOutput: say }),
  log,
  logFile: join(dataDir, 'bench.log'),
  limits: resolveLimits(),
  random: Math.random,
  clock: {
    nowMs: () => Date.now(),
    setTimer: (ms, fire) => {
      const timer = setTimeout(() => fire(), ms)
      return () => clearTimeout(timer)
    },
  },
})
if (engine === null) throw new Error(`another process owns ${dataDir}`)

const queries = JSON.parse(readFileSync(queriesFile, 'utf8'))
for (const query of queries.slice(0, WARM_UP)) await engine.call('search', { query })

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
const elapsed = {}
let hits = 0
for (const mode of MODES) {
  elapsed[mode] = []
  for (const query of queries) {
    const started = performance.now()
    const { results } = await engine.call('search', { query, mode })
    elapsed[mode].push(performance.now() - started)
    hits += results.length
  }
}
delay.disable()
await engine.close()
const inMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
const loop = { p50Ms: inMs(delay.percentile(50)), p99Ms: inMs(delay.percentile(99)), maxMs: inMs(delay.max) }
process.stdout.write(JSON.stringify({ elapsed, hits, loop }), () => process.exit(0))
