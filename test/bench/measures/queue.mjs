// Owns the figures of the queue alone: 100,000 tasks of work that does nothing, on the real store. Refuses to read a document.
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { figure } from '../figures.mjs'
import { builtDir, bundlePart, withFolder } from '../product.mjs'

const TASKS = Number(process.env.SLUICE_BENCH_TASKS ?? 100_000)
const PAGE = 500
/** Tasks done at each number of workers; the rest is done by two. */
const COMPARED = 15_000
const TOGETHER = 10_000
/** Comparisons of one job with two. */
const PAIRS = 4
const SAMPLE_MS = 1_000
const LIST_ROUNDS = 5
const BOUNDS = { activeJobs: 4, clientJobs: 8, tasksPerMinute: 0, longestWaitMs: 3_600_000, inFlightBytes: 512 << 20 }

const clock = {
  nowMs: () => Date.now(),
  setTimer: (ms, fire) => {
    const timer = setTimeout(() => fire(), ms)
    return () => clearTimeout(timer)
  },
}
const silent = { write() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

const toItem = (kind, name, lane) => ({
  kind,
  lane,
  phase: lane,
  path: name,
  locator: { location: `/bench/${name}`, entries: [] },
  depth: 0,
  sizeBytes: 1_000,
  fingerprint: null,
  modifiedMs: null,
  problem: null,
})

/** Makes a job of `tasks` documents and tells how long their insertion took. */
const enqueue = async (store, name, tasks) => {
  const { job } = await store.run('jobs.create', {
    collectionName: 'bench',
    key: null,
    label: name,
    request: { paths: [{ path: `/bench/${name}` }], globs: [], ignores: [] },
    scans: [toItem('scan', name, 'expand')],
  })
  const id = Number(job.id)
  const claim = { lane: 'expand', limit: 1, nowMs: Date.now(), alone: false, bounds: { ...BOUNDS, roomBytes: null } }
  const [scan] = (await store.run('tasks.claim', claim)).tasks
  const startedMs = performance.now()
  for (let from = 0; from < tasks; from += PAGE) {
    const items = Array.from({ length: Math.min(PAGE, tasks - from) }, (_, n) =>
      toItem('document', `${name}/part-${(from + n) % 100}/document-${from + n}.txt`, 'extract'),
    )
    await store.run('tasks.insert', { jobId: id, parentId: scan.id, items, maxItems: 1_000_000 })
  }
  const ms = performance.now() - startedMs
  const attempt = { phase: 'expand', ms: 1, worker: null }
  const nothing = { outcome: null, problem: null, warnings: [], figures: {}, archive: null }
  await store.run('tasks.finish', { taskId: scan.id, attempt, ...nothing })
  return { id, ms }
}

/** A queue whose work does nothing but end its task; `done` counts. */
const openQueue = (createQueue, store, workers) => {
  const state = { done: 0, workers, whenDone: { tasks: 0, resolve: () => undefined } }
  const lane = { concurrency: () => state.workers, batch: 1 }
  const queue = createQueue({
    store,
    clock,
    random: () => 0.5,
    log: silent,
    lanes: { expand: lane, extract: lane, ocr: lane, vision: lane, embed: lane, summarize: lane },
    bounds: () => BOUNDS,
    onChange: () => undefined,
    run: async (_lane, tasks) => {
      for (const task of tasks) {
        await store.run('tasks.finish', {
          taskId: task.id,
          outcome: 'skipped',
          problem: { code: 'FILE_EMPTY', details: {} },
          warnings: [],
          attempt: { phase: 'extract', ms: 1, worker: null },
          figures: {},
          archive: null,
        })
        state.done += 1
        if (state.done === state.whenDone.tasks) state.whenDone.resolve()
      }
    },
  })
  return { queue, state }
}

/** Milliseconds for each of `tasks` tasks, done by `workers`. */
const timeTasks = async (createQueue, store, workers, tasks) => {
  const { queue, state } = openQueue(createQueue, store, workers)
  const startedMs = performance.now()
  await new Promise((resolve) => {
    state.whenDone = { tasks, resolve }
    queue.notify()
  })
  const ms = (performance.now() - startedMs) / state.done
  await queue.close()
  return ms
}

/** Slope by least squares, for each minute. */
const slopeOf = (samples) => {
  const meanX = samples.reduce((sum, { x }) => sum + x, 0) / samples.length
  const meanY = samples.reduce((sum, { y }) => sum + y, 0) / samples.length
  const spread = samples.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  return samples.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread
}

const timeLists = async (store) => {
  const asks = [0, TASKS / 2, TASKS - PAGE].flatMap((offset) => [
    ['documents.list', { collectionId: null, states: null, contains: null, offset, limit: 100 }],
    ['documents.list', { collectionId: null, states: ['queued'], contains: null, offset, limit: 100 }],
    ['jobs.problems', { id: 1, offset, limit: 100 }],
  ])
  const others = [
    ['jobs.list', { states: null, offset: 0, limit: 100 }],
    ['jobs.progress', { id: 1 }],
    ['queue.status', { nowMs: Date.now() }],
  ]
  const slowest = { name: '', ms: 0 }
  for (const [name, params] of [...asks, ...others]) {
    const times = []
    for (let round = 0; round < LIST_ROUNDS; round += 1) {
      const startedMs = performance.now()
      await store.run(name, params)
      times.push(performance.now() - startedMs)
    }
    const ms = times.sort((a, b) => a - b)[LIST_ROUNDS >> 1]
    if (ms > slowest.ms) Object.assign(slowest, { name: `${name} from ${params.offset ?? 0}`, ms })
  }
  return slowest
}

/** Figures of this measurement. @param {{ say: (line: string) => void }} options */
export const measureQueue = ({ say }) =>
  withFolder('queue', async (folder) => {
    const file = await bundlePart('queue', { 'main/store/store': 'openStore', 'main/jobs/queue': 'createQueue' })
    const { openStore, createQueue } = createRequire(import.meta.url)(file)
    const open = (name) => {
      const dir = join(folder, name)
      mkdirSync(dir, { recursive: true })
      return openStore({ dir, threadFile: join(builtDir, 'store-thread.js') })
    }

    say(`${TASKS} tasks, queued and done by workers that do nothing`)
    let store = await open('one')
    const { ms: enqueueMs } = await enqueue(store, 'large', TASKS)
    say(`queued in ${Math.round(enqueueMs)} ms`)
    const listQueued = await timeLists(store)
    say(`slowest list: ${listQueued.name}, ${Math.round(listQueued.ms)} ms`)
    await store.close()

    const restartFrom = performance.now()
    store = await open('one')
    await store.run('tasks.recover', {})
    const status = await store.run('queue.status', { nowMs: Date.now() })
    const first = { lane: 'extract', limit: 1, nowMs: Date.now(), alone: false, bounds: { ...BOUNDS, roomBytes: null } }
    const { tasks: claimed } = await store.run('tasks.claim', first)
    const restartMs = performance.now() - restartFrom
    if (claimed.length !== 1 || status.queued !== TASKS) throw new Error(`${status.queued} queued after the restart`)
    await store.run('tasks.recover', {})

    const memory = []
    const sampler = setInterval(() => {
      memory.push({ x: performance.now() / 60_000, y: process.memoryUsage().rss / 1024 / 1024 })
    }, SAMPLE_MS)
    const perTask = {}
    for (const workers of [1, 2, 4]) {
      perTask[workers] = await timeTasks(createQueue, store, workers, COMPARED)
      say(`${workers} worker(s): ${perTask[workers].toFixed(2)} ms a task`)
    }
    const rest = await timeTasks(createQueue, store, 2, TASKS - 3 * COMPARED - 20)
    clearInterval(sampler)
    const listDone = await timeLists(store)
    await store.close()

    say(`two jobs of ${TOGETHER} at once, and one of ${2 * TOGETHER}, ${PAIRS} times`)
    const timeJobs = async (name, jobs) => {
      const store = await open(name)
      for (const [index, tasks] of jobs.entries()) await enqueue(store, `${name}-${index}`, tasks)
      const ms = await timeTasks(createQueue, store, 2, 2 * TOGETHER)
      await store.close()
      return ms
    }
    const pairs = []
    for (let pair = 0; pair < PAIRS; pair += 1) {
      // In turns, and each of them first as often as second.
      const order = pair % 2 === 0 ? ['one', 'two'] : ['two', 'one']
      const times = {}
      for (const kind of order)
        times[kind] = await timeJobs(`${kind}-${pair}`, kind === 'one' ? [2 * TOGETHER] : [TOGETHER, TOGETHER])
      pairs.push(times.one / times.two)
    }

    const growth = slopeOf(memory.slice(Math.floor(memory.length / 3)))
    const worst = listQueued.ms > listDone.ms ? listQueued : listDone
    return [
      ...figure({ name: 'queue.enqueue', unit: 'tasks/s', better: 'higher', samples: [(TASKS / enqueueMs) * 1_000] }),
      ...figure({
        name: 'queue.overhead1',
        unit: 'ms',
        better: 'lower',
        aim: 1,
        samples: [perTask[1]],
        note: 'claimed, done, by one worker',
      }),
      ...figure({ name: 'queue.overhead2', unit: 'ms', better: 'lower', aim: 1, samples: [perTask[2]] }),
      ...figure({ name: 'queue.overhead4', unit: 'ms', better: 'lower', aim: 1, samples: [perTask[4]] }),
      ...figure({
        name: 'queue.overheadLate',
        unit: 'ms',
        better: 'lower',
        aim: 1,
        samples: [rest],
        note: 'the second half',
      }),
      ...figure({
        name: 'queue.list',
        unit: 'ms',
        better: 'lower',
        aim: 20,
        samples: [worst.ms],
        note: `the slowest: ${worst.name}`,
      }),
      ...figure({
        name: 'queue.restart',
        unit: 'ms',
        better: 'lower',
        aim: 2_000,
        samples: [restartMs],
        note: `${TASKS} queued`,
      }),
      ...figure({
        name: 'queue.memorySlope',
        unit: 'MB/min',
        better: 'lower',
        samples: [growth],
        note: `${memory[0]?.y.toFixed(0)} → ${memory.at(-1)?.y.toFixed(0)} MB`,
      }),
      ...figure({
        name: 'queue.twoJobs',
        better: 'higher',
        aim: 0.95,
        portable: true,
        samples: pairs,
        note: 'throughput of two jobs ÷ that of one',
      }),
    ]
  })
