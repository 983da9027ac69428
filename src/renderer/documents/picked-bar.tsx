/**
 * Owns what can be done with the documents that are picked: read again, or removed after a question that says what goes.
 */
import { Button, Group, List, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatCount, formatPlural } from '../text/figures'
import { countPicked, type DocumentFilter, type Picked } from './browsing'
import { idsOfPicked, readManyAgain, removeMany } from './many-documents'

/** Names that the question tells. */
const NAMED = 5

type Props = {
  readonly picked: Picked
  readonly total: number
  readonly filter: DocumentFilter
  readonly onPickAll: () => void
  readonly onLetGo: () => void
}

type RemovalProps = Pick<Props, 'picked' | 'filter'> & { readonly count: number; readonly onDone: () => void }

function Removal({ picked, filter, count, onDone }: RemovalProps): ReactNode {
  const [done, setDone] = useState(0)
  const named = picked.type === 'some' ? [...picked.documents.values()].slice(0, NAMED) : []
  const removing = useAction(async () => {
    const removed = await removeMany(call, await idsOfPicked(call, picked, filter), setDone)
    modals.closeAll()
    onDone()
    showNote(`Removed ${formatPlural(removed, 'document')}`, 'The original files were not touched.')
  })
  return (
    <Stack>
      <Text size="sm">
        Their text, vectors and summaries go, and they will no longer be found. Your original files are not touched: add
        them again to have them back.
      </Text>
      {named.length === 0 ? (
        <Text size="sm">All {formatPlural(count, 'document')} that the filter leaves are meant.</Text>
      ) : (
        <List size="sm">
          {named.map(({ id, path }) => (
            <List.Item key={id} className="wrap-anywhere">
              {path}
            </List.Item>
          ))}
          {count > named.length ? <List.Item>and {formatPlural(count - named.length, 'other')}</List.Item> : null}
        </List>
      )}
      <Group justify="flex-end">
        {removing.pending && done > 0 ? (
          <Text size="sm" c="dimmed" className="figures" role="status">
            {formatCount(done)} done
          </Text>
        ) : null}
        <Button variant="default" data-autofocus disabled={removing.pending} onClick={() => modals.closeAll()}>
          Keep them
        </Button>
        <Button color="red" loading={removing.pending} onClick={removing.run}>
          Remove {formatPlural(count, 'document')}
        </Button>
      </Group>
    </Stack>
  )
}

export function PickedBar({ picked, total, filter, onPickAll, onLetGo }: Props): ReactNode {
  const count = countPicked(picked, total)
  const reading = useAction(async () => {
    const { documents } = await readManyAgain(call, await idsOfPicked(call, picked, filter))
    onLetGo()
    showNote(`Reading ${formatPlural(documents, 'document')} again`, 'Each is found as it is until then.')
  })
  const ask = (): void => {
    modals.open({
      title: `Remove ${formatPlural(count, 'document')} from the index?`,
      children: <Removal picked={picked} filter={filter} count={count} onDone={onLetGo} />,
    })
  }
  if (count === 0) return null
  const look = { size: 'compact-sm', variant: 'default' } as const
  return (
    <Group gap="xs" role="group" aria-label="Picked documents" data-testid="picked-bar">
      <Text size="sm" fw={550} className="figures" role="status">
        {formatPlural(count, 'document')} picked
      </Text>
      {picked.type === 'all' || count === total ? null : (
        <Button {...look} variant="subtle" onClick={onPickAll}>
          Pick all {formatCount(total)}
        </Button>
      )}
      <Button
        {...look}
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={reading.pending}
        onClick={reading.run}
      >
        Read again
      </Button>
      <Button {...look} color="red" leftSection={<IconTrash size={14} aria-hidden />} onClick={ask}>
        Remove…
      </Button>
      <Button {...look} variant="subtle" color="gray" onClick={onLetGo}>
        Let go
      </Button>
    </Group>
  )
}
