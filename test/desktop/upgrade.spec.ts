// Data folders of other versions in the window: an older one opens, a newer one is a page that leads back, and nothing of it is written.
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import Libsql from 'libsql'
import { listBackups } from '../../src/main/store/backups'
import { BACKUP_FOLDER } from '../../src/shared/backups'
import { placeOriginals, unpackFixture } from '../support/data-folders/fixtures'
import { launchApp, makeFolder, waitUntilReady } from './support/app'
import { takeScreenshot } from './support/screenshots'

test('a folder of the first version opens, its backup leads back from one that is too new, and nothing is written before', async () => {
  const dataDir = join(makeFolder('upgrade'), 'data')
  placeOriginals(dataDir, unpackFixture(1, dataDir), makeFolder('originals'))
  const first = await launchApp({ dataDir })
  await waitUntilReady(first)
  await first.page.getByRole('textbox', { name: 'Search all collections' }).fill('chimney sweep')
  await expect(first.page.getByRole('article').first()).toContainText('boiler.txt')
  expect(first.complaints).toEqual([])
  await first.close()

  const database = join(dataDir, 'sluice.db')
  const db = new Libsql(database)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  const before = readFileSync(database)
  const running = await launchApp({ dataDir })
  const { page } = running
  await expect(page.getByRole('heading', { name: 'Sluice cannot start' })).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('its data is of version 99')
  await expect(page.getByRole('alert')).toContainText('DATA_DIR_NEWER')
  await takeScreenshot(page, 'data-folder-newer')
  expect(readFileSync(database).equals(before)).toBe(true)

  for (const { id } of listBackups(dataDir))
    rmSync(join(dataDir, BACKUP_FOLDER, id, 'vectors'), { recursive: true, force: true })
  const putBack = page.getByRole('button', { name: /^Put back the backup of/ })
  await putBack.click()
  await page.getByRole('button', { name: 'Change nothing' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  expect(readFileSync(database).equals(before)).toBe(true)
  await putBack.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put back' }).click()
  await waitUntilReady(running)
  // As where the disk had no room for them.
  await expect(page.getByText('Vectors were not in the backup')).toBeVisible()
  await page.getByRole('button', { name: 'Make them again' }).click()
  await expect(page.getByText('Vectors are being made again')).toBeVisible()
  await expect(page.getByText('Vectors were not in the backup')).toBeHidden()
  await page.getByRole('textbox', { name: 'Search all collections' }).fill('chimney sweep')
  await expect(page.getByRole('article').first()).toContainText('boiler.txt')
  await running.close()
})

test('an upgrade that fails is a page that says why and that nothing was changed; an older backup leads on', async () => {
  const dataDir = join(makeFolder('upgrade-fails'), 'data')
  unpackFixture(17, dataDir)
  const first = await launchApp({ dataDir })
  await waitUntilReady(first)
  await first.close()
  // A folder of version 3 with something in the way of a later version.
  const other = join(makeFolder('upgrade-other'), 'data')
  unpackFixture(3, other)
  const database = join(dataDir, 'sluice.db')
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true })
  copyFileSync(join(other, 'sluice.db'), database)
  const db = new Libsql(database)
  db.exec('CREATE TABLE saved_searches (id INTEGER); PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()

  const running = await launchApp({ dataDir, env: { SLUICE_LANGUAGE: 'de' } })
  const { page } = running
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('konnte nicht von Datenversion 3 auf')
  await expect(alert).toContainText('saved_searches')
  await expect(alert).toContainText('UPGRADE_FAILED')
  await takeScreenshot(page, 'upgrade-failed')
  const rows = page.getByRole('listitem')
  await expect(rows).toHaveCount(2)
  await rows.filter({ hasText: 'Datenversion 17' }).getByRole('button').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Zurückholen' }).click()
  await waitUntilReady(running)
  await page.getByRole('textbox', { name: 'Alle Sammlungen durchsuchen' }).fill('chimney sweep')
  await expect(page.getByRole('article').first()).toContainText('boiler.txt')
  await running.close()
})
