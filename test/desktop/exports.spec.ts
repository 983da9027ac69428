// What people take out of the real window as files: the list of documents, reports, receipts, and views as PDF, light whatever the window is.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { answerDialogs } from './support/stand-ins'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
const folder = makeFolder('exports')

test.beforeAll(async () => {
  running = await launchApp()
  await waitUntilReady(running)
  const household = writeHousehold(makeFolder('exported'))
  writeFileSync(
    join(household, 'lease.pdf'),
    '<html><body><p>The lease of the boathouse ends in May.</p></body></html>',
  )
  await dropFiles(running.page, [household])
  await openView(running.page, 'Queue')
  await expect(running.page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
})
test.afterAll(() => running.close())

const exportTo = async (page: Page, file: string, item: string, told: string): Promise<string> => {
  const path = join(folder, file)
  await answerDialogs(running.app, { save: path })
  await page.getByRole('button', { name: 'Export', exact: true }).last().click()
  await page.getByRole('menuitem', { name: item }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(page.getByText(told).last()).toBeVisible()
  await expect(page.getByText(path)).toBeVisible()
  return readFileSync(path, 'utf8')
}

test('the list of documents is exported as it is narrowed, and an export that is not possible leaves nothing', async () => {
  const { page, app } = running
  await openView(page, 'Documents')
  await page.getByRole('textbox', { name: 'Filter by path' }).fill('garden')
  await expect(page.getByRole('checkbox', { name: 'Pick tomatoes.md' })).toBeVisible()
  const total = 3
  await expect(page.getByRole('checkbox', { name: /^Pick / })).toHaveCount(total)
  const csv = await exportTo(page, 'documents.csv', 'As a table (CSV)…', 'List exported')
  expect(csv.trimEnd().split('\r\n')).toHaveLength(total + 1)
  expect(csv).toContain('tomatoes.md')
  const json = await exportTo(page, 'documents.json', 'As JSON…', 'List exported')
  expect((JSON.parse(json) as { documents: unknown[] }).documents).toHaveLength(total)
  await answerDialogs(app, { save: join(folder, 'no', 'list.csv') })
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await page.getByRole('menuitem', { name: 'As a table (CSV)…' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'FILE_UNWRITABLE' })).toBeVisible()
  expect(readdirSync(folder).sort()).toEqual(['documents.csv', 'documents.json'])
  expect(await judge(page)).toEqual([])
})

test('the receipt of a document is exported where it is read', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Actions for tomatoes.md' }).click()
  await page.getByRole('menuitem', { name: 'What was read' }).click()
  const csv = await exportTo(page, 'receipt.csv', 'Receipt as a table (CSV)…', 'Receipt exported')
  expect(csv).toContain('tomatoes.md')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the receipt of a document tells what is said of it as a whole', async () => {
  const { page } = running
  await page.getByRole('textbox', { name: 'Filter by path' }).fill('lease')
  await page.getByRole('button', { name: 'Actions for lease.pdf' }).click()
  await page.getByRole('menuitem', { name: 'What was read' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('receipt')).toContainText('Whole document')
  await expect(dialog.getByText('Its name says')).toHaveCount(1)
  expect(await judge(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('the report of a job is a table, its receipts too, and all of it a PDF in light colors', async () => {
  const { page } = running
  await openView(page, 'Queue')
  await page
    .getByTestId('ended-job')
    .getByRole('button', { name: /report/i })
    .first()
    .click()
  const problems = await exportTo(page, 'report.csv', 'Problems as a table (CSV)…', 'Report exported')
  expect(problems).toContain('FILE_EMPTY')
  const receipts = await exportTo(page, 'receipts.csv', 'Receipt as a table (CSV)…', 'Receipt exported')
  expect(receipts).toContain('tomatoes.md')
  await page.evaluate(() => window.sluice.app('theme.set', { choice: 'dark' }))
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.evaluate(() => {
    window.addEventListener('beforeprint', () => {
      document.documentElement.dataset['printed'] = [
        document.documentElement.getAttribute('data-mantine-color-scheme'),
        String(document.querySelectorAll('[data-testid="problems"]').length),
      ].join(' ')
    })
  })
  const path = join(folder, 'report.pdf')
  await answerDialogs(running.app, { save: path })
  await page.getByRole('button', { name: 'Save as PDF…' }).click()
  await expect(page.getByText('Saved as PDF')).toBeVisible()
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-')
  await expect(page.locator('html')).toHaveAttribute('data-printed', 'light 0')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expect(page.getByTestId('problems')).toBeVisible()
})

test('the dashboard is a PDF', async () => {
  const { page } = running
  await openView(page, 'Dashboard')
  const path = join(folder, 'dashboard.pdf')
  await answerDialogs(running.app, { save: path })
  await page.getByRole('button', { name: 'Save as PDF…' }).click()
  await expect(page.getByText(path)).toBeVisible()
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-')
  expect(running.complaints).toEqual([])
})
