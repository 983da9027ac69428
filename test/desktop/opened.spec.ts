// What is opened with the app from outside, in its first start and by a second one; and drops that come faster than anyone decides.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, makeFolder, openView, requireRuntime, startArguments, waitUntilReady } from './support/app'
import { dropFiles } from './support/drop'
import { watchFreezes } from './support/freezes'
import { acceptPreflight, waitForPreflight } from './support/preflight'
import { writeNotes } from './support/samples'

const DROPS = 500
/** Some 60 kB of names. */
const MANY = 500
/** A busy machine; a window that stands still for so long is noticed. */
const LONGEST_FREEZE_MS = 1_500

/** Starts the app once more with the same data folder, from `cwd`, and waits until that one ended. */
const startAgain = (dataDir: string, cwd: string, words: readonly string[]): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(requireRuntime(), [...startArguments(dataDir), ...words], {
      cwd,
      stdio: 'ignore',
      timeout: 60_000,
    })
    child.on('error', reject)
    child.on('close', resolve)
  })

test('paths of the first start and of a second one are offered for a collection of choice', async () => {
  const folder = makeFolder('opened')
  writeFileSync(join(folder, 'lantern.txt'), 'The lantern of the pier is lit at dusk.\n')
  mkdirSync(join(folder, 'letters'))
  writeFileSync(join(folder, 'letters', 'aunt.md'), '# Aunt\n\nShe asks about the apple trees.\n')
  const running = await launchApp({ words: [join(folder, 'lantern.txt')] })
  const { page, app, dataDir } = running
  await waitUntilReady(running)
  const first = await waitForPreflight(page)
  await expect(first).toContainText('Before adding “lantern.txt”')
  await acceptPreflight(page)
  await expect(page.getByText('Adding lantern.txt')).toBeVisible()

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  expect(await startAgain(dataDir, folder, ['letters', 'gone.txt', '--no-such-option'])).toBe(0)
  const visible = (): Promise<boolean> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false)
  await expect.poll(visible).toBe(true)
  const second = await waitForPreflight(page)
  await expect(second).toContainText('Before adding “letters”')
  await expect(page.getByText('“gone.txt” is not there')).toBeVisible()
  await second.getByRole('combobox', { name: 'Add to the collection' }).click()
  await page.getByRole('option', { name: 'default' }).click()
  await acceptPreflight(page)
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toHaveCount(2, { timeout: 60_000 })
  await expect(page.getByTestId('ended-job').filter({ hasText: 'letters' })).toContainText('1 searchable')
  await running.close()
})

test('more paths than a message holds arrive whole, by a second start', async () => {
  const folder = makeFolder('many')
  const names = Array.from({ length: MANY }, (_, at) => `${at} ${'of the long letters '.repeat(6)}.txt`)
  for (const name of names) writeFileSync(join(folder, name), `This is ${name}\n`)
  const running = await launchApp()
  const { page, dataDir } = running
  await waitUntilReady(running)
  expect(await startAgain(dataDir, folder, names)).toBe(0)
  const dialog = await waitForPreflight(page)
  await expect(dialog).toContainText(`Before adding ${MANY} items`)
  await expect(dialog.getByTestId('figure-documents')).toHaveText(String(MANY))
  expect(readdirSync(join(dataDir, 'window')).filter((name) => name.startsWith('opened-'))).toEqual([])
  await running.close()
})

test('500 drops in a row are one question, nothing is lost, and the window answers', async () => {
  test.setTimeout(240_000)
  const folder = makeFolder('row')
  const paths = Array.from({ length: DROPS }, (_, at) => {
    const path = join(folder, `drop-${at}.txt`)
    writeFileSync(path, `Drop ${at}: the tide stood at ${at * 7} below the mark.\n`)
    return path
  })
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  const freezes = await watchFreezes(page)
  // The first is large, so that the dialog is open while the others come.
  await dropFiles(page, [writeNotes(makeFolder('large'), 220, 1)])
  await waitForPreflight(page)
  for (const path of paths) await dropFiles(page, [path])
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(`Before adding ${DROPS + 1} items`)
  await expect(dialog.getByTestId('figure-documents')).toHaveText(String(DROPS + 220), { timeout: 60_000 })
  await expect(dialog).toHaveCount(1)
  expect(await freezes()).toBeLessThan(LONGEST_FREEZE_MS)
  await acceptPreflight(page)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await openView(page, 'Documents')
  await expect(page.getByText(`${DROPS + 220} documents`, { exact: true })).toBeVisible({
    timeout: 120_000,
  })
  expect(running.complaints).toEqual([])
  await running.close()
})
