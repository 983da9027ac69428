// What the window says when something stands still through no fault of a document.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { takeScreenshot } from './support/screenshots'
import { forgeZip } from '../support/zip-forge'

test('a worker that keeps failing is left alone for a while: the queue says so, until when, and goes on by itself', async () => {
  const running = await launchApp({
    env: { SLUICE_FAULTS: '1', SLUICE_WORKER_BREAKER_FAILURES: '1', SLUICE_WORKER_BREAKER_MS: '6000' },
  })
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  const folder = join(makeFolder('broken'), 'harbor')
  mkdirSync(folder)
  // The name asks the worker to end its process; see src/workers/fault.ts.
  writeFileSync(join(folder, 'fault-exit.md'), 'It takes its worker down.\n')
  for (let note = 0; note < 6; note += 1)
    writeFileSync(join(folder, `note-${note}.md`), `# Note ${note}\n\nLow water at ${note}.\n`)
  await dropFiles(page, [folder])
  const breaker = page.getByTestId('breaker')
  await expect(breaker).toContainText('Reading: its worker is left alone for a while')
  await expect(breaker).toContainText(/It is tried again by itself in \d+ s\./)
  await takeScreenshot(page, 'queue-standing-still')
  expect(await judge(page)).toEqual([])
  await expect(page.getByTestId('ended-job')).toContainText('6 searchable, 1 failed', { timeout: 70_000 })
  // With nothing left to do, nobody needs to know when it is tried.
  await expect(breaker).toHaveCount(0, { timeout: 30_000 })
  await running.close()
})

test('a full disk stops the queue: the window says so, and when there is room again it goes on by itself', async () => {
  const dataDir = makeFolder('full')
  // No disk has so much room left, so whatever has to be unpacked to it finds it full.
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ 'disk.freeBytes': '1024 GiB' }))
  const running = await launchApp({ dataDir })
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  // More than is kept in memory.
  const noise = randomBytes(17 * 1024 * 1024)
  const inner = forgeZip([
    { name: 'letter.txt', data: 'The ferry leaves at noon.' },
    { name: 'noise.bin', data: noise },
  ])
  const archive = join(makeFolder('offered'), 'letters.zip')
  writeFileSync(archive, forgeZip([{ name: 'inner.zip', data: inner }]))
  await dropFiles(page, [archive])
  const block = page.getByTestId('block')
  await expect(block).toContainText('The queue stands still')
  await expect(block).toContainText('The disk is full')
  await expect(block).toContainText(/It is tried again (by itself in \d+ s|now)\./)
  await takeScreenshot(page, 'queue-disk-full')
  expect(await judge(page)).toEqual([])
  const reply = await page.evaluate(() => window.sluice.call('settings.set', { name: 'disk.freeBytes', value: null }))
  expect(reply.ok).toBe(true)
  await expect(page.getByTestId('ended-job')).toContainText('1 searchable', { timeout: 60_000 })
  await expect(block).toHaveCount(0)
  await running.close()
})
