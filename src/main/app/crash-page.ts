/**
 * Owns the page that stands in the window when the page itself has crashed too often: what happened, and two ways on, as links that the app
 * takes for itself. Refuses: scripts, and anything from outside: it must work when nothing else does.
 */
import { languageTable, type Language } from '../../shared/languages'
import { APP_ORIGIN } from './content-policy'
import type { TextKey, Translate } from '../../shared/translate'

export const CRASH_PAGE = `${APP_ORIGIN}/crash.html`

/** What the links of the page ask for; they are never loaded. */
export const crashLinks = {
  open: `${APP_ORIGIN}/crash/open`,
  report: `${APP_ORIGIN}/crash/report`,
  quit: `${APP_ORIGIN}/crash/quit`,
} as const

export type Crash = {
  /** As Chromium names it: `crashed`, `oom`, `killed`, … */
  readonly reason: string
  readonly exitCode: number
  /** What became of the report file, when one was asked for. */
  readonly said: string | null
}

const reasons: Readonly<Record<string, TextKey>> = {
  oom: 'desktop.crashMemory',
  killed: 'desktop.crashKilled',
  'launch-failed': 'desktop.crashStart',
  'integrity-failure': 'desktop.crashDamaged',
  unresponsive: 'desktop.crashSilent',
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`)

const STYLE = `
:root { color-scheme: light dark; --ground: #fbfaf8; --text: #22292b; --quiet: #5a6468; --main: #0b6e69; --on-main: #fff; --line: #cfd4d2 }
@media (prefers-color-scheme: dark) { :root { --ground: #14191b; --text: #e6ebea; --quiet: #a3b0b0; --main: #4fbdb4; --on-main: #10201f; --line: #3a4548 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 36rem; padding: 2rem }
h1 { font-size: 1.5rem; margin: 0 0 0.75rem }
p { margin: 0 0 0.75rem }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0 }
a { padding: 0.55rem 1.1rem; border-radius: 8px; border: 1px solid var(--line); color: var(--text); text-decoration: none; font-weight: 600 }
a.first { background: var(--main); border-color: var(--main); color: var(--on-main) }
a:focus-visible { outline: 3px solid var(--main); outline-offset: 2px }
.quiet { color: var(--quiet); font-size: 0.875rem; overflow-wrap: anywhere }
`

type CrashSpeech = { readonly t: Translate; readonly language: Language }

/** The page. `nonce` belongs to its one style element. */
export const renderCrashPage = (
  { reason, exitCode, said }: Crash,
  nonce: string,
  { t, language }: CrashSpeech,
): string => `<!doctype html>
<html lang="${language}" dir="${languageTable[language].direction}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escape(t('desktop.crashTitle'))}</title>
    <style nonce="${escape(nonce)}">${STYLE}</style>
  </head>
  <body>
    <main>
      <h1>${escape(t('desktop.crashHead'))}</h1>
      <p>${escape(`${t('desktop.crashSeveral')} ${t(reasons[reason] ?? 'desktop.crashUnknown')}`)}</p>
      <p>${escape(t('desktop.crashSafe'))}</p>
      <nav aria-label="${escape(t('desktop.crashChoices'))}">
        <a class="first" href="${crashLinks.open}">${escape(t('desktop.crashOpen'))}</a>
        <a href="${crashLinks.report}">${escape(t('desktop.crashReport'))}</a>
        <a href="${crashLinks.quit}">${escape(t('desktop.quit'))}</a>
      </nav>
      <p role="status">${escape(said ?? '')}</p>
      <p class="quiet">${escape(t('desktop.crashFacts', { reason, code: exitCode }))}</p>
    </main>
  </body>
</html>
`
