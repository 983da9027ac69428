// Every view in both schemes, judged by axe: no serious or critical violation.
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold, writeNotes } from './support/samples'

test('no view has a serious violation, dark or light', async () => {
  // Every view, twice: minutes where the processors are shared.
  test.setTimeout(600_000)
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  const found: Record<string, string[]> = {}
  const look = async (name: string): Promise<void> => {
    const violations = await judge(page)
    if (violations.length > 0) found[name] = violations
  }
  const parent = makeFolder('axe')
  await look('empty search')
  await dropFiles(page, [writeHousehold(parent)])
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  for (const theme of ['Light', 'Dark']) {
    await page.getByRole('button', { name: 'Appearance' }).click()
    if (theme === 'Light') await look('menu')
    await page.getByRole('menuitem', { name: theme }).click()
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme.toLowerCase())
    await openView(page, 'Queue')
    if (theme === 'Light') {
      await dropFiles(page, [writeNotes(parent, 120, 4)])
      await expect(page.getByTestId('open-job')).toBeVisible()
      await look('queue at work, with a toast')
      await expect(page.getByTestId('ended-job')).toHaveCount(2, { timeout: 60_000 })
    }
    await look(`${theme}: queue`)
    await page.getByRole('button', { name: 'Report of household', exact: true }).click()
    await expect(page.getByTestId('problems')).toContainText('PDF')
    await look(`${theme}: report`)
    // In the light it is judged beside its own tests.
    if (theme === 'Dark') {
      await openView(page, 'Failed')
      await page.getByTestId('letter').first().click()
      await expect(page.getByRole('region', { name: 'What was tried' })).toBeVisible()
      await look('Dark: one that failed')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      await look('Dark: failed')
    }
    await openView(page, 'Documents')
    await expect(page.getByRole('table')).toContainText('tomatoes.md')
    await look(`${theme}: documents`)
    await openView(page, 'Settings')
    await expect(page.getByTestId('setting').first()).toBeVisible()
    await look(`${theme}: settings`)
    await openView(page, 'Search')
    await page.getByRole('textbox', { name: 'Search all collections' }).fill('tomatoes blight')
    await expect(page.getByRole('article').first()).toBeVisible()
    await look(`${theme}: results`)
    await page
      .getByRole('button', { name: /Read the text/ })
      .first()
      .click()
    await expect(page.getByRole('dialog')).toContainText('tomatoes', { ignoreCase: true })
    if (theme === 'Light') await look('reading')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await page.getByRole('button', { name: 'New collection' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await look(`${theme}: dialog`)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  expect(found).toEqual({})
  await running.close()
})
