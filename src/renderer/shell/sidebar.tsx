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
import { isBudgetStop } from '../models/budget-stops'
import { formatCount } from '../text/figures'
import { ActiveJobs } from './active-jobs'
import { CollectionList } from './collection-list'
import { LogoMark } from './logo-mark'
import { ShortcutButton } from './shortcut-dialog'
import { ThemeSwitch } from './theme-switch'
import { t } from '../text/language'
import classes from './sidebar.module.css'
import type { ReactNode } from 'react'
import type { AppStatus } from '../../shared/app-calls'
import type { Place, Scope, ViewName } from '../client/places'

type Props = {
  /** `undefined`: the app has not said it yet. */
  readonly status: AppStatus | undefined
  readonly place: Place
  readonly scope: Scope
  readonly onView: (view: ViewName) => void
  readonly onScope: (scope: Scope) => void
  readonly onOpenJob: (jobId: string) => void
  readonly onChangeModel: (collection: string) => void
}

const entries = [
  { view: 'search', label: t('shell.search'), Icon: IconSearch },
  { view: 'queue', label: t('shell.queue'), Icon: IconStack2 },
  { view: 'failed', label: t('shell.failed'), Icon: IconAlertCircle },
  { view: 'documents', label: t('shell.documents'), Icon: IconFiles },
  { view: 'models', label: t('shell.models'), Icon: IconCpu },
  { view: 'settings', label: t('shell.settings'), Icon: IconSettings },
  { view: 'dashboard', label: t('shell.dashboard'), Icon: IconChartLine },
] as const satisfies readonly { view: ViewName; label: string; Icon: unknown }[]

type ViewCount = {
  readonly count: number
  readonly color: string
  readonly spoken: 'shell.openTasks' | 'shell.toLookAt' | 'shell.toDecide'
}

function CountBadge({ of }: { readonly of: ViewCount | undefined }): ReactNode {
  if (of === undefined || of.count === 0) return null
  const { count, color, spoken } = of
  return (
    <Badge size="sm" variant="light" color={color} className="figures" aria-label={t(spoken, { count })}>
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
    t(isOffline ? 'shell.offline' : 'shell.online'),
    ...(status?.role === 'client' ? [t('shell.shared')] : []),
    ...(status === undefined ? [] : [status.version]),
  ]
  return (
    <Tooltip
      label={
        isOffline ? t('shell.noConnection') : t('shell.sentTo', { names: remote.map(({ name }) => name).join(', ') })
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
    queue: { count: (queue?.queued ?? 0) + (queue?.running ?? 0), color: 'tide', spoken: 'shell.openTasks' },
    failed: { count: queue?.deadLetters ?? 0, color: 'red', spoken: 'shell.toLookAt' },
    models: { count: (queue?.stops ?? []).filter(isBudgetStop).length, color: 'yellow', spoken: 'shell.toDecide' },
  }
  return (
    <Stack className={classes.sidebar} gap={0}>
      <Group gap={10} px="md" pt="md" pb="sm">
        <LogoMark size={28} />
        <Text fw={650} size="lg">
          Sluice
        </Text>
      </Group>
      <nav aria-label={t('shell.views')} className={classes.section}>
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
