// Owns comparing the search of two checkouts on a machine that is busy with other things: an engine of each in one process, each query asked of both,
// the one that is asked first changing. Processor time is that of the process without its hosts. Both must be built (`npm run build`).
// node test/bench/turns.mjs OLD_CHECKOUT OLD_DATA NEW_CHECKOUT NEW_DATA QUERIES.json   (queries: [{ kind, query }]; copies of one data folder)
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { quantile } from './figures.mjs'

const [oldRoot, oldData, newRoot, newData, queriesFile] = process.argv.slice(2)
const PARTS = { 'main/engine': 'createEngine', 'main/pool/fork-launcher': 'createForkLauncher' }
const WARM_UP = 9
const say = () => undefined
const log = { write: say, debug: say, info: say, warn: say, error: say, child: () => log }

const open = async (checkout, dataDir) => {
  const product = await import(pathToFileURL(resolve(checkout, 'test', 'bench', 'product.mjs')).href)
  const { createEngine, createForkLauncher } = createRequire(import.meta.url)(await product.bundlePart('turns', PARTS))
  const file = (name) => join(product.builtDir, name)
  return createEngine({
    dataDir,
    files: { hostFile: file('host.js'), workerFile: file('worker.js'), storeThreadFile: file('store-thread.js') },
    modelDir: product.modelDir,
    version: 'bench',
    launch: createForkLauncher({ onOutput: say }),
    log,
    logFile: join(dataDir, 'bench.log'),
    environment: {},
    random: Math.random,
    clock: {
      nowMs: () => Date.now(),
      setTimer: (ms, fire) => {
        const timer = setTimeout(() => fire(), ms)
        return () => clearTimeout(timer)
      },
    },
  })
}

const engines = { old: await open(oldRoot, oldData), new: await open(newRoot, newData) }
const queries = JSON.parse(readFileSync(queriesFile, 'utf8'))
for (const engine of Object.values(engines))
  for (const { query } of queries.slice(0, WARM_UP)) await engine.call('search', { query })

const kinds = {}
for (const [index, { kind, query }] of queries.entries()) {
  const order = index % 2 ? ['new', 'old'] : ['old', 'new']
  for (const name of order) {
    const [started, before] = [performance.now(), process.cpuUsage()]
    await engines[name].call('search', { query })
    const ms = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    for (const each of [kind, 'all']) {
      const { [name]: samples } = (kinds[each] ??= { old: [], new: [] })
      samples.push({ ms, cpu: (user + system) / 1_000 })
    }
  }
}
const ratios = Object.entries(kinds).map(([kind, samples]) => {
  const figures = (name) => {
    const times = samples[name].map(({ ms }) => ms)
    const cpu = samples[name].reduce((sum, one) => sum + one.cpu, 0) / samples[name].length
    return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), cpu }
  }
  const [before, after] = [figures('old'), figures('new')]
  const show = (name) => `${name} ${before[name].toFixed(1)} to ${after[name].toFixed(1)} ms`
  const ratio = (name) => (after[name] / before[name]).toFixed(2)
  return `${kind.padEnd(20)} ${['p50', 'p95', 'cpu'].map((name) => `${show(name)} (${ratio(name)})`).join(', ')}`
})
for (const engine of Object.values(engines)) await engine.close()
process.stdout.write(`${ratios.join('\n')}\n`, () => process.exit(0))
