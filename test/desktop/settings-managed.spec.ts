// Settings that an organization has set, a policy with a fault, and settings as a file: out, and in again once a person has seen what changes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { answerDialogs } from './support/stand-ins'

const row = (page: Page, name: string) => page.locator(`[data-testid="setting"][data-name="${name}"]`)

/** Starts the app under a policy, in a folder with the file of it. */
const launchUnder = async (policy: string, settings: Record<string, unknown> = {}): Promise<RunningApp> => {
  const dataDir = makeFolder('managed')
  const file = join(makeFolder('policy'), 'policy.json')
  writeFileSync(file, policy)
  if (Object.keys(settings).length > 0) writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings))
  const running = await launchApp({ dataDir, env: { SLUICE_POLICY_FILE: file } })
  await waitUntilReady(running)
  return running
}

test('what an organization has set is shown as that, and cannot be changed', async () => {
  const running = await launchUnder(
    JSON.stringify({
      sluicePolicy: 1,
      organization: 'Example',
      contact: 'it@example.org',
      settings: { 'archive.depth': 3, 'task.timeMs': { max: '10m' }, 'ocr.enabled': 'off' },
    }),
    { 'archive.depth': 9 },
  )
  const { page } = running
  await openView(page, 'Settings')
  await expect(page.getByTestId('policy')).toContainText('Some of this is set by your organization: Example')
  await expect(page.getByTestId('policy')).toContainText('it@example.org')
  const depth = row(page, 'archive.depth')
  await expect(depth).toContainText('set by your organization')
  await expect(depth.getByRole('textbox')).toBeDisabled()
  await expect(depth.getByRole('textbox')).toHaveValue('3 levels')
  await expect(row(page, 'ocr.enabled').getByRole('switch')).toBeDisabled()
  const time = row(page, 'task.timeMs')
  await expect(time).toContainText('bounds set by your organization')
  await time.getByRole('textbox').fill('20 min')
  await time.getByRole('textbox').press('Enter')
  await expect(time).toContainText('these bounds are set by your organization')
  await time.getByRole('textbox').press('Escape')
  expect(await judge(page)).toEqual([])
  expect(running.complaints).toEqual([])
  await running.close()
})

test('a policy with a fault is told wherever a person is, with what is wrong, and fixes everything', async () => {
  const running = await launchUnder('{"sluicePolicy": 1, "settings": {"archive.depth": {"default": 9, "max": 4}}}')
  const { page } = running
  const toast = page.getByRole('alert').filter({ hasText: 'The policy of your organization has a fault' })
  await toast.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await expect(page.getByTestId('policy')).toContainText('its default 9 levels is above its own max 4 levels')
  await expect(page.getByTestId('policy')).toContainText('policy.json')
  for (const name of ['archive.depth', 'pdf.pages']) await expect(row(page, name).getByRole('textbox')).toBeDisabled()
  expect(await judge(page)).toEqual([])
  await running.close()
})

test('settings go to a file, and a file comes in once what it changes was agreed to', async () => {
  const dataDir = makeFolder('exchange')
  writeFileSync(join(dataDir, 'settings.json'), '{"pdf.pages": 7}')
  const running = await launchApp({ dataDir })
  const { page, app } = running
  await waitUntilReady(running)
  await openView(page, 'Settings')
  const kept = (): unknown => JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))

  const out = join(makeFolder('out'), 'mine.json')
  await answerDialogs(app, { save: out })
  await page.getByRole('button', { name: 'Export…' }).click()
  await expect(page.getByText('Exported the changed settings')).toBeVisible()
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({ sluiceSettings: 1, settings: { 'pdf.pages': 7 } })

  const file = join(makeFolder('in'), 'theirs.json')
  writeFileSync(file, JSON.stringify({ sluiceSettings: 1, settings: { 'pdf.pages': 70, 'ocr.enabled': 'off' } }))
  await answerDialogs(app, { open: [file] })
  await page.getByRole('button', { name: 'Import…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import settings' })
  await expect(dialog.getByTestId('setting-change')).toHaveCount(2)
  await expect(dialog.locator('[data-name="pdf.pages"]')).toContainText('7 → 70')
  await expect(dialog.locator('[data-name="ocr.enabled"]')).toContainText('on → off')
  expect(await judge(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Change nothing' }).click()
  await expect(dialog).toBeHidden()
  expect(kept()).toEqual({ 'pdf.pages': 7 })

  await page.getByRole('button', { name: 'Import…' }).click()
  await dialog.getByRole('button', { name: 'Change 2 settings' }).click()
  await expect(row(page, 'pdf.pages').getByRole('textbox')).toHaveValue('70')
  await expect(row(page, 'ocr.enabled').getByRole('switch')).not.toBeChecked()
  expect(kept()).toEqual({ 'pdf.pages': 70, 'ocr.enabled': 0 })

  writeFileSync(file, JSON.stringify({ sluiceSettings: 1, settings: { 'pdf.pages': 0, 'pdf.paper': 1 } }))
  await page.getByRole('button', { name: 'Import…' }).click()
  const refused = page.getByRole('alert').filter({ hasText: 'Nothing was changed' })
  await expect(refused).toContainText('"0" is not possible for pdf.pages')
  await expect(refused).toContainText('"pdf.paper" is no setting of this version')
  await expect(dialog).toBeHidden()
  expect(kept()).toEqual({ 'pdf.pages': 70, 'ocr.enabled': 0 })
  await running.close()
})

test('a damaged file of settings is told by the window, and what stands whole in it is used', async () => {
  const dataDir = makeFolder('damaged')
  writeFileSync(join(dataDir, 'settings.json'), '{"pdf.pages": 7, "archive.depth": 3')
  const running = await launchApp({ dataDir })
  const { page } = running
  await waitUntilReady(running)
  const toast = page.getByRole('alert').filter({ hasText: 'Something in the settings cannot be used' })
  await toast.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('is damaged')
  await expect(row(page, 'pdf.pages').getByRole('textbox')).toHaveValue('7')
  await row(page, 'pdf.pages').getByRole('textbox').fill('8')
  await row(page, 'pdf.pages').getByRole('textbox').press('Enter')
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0)
  expect(JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))).toEqual({ 'pdf.pages': 8 })
  expect(existsSync(join(dataDir, 'settings.json.damaged-1'))).toBe(true)
  await running.close()
})
