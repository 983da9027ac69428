/**
 * Owns what is folded into a result: further passages of its document, and documents that say the same.
 */
import { Anchor, Stack, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { splitSnippet } from '../text/passages'
import { formatPlace } from '../preview/citation'
import { t } from '../text/language'
import classes from './more-passages.module.css'
import type { ReactNode } from 'react'
import type { Hit } from '../../shared/domain'
import type { MorePassage } from '../../shared/search'

type SnippetProps = { readonly snippet: string }

/** A snippet with its marks. */
export function Snippet({ snippet }: SnippetProps): ReactNode {
  return splitSnippet(snippet).map((part, at) =>
    part.marked ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>,
  )
}

type Props = { readonly hit: Hit; readonly onRead: (passage: MorePassage) => void }

export function MorePassages({ hit, onRead }: Props): ReactNode {
  const [open, setOpen] = useState(false)
  const { more = [], duplicates = [] } = hit
  const total = hit.moreTotal ?? more.length
  if (more.length === 0 && duplicates.length === 0) return null
  return (
    <Stack gap={4} mt={2}>
      {more.length === 0 ? null : (
        <Anchor
          component="button"
          type="button"
          size="xs"
          w="fit-content"
          aria-expanded={open}
          onClick={() => setOpen((before) => !before)}
        >
          {open ? t('search.fewerPassages') : t('search.morePassages', { count: total })}
        </Anchor>
      )}
      {open
        ? more.map((passage) => (
            <UnstyledButton
              key={passage.chunk}
              className={classes.passage}
              onClick={() => onRead(passage)}
              data-testid="more-passage"
            >
              {passage.page === null ? null : (
                <span className={classes.page}>{t('search.page', { page: passage.page })}</span>
              )}
              <Snippet snippet={passage.snippet} />
            </UnstyledButton>
          ))
        : null}
      {duplicates.length === 0 ? null : (
        <Text size="xs" c="dimmed" title={duplicates.map(({ path }) => formatPlace(path, null)).join('\n')}>
          {t('search.sameIn', {
            count: duplicates.length,
            places: `${duplicates
              .slice(0, 3)
              .map(({ path }) => formatPlace(path, null))
              .join(', ')}${duplicates.length > 3 ? ' …' : ''}`,
          })}
        </Text>
      )}
    </Stack>
  )
}
