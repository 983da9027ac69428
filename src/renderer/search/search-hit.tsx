/**
 * Owns one result: whose passage it is, the words that matched, what is folded into it, and the ways to the original.
 */
import { Badge, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import {
  IconClipboardText,
  IconExternalLink,
  IconFolderSearch,
  IconSparkles,
  IconTextCaption,
} from '@tabler/icons-react'
import { isOpenable } from '../../shared/openable'
import { useAction } from '../client/actions'
import { copyText } from '../client/clipboard'
import { openDocument, revealDocument } from '../documents/document-actions'
import { KindIcon } from '../documents/kind-icon'
import { formatCitation } from '../preview/citation'
import { Crumbs } from '../preview/crumbs'
import { readingOfHit, type Reading } from '../preview/reading'
import { isInArchive, nameOfPath } from '../text/passages'
import { MorePassages, Snippet } from './more-passages'
import { keyOfHit } from './steady-results'
import { locale, t } from '../text/language'
import classes from './search-hit.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Hit } from '../../shared/domain'
import type { Likeness } from './live-search'

export type HitActions = {
  readonly onRead: (reading: Reading) => void
  readonly onLike: (likeness: Likeness) => void
  readonly onShowDocuments: (prefix: string) => void
  /** The pointer or the focus is on this hit. */
  readonly onPoint: (key: string) => void
}

type Props = HitActions & {
  readonly hit: Hit
  /** What was asked; its words are marked when the document is read. */
  readonly query: string
  /** The score as a share of the best one. */
  readonly share: number
  readonly position: number
  readonly total: number
  readonly showCollection: boolean
}

const BARS = 4
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })

function Relevance({ share }: { readonly share: number }): ReactNode {
  const bars = Math.max(1, Math.round(share * BARS))
  return (
    <Tooltip label={t('search.relevanceShare', { percent: Math.round(share * 100) })}>
      <span className={classes.relevance} role="img" aria-label={t('search.relevance', { bars, of: BARS })}>
        {Array.from({ length: BARS }, (_, at) => (
          <span key={at} className={classes.bar} data-filled={at < bars || undefined} />
        ))}
      </span>
    </Tooltip>
  )
}

const citeHit = (hit: Hit): Promise<void> =>
  copyText(formatCitation(hit.text, hit.path, hit.page), t('search.passageWithSource'))

function HitButtons({
  hit,
  onRead,
  onLike,
}: Pick<Props, 'hit' | 'onLike'> & { readonly onRead: () => void }): ReactNode {
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  const citing = useAction(citeHit)
  const name = nameOfPath(hit.path)
  const inArchive = isInArchive(hit.path)
  const look = { size: 'compact-sm', variant: 'subtle', color: 'gray' } as const
  return (
    <Group gap={2}>
      <Button
        {...look}
        leftSection={<IconTextCaption size={14} aria-hidden />}
        onClick={onRead}
        aria-label={t('search.readTextOf', { name })}
      >
        {t('search.read')}
      </Button>
      {inArchive && !isOpenable(hit.path, true) ? null : (
        <Button
          {...look}
          leftSection={<IconExternalLink size={14} aria-hidden />}
          loading={opening.pending}
          onClick={() => opening.run(hit.documentId)}
          aria-label={t('search.openName', { name })}
        >
          {t(inArchive ? 'search.openCopy' : 'search.open')}
        </Button>
      )}
      <Button
        {...look}
        leftSection={<IconFolderSearch size={14} aria-hidden />}
        loading={revealing.pending}
        onClick={() => revealing.run(hit.documentId)}
        aria-label={t(inArchive ? 'search.showArchiveOf' : 'search.showInFolderOf', { name })}
      >
        {t(inArchive ? 'search.showArchive' : 'search.showInFolder')}
      </Button>
      <Button
        {...look}
        leftSection={<IconClipboardText size={14} aria-hidden />}
        loading={citing.pending}
        onClick={() => citing.run(hit)}
        aria-label={t('search.copyPassageOf', { name })}
      >
        {t('client.copy')}
      </Button>
      <Button
        {...look}
        leftSection={<IconSparkles size={14} aria-hidden />}
        onClick={() => onLike({ documentId: hit.documentId, chunk: hit.chunk, name })}
        aria-label={t('search.findMoreLike', { name })}
      >
        {t('search.moreLikeThis')}
      </Button>
    </Group>
  )
}

export function SearchHit(props: Props): ReactNode {
  const { hit, query, onRead } = props
  const name = nameOfPath(hit.path)
  const opening = useAction(openDocument)
  const titled = hit.title !== null && hit.title !== '' && hit.title !== name
  const read = (): void => onRead(readingOfHit(hit, query))
  const point = (): void => props.onPoint(keyOfHit(hit))
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget || event.key !== 'Enter') return
    event.preventDefault()
    if ((event.ctrlKey || event.metaKey) && (!isInArchive(hit.path) || isOpenable(hit.path, true)))
      opening.run(hit.documentId)
    else read()
  }
  return (
    <article
      className={`surface ${classes.hit}`}
      tabIndex={0}
      data-hit
      onKeyDown={onKeyDown}
      onPointerMove={point}
      onFocus={point}
      aria-label={name}
      aria-posinset={props.position}
      aria-setsize={props.total}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
        <Group gap={10} wrap="nowrap" align="flex-start" miw={0}>
          <KindIcon kind={hit.kind} />
          <Stack gap={1} miw={0}>
            <Text fw={600} className="wrap-anywhere" lh={1.35}>
              {titled ? hit.title : name}
            </Text>
            <Crumbs
              id={hit.documentId}
              path={hit.path}
              page={hit.page}
              collection={hit.collection}
              onReadThis={read}
              onRead={onRead}
              onShowDocuments={props.onShowDocuments}
            />
          </Stack>
        </Group>
        <Group gap={8} wrap="nowrap" pt={3}>
          {hit.date === undefined || hit.date === null ? null : (
            <Text size="xs" c="dimmed" className={classes.date}>
              {days.format(new Date(hit.date))}
            </Text>
          )}
          {props.showCollection ? (
            <Badge variant="default" size="sm" tt="none" fw={500}>
              {hit.collection}
            </Badge>
          ) : null}
          <Relevance share={props.share} />
        </Group>
      </Group>
      <Text className={classes.snippet} dir="auto">
        <Snippet snippet={hit.snippet} />
      </Text>
      <MorePassages hit={hit} onRead={(passage) => onRead(readingOfHit(hit, query, passage))} />
      <div className={classes.actions}>
        <HitButtons hit={hit} onRead={read} onLike={props.onLike} />
      </div>
    </article>
  )
}
