// The view of settings: finding one, changing it, being refused, going back, and what cannot be changed there.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { takeScreenshot } from './support/screenshots'

test('a setting is found, changed, refused with the reason, and reset, by keyboard', async () => {
  const dataDir = makeFolder('settings')
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ 'from.tomorrow': 1 }))
  const running = await launchApp({ dataDir, env: { SLUICE_WORKER_PARSE_THREADS: '1' } })
  const { page } = running
  await waitUntilReady(running)
  await page.keyboard.press('ControlOrMeta+Comma')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  // What an older Sluice cannot use stays in the file, and is told.
  await expect(page.getByRole('main').getByRole('alert')).toContainText('from.tomorrow')
  const row = (name: string) => page.locator(`[data-testid="setting"][data-name="${name}"]`)
  await expect(row('worker.parseThreads')).toContainText('set by the variable SLUICE_WORKER_PARSE_THREADS')
  await expect(row('worker.parseThreads').getByRole('textbox')).toBeDisabled()
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'settings')

  await page.getByRole('textbox', { name: 'Search settings' }).fill('larger files are data')
  const bytes = row('document.bytes')
  await expect(page.getByTestId('setting')).toHaveCount(1)
  const field = bytes.getByRole('textbox')
  const before = await field.inputValue()
  await field.fill('a lot')
  await field.press('Enter')
  await expect(bytes).toContainText('document.bytes')
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toHaveValue('a lot')
  await field.press('Escape')
  await expect(field).toHaveValue(before)
  await field.fill('20 MiB')
  await field.press('Enter')
  await expect(bytes).toContainText('changed')
  expect(JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))).toEqual({
    'from.tomorrow': 1,
    'document.bytes': 20 * 1024 * 1024,
  })
  expect(await judge(page)).toEqual([])
  await bytes.getByRole('button', { name: /^Reset/ }).press('Enter')
  await expect(bytes).not.toContainText('changed')
  await expect(field).toHaveValue(before)
  expect(JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))).toEqual({ 'from.tomorrow': 1 })
  await running.close()
})
