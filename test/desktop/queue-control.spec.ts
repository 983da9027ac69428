// The queue in the hands of a person: pausing over a restart, the line and its order, what is tried again, and cancelling very much.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { acceptPreflight } from './support/preflight'
import { writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { watchFreezes } from './support/freezes'

test.describe.configure({ timeout: 150_000 })

const NOTES = 190
const MANY = 5_000
const JOB_TIMEOUT_MS = 80_000
/** Longer, and a person would think that the window hangs. */
const FREEZE_MS = 1_000

/** Another program that appends to a file until it is killed, or this one ends; by itself, however busy this process is. */
const writeForEver = (file: string, line: string): ChildProcess => {
  const program = `const { appendFileSync } = require('node:fs')
    setInterval(() => appendFileSync(process.argv[1], process.argv[2]), 2)
    process.stdin.on('end', () => process.exit()).resume()`
  return spawn(process.execPath, ['-e', program, file, line], { stdio: ['pipe', 'ignore', 'inherit'] })
}

const openJob = (page: Page, label: string): Locator => page.getByTestId('open-job').filter({ hasText: label })
const endedJob = (page: Page, label: string): Locator => page.getByTestId('ended-job').filter({ hasText: label })
const lineOf = (page: Page): Promise<string[]> =>
  page.getByTestId('queued-job').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))

/** A folder with two notes of its own. */
const writeFolder = (parent: string, name: string): string => {
  const folder = join(parent, name)
  mkdirSync(folder)
  for (const note of ['first', 'second'])
    writeFileSync(join(folder, `${note}.md`), `# ${name}\n\nThe ${note} note of ${name}, about tides and harbors.\n`)
  return folder
}

test('a job that is paused stays paused over a restart, and finishes once it is resumed', async () => {
  const dataDir = makeFolder('paused')
  const before = await launchApp({ dataDir })
  await waitUntilReady(before)
  await openView(before.page, 'Queue')
  await dropFiles(before.page, [writeNotes(makeFolder('notes'), NOTES, 20)])
  await expect(openJob(before.page, 'notebook')).toContainText('documents ·')
  await before.page.getByRole('button', { name: 'Pause notebook' }).click()
  await expect(openJob(before.page, 'notebook')).toContainText('Paused')
  await before.close()

  const after = await launchApp({ dataDir })
  const { page } = after
  await waitUntilReady(after)
  await openView(page, 'Queue')
  await expect(openJob(page, 'notebook')).toContainText('Paused')
  const bar = page.getByTestId('queue-bar')
  await expect(bar).toContainText('1 paused (notebook)')
  await expect(bar).not.toContainText('being worked on')
  await expect(page.getByRole('button', { name: 'Pause all jobs' })).toBeDisabled()
  await page.getByRole('button', { name: 'Resume notebook' }).click()
  await expect(endedJob(page, 'notebook')).toContainText(`${NOTES} searchable`, { timeout: JOB_TIMEOUT_MS })
  expect(after.complaints).toEqual([])
  await after.close()
})

test('jobs stand in line in an order that a person changes by menu and by keys; what is tried again says when', async () => {
  const running = await launchApp({
    env: {
      SLUICE_QUEUE_ACTIVE_JOBS: '1',
      SLUICE_RETRY_EXTRACT_TRIES: '5',
      // The wait is shortened at random: of an hour, next to never down to what this test takes.
      SLUICE_RETRY_EXTRACT_BASE_MS: '3600000',
      SLUICE_RETRY_MAX_MS: '3600000',
    },
  })
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  const parent = makeFolder('line')
  const atlas = writeFolder(parent, 'atlas')
  // Somebody is writing to it all the time, so that its job is not done before it is cancelled.
  const log = join(atlas, 'tide-log.csv')
  writeFileSync(log, `time,level\n${'06:00,1.2\n'.repeat(400_000)}`)
  const size = statSync(log).size
  const writing = writeForEver(log, '06:00,1.2\n')
  await expect.poll(() => statSync(log).size).toBeGreaterThan(size)
  await dropFiles(page, [atlas])
  const retries = openJob(page, 'atlas').getByTestId('retries')
  await expect(retries).toContainText(/tide-log\.csv is tried again in \d[\d hmins]* \(try [2-5] of 5\)/)
  for (const [at, name] of ['birds', 'charts', 'diaries', 'engines'].entries()) {
    await dropFiles(page, [writeFolder(parent, name)])
    await expect(page.getByTestId('queued-job')).toHaveCount(at + 1)
  }
  await expect
    .poll(() => lineOf(page))
    .toEqual(['birds, 1st in line', 'charts, 2nd in line', 'diaries, 3rd in line', 'engines, 4th in line'])

  await page.getByTestId('queued-job').filter({ hasText: 'diaries' }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect
    .poll(() => lineOf(page))
    .toEqual(['birds, 1st in line', 'diaries, 2nd in line', 'charts, 3rd in line', 'engines, 4th in line'])
  // The row that was moved has the focus still.
  await page.keyboard.press('Alt+End')
  await expect.poll(async () => (await lineOf(page)).at(-1)).toBe('diaries, 4th in line')
  await page.getByRole('button', { name: 'Actions for engines' }).click()
  await page.getByRole('menuitem', { name: 'Move to the top' }).click()
  await expect.poll(async () => (await lineOf(page))[0]).toBe('engines, 1st in line')
  await page.getByRole('button', { name: 'Actions for charts' }).click()
  await page.getByRole('menuitemradio', { name: 'High priority' }).click()
  await expect.poll(async () => (await lineOf(page))[0]).toBe('charts, 1st in line')
  await expect(page.getByTestId('queued-job').first()).toContainText('High priority')

  await page.getByTestId('queued-job').filter({ hasText: 'diaries' }).getByRole('button', { name: 'Pause' }).click()
  await expect(openJob(page, 'diaries')).toContainText('Paused')
  await expect(page.getByTestId('queue-bar')).toContainText('1 running · 3 in line · 1 paused (diaries)')
  await takeScreenshot(page, 'queue-paused')
  expect(await judge(page)).toEqual([])

  await page.getByRole('button', { name: 'Pause all jobs' }).click()
  await expect(page.getByTestId('queue-bar')).toContainText('5 paused')
  await expect(page.getByTestId('queued-job')).toHaveCount(0)
  await page.getByRole('button', { name: 'Cancel atlas' }).click()
  await expect(endedJob(page, 'atlas')).toContainText('Cancelled')
  writing.kill()
  await page.getByRole('button', { name: 'Resume all jobs' }).click()
  for (const name of ['birds', 'charts', 'diaries', 'engines'])
    await expect(endedJob(page, name)).toContainText('2 searchable', { timeout: JOB_TIMEOUT_MS })
  expect(running.complaints).toEqual([])
  await running.close()
})

test('a drop of 5,000 files is cancelled: the window never hangs, and what was indexed stays', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await dropFiles(page, [writeNotes(makeFolder('many'), MANY, 1)])
  await acceptPreflight(page)
  const open = openJob(page, 'notebook')
  await expect(open).toContainText(/Reading\s*[1-9][\d,]{2,} \//, { timeout: JOB_TIMEOUT_MS })
  const longestFreezeMs = await watchFreezes(page)
  await page.getByRole('button', { name: 'Cancel notebook' }).click()
  const ended = endedJob(page, 'notebook')
  await expect(ended).toContainText('Cancelled', { timeout: 20_000 })
  expect(await longestFreezeMs()).toBeLessThan(FREEZE_MS)
  await expect(page.getByTestId('queue-bar')).toHaveCount(0)
  const counted = await ended.innerText()
  const count = (what: string): number =>
    Number((new RegExp(`([\\d,]+) ${what}`).exec(counted)?.[1] ?? '0').replaceAll(',', ''))
  // Text that was committed stays, with or without its vectors.
  expect(count('searchable') + count('partial')).toBeGreaterThanOrEqual(100)
  expect(count('cancelled')).toBeGreaterThan(0)
  expect(count('searchable') + count('partial') + count('cancelled')).toBe(MANY)
  await openView(page, 'Search')
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('gannets over the bay')
  await expect(page.getByRole('article').first()).toContainText('gannets')
  expect(running.complaints).toEqual([])
  await running.close()
})
