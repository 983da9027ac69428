// Owns measuring how long the page answers nothing: the longest pause between two turns of its own timer.
import type { Page } from '@playwright/test'

/** Measures from now on; returns how to read the longest pause so far, in milliseconds. */
export const watchFreezes = async (page: Page): Promise<() => Promise<number>> => {
  await page.evaluate(() => {
    const seen = { lastMs: performance.now(), longestMs: 0 }
    Object.assign(window, { seenFreezes: seen })
    setInterval(() => {
      const now = performance.now()
      seen.longestMs = Math.max(seen.longestMs, now - seen.lastMs)
      seen.lastMs = now
    }, 20)
  })
  return () => page.evaluate(() => (window as unknown as { seenFreezes: { longestMs: number } }).seenFreezes.longestMs)
}
