// Owns the pictures that the tests take: always kept with the results, and copied to docs/screenshots when SLUICE_SCREENSHOTS=1.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from '@playwright/test'
import type { Page } from '@playwright/test'

const root = resolve(__dirname, '..', '..', '..')

/** Takes a picture of the window. Toasts are let go first: they are of the moment. */
export const takeScreenshot = async (page: Page, name: string): Promise<void> => {
  for (const toast of await page.getByRole('alert').getByRole('button', { name: 'Close' }).all()) {
    // One that has just left by itself is as good as closed.
    if (await toast.isVisible()) await toast.click({ timeout: 1_000 }).catch(() => toast.isHidden())
  }
  await page.mouse.move(700, 770)
  const folders = [test.info().outputPath('screenshots')]
  if (process.env['SLUICE_SCREENSHOTS'] === '1') folders.push(join(root, 'docs', 'screenshots'))
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
  }
}
