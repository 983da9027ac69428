/**
 * Owns how the bare pages look that stand where the page of the window cannot: one style, and text that stays text. Refuses: scripts.
 */
const SIGNS = /[&<>"']/g

/** Text for a page, as text. */
export const escapeText = (text: string): string => text.replace(SIGNS, (sign) => `&#${sign.codePointAt(0) ?? 0};`)

export const BARE_STYLE = `
:root { color-scheme: light dark; --ground: #fbfaf8; --text: #22292b; --quiet: #5a6468; --main: #0b6e69; --on-main: #fff; --line: #cfd4d2 }
@media (prefers-color-scheme: dark) { :root { --ground: #14191b; --text: #e6ebea; --quiet: #a3b0b0; --main: #4fbdb4; --on-main: #10201f; --line: #3a4548 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 36rem; padding: 2rem }
h1 { font-size: 1.5rem; margin: 0 0 0.75rem }
p { margin: 0 0 0.75rem }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0 }
a { padding: 0.55rem 1.1rem; border-radius: 8px; border: 1px solid var(--line); color: var(--text); text-decoration: none; font-weight: 600 }
a.first { background: var(--main); border-color: var(--main); color: var(--on-main) }
a[aria-disabled] { opacity: 0.75; cursor: default }
a:focus-visible { outline: 3px solid var(--main); outline-offset: 2px }
.quiet { color: var(--quiet); font-size: 0.875rem; overflow-wrap: anywhere }
`
