// Owns watching the overall figure of a job in the window, as a person would: what it showed, in order.
import type { Page } from '@playwright/test'

/** Records every value the overall progress shows from now on; returns how to read them. */
export const watchProgress = async (page: Page): Promise<() => Promise<number[]>> => {
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seenProgress: seen })
    const look = (): void => {
      const element = document.querySelector('[data-testid="overall-progress"]')
      const share = Number(element?.getAttribute('data-share') ?? Number.NaN)
      if (!Number.isNaN(share) && seen.at(-1) !== share) seen.push(share)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
    look()
  })
  return () => page.evaluate(() => (window as unknown as { seenProgress: number[] }).seenProgress)
}
