/**
 * Owns showing how two models differ on a person's own searches, and comparing them on another one. Refuses: judging which is better.
 */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatShare } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { describeMove, sortMoves } from './comparison'
import { sayModel } from './model-names'
import classes from './models-view.module.css'
import type { ModelComparison } from '../../shared/generations'

/** Moves of one search that are shown. */
const SHOWN_MOVES = 4
const SHOWN_QUERIES = 8

function Query({ query, overlap, moved }: ModelComparison['queries'][number]): ReactNode {
  const moves = sortMoves(moved)
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" fw={550} className="wrap-anywhere">
          {t('models.quoted', { name: query })}
        </Text>
        <Text size="xs" c="dimmed" className="figures">
          {t('models.inCommon', { share: formatShare(overlap) })}
        </Text>
      </Group>
      <ul className={classes.moved}>
        {moves.slice(0, SHOWN_MOVES).map((move) => (
          <li key={move.path}>
            <Text size="xs" c="dimmed" className="wrap-anywhere figures" title={move.path}>
              {t('models.moved', { name: nameOfPath(move.path), move: describeMove(move) })}
            </Text>
          </li>
        ))}
        {moves.length > SHOWN_MOVES ? (
          <li>
            <Text size="xs" c="dimmed">
              {t('models.andOthers', { count: moves.length - SHOWN_MOVES })}
            </Text>
          </li>
        ) : null}
      </ul>
    </div>
  )
}

type Props = {
  readonly collection: string
  /** What was compared when the new model was complete. */
  readonly noted: ModelComparison | null
  /** Names of the model that was used and of the one that came after it. */
  readonly from: string
  readonly to: string
}

export function ComparisonPanel({ collection, noted, from, to }: Props): ReactNode {
  const [asked, setAsked] = useState<ModelComparison | null>(null)
  const [query, setQuery] = useState('')
  const text = query.trim()
  const comparing = useAction(async () => {
    const queries = text === '' ? [] : [text]
    const { comparison } = await call('collections.compareModels', { name: collection, queries })
    if (comparison === null) showNote(t('models.nothingToCompare'), t('models.saveOrType'))
    else setAsked(comparison)
  })
  const shown = asked ?? noted
  return (
    <section className={classes.inset} aria-label={t('models.comparisonOfBoth')}>
      <Stack gap="sm">
        {shown === null ? (
          <Text size="sm" c="dimmed">
            {t('models.canBeCompared')}
          </Text>
        ) : (
          <>
            <Text size="sm" data-testid="overlap">
              {t('models.nearest', { from: sayModel(from), to: sayModel(to), share: formatShare(shown.overlap) })}
            </Text>
            {shown.queries.slice(0, SHOWN_QUERIES).map((one) => (
              <Query key={one.query} {...one} />
            ))}
          </>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            comparing.run()
          }}
        >
          <Group gap="xs">
            <TextInput
              size="xs"
              w={300}
              aria-label={t('models.searchToCompare')}
              placeholder={t('models.searchHint')}
              maxLength={1_000}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
            />
            <Button type="submit" size="xs" variant="default" loading={comparing.pending}>
              {t('models.compare')}
            </Button>
          </Group>
        </form>
      </Stack>
    </section>
  )
}
