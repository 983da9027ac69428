// Owns driving the window over a large data folder: its start beside that of an empty window, switching views, scrolling, typing, and its heap
// over an hour's worth of use. Needs a display. Arguments: the Electron executable, a data folder, words to search for (JSON). Prints JSON.
import { join } from 'node:path'
import { _electron as electron } from '@playwright/test'
import { quantile } from '../figures.mjs'
import { readThere } from '../page-clock.mjs'
import { readTreeMb } from '../processes.mjs'
import { root } from '../product.mjs'

const [executablePath, dataDir, wordsJson] = process.argv.slice(2)
const words = JSON.parse(wordsJson)
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
const READY_MS = 60_000
const START_PAIRS = 5
const CALM = { tries: 30, everyMs: 500, mb: 2, times: 3 }
const SWITCHES = 6
const SCROLL_MS = 6_000
/** Pixels that each frame scrolls: some hundred rows a second. */
const SCROLL_STEP_PX = 240
/** An hour of use: a search a minute, and every view looked at as often. */
const HOUR = 60
const VIEWS = ['Queue', 'Documents', 'Failed', 'Models', 'Settings', 'Dashboard', 'Search']
const LETTER_MS = 120

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Memory once it does not change any more. */
const readSettledMb = async (pid) => {
  let before = readTreeMb(pid)
  for (let tries = 0, calm = 0; before !== null && tries < CALM.tries && calm < CALM.times; tries += 1) {
    await pause(CALM.everyMs)
    const now = readTreeMb(pid)
    calm = Math.abs(now - before) < CALM.mb ? calm + 1 : 0
    before = now
  }
  return before
}

/** Starts an app; what is told of times counts from then. */
const launch = async (folder, args = []) => {
  const started = performance.now()
  const startedAt = Date.now()
  const app = await electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), folder, ...args],
    env: { ...process.env, SLUICE_GLOBAL_SHORTCUT: 'off' },
    timeout: READY_MS,
  })
  const page = await app.firstWindow()
  return { app, page, startedAt, sinceStart: () => performance.now() - started }
}

/** One start of an empty window and one of ours, one after the other: what the machine does besides changes from one second to the next. */
const startPair = async () => {
  const empty = await launch(join(here, 'empty', 'main.cjs'))
  await empty.page.locator('#list').waitFor({ timeout: READY_MS })
  const emptyAnsweredMs = empty.sinceStart()
  const emptyMs = (await readThere(empty.page, true)) - empty.startedAt
  await empty.app.close()
  const ours = await launch(root, ['--data-dir', dataDir])
  await ours.page.locator('nav[aria-label="Views"] button').first().waitFor({ timeout: READY_MS })
  const builtMs = ours.sinceStart()
  const usableMs = (await readThere(ours.page, false)) - ours.startedAt
  await ours.app.close()
  return { emptyMs, emptyAnsweredMs, usableMs, builtMs }
}

/** Frames as the compositor drew them while the page scrolled, from a trace, and as its script saw them. In milliseconds between two. */
const scroll = async (app, page, selector) => {
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({
      included_categories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'],
    }),
  )
  const scripted = await page.evaluate(
    ([query, step, lastsMs]) =>
      new Promise((resolve) => {
        const list = globalThis.document.querySelector(query)
        const begun = performance.now()
        const gaps = []
        let before = begun
        const next = (now) => {
          gaps.push(now - before)
          before = now
          list.scrollTop += step
          if (now - begun < lastsMs) globalThis.requestAnimationFrame(next)
          else resolve(gaps.slice(2))
        }
        globalThis.requestAnimationFrame(next)
      }),
    [selector, SCROLL_STEP_PX, SCROLL_MS],
  )
  const drawn = await app.evaluate(async ({ contentTracing }) => {
    const { readFileSync, rmSync } = process.mainModule.require('node:fs')
    const file = await contentTracing.stopRecording()
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
    rmSync(file, { force: true })
    return traceEvents.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts / 1_000)
  })
  drawn.sort((left, right) => left - right)
  const gaps = drawn.slice(1).map((at, index) => at - drawn[index])
  const judge = (list) => ({
    frames: list.length,
    p99Ms: quantile(list, 0.99),
    maxMs: Math.max(...list),
    over32: list.filter((gap) => gap > 32).length,
  })
  return { scripted: judge(scripted), drawn: judge(gaps) }
}

/** Clicks a view and tells when its head was painted. */
const switchTo = (page, view) =>
  page.evaluate(
    (name) =>
      new Promise((resolve) => {
        const { document, requestAnimationFrame } = globalThis
        const links = [...document.querySelectorAll('nav[aria-label="Views"] button')]
        const begun = performance.now()
        links.find((link) => link.textContent.startsWith(name)).click()
        const look = () => {
          if (document.querySelector('h1')?.textContent !== name) requestAnimationFrame(look)
          // The frame in which it is there is painted before the next one begins.
          else requestAnimationFrame(() => resolve(performance.now() - begun))
        }
        look()
      }),
    view,
  )

/** Types a word and tells how long after its last letter the results of the whole word were painted. */
const type = async (page, word) => {
  const field = page.getByRole('search').getByRole('textbox').or(page.getByRole('search').getByRole('combobox')).first()
  await field.fill('')
  await pause(400)
  await field.pressSequentially(word.slice(0, -1), { delay: LETTER_MS })
  await pause(LETTER_MS)
  const seen = page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const { document, MutationObserver, requestAnimationFrame } = globalThis
        let typedMs = null
        document.addEventListener('input', () => (typedMs = performance.now()), { once: true, capture: true })
        const observer = new MutationObserver(() => {
          if (typedMs === null || document.querySelector('[role="feed"]')?.dataset.query !== wanted) return
          observer.disconnect()
          requestAnimationFrame(() => resolve(performance.now() - typedMs))
        })
        observer.observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true })
        setTimeout(() => resolve(null), 3_000)
      }),
    word,
  )
  await pause(20)
  await field.press(word.at(-1))
  return seen
}

const readHeapMb = async (session) => {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1024 / 1024
}

const starts = []
for (let pair = 0; pair < START_PAIRS; pair += 1) starts.push(await startPair())

const empty = await launch(join(here, 'empty', 'main.cjs'))
await empty.page.locator('#list').waitFor({ timeout: READY_MS })
const emptyMb = await readSettledMb(empty.app.process().pid)
const emptyScroll = await scroll(empty.app, empty.page, '#list')
await empty.app.close()

const { app, page } = await launch(root, ['--data-dir', dataDir])
try {
  await page.locator('nav[aria-label="Views"] button').first().waitFor({ timeout: READY_MS })
  const idleMb = await readSettledMb(app.process().pid)

  const switches = {}
  for (let round = 0; round < SWITCHES; round += 1) {
    for (const view of VIEWS) {
      const ms = await switchTo(page, view)
      // The first look loads what the view needs; it is told apart.
      switches[view] = [...(switches[view] ?? []), ms]
      await pause(250)
    }
  }

  await switchTo(page, 'Documents')
  await page.getByTestId('document-scroll').getByRole('row').nth(20).waitFor()
  const rows = Number(await page.getByTestId('document-scroll').getAttribute('aria-rowcount')) - 1
  const listScroll = await scroll(app, page, '[data-testid="document-scroll"]')

  await switchTo(page, 'Search')
  const typed = []
  for (const word of words) typed.push(await type(page, word))

  const session = await page.context().newCDPSession(page)
  const heap = []
  for (let minute = 0; minute < HOUR; minute += 1) {
    for (const view of VIEWS) await switchTo(page, view)
    await type(page, words[minute % words.length])
    if (minute % 5 === 4) heap.push(await readHeapMb(session))
  }
  process.stdout.write(
    JSON.stringify({
      starts,
      emptyMb,
      emptyScroll,
      idleMb,
      switches,
      rows,
      listScroll,
      typed,
      heap,
    }),
  )
} finally {
  await app.close()
}
