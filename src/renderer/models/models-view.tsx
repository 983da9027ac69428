/**
 * Owns the view of models: which one each collection is searched with and how that is changed, and the models there are.
 */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconFolderOpen, IconPlus } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { useCall } from '../client/queries'
import column from '../shell/column.module.css'
import { ViewHead } from '../shell/view-head'
import { formatPlural } from '../text/figures'
import { BudgetStopNotice, isBudgetStop, type OnChangeModel } from './budget-stop'
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
    <section aria-label="Models of collections">
      <Title order={2} size="sm" mb="xs">
        {wanted === null ? 'Collections' : 'Collection'}
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
            There is no collection yet. The first documents make one, with the built-in model.
          </Text>
        ) : null}
        {fitting.length > shown.length ? (
          <Text size="sm" c="dimmed">
            and {formatPlural(fitting.length - shown.length, 'other')}: choose a collection on the left to see its
            model.
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
    <section aria-label="Models there are">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="sm">
          Models there are
        </Title>
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={!canAdd}
            onClick={openAddProvider}
          >
            Add a model…
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFolderOpen size={14} aria-hidden />}
            disabled={!canAdd}
            loading={picking.pending}
            onClick={picking.run}
          >
            Add a model from a folder…
          </Button>
        </Group>
      </Group>
      <Stack gap="sm">
        {data === undefined || data.problem === null ? null : (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="No other model can be used now">
            {data.problem}
          </Alert>
        )}
        {providers.map((provider) => (
          <ProviderCard key={provider.name} provider={provider} />
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt="sm">
        Nothing is sent anywhere until you add a model on a server. What a collection&apos;s model needs is sent to it:
        passages, searches there, and what an answer is made from.
      </Text>
    </section>
  )
}

export function ModelsView({ scope, wish, onChangeModel }: Props): ReactNode {
  return (
    <div className={column.scroll}>
      <Stack className={column.column} gap="lg">
        <ViewHead title="Models" figures="" scope={scope}>
          {null}
        </ViewHead>
        <Stops onChangeModel={onChangeModel} />
        <Collections scope={scope} wish={wish} />
        <Providers />
      </Stack>
    </div>
  )
}
