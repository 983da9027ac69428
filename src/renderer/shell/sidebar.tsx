/**
 * Owns the left side: where to go, which collection is looked at, what is being worked on, and the looks.
 */
import { Badge, Group, NavLink, ScrollArea, Stack, Text, Tooltip } from '@mantine/core'
import { IconFiles, IconPlugConnectedX, IconSearch, IconStack2 } from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { formatCount } from '../text/figures'
import { ActiveJobs } from './active-jobs'
import { CollectionList } from './collection-list'
import { LogoMark } from './logo-mark'
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
}

const entries = [
  { view: 'search', label: 'Search', Icon: IconSearch },
  { view: 'queue', label: 'Queue', Icon: IconStack2 },
  { view: 'documents', label: 'Documents', Icon: IconFiles },
] as const satisfies readonly { view: ViewName; label: string; Icon: unknown }[]

export function Sidebar({ status, place, scope, onView, onScope, onOpenJob }: Props): ReactNode {
  const { data: queue } = useCall('queue.status', {}, { topics: ['jobs'] })
  const open = queue === undefined ? 0 : queue.queued + queue.running
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
            rightSection={
              view === 'queue' && open > 0 ? (
                <Badge size="sm" variant="light" className="figures" aria-label={`${formatCount(open)} open tasks`}>
                  {formatCount(open)}
                </Badge>
              ) : null
            }
            onClick={() => onView(view)}
          />
        ))}
      </nav>
      <ScrollArea className={classes.grow} type="auto" scrollbarSize={8}>
        <CollectionList scope={scope} onScope={onScope} />
      </ScrollArea>
      <ActiveJobs onOpenJob={onOpenJob} />
      <Group className={classes.footer} justify="space-between" wrap="nowrap">
        <Tooltip label="Sluice opens no connection to the network" position="top-start">
          <Group gap={6} wrap="nowrap">
            <IconPlugConnectedX size={15} stroke={1.7} aria-hidden />
            <Text size="xs" c="dimmed">
              {status.role === 'client' ? 'Offline · shared' : 'Offline'} · {status.version}
            </Text>
          </Group>
        </Tooltip>
        <ThemeSwitch />
      </Group>
    </Stack>
  )
}
