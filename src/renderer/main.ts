/**
 * Owns the start of the page. The Trusted Types policy comes first: nothing may reach a sink before it. Everything else is in files of its own,
 * which a bundler cannot put before it, and comes when the field that stands in the page is painted: building the page holds up both.
 */
import './trusted-types'

/** A window that is hidden paints nothing. */
const UNSEEN_MS = 100

await new Promise<void>((resolve) => {
  setTimeout(resolve, UNSEEN_MS)
  requestAnimationFrame(() => setTimeout(resolve, 0))
})
await import('./page')
