/**
 * Owns one page of a group: it reads its own rows, and keeps their place while they are on their way.
 */
import { Skeleton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { DocumentPath } from '../documents/document-path'
import { formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { withoutAdvice } from '../text/sentences'
import { filterOfGroup, PAGE_ROWS, type LetterGroup } from './letter-groups'
import classes from './letter-page.module.css'
import type { ReactNode } from 'react'
import type { DeadLetter } from '../../shared/dead-letters'

type Props = {
  readonly group: LetterGroup
  readonly offset: number
  readonly rows: number
  readonly collection: string | undefined
  readonly aside: boolean
  readonly onOpen: (id: string) => void
}

const describeTries = ({ attempts, bytes, at }: DeadLetter): string => {
  const tries = attempts.filter(({ counted }) => counted).length
  return [tries > 1 ? t('failed.tries', { count: tries }) : null, formatSize(bytes), formatMoment(at)]
    .filter((part) => part !== null)
    .join(' · ')
}

function LetterRow({
  letter,
  shared,
  onOpen,
}: { letter: DeadLetter; shared: string } & Pick<Props, 'onOpen'>): ReactNode {
  const { id, path, collection, message } = letter
  return (
    // Plain elements: a page of rows has to appear between two frames.
    <button
      type="button"
      className={classes.row}
      onClick={() => onOpen(id)}
      data-testid="letter"
      aria-label={t('failed.whatHappened', { name: nameOfPath(path) })}
    >
      <span className={classes.words}>
        <span className={classes.name}>{nameOfPath(path)}</span>
        <span className={classes.path}>
          {message === shared ? `${collection} · ` : `${withoutAdvice(message)} · `}
          <DocumentPath path={path} />
        </span>
      </span>
      <span className={`figures ${classes.facts}`}>{describeTries(letter)}</span>
      <IconChevronRight size={16} aria-hidden className={classes.chevron} />
    </button>
  )
}

export function LetterPage({ group, offset, rows, collection, aside, onOpen }: Props): ReactNode {
  const { data } = useCall(
    'deadLetters.list',
    { ...filterOfGroup(group.code, collection), discarded: aside, offset, limit: PAGE_ROWS },
    { topics: ['jobs', 'documents'], pauseMs: 500, keepPrevious: true },
  )
  if (data === undefined) {
    return Array.from({ length: rows }, (_, at) => (
      <div key={at} className={classes.row}>
        <Skeleton h={14} w={`${30 + ((at * 37) % 40)}%`} />
      </div>
    ))
  }
  return data.deadLetters.map((letter) => (
    <LetterRow key={letter.id} letter={letter} shared={group.message} onOpen={onOpen} />
  ))
}
