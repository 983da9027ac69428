// Collections and documents in the window: making, choosing, renaming, filtering, removing; and the looks.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
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

test('a collection is made step by step, and its name is taken only once', async () => {
  const { page } = running
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'New collection' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Family')
  await page.getByRole('radio', { name: 'Violet' }).check()
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('textbox', { name: 'Left out of it' })).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Left out of it' }).fill('*.bak')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('radio', { name: 'Sentences of the document itself' }).check()
  await takeScreenshot(page, 'collection-reading')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await expect(dialog).toContainText('It begins empty')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await expect(dialog.getByRole('radio', { name: 'Sentences of the document itself' })).toBeChecked()
  await dialog.getByRole('button', { name: '4. Review' }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(dialog).toBeHidden()
  await expect(collections().getByRole('button', { name: 'Family' }).first()).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'New collection' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Family')
  await dialog.getByRole('button', { name: '4. Review' }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  // Back to the step where it is mended.
  await expect(dialog).toContainText('A collection named "Family" already exists')
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Family')
  await page.keyboard.press('Escape')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Close without saving' }).click()
  await expect(dialog).toBeHidden()
})

test('what goes in is looked at before it is made; nothing chosen is nothing asked when leaving', async () => {
  const { app, page } = running
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'New collection' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'New collection' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('حديقة 花园 🌻')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await answerDialogs(app, { open: [join(household, 'recipes')] })
  await dialog.getByRole('button', { name: 'Add folders…' }).click()
  await dropFiles(page, [join(household, 'house')])
  await expect(dialog.getByRole('list', { name: 'What goes in' }).getByRole('listitem')).toHaveCount(2)
  await takeScreenshot(page, 'collection-contents')
  await dialog.getByRole('button', { name: '4. Review' }).click()
  await expect(dialog.getByTestId('figure-documents')).toBeVisible({ timeout: 60_000 })
  await takeScreenshot(page, 'collection-review')
  expect(await judge(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Create and add' }).click()
  await expect(dialog).toBeHidden()
  await openView(page, 'Documents')
  await expect(page.getByRole('table', { name: 'Documents' })).toContainText('heating.txt', { timeout: 60_000 })
})

test('the settings of a collection go to a file, and make another one; a broken file says why not', async () => {
  const { app, page } = running
  const dialog = page.getByRole('dialog')
  const file = join(makeFolder('settings'), 'family.json')
  await answerDialogs(app, { save: file })
  await page.getByRole('button', { name: 'Actions for Family' }).click()
  await page.getByRole('menuitem', { name: 'Export settings…' }).click()
  await expect(page.getByText('Exported the settings of “Family”')).toBeVisible()
  const written = JSON.parse(readFileSync(file, 'utf8')) as { settings: object }
  expect(written.settings).toMatchObject({ color: 'violet', ignores: ['*.bak'], summaries: 'extractive' })
  const broken = join(makeFolder('broken'), 'newer.json')
  writeFileSync(broken, '{"sluiceCollection": 99}')
  await page.getByRole('button', { name: 'New collection' }).click()
  await answerDialogs(app, { open: [broken] })
  await dialog.getByRole('button', { name: 'Import settings…' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'COLLECTION_FILE_NEWER' })).toBeVisible()
  await answerDialogs(app, { open: [file] })
  await dialog.getByRole('button', { name: 'Import settings…' }).click()
  await expect(dialog.getByRole('radio', { name: 'Violet' })).toBeChecked()
  await takeScreenshot(page, 'collection-name')
  expect(await judge(page)).toEqual([])
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Read again')
  await dialog.getByRole('button', { name: '4. Review' }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(collections().getByRole('button', { name: 'Read again' }).first()).toBeVisible()
})

test('a collection is duplicated without its documents, and removed with proof', async () => {
  const { page } = running
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Actions for Read again' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Read again (copy)')
  await dialog.getByRole('button', { name: '4. Review' }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(dialog).toBeHidden()
  for (const name of ['Read again', 'Read again (copy)', 'حديقة 花园 🌻']) {
    await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    if (name.startsWith('ح')) await dialog.getByRole('checkbox', { name: 'Prove it' }).check()
    await dialog.getByRole('button', { name: 'Remove the collection' }).click()
    if (name.startsWith('ح')) {
      await expect(dialog.getByTestId('proof')).toContainText('Proven: nothing of it is left', { timeout: 60_000 })
      await takeScreenshot(page, 'collection-proof')
      await dialog.getByRole('button', { name: 'Done' }).click()
    }
    await expect(dialog).toBeHidden()
  }
  await collections().getByRole('button', { name: 'Family' }).first().click()
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
  await expect(page.getByText(/results? in /).first()).toBeVisible()
  await expect(page.getByRole('article').filter({ hasText: 'heating.txt' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear the search' }).click()
})

test('a collection is renamed and removed', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Actions for Family' }).click()
  await page.getByRole('menuitem', { name: 'Edit…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Household')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
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
