// Everything that Sluice keeps is removed from the settings, after a word was typed; documents and what Sluice did not make stay.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, requireRuntime, startArguments, waitUntilReady } from './support/app'
import { judge } from './support/axe'

test('everything that Sluice keeps is removed after the word was typed, and nothing else', async () => {
  const home = realpathSync(makeFolder('home'))
  const dataDir = join(home, 'data')
  const autostart = join(home, 'config', 'autostart', 'sluice.desktop')
  const env = { SLUICE_RELAUNCH: 'off', XDG_CONFIG_HOME: join(home, 'config'), HOME: home }
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'mine.odt'), 'mine')
  const running = await launchApp({ dataDir, env })
  const { app, page } = running
  await waitUntilReady(running)
  await page.evaluate(() => window.sluice.call('collections.create', { name: 'letters' }))
  await page.evaluate(() => window.sluice.call('settings.set', { name: 'desktop.launchAtLogin', value: 'on' }))
  await expect.poll(() => existsSync(autostart)).toBe(true)
  await openView(page, 'Settings')
  const card = page.getByTestId('removal')
  await card.getByRole('button', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove everything that Sluice keeps' })
  await expect(dialog).toContainText(dataDir)
  await expect(dialog).toContainText('Index and texts of documents')
  await expect(dialog).toContainText('The start at login')
  await expect(dialog).toContainText(join(dataDir, 'mine.odt'))
  expect(await judge(page)).toEqual([])
  const agree = dialog.getByRole('button', { name: 'Remove everything and quit' })
  await expect(agree).toBeDisabled()
  // Whoever calls it without the word is refused as well.
  const refused = await page.evaluate(() => window.sluice.app('removal.run', { word: 'yes' }))
  expect(refused).toMatchObject({ ok: false, error: { code: 'USAGE' } })
  await dialog.getByRole('button', { name: 'Keep everything' }).click()
  expect(existsSync(join(dataDir, 'sluice.db'))).toBe(true)

  await card.getByRole('button', { name: 'Remove…' }).click()
  await dialog.getByRole('textbox', { name: 'Type Sluice to agree' }).fill('Sluice')
  const closed = app.waitForEvent('close')
  await agree.click()
  await closed
  expect(existsSync(autostart)).toBe(false)
  expect(readdirSync(dataDir)).not.toContain('sluice.db')
  // What the window itself ran in goes with the start that the app makes for it.
  const last = spawnSync(requireRuntime(), [...startArguments(dataDir), '--finish-removal'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 30_000,
  })
  expect(last.status).toBe(0)
  expect(readdirSync(dataDir)).toEqual(['mine.odt'])
  expect(readFileSync(join(dataDir, 'mine.odt'), 'utf8')).toBe('mine')
})
