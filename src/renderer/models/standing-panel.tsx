/**
 * Owns where a change of model stands: being made while the old one serves, ready to be used, or done and to be taken back.
 */
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconArrowBackUp, IconArrowRight, IconRefresh } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { CancelButton, PauseButton, ResumeButton } from '../queue/job-buttons'
import { RetryLines } from '../queue/retry-lines'
import { confirmFirst } from '../shell/confirmation'
import { formatCount, formatMoment, formatPlural, formatRemaining, formatShare } from '../text/figures'
import { ComparisonPanel } from './comparison-panel'
import { sayModel } from './model-names'
import classes from './models-view.module.css'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { CollectionGeneration } from '../../shared/generations'
import type { Standing } from './model-change'

type Of<K extends Standing['kind']> = Extract<Standing, { readonly kind: K }> & { readonly collection: string }

/** What holds the job of a rebuild, beside its pace. */
const describeRest = ({ job, remainingMs }: CallResult<'jobs.progress'>): string => {
  if (job.state === 'paused') return 'Paused'
  if (job.state === 'queued') return 'Waits for its turn'
  return remainingMs === null ? 'At work' : formatRemaining(remainingMs)
}

/** The job ended and the model is still not complete: it goes on where it stopped. */
function Stopped({ job, label }: { readonly job: string; readonly label: string }): ReactNode {
  const retrying = useAction(async () => {
    await call('jobs.retry', { id: job })
  })
  return (
    <Alert color="yellow" title="It stopped before it was complete" mt="sm">
      <Text size="sm">Searches go on as they are. What was made is kept: trying again goes on from there.</Text>
      <Button
        size="compact-sm"
        mt={8}
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={retrying.pending}
        aria-label={`Try ${label} again`}
        onClick={retrying.run}
      >
        Try again
      </Button>
    </Alert>
  )
}

const ENDED = ['completed', 'completed_with_problems', 'failed', 'cancelled']

export function Building({ collection, serving, next, share }: Of<'building'>): ReactNode {
  const { data: progress } = useCall('jobs.progress', next.job === null ? null : { id: next.job }, {
    topics: ['jobs'],
    everyMs: 1_000,
    quiet: ['NOT_FOUND'],
  })
  const spoken = Math.floor(share * 10) * 10
  const { job } = progress ?? {}
  return (
    <section className={classes.inset} aria-label={`Vectors by ${next.ref} for ${collection}`} data-testid="building">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          Vectors by <b>{sayModel(next.ref)}</b> are being made. Searches go on with {sayModel(serving.ref)} until they
          are complete.
        </Text>
        {job === undefined ? null : (
          <Group gap={6} wrap="nowrap">
            {job.state === 'paused' ? (
              <ResumeButton id={job.id} label={job.label} compact />
            ) : (
              <PauseButton id={job.id} label={job.label} compact />
            )}
            <CancelButton id={job.id} label={job.label} compact />
          </Group>
        )}
      </Group>
      <Group gap="sm" wrap="nowrap" mt={10}>
        <Progress
          className={classes.bar}
          value={share * 100}
          size={8}
          aria-label={`Vectors by ${next.ref}: progress`}
          data-testid="model-progress"
        />
        <Text size="sm" fw={600} className="figures">
          {formatShare(share)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" mt={6} className="figures">
        {formatCount(next.contents)} of {formatPlural(next.contents + next.missing, 'text')}
        {progress === undefined ? '' : ` · ${describeRest(progress)}`}
      </Text>
      {progress === undefined ? null : (
        <RetryLines retries={progress.retries ?? []} paused={progress.job.state === 'paused'} />
      )}
      {job !== undefined && ENDED.includes(job.state) ? <Stopped job={job.id} label={job.label} /> : null}
      <span className="spoken-only" role="status" aria-live="polite">
        Vectors by {next.ref}: {spoken} percent
      </span>
    </section>
  )
}

export function Ready({ collection, serving, next }: Of<'ready'>): ReactNode {
  const switching = useAction(async () => {
    const { switched, missing } = await call('collections.switchModel', { name: collection })
    if (switched) showNote(`“${collection}” is searched with ${sayModel(next.ref)} now`)
    else showNote('A moment', `${formatPlural(missing, 'text')} came since; their vectors are made first.`)
  })
  return (
    <>
      <Group className={classes.inset} justify="space-between" wrap="nowrap" data-testid="ready">
        <Text size="sm">
          Every passage has its vectors by <b>{sayModel(next.ref)}</b>. Searches go on with {sayModel(serving.ref)}{' '}
          until you say.
        </Text>
        <Button
          leftSection={<IconArrowRight size={15} aria-hidden />}
          loading={switching.pending}
          onClick={switching.run}
        >
          Use {sayModel(next.ref)}
        </Button>
      </Group>
      <ComparisonPanel collection={collection} noted={next.comparison} from={serving.ref} to={next.ref} />
    </>
  )
}

type PreviousProps = {
  readonly collection: string
  readonly serving: CollectionGeneration
  readonly previous: CollectionGeneration
}

/** What was used before, for as long as it is kept. */
export function Previous({ collection, serving, previous }: PreviousProps): ReactNode {
  const returning = useAction(async () => {
    const { missing } = await call('collections.rollback', { name: collection })
    const rest = `${formatPlural(missing, 'text')} that came since are found by keyword until their vectors are made.`
    showNote(`“${collection}” is searched with ${sayModel(previous.ref)} again`, missing === 0 ? '' : rest)
  })
  const dropping = useAction(async () => {
    await call('collections.cleanup', { name: collection })
    showNote(`Let go of ${sayModel(previous.ref)}`, 'Its vectors are deleted.')
  })
  const ask = (): void =>
    confirmFirst({
      title: `Let go of the vectors by ${sayModel(previous.ref)}?`,
      text: `They are deleted. Going back to that model later means making them anew. “${collection}” stays searched with ${sayModel(serving.ref)}.`,
      keep: 'Keep them',
      action: 'Delete them',
      run: dropping.run,
    })
  return (
    <>
      <Group className={classes.inset} justify="space-between" wrap="nowrap" data-testid="previous">
        <Stack gap={2}>
          <Text size="sm">
            The vectors by <b>{sayModel(previous.ref)}</b>, used before, are kept.
          </Text>
          <Text size="xs" c="dimmed" className="figures">
            Since {formatMoment(previous.changedAt)} · {formatPlural(previous.contents, 'text')}
            {previous.missing === 0 ? '' : `, ${formatCount(previous.missing)} without`}
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            loading={returning.pending}
            onClick={returning.run}
          >
            Go back to {sayModel(previous.ref)}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" loading={dropping.pending} onClick={ask}>
            Let go of it
          </Button>
        </Group>
      </Group>
      {serving.comparison === null ? null : (
        <ComparisonPanel collection={collection} noted={serving.comparison} from={previous.ref} to={serving.ref} />
      )}
    </>
  )
}
