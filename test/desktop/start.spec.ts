// Starting and ending: a second instance, a data folder that cannot be used, the command line beside the window.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import Libsql from 'libsql'
import { launchApp, makeFolder, openView, requireRuntime, startArguments, waitUntilReady } from './support/app'
import { dropFiles } from './support/drop'
import { BURIED_SENTENCE, writeHousehold, writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end. */
const runProgram = (program: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })

const runCommand = (dataDir: string, ...args: string[]): Promise<Ended> =>
  runProgram(process.execPath, [join(process.cwd(), 'out', 'main', 'cli.js'), ...args, '--data-dir', dataDir])

/** Processes whose parent is `pid`, and theirs. */
const listDescendants = (pid: number): number[] => {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8')
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
  const childrenOf = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...childrenOf(child)])
  return childrenOf(pid)
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('the first start explains itself, and its sample documents end in a search that works, by keyboard', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await expect(page.getByRole('heading', { name: 'Welcome to Sluice' })).toBeVisible()
  await expect(page.getByText('It works offline')).toBeVisible()
  await expect(page.getByText(running.dataDir)).toBeVisible()
  await takeScreenshot(page, 'welcome')
  await page.getByRole('button', { name: 'Try the samples' }).press('Enter')
  const tries = page.getByRole('group', { name: 'Try one of these with the sample documents:' })
  await expect(tries).toBeVisible({ timeout: 60_000 })
  await tries.getByRole('button', { name: 'key to the trunk type:docx' }).press('Enter')
  const first = page.getByRole('article').first()
  await expect(first).toContainText('grandmother.docx')
  await takeScreenshot(page, 'welcome-search')
  // Where it was found stays when the program goes: the samples are in the data folder.
  expect(readdirSync(join(running.dataDir, 'samples'))).toContain('garden')
  await running.close()
})

test('what is typed before the page is built is searched for, with the caret where it was', async () => {
  const running = await launchApp()
  const { app, page } = running
  await waitUntilReady(running)
  await app.context().addInitScript(() => {
    const seen = new MutationObserver(() => {
      const first = document.querySelector<HTMLInputElement>('#first-search')
      if (first === null) return
      seen.disconnect()
      // The scripts of the page come later: modules wait until the page is read.
      document.documentElement.dataset['first'] = `${first.getAttribute('aria-label')}/${first.placeholder}`
      const { x, y, width, height } = first.getBoundingClientRect()
      document.documentElement.dataset['place'] = JSON.stringify({ x, y, width, height })
      first.focus()
      first.value = 'boiler manual'
      first.setSelectionRange(3, 6)
    })
    seen.observe(document, { childList: true, subtree: true })
  })
  await page.reload()
  const field = page.getByRole('search').getByRole('textbox')
  await expect(page.getByRole('heading', { name: 'Search', exact: true })).toBeAttached()
  await expect(page.locator('html')).toHaveAttribute('data-first', 'Search all collections/Search all your documents')
  await expect(page.locator('#first-search')).toHaveCount(0)
  await expect(field).toBeFocused()
  // Nothing jumps: what stood there from the first frame is where it stays.
  expect(JSON.parse((await page.locator('html').getAttribute('data-place')) ?? '')).toEqual(await field.boundingBox())
  await expect(field).toHaveValue('boiler manual')
  expect(await field.evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd])).toEqual([3, 6])
  await page.keyboard.type('!')
  await expect(field).toHaveValue('boi! manual')
  await expect(page.getByText('No passages')).toBeVisible()
  await running.close()
})

test('what fetches from networks is not loaded for a window to be there', async () => {
  const running = await launchApp()
  await waitUntilReady(running)
  // It comes with the first use of `fetch`, `Request` or `Response`, and takes longer than serving the page.
  const loaded = await running.app.evaluate(() => {
    const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] }
    return { known: moduleLoadList.length, fetching: moduleLoadList.filter((name) => name.includes('undici')) }
  })
  expect(loaded.known).toBeGreaterThan(50)
  expect(loaded.fetching).toEqual([])
})

test('a start that takes its time shows that, and then what was looked at and typed before', async () => {
  const dataDir = makeFolder('slow')
  const first = await launchApp({ dataDir })
  await waitUntilReady(first)
  await expect(first.page.getByText('It works offline')).toBeVisible()
  await first.close()

  // Another program writes: the engine waits for it.
  const other = new Libsql(join(dataDir, 'sluice.db'))
  other.exec('BEGIN IMMEDIATE')
  const running = await launchApp({ dataDir })
  const { page } = running
  await waitUntilReady(running)
  const field = page.getByRole('search').getByRole('textbox')
  await field.fill('boiler manual')
  await openView(page, 'Queue')
  await expect(page.getByText('Opening your collections')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeHidden()
  other.exec('COMMIT')
  other.close()
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible()
  await expect(page.getByText('Nothing was added yet. Drop files')).toBeVisible()
  await openView(page, 'Search')
  await expect(field).toHaveValue('boiler manual')
  await expect(field).toBeFocused()
  await expect(page.getByText('No passages')).toBeVisible()
  expect(running.complaints).toEqual([])
  await running.close()
})

test('a second instance says so, ends, and brings the window of the first to the front', async () => {
  const running = await launchApp()
  await waitUntilReady(running)
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  const second = await runProgram(requireRuntime(), startArguments(running.dataDir))
  expect(second.code).toBe(0)
  expect(second.stderr).toContain('Sluice is already open')
  expect(second.stderr).toContain('ALREADY_OPEN')
  const visible = (): Promise<boolean> =>
    running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false)
  await expect.poll(visible).toBe(true)
  await running.close()
})

test('a data folder that cannot be used is explained in the window, and trying again works once it can', async () => {
  const folder = makeFolder('blocked')
  const obstacle = join(folder, 'file')
  writeFileSync(obstacle, 'a file where a folder should be')
  // The window's own files go to a temporary folder then; here it is one that is removed with the others.
  const running = await launchApp({ dataDir: join(obstacle, 'data'), env: { TMPDIR: makeFolder('temporary') } })
  const { page } = running
  await expect(page.getByRole('heading', { name: 'Sluice cannot start' })).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('DATA_DIR_UNWRITABLE')
  await expect(page.getByRole('alert')).toContainText(obstacle)
  await takeScreenshot(page, 'cannot-start')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled()
  rmSync(obstacle)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('search')).toBeVisible()
  await running.close()
})

test('commands beside the open window work through it, and it shows what they did', async () => {
  const running = await launchApp()
  const { page, dataDir } = running
  await waitUntilReady(running)
  const ingest = await runCommand(
    dataDir,
    'ingest',
    writeHousehold(makeFolder('beside')),
    '--collection',
    'papers',
    '--json',
  )
  expect(ingest.code, ingest.stderr + ingest.stdout).toBe(2)
  await expect(page.getByRole('button', { name: 'papers', exact: false }).first()).toBeVisible()
  const search = await runCommand(dataDir, 'search', 'spare key boathouse', '--json')
  const { results } = JSON.parse(search.stdout) as { results: { text: string }[] }
  expect(results[0]?.text).toContain(BURIED_SENTENCE)
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toContainText('“papers”')
  await running.close()
})

test('a window that is killed leaves no process behind, and nothing of its work is lost', async () => {
  const dataDir = makeFolder('killed')
  const before = await launchApp({ dataDir })
  await waitUntilReady(before)
  await openView(before.page, 'Queue')
  await dropFiles(before.page, [writeNotes(makeFolder('notes'), 160, 12)])
  await expect(before.page.getByTestId('open-job')).toContainText('documents ·')
  const pid = before.app.process().pid ?? 0
  const family = listDescendants(pid)
  expect(family.length).toBeGreaterThan(2)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => family.filter(isAlive), { timeout: 20_000 }).toEqual([])

  const after = await launchApp({ dataDir })
  await waitUntilReady(after)
  await openView(after.page, 'Queue')
  await expect(after.page.getByTestId('ended-job')).toContainText('160 searchable', { timeout: 80_000 })
  await after.close()
})
