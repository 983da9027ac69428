/**
 * Owns the two words that stand in the page before anything is loaded, for the catalogues and for who serves the page. Refuses: all others.
 */
import type { Language } from './languages'

type FirstWords = { readonly searchAll: string; readonly searchHintAll: string }

const english: FirstWords = { searchAll: 'Search all collections', searchHintAll: 'Search all your documents' }

export const firstWords: Readonly<Record<Language, FirstWords>> = {
  en: english,
  de: { searchAll: 'Alle Sammlungen durchsuchen', searchHintAll: 'Alle Dokumente durchsuchen' },
  'qps-plocm': english,
}
