/**
 * Owns what happens when a person wants to see an original: open it, or show where it is.
 * Refuses: starting programs. Only what is surely a document is opened; everything else is shown in its folder.
 */
import { basename } from 'node:path'
import type { ShownThing } from '../../shared/app-calls'
import type { DocumentRow } from '../../shared/domain'
import { isOpenable } from '../../shared/openable'
import type { Translate } from '../../shared/translate'

/** How the step into an archive is written in a path. */
const ARCHIVE_STEP = '!/'

/** What to put before the person, and the sentence that says so where it is not the document itself. */
export const describeOriginal = (
  document: Pick<DocumentRow, 'path' | 'location'>,
  t: Translate,
): { readonly shown: ShownThing; readonly message: string | null } => {
  const name = basename(document.location)
  if (document.path.includes(ARCHIVE_STEP)) {
    if (isOpenable(document.path, true)) {
      return {
        shown: 'copy',
        message: t('desktop.copyOpened', { name }),
      }
    }
    return {
      shown: 'archive',
      message: t('desktop.archiveShown', { name }),
    }
  }
  if (isOpenable(name, false)) return { shown: 'document', message: null }
  return {
    shown: 'folder',
    message: t('desktop.folderShown', { name }),
  }
}
