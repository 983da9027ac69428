/**
 * Owns the page that asks what to do about a new version that does not start: back to the one before, another try, or nothing for now. Its choices
 * are links that the app takes for itself. Refuses: scripts, and anything from outside: it must work when nothing else does.
 */
import { languageTable, type Language } from '../../shared/languages'
import { APP_ORIGIN } from './content-policy'
import { BARE_STYLE, escapeText } from './page-style'
import type { Translate } from '../../shared/translate'
import type { Kept } from '../updates/going-back'

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
  /** Whether the app can go back by itself, or by an installer that takes over; `hand`: a person has to. */
  readonly way: 'itself' | 'installer' | 'hand'
  /** The package of the version before, and what is known of it; it takes a moment until that is known. */
  readonly kept: Kept | { readonly kind: 'checking' }
  /** What becomes of the data. */
  readonly data: 'same' | 'restored' | 'stuck'
  /** Going back has begun: there is nothing to choose. */
  readonly isWorking: boolean
  /** Why going back did not work; `null` when it was not tried, or worked. */
  readonly problem: string | null
}

type PageSpeech = { readonly t: Translate; readonly language: Language }

const keptWords = ({ way, kept, good: version }: FailedStart, t: Translate): string => {
  switch (kept.kind) {
    case 'checking':
      return t('goingBack.checking', { version })
    case 'missing':
      return t('goingBack.fetch', { version })
    case 'changed':
      return `${t('goingBack.changed', { version, file: kept.file })} ${t('goingBack.elsewhere', { version })}`
    case 'unproven': {
      const { file, reason } = kept
      return `${t('goingBack.unproven', { version, file, reason })} ${t('goingBack.elsewhere', { version })}`
    }
    case 'foreign':
      return t('goingBack.byHand', { version, file: kept.file })
    case 'good':
      if (way === 'hand') return t('goingBack.byHand', { version, file: kept.file })
      return t(way === 'itself' ? 'goingBack.byItself' : 'goingBack.byInstaller', { version })
  }
}

/** Whether the app takes the way back itself, once its package is known to be good. */
const canGoBack = ({ way, kept, data }: FailedStart): boolean =>
  way !== 'hand' && data !== 'stuck' && (kept.kind === 'good' || kept.kind === 'checking')

const dataWords = (asked: FailedStart, t: Translate): string => {
  if (asked.data === 'same') return t('goingBack.dataSame')
  if (asked.data === 'stuck') return t('goingBack.dataStuck')
  // What a person installs asks for itself.
  return canGoBack(asked) ? t('goingBack.dataRestored') : t('goingBack.dataOffered', { version: asked.good })
}

type Offered = {
  readonly choice: Choice
  readonly words: string
  /** It has its place already, and can be taken in a moment: nothing moves below a hand that is about to press. */
  readonly isComing: boolean
}

/** What is said, and what can be chosen; the last choice is to do nothing now. */
export const wordsOf = (asked: FailedStart, t: Translate): { bad: string; said: string[]; choices: Offered[] } => {
  const { bad, good, failedStarts, kept } = asked
  const offer = (choice: Choice, words: string, isComing = false): Offered => ({ choice, words, isComing })
  const back = offer('back', t('goingBack.back', { version: good }), kept.kind === 'checking')
  return {
    bad: t('goingBack.head', { version: bad }),
    said: [t('goingBack.failed', { count: failedStarts }), keptWords(asked, t), dataWords(asked, t)],
    choices: [
      ...(canGoBack(asked) ? [back] : []),
      offer('again', t('goingBack.again')),
      offer('quit', t('desktop.quit')),
    ],
  }
}

/** The page. `nonce` belongs to its one style element. */
export const renderFailedStart = (asked: FailedStart, nonce: string, { t, language }: PageSpeech): string => {
  const { good, isWorking, problem } = asked
  const { bad, said, choices } = wordsOf(asked, t)
  const links = choices.map(({ choice, words, isComing }, at) => {
    const way = isComing ? 'role="link" aria-disabled="true"' : `href="${failedStartLinks[choice]}"`
    return `<a${at === 0 ? ' class="first"' : ''} ${way}>${escapeText(words)}</a>`
  })
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
