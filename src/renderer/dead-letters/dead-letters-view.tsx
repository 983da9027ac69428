/**
 * Owns the view of what failed for good: by cause, with what can be done about it, and what was put aside; however many there are.
 */
import { Button, Center, Group, Menu, SegmentedControl, Stack, Switch, Text } from '@mantine/core'
import { IconCircleCheck, IconDownload, IconRefresh } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { useToggles } from '../client/toggles'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import { nameOfMany, replayLetters } from './letter-actions'
import { LetterGroupHead } from './letter-group'
import { listLetterLines, mergeGroups, ROW_PX } from './letter-groups'
import { LetterPage } from './letter-page'
import { LetterPanel } from './letter-panel'
import classes from './dead-letters-view.module.css'
import type { ReactNode } from 'react'
import type { ExportFormat } from '../../shared/app-calls'
import type { Scope } from '../client/places'

/** Height of a head in pixels until it is measured. */
const HEAD_PX = 72

type ListProps = {
  readonly collection: string | undefined
  readonly aside: boolean
  readonly rejected: boolean
}

function ExportMenu({ collection, aside, rejected }: ListProps): ReactNode {
  const exporting = useAction(async (format: ExportFormat) => {
    const { file } = await callApp('deadLetters.export', { format, collection, rejected, discarded: aside })
    if (file !== null) showNote(t('failed.listExported'), file)
  })
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={exporting.pending}>
          {t('failed.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => exporting.run('csv')}>{t('failed.exportCsv')}</Menu.Item>
        <Menu.Item onClick={() => exporting.run('json')}>{t('failed.exportJson')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function RetryEverything({ collection, count }: { readonly collection: string | undefined; count: number }): ReactNode {
  const replaying = useAction(async () => {
    await replayLetters({ collection }, nameOfMany(count))
  })
  return (
    <Button
      leftSection={<IconRefresh size={15} aria-hidden />}
      loading={replaying.pending}
      onClick={replaying.run}
      aria-label={t('failed.tryEverythingAgain')}
    >
      {t('failed.tryAllAgain')}
    </Button>
  )
}

function Nothing({ aside }: { readonly aside: boolean }): ReactNode {
  return (
    <Center mih="44vh">
      <Stack align="center" gap={8} maw={420}>
        <IconCircleCheck size={34} stroke={1.4} aria-hidden className={classes.calm} />
        <Text ta="center" fw={550}>
          {aside ? t('failed.nothingAside') : t('failed.nothingNeedsYou')}
        </Text>
        <Text c="dimmed" ta="center" size="sm">
          {aside ? t('failed.asideIsKept') : t('failed.failedIsListed')}
        </Text>
      </Stack>
    </Center>
  )
}

function LetterList({ collection, aside, rejected }: ListProps): ReactNode {
  const { data } = useCall(
    'deadLetters.groups',
    { collection, rejected, discarded: aside },
    { topics: ['jobs', 'documents'], pauseMs: 500, keepPrevious: true },
  )
  const [toggled, toggle] = useToggles()
  const [opened, setOpened] = useState<string | null>(null)
  const scroll = useRef<HTMLDivElement>(null)
  const groups = useMemo(() => mergeGroups(data?.groups ?? []), [data])
  const lines = useMemo(() => listLetterLines(groups, toggled), [groups, toggled])
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => {
      const line = lines[at]
      return line?.type === 'page' ? line.rows * ROW_PX : HEAD_PX
    },
    getItemKey: (at) => lines[at]?.key ?? at,
    overscan: 0,
  })
  return (
    <>
      {data !== undefined && data.total === 0 ? (
        <Nothing aside={aside} />
      ) : (
        <div
          ref={scroll}
          className={classes.scroll}
          role="region"
          aria-label={aside ? t('failed.aside') : t('failed.title')}
          tabIndex={0}
          data-testid="dead-letters"
        >
          {/* One line less than both edges: the last row ends in that of the sheet. */}
          <div className={`surface ${classes.sheet}`} style={{ height: virtual.getTotalSize() + 1 }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index]
              if (line === undefined) return null
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={virtual.measureElement}
                  className={classes.line}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {line.type === 'group' ? (
                    <LetterGroupHead
                      group={line.group}
                      open={line.open}
                      collection={collection}
                      aside={aside}
                      onToggle={toggle}
                    />
                  ) : (
                    <LetterPage
                      group={line.group}
                      offset={line.offset}
                      rows={line.rows}
                      collection={collection}
                      aside={aside}
                      onOpen={setOpened}
                    />
                  )}
                </div>
              )
            })}
          </div>
        </div>
      )}
      <LetterPanel id={opened} onClose={() => setOpened(null)} />
    </>
  )
}

export function DeadLettersView({ scope }: { readonly scope: Scope }): ReactNode {
  const [aside, setAside] = useState(false)
  const [rejected, setRejected] = useState(false)
  const collection = scope ?? undefined
  const count = (
    discarded: boolean,
  ): { readonly collection: string | undefined; limit: number; discarded: boolean } => ({
    collection,
    discarded,
    limit: 1,
  })
  const options = { topics: ['jobs', 'documents'], pauseMs: 1_000, keepPrevious: true } as const
  const { data: failed } = useCall('deadLetters.list', { ...count(false), rejected: false }, options)
  const { data: parted } = useCall('deadLetters.list', { ...count(true), rejected: true }, options)
  const failedTotal = failed?.total ?? 0
  const partedTotal = parted?.total ?? 0
  return (
    <div className={classes.view}>
      <Stack className={classes.head} gap="md">
        <ViewHead title={t('failed.title')} figures={failed === undefined ? '' : nameOfMany(failedTotal)} scope={scope}>
          <Group gap="xs">
            <ExportMenu collection={collection} aside={aside} rejected={rejected || aside} />
            {failedTotal > 0 && !aside ? <RetryEverything collection={collection} count={failedTotal} /> : null}
          </Group>
        </ViewHead>
        <Group justify="space-between" mih={36}>
          <SegmentedControl
            size="sm"
            aria-label={t('failed.whatIsListed')}
            value={aside ? 'aside' : 'failed'}
            onChange={(value) => setAside(value === 'aside')}
            data={[
              { value: 'failed', label: t('failed.toLookAt') },
              {
                value: 'aside',
                label: partedTotal === 0 ? t('failed.aside') : t('failed.asideCount', { total: partedTotal }),
              },
            ]}
          />
          {aside ? null : (
            <Switch
              size="sm"
              label={t('failed.alsoRejected')}
              checked={rejected}
              onChange={(event) => setRejected(event.currentTarget.checked)}
            />
          )}
        </Group>
      </Stack>
      <LetterList key={String(aside)} collection={collection} aside={aside} rejected={rejected || aside} />
    </div>
  )
}
