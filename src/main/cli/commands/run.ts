/**
 * Owns `sluice run`: stays until nothing can go on, or with `--stay` until it is told to end; shows what is worked on, then tells what was done
 * and what waits for a person.
 * Refuses: choosing what is worked on next; the queue does.
 */
import type { JobProgress } from '../../../shared/calls'
import type { Job, OutcomeCounts, Waiting } from '../../../shared/domain'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodeOf, exitCodes, worstOf, type ExitCode } from '../exit-code'
import { createBlockWatch, lookAtJob } from '../job-wait'
import { isSet } from '../options'
import { toOneLine } from '../output/display-text'
import { describeCommands } from '../output/helpful-command'
import { describeCounts } from '../output/job-report'
import { createProgressDisplay } from '../output/progress'
import { formatNoun } from '../output/units'
import { toPublicJob } from '../public-job'
import { readFlags } from './settings'

type CountedJob = Job & { documents: OutcomeCounts }
type WaitingJob = Job & { waits: Waiting[] }
type End = { readonly why: 'idle' | 'interrupted' } | { readonly why: 'blocked'; readonly reason: string }

const nowMs = (): number => performance.now()
const OPEN_STATES = ['queued', 'running'] as const
const PAGE = 100
const DRAIN_MS = 5_000

const listOpen = async (session: Session): Promise<CountedJob[]> =>
  (await session.call('jobs.list', { states: [...OPEN_STATES], limit: PAGE })).jobs

/** The job to show: one that runs, else the next. */
const chooseShown = (jobs: readonly CountedJob[]): CountedJob | undefined =>
  jobs.find(({ state }) => state === 'running') ?? jobs[0]

const workOff = async (context: CommandContext, session: Session, seen: Set<string>): Promise<End> => {
  const { terminal, json, interrupt } = context
  const display = createProgressDisplay(terminal, json, nowMs)
  const findBlock = createBlockWatch(session, nowMs, (line) => terminal.note(toOneLine(line)))
  for (;;) {
    const open = await listOpen(session)
    for (const { id } of open) seen.add(id)
    const shown = chooseShown(open)
    if (shown === undefined) return { why: 'idle' }
    const progress: JobProgress | null = await lookAtJob(session, shown.id, display.everyMs, interrupt)
    if (progress === null) return { why: 'interrupted' }
    display.show(progress)
    const reason = await findBlock(progress)
    if (reason !== null) return { why: 'blocked', reason }
  }
}

/** What became of the jobs that were worked on. */
const readJobs = async (session: Session, seen: ReadonlySet<string>): Promise<CountedJob[]> => {
  const jobs: CountedJob[] = []
  for (const id of seen) {
    const { job, documents } = (await session.call('jobs.show', { id })).report
    jobs.push({ ...toPublicJob(job), documents })
  }
  return jobs
}

/** The jobs that wait for a person, with what it is that waits. */
const readWaiting = async (session: Session): Promise<WaitingJob[]> => {
  const { waiting } = await session.call('queue.status', {})
  const jobs: WaitingJob[] = []
  for (const job of waiting)
    jobs.push({ ...job, waits: (await session.call('jobs.show', { id: job.id })).report.waiting ?? [] })
  return jobs
}

const describeJob = ({ id, label, state, documents }: CountedJob): string =>
  `Job ${id} (${toOneLine(label)}): ${state.replaceAll('_', ' ')}; ${describeCounts(documents) || 'no documents'}`

const tell = async (
  { terminal, json }: CommandContext,
  jobs: readonly CountedJob[],
  waiting: readonly WaitingJob[],
  end: End,
): Promise<void> => {
  const blocked = end.why === 'blocked' ? end.reason : null
  if (json) {
    await terminal.writeJson({ jobs, total: jobs.length, waiting: waiting.map((job) => toPublicJob(job)), blocked })
    return
  }
  await terminal.writeLines([
    jobs.length === 0 ? 'Nothing to do.' : `${formatNoun(jobs.length, 'job')} worked on:`,
    ...jobs.map((job) => `  ${describeJob(job)}`),
    ...waiting.flatMap((job) => [
      `Job ${job.id} (${toOneLine(job.label)}) waits for you: ${job.state.replaceAll('_', ' ')}.`,
      ...job.waits.map(({ path, message, code }) => `  ${toOneLine(path)}: ${toOneLine(message)} (${code})`),
      ...describeCommands(job.waits.map(({ code }) => code)).map((line) => line.replaceAll(/\bJOB\b/g, job.id)),
    ]),
    ...(blocked === null ? [] : [`Nothing can go on: ${blocked}`]),
  ])
}

const codeOf = (jobs: readonly CountedJob[], waiting: readonly Job[], end: End): ExitCode => {
  if (end.why === 'interrupted') return exitCodes.interrupted
  const isWaiting = waiting.length > 0 || end.why === 'blocked'
  return worstOf([
    ...jobs.map(({ state, documents }) => exitCodeOf(state, documents)),
    isWaiting ? exitCodes.waits : exitCodes.done,
  ])
}

/** How often it is asked whether the data folder is well. */
const STAY_LOOK_MS = 30_000
/** Then whoever started it should start it again. */
const MOST_FAILURES = 3

/**
 * Stays until the process is told to end, as the owner of the data folder or beside the one that is: when that leaves, this one takes over.
 * @throws AppError what the data folder cannot be used for, again and again
 */
const stay = async ({ interrupt, log }: CommandContext, session: Session): Promise<void> => {
  for (let failures = 0; !interrupt.signal.aborted;) {
    let timer: NodeJS.Timeout | undefined
    const look = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STAY_LOOK_MS)
    })
    await Promise.race([look, interrupt.happened])
    clearTimeout(timer)
    if (interrupt.signal.aborted) return
    try {
      // An owner that does not answer holds up nobody who is told to end.
      await Promise.race([session.call('queue.status', {}), interrupt.happened])
      failures = 0
    } catch (thrown) {
      failures += 1
      log.warn('stay-unwell', { failures, error: thrown })
      if (failures >= MOST_FAILURES) throw thrown
    }
  }
}

const runOn = async (context: CommandContext, options: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
  const { terminal, json } = context
  const session = await context.open({ flags: readFlags(options), work: true })
  terminal.note(
    session.role() === 'owner'
      ? 'Working on the queue until told to end.'
      : 'Another Sluice works on the queue; this one goes on when that has left.',
  )
  await stay(context, session)
  await session.drain(DRAIN_MS)
  if (json) await terminal.writeJson({ stayed: true })
  return exitCodes.done
}

export const run: CommandRun = async (context, _words, options) => {
  const { terminal } = context
  if (isSet(options, 'stay')) return runOn(context, options)
  const session = await context.open({ flags: readFlags(options) })
  const seen = new Set<string>()
  const end = await workOff(context, session, seen)
  terminal.clearLive()
  if (end.why === 'interrupted' && session.role() === 'owner') {
    terminal.note('Finishing what is running; everything is kept. Press Ctrl-C again to stop at once.')
    await session.drain(DRAIN_MS)
  }
  const jobs = await readJobs(session, seen)
  const waiting = await readWaiting(session)
  await tell(context, jobs, waiting, end)
  return codeOf(jobs, waiting, end)
}
