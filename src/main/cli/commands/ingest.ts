/**
 * Owns `sluice ingest`: makes a job of the paths, waits for it and prints its report. Refuses: reading anything itself.
 */
import { noteNobodyWorks, type CommandContext, type CommandRun } from '../context'
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-code'
import { waitForJob, type WaitEnd } from '../job-wait'
import { toOfferedPaths } from '../offered-paths'
import { jobPriorities } from '../../../shared/domain'
import { choiceOf, isSet, listOf, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { formatReport } from '../output/job-report'
import { createProgressDisplay } from '../output/progress'
import { readFlags } from './settings'
import { readReport } from '../public-job'
import { readOpenJob } from '../standing-reason'
import type { Session, SessionRole } from '../../owner/session'

const nowMs = (): number => performance.now()
const DRAIN_MS = 5_000

const printReport = async (context: CommandContext, session: Session, id: string) => {
  const report = await readReport(session, id)
  if (context.json) await context.terminal.writeJson(report)
  else {
    // Why it stands still is told after it.
    const open = { ...(await readOpenJob(session, report.job)), waits: null }
    await context.terminal.writeLines(formatReport(context.terminal, report, open))
  }
  return report
}

const describeInterruption = (role: SessionRole, id: string): string =>
  role === 'owner'
    ? `Interrupted. Everything is kept; "sluice run" goes on with job ${id}.`
    : `Left. Job ${id} goes on in the Sluice that owns the data folder; "sluice jobs show ${id}" tells how far it is.`

/** Finishes what runs here; the first Ctrl-C has happened. */
const endEarly = async (context: CommandContext, session: Session, id: string): Promise<ExitCode> => {
  const { terminal } = context
  const role = session.role()
  if (role === 'owner') {
    terminal.note('Finishing what is running; everything is kept. Press Ctrl-C again to stop at once.')
    await session.drain(DRAIN_MS)
  }
  await printReport(context, session, id)
  terminal.note(describeInterruption(role, id))
  return exitCodes.interrupted
}

const endWaiting = async (context: CommandContext, session: Session, id: string, end: WaitEnd): Promise<ExitCode> => {
  if (end.why === 'interrupted') return endEarly(context, session, id)
  const { job, documents } = await printReport(context, session, id)
  if (end.why !== 'blocked') return exitCodeOf(job.state, documents)
  context.terminal.note(`Nothing can go on: ${end.reason} Then run "sluice run".`)
  return exitCodes.waits
}

export const run: CommandRun = async (context, words, options) => {
  const { terminal, json, interrupt } = context
  const session = await context.open({ soon: 'parse', flags: readFlags(options) })
  const { job } = await session.call('jobs.create', {
    paths: toOfferedPaths(words, context.argv, context.folder),
    collection: textOf(options, 'collection'),
    globs: listOf(options, 'glob'),
    ignores: listOf(options, 'ignore'),
    key: textOf(options, 'jobKey') ?? null,
    confirmed: isSet(options, 'yes'),
    leaveOut: listOf(options, 'leaveOut'),
    client: 'command line',
    priority: choiceOf(options, 'priority', jobPriorities),
  })
  if (isSet(options, 'detach')) {
    await printReport(context, session, job.id)
    noteNobodyWorks(terminal, session)
    return exitCodes.done
  }
  const display = createProgressDisplay(terminal, json, nowMs)
  const end = await waitForJob(session, job.id, display, interrupt, nowMs, (line) => terminal.note(toOneLine(line)))
  terminal.clearLive()
  return endWaiting(context, session, job.id, end)
}
