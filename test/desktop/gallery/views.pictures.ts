// Every view, in both schemes, small and large, on a household's papers: pictures for people to look at, in docs/screenshots/<scheme>-<size>.
// A view is one row of the tour; each row begins where the one before it ended.
import { join, resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from '../support/app'
import { dropFiles } from '../support/drop'
import { writeHousehold, writeNotes } from '../support/samples'
import { savePicture } from '../support/screenshots'

const folder = resolve(__dirname, '..', '..', '..', 'docs', 'screenshots')
const SCHEMES = ['Light', 'Dark'] as const
/** The smallest display that is supported, and an ordinary one. */
const SIZES = { small: { width: 800, height: 600 }, large: { width: 1440, height: 900 } } as const

type Stop = { readonly name: string; readonly reach: (page: Page) => Promise<void> }

const closeDialog = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

const tour: readonly Stop[] = [
  {
    name: 'search',
    reach: async (page) => {
      await openView(page, 'Search')
      await page.getByRole('textbox', { name: 'Search all collections' }).fill('tomatoes blight')
      await expect(page.getByRole('article').first()).toBeVisible()
    },
  },
  {
    name: 'reading',
    reach: async (page) => {
      await page
        .getByRole('button', { name: /Read the text/ })
        .first()
        .click()
      await expect(page.getByRole('dialog')).toContainText('tomatoes', { ignoreCase: true })
    },
  },
  {
    name: 'search-nothing',
    reach: async (page) => {
      await closeDialog(page)
      await page.getByRole('textbox', { name: 'Search all collections' }).fill('"zyzzyva quagga"')
      await expect(page.getByRole('article')).toHaveCount(0)
    },
  },
  {
    name: 'queue',
    reach: async (page) => {
      await openView(page, 'Queue')
      await expect(page.getByTestId('ended-job').first()).toBeVisible()
    },
  },
  {
    name: 'report',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Report of household', exact: true }).click()
      await expect(page.getByTestId('problems')).toContainText('PDF')
    },
  },
  {
    name: 'failed',
    reach: async (page) => {
      await openView(page, 'Failed')
      await expect(page.getByTestId('letter').first()).toBeVisible()
    },
  },
  {
    name: 'failed-one',
    reach: async (page) => {
      await page.getByTestId('letter').first().click()
      await expect(page.getByRole('region', { name: 'What was tried' })).toBeVisible()
    },
  },
  {
    name: 'documents',
    reach: async (page) => {
      await closeDialog(page)
      await openView(page, 'Documents')
      await expect(page.getByRole('table')).toContainText('tomatoes.md')
    },
  },
  { name: 'models', reach: (page) => openView(page, 'Models') },
  {
    name: 'settings',
    reach: async (page) => {
      await openView(page, 'Settings')
      await expect(page.getByTestId('setting').first()).toBeVisible()
    },
  },
  {
    name: 'dashboard',
    reach: async (page) => {
      await openView(page, 'Dashboard')
      await expect(page.getByTestId('ledger-summary')).toBeVisible()
    },
  },
  {
    name: 'new-collection',
    reach: async (page) => {
      await openView(page, 'Search')
      await page.getByRole('button', { name: 'New collection' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
]

const resize = (running: RunningApp, size: { width: number; height: number }): Promise<void> =>
  running.app.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height)
  }, size)

test('every view', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  const take = async (name: string, scheme: string, size: string): Promise<void> => {
    await savePicture(page, [join(folder, `${scheme.toLowerCase()}-${size}`, `${name}.png`)])
  }
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    await resize(running, SIZES[size])
    await take('first-start', 'Light', size)
  }
  const parent = makeFolder('gallery')
  await dropFiles(page, [writeHousehold(parent)])
  await dropFiles(page, [writeNotes(parent, 40, 2)])
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toHaveCount(2, { timeout: 120_000 })
  for (const scheme of SCHEMES) {
    for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
      // The button is in sight at any size.
      await page.getByRole('button', { name: 'Appearance' }).click()
      await page.getByRole('menuitem', { name: scheme }).click()
      await resize(running, SIZES[size])
      for (const { name, reach } of tour) {
        await reach(page)
        await take(name, scheme, size)
      }
      await closeDialog(page)
    }
  }
  await running.close()
})
