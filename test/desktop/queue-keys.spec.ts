// The queue by keys, and what stands behind it: the tasks of a job, however many, the lanes and the workers.
import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { answerCall } from './support/stand-ins'
import { takeScreenshot } from './support/screenshots'
import { writeNotes } from './support/samples'

test.describe.configure({ timeout: 120_000 })

const JOB_TIMEOUT_MS = 80_000
const MANY = 100_000
/** A page of rows is there at once, or scrolling is no pleasure. */
const PAGE_MS = 2_000

const queuedJob = (page: Page, label: string): Locator => page.getByTestId('queued-job').filter({ hasText: label })
const openJob = (page: Page, label: string): Locator => page.getByTestId('open-job').filter({ hasText: label })
const endedJob = (page: Page, label: string): Locator => page.getByTestId('ended-job').filter({ hasText: label })

const writeFolder = (parent: string, name: string): string => {
  const folder = join(parent, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'note.md'), `# ${name}\n\nA note of ${name}, about tides and harbors.\n`)
  return folder
}

/** Adds ended tasks to the one job of a data folder that nothing has open. */
const addTasks = (dataDir: string, count: number): void => {
  const require = createRequire(__filename)
  const Database = require('libsql') as new (path: string) => { exec: (sql: string) => void; close: () => void }
  const db = new Database(join(dataDir, 'sluice.db'))
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO tasks (job_id, collection_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, outcome, code, details,
      created_at, ended_at)
    SELECT (SELECT max(id) FROM jobs), (SELECT max(id) FROM collections), 'document', 'extract', 'extract', 'ended', 'made-' || i,
      'shelf/leaf-' || i || '.bin', '{"location":"/shelf/leaf-' || i || '.bin","entries":[]}', 0, 1, 'skipped', 'FORMAT_UNSUPPORTED', '{}',
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n`)
  db.close()
}

test('a person works the queue by keys alone: through the jobs, holding, priority, cancelling, trying again, the report', async () => {
  const running = await launchApp({ env: { SLUICE_QUEUE_ACTIVE_JOBS: '1' } })
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  // The first start says what to do next.
  await expect(page.getByText('Nothing was added yet. Drop files')).toBeVisible()
  const parent = makeFolder('keys')
  await dropFiles(page, [writeFolder(parent, 'atlas')])
  await expect(endedJob(page, 'atlas')).toContainText('1 searchable', { timeout: JOB_TIMEOUT_MS })
  await page.evaluate(() => window.sluice.call('queue.rest', { reason: 'ON_BATTERY', forMs: 600_000 }))
  for (const name of ['birds', 'charts', 'diaries']) {
    await dropFiles(page, [writeFolder(parent, name)])
    await expect(queuedJob(page, name)).toBeVisible()
  }

  const birds = queuedJob(page, 'birds')
  await expect(birds).toHaveAttribute('aria-keyshortcuts', /^P Delete Plus Minus Enter Alt\+ArrowUp/)
  await birds.focus()
  await page.keyboard.press('ArrowDown')
  await expect(queuedJob(page, 'charts')).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('button', { name: 'Report of atlas' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(queuedJob(page, 'diaries')).toBeFocused()

  await page.keyboard.press('+')
  await expect(queuedJob(page, 'diaries')).toContainText('High priority')
  // It went to the top of the line, and the focus with it.
  await expect(page.getByTestId('queued-job').first()).toContainText('diaries')
  await expect(queuedJob(page, 'diaries')).toBeFocused()
  await page.keyboard.press('-')
  await expect(queuedJob(page, 'diaries')).not.toContainText('High priority')
  await takeScreenshot(page, 'queue-keys')
  expect(await judge(page)).toEqual([])

  await queuedJob(page, 'diaries').focus()
  await page.keyboard.press('p')
  await expect(openJob(page, 'diaries')).toContainText('Paused')
  await expect(openJob(page, 'diaries')).toBeFocused()
  // What all have in common is taken back for those it was done to: one was paused before.
  await page.getByRole('button', { name: 'Pause all jobs' }).click()
  await expect(page.getByText('Paused 2 jobs')).toBeVisible()
  await expect(openJob(page, 'birds')).toContainText('Paused')
  await page.getByRole('button', { name: 'Undo' }).click()
  for (const name of ['birds', 'charts']) await expect(queuedJob(page, name)).toBeVisible()
  await expect(openJob(page, 'diaries')).toContainText('Paused')
  await openJob(page, 'diaries').focus()
  await page.keyboard.press('p')
  await expect(queuedJob(page, 'diaries')).toBeFocused()

  await page.keyboard.press('Delete')
  await expect(page.getByRole('dialog', { name: 'Cancel diaries?' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(queuedJob(page, 'diaries')).toBeFocused()
  await page.keyboard.press('Delete')
  await page.getByRole('button', { name: 'Cancel it' }).click()
  await expect(endedJob(page, 'diaries')).toContainText('Cancelled')
  // Taken back, it is in the line again.
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(queuedJob(page, 'diaries')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel diaries' }).click()
  await expect(endedJob(page, 'diaries')).toContainText('Cancelled')
  await page.getByRole('button', { name: 'Report of diaries' }).focus()
  await page.keyboard.press('r')
  await expect(queuedJob(page, 'diaries')).toBeVisible()
  await queuedJob(page, 'birds').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'birds' })).toBeVisible()
  await page.evaluate(() => window.sluice.call('queue.rest', { reason: null, forMs: 1 }))
  await openView(page, 'Queue')
  for (const name of ['birds', 'charts', 'diaries'])
    await expect(endedJob(page, name)).toContainText('1 searchable', { timeout: JOB_TIMEOUT_MS })

  // The menu has the same, each with its key, and the sheet of shortcuts tells them.
  await page.getByRole('button', { name: 'Actions for birds' }).click()
  await expect(page.getByRole('menuitem')).toHaveText(['ReportEnter', 'Tasks…'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+/')
  await expect(page.getByRole('region', { name: 'In the queue' })).toContainText('Pause the job, or resume it')
  expect(running.complaints).toEqual([])
  await running.close()
})

test('the tasks of a job are a table that is scrolled through, also when there are 100,000', async () => {
  const dataDir = makeFolder('tasks')
  const before = await launchApp({ dataDir })
  await waitUntilReady(before)
  await openView(before.page, 'Queue')
  await dropFiles(before.page, [writeNotes(makeFolder('notes'), 3, 1)])
  await expect(endedJob(before.page, 'notebook')).toContainText('3 searchable', { timeout: JOB_TIMEOUT_MS })
  await before.close()
  addTasks(dataDir, MANY)

  const running = await launchApp({ dataDir })
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await page.getByRole('button', { name: 'Actions for notebook' }).click()
  await page.getByRole('menuitem', { name: 'Tasks…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tasks of notebook' })
  const table = dialog.getByRole('table', { name: 'Tasks' })
  await expect(table).toHaveAttribute('aria-rowcount', String(MANY + 3 + 1))
  const first = dialog.getByTestId('task').first()
  await expect(first).toContainText('Indexed')
  await expect(first).toContainText(/(parse|embed|owner)/)
  await takeScreenshot(page, 'job-tasks')
  expect(await judge(page)).toEqual([])

  // By keys, as by the wheel: only what is seen is there.
  await dialog.getByRole('region', { name: 'Tasks' }).focus()
  const atMs = Date.now()
  await page.keyboard.press('End')
  await expect(dialog.getByText(`leaf-${MANY}.bin`, { exact: true })).toBeInViewport()
  expect(Date.now() - atMs).toBeLessThan(PAGE_MS)
  expect(await dialog.getByTestId('task').count()).toBeLessThanOrEqual(150)
  await dialog.getByRole('region', { name: 'Tasks' }).evaluate((region) => {
    region.scrollTop = region.scrollHeight / 2
  })
  await expect(dialog.getByText('leaf-50000.bin', { exact: true })).toBeVisible()

  await dialog.getByText('Queued (0)').click()
  await expect(dialog.getByText('None stands there now.')).toBeVisible()
  await page.keyboard.press('Escape')

  // From the report of the job as well.
  await page.getByRole('button', { name: 'Report of notebook' }).click()
  await page.getByRole('button', { name: 'Tasks', exact: true }).click()
  await expect(dialog.getByTestId('task').first()).toBeVisible()
  expect(running.complaints).toEqual([])
  await running.close()
})

test('what works behind the queue is shown: each lane, and the workers, which can be replaced', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await dropFiles(page, [writeNotes(makeFolder('notes'), 60, 3)])
  const panel = page.getByTestId('lane-panel')
  await panel.getByRole('button', { name: /^Lanes and workers/ }).click()
  await expect(panel.getByTestId('lane-embed')).toContainText(/\d+ of \d+ at once/)
  await expect(panel.getByTestId('lane-extract')).toBeVisible()
  await expect(endedJob(page, 'notebook')).toContainText('60 searchable', { timeout: JOB_TIMEOUT_MS })
  const worker = panel.getByTestId('worker').filter({ hasText: 'Embedding' })
  await expect(worker).toBeVisible()
  await expect(worker).toContainText(/MiB of \d/)
  const pid = /process (\d+)/.exec(await worker.innerText())?.[1] ?? ''
  await takeScreenshot(page, 'queue-workers')
  expect(await judge(page)).toEqual([])
  // A job that goes from one of the three lists to the next is in none of them for a moment, also before there is a worker: what was opened stays.
  const known = await page.evaluate(() => window.sluice.call('workers.list', {}))
  if (!known.ok) throw new Error(known.error.message)
  await answerCall(running.app, 'workers.list', { ok: true, value: { ...known.value, workers: [], total: 0 } })
  await answerCall(running.app, 'jobs.list', { ok: true, value: { jobs: [], total: 0 } })
  await dropFiles(page, [writeFolder(makeFolder('later'), 'later')])
  await expect(endedJob(page, 'notebook')).toHaveCount(0)
  await expect(panel.getByTestId('worker')).toHaveCount(0)
  // Long enough for all three to be asked again.
  await page.waitForTimeout(1_000)
  await expect(panel.getByTestId('lane-extract')).toBeVisible()
  await answerCall(running.app, 'workers.list', null)
  await answerCall(running.app, 'jobs.list', null)
  await dropFiles(page, [writeFolder(makeFolder('last'), 'last')])
  await expect(endedJob(page, 'last')).toBeVisible({ timeout: JOB_TIMEOUT_MS })
  await expect(endedJob(page, 'notebook')).toBeVisible()
  await worker.getByRole('button', { name: 'Replace the worker: Embedding' }).click()
  await expect(page.getByText('Replacing the worker: Embedding')).toBeVisible()
  await expect(panel.getByText(`process ${pid}`)).toHaveCount(0, { timeout: 30_000 })
  expect(running.complaints).toEqual([])
  await running.close()
})
