/**
 * Owns what the tests of the queue start from: a real store in a temp folder, a clock that is moved by hand, work that is told how to end.
 * Refuses: threads; the queue sees promises either way.
 */
import type { Clock, QueueOptions, RunTasks } from '../../../src/main/jobs/contract'
import { createQueue } from '../../../src/main/jobs/queue'
import type { ClaimedTask, OperationName, Operations, Store } from '../../../src/main/store/contract'
import type { Log, LogFields } from '../../../src/shared/log'
import type { Lane } from '../../../src/shared/phases'
import { attemptOf, commit, finish, makeBed, type Bed } from '../store/bed'

export type FakeClock = Clock & { advance: (ms: number) => Promise<void>; timers: () => number }

/** Lets everything that is under way go on until it waits for time or for the test. */
export const settleDown = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export const makeClock = (): FakeClock => {
  let nowMs = 1_000_000
  const timers = new Set<{ atMs: number; fire: () => void }>()
  return {
    nowMs: () => nowMs,
    setTimer: (ms, fire) => {
      const timer = { atMs: nowMs + ms, fire }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms
      for (;;) {
        await settleDown()
        const [next] = [...timers]
          .filter((timer) => timer.atMs <= untilMs)
          .sort((left, right) => left.atMs - right.atMs)
        if (next === undefined) break
        timers.delete(next)
        nowMs = Math.max(nowMs, next.atMs)
        next.fire()
      }
      nowMs = untilMs
      await settleDown()
    },
    timers: () => timers.size,
  }
}

export const makeLog = (): Log & { lines: { event: string; fields: LogFields }[] } => {
  const lines: { event: string; fields: LogFields }[] = []
  const write = (_level: string, event: string, fields: LogFields = {}): void => {
    lines.push({ event, fields })
  }
  const to = (level: string) => (event: string, fields?: LogFields) => write(level, event, fields)
  const log: Log = {
    write,
    debug: to('debug'),
    info: to('info'),
    warn: to('warn'),
    error: to('error'),
    child: () => log,
  }
  return { ...log, lines }
}

/** Ends a task as its lane does: scans and archives finish, documents are committed and then finished. */
export const complete = (bed: Bed, task: ClaimedTask): void => {
  if (task.lane === 'extract') commit(bed, task, [`text of ${task.path}`])
  else finish(bed, task, { attempt: attemptOf(task) })
}

export const makeQueue = (run: (bed: Bed) => RunTasks, more: Partial<QueueOptions> = {}) => {
  const bed = makeBed()
  const clock = makeClock()
  const log = makeLog()
  const failing = new Map<OperationName, Error>()
  /** Happens once, when the operation is done for the n-th time and its answer is not there yet. */
  const meanwhile = new Map<OperationName, { nth: number; happen: () => void }>()
  const store: Pick<Store, 'run'> = {
    run: async <N extends OperationName>(name: N, params: Operations[N]['params']) => {
      const error = failing.get(name)
      if (error) throw error
      await Promise.resolve()
      const result = bed.run(name, params)
      const event = meanwhile.get(name)
      if (event) event.nth -= 1
      if (event?.nth === 0) event.happen()
      return result
    },
  }
  const lanes: Record<Lane, { concurrency: () => number; batch: number }> = {
    expand: { concurrency: () => 2, batch: 1 },
    extract: { concurrency: () => 2, batch: 1 },
    ocr: { concurrency: () => 1, batch: 1 },
    vision: { concurrency: () => 1, batch: 1 },
    embed: { concurrency: () => 1, batch: 3 },
    summarize: { concurrency: () => 1, batch: 1 },
  }
  const changed: number[] = []
  const queue = createQueue({
    store,
    clock,
    random: () => 0.5,
    log,
    lanes,
    run: run(bed),
    onChange: (ids) => changed.push(...ids),
    ...more,
  })
  return { bed, clock, log, queue, failing, meanwhile, changed }
}

/** Work that ends when the test says so. */
export const makeStage = () => {
  const running: {
    lane: Lane
    tasks: readonly ClaimedTask[]
    signal: AbortSignal
    end: () => void
    fail: (error: unknown) => void
  }[] = []
  const run =
    (bed: Bed): RunTasks =>
    (lane, tasks, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          running.splice(running.indexOf(entry), 1)
        }
        const entry = {
          lane,
          tasks,
          signal,
          end: () => {
            leave()
            for (const task of tasks) complete(bed, task)
            resolve()
          },
          fail: (error: unknown) => {
            leave()
            reject(error instanceof Error ? error : new Error(String(error)))
          },
        }
        running.push(entry)
      })
  const at = (index: number) => {
    const entry = running[index]
    if (!entry) throw new Error(`only ${running.length} runs`)
    return entry
  }
  const paths = () => running.map(({ lane, tasks }) => `${lane}: ${tasks.map(({ path }) => path).join(' ')}`)
  return { run, running, at, paths }
}
