/**
 * Owns what is done with collections from anywhere in the window: making, changing and copying one, and its settings as a file.
 */
import { callApp } from '../client/caller'
import { showFailure, showNote } from '../client/failures'
import { t } from '../text/language'
import { openCollectionWizard } from './collection-wizard'
import { draftOf } from './wizard-state'
import type { Collection } from '../../shared/domain'

export { openRemoveDialog } from './removal'

/** Makes a collection; `onDone` gets its name. */
export const openCreateDialog = (onDone: (name: string) => void, name = ''): void =>
  openCollectionWizard(t('collections.newCollection'), { kind: 'make' }, draftOf(null, name), onDone)

/** Changes the name and the settings of a collection; `onDone` gets the name it has then. */
export const openEditDialog = (collection: Collection, onDone: (name: string) => void): void =>
  openCollectionWizard(
    t('collections.edit', { name: collection.name }),
    { kind: 'change', collection },
    draftOf(collection, collection.name),
    onDone,
  )

/** Makes another one with the same settings, without the documents. */
export const openDuplicateDialog = (collection: Collection, onDone: (name: string) => void): void =>
  openCollectionWizard(
    t('collections.duplicate', { name: collection.name }),
    { kind: 'make' },
    draftOf(collection, t('collections.copyName', { name: collection.name })),
    onDone,
  )

/** Asks for a place and writes the settings there. */
export const exportCollection = ({ name }: Collection): void => {
  callApp('collections.saveFile', { name }).then(({ file }) => {
    if (file !== null) showNote(t('collections.exported', { name }), file)
  }, showFailure)
}
