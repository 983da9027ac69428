/**
 * Owns a task in the pool: what was asked, how far it is, and that it is settled exactly once. Refuses: knowing hosts.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { WorkName } from '../../shared/work'

/** What the owner has seen of a running task, in milliseconds that were really watched (a sleeping computer ages no task). */
export type TaskWatch = {
  /** Running, without the time that the task waited for an answer. */
  activeMs: number
  silentMs: number
  /** Since it was asked to stop. */
  stoppingMs: number
  beats: number
}

export type PoolTask = {
  readonly id: number
  readonly name: WorkName
  readonly params: unknown
  readonly priority: number
  readonly alone: boolean
  readonly timeoutMs: number
  /** A cap of its own for the process, in bytes; `null`: that of the host. */
  readonly memoryBytes: number | null
  readonly label: string
  readonly onMessage: ((message: unknown) => unknown) | undefined
  readonly watch: TaskWatch
  /** When it was given to a host, on the clock of the pool. */
  startedAt: number
  /** Messages that wait for their answer. */
  asking: number
  /** Why it is being stopped; then this is how it ends, whatever it still answers. */
  stopping: AppError | null
  /** Its end is decided: what it said and nobody heard yet is not heard any more. */
  settled: boolean
  /** Keeps its messages in order; resolves when the last of them was answered. */
  dialogue: Promise<void>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: AppError) => void
}

export type TaskRequest = Pick<
  PoolTask,
  'name' | 'params' | 'priority' | 'alone' | 'timeoutMs' | 'memoryBytes' | 'label' | 'onMessage'
>

let lastId = 0

/**
 * Makes a task and the promise of its result. `onSettled` is called once, as soon as its end is decided; the promise settles when
 * `onMessage` has returned as well: nothing goes on behind the back of whoever waits.
 */
export const createTask = (
  request: TaskRequest,
  onSettled: () => void,
): { task: PoolTask; result: Promise<unknown> } => {
  let settle: { resolve: (result: unknown) => void; reject: (error: AppError) => void } | null = null
  const result = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const take = () => {
    const taken = settle
    settle = null
    if (taken) {
      task.settled = true
      onSettled()
    }
    return taken
  }
  lastId += 1
  const task: PoolTask = {
    ...request,
    id: lastId,
    watch: { activeMs: 0, silentMs: 0, stoppingMs: 0, beats: -1 },
    startedAt: 0,
    asking: 0,
    stopping: null,
    settled: false,
    dialogue: Promise.resolve(),
    resolve: (value) => take()?.resolve(value),
    reject: (error) => take()?.reject(error),
  }
  return { task, result: result.finally(() => task.dialogue) }
}

/** What goes back for one message of a task. */
export type Answer = { readonly reply: unknown } | { readonly error: AppError }

/**
 * Answers one message of a task, after those before it. What `onMessage` throws becomes how the task ends, with its cause: the task
 * only gets a copy of it.
 */
export const answerMessage = (task: PoolTask, message: unknown, send: (answer: Answer) => void): void => {
  task.asking += 1
  const before = task.dialogue
  const answer = async (): Promise<void> => {
    await before
    try {
      if (task.settled || task.stopping) throw task.stopping ?? new AppError('INTERRUPTED')
      if (!task.onMessage) throw new AppError('INTERNAL_BUG', { reason: `nobody listens to ${task.name}` })
      send({ reply: await task.onMessage(message) })
    } catch (thrown) {
      const error = toAppError(thrown)
      task.stopping ??= error
      send({ error })
    } finally {
      task.asking -= 1
    }
  }
  task.dialogue = answer()
}
