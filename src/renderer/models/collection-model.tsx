/**
 * Owns the model of one collection as people see it: what is in use, why it may be another one by now, and how it is changed.
 */
import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconArrowsExchange } from '@tabler/icons-react'
import { useReducer, type ReactNode } from 'react'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import { ChangeForm } from './change-form'
import { CLOSED, reduceChange, standingOf, type Standing } from './model-change'
import { nameOfModel, shortModel } from './model-names'
import { OutdatedText } from './outdated-text'
import { Building, Previous, Ready } from './standing-panel'
import classes from './models-view.module.css'
import type { CollectionGeneration } from '../../shared/generations'

/** Counting what has vectors is not for every moment. */
const PAUSE_MS = 1_000

const describeServing = ({ model, dimensions, contents, missing }: CollectionGeneration): string =>
  [
    shortModel(model),
    t('models.dimensions', { count: dimensions }),
    t('models.texts', { count: contents }),
    missing === 0 ? null : t('models.withoutVectors', { number: missing }),
  ]
    .filter((part) => part !== null)
    .join(' · ')

/** Nothing is changed by itself: a person says when. */
function Stale({ reason, onRebuild }: { readonly reason: string; readonly onRebuild: () => void }): ReactNode {
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('models.otherMaking')} mt="sm">
      <Text size="sm">{reason}</Text>
      <Button size="compact-sm" mt={8} variant="default" onClick={onRebuild}>
        {t('models.makeAnew')}
      </Button>
    </Alert>
  )
}

function Stand({ collection, standing }: { readonly collection: string; readonly standing: Standing }): ReactNode {
  if (standing.kind === 'building') return <Building {...standing} collection={collection} />
  if (standing.kind === 'ready') return <Ready {...standing} collection={collection} />
  if (standing.kind === 'settled' && standing.previous !== null)
    return <Previous collection={collection} serving={standing.serving} previous={standing.previous} />
  return null
}

type Props = {
  readonly collection: string
  /** Why its documents should be read anew; `null` while there is no reason. */
  readonly outdated: string | null
  /** The model that a person came here for; `null` for none. */
  readonly wanted: string | null
}

export function CollectionModel({ collection, outdated, wanted }: Props): ReactNode {
  const { data } = useCall(
    'collections.models',
    { name: collection },
    { topics: ['collections', 'jobs'], pauseMs: PAUSE_MS, quiet: ['NOT_FOUND'] },
  )
  const [change, send] = useReducer(reduceChange, wanted, (model) =>
    model === null ? CLOSED : reduceChange(CLOSED, { type: 'opened', model }),
  )
  const standing = data === undefined ? null : standingOf(data.generations)
  const serving = standing === null || standing.kind === 'empty' ? null : standing.serving
  const stale = serving?.stale ?? null
  return (
    <section className={`surface ${classes.card ?? ''}`} aria-label={t('models.modelOf', { collection })}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Title order={3} size="sm" className="wrap-anywhere">
            {collection}
          </Title>
          {standing === null ? (
            <Skeleton h={14} w={240} mt={4} />
          ) : (
            <>
              <Text size="sm" data-testid="serving">
                {serving === null ? t('models.noVectors') : nameOfModel(serving.ref)}
              </Text>
              {serving === null ? null : (
                <Text size="xs" c="dimmed" className="figures wrap-anywhere">
                  {describeServing(serving)}
                </Text>
              )}
            </>
          )}
        </Stack>
        {change.step === 'closed' && standing !== null && standing.kind !== 'building' ? (
          <Button
            size="compact-sm"
            variant="default"
            style={{ flexShrink: 0 }}
            leftSection={<IconArrowsExchange size={14} aria-hidden />}
            aria-label={t('models.changeModelOf', { collection })}
            onClick={() => send({ type: 'opened', model: null })}
          >
            {t('models.change')}
          </Button>
        ) : null}
      </Group>
      {outdated === null ? null : <OutdatedText collection={collection} reason={outdated} />}
      {stale !== null && serving !== null && change.step === 'closed' && standing?.kind === 'settled' ? (
        <Stale reason={stale} onRebuild={() => send({ type: 'opened', model: serving.ref })} />
      ) : null}
      {change.step === 'closed' ? null : (
        <ChangeForm collection={collection} current={serving?.ref ?? null} state={change} send={send} />
      )}
      {standing === null ? null : <Stand collection={collection} standing={standing} />}
    </section>
  )
}
