// Stopping and going on: cancel, retry, quitting in the middle, and the figures on the way.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { dropFiles } from './support/drop'
import { acceptPreflight } from './support/preflight'
import { watchProgress } from './support/progress'
import { writeHousehold, writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'

const NOTES = 240

test('a job is cancelled and retried from the window, and its figure never goes back', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  const parent = makeFolder('notes')
  await dropFiles(page, [writeHousehold(parent)])
  await expect(page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  const seen = await watchProgress(page)
  await dropFiles(page, [writeNotes(parent, NOTES, 12)])
  await acceptPreflight(page)
  const open = page.getByTestId('open-job')
  await expect(open).toContainText('Reading')
  await expect(open).toContainText('documents ·')
  await takeScreenshot(page, 'queue')
  await page.getByRole('button', { name: 'Cancel notebook' }).click()
  const ended = page.getByTestId('ended-job').filter({ hasText: 'notebook' })
  await expect(ended).toContainText('Cancelled', { timeout: 20_000 })
  const first = await seen()
  expect([...first].sort((a, b) => a - b)).toEqual(first)
  await ended.getByRole('button', { name: 'Retry notebook' }).click()
  await expect(page.getByText('Trying again: notebook')).toBeVisible()
  await expect(ended).toContainText(`${NOTES} searchable`, { timeout: 80_000 })
  await ended.getByRole('button', { name: 'Report of notebook', exact: true }).click()
  await expect(page.getByTestId('job-state')).toHaveText('Completed')
  await expect(page.getByTestId('problems')).toHaveCount(0)
  expect(running.complaints).toEqual([])
  await running.close()
})

test('what a quit interrupts goes on at the next start', async () => {
  const dataDir = makeFolder('again')
  const before = await launchApp({ dataDir })
  await waitUntilReady(before)
  await openView(before.page, 'Queue')
  await dropFiles(before.page, [writeNotes(makeFolder('notes'), NOTES, 12)])
  await acceptPreflight(before.page)
  await expect(before.page.getByTestId('open-job')).toContainText('documents ·')
  await before.close()

  const after = await launchApp({ dataDir })
  await waitUntilReady(after)
  await openView(after.page, 'Queue')
  await expect(after.page.getByTestId('ended-job')).toContainText(`${NOTES} searchable`, { timeout: 80_000 })
  await after.close()
})

test('being told to end by the system is a quit like any other', async () => {
  const dataDir = makeFolder('ended')
  const before = await launchApp({ dataDir })
  await waitUntilReady(before)
  await openView(before.page, 'Queue')
  await dropFiles(before.page, [writeNotes(makeFolder('notes'), NOTES, 12)])
  await acceptPreflight(before.page)
  await expect(before.page.getByTestId('open-job')).toContainText('documents ·')
  const child = before.app.process()
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
  })
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  const log = readFileSync(join(dataDir, 'logs', 'sluice.log'), 'utf8')
  expect(log).toContain('"app.quit"')
  expect(log).not.toContain('app.quit.late')

  const after = await launchApp({ dataDir })
  await waitUntilReady(after)
  await openView(after.page, 'Queue')
  await expect(after.page.getByTestId('ended-job')).toContainText(`${NOTES} searchable`, { timeout: 80_000 })
  await after.close()
})

test('a worker that crashes is reported for its document alone, and the others are indexed', async () => {
  const running = await launchApp({ env: { SLUICE_FAULTS: '1' } })
  const { page } = running
  await waitUntilReady(running)
  const notes = writeNotes(makeFolder('faults'), 12, 1)
  // The name asks the worker to end its process; see src/workers/fault.ts.
  writeFileSync(join(notes, 'fault-exit.md'), 'This document takes its worker down.\n')
  await openView(page, 'Queue')
  await dropFiles(page, [notes])
  const ended = page.getByTestId('ended-job')
  await expect(ended).toContainText('12 searchable, 1 failed', { timeout: 80_000 })
  await ended.getByRole('button', { name: /Report/ }).click()
  await expect(page.getByTestId('problems')).toContainText('WORKER_POISON')
  await running.close()
})
