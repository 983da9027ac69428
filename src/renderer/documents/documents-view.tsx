/**
 * Owns the list of documents: what is indexed (or is not, and why), page by page however many there are.
 */
import { Center, Group, Select, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useCallback, useReducer, useState } from 'react'
import { exportFormats, type ExportFormat } from '../../shared/app-calls'
import { documentOrders, type DocumentOrder } from '../../shared/document-lists'
import { callApp } from '../client/caller'
import { useCall } from '../client/queries'
import { ExportMenu } from '../exports/export-menu'
import { Preview } from '../preview/late-preview'
import { PickButtons } from '../queue/pick-buttons'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import { browse, filterOf, isNarrowed, startBrowsing } from './browsing'
import { DocumentFilters } from './document-filters'
import { DocumentList } from './document-list'
import { PickedBar } from './picked-bar'
import shared from './document-columns.module.css'
import classes from './documents-view.module.css'
import type { ReactNode } from 'react'
import type { DocumentRow } from '../../shared/domain'
import type { Scope } from '../client/places'
import type { Reading } from '../preview/reading'

const columns: readonly { readonly label: string; readonly sort: DocumentOrder | null; readonly isSpoken?: boolean }[] =
  [
    { label: t('documents.pick'), sort: null, isSpoken: true },
    { label: t('documents.document'), sort: 'name' },
    { label: t('documents.state'), sort: 'state' },
    { label: t('documents.lastRead'), sort: 'date' },
    { label: t('documents.size'), sort: 'size' },
    { label: t('documents.passages'), sort: null },
    { label: t('documents.actions'), sort: null, isSpoken: true },
  ]
const orderLabels: Readonly<Record<DocumentOrder, string>> = {
  name: t('documents.byName'),
  date: t('documents.byDate'),
  size: t('documents.bySize'),
  kind: t('documents.byKind'),
  state: t('documents.byState'),
}

const exportLabels: Readonly<Record<ExportFormat, string>> = { csv: t('files.listCsv'), json: t('files.listJson') }

type ColumnProps = {
  readonly column: (typeof columns)[number]
  readonly direction: 'ascending' | 'descending' | null
  readonly onSort: (sort: DocumentOrder) => void
}

function ColumnName({ column, direction, onSort }: ColumnProps): ReactNode {
  const { label, sort, isSpoken } = column
  if (sort === null)
    return (
      <span role="columnheader">
        <span className={isSpoken ? 'spoken-only' : undefined}>{label}</span>
      </span>
    )
  const Chevron = direction === 'descending' ? IconChevronDown : IconChevronUp
  return (
    <span role="columnheader" aria-sort={direction ?? 'none'}>
      <UnstyledButton className={classes.sorter} onClick={() => onSort(sort)}>
        {label}
        {direction === null ? null : <Chevron size={13} aria-hidden />}
      </UnstyledButton>
    </span>
  )
}

type Props = {
  readonly scope: Scope
  /** Part of a path that the list is narrowed to at first. */
  readonly within: string
}

export function DocumentsView({ scope, within }: Props): ReactNode {
  const [browsing, change] = useReducer(browse, within, startBrowsing)
  const [reading, setReading] = useState<Reading | null>(null)
  const [scroll, setScroll] = useState<HTMLDivElement | null>(null)
  const { sort, descending, picked } = browsing
  const [contains] = useDebouncedValue(browsing.contains, 200)
  const filter = filterOf({ ...browsing, contains }, scope)
  const { data } = useCall(
    'documents.list',
    { ...filter, offset: 0, limit: 1 },
    { topics: ['documents'], pauseMs: 1_000, keepPrevious: true },
  )
  const total = data?.total ?? 0
  const pick = useCallback((document: DocumentRow) => change({ type: 'picked', document }), [])

  return (
    <div className={classes.view}>
      <Stack className={classes.head} gap="md">
        <ViewHead
          title={t('documents.title')}
          figures={data === undefined ? '' : t('common.documents', { count: total })}
          scope={scope}
        >
          <PickButtons scope={scope} />
        </ViewHead>
        <DocumentFilters narrowing={browsing} filter={filter} onNarrow={(by) => change({ type: 'narrowed', by })} />
        <Group justify="space-between" mih={30}>
          <PickedBar
            picked={picked}
            total={total}
            filter={filter}
            onPickAll={() => change({ type: 'pickedAll' })}
            onLetGo={() => change({ type: 'letGo' })}
          />
          <Group gap="xs" ms="auto" wrap="nowrap">
            <ExportMenu
              size="xs"
              disabled={total === 0}
              choices={exportFormats.map((format) => ({
                label: exportLabels[format],
                done: t('files.listExported'),
                write: (run) => callApp('documents.export', { run, format, ...filter, sort, descending }),
              }))}
            />
            <Select
              w={190}
              size="xs"
              aria-label={t('documents.order')}
              allowDeselect={false}
              comboboxProps={{ transitionProps: { duration: 0 } }}
              data={documentOrders.map((value) => ({ value, label: orderLabels[value] }))}
              value={sort}
              onChange={(value) => {
                const chosen = documentOrders.find((known) => known === value)
                if (chosen !== undefined && chosen !== sort) change({ type: 'sorted', sort: chosen })
              }}
            />
          </Group>
        </Group>
      </Stack>
      {data !== undefined && total === 0 ? (
        <Center mih={220}>
          <Text c="dimmed" ta="center" maw={420}>
            {t(isNarrowed(browsing) ? 'documents.noneFits' : 'documents.noneYet')}
          </Text>
        </Center>
      ) : (
        <div
          ref={setScroll}
          className={classes.scroll}
          role="table"
          aria-label={t('documents.title')}
          aria-rowcount={total + 1}
          tabIndex={0}
          data-testid="document-scroll"
        >
          <div role="rowgroup" className={classes.columns}>
            <div role="row" aria-rowindex={1} className={`${shared.columns} ${classes.header}`}>
              {columns.map((column) => (
                <ColumnName
                  key={column.label}
                  column={column}
                  direction={column.sort === sort ? (descending ? 'descending' : 'ascending') : null}
                  onSort={(by) => change({ type: 'sorted', sort: by })}
                />
              ))}
            </div>
          </div>
          <DocumentList
            scroll={scroll}
            total={total}
            filter={filter}
            order={{ sort, descending }}
            picked={picked}
            onPick={pick}
            showCollection={scope === null}
            onRead={setReading}
          />
        </div>
      )}
      <span className="spoken-only" role="status">
        {data === undefined ? '' : t('documents.match', { count: total })}
      </span>
      <Preview
        reading={reading}
        onRead={setReading}
        onClose={() => setReading(null)}
        onShowDocuments={(prefix) => {
          setReading(null)
          change({ type: 'narrowed', by: { contains: prefix } })
        }}
      />
    </div>
  )
}
