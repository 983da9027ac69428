// Owns what has to be done so that each boundary of the pipeline is passed: one row for each. Refuses: the faults.
import { basename } from 'node:path'
import type { JobProgress } from '../../../../src/shared/calls'
import { finalJobStates, type JobState } from '../../../../src/shared/domain'
import type { FaultPoint } from '../../../../src/shared/fault-points'
import type { Arming } from './injector'
import { changeInput, type Extra } from './inputs'
import type { Owner } from './owner'

export type Scenario = {
  readonly extras?: readonly Extra[]
  /** What must go wrong first. */
  readonly first?: Arming
  /** What a person does while it runs; called again when it failed. */
  readonly act?: (owner: Owner, jobId: string, folder: string) => Promise<void>
  /** The boundary is passed when all work is done, within moments. */
  readonly atRest?: true
  /** Only the first rest after a start passes it. */
  readonly fresh?: true
  /** It asks, and changes nothing: before and after are the same. */
  readonly asks?: true
}

/** The one document that nobody can read. */
const BROKEN = '/broken.pdf'
const ROUNDS = 6
const WAIT_MS = 60_000
const COMMITS_TO_MERGE = 9

/** Waits until the job has one of these states. */
export const waitFor = async (owner: Owner, id: string, states: readonly JobState[]): Promise<JobProgress> => {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const progress = await owner.call('jobs.wait', { id, timeoutMs: 2_000 })
    if (states.includes(progress.job.state)) return progress
    if (performance.now() > deadline)
      throw new Error(
        `job ${id} stands still: ${JSON.stringify({ ...progress, queue: await owner.call('queue.status', {}) })}`,
      )
  }
}

const ended = (owner: Owner, id: string): Promise<JobProgress> => waitFor(owner, id, finalJobStates)

/** Offers a folder. Asked again with the same key it is the same job. */
export const offer = async (owner: Owner, folder: string, key: string): Promise<string> => {
  const { job } = await owner.call('jobs.create', {
    paths: [{ path: folder }],
    collection: 'default',
    globs: [],
    ignores: [],
    key,
    confirmed: false,
    leaveOut: [],
    client: 'local',
    priority: 'normal',
  })
  return job.id
}

const first = (point: FaultPoint, side: Arming['side'], fault: Arming['fault']): Arming => ({ point, side, fault })
const conflict = first('appended', 'after', { kind: 'fail', code: 'VECTORS_CONFLICT' })

const pauseAndResume = async (owner: Owner, id: string): Promise<void> => {
  await owner.call('jobs.pause', { id })
  await owner.call('jobs.resume', { id })
}

/** Other text under the same name, offered again: what was found before goes. */
const offerChanged = async (owner: Owner, folder: string, words: string): Promise<void> => {
  changeInput(folder, words)
  await ended(owner, await offer(owner, folder, words))
}

const change = async (owner: Owner, id: string, folder: string): Promise<void> => {
  await ended(owner, id)
  await offerChanged(owner, folder, `once, in ${basename(folder)}`)
}

/** Everything gets its summary, what was there before as well; then nothing is wanted any more. */
const wantSummaries = async (owner: Owner, id: string, folder: string): Promise<void> => {
  await ended(owner, id)
  await owner.call('collections.update', { name: 'default', summaries: 'extractive' })
  await offerChanged(owner, folder, `summed up, in ${basename(folder)}`)
  const check = { name: 'default', kinds: ['summary' as const], offset: 0, limit: 1, repair: true }
  for (let round = 0; ; round += 1) {
    const { counts, repair } = await owner.call('collections.check', check)
    if (counts.summary === 0) break
    if (round >= ROUNDS) throw new Error(`${counts.summary} documents have no summary`)
    const { jobs } = await owner.call('jobs.list', { offset: 0, limit: 20, states: ['queued', 'running'] })
    for (const job of [...jobs.map((open) => open.id), ...(repair?.jobs ?? [])]) await ended(owner, job)
  }
  await owner.call('collections.update', { name: 'default', summaries: 'off' })
}

export const scenarios: { readonly [P in FaultPoint]: Scenario } = {
  created: {},
  recovered: { fresh: true },
  claimed: {},
  inserted: {},
  noted: {},
  unpacked: {},
  extracted: {},
  recalled: { asks: true },
  seen: { asks: true },
  staged: { extras: ['long'] },
  filled: { extras: ['long'] },
  dropped: { extras: ['long'], first: first('filled', 'after', { kind: 'fail', code: 'DATABASE_BUSY' }) },
  committed: {},
  movedToOcr: { extras: ['picture'] },
  linked: {},
  becameArchive: {},
  becameDocument: {},
  finished: {},
  failed: {},
  interrupted: { first: first('extracted', 'before', { kind: 'fail', code: 'HOST_DIED' }) },
  parked: { extras: ['large'] },
  stopped: {
    first: first('extracted', 'before', { kind: 'cancelJobs' }),
    act: async (owner, id) => {
      await ended(owner, id)
      await owner.call('jobs.retry', { id })
    },
  },
  intentsListed: { asks: true },
  vectorsUndone: { first: conflict },
  intentCleared: { first: conflict },
  pendingListed: { asks: true },
  cacheRead: { asks: true },
  embedded: {},
  cacheWritten: {},
  intended: {},
  appended: {},
  recorded: {},
  wished: { asks: true, act: wantSummaries },
  summarized: { act: wantSummaries },
  owedQueued: { act: wantSummaries },
  merged: {
    // Enough small commits that merging them pays.
    act: async (owner, _id, folder) => {
      for (let time = 1; time <= COMMITS_TO_MERGE; time += 1)
        await offerChanged(owner, folder, `time ${time}, in ${basename(folder)}`)
    },
    atRest: true,
  },
  garbageListed: { asks: true, atRest: true },
  collected: { act: change, atRest: true },
  garbageCleared: { act: change, atRest: true },
  peaked: { atRest: true },
  forgotten: { atRest: true, fresh: true },
  pruned: { atRest: true, fresh: true },
  cancelled: {
    act: async (owner, id) => {
      // Asked again after an answer that was lost, it may be over already.
      await owner.call('jobs.cancel', { id }).catch(async (thrown: unknown) => {
        const { report } = await owner.call('jobs.show', { id })
        if (report.job.state !== 'cancelled') throw thrown
      })
      await ended(owner, id)
      await owner.call('jobs.retry', { id })
    },
  },
  paused: { act: pauseAndResume },
  resumed: { act: pauseAndResume },
  confirmed: {
    extras: ['large'],
    act: async (owner, id) => {
      const { job } = await waitFor(owner, id, ['awaiting_confirmation', ...finalJobStates])
      if (job.state === 'awaiting_confirmation') await owner.call('jobs.confirm', { id })
    },
  },
  retried: {
    act: async (owner, id) => {
      await ended(owner, id)
      await owner.call('jobs.retry', { id })
    },
  },
  replayed: {
    act: async (owner, id) => {
      await ended(owner, id)
      await owner.call('deadLetters.replay', { filter: { job: id, rejected: false, discarded: false }, settings: {} })
    },
  },
}

/** Waits for the end of a job, agrees where it asks, and tries again what failed by what was injected. */
export const settle = async (owner: Owner, id: string): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { job } = await waitFor(owner, id, [...finalJobStates, 'awaiting_confirmation', 'paused'])
    if (job.state === 'awaiting_confirmation') await owner.call('jobs.confirm', { id })
    else if (job.state === 'paused') await owner.call('jobs.resume', { id })
    else {
      const { problems } = await owner.call('jobs.problems', { id, offset: 0, limit: 100 })
      // A stop whose answer was lost is written again, and may meet the document while it is being tried again.
      const isDone = problems.every(({ path, code }) => path.endsWith(BROKEN) && code !== 'CANCELLED')
      if (job.state !== 'cancelled' && isDone) return
      await owner.call('jobs.retry', { id })
    }
  }
  const { problems } = await owner.call('jobs.problems', { id, offset: 0, limit: 100 })
  throw new Error(
    `job ${id} does not come to its end: ${problems.map(({ path, code }) => `${path} ${code}`).join(', ')}`,
  )
}
