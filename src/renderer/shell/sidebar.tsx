/**
 * Owns the left side: where to go, which collection is looked at, what is being worked on, and the looks.
 */
import { Badge, Group, NavLink, ScrollArea, Stack, Text, Tooltip } from '@mantine/core'
import {
  IconAlertCircle,
  IconChartLine,
  IconCpu,
  IconFiles,
  IconPlugConnected,
  IconPlugConnectedX,
  IconSearch,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { isBudgetStop } from '../models/budget-stop'
import { formatCount } from '../text/figures'
import { ActiveJobs } from './active-jobs'
import { CollectionList } from './collection-list'
import { LogoMark } from './logo-mark'
import { ShortcutButton } from './shortcut-dialog'
import { ThemeSwitch } from './theme-switch'
import classes from './sidebar.module.css'
import type { ReactNode } from 'react'
import type { AppStatus } from '../../shared/app-calls'
import type { Place, Scope, ViewName } from '../client/places'

type Props = {
  readonly status: AppStatus
  readonly place: Place
  readonly scope: Scope
  readonly onView: (view: ViewName) => void
  readonly onScope: (scope: Scope) => void
  readonly onOpenJob: (jobId: string) => void
  readonly onChangeModel: (collection: string) => void
}

const entries = [
  { view: 'search', label: 'Search', Icon: IconSearch },
  { view: 'queue', label: 'Queue', Icon: IconStack2 },
  { view: 'failed', label: 'Failed', Icon: IconAlertCircle },
  { view: 'documents', label: 'Documents', Icon: IconFiles },
  { view: 'models', label: 'Models', Icon: IconCpu },
  { view: 'settings', label: 'Settings', Icon: IconSettings },
  { view: 'dashboard', label: 'Dashboard', Icon: IconChartLine },
] as const satisfies readonly { view: ViewName; label: string; Icon: unknown }[]

type ViewCount = { readonly count: number; readonly color: string; readonly spoken: string }

function CountBadge({ of }: { readonly of: ViewCount | undefined }): ReactNode {
  if (of === undefined || of.count === 0) return null
  const { count, color, spoken } = of
  return (
    <Badge size="sm" variant="light" color={color} className="figures" aria-label={`${formatCount(count)} ${spoken}`}>
      {formatCount(count)}
    </Badge>
  )
}

/** Whether anything can leave this computer, and to whom. */
function Connections({ status }: Pick<Props, 'status'>): ReactNode {
  const { data } = useCall('providers.list', {}, { topics: ['providers'], everyMs: 60_000 })
  const remote = (data?.providers ?? []).filter(({ isLocal }) => !isLocal)
  const isOffline = remote.length === 0
  const Sign = isOffline ? IconPlugConnectedX : IconPlugConnected
  const said = [
    isOffline ? 'Offline' : 'Online models',
    ...(status.role === 'client' ? ['shared'] : []),
    status.version,
  ]
  return (
    <Tooltip
      label={
        isOffline
          ? 'Sluice opens no connection to the network'
          : `Texts are sent to ${remote.map(({ name }) => name).join(', ')}, where you chose it`
      }
      position="top-start"
    >
      <Group gap={6} wrap="nowrap">
        <Sign size={15} stroke={1.7} aria-hidden />
        <Text size="xs" c="dimmed">
          {said.join(' · ')}
        </Text>
      </Group>
    </Tooltip>
  )
}

export function Sidebar({ status, place, scope, onView, onScope, onOpenJob, onChangeModel }: Props): ReactNode {
  const { data: queue } = useCall('queue.status', {}, { topics: ['jobs'] })
  const counts: Readonly<Partial<Record<ViewName, ViewCount>>> = {
    queue: { count: (queue?.queued ?? 0) + (queue?.running ?? 0), color: 'tide', spoken: 'open tasks' },
    failed: { count: queue?.deadLetters ?? 0, color: 'red', spoken: 'to look at' },
    models: { count: (queue?.stops ?? []).filter(isBudgetStop).length, color: 'yellow', spoken: 'to decide' },
  }
  return (
    <Stack className={classes.sidebar} gap={0}>
      <Group gap={10} px="md" pt="md" pb="sm">
        <LogoMark size={28} />
        <Text fw={650} size="lg">
          Sluice
        </Text>
      </Group>
      <nav aria-label="Views" className={classes.section}>
        {entries.map(({ view, label, Icon }) => (
          <NavLink
            key={view}
            component="button"
            className={classes.link}
            label={label}
            active={place.view === view}
            aria-current={place.view === view ? 'page' : undefined}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            rightSection={<CountBadge of={counts[view]} />}
            onClick={() => onView(view)}
          />
        ))}
      </nav>
      <ScrollArea className={classes.grow} type="auto" scrollbarSize={8}>
        <CollectionList scope={scope} onScope={onScope} onChangeModel={onChangeModel} />
      </ScrollArea>
      <ActiveJobs onOpenJob={onOpenJob} />
      <Group className={classes.footer} justify="space-between" wrap="nowrap">
        <Connections status={status} />
        <Group gap={2} wrap="nowrap">
          <ShortcutButton />
          <ThemeSwitch />
        </Group>
      </Group>
    </Stack>
  )
}
