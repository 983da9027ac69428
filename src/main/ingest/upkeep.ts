/**
 * Owns what is done beside the work: noting peaks, ending the temp folders of jobs that are over, forgetting what has been gone or over for long,
 * deleting vectors that are garbage, merging the vector index.
 * Refuses: choosing when it is quiet enough for that; who calls it does.
 */
import { finalJobStates, type JobState } from '../../shared/domain'
import type { ChangeEvent } from '../../shared/calls'
import type { Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import type { Store } from '../store/contract'
import type { VectorIndex } from '../vectors'
import { collectGarbage, dropTables, dropVectors } from './clearing'
import type { Intents } from './intents'
import { jobTempBytes } from './temp'

type UpkeepParts = {
  store: Store
  vectors: { get: () => Promise<VectorIndex>; opened: () => Promise<VectorIndex> | null }
  intents: Pick<Intents, 'undo'>
  pool: { workers: () => readonly { rssBytes: number | null }[] }
  limits: () => Limits
  tempRoot: string
  /** Monotonic milliseconds. */
  nowMs: () => number
  log: Log
  changes: { mark: (topics: ChangeEvent['topics'], jobIds?: readonly number[]) => void }
  /** Jobs at work; those that are over are taken out. */
  active: Set<number>
  isEmbedding: () => boolean
  /** Jobs that wait for a model that is not to be had: perhaps for days. */
  heldJobs: () => readonly number[]
  endJob: (id: number) => Promise<void>
  /** Ends and proves removals that were cut off; `false` when something is left for another time. */
  endRemovals: () => Promise<boolean>
}

export type Upkeep = {
  /** One look, about once a second; what takes longer waits until nothing is at work. */
  readonly look: () => Promise<void>
  /** One step of forgetting, for whoever never rests: a command that ends when its job does. */
  readonly forgetSome: () => Promise<void>
  /** What the last moment left in the vector index; much garbage waits for the next owner. */
  readonly tidy: (opened: VectorIndex | null) => Promise<void>
}

/** Nothing of such a job runs until a person does something. */
const isResting = (state: JobState): boolean =>
  finalJobStates.includes(state) || state === 'paused' || state === 'awaiting_confirmation'

const FORGET_EVERY_MS = 3_600_000
/** What is worth a wait of seconds for whoever begins to write in that moment, and how much it may take. */
const SHRINK = { leastFreeBytes: 64 * 1024 * 1024, mostBytes: 256 * 1024 * 1024 }
const CLOSING_GARBAGE_PAGES = 4

export const createUpkeep = (parts: UpkeepParts): Upkeep => {
  const { store, vectors, limits, tempRoot, nowMs, log, changes, active } = parts
  const index = { store, vectors: vectors.get }
  let forgetFromMs = 0
  let removeFromMs = 0

  const forgetGone = async (): Promise<boolean> => {
    const forgotten = await store.run('documents.forgetGone', { days: limits()['documents.goneDays'] })
    if (forgotten.removed > 0) {
      log.info('gone-documents-removed', { removed: forgotten.removed })
      changes.mark(['documents', 'collections'])
    }
    return forgotten.more
  }

  const prune = async (): Promise<boolean> => {
    const { 'queue.keepDays': days, 'queue.keepAttempts': attempts } = limits()
    const pruned = await store.run('queue.prune', { days, attempts })
    if (pruned.more) log.info('queue-pruned', pruned)
    return pruned.more
  }

  /** Removes what has been gone or over for long, about once an hour. */
  const forget = async (): Promise<void> => {
    if (nowMs() < forgetFromMs) return
    forgetFromMs = nowMs() + FORGET_EVERY_MS
    while (await forgetGone());
    while (await prune());
    const { dropped } = await store.run('generations.expire', { days: limits()['models.keepDays'] })
    if (dropped > 0) log.info('models-let-go', { generations: dropped })
  }

  return {
    look: async () => {
      const hosts = parts.pool.workers().reduce((sum, { rssBytes }) => sum + (rssBytes ?? 0), 0)
      const rssBytes = hosts + process.memoryUsage().rss
      for (const id of [...active]) {
        await store.run('jobs.addPeaks', { id, rssBytes, tempDiskBytes: jobTempBytes(tempRoot, id) })
        const job = await store.run('jobs.find', { id })
        if (job && !isResting(job.state)) continue
        active.delete(id)
        // It is at work again when its next task is claimed.
        if (job && !finalJobStates.includes(job.state)) continue
        // The end of a large job is found by the store itself, not by a task.
        changes.mark(['jobs', 'documents', 'collections'], [id])
        await parts.endJob(id)
      }
      const held = new Set(parts.heldJobs())
      if ([...active].some((id) => !held.has(id)) || parts.isEmbedding()) return
      await forget()
      // What nobody goes on with: the garbage of its contents would wait for ever.
      await parts.intents.undo()
      while (await collectGarbage(index)) log.debug('vector-garbage-page')
      await dropVectors(index)
      await dropTables(index)
      if (nowMs() >= removeFromMs && (await store.run('erasure.unfinished', {}))) {
        // What cannot be done now is not tried again every second.
        if (!(await parts.endRemovals())) removeFromMs = nowMs() + FORGET_EVERY_MS
      }
      const { freedBytes } = await store.run('maintenance.shrink', SHRINK)
      if (freedBytes > 0) log.info('database-shrunk', { freedBytes })
      const opened = await vectors.opened()
      for (const table of (await opened?.opened()) ?? []) if (table.needsOptimize(true)) await table.optimize()
    },
    forgetSome: async () => {
      if (nowMs() < forgetFromMs) return
      await forgetGone()
      await prune()
    },
    tidy: async (opened) => {
      if (opened === null) return
      for (let page = 0; page < CLOSING_GARBAGE_PAGES && (await collectGarbage(index)); page += 1)
        log.debug('vector-garbage-page')
      for (const table of await opened.opened()) await table.tidy()
    },
  }
}
