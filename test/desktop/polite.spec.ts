// Sharing the computer: chosen in the settings by words, and said in the queue while there is work.
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeNotes } from './support/samples'

test('a share of the computer is chosen by words, and the queue says what work may take', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Settings')
  const choice = page.getByRole('combobox', { name: 'When', exact: true })
  await expect(choice).toHaveValue('off')
  await choice.selectOption('always')
  await expect(choice).toHaveValue('always')
  expect(await judge(page)).toEqual([])
  // Work that waits is work that is there.
  await page.evaluate(() => window.sluice.call('queue.rest', { reason: 'ON_BATTERY', forMs: 600_000 }))
  await dropFiles(page, [writeNotes(makeFolder('papers'), 3)])
  await openView(page, 'Queue')
  await expect(page.getByTestId('polite')).toContainText('at most 50 % of the processors and 1')
  await page.evaluate(() => window.sluice.call('settings.set', { name: 'polite.when', value: 'off' }))
  await expect(page.getByTestId('polite')).toBeHidden()
  await page.evaluate(() => window.sluice.call('queue.rest', { reason: null, forMs: 1 }))
  await running.close()
})
