/**
 * Owns one result: whose passage it is, the words that matched, what is folded into it, and the ways to the original.
 */
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
import { memo, type KeyboardEvent, type ReactNode } from 'react'
import type { Icon } from '@tabler/icons-react'
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
    <span
      className={classes.relevance}
      role="img"
      aria-label={t('search.relevance', { bars, of: BARS })}
      title={t('search.relevanceShare', { percent: Math.round(share * 100) })}
    >
      {Array.from({ length: BARS }, (_, at) => (
        <span key={at} className={classes.bar} data-filled={at < bars || undefined} />
      ))}
    </span>
  )
}

type ButtonProps = {
  readonly sign: Icon
  readonly label: string
  readonly text: string
  readonly pending?: boolean
  readonly onClick: () => void
}

/** A hundred of these come with each letter that is typed: plain elements, where the ones of the library cost more than the search. */
function HitButton({ sign: Sign, label, text, pending = false, onClick }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      aria-busy={pending || undefined}
      disabled={pending}
      onClick={onClick}
    >
      <Sign size={14} aria-hidden />
      {text}
    </button>
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
  return (
    <div className={classes.buttons}>
      <HitButton
        sign={IconTextCaption}
        label={t('search.readTextOf', { name })}
        text={t('search.read')}
        onClick={onRead}
      />
      {inArchive && !isOpenable(hit.path, true) ? null : (
        <HitButton
          sign={IconExternalLink}
          label={t('search.openName', { name })}
          text={t(inArchive ? 'search.openCopy' : 'search.open')}
          pending={opening.pending}
          onClick={() => opening.run(hit.documentId)}
        />
      )}
      <HitButton
        sign={IconFolderSearch}
        label={t(inArchive ? 'search.showArchiveOf' : 'search.showInFolderOf', { name })}
        text={t(inArchive ? 'search.showArchive' : 'search.showInFolder')}
        pending={revealing.pending}
        onClick={() => revealing.run(hit.documentId)}
      />
      <HitButton
        sign={IconClipboardText}
        label={t('search.copyPassageOf', { name })}
        text={t('client.copy')}
        pending={citing.pending}
        onClick={() => citing.run(hit)}
      />
      <HitButton
        sign={IconSparkles}
        label={t('search.findMoreLike', { name })}
        text={t('search.moreLikeThis')}
        onClick={() => onLike({ documentId: hit.documentId, chunk: hit.chunk, name })}
      />
    </div>
  )
}

/** Made anew only when something of it changes: letters that are typed leave the results of before alone. */
export const SearchHit = memo(function SearchHit(props: Props): ReactNode {
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
      <div className={classes.head}>
        <div className={classes.whose}>
          <KindIcon kind={hit.kind} isPlain />
          <div className={classes.names}>
            <div className={`${classes.title} wrap-anywhere`}>{titled ? hit.title : name}</div>
            <Crumbs
              id={hit.documentId}
              path={hit.path}
              page={hit.page}
              collection={hit.collection}
              onReadThis={read}
              onRead={onRead}
              onShowDocuments={props.onShowDocuments}
            />
          </div>
        </div>
        <div className={classes.aside}>
          {hit.date === undefined || hit.date === null ? null : (
            <span className={classes.date}>{days.format(new Date(hit.date))}</span>
          )}
          {props.showCollection ? <span className={classes.collection}>{hit.collection}</span> : null}
          <Relevance share={props.share} />
        </div>
      </div>
      <div className={classes.snippet} dir="auto">
        <Snippet snippet={hit.snippet} />
      </div>
      <MorePassages hit={hit} onRead={(passage) => onRead(readingOfHit(hit, query, passage))} />
      <div className={classes.actions}>
        <HitButtons hit={hit} onRead={read} onLike={props.onLike} />
      </div>
    </article>
  )
})
