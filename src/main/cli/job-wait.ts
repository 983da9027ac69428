/**
 * Owns waiting for a job on the command line: shows its progress until it ends, waits for a person, or is interrupted.
 * Refuses: waiting for ever for something that only a person can change.
 */
import { finalJobStates } from '../../shared/domain'
import type { JobProgress } from '../../shared/calls'
import type { Session } from '../owner/session'
import type { Interrupt } from './interrupt'
import type { ProgressDisplay } from './output/progress'

/** Why the wait is over. `blocked`: the whole queue stands still for the reason given. */
export type WaitEnd =
  | { readonly why: 'ended' | 'waits'; readonly progress: JobProgress }
  | { readonly why: 'blocked'; readonly reason: string }
  | { readonly why: 'interrupted' }

const BLOCKED_LOOK_MS = 2_000
/** A queue that stands still this long does not go on by itself soon. */
const BLOCKED_MS = 8_000

/** What moves when anything of a job gets done. */
const markOf = ({ job, documents, found, phases }: JobProgress): string =>
  JSON.stringify([job.id, job.state, job.pendingVectors, documents, found, phases])

/** Asked at every look at a job: why the queue stands still, once it has for long and nothing gets done meanwhile. */
export type BlockWatch = (progress: JobProgress) => Promise<string | null>

/** Notices when the queue stands still for long. */
export const createBlockWatch = (session: Pick<Session, 'call'>, nowMs: () => number): BlockWatch => {
  let lookedAtMs = nowMs()
  let sinceMs: number | null = null
  let mark = ''
  return async (progress) => {
    const now = markOf(progress)
    if (now !== mark) {
      mark = now
      sinceMs = null
    }
    if (nowMs() - lookedAtMs < BLOCKED_LOOK_MS) return null
    lookedAtMs = nowMs()
    const { blocked } = await session.call('queue.status', {})
    if (blocked === null) {
      sinceMs = null
      return null
    }
    sinceMs ??= nowMs()
    return nowMs() - sinceMs >= BLOCKED_MS ? blocked : null
  }
}

/** One look at a job, at most `everyMs` long; `null` when it was interrupted. */
export const lookAtJob = async (
  session: Session,
  id: string,
  everyMs: number,
  interrupt: Interrupt,
): Promise<JobProgress | null> => {
  const looking = session.call('jobs.wait', { id, timeoutMs: everyMs })
  const progress = await Promise.race([looking, interrupt.happened])
  if (progress !== undefined) return progress
  // Its answer is of no interest any more; the session is closed by whoever opened it.
  looking.catch(() => undefined)
  return null
}

/** Waits for a job. */
export const waitForJob = async (
  session: Session,
  id: string,
  display: ProgressDisplay,
  interrupt: Interrupt,
  nowMs: () => number,
): Promise<WaitEnd> => {
  const findBlock = createBlockWatch(session, nowMs)
  for (;;) {
    const progress = await lookAtJob(session, id, display.everyMs, interrupt)
    if (progress === null) return { why: 'interrupted' }
    display.show(progress)
    const { state } = progress.job
    if (finalJobStates.includes(state)) return { why: 'ended', progress }
    if (state === 'awaiting_confirmation' || state === 'paused') return { why: 'waits', progress }
    const reason = await findBlock(progress)
    if (reason !== null) return { why: 'blocked', reason }
  }
}
