/**
 * Owns the list of documents: what is indexed (or is not, and why), page by page however many there are.
 */
import { Center, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { documentStates, type DocumentState } from '../../shared/domain'
import { useCall } from '../client/queries'
import { PickButtons } from '../queue/pick-buttons'
import { formatCount, formatPlural } from '../text/figures'
import { documentStateLabels } from '../text/words'
import { DocumentPage, PAGE_ROWS, ROW_PX } from './document-page'
import { TextReader, type Reading } from './text-reader'
import classes from './documents-view.module.css'
import type { ReactNode } from 'react'
import type { Scope } from '../client/places'
import type { DocumentFilter } from './document-page'

/** Height of the column names in pixels (as in the style sheet). */
const HEADER_PX = 34
const SEARCHABLE = 'searchable'
const stateOptions = [
  { value: SEARCHABLE, label: 'Searchable' },
  ...documentStates.map((state) => ({ value: state, label: documentStateLabels[state] })),
]
const columns = ['Document', 'State', 'Size', 'Passages', 'Actions'] as const

export function DocumentsView({ scope }: { readonly scope: Scope }): ReactNode {
  const [contains, setContains] = useState('')
  const [state, setState] = useState<DocumentState | null>(null)
  const [reading, setReading] = useState<Reading | null>(null)
  const scroll = useRef<HTMLDivElement>(null)
  const [wanted] = useDebouncedValue(contains.trim(), 200)
  const filter: DocumentFilter = {
    collection: scope ?? undefined,
    contains: wanted === '' ? undefined : wanted,
    states: state === null ? undefined : [state],
  }
  const { data } = useCall(
    'documents.list',
    { ...filter, offset: 0, limit: 1 },
    { topics: ['documents'], pauseMs: 1_000, keepPrevious: true },
  )
  const total = data?.total ?? 0
  const pages = Math.ceil(total / PAGE_ROWS)
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: pages,
    getScrollElement: () => scroll.current,
    estimateSize: (page) => (page === pages - 1 ? total - page * PAGE_ROWS : PAGE_ROWS) * ROW_PX,
    overscan: 0,
    scrollMargin: HEADER_PX,
  })
  const filtered = wanted !== '' || state !== null

  return (
    <div className={classes.view}>
      <Stack className={classes.head} gap="md">
        <Group justify="space-between">
          <Group gap={10} align="baseline">
            <Title order={1} size="h3">
              Documents
            </Title>
            <Text c="dimmed" size="sm" className="figures" role="status">
              {data === undefined ? '' : formatPlural(total, 'document')}
              {scope === null ? '' : ` in “${scope}”`}
            </Text>
          </Group>
          <PickButtons scope={scope} />
        </Group>
        <Group gap="xs">
          <TextInput
            flex={1}
            aria-label="Filter by path"
            placeholder="Filter by name or path"
            leftSection={<IconFilter size={16} stroke={1.7} aria-hidden />}
            value={contains}
            maxLength={500}
            spellCheck={false}
            onChange={(event) => setContains(event.currentTarget.value)}
          />
          <Select
            w={170}
            aria-label="State"
            allowDeselect={false}
            data={stateOptions}
            value={state ?? SEARCHABLE}
            onChange={(value) => setState(documentStates.find((known) => known === value) ?? null)}
          />
        </Group>
      </Stack>
      {data !== undefined && total === 0 ? (
        <Center mih={220}>
          <Text c="dimmed" ta="center" maw={420}>
            {filtered
              ? 'No document matches this filter.'
              : 'No documents yet. Drop files, folders, archives or mails anywhere on this window.'}
          </Text>
        </Center>
      ) : (
        <div
          ref={scroll}
          className={classes.scroll}
          role="table"
          aria-label="Documents"
          aria-rowcount={total + 1}
          tabIndex={0}
          data-testid="document-scroll"
        >
          <div role="rowgroup" className={classes.columns}>
            <div role="row" aria-rowindex={1} className={classes.header}>
              {columns.map((column) => (
                <span key={column} role="columnheader">
                  <span className={column === 'Actions' ? 'spoken-only' : undefined}>{column}</span>
                </span>
              ))}
            </div>
          </div>
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => (
              <div
                key={item.key}
                role="rowgroup"
                className={classes.page}
                style={{ transform: `translateY(${item.start - HEADER_PX}px)`, height: item.size }}
              >
                <DocumentPage
                  filter={filter}
                  offset={item.index * PAGE_ROWS}
                  rows={Math.min(PAGE_ROWS, total - item.index * PAGE_ROWS)}
                  showCollection={scope === null}
                  onRead={setReading}
                />
              </div>
            ))}
          </div>
        </div>
      )}
      <span className="spoken-only" role="status">
        {data === undefined ? '' : `${formatCount(total)} documents match`}
      </span>
      <TextReader reading={reading} onClose={() => setReading(null)} />
    </div>
  )
}
