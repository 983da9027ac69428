/**
 * Owns searches that can be made again: those that were saved, and those of before, with the ways to forget them.
 */
import { ActionIcon, Button, Group, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBookmark, IconClock, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { showUndo } from '../client/undo'
import { t } from '../text/language'
import classes from './past-searches.module.css'
import type { ReactNode } from 'react'
import type { SearchScope } from '../../shared/search'

/** A search as it was made. */
export type SearchAgain = { readonly query: string } & Pick<SearchScope, 'mode' | 'collections'>

type RowProps = {
  readonly icon: ReactNode
  readonly title: string
  readonly detail: string | null
  readonly removal: string
  readonly onSearch: () => void
  readonly onRemove: () => Promise<void>
}

function Row({ icon, title, detail, removal, onSearch, onRemove }: RowProps): ReactNode {
  const removing = useAction(onRemove)
  return (
    <li className={classes.row}>
      <UnstyledButton className={classes.again} onClick={onSearch} data-again>
        {icon}
        <span className={classes.title}>{title}</span>
        {detail === null ? null : <span className={classes.detail}>{detail}</span>}
      </UnstyledButton>
      <Tooltip label={removal}>
        <ActionIcon
          size="sm"
          aria-label={t('search.removalOf', { removal, title })}
          loading={removing.pending}
          onClick={removing.run}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  )
}

const RECENT = 8

export function PastSearches({ onSearch }: { readonly onSearch: (again: SearchAgain) => void }): ReactNode {
  // What is shown is asked for again after each change that is made here.
  const [changes, setChanges] = useState(0)
  const { data: saved } = useCall('savedSearches.list', {}, { again: changes })
  const { data: past } = useCall('searchHistory.list', { limit: RECENT }, { again: changes, topics: ['settings'] })
  const changed = (): void => setChanges((before) => before + 1)
  const forgetting = useAction(async () => {
    await call('searchHistory.clear', {})
    changed()
  })
  const switching = useAction(async (on: boolean) => {
    await call('settings.set', { name: 'search.history', value: on ? 1 : 0 })
    changed()
  })
  const entries = past?.entries ?? []
  const look = { size: 'compact-xs', variant: 'subtle', color: 'gray' } as const
  return (
    <Stack gap="lg" className={classes.past}>
      {saved === undefined || saved.savedSearches.length === 0 ? null : (
        <section aria-label={t('search.saved')}>
          <Text size="xs" c="dimmed" fw={600} mb={4}>
            {t('search.saved')}
          </Text>
          <ul className={classes.list}>
            {saved.savedSearches.map((search) => (
              <Row
                key={search.id}
                icon={<IconBookmark size={15} stroke={1.7} aria-hidden />}
                title={search.name}
                detail={search.query === search.name ? null : search.query}
                removal={t('search.removeSaved')}
                onSearch={() => onSearch(search)}
                onRemove={async () => {
                  await call('savedSearches.remove', { name: search.id })
                  changed()
                  showUndo({
                    id: `saved-search-${search.id}`,
                    title: t('search.savedRemoved', { name: search.name }),
                    message: t('search.savedRemovedMore'),
                    undo: async () => {
                      const { restored } = await call('savedSearches.restore', search)
                      if (!restored) showNote(t('search.nameTaken', { name: search.name }), t('search.nameTakenMore'))
                      changed()
                    },
                  })
                }}
              />
            ))}
          </ul>
        </section>
      )}
      {past === undefined ? null : (
        <section aria-label={t('search.recent')}>
          <Group justify="space-between" mb={4}>
            <Text size="xs" c="dimmed" fw={600}>
              {t(past.enabled ? 'search.recent' : 'search.notKept')}
            </Text>
            <Group gap={4}>
              {entries.length === 0 ? null : (
                <Button {...look} loading={forgetting.pending} onClick={forgetting.run}>
                  {t('search.forgetAll')}
                </Button>
              )}
              <Button {...look} loading={switching.pending} onClick={() => switching.run(!past.enabled)}>
                {t(past.enabled ? 'search.keepNone' : 'search.keepThem')}
              </Button>
            </Group>
          </Group>
          <ul className={classes.list}>
            {entries.map((entry) => (
              <Row
                key={entry.id}
                icon={<IconClock size={15} stroke={1.7} aria-hidden />}
                title={entry.query}
                detail={entry.collections.length === 0 ? null : entry.collections.join(', ')}
                removal={t('search.forgetThis')}
                onSearch={() => onSearch(entry)}
                onRemove={async () => {
                  await call('searchHistory.remove', { ids: [entry.id] })
                  changed()
                }}
              />
            ))}
          </ul>
        </section>
      )}
    </Stack>
  )
}
