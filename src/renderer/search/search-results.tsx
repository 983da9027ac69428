/**
 * Owns what stands under the search field: results, or the right words for nothing, for a mistake and for limits.
 */
import { Alert, Button, Center, Group, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconFileSearch, IconInfoCircle, IconStackPush } from '@tabler/icons-react'
import { formatCount, formatDuration, formatPlural } from '../text/figures'
import { useCall } from '../client/queries'
import { PickButtons } from '../queue/pick-buttons'
import { SearchHit } from './search-hit'
import type { ReactNode } from 'react'
import type { SearchResult } from '../../shared/domain'
import type { Query } from '../client/queries'
import type { Scope } from '../client/places'
import type { Reading } from '../documents/text-reader'

type Props = {
  readonly scope: Scope
  readonly asked: string
  readonly search: Query<SearchResult>
  readonly canShowMore: boolean
  readonly onShowMore: () => void
  readonly onRead: (reading: Reading) => void
  readonly onShowQueue: () => void
}

type EmptyProps = { readonly icon: ReactNode; readonly title: string; readonly children: ReactNode }

function Empty({ icon, title, children }: EmptyProps): ReactNode {
  return (
    <Center mih="44vh">
      <Stack align="center" gap="xs" maw={440}>
        <ThemeIcon size={52} radius="xl" variant="light">
          {icon}
        </ThemeIcon>
        <Text fw={600} size="lg" mt={4}>
          {title}
        </Text>
        <Text c="dimmed" ta="center">
          {children}
        </Text>
      </Stack>
    </Center>
  )
}

function BeforeSearching({ scope, onShowQueue }: Pick<Props, 'scope' | 'onShowQueue'>): ReactNode {
  const { data } = useCall('collections.list', {}, { topics: ['collections', 'documents'], pauseMs: 1_000 })
  if (data === undefined) return null
  const documents = data.collections
    .filter(({ name }) => scope === null || name === scope)
    .reduce((sum, collection) => sum + collection.documents, 0)
  if (documents > 0) {
    return (
      <Empty icon={<IconFileSearch size={26} stroke={1.6} aria-hidden />} title="What are you looking for?">
        Type a few words or a whole question. {formatCount(documents)} document{documents === 1 ? ' is' : 's are'} ready
        to be searched.
      </Empty>
    )
  }
  return (
    <Stack align="center" gap="lg">
      <Empty icon={<IconStackPush size={26} stroke={1.6} aria-hidden />} title="Nothing here yet">
        Drop files, folders, archives or mails anywhere on this window. They are read on this computer and stay where
        they are.
      </Empty>
      <PickButtons scope={scope} onAdded={onShowQueue} />
    </Stack>
  )
}

export function SearchResults(props: Props): ReactNode {
  const { asked, search, scope } = props
  if (asked === '') return <BeforeSearching scope={scope} onShowQueue={props.onShowQueue} />
  const { data, error } = search
  if (error !== undefined) {
    return (
      <Alert color={error.code === 'SEARCH_QUERY_EMPTY' ? 'gray' : 'red'} title={error.message} role="status">
        {error.code === 'SEARCH_QUERY_EMPTY' ? null : error.code}
      </Alert>
    )
  }
  if (data === undefined) return null
  const best = Math.max(...data.results.map(({ score }) => score), Number.MIN_VALUE)
  return (
    <>
      <Text size="xs" c="dimmed" className="figures" role="status">
        {data.results.length === 0
          ? `No passages for “${data.query}”`
          : `${formatPlural(data.results.length, 'passage')}${props.canShowMore ? ' or more' : ''} in ${formatDuration(data.elapsedMs)}`}
      </Text>
      {data.notes.map((note) => (
        <Group key={note} gap={6} c="dimmed" wrap="nowrap">
          <IconInfoCircle size={15} aria-hidden />
          <Text size="sm">{note}</Text>
        </Group>
      ))}
      {data.results.length === 0 ? (
        <Empty icon={<IconFileSearch size={26} stroke={1.6} aria-hidden />} title="Nothing found">
          Try fewer or other words{scope === null ? '' : ', or search all collections'}. Meaning search finds passages
          that use other words for the same thing.
        </Empty>
      ) : null}
      {data.results.map((hit) => (
        <SearchHit
          key={`${hit.documentId}-${hit.chunk}`}
          hit={hit}
          share={hit.score / best}
          showCollection={scope === null}
          onRead={props.onRead}
        />
      ))}
      {props.canShowMore ? (
        <Button variant="default" w="fit-content" mx="auto" onClick={props.onShowMore} loading={search.loading}>
          Show more
        </Button>
      ) : null}
    </>
  )
}
