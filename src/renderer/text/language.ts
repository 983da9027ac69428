/**
 * Owns the language of this load of the page, and the one way to its texts. Another language is another load: tables of words may be made once.
 * Refuses: texts; they are in `shared/texts`.
 */
import { isLanguage, languageTable, type Language } from '../../shared/languages'
import { createTranslate } from '../../shared/translate'

/** The app writes it into the page; modules of the page are also loaded where there is none. */
const readLanguage = (): Language => {
  const written = typeof document === 'undefined' ? 'en' : document.documentElement.lang
  return isLanguage(written) ? written : 'en'
}

export const language = readLanguage()
export const { locale, direction } = languageTable[language]

/** The text of a key in this language. */
export const t = createTranslate(language)
