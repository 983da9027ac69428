// What a person sees when something goes wrong: a call that fails, a view that breaks, a window that crashes or is reloaded in mid-job.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { answerCall, answerDialogs } from './support/stand-ins'

const NOTES = 160

const refuse = (code: string, details: Record<string, unknown>): unknown => ({
  ok: false,
  error: { code, details, message: '' },
})

test('a call that fails is told in plain words, with its code, what to do and the facts on demand', async () => {
  const running = await launchApp()
  const { app, page } = running
  await waitUntilReady(running)
  await answerCall(app, 'samples.prepare', refuse('DISK_FULL', { path: '/somewhere' }))
  const button = page.getByRole('button', { name: 'Try the samples' })
  await button.click()
  const toast = page.getByRole('alert').filter({ hasText: 'DISK_FULL' })
  await expect(toast).toContainText('The disk is full (/somewhere). Free some space')
  await expect(button).toBeEnabled()
  await toast.getByRole('button', { name: 'Details' }).click()
  await expect(toast).toContainText('goes on by itself once the cause is gone')
  await expect(toast).toContainText('path: /somewhere')
  const file = join(makeFolder('report'), 'report.txt')
  await answerDialogs(app, { save: file })
  expect(await judge(page)).toEqual([])
  await page.screenshot({ path: 'test-results/failure-toast.png' })
  await toast.getByRole('button', { name: 'Save a report file…' }).click()
  await expect(toast).toContainText(`Saved as ${file}`)
  const report = readFileSync(file, 'utf8')
  expect(report).toContain('Code: DISK_FULL')
  expect(report).toMatch(/Sluice: \d+\.\d+\.\d+/)
  expect(report).not.toContain(running.dataDir)
  await toast.getByRole('button', { name: 'Copy' }).click()
  await expect(toast).toContainText('Copied')
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('Code: DISK_FULL')
  // What nobody caught is told as well.
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody caught it')
    })
  })
  await expect(page.getByRole('alert').filter({ hasText: 'INTERNAL_BUG' })).toBeVisible()
  await expect
    .poll(() => readFileSync(join(running.dataDir, 'logs', 'sluice.log'), 'utf8'))
    .toContain('"window.problem"')
  await running.close()
})

test('a view that breaks leaves the others, names what went wrong, and comes back', async () => {
  const running = await launchApp()
  const { app, page } = running
  await waitUntilReady(running)
  await answerCall(app, 'documents.list', { ok: true, value: { documents: 7, total: 3 } })
  await openView(page, 'Documents')
  const stopped = page.getByRole('alert').filter({ hasText: 'This view has stopped' })
  await expect(stopped).toContainText('INTERNAL_BUG')
  await stopped.getByRole('button', { name: 'Details' }).click()
  await takeScreenshot(page, 'view-stopped')
  expect(await judge(page)).toEqual([])
  await stopped.getByRole('button', { name: 'Show it again' }).click()
  await expect(stopped).toBeVisible()
  await stopped.getByRole('button', { name: 'Go to the search' }).click()
  await expect(page.getByRole('search')).toBeVisible()
  await answerCall(app, 'documents.list', null)
  await openView(page, 'Documents')
  await expect(stopped).toBeHidden()
  expect(readFileSync(join(running.dataDir, 'logs', 'sluice.log'), 'utf8')).toContain('"where":"documents"')
  await running.close()
})

/** Runs a script in the page by the main process: the test runner lets go of a page that has crashed. */
const runInPage = (running: RunningApp, script: string): Promise<unknown> =>
  running.app.evaluate(
    ({ BrowserWindow }, text) =>
      BrowserWindow.getAllWindows()[0]
        ?.webContents.executeJavaScript(text, true)
        .catch(() => null) as Promise<unknown>,
    script,
  )

const crash = (running: RunningApp): Promise<void> =>
  running.app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<void>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.once('did-finish-load', () => resolve())
        contents?.forcefullyCrashRenderer()
      }),
  )

const finishedDocuments = `window.sluice.call('jobs.list', { limit: 5 }).then((reply) =>
  reply.ok ? reply.value.jobs.filter(({ state }) => state === 'completed').map(({ documents }) => documents.indexed).join() : reply.error.code)`

test('a window that is reloaded and crashes in mid-job loses nothing; one that keeps crashing says so and comes back', async () => {
  test.slow()
  const running = await launchApp()
  const { app, page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await dropFiles(page, [writeNotes(makeFolder('notes'), NOTES, 12)])
  await expect(page.getByTestId('open-job')).toContainText('documents ·')
  await page.reload()
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await expect(page.getByTestId('open-job').or(page.getByTestId('ended-job'))).toBeVisible()
  await crash(running)
  // The window is back, with its views.
  await expect.poll(() => runInPage(running, 'document.querySelectorAll("[role=search]").length')).toBe(1)
  for (let time = 0; time < 3; time += 1) await crash(running)
  await expect.poll(() => runInPage(running, 'document.title')).toBe('Sluice: the window has stopped')
  const axe = readFileSync(resolve(__dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')
  await runInPage(running, `${axe}; 0`)
  const violations = 'axe.run().then(({ violations }) => violations.map(({ id }) => id).join())'
  expect(await runInPage(running, violations)).toBe('')
  const picture = await app.evaluate(async ({ BrowserWindow }) =>
    (await BrowserWindow.getAllWindows()[0]?.webContents.capturePage())?.toPNG().toString('base64'),
  )
  writeFileSync('test-results/crash-page.png', Buffer.from(picture ?? '', 'base64'))
  const file = join(makeFolder('report'), 'report.txt')
  await answerDialogs(app, { save: file })
  await runInPage(running, 'document.links[1].click()')
  await expect.poll(() => runInPage(running, 'document.querySelector("[role=status]").innerText')).toContain(file)
  expect(readFileSync(file, 'utf8')).toContain('crashed several times')
  await runInPage(running, 'document.links[0].click()')
  await expect.poll(() => runInPage(running, 'document.querySelectorAll("[role=search]").length')).toBe(1)
  await expect.poll(() => runInPage(running, finishedDocuments), { timeout: 80_000 }).toBe(String(NOTES))
  await running.close()
})
