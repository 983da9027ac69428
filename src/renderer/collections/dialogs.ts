/**
 * Owns what is done with collections from anywhere in the window: making, changing and copying one, and its settings as a file.
 */
import { doBeside } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure, showNote } from '../client/failures'
import { t } from '../text/language'
import type { Collection } from '../../shared/domain'
import type * as Wizard from './collection-wizard'
import type * as Removal from './removal'
import type * as WizardState from './wizard-state'

type Dialogs = typeof Wizard & typeof WizardState & typeof Removal

/** Loads what the dialogs are made of, once: when one is opened, or a little after the start. */
export const loadDialogs = async (): Promise<Dialogs> => {
  const [wizard, state, removal] = await Promise.all([
    import('./collection-wizard'),
    import('./wizard-state'),
    import('./removal'),
  ])
  return { ...wizard, ...state, ...removal }
}

const open = (how: (dialogs: Dialogs) => void): void => doBeside(loadDialogs().then(how))

/** Makes a collection; `onDone` gets its name. */
export const openCreateDialog = (onDone: (name: string) => void, name = ''): void =>
  open(({ openCollectionWizard, draftOf }) =>
    openCollectionWizard(t('collections.newCollection'), { kind: 'make' }, draftOf(null, name), onDone),
  )

/** Changes the name and the settings of a collection; `onDone` gets the name it has then. */
export const openEditDialog = (collection: Collection, onDone: (name: string) => void): void =>
  open(({ openCollectionWizard, draftOf }) =>
    openCollectionWizard(
      t('collections.edit', { name: collection.name }),
      { kind: 'change', collection },
      draftOf(collection, collection.name),
      onDone,
    ),
  )

/** Makes another one with the same settings, without the documents. */
export const openDuplicateDialog = (collection: Collection, onDone: (name: string) => void): void =>
  open(({ openCollectionWizard, draftOf }) =>
    openCollectionWizard(
      t('collections.duplicate', { name: collection.name }),
      { kind: 'make' },
      draftOf(collection, t('collections.copyName', { name: collection.name })),
      onDone,
    ),
  )

/** Asks, and removes a collection; `onDone` is told when it is gone. */
export const openRemoveDialog = (collection: Collection, onDone: () => void): void =>
  open((dialogs) => dialogs.openRemoveDialog(collection, onDone))

/** Asks for a place and writes the settings there. */
export const exportCollection = ({ name }: Collection): void => {
  callApp('collections.saveFile', { name }).then(({ file }) => {
    if (file !== null) showNote(t('collections.exported', { name }), file)
  }, showFailure)
}
