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
import { t } from '../text/language'
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
      title={t(proven ? 'collections.proven' : 'collections.notProven')}
      data-testid="proof"
    >
      <dl className={classes.facts}>
        <dt>
          <Text size="sm">{t('collections.proofRemoved')}</Text>
        </dt>
        <dd>
          <Text size="sm">
            {[
              t('collections.texts', { count: removed.texts }),
              t('common.passages', { count: removed.passages }),
              t('collections.cachedVectors', { count: removed.cacheEntries }),
            ].join(', ')}
          </Text>
        </dd>
        <dt>
          <Text size="sm">{t('collections.proofSearched')}</Text>
        </dt>
        <dd>
          <Text size="sm">
            {found === 0
              ? t('collections.searchedNone', { count: searched })
              : t('collections.searchedFound', { count: searched, found })}
          </Text>
        </dd>
        <dt>
          <Text size="sm">{t('collections.proofLeft')}</Text>
        </dt>
        <dd>
          <Text size="sm">{left.length === 0 ? t('collections.leftNothing') : left.join(', ')}</Text>
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
    showNote(
      t('collections.removed', { name: collection.name }),
      t('collections.removedDocuments', { count: removed.documents }),
    )
    if (removed.proof === undefined) modals.closeAll()
    else setProof(removed.proof)
  })
  if (proof !== null)
    return (
      <Stack>
        <Proof proof={proof} />
        <Group justify="flex-end">
          <Button data-autofocus onClick={() => modals.closeAll()}>
            {t('collections.done')}
          </Button>
        </Group>
      </Stack>
    )
  return (
    <Stack>
      <Text size="sm">{t('collections.removeText', { count: collection.documents })}</Text>
      <Checkbox
        label={t('collections.prove')}
        description={t('collections.proveHint')}
        checked={prove}
        onChange={(event) => setProve(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button variant="default" data-autofocus disabled={removing.pending} onClick={() => modals.closeAll()}>
          {t('collections.keepIt')}
        </Button>
        <Button color="red" loading={removing.pending} onClick={removing.run}>
          {t('collections.remove')}
        </Button>
      </Group>
    </Stack>
  )
}

/** Asks before a collection is removed. */
export const openRemoveDialog = (collection: Collection, onDone: () => void): void => {
  modals.open({
    title: t('collections.removeTitle', { name: collection.name }),
    children: <Removal collection={collection} onDone={onDone} />,
  })
}
