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
import { formatPlural } from '../text/figures'
import { ColorName } from './color-mark'
import classes from './collection-wizard.module.css'
import { figureWays, scanWays, summaryWays } from './reading-ways'
import { patternsOf, type Draft, type Look } from './wizard-state'
import type { StepProps } from './steps'

const describePace = ({ weight, tasksPerMinute }: Draft): string =>
  [
    weight === 1 ? null : `${weight} times the usual turns`,
    tasksPerMinute === null
      ? null
      : tasksPerMinute === 0
        ? 'any number of items a minute'
        : `${formatPlural(tasksPerMinute, 'item')} a minute`,
  ]
    .filter((part) => part !== null)
    .join(', ') || 'As usual'

function Chosen({ draft }: { readonly draft: Draft }): ReactNode {
  const patterns = patternsOf(draft.ignores)
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Name', draft.name.trim()],
    ['Color', <ColorName key="color" color={draft.color} />],
    ['Left out', patterns.length === 0 ? 'Nothing of its own' : patterns.join(', ')],
    ['Vectors', nameOfModel(draft.model)],
    ['Pictures of text', scanWays[draft.scans].label],
    ['Figures', figureWays[draft.figures].label],
    ['Summaries', summaryWays[draft.summaries].label],
    ['Pace', describePace(draft)],
  ]
  return (
    <dl className={classes.facts}>
      {rows.map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>
            <Text size="sm">{label}</Text>
          </dt>
          <dd>
            <Text size="sm" component="div" dir="auto">
              {value}
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
          It begins empty. Drop files, folders or archives on the window while it is chosen to add them.
        </Text>
      )
    case 'looking':
      return (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">Looking at what is in there. Nothing is read yet.</Text>
        </Group>
      )
    case 'failed':
      return <Text size="sm">It could not be estimated: {look.message}</Text>
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
