/**
 * Owns the start of the page. The Trusted Types policy comes first: nothing may reach a sink before it. Everything else is in files of its own,
 * which a bundler cannot put before it.
 */
import './trusted-types'

await import('./page')
