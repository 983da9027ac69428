/**
 * Owns one result: whose passage it is, the words that matched, and the ways to the original.
 */
import { Badge, Group, Stack, Text, Tooltip } from '@mantine/core'
import { DocumentActions, openDocument } from '../documents/document-actions'
import { DocumentPath } from '../documents/document-path'
import { KindIcon } from '../documents/kind-icon'
import { isInArchive, nameOfPath, splitSnippet } from '../text/passages'
import { useAction } from '../client/actions'
import classes from './search-hit.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Hit } from '../../shared/domain'
import type { Reading } from '../documents/text-reader'

type Props = {
  readonly hit: Hit
  /** The score as a share of the best one. */
  readonly share: number
  readonly showCollection: boolean
  readonly onRead: (reading: Reading) => void
}

const BARS = 4

function Relevance({ share }: { readonly share: number }): ReactNode {
  const bars = Math.max(1, Math.round(share * BARS))
  return (
    <Tooltip label={`Relevance: ${Math.round(share * 100)}% of the best match`}>
      <span className={classes.relevance} role="img" aria-label={`Relevance ${bars} of ${BARS}`}>
        {Array.from({ length: BARS }, (_, at) => (
          <span key={at} className={classes.bar} data-filled={at < bars || undefined} />
        ))}
      </span>
    </Tooltip>
  )
}

/** Moves the focus to the next or previous result. */
const moveFocus = (from: HTMLElement, step: 1 | -1): void => {
  const all = Array.from(document.querySelectorAll<HTMLElement>('[data-hit]'))
  all[all.indexOf(from) + step]?.focus()
}

export function SearchHit({ hit, share, showCollection, onRead }: Props): ReactNode {
  const name = nameOfPath(hit.path)
  const opening = useAction(openDocument)
  const titled = hit.title !== null && hit.title !== '' && hit.title !== name
  const read = (): void =>
    onRead({ id: hit.documentId, name, path: hit.path, passage: { start: hit.start, end: hit.end } })
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') {
      if (isInArchive(hit.path)) read()
      else opening.run(hit.documentId)
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    moveFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
  }
  return (
    <article className={`surface ${classes.hit}`} tabIndex={0} data-hit onKeyDown={onKeyDown} aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
        <Group gap={10} wrap="nowrap" align="flex-start" miw={0}>
          <KindIcon kind={hit.kind} />
          <Stack gap={1} miw={0}>
            <Text fw={600} className="wrap-anywhere" lh={1.35}>
              {titled ? hit.title : name}
            </Text>
            <DocumentPath path={hit.path} />
          </Stack>
        </Group>
        <Group gap={8} wrap="nowrap" pt={3}>
          {showCollection ? (
            <Badge variant="default" size="sm" tt="none" fw={500}>
              {hit.collection}
            </Badge>
          ) : null}
          {hit.page === null ? null : (
            <Badge variant="default" size="sm" tt="none" fw={500} className="figures">
              Page {hit.page}
            </Badge>
          )}
          <Relevance share={share} />
        </Group>
      </Group>
      <Text className={classes.snippet}>
        {splitSnippet(hit.snippet).map((part, at) =>
          part.marked ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>,
        )}
      </Text>
      <div className={classes.actions}>
        <DocumentActions id={hit.documentId} path={hit.path} onRead={read} />
      </div>
    </article>
  )
}
