// The data folder goes to another place from the settings, and the window that starts then has everything.
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'

test('the data folder is moved, the next window has everything, and the old one is removed', async () => {
  const env = { SLUICE_RELAUNCH: 'off' }
  const dataDir = realpathSync(makeFolder('from'))
  const to = join(realpathSync(makeFolder('disk')), 'Sluice')
  const running = await launchApp({ dataDir, env })
  const { app, page } = running
  await waitUntilReady(running)
  await page.evaluate(() => window.sluice.call('collections.create', { name: 'letters' }))
  await openView(page, 'Settings')
  const choose = (path: string): Promise<void> =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, path)
  const card = page.getByTestId('data-folder')
  await choose(join(dataDir, 'inside'))
  await card.getByRole('button', { name: 'Move…' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'MOVE_INSIDE' })).toBeVisible()
  await choose(to)
  await card.getByRole('button', { name: 'Move…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Move the data folder' })
  await expect(dialog).toContainText(to)
  expect(await judge(page)).toEqual([])
  const closed = app.waitForEvent('close')
  await dialog.getByRole('button', { name: 'Move and start anew' }).click()
  await closed
  expect(existsSync(join(dataDir, 'moved-to.json'))).toBe(true)

  const again = await launchApp({ dataDir, env })
  await waitUntilReady(again)
  const { collections } = await again.page.evaluate(() =>
    window.sluice.call('collections.list', {}).then((reply) => (reply.ok ? reply.value : { collections: [] })),
  )
  expect(collections.map(({ name }) => name)).toContain('letters')
  await openView(again.page, 'Settings')
  const moved = again.page.getByTestId('data-folder')
  await expect(moved).toContainText(to)
  await moved.getByRole('button', { name: 'Remove the old one' }).click()
  await expect(moved.getByRole('button', { name: 'Remove the old one' })).toBeHidden()
  expect(readdirSync(dataDir)).toEqual(['moved-to.json'])
  await again.close()
})
