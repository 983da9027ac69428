// The whole way through the real window: drop, watch, search, read, open, report.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { dragFiles } from './support/drop'
import { watchProgress } from './support/progress'
import { BURIED_SENTENCE, writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { answerDialogs, recordShell } from './support/stand-ins'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
let folder: string

test.beforeAll(async () => {
  folder = makeFolder('intake')
  running = await launchApp()
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
})

test('a folder dropped anywhere on the window is read, with the archives in it', async () => {
  const { page } = running
  await expect(page.getByRole('heading', { name: 'Welcome to Sluice' })).toBeVisible()
  const drag = await dragFiles(page, [writeHousehold(folder)])
  await expect(page.getByTestId('drop-overlay')).toContainText('Drop to add to “default”')
  const seen = await watchProgress(page)
  await drag.drop()
  await expect(page.getByTestId('drop-overlay')).toBeHidden()
  await expect(page.getByText('Adding household')).toBeVisible()
  await openView(page, 'Queue')
  const ended = page.getByTestId('ended-job')
  await expect(ended).toContainText('Completed with problems', { timeout: 60_000 })
  await expect(ended).toContainText('14 searchable, 2 failed, 1 rejected, 1 skipped')
  const shares = await seen()
  expect([...shares].sort((a, b) => a - b)).toEqual(shares)
})

test('a drag that leaves the window adds nothing', async () => {
  const { page } = running
  const drag = await dragFiles(page, [folder])
  await expect(page.getByTestId('drop-overlay')).toBeVisible()
  await drag.leave()
  await expect(page.getByTestId('drop-overlay')).toBeHidden()
  await expect(page.getByTestId('ended-job')).toHaveCount(1)
  await expect(page.getByTestId('open-job')).toHaveCount(0)
})

test('the report names every problem in plain words, with its path', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Report of household', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'household' })).toBeVisible()
  await expect(page.getByTestId('outcome-indexed')).toContainText('14')
  await expect(page.getByTestId('outcome-failed')).toContainText('2')
  const problems = page.getByTestId('problems')
  await expect(problems).toContainText('ARCHIVE_ENCRYPTED')
  await expect(problems).toContainText('It is protected by the password of its archive.')
  await expect(problems).toContainText('old/secret.txt')
  await expect(problems).toContainText('points outside the archive')
  await expect(page.getByRole('region', { name: 'Time by phase' })).toContainText('Embedding')
  await expect(page.getByRole('region', { name: '1 archive' })).toContainText('household/boat.zip')
  await takeScreenshot(page, 'report')
})

test('what was skipped is folded away until it is asked for', async () => {
  const { page } = running
  const group = page.getByRole('button', { name: /Skipped/ })
  await expect(page.getByText('household/house/empty-note.txt')).toBeHidden()
  await group.click()
  await expect(page.getByText('household/house/empty-note.txt')).toBeVisible()
})

test('the report is exported whole, as JSON', async () => {
  const { app, page } = running
  const file = join(folder, 'report.json')
  await answerDialogs(app, { save: file })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Report as JSON…' }).click()
  await expect(page.getByText('Report exported')).toBeVisible()
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    documents: Record<string, number>
    problems: { code: string; path: string }[]
  }
  expect(report.documents).toMatchObject({ total: 18, indexed: 14, failed: 2, rejected: 1, skipped: 1 })
  expect(report.problems.map(({ code }) => code).sort()).toEqual([
    'ARCHIVE_ENCRYPTED',
    'ARCHIVE_PATH_TRAVERSAL',
    'DOCUMENT_CORRUPT',
    'FILE_EMPTY',
  ])
})

test('an export that cannot be written says so and leaves nothing behind', async () => {
  const { app, page } = running
  await answerDialogs(app, { save: join(folder, 'no', 'such', 'folder.json') })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Report as JSON…' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'FILE_UNWRITABLE' })).toContainText('could not be written')
})

test('a sentence from an archive within an archive is found as one types, with its marks and its way', async () => {
  const { page } = running
  await openView(page, 'Search')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('spare key boathouse')
  const hit = page.getByRole('article').first()
  await expect(hit).toContainText(BURIED_SENTENCE)
  await expect(hit.locator('mark').filter({ hasText: 'spare' })).toBeVisible()
  await expect(hit).toContainText('household/boat.zip')
  await expect(hit).toContainText('old/papers.zip')
  await expect(hit).toContainText('keys.txt')
})

test('the text of a document in an archive is read in the window, and its archive is shown', async () => {
  const { app, page } = running
  const shell = await recordShell(app)
  const hit = page.getByRole('article').first()
  await hit.getByRole('button', { name: 'Read the text of keys.txt' }).click()
  await expect(page.getByRole('dialog')).toContainText(BURIED_SENTENCE)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await hit.getByRole('button', { name: 'Show the archive of keys.txt' }).click()
  await expect.poll(shell).toEqual([{ verb: 'reveal', path: join(folder, 'household', 'boat.zip') }])
})

test('a result opens its original, by mouse and by keyboard', async () => {
  const { app, page } = running
  const shell = await recordShell(app)
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('boiler pressure')
  const hit = page.getByRole('article').first()
  await expect(hit).toContainText('heating.txt')
  const path = join(folder, 'household', 'house', 'heating.txt')
  await hit.getByRole('button', { name: 'Open heating.txt' }).click()
  await expect.poll(shell).toEqual([{ verb: 'open', path }])
  await page.getByRole('textbox', { name: 'Search all collections' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(hit).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await shell()).length).toBe(2)
})

test('meaning finds what says the same in other words, and each way of searching can be chosen', async () => {
  const { page } = running
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('how do I bake a loaf')
  await page.getByText('Meaning', { exact: true }).click()
  await expect(page.getByRole('article').filter({ hasText: 'Sourdough' })).toBeVisible()
  await page.getByText('Keywords', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('zeppelin')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await page.getByText('Best match', { exact: true }).click()
})

test('a question of punctuation only is not an error', async () => {
  const { page } = running
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('?!')
  await expect(page.getByText('The query has no word to search for')).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'SEARCH_QUERY_EMPTY' })).toHaveCount(0)
})

test('what is searched for stays while another view is looked at', async () => {
  const { page } = running
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('where is the key to the boat shed')
  await expect(page.getByRole('article').first()).toContainText('keys.txt')
  await openView(page, 'Documents')
  await openView(page, 'Search')
  await expect(page.getByRole('article').first()).toContainText('keys.txt')
  await takeScreenshot(page, 'search')
})

test('the same folder again is unchanged', async () => {
  const { page } = running
  const drag = await dragFiles(page, [join(folder, 'household')])
  await drag.drop()
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toHaveCount(2, { timeout: 60_000 })
  await page.getByRole('button', { name: 'Report of household', exact: true }).first().click()
  await expect(page.getByTestId('outcome-unchanged')).toContainText('14')
})

test('the page complained about nothing', () => {
  expect(running.complaints).toEqual([])
})
