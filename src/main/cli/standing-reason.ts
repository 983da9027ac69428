/**
 * Owns why a job that is open does not go on, as the queue of whoever works on it says: a server that is left alone, a budget, a key, a full
 * disk, memory. Refuses: jobs that wait for a person; their state says it.
 */
import type { QueueStatus } from '../../shared/calls'
import { finalJobStates, type Job } from '../../shared/domain'
import type { Session } from '../owner/session'
import { toOneLine } from './output/display-text'
import { formatDuration } from './output/units'

/** As the public JSON has it; `nextTryAt` is ISO-8601, `null` when it is not tried again by itself. */
export type StandingReason = { readonly code: string; readonly message: string; readonly nextTryAt: string | null }

/** `null` for a job that goes on, is over, or waits for a person; and where nobody works, for then nothing is known. */
export const standingReasonOf = (
  { block = null, stops = [] }: Pick<QueueStatus, 'block' | 'stops'>,
  { id, state }: Pick<Job, 'id' | 'state'>,
): StandingReason | null => {
  if (state !== 'running' && state !== 'queued') return null
  const reason = stops.find(({ jobs }) => jobs.includes(id)) ?? block
  return reason && { code: reason.code, message: reason.message, nextTryAt: reason.nextTryAt }
}

/** What is known of a job that is not over: why it does not go on, and how many items were found so far. */
export type OpenJob = { readonly waits: StandingReason | null; readonly found: number | null }

/** Of a job that is over there is nothing to know. @throws NOT_FOUND */
export const readOpenJob = async (
  { call }: Pick<Session, 'call'>,
  job: Pick<Job, 'id' | 'state'>,
): Promise<OpenJob> => {
  if (finalJobStates.includes(job.state)) return { waits: null, found: null }
  const waits = standingReasonOf(await call('queue.status', {}), job)
  return { waits, found: (await call('jobs.progress', { id: job.id })).found }
}

/** "Waits: … Next try in 40 s. (CODE)" */
export const describeStanding = ({ code, message, nextTryAt }: StandingReason, nowMs: number): string => {
  const inMs = nextTryAt === null ? null : Math.max(0, Date.parse(nextTryAt) - nowMs)
  const next = inMs === null ? '' : inMs === 0 ? ' It is tried again now.' : ` Next try in ${formatDuration(inMs)}.`
  return `Waits: ${toOneLine(message)}${next} (${code})`
}
