// Owns how long the window of a package takes to be there, beside an empty one: from its start as a process to the first frame in which one can
// type, as the page's own clock says. Needs a display. Arguments: the Electron executable, the program of the package, pairs of starts. Prints JSON.
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { readThere } from '../page-clock.mjs'

const [electronFile, programFile, pairsText] = process.argv.slice(2)
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
/** The fuses of a package leave no other way to its page. */
const DEBUG = ['--remote-debugging-port=0', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
const READY_MS = 60_000
const PAUSE_MS = 1_500

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const readPort = (child) =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += bytes
      const port = /listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(port)
    })
    child.on('error', reject)
    child.on('exit', () => reject(new Error(`it ended: ${said}`)))
  })

const start = async (file, args, isEmpty) => {
  const startedMs = Date.now()
  const child = spawn(file, [...DEBUG, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SLUICE_GLOBAL_SHORTCUT: 'off' },
  })
  const gone = once(child, 'close')
  const tooLong = setTimeout(() => child.kill('SIGKILL'), READY_MS)
  try {
    const port = await readPort(child)
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
    const [context] = browser.contexts()
    const page = context.pages()[0] ?? (await context.waitForEvent('page'))
    const thereMs = (await readThere(page, isEmpty)) - startedMs
    // What is measured is the start, as people have it: the engine comes after it.
    if (!isEmpty) await page.locator('nav[aria-label="Views"] button').first().waitFor({ timeout: READY_MS })
    await browser.close()
    return thereMs
  } finally {
    child.kill()
    await gone
    clearTimeout(tooLong)
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-installed-'))
try {
  const pairs = []
  // The first pair reads the files from the disk.
  for (let pair = 0; pair <= Number(pairsText); pair += 1) {
    const emptyMs = await start(electronFile, [join(here, 'empty', 'main.cjs')], true)
    await pause(PAUSE_MS)
    const installedMs = await start(programFile, ['--data-dir', dataDir], false)
    await pause(PAUSE_MS)
    if (pair > 0) pairs.push({ emptyMs, installedMs })
  }
  process.stdout.write(JSON.stringify({ pairs }))
} finally {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
}
