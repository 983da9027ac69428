// What failed, from its cause to its remedy: a password, a file that is mended on disk, a limit that is raised once, and putting aside.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { makePdf } from '../contract/formats/documents'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { takeScreenshot } from './support/screenshots'
import { answerDialogs, recordShell } from './support/stand-ins'

test.describe.configure({ mode: 'serial', timeout: 150_000 })

const WORK_TIMEOUT_MS = 60_000
const PASSWORD = 'lighthouse'
const LIMIT_BYTES = 20_000

let running: RunningApp
let folder: string

const put = (name: string, bytes: Buffer | string): void => writeFileSync(join(folder, name), bytes)

test.beforeAll(async () => {
  folder = join(makeFolder('failed'), 'estate')
  mkdirSync(folder)
  put('inventory.md', '# Inventory\n\nOne sextant, two barometers, and a chest of charts of the northern coast.\n')
  put('will.pdf', makePdf([['The lighthouse goes to the youngest daughter.']], { password: PASSWORD }))
  put('deed.pdf', makePdf([['The deed of the boathouse.']], { password: 'another word' }))
  put('survey.pdf', '%PDF-1.4\nthis is where the file was cut off')
  put('photographs.pdf', '%PDF-1.4\nso was this one')
  put(
    'diary.txt',
    `${'The fog came in before noon and the horn was sounded until four. '.repeat(500)}\nKestrel nest found.`,
  )
  running = await launchApp({ env: { SLUICE_DOCUMENT_BYTES: String(LIMIT_BYTES) } })
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
})

const countInSidebar = (page: Page): Locator =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Failed' })
const group = (page: Page, code: string): Locator => page.getByTestId('letter-group').filter({ hasText: code })
const letter = (page: Page, name: string): Locator => page.getByTestId('letter').filter({ hasText: name })
const search = async (page: Page, words: string): Promise<Locator> => {
  await openView(page, 'Search')
  await page.getByRole('textbox', { name: 'Search all collections' }).fill(words)
  return page.getByRole('article').first()
}

test('nothing that failed is a calm page', async () => {
  const { page } = running
  await openView(page, 'Failed')
  await expect(page.getByText('Nothing needs you')).toBeVisible()
  expect(await judge(page)).toEqual([])
})

test('what failed is grouped by cause, counted in the sidebar, and says in the words of the window what can be done', async () => {
  const { page } = running
  await dropFiles(page, [folder])
  await expect(countInSidebar(page)).toContainText('4', { timeout: WORK_TIMEOUT_MS })
  await expect(group(page, 'PDF_ENCRYPTED')).toContainText('The PDF is protected by a password.')
  await expect(group(page, 'DOCUMENT_CORRUPT')).toContainText('Mend or replace the original')
  await expect(page.getByTestId('letter')).toHaveCount(4)
  await expect(page.getByTestId('dead-letters')).not.toContainText('sluice ')
  // It fades in, and axe would judge it halfway.
  await expect(page.getByText('estate: completed with problems')).toBeVisible({ timeout: WORK_TIMEOUT_MS })
  await takeScreenshot(page, 'dead-letters')
  expect(await judge(page)).toEqual([])
})

test('one that failed shows its attempts, its original and what the log says', async () => {
  const { app, page } = running
  const shell = await recordShell(app)
  await letter(page, 'survey.pdf').click()
  const panel = page.getByRole('dialog', { name: 'survey.pdf' })
  await expect(panel.getByTestId('attempts')).toContainText('DOCUMENT_CORRUPT')
  await expect(panel.getByRole('region', { name: 'Original' })).toContainText(join(folder, 'survey.pdf'))
  await expect(panel.getByLabel('Lines of the log')).toContainText('DOCUMENT_CORRUPT')
  expect(await judge(page)).toEqual([])
  await panel.getByRole('button', { name: 'Open the original' }).click()
  await expect.poll(shell).toEqual([{ verb: 'open', path: join(folder, 'survey.pdf') }])
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
})

test('a file that was mended on disk is read when it is tried again', async () => {
  const { page } = running
  put('survey.pdf', makePdf([['The survey found a cormorant colony on the skerry.']]))
  await letter(page, 'survey.pdf').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('Trying again: survey.pdf')).toBeVisible()
  await expect(countInSidebar(page)).toContainText('3', { timeout: WORK_TIMEOUT_MS })
  await expect(letter(page, 'survey.pdf')).toHaveCount(0)
  await expect(await search(page, 'cormorant colony')).toContainText('survey.pdf')
})

test('a password opens just its document, and a wrong one is told', async () => {
  const { page } = running
  await openView(page, 'Failed')
  const unlock = async (password: string): Promise<void> => {
    // Between two causes it may be shown under both for a moment.
    await expect(letter(page, 'will.pdf')).toHaveCount(1)
    await letter(page, 'will.pdf').click()
    const field = page.getByLabel('Password of will.pdf')
    await field.fill(password)
    await field.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await unlock('not this one')
  await expect(group(page, 'PASSWORD_WRONG')).toBeVisible({ timeout: WORK_TIMEOUT_MS })
  await unlock(PASSWORD)
  await expect(countInSidebar(page)).toContainText('2', { timeout: WORK_TIMEOUT_MS })
  await expect(group(page, 'PASSWORD_WRONG')).toHaveCount(0)
  await expect(letter(page, 'deed.pdf')).toBeVisible()
  await expect(await search(page, 'youngest daughter')).toContainText('will.pdf')
})

test('what a limit kept out is read once more is allowed, and the limit stays', async () => {
  const { page } = running
  await openView(page, 'Failed')
  await expect(group(page, 'FILE_TOO_LARGE')).toHaveCount(0)
  await page.getByRole('switch', { name: 'Also what a guardrail rejected' }).click({ force: true })
  await expect(group(page, 'FILE_TOO_LARGE')).toContainText('1')
  await letter(page, 'diary.txt').click()
  const panel = page.getByRole('dialog', { name: 'diary.txt' })
  const value = panel.getByLabel('Allow for document.bytes')
  await value.fill('very much')
  await expect(panel.getByRole('button', { name: 'Allow more once' })).toBeDisabled()
  await value.fill('1 MiB')
  await panel.getByRole('button', { name: 'Allow more once' }).click()
  await expect(group(page, 'FILE_TOO_LARGE')).toHaveCount(0, { timeout: WORK_TIMEOUT_MS })
  await expect(await search(page, 'kestrel nest')).toContainText('diary.txt')
})

test('what a person puts aside is kept, comes back by one click, and is exported', async () => {
  const { app, page } = running
  await openView(page, 'Failed')
  await group(page, 'DOCUMENT_CORRUPT').getByRole('button', { name: 'Actions for DOCUMENT_CORRUPT' }).click()
  await page.getByRole('menuitem', { name: 'Put aside…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put aside' }).click()
  await expect(letter(page, 'photographs.pdf')).toHaveCount(0)
  await expect(countInSidebar(page)).toContainText('1')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(letter(page, 'photographs.pdf')).toBeVisible()
  await expect(countInSidebar(page)).toContainText('2')

  await letter(page, 'photographs.pdf').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put aside…' }).click()
  await page
    .getByRole('dialog', { name: 'Put “photographs.pdf” aside?' })
    .getByRole('button', { name: 'Put aside', exact: true })
    .click()
  await expect(letter(page, 'photographs.pdf')).toHaveCount(0)
  await page.getByText('Put aside (1)').click()
  await expect(letter(page, 'photographs.pdf')).toBeVisible()
  expect(await judge(page)).toEqual([])
  await page.getByRole('button', { name: 'Take back: DOCUMENT_CORRUPT' }).click()
  await expect(page.getByText('Nothing is put aside')).toBeVisible()
  await page.getByText('To look at').click()
  await expect(page.getByTestId('letter')).toHaveCount(2)

  const file = join(folder, '..', 'failed.csv')
  await answerDialogs(app, { save: file })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /CSV/ }).click()
  await expect(page.getByText('List exported')).toBeVisible()
  const [head, ...records] = readFileSync(file, 'utf8').trim().split('\r\n')
  expect(head).toContain('id,job,collection,path')
  expect(records).toHaveLength(2)
  await answerDialogs(app, { save: `${file}.json` })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /JSON/ }).click()
  await expect.poll(() => readFileSync(`${file}.json`, { encoding: 'utf8', flag: 'a+' })).toContain('"attempts"')
  const { deadLetters } = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as { deadLetters: { code: string }[] }
  expect(deadLetters.map(({ code }) => code).sort()).toEqual(['DOCUMENT_CORRUPT', 'PDF_ENCRYPTED'])
  expect(running.complaints).toEqual([])
})

test('what a person never wants is left out from now on', async () => {
  const { page } = running
  const leaveOut = async (): Promise<void> => {
    await letter(page, 'photographs.pdf').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave out…' }).click()
    await page
      .getByRole('dialog', { name: 'Leave out “photographs.pdf” from now on?' })
      .getByRole('button', { name: 'Leave out', exact: true })
      .click()
    await expect(letter(page, 'photographs.pdf')).toHaveCount(0)
  }
  const readIgnores = (): Promise<unknown> =>
    page.evaluate(async () => {
      const reply = await window.sluice.call('collections.list', {})
      return reply.ok ? reply.value.collections.flatMap(({ ignores }) => ignores) : reply.error
    })
  await openView(page, 'Failed')
  // The one of the test before is of something else.
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0, { timeout: 20_000 })
  await leaveOut()
  expect(await readIgnores()).toEqual(['photographs.pdf'])
  // Taken back, it is read again the next time, too.
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(letter(page, 'photographs.pdf')).toBeVisible()
  expect(await readIgnores()).toEqual([])
  await leaveOut()
  await openView(page, 'Queue')
  await dropFiles(page, [folder])
  await expect(page.getByText(/skipped/).first()).toBeVisible({ timeout: WORK_TIMEOUT_MS })
  expect(running.complaints).toEqual([])
})
