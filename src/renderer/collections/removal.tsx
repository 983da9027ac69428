/**
 * Owns removing a collection: what it takes along, and, when a person wants it, the proof that nothing of it is left.
 */
import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatCount, formatPlural } from '../text/figures'
import classes from './collection-wizard.module.css'
import { leftOf } from './proof'
import type { Collection, RemovalProof } from '../../shared/domain'

function Proof({ proof }: { readonly proof: RemovalProof }): ReactNode {
  const { proven, removed, searched, found } = proof
  const left = leftOf(proof)
  return (
    <Alert
      color={proven ? 'tide' : 'red'}
      icon={proven ? <IconShieldCheck aria-hidden /> : <IconShieldX aria-hidden />}
      title={proven ? 'Proven: nothing of it is left' : 'Not proven: something is left'}
      data-testid="proof"
    >
      <dl className={classes.facts}>
        <dt>
          <Text size="sm">Removed</Text>
        </dt>
        <dd>
          <Text size="sm">
            {formatPlural(removed.texts, 'text')}, {formatPlural(removed.passages, 'passage')},{' '}
            {formatPlural(removed.cacheEntries, 'cached vector')}
          </Text>
        </dd>
        <dt>
          <Text size="sm">Searched</Text>
        </dt>
        <dd>
          <Text size="sm">
            the words of {formatPlural(searched, 'text')}: {found === 0 ? 'none found' : `${formatCount(found)} found`}
          </Text>
        </dd>
        <dt>
          <Text size="sm">Left</Text>
        </dt>
        <dd>
          <Text size="sm">{left.length === 0 ? 'nothing in the database and the vector index' : left.join(', ')}</Text>
        </dd>
      </dl>
    </Alert>
  )
}

function Removal({ collection, onDone }: { readonly collection: Collection; readonly onDone: () => void }): ReactNode {
  const [prove, setProve] = useState(false)
  const [proof, setProof] = useState<RemovalProof | null>(null)
  const removing = useAction(async () => {
    const removed = await call('collections.remove', { name: collection.name, prove })
    onDone()
    showNote(`Removed “${collection.name}”`, `${formatPlural(removed.documents, 'document')} left the index.`)
    if (removed.proof === undefined) modals.closeAll()
    else setProof(removed.proof)
  })
  if (proof !== null)
    return (
      <Stack>
        <Proof proof={proof} />
        <Group justify="flex-end">
          <Button data-autofocus onClick={() => modals.closeAll()}>
            Done
          </Button>
        </Group>
      </Stack>
    )
  return (
    <Stack>
      <Text size="sm">
        {formatPlural(collection.documents, 'document')} will no longer be found, and what was read from them is
        deleted. Your original files are not touched.
      </Text>
      <Checkbox
        label="Prove it"
        description="Also takes it out of the files of the database, looks for it everywhere, and shows what was found. Takes some seconds."
        checked={prove}
        onChange={(event) => setProve(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button variant="default" data-autofocus disabled={removing.pending} onClick={() => modals.closeAll()}>
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
