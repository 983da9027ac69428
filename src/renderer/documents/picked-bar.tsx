/**
 * Owns what can be done with the documents that are picked: read again, or removed after a question that says what goes.
 */
import { Button, Group, List, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconRefresh, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import { countPicked, type DocumentFilter, type Picked } from './browsing'
import { nameOfPath } from '../text/passages'
import { removeLater } from './leaving'
import { idsOfPicked, readManyAgain } from './many-documents'

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
  const named = picked.type === 'some' ? [...picked.documents.values()].slice(0, NAMED) : []
  const removing = useAction(async () => {
    const ids = await idsOfPicked(call, picked, filter)
    await removeLater(ids, named[0] === undefined ? t('documents.document') : nameOfPath(named[0].path))
    modals.closeAll()
    onDone()
  })
  return (
    <Stack>
      <Text size="sm">{t('documents.removeManyText')}</Text>
      {named.length === 0 ? (
        <Text size="sm">{t('documents.allMeant', { count })}</Text>
      ) : (
        <List size="sm">
          {named.map(({ id, path }) => (
            <List.Item key={id} className="wrap-anywhere">
              {path}
            </List.Item>
          ))}
          {count > named.length ? (
            <List.Item>{t('documents.andOthers', { count: count - named.length })}</List.Item>
          ) : null}
        </List>
      )}
      <Group justify="flex-end">
        <Button variant="default" data-autofocus disabled={removing.pending} onClick={() => modals.closeAll()}>
          {t('documents.keepThem')}
        </Button>
        <Button color="red" loading={removing.pending} onClick={removing.run}>
          {t('documents.removeMany', { count })}
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
    showNote(t('documents.readingAgain', { count: documents }), t('documents.foundUntilThen'))
  })
  const ask = (): void => {
    modals.open({
      title: t('documents.removeManyTitle', { count }),
      children: <Removal picked={picked} filter={filter} count={count} onDone={onLetGo} />,
    })
  }
  if (count === 0) return null
  const look = { size: 'compact-sm', variant: 'default' } as const
  return (
    <Group gap="xs" role="group" aria-label={t('documents.pickedDocuments')} data-testid="picked-bar">
      <Text size="sm" fw={550} className="figures" role="status">
        {t('documents.picked', { count })}
      </Text>
      {picked.type === 'all' || count === total ? null : (
        <Button {...look} variant="subtle" onClick={onPickAll}>
          {t('documents.pickAll', { number: total })}
        </Button>
      )}
      <Button
        {...look}
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={reading.pending}
        onClick={reading.run}
      >
        {t('documents.readAgain')}
      </Button>
      <Button {...look} color="red" leftSection={<IconTrash size={14} aria-hidden />} onClick={ask}>
        {t('documents.remove')}
      </Button>
      <Button {...look} variant="subtle" color="gray" onClick={onLetGo}>
        {t('documents.letGo')}
      </Button>
    </Group>
  )
}
