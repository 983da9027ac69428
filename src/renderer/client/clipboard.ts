/**
 * Owns copying: the page itself may not use the clipboard, the app does it.
 */
import { callApp } from './caller'
import { showNote } from './failures'
import { t } from '../text/language'

/** A passage is far shorter; a selection may not be. */
const MAX_CHARS = 200_000

/** Copies and says what. @throws AppError */
export const copyText = async (text: string, what: string): Promise<void> => {
  await callApp('clipboard.write', { text: text.slice(0, MAX_CHARS) })
  showNote(t('client.copiedWhat', { what }))
}
