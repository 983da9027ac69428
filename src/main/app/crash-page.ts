/**
 * Owns the page that stands in the window when the page itself has crashed too often: what happened, and two ways on, as links that the app
 * takes for itself. Refuses: scripts, and anything from outside: it must work when nothing else does.
 */
import { languageTable, type Language } from '../../shared/languages'
import { APP_ORIGIN } from './content-policy'
import { BARE_STYLE, escapeText } from './page-style'
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
    <title>${escapeText(t('desktop.crashTitle'))}</title>
    <style nonce="${escapeText(nonce)}">${BARE_STYLE}</style>
  </head>
  <body>
    <main>
      <h1>${escapeText(t('desktop.crashHead'))}</h1>
      <p>${escapeText(`${t('desktop.crashSeveral')} ${t(reasons[reason] ?? 'desktop.crashUnknown')}`)}</p>
      <p>${escapeText(t('desktop.crashSafe'))}</p>
      <nav aria-label="${escapeText(t('desktop.crashChoices'))}">
        <a class="first" href="${crashLinks.open}">${escapeText(t('desktop.crashOpen'))}</a>
        <a href="${crashLinks.report}">${escapeText(t('desktop.crashReport'))}</a>
        <a href="${crashLinks.quit}">${escapeText(t('desktop.quit'))}</a>
      </nav>
      <p role="status">${escapeText(said ?? '')}</p>
      <p class="quiet">${escapeText(t('desktop.crashFacts', { reason, code: exitCode }))}</p>
    </main>
  </body>
</html>
`
