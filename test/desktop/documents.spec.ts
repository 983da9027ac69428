// The documents of the real window: put in another order, narrowed by what they are, picked, read again and removed, many at once.
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'

test.describe.configure({ mode: 'serial' })

let running: RunningApp

test.beforeAll(async () => {
  running = await launchApp()
  await waitUntilReady(running)
  await dropFiles(running.page, [writeHousehold(makeFolder('documents'))])
  await openView(running.page, 'Queue')
  await expect(running.page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  await openView(running.page, 'Documents')
})
test.afterAll(() => running.close())

const pickers = (page: Page) => page.getByRole('checkbox', { name: /^Pick / })

test('they are put in order by their columns and narrowed by what they are, with their numbers', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Size', exact: true }).click()
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending')
  // Rows are made between frames.
  await expect(page.getByRole('checkbox', { name: 'Pick tomatoes.md' })).toBeVisible()
  const all = await pickers(page).count()
  await page.getByRole('combobox', { name: 'Kinds' }).click()
  await page.getByRole('option', { name: /^Markdown \(\d+\)$/ }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => pickers(page).count()).toBeLessThan(all)
  await expect(page.getByRole('checkbox', { name: 'Pick tomatoes.md' })).toBeVisible()
  for (const theme of ['Dark', 'Light']) {
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('menuitem', { name: theme }).click()
    expect(await judge(page), theme).toEqual([])
    await takeScreenshot(page, `documents-${theme.toLowerCase()}`)
  }
})

test('those that are picked are read again as a job, and removed after a question that names them', async () => {
  const { page } = running
  await page.getByRole('checkbox', { name: 'Pick tomatoes.md' }).check()
  await page.getByRole('checkbox', { name: 'Pick compost.md' }).check()
  const bar = page.getByTestId('picked-bar')
  await expect(bar).toContainText('2 documents picked')
  await bar.getByRole('button', { name: 'Read again' }).click()
  await expect(bar).toHaveCount(0)
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job').filter({ hasText: '2 documents read again' })).toBeVisible({
    timeout: 60_000,
  })
  await openView(page, 'Documents')
  await page.getByRole('checkbox', { name: 'Pick tomatoes.md' }).check()
  await bar.getByRole('button', { name: /^Pick all \d+$/ }).click()
  await page.getByRole('checkbox', { name: 'Pick tomatoes.md' }).uncheck()
  await expect(bar).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'Pick tomatoes.md' }).check()
  await page.getByRole('checkbox', { name: 'Pick bread.md' }).check()
  await bar.getByRole('button', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('bread.md')
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'documents-remove')
  await dialog.getByRole('button', { name: 'Remove 2 documents' }).click()
  const toast = page.getByRole('alert').filter({ hasText: '2 documents will be removed' })
  await expect(toast).toContainText(/In \d+ s\. Until then/)
  const row = page.getByRole('row').filter({ hasText: 'bread.md' })
  await expect(row).toContainText('Removing…')
  await takeScreenshot(page, 'documents-undo')
  await toast.getByRole('button', { name: 'Undo' }).click()
  await expect(toast).toHaveCount(0)
  await expect(row).not.toContainText('Removing…')
  await page.getByRole('checkbox', { name: 'Pick tomatoes.md' }).check()
  await page.getByRole('checkbox', { name: 'Pick bread.md' }).check()
  await bar.getByRole('button', { name: 'Remove…' }).click()
  await dialog.getByRole('button', { name: 'Remove 2 documents' }).click()
  await expect(toast).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'Removed 2 documents' })).toBeVisible({ timeout: 30_000 })
  await expect(toast).toHaveCount(0)
  await expect(page.getByRole('checkbox', { name: 'Pick bread.md' })).toHaveCount(0)
  await expect(page.getByRole('checkbox', { name: 'Pick lentil-soup.md' })).toBeVisible()
  expect(running.complaints).toEqual([])
})

test('a removal that a kill cut off is told at the next start, and its document is still there', async () => {
  const { page, app, dataDir } = running
  await page.getByRole('button', { name: 'Actions for lentil-soup.md' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove the document' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'lentil-soup.md will be removed' })).toBeVisible()
  const gone = new Promise<void>((resolve) => app.process().once('exit', () => resolve()))
  app.process().kill('SIGKILL')
  await gone
  running = await launchApp({ dataDir })
  await waitUntilReady(running)
  const told = running.page.getByRole('alert').filter({ hasText: 'lentil-soup.md is still there' })
  await expect(told).toContainText('Sluice ended before')
  await openView(running.page, 'Documents')
  await expect(running.page.getByRole('checkbox', { name: 'Pick lentil-soup.md' })).toBeVisible()
  await told.getByRole('button', { name: 'Close' }).click()
  await expect(told).toHaveCount(0)
  // Quitting does at once what waits.
  await running.page.getByRole('button', { name: 'Actions for lentil-soup.md' }).click()
  await running.page.getByRole('menuitem', { name: 'Remove…' }).click()
  await running.page.getByRole('button', { name: 'Remove the document' }).click()
  await expect(running.page.getByRole('alert').filter({ hasText: 'will be removed' })).toBeVisible()
  await running.close()
  running = await launchApp({ dataDir })
  await waitUntilReady(running)
  await openView(running.page, 'Documents')
  await expect(pickers(running.page).first()).toBeVisible()
  await expect(running.page.getByRole('checkbox', { name: 'Pick lentil-soup.md' })).toHaveCount(0)
})
