// Owns driving the real app, as the desktop tests do: its start, its memory, the event loop of its main process while it ingests and
// searches. Needs a display. Arguments: the Electron executable, a data folder, a folder to ingest. Prints JSON.
import { _electron as electron } from '@playwright/test'
import { readTreeMb, watchPeakMb } from '../processes.mjs'
import { root } from '../product.mjs'

const [executablePath, dataDir, corpus] = process.argv.slice(2)
const READY_MS = 60_000
const SETTLE_TRIES = 40
const SETTLE_MS = 500
const CALM_MB = 2
const SEARCHES = 60
const INGEST_MS = 1_200_000

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Memory once it does not change any more (a started app still loads and collects for a while). */
const readSettledMb = async (pid) => {
  let before = readTreeMb(pid)
  for (let tries = 0, calm = 0; before !== null && tries < SETTLE_TRIES && calm < 3; tries += 1) {
    await pause(SETTLE_MS)
    const now = readTreeMb(pid)
    calm = Math.abs(now - before) < CALM_MB ? calm + 1 : 0
    before = now
  }
  return before
}

/** Watches the event loop of the main process; the returned function tells what was seen since. */
const watchLoop = async (app) => {
  await app.evaluate(() => {
    const { monitorEventLoopDelay } = process.mainModule.require('node:perf_hooks')
    globalThis.benchDelay = monitorEventLoopDelay({ resolution: 5 })
    globalThis.benchDelay.enable()
  })
  return () =>
    app.evaluate(() => {
      const delay = globalThis.benchDelay
      delay.disable()
      const inMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 5)
      return { p50Ms: inMs(delay.percentile(50)), p99Ms: inMs(delay.percentile(99)), maxMs: inMs(delay.max) }
    })
}

/** Calls the engine from the page, as the window does. */
const callFrom = (page) => async (name, params) => {
  const reply = await page.evaluate(([called, given]) => globalThis.sluice.call(called, given), [name, params])
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${JSON.stringify(reply.error.details)}`)
  return reply.value
}

const started = performance.now()
const app = await electron.launch({
  executablePath,
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--data-dir', dataDir],
  timeout: READY_MS,
})
try {
  const page = await app.firstWindow()
  await page.locator('body *').first().waitFor({ timeout: READY_MS })
  const windowMs = performance.now() - started
  await page.getByRole('search').waitFor({ timeout: READY_MS })
  const readyMs = performance.now() - started
  const { pid } = app.process()
  const idleMb = await readSettledMb(pid)
  const call = callFrom(page)

  const endIngestLoop = await watchLoop(app)
  const endPeak = watchPeakMb(pid)
  const { job } = await call('jobs.create', { paths: [{ path: corpus }] })
  const deadline = performance.now() + INGEST_MS
  let progress = await call('jobs.wait', { id: job.id, timeoutMs: 10_000 })
  while (!progress.job.state.startsWith('completed')) {
    if (performance.now() > deadline || /failed|cancelled/.test(progress.job.state)) {
      throw new Error(`the job is ${progress.job.state} at ${progress.job.progress}`)
    }
    progress = await call('jobs.wait', { id: job.id, timeoutMs: 10_000 })
  }
  const ingestLoop = await endIngestLoop()
  const peakMb = endPeak()

  const endSearchLoop = await watchLoop(app)
  for (let at = 0; at < SEARCHES; at += 1)
    await call('search', { query: ['boiler', 'old harbor', 'who repaired the roof?'][at % 3] })
  const searchLoop = await endSearchLoop()
  const afterMb = await readSettledMb(pid)
  process.stdout.write(
    JSON.stringify({
      windowMs,
      readyMs,
      idleMb,
      peakMb,
      afterMb,
      ingestLoop,
      searchLoop,
      elapsedMs: progress.job.elapsedMs,
    }),
  )
} finally {
  await app.close()
}
