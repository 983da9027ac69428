/**
 * Owns waiting for a job on the command line: shows its progress until it ends, waits for a person, or is interrupted.
 * Refuses: waiting for ever for something that only a person can change; what heals by itself is waited for, within a bound.
 */
import { finalJobStates } from '../../shared/domain'
import type { JobProgress, QueueStatus } from '../../shared/calls'
import { limitTable, type LimitName } from '../../shared/limits'
import type { Session } from '../owner/session'
import type { Interrupt } from './interrupt'
import { describeCommands } from './output/helpful-command'
import type { ProgressDisplay } from './output/progress'

/** Why the wait is over. `blocked`: the whole queue stands still for the reason given. */
export type WaitEnd =
  | { readonly why: 'ended' | 'waits'; readonly progress: JobProgress }
  | { readonly why: 'blocked'; readonly reason: string }
  | { readonly why: 'interrupted' }

const BLOCKED_LOOK_MS = 2_000
/** A queue that stands still this long does not go on by itself soon. */
const BLOCKED_MS = 8_000

const HEALING_SETTING: LimitName = 'retry.healingMs'
/** What stands still for these is tried again without anybody's help: a server that is left alone for a while, a worker that is. */
const HEALING: readonly string[] = ['PROVIDER_UNAVAILABLE', 'HOST_UNAVAILABLE']

/** So long it is waited for what heals by itself, while nothing gets done; nobody else may be there to try it again. */
const readHealingMs = async ({ call }: Pick<Session, 'call'>): Promise<number> => {
  const { settings } = await call('settings.list', {})
  return settings.find(({ name }) => name === HEALING_SETTING)?.value ?? limitTable[HEALING_SETTING].default
}

/** How long a queue that stands still is waited for, in milliseconds from when it came to stand. */
const patienceOf = async (
  session: Pick<Session, 'call'>,
  { block, stops = [] }: QueueStatus,
  stoodMs: number,
): Promise<number> => {
  const healing = [...(block ? [block] : []), ...stops].filter(({ code }) => HEALING.includes(code))
  const soonest = healing
    .map(({ nextTryAt }) => (nextTryAt === null ? 0 : Date.parse(nextTryAt) - Date.now()))
    .sort((a, b) => a - b)[0]
  if (soonest === undefined) return BLOCKED_MS
  // What is tried again too late for that is not waited for at all.
  const healingMs = await readHealingMs(session)
  return stoodMs + soonest > healingMs ? BLOCKED_MS : Math.max(BLOCKED_MS, healingMs)
}

/** What moves when anything of a job gets done. */
const markOf = ({ job, documents, found, phases }: JobProgress): string =>
  JSON.stringify([job.id, job.state, job.pendingVectors, documents, found, phases])

/** Asked at every look at a job: why the queue stands still, once it has for long and nothing gets done meanwhile. */
export type BlockWatch = (progress: JobProgress) => Promise<string | null>

/** Notices when the queue stands still for long. */
export const createBlockWatch = (
  session: Pick<Session, 'call'>,
  nowMs: () => number,
  tell: (line: string) => void = () => undefined,
): BlockWatch => {
  let told = ''
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
    const status = await session.call('queue.status', {})
    const { block, stops = [] } = status
    const commands = describeCommands([block?.code, ...stops.map(({ code }) => code)]).map((line) => line.trim())
    const blocked = status.blocked === null ? null : [status.blocked, ...commands].join(' ')
    if (blocked === null) {
      sinceMs = null
      return null
    }
    sinceMs ??= nowMs()
    const stoodMs = nowMs() - sinceMs
    const patienceMs = await patienceOf(session, status, stoodMs)
    if (stoodMs >= BLOCKED_MS && patienceMs > BLOCKED_MS && told !== blocked) {
      told = blocked
      tell(`Waiting: ${blocked}`)
    }
    return stoodMs >= patienceMs ? blocked : null
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
  tell?: (line: string) => void,
): Promise<WaitEnd> => {
  const findBlock = createBlockWatch(session, nowMs, tell)
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
