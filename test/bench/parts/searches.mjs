// Owns asking an engine of its own one query after the other, as a person does, and watching its event loop meanwhile.
// Arguments: the bundled engine, the folder of built files, the model folder, the data folder, a JSON file of queries with their kinds. Prints JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const [engineFile, builtDir, modelDir, dataDir, queriesFile] = process.argv.slice(2)
const { createEngine, createForkLauncher } = createRequire(import.meta.url)(engineFile)

const RESOLUTION_MS = 5
/** Queries before anything counts: the host starts, the model and LanceDB load. */
const WARM_UP = 5
const LISTINGS = 10
const LISTED = 100
/** What is asked for; `first`: what the window shows while the rest is looked for. */
const ASKED = {
  hybrid: { mode: 'hybrid' },
  first: { mode: 'hybrid', stage: 'keyword' },
  keyword: { mode: 'keyword' },
  semantic: { mode: 'semantic' },
}

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
  // Every search is made: what is measured is not how fast an answer is given again.
  environment: { SLUICE_SEARCH_CACHE_BYTES: '0' },
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
for (const { query } of queries.slice(0, WARM_UP)) await engine.call('search', { query })

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
const elapsed = {}
let hits = 0
for (const [name, asked] of Object.entries(ASKED)) {
  elapsed[name] = []
  for (const { query } of queries) {
    const started = performance.now()
    const { results } = await engine.call('search', { query, ...asked })
    elapsed[name].push(performance.now() - started)
    hits += results.length
  }
}
delay.disable()
const answered = []
for (const { query } of queries.filter(({ kind }) => kind === 'question')) {
  const started = performance.now()
  await engine.call('ask', { question: query })
  answered.push(performance.now() - started)
}
/** Pages of the list of documents: the first, in the middle, the last, and of those with a part of a path. */
const listed = []
const { total } = await engine.call('documents.list', { limit: 1 })
for (let turn = 0; turn < LISTINGS; turn += 1)
  for (const page of [{}, { offset: total >> 1 }, { offset: Math.max(0, total - LISTED) }, { contains: `${turn}` }]) {
    const started = performance.now()
    await engine.call('documents.list', { limit: LISTED, ...page })
    listed.push(performance.now() - started)
  }
await engine.close()
const inMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
const loop = { p50Ms: inMs(delay.percentile(50)), p99Ms: inMs(delay.percentile(99)), maxMs: inMs(delay.max) }
process.stdout.write(JSON.stringify({ elapsed, answered, listed, total, hits, loop }), () => process.exit(0))
