/** Owns the German of what every view does alike: telling failures, copying, taking back. */
import type { client as english } from '../en/client'
import type { TextsLike } from '../shape'

export const client: TextsLike<typeof english> = {
  facts: 'Angaben zum Fehler',
  savedAs: 'Gespeichert als {{file}}',
  copied: 'Kopiert',
  copiedWhat: '{{what}} kopiert',
  less: 'Weniger',
  details: 'Details',
  copy: 'Kopieren',
  saveReport: 'Berichtsdatei speichern …',
  undo: 'Rückgängig',
}
