// The dashboard in the real window: empty, then with figures of a job, each chart also as a table, by keyboard, in both themes; and the
// ledger that nothing left this computer.
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
test.beforeAll(async () => {
  running = await launchApp()
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
})

const isMac = process.platform === 'darwin'
const openDashboard = async (page: Page): Promise<void> => {
  await page.keyboard.press(isMac ? 'Meta+7' : 'Control+7')
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
}
const chooseTheme = (theme: 'light' | 'dark') =>
  running.page.evaluate((choice) => window.sluice.app('theme.set', { choice }), theme)

test('says that nothing was measured yet, and that no connection was ever made', async () => {
  const { page } = running
  await openDashboard(page)
  await expect(page.getByTestId('ledger-summary')).toHaveText('No connection to another computer was ever made.')
  await expect(page.getByText(/Nothing was measured yet\./)).toBeVisible()
  expect(await judge(page)).toEqual([])
})

test('shows what a job did, drawn and as tables, in both themes, with nothing that the page refuses', async () => {
  test.setTimeout(120_000)
  await dropFiles(running.page, [writeHousehold(makeFolder('dashboard'))])
  await openView(running.page, 'Queue')
  await expect(running.page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  expect(running.complaints).toEqual([])
  // What was measured is kept once a minute, and when the app ends: nobody waits for that minute here.
  await running.close()
  running = await launchApp({ dataDir: running.dataDir })
  await waitUntilReady(running)
  const { page, complaints } = running
  await openDashboard(page)
  await page.getByRole('radiogroup', { name: 'Range of time' }).getByText('Hour', { exact: true }).click()
  const documents = page.getByRole('region', { name: 'Documents', exact: true })
  await expect(documents.getByRole('img', { name: /Found: last/ })).toBeVisible()
  for (const theme of ['light', 'dark'] as const) {
    await chooseTheme(theme)
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme)
    expect(await judge(page)).toEqual([])
    await takeScreenshot(page, `dashboard-${theme}`)
  }
  const toggle = documents.getByRole('button', { name: 'Documents as a table' })
  await toggle.focus()
  await page.keyboard.press('Enter')
  await expect(toggle).toHaveAttribute('aria-pressed', 'true')
  const table = documents.getByRole('table')
  await expect(table.getByRole('columnheader')).toHaveText(
    ['Time', 'Found', 'Left out', 'Failed'].slice(0, await table.getByRole('columnheader').count()),
  )
  await expect(table.getByRole('rowheader').first()).toBeVisible()
  // By keyboard to the table itself, which scrolls.
  await page.keyboard.press('Tab')
  await expect(documents.getByRole('region', { name: 'Table: Documents' })).toBeFocused()
  expect(await judge(page)).toEqual([])
  await documents.scrollIntoViewIfNeeded()
  await takeScreenshot(page, 'dashboard-table')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(documents.getByRole('img')).toBeVisible()
  expect(complaints).toEqual([])
})

const sizes = [
  { zoom: 1, name: 'in the smallest window' },
  { zoom: 2, name: 'with everything twice as large in it' },
] as const
for (const { zoom, name } of sizes)
  test(`needs no scrolling sideways ${name}`, async () => {
    const { app, page, complaints } = running
    const before = await app.evaluate(({ BrowserWindow }, factor) => {
      const [window] = BrowserWindow.getAllWindows()
      const size = window?.getContentSize() ?? []
      window?.setContentSize(800, 600)
      window?.webContents.setZoomFactor(factor)
      return size
    }, zoom)
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(800 / zoom)
    await expect(page.getByRole('region', { name: 'Documents', exact: true })).toBeVisible()
    // Whatever is wider than what it stands in, and is no table that scrolls in itself.
    const tooWide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main, main *')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
        .filter((element) => element.closest('svg, [role="region"][tabindex], .spoken-only, bdi') === null)
        .map((element) => `${element.tagName} ${element.className}: ${element.scrollWidth} in ${element.clientWidth}`),
    )
    expect(tooWide).toEqual([])
    expect(await judge(page)).toEqual([])
    await takeScreenshot(page, `dashboard-${zoom}`)
    await app.evaluate(({ BrowserWindow }, [width = 1200, height = 800]) => {
      const [window] = BrowserWindow.getAllWindows()
      window?.webContents.setZoomFactor(1)
      window?.setContentSize(width, height)
    }, before)
    expect(complaints).toEqual([])
  })

test('shows whom the window was refused to reach', async () => {
  const { page } = running
  await page.evaluate(() => fetch('https://example.com/').catch(() => undefined))
  await expect(
    page.getByRole('region', { name: 'Tables of connections' }).getByText('example.com:443').first(),
  ).toBeVisible()
  await expect(page.getByTestId('ledger-summary')).toHaveText(
    /No connection to another computer was ever made\. 1 attempt refused\./,
  )
  expect(await judge(page)).toEqual([])
  await page.getByTestId('ledger-summary').scrollIntoViewIfNeeded()
  await takeScreenshot(page, 'dashboard-ledger')
})
