// Owns a large drop as a person would see it through: the look before, and the word to go on.
import { expect, type Locator, type Page } from '@playwright/test'

/** Looking may take a while on a busy machine. */
const LOOK_TIMEOUT_MS = 60_000

/** The look before adding, once its figures are there. */
export const waitForPreflight = async (page: Page): Promise<Locator> => {
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('preflight-figures')).toBeVisible({ timeout: LOOK_TIMEOUT_MS })
  return dialog
}

/** Adds all that was found. */
export const acceptPreflight = async (page: Page): Promise<void> => {
  const dialog = await waitForPreflight(page)
  await dialog.getByRole('button', { name: /^Add (about )?[\d,]+ documents?$/ }).click()
  await expect(dialog).toBeHidden()
}
