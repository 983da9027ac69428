/**
 * Owns how a text is taken from the catalogues: by its key, with what is filled in, in the form that a number asks for.
 * Refuses: texts themselves, and choosing the language.
 */
import { createInstance } from 'i18next'
import { languageTable, type Language } from './languages'
import { de } from './texts/de'
import { en } from './texts/en'
import { mirror } from './texts/mirrored'
import type { KeyOf } from './texts/shape'

type Catalogues = typeof en

/** `part.key`, without the end that stands for a number. */
export type TextKey = {
  [Part in keyof Catalogues]: `${Part}.${KeyOf<keyof Catalogues[Part] & string>}`
}[keyof Catalogues]

/** What is filled in where the text has `{{name}}`. `count` also chooses the form, that of a place in a row with `ordinal: true`; numbers written as `{{count, number}}` follow the language. */
export type TextValues = Readonly<Record<string, string | number | boolean>>

export type Translate = (key: TextKey, values?: TextValues) => string

/** Where a value goes: `{{name}}`. */
const PLACE = /\{\{\s*(\w+)\s*\}\}/g

const catalogues = {
  en: () => en,
  de: () => de,
  'qps-plocm': () => mirror(en),
} satisfies Record<Language, () => Record<string, Readonly<Record<string, string>>>>

/** Makes the texts of a language. A key that is missing shows itself, which the types and a test refuse. */
export const createTranslate = (language: Language): Translate => {
  const instance = createInstance()
  const { locale } = languageTable[language]
  // By its locale, so that plurals, numbers and times are those of the language.
  const started = instance.init({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: { texts: catalogues[language]() } },
    ns: ['texts'],
    defaultNS: 'texts',
    initAsync: false,
    // React writes text as text.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  // Nothing is loaded, so this is done by now; a bug would be told where it is called.
  started.catch((thrown: unknown) => {
    throw thrown
  })
  const known = new Map<TextKey, string>()
  const plain = new Map<TextKey, string | null>()

  /** The text of a key in which values only take their places: no number chooses its form, and nothing is formatted. `null`: it is not so simple. */
  const templateOf = (key: TextKey): string | null => {
    const found = plain.get(key)
    if (found !== undefined) return found
    const text: unknown = instance.getResource(locale, 'texts', key)
    const isPlain = typeof text === 'string' && !text.includes('$t(') && !/\{\{[\w\s]*[^\w}\s][^}]*\}\}/.test(text)
    const template = isPlain ? text : null
    plain.set(key, template)
    return template
  }

  return (key, values) => {
    // A page has thousands of texts, and the library takes 0.1 ms for each: those without choices are taken from here.
    if (values === undefined) {
      const text = known.get(key) ?? instance.t(key)
      known.set(key, text)
      return text
    }
    const template = 'count' in values ? null : templateOf(key)
    if (template === null) return instance.t(key, values)
    return template.replace(PLACE, (place, name: string) => (name in values ? String(values[name]) : place))
  }
}
