/**
 * Owns what can be done with the original of a document wherever it is listed: open it, show where it is.
 */
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'

/** Opens the original, or says where it is shown instead. @throws AppError */
export const openDocument = async (id: string): Promise<void> => {
  const { shown, message } = await callApp('documents.open', { id })
  if (message !== null) showNote(t(shown === 'copy' ? 'documents.copyOpened' : 'documents.shownInFolder'), message)
}

/** Shows the original in the file manager. @throws AppError */
export const revealDocument = async (id: string): Promise<void> => {
  const { shown } = await callApp('documents.reveal', { id })
  if (shown === 'archive') showNote(t('documents.archiveShown'), t('documents.insideIt'))
}
