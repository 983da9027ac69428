// Every view, in each language, in both schemes, small and large, on a household's papers: pictures for people to look at, in
// docs/screenshots/<language>/<scheme>-<size>.
// A view is one row of the tour; each row begins where the one before it ended.
import { join, resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { offeredLanguages } from '../../../src/shared/languages'
import { createTranslate, type TextKey, type Translate } from '../../../src/shared/translate'
import { launchApp, makeFolder, waitUntilReady, type RunningApp } from '../support/app'
import { dropFiles } from '../support/drop'
import { writeHousehold, writeNotes } from '../support/samples'
import { savePicture } from '../support/screenshots'

const folder = resolve(__dirname, '..', '..', '..', 'docs', 'screenshots')
const SCHEMES = { light: 'shell.light', dark: 'shell.dark' } as const
/** The smallest display that is supported, and an ordinary one. */
const SIZES = { small: { width: 800, height: 600 }, large: { width: 1440, height: 900 } } as const

type Stop = { readonly name: string; readonly reach: (page: Page, t: Translate) => Promise<void> }

const openView = (page: Page, t: Translate, view: TextKey): Promise<void> =>
  page
    .getByRole('navigation', { name: t('shell.views') })
    .getByRole('button', { name: t(view) })
    .click()

/** A text whose names stand in it, as what matches it with any of them. */
const anyOf = (text: string): RegExp =>
  new RegExp(
    text
      .split('%')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  )

const closeDialog = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

const tour: readonly Stop[] = [
  {
    name: 'search',
    reach: async (page, t) => {
      await openView(page, t, 'shell.search')
      await page.getByRole('textbox', { name: t('search.searchAll') }).fill('tomatoes blight')
      await expect(page.getByRole('article').first()).toBeVisible()
    },
  },
  {
    name: 'reading',
    reach: async (page, t) => {
      await page
        .getByRole('button', { name: anyOf(t('search.readTextOf', { name: '%' })) })
        .first()
        .click()
      await expect(page.getByRole('dialog')).toContainText('tomatoes', { ignoreCase: true })
    },
  },
  {
    name: 'search-nothing',
    reach: async (page, t) => {
      await closeDialog(page)
      await page.getByRole('textbox', { name: t('search.searchAll') }).fill('"zyzzyva quagga"')
      await expect(page.getByRole('article')).toHaveCount(0)
    },
  },
  {
    name: 'queue',
    reach: async (page, t) => {
      await openView(page, t, 'shell.queue')
      await expect(page.getByTestId('ended-job').first()).toBeVisible()
    },
  },
  {
    name: 'report',
    reach: async (page, t) => {
      await page.getByRole('button', { name: t('queue.reportOf', { name: 'household' }), exact: true }).click()
      await expect(page.getByTestId('problems')).toContainText('PDF')
    },
  },
  {
    name: 'failed',
    reach: async (page, t) => {
      await openView(page, t, 'shell.failed')
      await expect(page.getByTestId('letter').first()).toBeVisible()
    },
  },
  {
    name: 'failed-one',
    reach: async (page, t) => {
      await page.getByTestId('letter').first().click()
      await expect(page.getByRole('region', { name: t('failed.whatWasTried') })).toBeVisible()
    },
  },
  {
    name: 'documents',
    reach: async (page, t) => {
      await closeDialog(page)
      await openView(page, t, 'shell.documents')
      await expect(page.getByRole('table')).toContainText('tomatoes.md')
    },
  },
  {
    name: 'models',
    reach: async (page, t) => {
      await openView(page, t, 'shell.models')
      await expect(page.getByTestId('serving')).toBeVisible()
    },
  },
  {
    name: 'settings',
    reach: async (page, t) => {
      await openView(page, t, 'shell.settings')
      await expect(page.getByTestId('setting').first()).toBeVisible()
    },
  },
  {
    name: 'dashboard',
    reach: async (page, t) => {
      await openView(page, t, 'shell.dashboard')
      await expect(page.getByTestId('ledger-summary')).toBeVisible()
    },
  },
  {
    name: 'new-collection',
    reach: async (page, t) => {
      await openView(page, t, 'shell.search')
      await page.getByRole('button', { name: t('shell.newCollection') }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
]

const resize = (running: RunningApp, size: { width: number; height: number }): Promise<void> =>
  running.app.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height)
  }, size)

for (const language of offeredLanguages)
  test(`every view in ${language}`, async () => {
    const t = createTranslate(language)
    const running = await launchApp({ env: { SLUICE_LANGUAGE: language } })
    const { page } = running
    await waitUntilReady(running)
    const take = async (name: string, scheme: string, size: string): Promise<void> => {
      await savePicture(page, [join(folder, language, `${scheme}-${size}`, `${name}.png`)])
    }
    await expect(page.getByRole('heading', { name: t('search.welcome') })).toBeVisible()
    for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
      await resize(running, SIZES[size])
      await take('first-start', 'light', size)
    }
    const parent = makeFolder('gallery')
    await openView(page, t, 'shell.queue')
    const ended = page.getByTestId('ended-job')
    // One after the other: drops in a row are one job.
    for (const [jobs, dropped] of [writeHousehold(parent), writeNotes(parent, 40, 2)].entries()) {
      await dropFiles(page, [dropped])
      await expect(ended).toHaveCount(jobs + 1, { timeout: 120_000 })
    }
    // What was told of the jobs goes by itself, and would cover the first views.
    await expect(page.locator('.mantine-Notification-root')).toHaveCount(0)
    for (const scheme of Object.keys(SCHEMES) as (keyof typeof SCHEMES)[]) {
      for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
        // The button is in sight at any size.
        await page.getByRole('button', { name: t('shell.appearance') }).click()
        await page.getByRole('menuitem', { name: anyOf(`${t(SCHEMES[scheme])}`) }).click()
        await resize(running, SIZES[size])
        for (const { name, reach } of tour) {
          await reach(page, t)
          await take(name, scheme, size)
        }
        await closeDialog(page)
      }
    }
    await running.close()
  })
