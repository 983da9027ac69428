/**
 * Owns the page that asks what to do about a new version that does not start: back to the one before, another try, or nothing for now. Its choices
 * are links that the app takes for itself. Refuses: scripts, and anything from outside: it must work when nothing else does.
 */
import { languageTable, type Language } from '../../shared/languages'
import { APP_ORIGIN } from './content-policy'
import { BARE_STYLE, escapeText } from './page-style'
import type { TextKey, Translate } from '../../shared/translate'

export const FAILED_START_PAGE = `${APP_ORIGIN}/failed-start.html`

/** What the links of the page ask for; they are never loaded. */
export const failedStartLinks = {
  back: `${APP_ORIGIN}/failed-start/back`,
  again: `${APP_ORIGIN}/failed-start/again`,
  quit: `${APP_ORIGIN}/failed-start/quit`,
} as const

export type Choice = keyof typeof failedStartLinks

export type FailedStart = {
  /** The version that does not start, and the one before. */
  readonly bad: string
  readonly good: string
  readonly failedStarts: number
  /** Whether the app can go back by itself; `hand`: a person has to. */
  readonly way: 'itself' | 'hand'
  /** The package of the version before; `null` when it is not there. */
  readonly file: string | null
  /** What becomes of the data. */
  readonly data: 'same' | 'restored' | 'stuck'
  /** Going back has begun: there is nothing to choose. */
  readonly isWorking: boolean
  /** Why going back did not work; `null` when it was not tried, or worked. */
  readonly problem: string | null
}

type PageSpeech = { readonly t: Translate; readonly language: Language }

const dataWords: Readonly<Record<FailedStart['data'], TextKey>> = {
  same: 'goingBack.dataSame',
  restored: 'goingBack.dataRestored',
  stuck: 'goingBack.dataStuck',
}

const wayWords = ({ way, file, good }: FailedStart, t: Translate): string => {
  if (way === 'itself') return t('goingBack.byItself', { version: good })
  return file === null ? t('goingBack.fetch', { version: good }) : t('goingBack.byHand', { version: good, file })
}

/** What is said, and what can be chosen; the last choice is to do nothing now. */
export const wordsOf = (
  asked: FailedStart,
  t: Translate,
): { bad: string; said: string[]; choices: { choice: Choice; words: string }[] } => {
  const { bad, good, failedStarts, way, data } = asked
  const canGoBack = way === 'itself' && data !== 'stuck'
  return {
    bad: t('goingBack.head', { version: bad }),
    said: [t('goingBack.failed', { count: failedStarts }), wayWords(asked, t), t(dataWords[data])],
    choices: [
      ...(canGoBack ? [{ choice: 'back' as const, words: t('goingBack.back', { version: good }) }] : []),
      { choice: 'again', words: t('goingBack.again') },
      { choice: 'quit', words: t('desktop.quit') },
    ],
  }
}

/** The page. `nonce` belongs to its one style element. */
export const renderFailedStart = (asked: FailedStart, nonce: string, { t, language }: PageSpeech): string => {
  const { good, isWorking, problem } = asked
  const { bad, said, choices } = wordsOf(asked, t)
  const links = choices.map(
    ({ choice, words }, at) =>
      `<a${at === 0 ? ' class="first"' : ''} href="${failedStartLinks[choice]}">${escapeText(words)}</a>`,
  )
  return `<!doctype html>
<html lang="${language}" dir="${languageTable[language].direction}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeText(t('goingBack.title'))}</title>
    <style nonce="${escapeText(nonce)}">${BARE_STYLE}</style>
  </head>
  <body>
    <main>
      <h1>${escapeText(bad)}</h1>
      ${(isWorking ? [] : said).map((words) => `<p>${escapeText(words)}</p>`).join('\n      ')}
      <p role="${problem === null ? 'status' : 'alert'}">${escapeText(isWorking ? t('goingBack.working', { version: good }) : (problem ?? ''))}</p>
      ${isWorking ? '' : `<nav aria-label="${escapeText(t('desktop.crashChoices'))}">${links.join('\n        ')}</nav>`}
      <p class="quiet">${escapeText(t('goingBack.untouched'))}</p>
    </main>
  </body>
</html>
`
}
