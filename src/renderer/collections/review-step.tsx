/**
 * Owns the last step: what was chosen, and what a look at the contents found before anything is read.
 */
import { Alert, Group, Loader, Stack, Text } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { splitIntoBatches } from '../client/intake'
import { Confirmation, Figures } from '../intake/preflight-dialog'
import { nameOfModel } from '../models/model-names'
import { t } from '../text/language'
import { ColorName } from './color-mark'
import classes from './collection-wizard.module.css'
import { figureWays, scanWays, summaryWays } from './reading-ways'
import { patternsOf, type Draft, type Look } from './wizard-state'
import type { StepProps } from './steps'

const describePace = ({ weight, tasksPerMinute }: Draft): string =>
  [
    weight === 1 ? null : t('collections.timesTheTurns', { weight }),
    tasksPerMinute === null
      ? null
      : tasksPerMinute === 0
        ? t('collections.anyNumberAMinute')
        : t('collections.itemsAMinute', { count: tasksPerMinute }),
  ]
    .filter((part) => part !== null)
    .join(', ') || t('collections.asUsual')

function Chosen({ draft }: { readonly draft: Draft }): ReactNode {
  const patterns = patternsOf(draft.ignores)
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t('collections.name'), draft.name.trim()],
    [t('collections.color'), <ColorName key="color" color={draft.color} />],
    [t('collections.leftOut'), patterns.length === 0 ? t('collections.nothingOfItsOwn') : patterns.join(', ')],
    [t('collections.vectors'), nameOfModel(draft.model)],
    [t('collections.picturesOfText'), scanWays[draft.scans].label],
    [t('collections.figures'), figureWays[draft.figures].label],
    [t('collections.summaries'), summaryWays[draft.summaries].label],
    [t('collections.pace'), describePace(draft)],
  ]
  return (
    <dl className={classes.facts}>
      {rows.map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>
            <Text size="sm">{label}</Text>
          </dt>
          <dd>
            <Text size="sm" component="div">
              <bdi>{value}</bdi>
            </Text>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Found({ look }: { readonly look: Look }): ReactNode {
  switch (look.kind) {
    case 'nothing':
      return (
        <Text size="sm" c="dimmed">
          {t('collections.beginsEmpty')}
        </Text>
      )
    case 'looking':
      return (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">{t('collections.looking')}</Text>
        </Group>
      )
    case 'failed':
      return <Text size="sm">{t('collections.notEstimated', { message: look.message })}</Text>
    case 'seen':
      return (
        <Stack gap="md">
          <Figures estimate={look.estimate} />
          {look.estimate.confirmation === null ? null : <Confirmation confirmation={look.estimate.confirmation} />}
        </Stack>
      )
  }
}

/** Looks at the contents while that is waited for; a look that nobody waits for any more is ended. */
const useLook = (draft: Draft, look: Look, send: StepProps['send']): void => {
  const isLooking = look.kind === 'looking'
  useEffect(() => {
    if (!isLooking) return undefined
    const id = crypto.randomUUID()
    let live = true
    const [paths = []] = splitIntoBatches(draft.paths)
    const { name, ignores, model, scans, figures, summaries } = draft
    const settings = { model, scans, figures, summaries }
    call('jobs.estimate', { paths, collection: name.trim(), ignores: patternsOf(ignores), id, settings }).then(
      (estimate) => live && send({ type: 'looked', estimate }),
      (thrown: unknown) => live && send({ type: 'lookFailed', error: toAppError(thrown) }),
    )
    return () => {
      live = false
      call('jobs.stopEstimate', { id }).catch(showFailure)
    }
  }, [draft, isLooking, send])
}

export function ReviewStep({ draft, look, refusal, send }: StepProps & { readonly look: Look }): ReactNode {
  useLook(draft, look, send)
  return (
    <Stack gap="lg">
      {refusal === null ? null : (
        <Alert color="red" title={refusal.message}>
          {refusal.code}
        </Alert>
      )}
      <Chosen draft={draft} />
      <Found look={look} />
    </Stack>
  )
}
