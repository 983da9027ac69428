/**
 * Owns the languages of the window: which there are, how each is written, and which one a person gets.
 * Refuses: the texts; they are in `texts`. The command line and what scripts read speak English.
 */

type LanguageRow = {
  /** In the language itself. */
  readonly name: string
  /** For numbers, times and the order of names. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
}

export const languageTable = {
  en: { name: 'English', locale: 'en-US', direction: 'ltr' },
  de: { name: 'Deutsch', locale: 'de-DE', direction: 'ltr' },
  // English from right to left, a third longer, with accents: what shows in plain letters is in no catalogue. By its name in Windows; never offered.
  'qps-plocm': { name: 'Mirrored', locale: 'en-US', direction: 'rtl' },
} as const satisfies Record<string, LanguageRow>

export type Language = keyof typeof languageTable

/** The languages that are offered. */
export const offeredLanguages = ['en', 'de'] as const satisfies readonly Language[]

/** `system`: the first of the person's own languages that there is. */
export const languageChoices = ['system', ...offeredLanguages] as const
export type LanguageChoice = (typeof languageChoices)[number]

/** @returns whether the word names a language, offered or not */
export const isLanguage = (word: string): word is Language => Object.hasOwn(languageTable, word)

/** The language for a choice; `preferred` are tags as `de-AT`, the most wanted first. English where none of them is spoken. */
export const languageFor = (choice: LanguageChoice, preferred: readonly string[]): Language => {
  if (choice !== 'system') return choice
  for (const tag of preferred) {
    const spoken = offeredLanguages.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (spoken) return spoken
  }
  return 'en'
}
