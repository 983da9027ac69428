/**
 * Owns what the desktop around the window is told of the work: whether there is any, how far it is, what failed, and which jobs have ended.
 * Refuses: showing it, and asking more often than a person can look. It reads the same calls as the page.
 */
import type { ErrorDetails } from '../../shared/errors'
import { finalJobStates, type Job, type OutcomeCounts } from '../../shared/domain'
import type { Caller, ChangeEvent } from '../../shared/calls'

export type EndedJob = Job & { readonly documents: OutcomeCounts }

export type WorkState = {
  /** Something runs or waits to run, and nobody paused it. */
  readonly working: boolean
  /** Jobs that a person has paused. */
  readonly paused: number
  /** Jobs that run or wait to run. */
  readonly open: number
  /** Of the open jobs together, 0 to 1; `null` without any. */
  readonly share: number | null
  readonly deadLetters: number
  /** Why everything stands still, in words; `null` when it does not. */
  readonly blocked: Told | null
  /** It keeps to a share of the computer. */
  readonly polite: boolean
}

/** Why nothing goes on, with what its sentence is made of. */
export type Told = { readonly code: string; readonly message: string; readonly details?: ErrorDetails | undefined }

export const NO_WORK: WorkState = {
  working: false,
  paused: 0,
  open: 0,
  share: null,
  deadLetters: 0,
  blocked: null,
  polite: false,
}

export type WorkWatchOptions = {
  readonly call: Caller
  readonly onEvent: (listen: (event: ChangeEvent) => void) => () => void
  readonly onState: (state: WorkState) => void
  /** Once for each job that ends while it is watched. */
  readonly onEnded: (job: EndedJob) => void
  readonly onFailure: (thrown: unknown) => void
  readonly setTimer: (ms: number, fire: () => void) => () => void
}

const PAUSE_MS = 1_000
/** Jobs that are looked at together: as many as a person has open at a time, and then some. */
const MOST = 50

const shareOf = (jobs: readonly Job[]): number | null =>
  jobs.length === 0 ? null : jobs.reduce((sum, { progress }) => sum + progress, 0) / jobs.length

/** A class because it owns its timer and what it has seen. */
export class WorkWatch {
  private takeBack: (() => void) | null = null
  private looking = false
  private again = false
  private closed = false
  /** Jobs whose end is known; `null` before the first look, which tells of none. */
  private endedIds: Set<string> | null = null
  private readonly stop: () => void

  constructor(private readonly options: WorkWatchOptions) {
    this.stop = options.onEvent((event) => {
      if (event.topics.some((topic) => topic === 'jobs' || topic === 'owner')) this.hint()
    })
    this.hint()
  }

  /** Looks soon, but not before the pause since the last look is over. */
  hint(): void {
    if (this.closed) return
    if (this.looking || this.takeBack !== null) {
      this.again = true
      return
    }
    this.looking = true
    this.look()
      .catch(this.options.onFailure)
      .finally(() => {
        this.looking = false
        if (this.closed) return
        this.takeBack = this.options.setTimer(PAUSE_MS, () => {
          this.takeBack = null
          if (!this.again) return
          this.again = false
          this.hint()
        })
      })
      .catch(this.options.onFailure)
  }

  private async look(): Promise<void> {
    const { call } = this.options
    const [status, { jobs }] = await Promise.all([call('queue.status', {}), call('jobs.list', { limit: MOST })])
    if (this.closed) return
    const open = jobs.filter(({ state }) => state === 'running' || state === 'queued')
    const paused = status.jobs?.paused ?? 0
    this.options.onState({
      working: open.length > 0 && (status.block ?? null) === null,
      paused,
      open: open.length,
      share: shareOf(open),
      deadLetters: status.deadLetters ?? 0,
      blocked: status.block ?? null,
      polite: (status.polite ?? null) !== null,
    })
    const known = this.endedIds
    this.endedIds ??= new Set()
    for (const job of jobs) {
      if (!finalJobStates.includes(job.state)) this.endedIds.delete(job.id)
      else {
        // A small one may begin and end between two looks.
        if (known !== null && !known.has(job.id)) this.options.onEnded(job)
        this.endedIds.add(job.id)
      }
    }
  }

  close(): void {
    this.closed = true
    this.stop()
    this.takeBack?.()
  }
}
