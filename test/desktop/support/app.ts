// Owns starting the real app on a data folder of its own, and ending it. Refuses: stand-ins; what is started is what people start.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron as electron, expect } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'

const root = resolve(__dirname, '..', '..', '..')

export type RunningApp = {
  readonly app: ElectronApplication
  readonly page: Page
  readonly dataDir: string
  /** What the page and the main process complained about. */
  readonly complaints: string[]
  readonly close: () => Promise<void>
}

/** The Electron that `npm run test:desktop` resolved. */
export const requireRuntime = (): string => {
  const executable = process.env['ELECTRON_EXEC_PATH']
  if (executable === undefined) throw new Error('run these tests with `npm run test:desktop`: it finds an Electron')
  return executable
}

/** Arguments of a start: the app's folder, the data folder, and no sandbox where Chromium refuses one (root). */
export const startArguments = (dataDir: string): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  root,
  '--data-dir',
  dataDir,
]

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder of the tests; it goes when they end. */
export const makeFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `sluice-desktop-${name}-`))
  folders.push(folder)
  return folder
}

export type LaunchOptions = {
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
  /** Paths and links that the app is started with. */
  readonly words?: readonly string[]
}

/** Starts the app and waits for its first window. */
export const launchApp = async (options: LaunchOptions = {}): Promise<RunningApp> => {
  const dataDir = options.dataDir ?? makeFolder('data')
  const app = await electron.launch({
    executablePath: requireRuntime(),
    args: [...startArguments(dataDir), ...(options.words ?? [])],
    // The shortcut is the system's: no test takes it, but the one that asks for it.
    env: { ...(process.env as Record<string, string>), SLUICE_GLOBAL_SHORTCUT: 'off', ...options.env },
    // The app decides dark or light, not the test runner.
    colorScheme: null,
    timeout: 30_000,
  })
  const complaints: string[] = []
  const page = await app.firstWindow()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`))
  return {
    app,
    page,
    dataDir,
    complaints,
    close: () => app.close(),
  }
}

/** Waits until the views are there, and what serves them: menus and calls come a moment after the page. The engine may still be on its way. */
export const waitUntilReady = async ({ app, page }: RunningApp): Promise<void> => {
  await page.getByRole('search').waitFor({ timeout: 30_000 })
  // What stands there until the page is built knows no keys.
  await page.locator('#first-search').waitFor({ state: 'detached', timeout: 30_000 })
  await expect.poll(() => app.evaluate(({ Menu }) => Menu.getApplicationMenu() !== null)).toBe(true)
}

/** Goes to a view by the sidebar. */
export const openView = async (
  page: Page,
  view: 'Search' | 'Queue' | 'Failed' | 'Documents' | 'Models' | 'Settings' | 'Dashboard',
): Promise<void> => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()
}
