/**
 * Owns the report of one job: what came of every item that was offered, and why.
 */
import { Badge, Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconListDetails } from '@tabler/icons-react'
import { finalJobStates } from '../../shared/domain'
import { useCall } from '../client/queries'
import { ReportExports } from '../exports/report-exports'
import { RetryButton } from '../queue/job-buttons'
import { canRetry } from '../queue/job-verbs'
import { OpenJob } from '../queue/open-job'
import { formatDuration, formatMoment } from '../text/figures'
import { t } from '../text/language'
import { jobStateColors, jobStateLabels } from '../text/words'
import { OutcomeFigures } from './outcome-figures'
import { ProblemList } from './problem-list'
import { ArchiveTable, CoverageTable, PhaseTable, WorkTable } from './report-tables'
import { openTasks } from './task-table'
import column from '../shell/column.module.css'
import classes from './job-report-view.module.css'
import type { ReactNode } from 'react'
import type { Job } from '../../shared/domain'

type Props = { readonly jobId: string; readonly onBack: () => void }
type CardProps = { readonly title: string; readonly children: ReactNode }

function Card({ title, children }: CardProps): ReactNode {
  return (
    <section className={`surface ${classes.card}`} aria-label={title}>
      <Title order={2} size="sm" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  )
}

const describeTimes = (job: Job): string => {
  const started = t('report.addedTo', { when: formatMoment(job.createdAt), collection: job.collection })
  return job.finishedAt === null ? started : `${started} · ${t('report.took', { time: formatDuration(job.elapsedMs) })}`
}

export function JobReportView({ jobId, onBack }: Props): ReactNode {
  const { data, error } = useCall('jobs.show', { id: jobId }, { topics: ['jobs'], pauseMs: 1_000 })
  const back = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      w="fit-content"
      ms={-8}
      leftSection={<IconArrowLeft size={15} aria-hidden className={classes.back} />}
      onClick={onBack}
    >
      {t('report.back')}
    </Button>
  )
  if (data === undefined) {
    return (
      <Stack className={column.column} pt={20}>
        {back}
        {error === undefined ? <Skeleton h={220} /> : <Text>{error.message}</Text>}
      </Stack>
    )
  }
  const { report, problemsTotal } = data
  const { job, documents, archives } = report
  const running = !finalJobStates.includes(job.state)
  return (
    <div className={column.scroll}>
      <Stack className={column.column} pt={20} gap="md">
        {back}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={3} className={classes.words}>
            <Group gap={10}>
              <Title order={1} size="h3" className="wrap-anywhere">
                {job.label}
              </Title>
              <Badge variant="light" tt="none" color={jobStateColors[job.state]} data-testid="job-state">
                {jobStateLabels[job.state]}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed">
              {describeTimes(job)}
            </Text>
          </Stack>
          <Group gap="xs">
            {!running && canRetry(documents) ? <RetryButton id={job.id} label={job.label} /> : null}
            <Button
              variant="default"
              leftSection={<IconListDetails size={15} aria-hidden />}
              onClick={() => openTasks(job)}
            >
              {t('report.tasks')}
            </Button>
            <ReportExports jobId={job.id} name={job.label} />
          </Group>
        </Group>
        {running ? <OpenJob job={job} /> : null}
        <Card title={t('common.documents', { count: documents.total })}>
          <OutcomeFigures counts={documents} />
          {(report.gone ?? 0) > 0 ? (
            <Text size="sm" c="dimmed" mt="sm" data-testid="gone">
              {t('report.gone', { count: report.gone ?? 0 })}
            </Text>
          ) : null}
        </Card>
        {problemsTotal > 0 ? (
          <section>
            <Title order={2} size="sm" mb="xs">
              {t('report.leftOutAndWhy')}
            </Title>
            <ProblemList
              jobId={job.id}
              total={problemsTotal}
              running={running}
              version={`${job.state} ${job.finishedAt} ${JSON.stringify(documents)}`}
            />
          </section>
        ) : null}
        <SimpleGrid cols={2} spacing="md">
          <Card title={t('report.timeByPhase')}>
            <PhaseTable report={report} />
          </Card>
          <Card title={t('report.work')}>
            <WorkTable report={report} />
          </Card>
        </SimpleGrid>
        {report.coverage === undefined ? null : (
          <Card title={t('report.coverage')}>
            <CoverageTable counts={report.coverage} />
          </Card>
        )}
        {archives.length > 0 ? (
          <Card title={t('common.archives', { count: archives.length })}>
            <ArchiveTable archives={archives} />
          </Card>
        ) : null}
      </Stack>
    </div>
  )
}
