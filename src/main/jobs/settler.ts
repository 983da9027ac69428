/**
 * Owns writing down how tasks ended, until it is written: a full disk must not lose it.
 * Refuses: deciding how they ended (settle.ts does).
 */
import { toAppError, type AppError } from '../../shared/errors'
import type { ClaimedTask, Store } from '../store/contract'
import type { QueueOptions } from './contract'
import { defaultRetries, retryPhaseOf } from './retry'
import { blockOf, planSettlement, type Settlement } from './settle'

/** `atMs` and `random` are of the whole run: what failed together is due together, and so goes out in one batch again. */
type Ended = { ms: number; companions: number; cancelled: boolean; atMs?: number; random?: () => number }

export type Settler = {
  /** Resolves when it is written, or cannot be. Tells when the task is to be tried again. */
  readonly settle: (task: ClaimedTask, error: AppError, ended: Ended) => Promise<{ retryAtMs: number | null }>
  /** From now on every write is tried once: what it does not reach is taken back at the next start. */
  readonly stopWaiting: () => void
}

const GIVE_UP_AFTER = 3

const write = (store: Pick<Store, 'run'>, settlement: Settlement): Promise<unknown> => {
  if (settlement.name === 'tasks.fail') return store.run(settlement.name, settlement.params)
  if (settlement.name === 'tasks.interrupt') return store.run(settlement.name, settlement.params)
  if (settlement.name === 'tasks.wait') return store.run(settlement.name, settlement.params)
  return store.run(settlement.name, settlement.params)
}

/** The same, with who worked on it. */
const withWorker = (
  settlement: Settlement,
  facts: { worker: string; peakRssBytes: number | null } | undefined,
): Settlement => {
  const params = { ...settlement.params, attempt: { ...settlement.params.attempt, ...facts } }
  // The name and the parameters are of one settlement.
  return { ...settlement, params } as Settlement
}

/** `waitOut` is called with an error of the store and resolves when it is worth another try. */
export const createSettler = (
  options: Pick<QueueOptions, 'store' | 'clock' | 'random' | 'log' | 'retries' | 'describe'>,
  waitOut: (error: AppError) => Promise<void>,
): Settler => {
  const { store, clock, log } = options
  let waits = true

  const persist = async (task: ClaimedTask, settlement: Settlement): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await write(store, settlement)
        return
      } catch (thrown) {
        const error = toAppError(thrown)
        const passing = blockOf(error.code) !== null || error.code === 'DATABASE_BUSY'
        if (!waits || (!passing && tries >= GIVE_UP_AFTER)) {
          log.error('task-not-settled', { task: task.id, operation: settlement.name, error })
          return
        }
        await waitOut(error)
      }
    }
  }

  /** What is not known of a worker is no reason not to write down what became of its task. */
  const describe = async (task: ClaimedTask): Promise<{ worker: string; peakRssBytes: number | null } | undefined> => {
    try {
      return await options.describe?.(task)
    } catch (thrown) {
      log.warn('worker-not-known', { task: task.id, error: thrown })
      return undefined
    }
  }

  const settle: Settler['settle'] = async (task, error, ended) => {
    const { ms, companions, cancelled, atMs = clock.nowMs(), random = options.random } = ended
    const policy = (options.retries ?? defaultRetries)(retryPhaseOf(task, error.code))
    const circumstances = { policy, nowMs: atMs, random, companions, cancelled, ms }
    const planned = planSettlement(task, error, circumstances)
    const settlement = withWorker(planned, await describe(task))
    const lines = log.child({ job: task.jobId, task: task.id, phase: task.phase, attempt: task.attempts + 1 })
    const level = error.code === 'INTERNAL_BUG' ? 'error' : 'info'
    lines.write(level, 'task-not-done', { code: error.code, operation: settlement.name, path: task.path, ms, error })
    await persist(task, settlement)
    return { retryAtMs: settlement.name === 'tasks.fail' ? settlement.params.retryAtMs : null }
  }

  return {
    settle,
    stopWaiting: () => {
      waits = false
    },
  }
}
