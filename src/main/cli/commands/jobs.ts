/**
 * Owns `sluice jobs …`. Refuses: waiting for jobs; `ingest` and `run` do.
 */
import {
  finalJobStates,
  jobPriorities,
  jobStates,
  type Job,
  type JobState,
  type OutcomeCounts,
} from '../../../shared/domain'
import { AppError, toAppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import { noteNobodyWorks, type CommandContext, type CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { choiceOf, countOf, isSet, textOf, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { describeCommands } from '../output/helpful-command'
import { describeCounts, formatReport } from '../output/job-report'
import { problemHead, toProblemRecord } from '../output/document-csv'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun, formatShare } from '../output/units'
import { readReport, toPublicJob } from '../public-job'
import { describeStanding, readOpenJob, standingReasonOf, type StandingReason } from '../standing-reason'

type CountedJob = Job & { documents: OutcomeCounts; waits: StandingReason | null }

const MAX_PAGE = 500
const PROBLEMS_PAGE = 500
const layout: readonly Column<CountedJob>[] = [
  { title: 'JOB', value: ({ id }) => id, align: 'right' },
  {
    title: 'STATE',
    value: ({ state, position, waits }) =>
      [state.replaceAll('_', ' '), ...(position ? [`number ${position}`] : []), ...(waits ? ['waits'] : [])].join(', '),
  },
  { title: 'DONE', value: ({ progress }) => formatShare(progress), align: 'right' },
  { title: 'CREATED', value: ({ createdAt }) => formatMoment(createdAt) },
  { title: 'COLLECTION', value: ({ collection }) => collection },
  { title: 'DOCUMENTS', value: ({ documents }) => describeCounts(documents) || '–' },
  { title: 'WHAT', value: ({ label }) => label, flexible: true },
]

export const list: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const page = {
    offset: countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: countOf(options, 'limit', 1, MAX_PAGE, 50),
  }
  const session = await context.open()
  const found = await session.call('jobs.list', page)
  const status = await session.call('queue.status', {})
  const jobs = found.jobs.map((job) => ({ ...toPublicJob(job), waits: standingReasonOf(status, job) }))
  if (json) await terminal.writeJson({ jobs, total: found.total })
  else if (found.total === 0) await terminal.writeLine('There is no job yet.')
  else {
    await terminal.writeLines(formatTable(jobs, layout, terminal.columns))
    if (jobs.length < found.total)
      await terminal.writeLine(`${formatCount(jobs.length)} of ${formatNoun(found.total, 'job')}.`)
    for (const { id, waits } of jobs)
      if (waits) await terminal.writeLine(`Job ${id} ${describeStanding(waits, Date.now()).replace(/^W/, 'w')}`)
    await terminal.writeLines(describeCommands(jobs.map(({ waits }) => waits?.code)))
  }
  return exitCodes.done
}

export const show: CommandRun = async (context, [id = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const report = await readReport(session, id)
  const open = await readOpenJob(session, report.job)
  if (json) await terminal.writeJson({ ...report, job: { ...report.job, waits: open.waits } })
  else await terminal.writeLines(formatReport(terminal, report, open))
  return exitCodes.done
}

/** As `show`; as CSV its problems, a page after the other: a job may have a hundred thousand. */
export const report: CommandRun = async (context, words, options) => {
  const { terminal, json } = context
  const format = choiceOf(options, 'format', ['csv', 'json'] as const)
  if (json && format === 'csv') throw new AppError('USAGE', { reason: 'Give --json or --format csv, not both.' })
  if (format !== 'csv') return show({ ...context, json: json || format === 'json' }, words, options)
  const [id = ''] = words
  const session = await context.open()
  // A job that is not there is an error before anything is printed.
  await session.call('jobs.show', { id })
  let written = problemHead()
  for (let offset = 0; !terminal.isClosed;) {
    const { problems, total } = await session.call('jobs.problems', { id, offset, limit: PROBLEMS_PAGE })
    await terminal.write(written + problems.map(toProblemRecord).join(''))
    written = ''
    offset += problems.length
    if (problems.length === 0 || offset >= total) break
  }
  return exitCodes.done
}

/** The ids that were named, or with `--all` or `--collection` those of all jobs (of it) in these states. */
const chooseJobs = async (
  session: Session,
  words: readonly string[],
  options: TypedOptions,
  states: readonly JobState[],
): Promise<string[]> => {
  if (words.length > 0) return [...words]
  const collection = textOf(options, 'collection')
  const ids: string[] = []
  for (;;) {
    const { jobs, total } = await session.call('jobs.list', {
      states: [...states],
      collection,
      offset: ids.length,
      limit: MAX_PAGE,
    })
    ids.push(...jobs.map(({ id }) => id))
    if (jobs.length === 0 || ids.length >= total) return ids
  }
}

const checkWords = (words: readonly string[], options: TypedOptions): void => {
  const isAll = isSet(options, 'all') || textOf(options, 'collection') !== undefined
  if (words.length > 0 === isAll) throw new AppError('USAGE', { reason: 'Name jobs, or give --all or --collection.' })
}

const tell = async (
  { terminal, json }: CommandContext,
  jobs: readonly Job[],
  verb: string | ((job: Job) => string),
): Promise<void> => {
  if (json) await terminal.writeJson({ jobs: jobs.map(toPublicJob), total: jobs.length })
  else if (jobs.length === 0) await terminal.writeLine('There is no such job.')
  else
    await terminal.writeLines(
      jobs.map((job) => `Job ${job.id} (${toOneLine(job.label)}) ${typeof verb === 'string' ? verb : verb(job)}.`),
    )
}

const openStates = jobStates.filter((state) => !finalJobStates.includes(state))

/** What was not named may have ended since it was listed: that stops nothing. @throws AppError for a job that was named */
const actOnEach = async (
  ids: readonly string[],
  named: readonly string[],
  act: (id: string) => Promise<Job>,
): Promise<Job[]> => {
  const jobs: Job[] = []
  for (const id of ids) {
    try {
      jobs.push(await act(id))
    } catch (thrown) {
      if (named.includes(id) || toAppError(thrown).code !== 'JOB_STATE') throw thrown
    }
  }
  return jobs
}

export const cancel: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const ids = await chooseJobs(session, words, options, openStates)
  const jobs = await actOnEach(ids, words, (id) => session.call('jobs.cancel', { id }))
  await tell(context, jobs, 'is cancelled')
  return exitCodes.done
}

export const pause: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const ids = await chooseJobs(session, words, options, openStates)
  const jobs = await actOnEach(ids, words, (id) => session.call('jobs.pause', { id }))
  await tell(context, jobs, 'is paused')
  return exitCodes.done
}

export const resume: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const jobs: Job[] = []
  for (const id of await chooseJobs(session, words, options, ['paused']))
    jobs.push(await session.call('jobs.resume', { id }))
  await tell(context, jobs, 'goes on')
  if (jobs.length > 0) noteNobodyWorks(context.terminal, session)
  return exitCodes.done
}

export const prioritize: CommandRun = async (context, [id = '', word = '']) => {
  const priority = jobPriorities.find((known) => known === word)
  if (priority === undefined)
    throw new AppError('USAGE', { reason: `"${word}" is no priority; use ${jobPriorities.join(', ')}.` })
  const session = await context.open()
  await tell(context, [await session.call('jobs.prioritize', { id, priority })], `has ${priority} priority`)
  return exitCodes.done
}

export const move: CommandRun = async (context, [id = ''], options) => {
  const session = await context.open()
  const job = await session.call('jobs.move', { id, before: textOf(options, 'before') ?? null })
  await tell(context, [job], `is number ${job.position ?? '?'} in the line`)
  return exitCodes.done
}

export const confirm: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const jobs: Job[] = []
  for (const id of await chooseJobs(session, words, options, ['awaiting_confirmation'])) {
    jobs.push((await session.call('jobs.confirm', { id })).job)
  }
  await tell(context, jobs, 'is confirmed and goes on')
  if (jobs.length > 0) noteNobodyWorks(context.terminal, session)
  return exitCodes.done
}

export const retry: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const jobs: Job[] = []
  const queued = new Set<string>()
  for (const id of await chooseJobs(session, words, options, ['completed_with_problems', 'failed', 'cancelled'])) {
    const { job, tasks } = await session.call('jobs.retry', { id })
    jobs.push(job)
    if (tasks > 0) queued.add(job.id)
  }
  await tell(context, jobs, ({ id }) => (queued.has(id) ? 'is queued again' : 'has nothing to try again'))
  if (queued.size > 0) noteNobodyWorks(context.terminal, session)
  return exitCodes.done
}
