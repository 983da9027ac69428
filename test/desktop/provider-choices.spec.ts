// What a person is told and chooses where a provider is at work for a collection: what the look before says of its cost, who reads figures and
// pictures, what is left when a budget does not reach, and the summary that stands above a text.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { waitForPreflight } from './support/preflight'
import { writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import type { CallName, CallParams, CallResult } from '../../src/shared/calls'

test.describe.configure({ mode: 'serial' })

const SCAN = resolve(__dirname, '..', 'fixtures', 'ocr', 'lighthouse.png')

let running: RunningApp
let fake: FakeProvider

/** A call as the window makes it; what it is refused with is an error here. */
const ask = async <N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> => {
  const reply = await running.page.evaluate(([called, given]) => window.sluice.call(called as never, given as never), [
    name,
    params,
  ] as const)
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`)
  return reply.value
}

const judgeThemes = async (page: Page, name: string): Promise<void> => {
  for (const choice of ['dark', 'light'] as const) {
    await page.evaluate((theme) => window.sluice.app('theme.set', { choice: theme }), choice)
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', choice)
    expect(await judge(page), choice).toEqual([])
    await takeScreenshot(page, `${name}-${choice}`)
  }
}

const openMenu = async (page: Page, collection: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${collection}`, exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test.beforeAll(async () => {
  fake = await startFakeProvider({ dimensions: 24 })
  running = await launchApp()
  await waitUntilReady(running)
  for (const name of ['plans', 'notes', 'scans']) await ask('collections.create', { name })
})
test.afterAll(async () => {
  await running.close()
  await fake.close()
})

/** The step of a collection's form that says who reads what. */
const openReading = async (page: Page, collection: string): Promise<Locator> => {
  await openMenu(page, collection, 'Edit…')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /How it is read/ })
    .click()
  return page.getByRole('radiogroup', { name: 'Who reads figures in documents that have text' })
}

test('figures are read by nobody until a provider that reads pictures is chosen, in words that name no command', async () => {
  const { page } = running
  const dialog = page.getByRole('dialog')
  const figures = await openReading(page, 'plans')
  await expect(figures.getByRole('radio', { name: 'Nobody' })).toBeChecked()
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await figures.getByRole('radio', { name: 'The vision model of a provider' }).check()
  await judgeThemes(page, 'figures-choice')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const refusal = dialog.getByRole('alert').filter({ hasText: 'It cannot be read like that' })
  await expect(refusal).toContainText('Choose one among the models first.')
  await expect(refusal).not.toContainText(/sluice |--/)

  const price = { embeddingUsd: 500, visionInputUsd: 3, visionOutputUsd: 6 }
  const definition = {
    baseUrl: fake.url,
    needsKey: false,
    embeddingModel: 'fake-embedding',
    dimensions: 24,
    visionModel: 'fake-eyes',
    price,
    visionBudgets: { run: { tokens: 1_000 } },
  }
  await ask('providers.add', { name: 'desk', definition, isVision: true })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await openReading(page, 'plans')
  await expect(figures.getByRole('radio', { name: 'The vision model of a provider' })).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('a large drop says beforehand what is sent, to whom, and what that costs', async () => {
  const { page } = running
  await ask('collections.changeModel', { name: 'notes', model: 'desk', approve: true })
  await page.getByRole('button', { name: /^notes/ }).click()
  await openView(page, 'Queue')
  await dropFiles(page, [writeNotes(makeFolder('costs'), 220, 1)])
  const dialog = await waitForPreflight(page)
  await expect(dialog.getByTestId('figure-sent-for-vectors')).toContainText(/^about [\d,]+ tokens to desk$/)
  await expect(dialog.getByTestId('figure-cost')).toHaveText(/^about [\d.]+ USD$/)
  await judgeThemes(page, 'preflight-costs')
  await dialog.getByRole('button', { name: 'Do not add' }).click()
  await expect(dialog).toBeHidden()
  expect(fake.counts.embeddings.calls).toBe(0)
})

test('pictures that a budget does not reach for are read on this computer at the press of a button', async () => {
  const { page } = running
  await ask('collections.update', { name: 'scans', scans: 'vision' })
  const folder = join(makeFolder('scans'), 'letters')
  mkdirSync(folder)
  copyFileSync(SCAN, join(folder, 'lighthouse.png'))
  await page.getByRole('button', { name: /^scans/ }).click()
  await dropFiles(page, [folder])
  const stop = page.getByTestId('budget-stop')
  await expect(stop).toContainText('Too little is left of the budget of “desk” for pictures for one job', {
    timeout: 60_000,
  })
  await expect(stop).toContainText('0 tokens of 1,000 tokens are used, and what comes next does not fit.')
  await judgeThemes(page, 'budget-stop-pictures')
  await stop.getByRole('button', { name: 'Read pictures on this computer' }).click()
  await page.getByRole('menuitem', { name: 'scans' }).click()
  await expect(stop).toHaveCount(0)
  await expect(page.getByTestId('ended-job').filter({ hasText: 'letters' })).toBeVisible({ timeout: 60_000 })
  expect(fake.counts.vision.calls).toBe(0)
})

test('a long summary is folded above its text, and unfolds', async () => {
  const { page } = running
  await ask('collections.create', { name: 'letters' })
  await ask('collections.update', { name: 'letters', summaries: 'extractive' })
  const folder = makeFolder('summary')
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  const told = days.map(
    (day, at) =>
      `On ${day} the keeper of the lighthouse wrote that the lantern had burned ${at + 3} litres of oil through the night, that the wind stood in the north-west, and that ${at + 5} ships had passed the reef without harm.`,
  )
  writeFileSync(join(folder, 'logbook.txt'), `The logbook of the lighthouse\n\n${told.join('\n\n')}\n`)
  await page.getByRole('button', { name: /^letters/ }).click()
  await dropFiles(page, [join(folder, 'logbook.txt')])
  await expect(page.getByTestId('ended-job').filter({ hasText: 'logbook.txt' })).toBeVisible({ timeout: 60_000 })
  await openView(page, 'Documents')
  await page.getByRole('button', { name: 'Actions for logbook.txt' }).click()
  await page.getByRole('menuitem', { name: 'Read the text' }).click()
  const summary = page.getByRole('region', { name: 'Summary' })
  await expect(summary).toContainText('keeper of the lighthouse')
  await judgeThemes(page, 'summary-folded')
  await page.getByRole('button', { name: 'Whole summary' }).click()
  await expect(page.getByRole('button', { name: 'Less' })).toBeVisible()
  await takeScreenshot(page, 'summary-unfolded')
  expect(running.complaints).toEqual([])
})
