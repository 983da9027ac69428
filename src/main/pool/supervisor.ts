/**
 * Owns the tasks of one kind of host: their queue, the process that serves them, when it is started, replaced and closed.
 * Refuses: more than one serving process at a time; letting a task wait for ever or end twice.
 */
import { AppError, fromErrorRecord } from '../../shared/errors'
import type { ThreadOutcome } from '../../shared/threads'
import type { HostName, HostOptions, PoolOptions, WorkerSnapshot } from './contract'
import { buildEnvironment } from './environment'
import { HostLink } from './host-link'
import type { HostSettings } from './messages'
import { createQueue, fitsBeside } from './queue'
import { createTask, type PoolTask, type TaskRequest } from './task'
import { judgeDeath, judgeLostThread, type Death } from './verdict'

/** Wait before the next start after failed ones: 100, 200, 400 ms, … */
const BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5_000
/** After so many failed starts in a row, what waits is told. */
const STARTS = 3
/** A host that keeps this share of its cap when it is empty is replaced: the next document is not to pay for the last ones. */
const SWOLLEN = 0.75

export class Supervisor {
  private readonly queue = createQueue()
  private link: HostLink | null = null
  /** Every process that is not gone yet. */
  private readonly links = new Set<HostLink>()
  private idle: NodeJS.Timeout | null = null
  private retry: NodeJS.Timeout | null = null
  private failedStarts = 0
  private closed = false
  /** What waits for the end of all that runs. */
  private readonly drains = new Set<() => void>()

  constructor(
    private readonly host: HostName,
    private readonly options: HostOptions,
    private readonly pool: PoolOptions,
    private readonly onMemory: () => void,
  ) {}

  /** Resident memory of its processes when last looked at, in bytes. */
  get rssBytes(): number {
    let sum = 0
    for (const { rssBytes } of this.links) sum += rssBytes
    return sum
  }

  run(request: TaskRequest, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.closed) return Promise.reject(new AppError('SHUTTING_DOWN'))
    if (signal?.aborted) return Promise.reject(new AppError('CANCELLED'))
    const cancel = (): void => this.cancel(task)
    const { task, result } = createTask(request, () => signal?.removeEventListener('abort', cancel))
    signal?.addEventListener('abort', cancel, { once: true })
    this.queue.push(task)
    this.pump()
    return result
  }

  snapshot(): WorkerSnapshot[] {
    return [...this.links].flatMap((link) => {
      const { pid, tasksDone } = link
      if (pid === undefined) return []
      const now = this.pool.clock.now()
      const running = [...link.tasks.values()].map(({ name, label, startedAt }) => ({
        name,
        label,
        ms: now - startedAt,
      }))
      const queued = link === this.link ? this.queue.size : 0
      return [{ host: this.host, pid, rssBytes: link.readRss(), tasksDone, running, queued }]
    })
  }

  /** Starts the process if there is none, for a task that is about to come. */
  warm(): void {
    if (this.closed || this.link) return
    this.start()
    this.pump()
  }

  /** Replaces the process; resolves when the old one is gone. */
  async recycle(): Promise<void> {
    const { link } = this
    if (!link) return
    this.retire(link)
    await link.gone
  }

  async close(timeoutMs: number): Promise<void> {
    this.closed = true
    if (this.retry) clearTimeout(this.retry)
    for (const task of this.queue.clear()) task.reject(new AppError('SHUTTING_DOWN'))
    await this.drain(timeoutMs)
    for (const link of this.links) {
      if (link.tasks.size > 0) link.kill({ kind: 'closed' })
      else link.leave()
    }
    await Promise.all([...this.links].map(({ gone }) => gone))
    this.setIdle(false)
  }

  private get isBusy(): boolean {
    return [...this.links].some(({ tasks }) => tasks.size > 0)
  }

  /** Resolves when nothing runs, or after `timeoutMs`. */
  private async drain(timeoutMs: number): Promise<void> {
    if (!this.isBusy) return
    let wake = (): void => undefined
    const drained = new Promise<void>((resolve) => {
      wake = resolve
    })
    const timer = setTimeout(wake, timeoutMs)
    this.drains.add(wake)
    await drained
    this.drains.delete(wake)
    clearTimeout(timer)
  }

  private cancel(task: PoolTask): void {
    const error = new AppError('CANCELLED')
    if (this.queue.remove(task)) {
      task.reject(error)
      // It may have been the one that held back the others.
      this.pump()
      return
    }
    task.stopping ??= error
    for (const link of this.links) if (link.tasks.get(task.id) === task) link.stop(task)
  }

  /** Starts what can start. Called whenever anything changed. */
  private pump(): void {
    if (!this.isBusy) for (const wake of this.drains) wake()
    while (!this.closed && this.startNext()) this.setIdle(false)
    this.setIdle(!this.closed && this.link?.tasks.size === 0 && this.queue.size === 0)
  }

  /** True when a task was taken from the queue. */
  private startNext(): boolean {
    const task = this.queue.peek()
    if (!task) return false
    // A process that is being replaced is waited for only while tasks run in it: two at a time would double the memory.
    if (this.link?.retired && this.link.tasks.size > 0) return false
    const link = this.link && !this.link.retired ? this.link : this.start()
    if (!link || !fitsBeside(task, [...link.tasks.values()], this.options)) return false
    this.queue.shift()
    try {
      link.dispatch(task)
    } catch (cause) {
      task.reject(new AppError('INTERNAL_BUG', { reason: `${task.name} cannot be sent to a host` }, { cause }))
    }
    return true
  }

  /** Starts a process; `null` when it is too early after a failed start, or this start failed. */
  private start(): HostLink | null {
    if (this.retry) return null
    const { hostFile, workerFile, launch, clock, log } = this.pool
    const { threads, urgentThreads = 0, memoryBytes, env } = this.options
    const settings: HostSettings = {
      workerFile,
      threads: threads + urgentThreads,
      heapBytes: memoryBytes,
      ownerPid: process.pid,
      background: this.options.background ?? false,
    }
    const startedAt = clock.now()
    try {
      const child = launch(hostFile, [JSON.stringify(settings)], buildEnvironment(process.env, env))
      const link: HostLink = new HostLink(this.host, child, this.options, clock, log, {
        onReady: () => {
          this.failedStarts = 0
          log.debug('host.ready', { host: this.host, pid: child.pid, ms: Math.round(clock.now() - startedAt) })
        },
        onDone: (task, outcome) => this.finish(link, task, outcome),
        onLost: (task, lost) => {
          log.warn('host.thread_lost', { host: this.host, pid: child.pid, label: task.label, ...lost })
          task.reject(task.stopping ?? judgeLostThread(lost, memoryBytes))
          // What else the dead thread left behind is unknown.
          this.retire(link)
          this.pump()
        },
        onGone: (death, tasks, wasReady) => this.bury(link, death, tasks, wasReady),
        onMemory: this.onMemory,
      })
      this.links.add(link)
      this.link = link
      return link
    } catch (error) {
      this.backOff(error instanceof Error ? error.message : String(error))
      return null
    }
  }

  private finish(link: HostLink, task: PoolTask, outcome: ThreadOutcome): void {
    if (task.stopping) task.reject(task.stopping)
    else if (outcome.ok) task.resolve(outcome.result)
    else task.reject(fromErrorRecord(outcome.error))
    const { recycleTasks, memoryBytes } = this.options
    const swollen = link.tasks.size === 0 && (link.readRss() ?? 0) > memoryBytes * SWOLLEN
    if (link.tasksDone >= recycleTasks || swollen || link.retired) this.retire(link)
    this.pump()
  }

  /** Lets a process finish what runs in it, then end. */
  private retire(link: HostLink): void {
    link.retired = true
    if (link.tasks.size === 0) link.leave()
  }

  private bury(link: HostLink, death: Death, tasks: readonly PoolTask[], wasReady: boolean): void {
    this.links.delete(link)
    if (this.link === link) this.link = null
    if (wasReady || death.kind !== 'exit') {
      for (const [task, error] of judgeDeath(death, tasks)) task.reject(error)
    } else {
      // It never ran anything: they go back to where they were.
      for (const task of [...tasks].reverse()) this.putBack(task)
      this.backOff(death.reason)
    }
    this.pump()
  }

  private putBack(task: PoolTask): void {
    if (task.stopping) task.reject(task.stopping)
    else if (this.closed) task.reject(new AppError('SHUTTING_DOWN'))
    else this.queue.pushBack(task)
  }

  private backOff(reason: string): void {
    this.failedStarts += 1
    this.pool.log.warn('host.start_failed', { host: this.host, reason, failedStarts: this.failedStarts })
    if (this.failedStarts >= STARTS) {
      for (const task of this.queue.clear()) task.reject(new AppError('HOST_START_FAILED', { reason }))
    }
    if (this.closed) return
    const waitMs = Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** (this.failedStarts - 1))
    this.retry = setTimeout(() => {
      this.retry = null
      this.pump()
    }, waitMs)
  }

  private setIdle(idle: boolean): void {
    if (!idle) {
      if (this.idle) clearTimeout(this.idle)
      this.idle = null
      return
    }
    this.idle ??= setTimeout(() => {
      this.idle = null
      if (this.link?.tasks.size === 0) this.link.leave()
    }, this.options.idleMs)
  }
}
