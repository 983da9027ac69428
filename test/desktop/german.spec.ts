// Every view in German over a folder with searches, failures, jobs of every kind and a provider that does not answer: what the engine tells is German, too.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { createTranslate, type TextKey } from '../../src/shared/translate'
import { sentenceOf, errorCodes } from '../../src/shared/errors'
import { limitTable } from '../../src/shared/limits'
import { remarkCodes, textOf } from '../../src/shared/remarks'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { launchApp, makeFolder, waitUntilReady, type RunningApp } from './support/app'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import type { CallName, CallParams } from '../../src/shared/calls'

test.describe.configure({ mode: 'serial' })

const t = createTranslate('de')
const english = createTranslate('en')

let running: RunningApp
let fake: FakeProvider

/** A call as the window makes it, whatever comes of it. */
const ask = <N extends CallName>(name: N, params: CallParams<N>): Promise<unknown> =>
  running.page.evaluate(([called, given]) => window.sluice.call(called as never, given as never), [
    name,
    params,
  ] as const)

const openView = (page: Page, view: TextKey): Promise<void> =>
  page
    .getByRole('navigation', { name: t('shell.views') })
    .getByRole('button', { name: t(view) })
    .click()

/** Runs of words of a sentence that no German text has, long enough to be told from names and numbers. */
const runsOf = (sentence: string): string[] =>
  sentence.split(/[^A-Za-z' ]+/).flatMap((part) => {
    const words = part.trim().split(/\s+/)
    return words.length < 4 ? [] : [words.slice(0, 5).join(' ')]
  })

/** What the engine says in English: errors, remarks, and why the settings are what they are. */
const ENGLISH = [
  ...new Set([
    ...errorCodes.flatMap((code) => runsOf(sentenceOf(code))),
    ...remarkCodes.flatMap((code) => runsOf(textOf({ code, details: {} }))),
    ...Object.values(limitTable).flatMap(({ reason }) => runsOf(reason)),
    'read again',
    'Texts read anew',
    'Vectors by',
    'Repair of vectors',
    'the built-in model',
    'readable by this account only',
    'in the variable',
    'and 1 more',
    'the built-in rule',
    'control characters',
  ]),
]

/** All that is seen or spoken in the window, tooltips and labels included. */
const wordsOf = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [
      // Lines of the log and facts of an error are for who is asked for help: they are as the engine keeps them.
      [...document.querySelectorAll<HTMLElement>('pre, code')].reduce(
        (rest, { innerText }) => rest.replace(innerText, ''),
        document.body.innerText,
      ),
      ...[...document.querySelectorAll('[aria-label],[title],[placeholder]')].flatMap((element) =>
        ['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? ''),
      ),
    ].join('\n'),
  )

const expectGerman = async (name: string): Promise<void> => {
  const words = await wordsOf(running.page)
  expect(
    ENGLISH.filter((sentence) => words.includes(sentence)),
    name,
  ).toEqual([])
  await takeScreenshot(running.page, `german-${name}`)
}

test.beforeAll(async () => {
  fake = await startFakeProvider({ dimensions: 24, key: 'sk-test-of-the-house' })
  const dataDir = makeFolder('data')
  writeFileSync(join(dataDir, 'settings.json'), '{"archive.depth": 99, "from.theFuture": 1, "document.chars": 5}')
  running = await launchApp({
    dataDir,
    env: {
      SLUICE_LANGUAGE: 'de',
      SLUICE_PDF_PAGES: 'many',
      SLUICE_WORKER_BREAKER_FAILURES: '1',
      SLUICE_KEY_DESK: 'sk-test-of-the-house',
    },
  })
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
  await fake.close()
})

test('the list of English sentences is found where they stand', () => {
  expect(ENGLISH.length).toBeGreaterThan(200)
  expect(ENGLISH).toContain('The file is empty')
  expect(ENGLISH.filter((sentence) => english('shell.search').includes(sentence))).toEqual([])
})

test('jobs of every kind, their reports and what failed', async () => {
  const { page } = running
  await openView(page, 'shell.queue')
  const folder = writeHousehold(makeFolder('german'))
  const further = ['one', 'two', 'three', 'four'].map((name) => {
    const path = join(makeFolder('offered'), `${name}.md`)
    writeFileSync(path, `# ${name}\n\nA note about the ${name} ferries.\n`)
    return path
  })
  const broken = join(makeFolder('broken'), 'papers')
  mkdirSync(join(broken, '.git'), { recursive: true })
  writeFileSync(join(broken, '.git', 'config'), 'x')
  writeFileSync(join(broken, 'empty.txt'), '')
  writeFileSync(join(broken, 'letter.docx'), 'PK\u0003\u0004 no package')
  writeFileSync(join(broken, 'archive.zip'), 'PK\u0003\u0004 cut')
  writeFileSync(join(broken, 'paper.pdf'), '%PDF-1.7 and nothing more')
  const ended = page.getByTestId('ended-job')
  for (const [jobs, dropped] of [[folder], further, [broken]].entries()) {
    await dropFiles(page, dropped)
    await expect(ended).toHaveCount(jobs + 1, { timeout: 90_000 })
  }
  await expect(ended.filter({ hasText: 'und 1 weitere' })).toHaveCount(1)
  await page.evaluate(async () => {
    const listed = await window.sluice.call('documents.list', {})
    if (listed.ok)
      await window.sluice.call('documents.readAgain', { ids: listed.value.documents.slice(0, 2).map(({ id }) => id) })
  })
  await expect(ended.filter({ hasText: '2 Dokumente noch einmal gelesen' })).toHaveCount(1, { timeout: 60_000 })
  await expectGerman('queue')
  await page.getByRole('button', { name: t('queue.reportOf', { name: 'papers' }), exact: true }).click()
  await expect(page.getByTestId('problems')).toBeVisible()
  await expectGerman('report')
  await openView(page, 'shell.failed')
  await expect(page.getByTestId('letter').first()).toBeVisible()
  await page.getByTestId('letter').first().click()
  await expect(page.getByRole('region', { name: t('failed.whatWasTried') })).toBeVisible()
  await expectGerman('failed')
  await page.keyboard.press('Escape')
})

test('searches with everything that is to be said of them', async () => {
  const { page } = running
  await openView(page, 'shell.search')
  const field = page.getByRole('textbox', { name: t('search.searchAll') })
  for (const [query, said] of [
    ['type:unicorn tomatoes', 'wurde als Wörter gesucht'],
    ['collection:nowhere tomatoes', 'Es gibt keine Sammlung'],
    ['type:md', 'Die Anfrage hat nur Filter'],
    ['tomatoess', 'kommt nirgends vor'],
  ] as const) {
    await field.fill(query)
    await expect(page.getByText(said).first()).toBeVisible()
    await expectGerman(`search-${said.split(' ').at(-1) ?? ''}`)
  }
  await field.fill('')
})

test('a provider that does not answer, its key, and a question without it', async () => {
  const { page } = running
  const definition = { kind: 'openai', baseUrl: fake.url, chatModel: 'fake-chat', preset: 'custom' }
  const added = await ask('providers.add', { name: 'desk', definition, isChat: true })
  expect(added).toMatchObject({ ok: true })
  fake.misbehave('server-error', { times: 50 })
  await ask('ask', { question: 'When are the tomatoes planted?' })
  await openView(page, 'shell.models')
  await expect(page.getByText(t('models.leftAlone'))).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('in der Variablen SLUICE_KEY_DESK')).toBeVisible()
  await expectGerman('models')
  await openView(page, 'shell.search')
  await page.getByText(t('search.ask'), { exact: true }).click()
  const question = page.getByRole('textbox', { name: t('search.askAll') })
  await question.fill('When are the tomatoes planted?')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Ohne „desk“ beantwortet')).toBeVisible({ timeout: 60_000 })
  await expectGerman('ask')
  await page.getByText(t('search.find'), { exact: true }).click()
})

test('settings with what is wrong with them, documents and the dashboard', async () => {
  const { page } = running
  await openView(page, 'shell.settings')
  await expect(page.getByText('in dieser Version keine Einstellung').first()).toBeVisible()
  await expect(page.getByText('Die Variable SLUICE_PDF_PAGES').first()).toBeVisible()
  await expectGerman('settings')
  await openView(page, 'shell.documents')
  await expect(page.getByRole('table')).toContainText('tomatoes.md')
  await expectGerman('documents')
  await openView(page, 'shell.dashboard')
  await expect(page.getByTestId('ledger-summary')).toBeVisible()
  await expectGerman('dashboard')
  expect(running.complaints).toEqual([])
})
