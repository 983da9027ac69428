// Owns the pictures that the tests take: always kept with the results, and copied to docs/screenshots when SLUICE_SCREENSHOTS=1.
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from '@playwright/test'
import type { Page } from '@playwright/test'

const root = resolve(__dirname, '..', '..', '..')

/**
 * Waits until nothing moves any more but what moves for ever. That Playwright stops animations itself (`animations: 'disabled'`) ends the
 * renderer of Chromium 114 by a null pointer when an element leaves while its animation is stopped, as the loader of a button does.
 */
export const endAnimations = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity)
    // One whose element leaves is cancelled: it does not move, either.
    await Promise.allSettled(moving.map(({ finished }) => finished))
  })

/** Takes a picture of the window into each of these files. Toasts are let go first: they are of the moment. */
export const savePicture = async (page: Page, files: readonly string[]): Promise<void> => {
  for (const toast of await page.getByRole('alert').locator('.mantine-Notification-closeButton').all()) {
    // One that has just left by itself is as good as closed.
    if (await toast.isVisible()) await toast.click({ timeout: 1_000 }).catch(() => toast.isHidden())
  }
  // The lower corner of the sidebar says nothing of itself, at any size.
  await page.mouse.move(120, (await page.evaluate(() => window.innerHeight)) - 90)
  await page.waitForFunction(() => document.querySelector('[role="tooltip"]') === null)
  await endAnimations(page)
  for (const path of files) {
    mkdirSync(dirname(path), { recursive: true })
    await page.screenshot({ path })
  }
}

/** Takes a picture of the window for the results of this test. */
export const takeScreenshot = (page: Page, name: string): Promise<void> => {
  const folders = [test.info().outputPath('screenshots')]
  if (process.env['SLUICE_SCREENSHOTS'] === '1') folders.push(join(root, 'docs', 'screenshots'))
  return savePicture(
    page,
    folders.map((folder) => join(folder, `${name}.png`)),
  )
}
