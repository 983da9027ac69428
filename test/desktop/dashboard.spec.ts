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
  test.setTimeout(180_000)
  const { page, complaints } = running
  await dropFiles(page, [writeHousehold(makeFolder('dashboard'))])
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  await openDashboard(page)
  await page.getByRole('radiogroup', { name: 'Range of time' }).getByText('Hour', { exact: true }).click()
  const documents = page.getByRole('region', { name: 'Documents', exact: true })
  // Kept by the first look after the work.
  await expect(documents.getByRole('img', { name: /Found: last/ })).toBeVisible({ timeout: 100_000 })
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
