/**
 * Owns the dialogs around collections: a name to give, and what a removal takes along.
 */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatPlural } from '../text/figures'
import type { ReactNode } from 'react'
import type { Collection } from '../../shared/domain'

type NameFormProps = {
  readonly initial: string
  readonly action: string
  readonly save: (name: string) => Promise<void>
}

function NameForm({ initial, action, save }: NameFormProps): ReactNode {
  const [name, setName] = useState(initial)
  const trimmed = name.trim()
  const saving = useAction(async () => {
    await save(trimmed)
    modals.closeAll()
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (trimmed !== '') saving.run()
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.pending} disabled={trimmed === '' || trimmed === initial}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Asks for a name and makes a collection; `onDone` gets the name. */
export const openCreateDialog = (onDone: (name: string) => void): void => {
  const save = async (name: string): Promise<void> => {
    const collection = await call('collections.create', { name })
    onDone(collection.name)
  }
  modals.open({ title: 'New collection', children: <NameForm initial="" action="Create" save={save} /> })
}

/** Asks for another name of a collection. */
export const openRenameDialog = (name: string, onDone: (name: string) => void): void => {
  const save = async (newName: string): Promise<void> => {
    const collection = await call('collections.rename', { name, newName })
    onDone(collection.name)
  }
  modals.open({ title: `Rename “${name}”`, children: <NameForm initial={name} action="Rename" save={save} /> })
}

function Removal({ collection, onDone }: { readonly collection: Collection; readonly onDone: () => void }): ReactNode {
  const removing = useAction(async () => {
    const { documents } = await call('collections.remove', { name: collection.name })
    modals.closeAll()
    onDone()
    showNote(`Removed “${collection.name}”`, `${formatPlural(documents, 'document')} left the index.`)
  })
  return (
    <Stack>
      <Text size="sm">
        {formatPlural(collection.documents, 'document')} will no longer be found, and what was read from them is
        deleted. Your original files are not touched.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => modals.closeAll()}>
          Keep it
        </Button>
        <Button color="red" loading={removing.pending} onClick={removing.run}>
          Remove the collection
        </Button>
      </Group>
    </Stack>
  )
}

/** Asks before a collection is removed. */
export const openRemoveDialog = (collection: Collection, onDone: () => void): void => {
  modals.open({
    title: `Remove “${collection.name}”?`,
    children: <Removal collection={collection} onDone={onDone} />,
  })
}
