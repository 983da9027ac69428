// Owns searching all the time from within the window, one search after the other, and remembering each that did not find what is there; and
// whatever the page showed as a failure meanwhile. Refuses: pauses; what fails for a moment is seen.
import type { Page } from '@playwright/test'

type Seen = {
  /** Searches that were answered without a result, or not at all. */
  readonly failures: readonly string[]
  /** Alerts that the page showed. */
  readonly complaints: readonly string[]
  /** How each one searched, in order. */
  readonly modes: readonly string[]
}

type Loop = { asked: string[]; failures: string[]; complaints: string[]; stopped: boolean; done: Promise<void> }

/** Starts searching for what the household has. Returns how to wait for more of them, and how to end it. */
export const askAllTheTime = async (
  page: Page,
): Promise<{ readonly untilAsked: (more: number) => Promise<void>; readonly stop: () => Promise<Seen> }> => {
  await page.evaluate(() => {
    const queries = [
      'tomatoes blight',
      'boiler pressure',
      'sourdough starter',
      'ferry seasickness',
      'spare key boathouse',
    ]
    const modes = ['hybrid', 'semantic', 'keyword'] as const
    const loop: Loop = { asked: [], failures: [], complaints: [], stopped: false, done: Promise.resolve() }
    const observer = new MutationObserver(() => {
      for (const alert of document.querySelectorAll('[role="alert"]')) {
        const text = alert.textContent ?? ''
        // Notes of success are alerts, too; a failure names its code.
        if (/\b[A-Z]+_[A-Z_]+\b/.test(text) && !loop.complaints.includes(text)) loop.complaints.push(text)
      }
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
    const run = async (): Promise<void> => {
      for (let at = 0; !loop.stopped; at += 1) {
        const query = queries[at % queries.length] ?? ''
        const mode = modes[at % modes.length] ?? 'hybrid'
        const reply = await window.sluice.call('search', { query, mode, limit: 5, deadlineMs: 60_000 })
        loop.asked.push(mode)
        if (!reply.ok) loop.failures.push(`${mode} “${query}”: ${reply.error.code} ${reply.error.message}`)
        else if (reply.value.results.length === 0) loop.failures.push(`${mode} “${query}”: nothing was found`)
        else
          for (const note of reply.value.notes)
            if (note.startsWith('Only keyword results')) loop.failures.push(`${mode} “${query}”: ${note}`)
      }
      observer.disconnect()
    }
    loop.done = run()
    Object.assign(window, { steadySearches: loop })
  })
  const asked = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { steadySearches: Loop }).steadySearches.asked.length)
  return {
    untilAsked: async (more) => {
      const before = await asked()
      await page.waitForFunction(
        (least) => (window as unknown as { steadySearches: Loop }).steadySearches.asked.length >= least,
        before + more,
      )
    },
    stop: () =>
      page.evaluate(async () => {
        const loop = (window as unknown as { steadySearches: Loop }).steadySearches
        loop.stopped = true
        await loop.done
        return { failures: loop.failures, complaints: loop.complaints, modes: loop.asked }
      }),
  }
}
