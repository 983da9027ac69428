/** Owns the German of words that stand everywhere. */
import type { common as english } from '../en/common'
import type { TextsLike } from '../shape'

export const common: TextsLike<typeof english> = {
  cancel: 'Abbrechen',
  confirm: 'Bestätigen',
  close: 'Schließen',
}
