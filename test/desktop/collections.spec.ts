// Collections and documents in the window: making, choosing, renaming, filtering, removing; and the looks.
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { answerDialogs } from './support/stand-ins'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
let household: string

test.beforeAll(async () => {
  household = writeHousehold(makeFolder('collections'))
  running = await launchApp()
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
})

const collections = () => running.page.getByRole('region', { name: 'Collections' })

test('a collection is made, and its name is taken only once', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'New collection' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Family')
  await page.keyboard.press('Enter')
  await expect(collections().getByRole('button', { name: 'Family' }).first()).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'New collection' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Family')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'COLLECTION_EXISTS' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('files picked in the dialog go to the chosen collection', async () => {
  const { app, page } = running
  await answerDialogs(app, { open: [join(household, 'house', 'heating.txt'), join(household, 'boat.zip')] })
  await openView(page, 'Documents')
  await page.getByRole('button', { name: 'Add files…' }).click()
  await expect(page.getByRole('table', { name: 'Documents' })).toContainText('heating.txt')
  await expect(page.getByText('5 documents in “Family”')).toBeVisible()
})

test('a drop goes to the chosen collection, and only there', async () => {
  const { page } = running
  await collections().getByRole('button', { name: 'All collections' }).click()
  await dropFiles(page, [join(household, 'recipes')])
  await expect(page.getByText('7 documents', { exact: true })).toBeVisible({ timeout: 30_000 })
  await collections().getByRole('button', { name: 'Family' }).first().click()
  await expect(page.getByText('5 documents in “Family”')).toBeVisible()
})

test('documents are filtered by path and by state, with the reason of what was not read', async () => {
  const { page } = running
  const table = page.getByRole('table', { name: 'Documents' })
  await page.getByRole('textbox', { name: 'Filter by path' }).fill('harbour')
  await expect(table.getByRole('row')).toHaveCount(3)
  await page.getByRole('textbox', { name: 'Filter by path' }).fill('nothing like it')
  await expect(page.getByText('No document matches this filter.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter by path' }).fill('')
  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Failed' }).click()
  await expect(table).toContainText('secret.txt')
  await expect(page.getByRole('note', { name: /protected by the password of its archive/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Searchable' }).click()
  await takeScreenshot(page, 'documents')
})

test('a document is removed after a question, and is not found any more', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Actions for heating.txt' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(page.getByText('5 documents in “Family”')).toBeVisible()
  await page.getByRole('button', { name: 'Actions for heating.txt' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove the document' }).click()
  await expect(page.getByText('4 documents in “Family”')).toBeVisible()
  await openView(page, 'Search')
  await page.getByRole('textbox', { name: 'Search Family' }).fill('boiler pressure filling loop')
  await expect(page.getByText(/passages? /).first()).toBeVisible()
  await expect(page.getByRole('article').filter({ hasText: 'heating.txt' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear the search' }).click()
})

test('a collection is renamed and removed', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Actions for Family' }).click()
  await page.getByRole('menuitem', { name: 'Rename…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Household')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(collections().getByRole('button', { name: 'Household' }).first()).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Actions for Household' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await expect(page.getByRole('dialog')).toContainText('4 documents will no longer be found')
  await page.getByRole('button', { name: 'Remove the collection' }).click()
  await expect(page.getByText('Removed “Household”')).toBeVisible()
  await expect(collections().getByRole('button', { name: 'Household' })).toHaveCount(0)
  await expect(collections().getByRole('button', { name: 'All collections' })).toHaveAttribute('aria-pressed', 'true')
})

test('dark and light follow the choice, which is kept for the next start', async () => {
  const { page } = running
  const scheme = (): Promise<string | null> => page.locator('html').getAttribute('data-mantine-color-scheme')
  const choose = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose('Light')
  await expect.poll(scheme).toBe('light')
  await choose('Dark')
  await expect.poll(scheme).toBe('dark')
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('bread')
  await expect(page.getByRole('article').first()).toBeVisible()
  await takeScreenshot(page, 'search-dark')
  expect(running.complaints).toEqual([])
  const { dataDir } = running
  await running.app.close()
  running = await launchApp({ dataDir })
  await waitUntilReady(running)
  await expect.poll(() => running.page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
})

test('the window is used by keyboard alone', async () => {
  const { page } = running
  await page.keyboard.press('Control+2')
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible()
  await page.keyboard.press('Control+3')
  await expect(page.getByRole('heading', { name: 'Documents' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('textbox', { name: 'Search all collections' })).toBeFocused()
  await page.keyboard.type('sourdough')
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('article').first()).toBeFocused()
})
