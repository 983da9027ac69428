/**
 * Owns what an error of a task leads to: one table from dispositions to operations of the store.
 * Refuses: doing it, and knowing single error codes but for the few that concern the queue itself.
 */
import { AppError, dispositionOf, toErrorRecord, type Disposition, type ErrorCode } from '../../shared/errors'
import type { Outcome } from '../../shared/domain'
import type { ClaimedTask, Operations } from '../store/contract'
import type { RetryPolicy } from './contract'
import { backoffMs } from './retry'

export type Circumstances = {
  readonly policy: RetryPolicy
  readonly nowMs: number
  readonly random: () => number
  /** Tasks of the same run. */
  readonly companions: number
  /** Whether a person cancelled this very task. */
  readonly cancelled: boolean
  readonly ms: number
}

/** The operation that ends a task, or puts it back. */
export type Settlement =
  | { readonly name: 'tasks.fail'; readonly params: Operations['tasks.fail']['params'] }
  | { readonly name: 'tasks.interrupt'; readonly params: Operations['tasks.interrupt']['params'] }
  | { readonly name: 'tasks.wait'; readonly params: Operations['tasks.wait']['params'] }
  | { readonly name: 'tasks.cancelled'; readonly params: Operations['tasks.cancelled']['params'] }

type Plan = (task: ClaimedTask, error: AppError, circumstances: Circumstances) => Settlement

const attemptOf = (task: ClaimedTask, ms: number) => ({ phase: task.phase, ms, worker: null as string | null })

const fail =
  (outcome: Outcome): Plan =>
  (task, error, { ms }) => ({
    name: 'tasks.fail',
    params: {
      taskId: task.id,
      code: error.code,
      details: error.details,
      stack: toErrorRecord(error).stack ?? null,
      attempt: attemptOf(task, ms),
      retryAtMs: null,
      outcome,
    },
  })

const putBack = (task: ClaimedTask, code: ErrorCode, alone: boolean, ms: number): Settlement => ({
  name: 'tasks.interrupt',
  params: { taskId: task.id, code, alone, attempt: attemptOf(task, ms) },
})

const deadLetter = fail('failed')

const retry: Plan = (task, error, circumstances) => {
  const { policy, nowMs, random } = circumstances
  const settlement = deadLetter(task, error, circumstances)
  const tried = task.attempts + 1
  if (settlement.name !== 'tasks.fail' || tried >= policy.tries) return settlement
  const { tries, jobTries } = policy
  const waitMs = backoffMs(policy, tried, random, error)
  return { ...settlement, params: { ...settlement.params, retryAtMs: nowMs + waitMs, waitMs, tries, jobTries } }
}

/** A host that died with nothing else in it died of this task. */
const interrupted: Plan = (task, error, circumstances) => {
  const hostDied = error.code === 'HOST_DIED'
  if (hostDied && task.alone) {
    const settlement = deadLetter(task, error, circumstances)
    return settlement.name === 'tasks.fail'
      ? { ...settlement, params: { ...settlement.params, code: 'WORKER_POISON' } }
      : settlement
  }
  return putBack(task, error.code, hostDied, circumstances.ms)
}

const waits: Plan = (task, error, { ms }) => putBack(task, error.code, task.alone, ms)

/** Parked until a person decides. Asked although the person has agreed, it would ask for ever. */
const park: Plan = (task, error, circumstances) =>
  task.confirmed
    ? deadLetter(task, error, circumstances)
    : {
        name: 'tasks.wait',
        params: {
          taskId: task.id,
          code: error.code,
          details: error.details,
          attempt: attemptOf(task, circumstances.ms),
        },
      }

const plans: Readonly<Record<Disposition, Plan>> = {
  retry,
  deadLetter,
  reject: fail('rejected'),
  skip: fail('skipped'),
  // A warning that was thrown: nothing was indexed.
  partial: deadLetter,
  note: deadLetter,
  wait: park,
  interrupted,
  pause: waits,
  // Somebody else's cancellation: the companions of a cancelled task are not cancelled with it.
  cancel: waits,
  refuse: deadLetter,
}

/** Errors of a call that, met by a task, say that the data folder itself is not well: no task is to blame. */
const ENVIRONMENT: readonly ErrorCode[] = [
  'DATABASE_CORRUPT',
  'VECTORS_CORRUPT',
  'DATA_DIR_UNWRITABLE',
  'DATA_DIR_NEWER',
]

/** Errors after which every lane waits; after others that pause, only the lane that met them. */
const STOPS_ALL: readonly ErrorCode[] = ['DISK_FULL', 'DATABASE_CORRUPT', 'DATA_DIR_UNWRITABLE', 'DATA_DIR_NEWER']

/** Errors of one model or its provider: other collections may have another one, so only the jobs that met them wait. */
const OF_A_MODEL: readonly ErrorCode[] = [
  'MODEL_MISSING',
  'MODEL_CORRUPT',
  'MODEL_FOLDER_MISSING',
  'MODEL_FOLDER_INCOMPLETE',
  'MODEL_FOLDER_DAMAGED',
  'MODEL_FOLDER_UNREAD',
  'MODEL_UNSUPPORTED',
  'MODEL_TOO_LARGE',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_UNKNOWN',
  'PROVIDER_FORBIDDEN',
  'PROVIDERS_UNREADABLE',
  'PROVIDER_KEY_MISSING',
  'PROVIDER_KEY_UNREADABLE',
  'PROVIDER_REFUSED',
  'PROVIDER_MODEL_MISSING',
  'BUDGET_EXCEEDED',
  'BUDGET_MANAGED',
  'NETWORK_METERED',
  'CHAT_MISSING',
]

/** Whether, and how far, the queue waits until the cause of this error is gone: every lane, the lane, or of the lane the jobs that met it. */
export const blockOf = (code: ErrorCode): 'all' | 'lane' | 'jobs' | null => {
  if (STOPS_ALL.includes(code)) return 'all'
  if (OF_A_MODEL.includes(code)) return 'jobs'
  return dispositionOf(code) === 'pause' || ENVIRONMENT.includes(code) ? 'lane' : null
}

/** Dispositions by which one bad task of a batch would drag its companions along. */
const BLAMES: readonly Disposition[] = ['retry', 'deadLetter', 'reject', 'skip', 'partial', 'refuse']

/** A server as a whole says these, of no text in particular: to try each alone would only ask it more often. */
const OF_A_SERVER: readonly ErrorCode[] = [
  'PROVIDER_FAILED',
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNREACHABLE',
  'PROVIDER_RATE_LIMIT',
]

const blamesOne = (code: ErrorCode): boolean => BLAMES.includes(dispositionOf(code)) && !OF_A_SERVER.includes(code)

/**
 * What this error of this task leads to. When a run of several tasks fails for good, or again, nobody knows which one is to blame:
 * each is then tried alone, without spending an attempt.
 */
export const planSettlement = (task: ClaimedTask, error: AppError, circumstances: Circumstances): Settlement => {
  const { companions, ms, cancelled } = circumstances
  if (cancelled) return { name: 'tasks.cancelled', params: { taskId: task.id, attempt: attemptOf(task, ms) } }
  if (blockOf(error.code) !== null) return waits(task, error, circumstances)
  // The system takes hosts, too, when memory runs out: only a task that brings down a second one, alone in it, is surely to blame.
  if (error.code === 'WORKER_CRASHED') {
    return task.alone
      ? deadLetter(task, new AppError('WORKER_POISON', error.details, { cause: error }), circumstances)
      : putBack(task, 'HOST_DIED', true, ms)
  }
  const disposition = dispositionOf(error.code)
  const first = disposition === 'retry' && task.attempts === 0
  if (companions > 0 && blamesOne(error.code) && !first) return putBack(task, error.code, true, ms)
  return plans[disposition](task, error, circumstances)
}
