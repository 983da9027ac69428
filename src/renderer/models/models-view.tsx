/**
 * Owns the view of models: which one each collection is searched with and how that is changed, and the models there are.
 */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconFolderOpen, IconPlus } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { useCall } from '../client/queries'
import column from '../shell/column.module.css'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import { BudgetStopNotice } from './budget-stop'
import { isBudgetStop, type OnChangeModel } from './budget-stops'
import { CollectionModel } from './collection-model'
import { openAddFolder } from './folder-form'
import { ProviderCard } from './provider-card'
import { openAddProvider } from './provider-form'
import type { ReactNode } from 'react'
import type { ModelWish, Scope } from '../client/places'

type Props = {
  readonly scope: Scope
  /** What a person came here for. */
  readonly wish: ModelWish | null
  readonly onChangeModel: OnChangeModel
}

/** Collections that are shown at once; of more, the one that is chosen on the left. */
const SHOWN = 12

function Stops({ onChangeModel }: Pick<Props, 'onChangeModel'>): ReactNode {
  const { data } = useCall('queue.status', {}, { topics: ['jobs', 'providers'], everyMs: 5_000 })
  return (data?.stops ?? [])
    .filter(isBudgetStop)
    .map((stop) => (
      <BudgetStopNotice key={`${stop.provider} ${stop.budget.period}`} stop={stop} onChangeModel={onChangeModel} />
    ))
}

function Collections({ scope, wish }: Pick<Props, 'scope' | 'wish'>): ReactNode {
  const { data } = useCall('collections.list', {}, { topics: ['collections'], pauseMs: 1_000 })
  if (data === undefined) return null
  const wanted = wish?.collection ?? scope
  const fitting = data.collections.filter(({ name }) => wanted === null || name === wanted)
  const shown = fitting.slice(0, SHOWN)
  return (
    <section aria-label={t('models.modelsOfCollections')}>
      <Title order={2} size="sm" mb="xs">
        {t(wanted === null ? 'models.collections' : 'models.collection')}
      </Title>
      <Stack gap="sm">
        {shown.map(({ name, outdated }) => (
          <CollectionModel
            key={`${name} ${wish?.key ?? ''}`}
            collection={name}
            outdated={outdated?.message ?? null}
            wanted={wish?.collection === name ? wish.model : null}
          />
        ))}
        {fitting.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('models.noCollection')}
          </Text>
        ) : null}
        {fitting.length > shown.length ? (
          <Text size="sm" c="dimmed">
            {t('models.andOthersOnTheLeft', { count: fitting.length - shown.length })}
          </Text>
        ) : null}
      </Stack>
    </section>
  )
}

function Providers(): ReactNode {
  const { data } = useCall('providers.list', {}, { topics: ['providers'], everyMs: 5_000 })
  const providers = data?.providers ?? []
  const canAdd = data?.problem === null
  const picking = useAction(openAddFolder)
  return (
    <section aria-label={t('models.modelsThereAre')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="sm">
          {t('models.modelsThereAre')}
        </Title>
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={!canAdd}
            onClick={openAddProvider}
          >
            {t('models.addModel')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFolderOpen size={14} aria-hidden />}
            disabled={!canAdd}
            loading={picking.pending}
            onClick={picking.run}
          >
            {t('models.addFromFolder')}
          </Button>
        </Group>
      </Group>
      <Stack gap="sm">
        {data === undefined || data.problem === null ? null : (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('models.noOtherNow')}>
            {data.problem}
          </Alert>
        )}
        {providers.map((provider) => (
          <ProviderCard key={provider.name} provider={provider} />
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt="sm">
        {t('models.nothingSent')}
      </Text>
    </section>
  )
}

export function ModelsView({ scope, wish, onChangeModel }: Props): ReactNode {
  return (
    <div className={column.scroll}>
      <Stack className={column.column} gap="lg">
        <ViewHead title={t('models.title')} figures="" scope={scope}>
          {null}
        </ViewHead>
        <Stops onChangeModel={onChangeModel} />
        <Collections scope={scope} wish={wish} />
        <Providers />
      </Stack>
    </div>
  )
}
