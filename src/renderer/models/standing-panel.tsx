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
import { formatMoment, formatRemaining, formatShare } from '../text/figures'
import { t } from '../text/language'
import { ComparisonPanel } from './comparison-panel'
import { Marked } from './marked'
import { sayModel } from './model-names'
import classes from './models-view.module.css'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { CollectionGeneration } from '../../shared/generations'
import type { Standing } from './model-change'

type Of<K extends Standing['kind']> = Extract<Standing, { readonly kind: K }> & { readonly collection: string }

/** What holds the job of a rebuild, beside its pace. */
const describeRest = ({ job, remainingMs }: CallResult<'jobs.progress'>): string => {
  if (job.state === 'paused') return t('models.paused')
  if (job.state === 'queued') return t('models.waitsForTurn')
  return remainingMs === null ? t('models.atWork') : formatRemaining(remainingMs)
}

/** The job ended and the model is still not complete: it goes on where it stopped. */
function Stopped({ job, label }: { readonly job: string; readonly label: string }): ReactNode {
  const retrying = useAction(async () => {
    await call('jobs.retry', { id: job })
  })
  return (
    <Alert color="yellow" title={t('models.stoppedBefore')} mt="sm">
      <Text size="sm">{t('models.stoppedText')}</Text>
      <Button
        size="compact-sm"
        mt={8}
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={retrying.pending}
        aria-label={t('models.tryLabelAgain', { label })}
        onClick={retrying.run}
      >
        {t('models.tryAgain')}
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
    <section
      className={classes.inset}
      aria-label={t('models.vectorsByFor', { model: next.ref, collection })}
      data-testid="building"
    >
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          <Marked text={t('models.beingMade', { next: sayModel(next.ref), current: sayModel(serving.ref) })} />
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
          aria-label={t('models.progressOf', { model: next.ref })}
          data-testid="model-progress"
        />
        <Text size="sm" fw={600} className="figures">
          {formatShare(share)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" mt={6} className="figures">
        {t('models.textsOf', { part: next.contents, count: next.contents + next.missing })}
        {progress === undefined ? '' : ` · ${describeRest(progress)}`}
      </Text>
      {progress === undefined ? null : (
        <RetryLines retries={progress.retries ?? []} paused={progress.job.state === 'paused'} />
      )}
      {job !== undefined && ENDED.includes(job.state) ? <Stopped job={job.id} label={job.label} /> : null}
      <span className="spoken-only" role="status" aria-live="polite">
        {t('models.spokenProgress', { model: next.ref, percent: spoken })}
      </span>
    </section>
  )
}

export function Ready({ collection, serving, next }: Of<'ready'>): ReactNode {
  const switching = useAction(async () => {
    const { switched, missing } = await call('collections.switchModel', { name: collection })
    if (switched) showNote(t('models.searchedWithNow', { collection, model: sayModel(next.ref) }))
    else showNote(t('models.aMoment'), t('models.cameSince', { count: missing }))
  })
  return (
    <>
      <Group className={classes.inset} justify="space-between" wrap="nowrap" data-testid="ready">
        <Text size="sm">
          <Marked text={t('models.everyPassageHas', { next: sayModel(next.ref), current: sayModel(serving.ref) })} />
        </Text>
        <Button
          leftSection={<IconArrowRight size={15} aria-hidden />}
          loading={switching.pending}
          onClick={switching.run}
        >
          {t('models.use', { model: sayModel(next.ref) })}
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
    const rest = t('models.foundByKeyword', { count: missing })
    showNote(t('models.searchedWithAgain', { collection, model: sayModel(previous.ref) }), missing === 0 ? '' : rest)
  })
  const dropping = useAction(async () => {
    await call('collections.cleanup', { name: collection })
    showNote(t('models.letGone', { model: sayModel(previous.ref) }), t('models.vectorsDeleted'))
  })
  const ask = (): void =>
    confirmFirst({
      title: t('models.letGoTitle', { model: sayModel(previous.ref) }),
      text: t('models.letGoText', { collection, current: sayModel(serving.ref) }),
      keep: t('models.keepThem'),
      action: t('models.deleteThem'),
      run: dropping.run,
    })
  return (
    <>
      <Group className={classes.inset} justify="space-between" wrap="nowrap" data-testid="previous">
        <Stack gap={2}>
          <Text size="sm">
            <Marked text={t('models.previousKept', { model: sayModel(previous.ref) })} />
          </Text>
          <Text size="xs" c="dimmed" className="figures">
            {t('models.sinceMoment', { moment: formatMoment(previous.changedAt) })} ·{' '}
            {previous.missing === 0
              ? t('models.texts', { count: previous.contents })
              : t('models.without', {
                  texts: t('models.texts', { count: previous.contents }),
                  number: previous.missing,
                })}
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
            {t('models.goBackTo', { model: sayModel(previous.ref) })}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" loading={dropping.pending} onClick={ask}>
            {t('models.letGoOfIt')}
          </Button>
        </Group>
      </Group>
      {serving.comparison === null ? null : (
        <ComparisonPanel collection={collection} noted={serving.comparison} from={previous.ref} to={serving.ref} />
      )}
    </>
  )
}
