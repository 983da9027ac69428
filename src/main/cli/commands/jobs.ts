/**
 * Owns `sluice jobs …`. Refuses: waiting for jobs; `ingest` and `run` do.
 */
import { finalJobStates, jobStates, type Job, type JobState, type OutcomeCounts } from '../../../shared/domain'
import { AppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf, isSet, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { describeCounts, formatReport } from '../output/job-report'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun, formatShare } from '../output/units'
import { readReport, toPublicJob } from '../public-job'

type CountedJob = Job & { documents: OutcomeCounts }

const MAX_PAGE = 500
const layout: readonly Column<CountedJob>[] = [
  { title: 'JOB', value: ({ id }) => id, align: 'right' },
  { title: 'STATE', value: ({ state }) => state.replaceAll('_', ' ') },
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
  const jobs = found.jobs.map(toPublicJob)
  if (json) await terminal.writeJson({ jobs, total: found.total })
  else if (found.total === 0) await terminal.writeLine('There is no job yet.')
  else {
    await terminal.writeLines(formatTable(jobs, layout, terminal.columns))
    if (jobs.length < found.total)
      await terminal.writeLine(`${formatCount(jobs.length)} of ${formatNoun(found.total, 'job')}.`)
  }
  return exitCodes.done
}

export const show: CommandRun = async (context, [id = '']) => {
  const { terminal, json } = context
  const report = await readReport(await context.open(), id)
  if (json) await terminal.writeJson(report)
  else await terminal.writeLines(formatReport(terminal, report))
  return exitCodes.done
}

/** The ids that were named, or with `--all` those of all jobs in these states. */
const chooseJobs = async (
  session: Session,
  words: readonly string[],
  options: TypedOptions,
  states: readonly JobState[],
): Promise<string[]> => {
  if (!isSet(options, 'all')) return [...words]
  const ids: string[] = []
  for (;;) {
    const { jobs, total } = await session.call('jobs.list', {
      states: [...states],
      offset: ids.length,
      limit: MAX_PAGE,
    })
    ids.push(...jobs.map(({ id }) => id))
    if (jobs.length === 0 || ids.length >= total) return ids
  }
}

const checkWords = (words: readonly string[], options: TypedOptions): void => {
  if (words.length > 0 === isSet(options, 'all')) throw new AppError('USAGE', { reason: 'Name jobs, or give --all.' })
}

const tell = async ({ terminal, json }: CommandContext, jobs: readonly Job[], verb: string): Promise<void> => {
  if (json) await terminal.writeJson({ jobs: jobs.map(toPublicJob), total: jobs.length })
  else if (jobs.length === 0) await terminal.writeLine('There is no such job.')
  else await terminal.writeLines(jobs.map(({ id, label }) => `Job ${id} (${toOneLine(label)}) ${verb}.`))
}

export const cancel: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const open = jobStates.filter((state) => !finalJobStates.includes(state))
  const jobs: Job[] = []
  for (const id of await chooseJobs(session, words, options, open)) jobs.push(await session.call('jobs.cancel', { id }))
  await tell(context, jobs, 'is cancelled')
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
  if (jobs.length > 0 && session.role() === 'owner') {
    context.terminal.note('No other Sluice is open to work on it: run "sluice run".')
  }
  return exitCodes.done
}

export const retry: CommandRun = async (context, words, options) => {
  checkWords(words, options)
  const session = await context.open()
  const jobs: Job[] = []
  for (const id of await chooseJobs(session, words, options, ['completed_with_problems', 'failed', 'cancelled'])) {
    jobs.push((await session.call('jobs.retry', { id })).job)
  }
  await tell(context, jobs, 'is queued again')
  if (jobs.length > 0 && session.role() === 'owner') {
    context.terminal.note('No other Sluice is open to work on it: run "sluice run".')
  }
  return exitCodes.done
}
