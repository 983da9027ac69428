/**
 * Owns what stands under the empty search field: what can be searched, what was saved and what was searched before.
 */
import { Stack } from '@mantine/core'
import { IconFileSearch, IconMessageQuestion, IconStackPush } from '@tabler/icons-react'
import { useAppCall, useCall } from '../client/queries'
import { PickButtons } from '../queue/pick-buttons'
import { EmptyNote } from './empty-note'
import { PastSearches } from './past-searches'
import { SAMPLE_COLLECTION, SampleSearches } from './sample-searches'
import { Welcome } from './welcome'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { Scope } from '../client/places'
import type { SearchTask } from './kept-search'
import type { SearchAgain } from './past-searches'

type Props = {
  readonly scope: Scope
  readonly task: SearchTask
  readonly onSearch: (again: SearchAgain) => void
  readonly onShowQueue: () => void
}

export function SearchStart({ scope, task, onSearch, onShowQueue }: Props): ReactNode {
  const { data } = useCall('collections.list', {}, { topics: ['collections', 'documents'], pauseMs: 1_000 })
  const { data: status } = useAppCall('app.status', {}, {})
  const { data: queue } = useCall('queue.status', {}, { topics: ['jobs'] })
  if (data === undefined || status === undefined) return null
  // Also when all was removed again, or none of it could be read.
  const isNew = scope === null && data.collections.every((collection) => collection.documents === 0)
  const documents = data.collections
    .filter(({ name }) => scope === null || name === scope)
    .reduce((sum, collection) => sum + collection.documents, 0)
  if (isNew && task === 'find')
    return (
      <Welcome
        dataDir={status.dataDir}
        reading={(queue?.queued ?? 0) + (queue?.running ?? 0) > 0}
        onAdded={onShowQueue}
      />
    )
  if (documents === 0)
    return (
      <Stack align="center" gap="lg">
        <EmptyNote icon={<IconStackPush size={26} stroke={1.6} aria-hidden />} title={t('search.nothingYet')}>
          {t('search.dropAnywhere')}
        </EmptyNote>
        <PickButtons scope={scope} onAdded={onShowQueue} />
      </Stack>
    )
  if (task === 'ask')
    return (
      <EmptyNote icon={<IconMessageQuestion size={26} stroke={1.6} aria-hidden />} title={t('search.whatToKnow')}>
        {t('search.askHow', { count: documents })}
      </EmptyNote>
    )
  return (
    <>
      <EmptyNote icon={<IconFileSearch size={26} stroke={1.6} aria-hidden />} title={t('search.whatToFind')}>
        {t('search.findHow', { count: documents })}
      </EmptyNote>
      {data.collections.some(({ name }) => name === SAMPLE_COLLECTION && (scope === null || scope === name)) ? (
        <SampleSearches onSearch={(query) => onSearch({ query, mode: 'hybrid', collections: [] })} />
      ) : null}
      <PastSearches onSearch={onSearch} />
    </>
  )
}
