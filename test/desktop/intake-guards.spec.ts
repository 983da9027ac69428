// What the window asks before and after: the look before a large drop, archives that wait for a word, passwords, receipts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { makePdf } from '../contract/formats/documents'
import { forgeEncrypted } from '../support/zip-crypto'
import { forgeZip } from '../support/zip-forge'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { dropFiles } from './support/drop'
import { waitForPreflight } from './support/preflight'
import { writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'

const NOTES = 220
const TABLES = 12
const JOB_TIMEOUT_MS = 150_000
const PDF_PASSWORD = 'lighthouse'

test.describe.configure({ timeout: 240_000 })

const start = async (env: Readonly<Record<string, string>> = {}): Promise<RunningApp> => {
  const running = await launchApp({ env })
  await waitUntilReady(running)
  await openView(running.page, 'Queue')
  return running
}

const endedJob = (page: Page, label: string): Locator => page.getByTestId('ended-job').filter({ hasText: label })

/** Notes, tables and a zip with a note in it. */
const writeArchive = (parent: string): string => {
  const folder = writeNotes(parent, NOTES, 1)
  for (let at = 0; at < TABLES; at += 1)
    writeFileSync(join(folder, `catch-${at}.csv`), `day,net,fish\n${at},north,${at * 7}\n${at + 1},south,${at * 5}\n`)
  writeFileSync(join(folder, 'logbook.zip'), forgeZip([{ name: 'log.txt', data: 'The herring came late that year.' }]))
  return folder
}

/** Unpacks to some 40 kB. */
const writeLargeZip = (parent: string): string => {
  const path = join(parent, 'expedition.zip')
  const names = ['north', 'south', 'east', 'west']
  const entries = names.map((name) => ({
    name: `${name}.txt`,
    data: `The ${name} party\n\n${`They walked ${name} over the ice until the light failed. `.repeat(180)}\n`,
  }))
  writeFileSync(path, forgeZip(entries))
  return path
}

/** One document of each case that a report has to tell apart. */
const writeCases = (parent: string): string => {
  const folder = join(parent, 'estate')
  mkdirSync(folder)
  const put = (name: string, bytes: Buffer | string): void => writeFileSync(join(folder, name), bytes)
  put('inventory.md', '# Inventory\n\nOne sextant, two barometers, and a chest of charts of the northern coast.\n')
  put('will.pdf', makePdf([['The lighthouse goes to the youngest daughter.']], { password: PDF_PASSWORD }))
  put('deed.pdf', makePdf([['The deed of the boathouse.']], { password: 'another word' }))
  put('letters.zip', forgeZip([forgeEncrypted('letter.txt', 'Dear sister, the storm took the roof.', 'open sesame')]))
  put('ledger.pdf', makePdf(Array.from({ length: 5 }, (_, at) => [`Ledger of the year ${1890 + at}.`])))
  put(
    'parcel.zip',
    forgeZip([
      { name: 'stamp.txt', data: 'A blue stamp of 1901 with a heron on it.' },
      { name: '../../escape.txt', data: 'outside' },
    ]),
  )
  return folder
}

test('a large drop is looked at first, and a kind that is left out is not read', async () => {
  const running = await start()
  const { page } = running
  await dropFiles(page, [writeArchive(makeFolder('large'))])
  const dialog = await waitForPreflight(page)
  await expect(dialog).toContainText('Before adding “notebook”')
  const figures = dialog.getByTestId('preflight-figures')
  await expect(figures.getByTestId('figure-documents')).toHaveText(String(NOTES + TABLES + 1))
  await expect(figures.getByTestId('figure-archives')).toHaveText('1')
  await expect(page.getByTestId('open-job')).toHaveCount(0)
  await takeScreenshot(page, 'preflight')
  await dialog.getByRole('checkbox', { name: `Table (CSV) ${TABLES}` }).uncheck()
  await dialog.getByRole('button', { name: `Add ${NOTES + 1} documents` }).click()
  await expect(dialog).toBeHidden()
  const ended = endedJob(page, 'notebook')
  await expect(ended).toContainText(`${NOTES + 1} searchable, ${TABLES} skipped`, { timeout: JOB_TIMEOUT_MS })
  expect(running.complaints).toEqual([])
  await running.close()
})

test('a large drop that a person does not want adds nothing', async () => {
  const running = await start()
  const { page } = running
  await dropFiles(page, [writeNotes(makeFolder('unwanted'), NOTES, 1)])
  const dialog = await waitForPreflight(page)
  await dialog.getByRole('button', { name: 'Do not add' }).click()
  await expect(dialog).toBeHidden()
  await dropFiles(page, [writeNotes(makeFolder('wanted'), 3, 1)])
  // What is small starts without a question, and is the only job.
  await expect(endedJob(page, 'notebook')).toContainText('3 searchable', { timeout: JOB_TIMEOUT_MS })
  await expect(page.getByTestId('ended-job')).toHaveCount(1)
  await running.close()
})

test('an archive that would unpack to much is asked about, before it is added', async () => {
  const running = await start({ SLUICE_ARCHIVE_CONFIRM_BYTES: '10000' })
  const { page } = running
  await dropFiles(page, [writeLargeZip(makeFolder('confirmed'))])
  const dialog = await waitForPreflight(page)
  await expect(dialog.getByRole('alert')).toContainText('4 entries')
  await takeScreenshot(page, 'confirmation')
  await dialog.getByRole('button', { name: 'Unpack and add' }).click()
  await expect(endedJob(page, 'expedition.zip')).toContainText('4 searchable', { timeout: JOB_TIMEOUT_MS })
  await running.close()
})

test('an archive in an archive that would unpack to much waits in the queue until it is confirmed', async () => {
  const running = await start({ SLUICE_ARCHIVE_CONFIRM_BYTES: '10000' })
  const { page } = running
  const parent = makeFolder('waiting')
  const inner = forgeZip([{ name: 'log.txt', data: 'They walked over the ice until the light failed. '.repeat(600) }])
  const path = join(parent, 'chest.zip')
  writeFileSync(
    path,
    forgeZip([
      { name: 'readme.txt', data: 'A chest of logbooks.' },
      { name: 'inner.zip', data: inner, method: 0 },
    ]),
  )
  await dropFiles(page, [path])
  const waiting = page.getByTestId('waiting')
  await expect(waiting).toContainText('inner.zip', { timeout: JOB_TIMEOUT_MS })
  await expect(page.getByTestId('open-job')).toContainText('Waiting for you')
  await takeScreenshot(page, 'waiting')
  await page.getByRole('button', { name: 'Confirm chest.zip' }).click()
  await expect(endedJob(page, 'chest.zip')).toContainText('2 searchable', { timeout: JOB_TIMEOUT_MS })
  await expect(waiting).toHaveCount(0)
  await running.close()
})

test('the report tells partial, rejected and locked apart; a password opens just its document; a receipt names pages', async () => {
  const running = await start({ SLUICE_PDF_PAGES: '3' })
  const { page } = running
  await dropFiles(page, [writeCases(makeFolder('cases'))])
  await expect(endedJob(page, 'estate')).toContainText('2 searchable, 1 partial, 3 failed, 1 rejected', {
    timeout: JOB_TIMEOUT_MS,
  })
  await page.getByRole('button', { name: 'Report of estate', exact: true }).click()
  const problems = page.getByTestId('problems')
  await expect(problems).toContainText('PDF_PAGES_LIMIT')
  await expect(problems).toContainText('ARCHIVE_PATH_TRAVERSAL')
  await expect(problems).toContainText('PDF_ENCRYPTED')
  await expect(problems).toContainText('ARCHIVE_ENCRYPTED')
  await takeScreenshot(page, 'report-problems')

  const field = page.getByLabel('Password of will.pdf')
  await field.fill('not this one')
  await field.press('Enter')
  await expect(problems).toContainText('PASSWORD_WRONG', { timeout: JOB_TIMEOUT_MS })
  await expect(problems).toContainText('The password does not open it.')
  await expect(page.getByTestId('outcome-failed')).toContainText('3')
  await expect(field).toHaveValue('')
  await page.getByLabel('Password of deed.pdf').fill('half a wor')
  await takeScreenshot(page, 'password')

  await field.fill(PDF_PASSWORD)
  await field.press('Enter')
  await expect(page.getByTestId('outcome-indexed')).toContainText('3', { timeout: JOB_TIMEOUT_MS })
  await expect(page.getByTestId('outcome-failed')).toContainText('2')
  await expect(page.getByTestId('outcome-partial')).toContainText('1')
  await expect(page.getByTestId('outcome-rejected')).toContainText('1')
  await expect(field).toHaveCount(0)
  await expect(problems).not.toContainText('PASSWORD_WRONG')
  await expect(problems).toContainText('deed.pdf')
  // What was being typed elsewhere stayed with its document.
  await expect(page.getByLabel('Password of deed.pdf')).toHaveValue('half a wor')

  await page.getByRole('button', { name: 'What was read of ledger.pdf' }).click()
  const receipt = page.getByRole('dialog').getByTestId('receipt')
  await expect(receipt).toContainText('Pages 1–3')
  await expect(receipt).toContainText('Pages 4–5')
  await expect(receipt).toContainText('Only the first 3 of 5 pages were read')
  await takeScreenshot(page, 'receipt')
  await page.keyboard.press('Escape')

  await openView(page, 'Search')
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('youngest daughter')
  await expect(page.getByRole('article').first()).toContainText('will.pdf')
  expect(running.complaints).toEqual([])
  await running.close()
})
