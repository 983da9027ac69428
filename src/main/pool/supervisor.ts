/**
 * Owns the tasks of one kind of host: their queue, the process that serves them, when it is started, replaced and closed.
 * Refuses: more than one serving process at a time; letting a task wait for ever or end twice. Just over 300 lines: it is one
 * machine of states, which two files would hide.
 */
import { AppError, fromErrorRecord } from '../../shared/errors'
import type { ThreadOutcome } from '../../shared/threads'
import { createBreaker, type HostBreaker } from './breaker'
import type { HostName, HostOptions, PoolOptions, WorkerSnapshot } from './contract'
import { buildEnvironment } from './environment'
import { HostLink } from './host-link'
import { describeStart, makeHostSettings, waitBeforeStartMs } from './host-start'
import { createQueue, fitsBeside } from './queue'
import { createTask, type PoolTask, type TaskRequest } from './task'
import type { StartGate } from './start-gate'
import type { ThreadBudget } from './thread-budget'
import { hostFailureOf, judgeDeath, judgeLostThread, type Death } from './verdict'

/** A host that keeps this share of its cap when it is empty is replaced: the next document is not to pay for the last ones. */
const SWOLLEN = 0.75

export class Supervisor {
  readonly breaker: HostBreaker
  private readonly queue = createQueue()
  private link: HostLink | null = null
  /** Every process that is not gone yet. */
  private readonly links = new Set<HostLink>()
  private idle: NodeJS.Timeout | null = null
  private retry: NodeJS.Timeout | null = null
  private failedStarts = 0
  private goneCpuMs = 0
  private closed = false
  /** What waits for the end of all that runs. */
  private readonly drains = new Set<() => void>()

  constructor(
    private readonly host: HostName,
    private readonly pool: PoolOptions,
    private readonly budget: ThreadBudget,
    private readonly onMemory: () => void,
    private readonly gate: StartGate,
  ) {
    const { guards, clock, log } = pool
    this.breaker = createBreaker({ host, guards, clock, log, onChange: () => this.heed() })
  }

  private get options(): HostOptions {
    return this.pool.hosts(this.host)
  }

  /** Tasks that may run at the same time now: one on trial, one while memory is short. */
  private get threads(): number {
    return this.breaker.isProbing() ? 1 : this.budget.allow(this.options.threads)
  }

  /** Resident memory of its processes when last looked at, in bytes. */
  get rssBytes(): number {
    let sum = 0
    for (const { rssBytes } of this.links) sum += rssBytes
    return sum
  }

  /** Processor time of its processes so far, also of those that are gone, in milliseconds. */
  get cpuMs(): number {
    let sum = this.goneCpuMs
    for (const { cpuMs } of this.links) sum += cpuMs
    return sum
  }

  /** Whether anything runs in it. */
  get works(): boolean {
    return this.isBusy
  }

  /** Closes the process if nothing runs in it, for its memory. */
  shed(): void {
    if (this.link?.tasks.size === 0 && this.queue.size === 0) this.link.leave()
  }

  run(request: TaskRequest, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.closed) return Promise.reject(new AppError('SHUTTING_DOWN'))
    if (signal?.aborted) return Promise.reject(new AppError('CANCELLED'))
    if (this.breaker.isOpen()) return Promise.reject(this.breaker.refusal())
    const cancel = (): void => this.cancel(task)
    const { task, result } = createTask(request, () => signal?.removeEventListener('abort', cancel))
    signal?.addEventListener('abort', cancel, { once: true })
    this.queue.push(task)
    this.pump()
    return result
  }

  snapshot(): WorkerSnapshot[] {
    const { host, threads } = this
    return [...this.links].flatMap((link) => {
      const queued = link === this.link ? this.queue.size : 0
      return link.pid === undefined ? [] : [{ host, pid: link.pid, ...link.describe(), queued, threads }]
    })
  }

  /** Starts the process if there is none, for a task that is about to come. */
  warm(): void {
    if (this.closed || this.link || this.breaker.isOpen()) return
    this.start()
    this.pump()
  }

  /** Lets the process end after what runs in it; the next task gets another. Gives the old one, if there is one. */
  replace(): HostLink | null {
    const { link } = this
    if (link) this.retire(link)
    return link
  }

  /** The options may have changed. */
  refresh(): void {
    const { link } = this
    if (link && !link.retired && link.startedWith !== describeStart(this.options)) this.retire(link)
    // The time without work counts anew, by the bound of now.
    this.setIdle(false)
    this.pump()
  }

  /** More may run than before. */
  goOn(): void {
    if (this.queue.size > 0) this.pump()
  }

  async close(timeoutMs: number): Promise<void> {
    this.closed = true
    this.forgetRetry()
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
    const options = this.optionsFor(task)
    if (this.link && !this.link.retired && this.link.startedWith !== describeStart(options)) this.retire(this.link)
    if (this.link?.retired && this.link.tasks.size > 0) return false
    if (task.priority <= 0 && !this.gate.mayStart()) return false
    const link = this.link && !this.link.retired ? this.link : this.start(options)
    if (!link || !fitsBeside(task, [...link.tasks.values()], this.room())) return false
    this.queue.shift()
    try {
      link.dispatch(task)
    } catch (cause) {
      task.reject(new AppError('INTERNAL_BUG', { reason: `${task.name} cannot be sent to a host` }, { cause }))
    }
    return true
  }

  /** A task with a cap of its own gets a process of its own. */
  private optionsFor({ memoryBytes }: PoolTask): HostOptions {
    return memoryBytes === null ? this.options : { ...this.options, memoryBytes }
  }

  /** What may run beside each other now. */
  private room(): { threads: number; urgentThreads: number } {
    this.budget.look()
    return { threads: this.threads, urgentThreads: this.breaker.isProbing() ? 0 : (this.options.urgentThreads ?? 0) }
  }

  /** Starts a process; `null` when it is too early after a failed start, or this start failed. */
  private start(options = this.options): HostLink | null {
    if (this.retry || this.breaker.isOpen()) return null
    const { hostFile, workerFile, launch, clock, log } = this.pool
    const { memoryBytes } = options
    const startedAt = clock.now()
    const caps = { memoryBytes, heartbeatMs: () => this.options.heartbeatMs }
    const onTrial = this.breaker.begin()
    try {
      const settings = makeHostSettings(options, workerFile)
      const child = launch(hostFile, [JSON.stringify(settings)], buildEnvironment(process.env, options.env))
      const link: HostLink = new HostLink(this.host, child, caps, clock, log, {
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
          this.fail(lost.reason, task.label)
        },
        onGone: (death, tasks, wasReady) => this.bury(link, death, tasks, wasReady),
        onMemory: this.onMemory,
      })
      link.onTrial = onTrial
      link.startedWith = describeStart(options)
      this.links.add(link)
      this.link = link
      return link
    } catch (error) {
      this.backOff(error instanceof Error ? error.message : String(error))
      return null
    }
  }

  private finish(link: HostLink, task: PoolTask, outcome: ThreadOutcome): void {
    this.breaker.worked()
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
    this.goneCpuMs += link.cpuMs
    if (this.link === link) this.link = null
    if (wasReady || death.kind !== 'exit') {
      for (const [task, error] of judgeDeath(death, tasks)) task.reject(error)
    } else {
      // It never ran anything: they go back to where they were.
      for (const task of [...tasks].reverse()) this.putBack(task)
      this.backOff(death.reason)
      return
    }
    const failure = hostFailureOf(death, tasks)
    if (failure) return this.fail(failure.reason, failure.blamed)
    if (link.onTrial) this.breaker.ended()
    this.pump()
  }

  /** The host failed; goes on once the breaker has taken note. */
  private fail(reason: string, blamed: string | null): void {
    this.breaker.failed(reason, blamed).then(
      () => this.pump(),
      (error: unknown) => this.pool.log.error('host.breaker_failed', { host: this.host, error }),
    )
  }

  /** The breaker opened or closed. What waits while it is open is told, so that it waits where it spends nothing. */
  private heed(): void {
    if (this.breaker.isOpen()) {
      this.forgetRetry()
      for (const task of this.queue.clear()) task.reject(this.breaker.refusal())
    }
    this.pool.onChange?.()
    this.pump()
  }

  private forgetRetry(): void {
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
  }

  private putBack(task: PoolTask): void {
    if (task.stopping) task.reject(task.stopping)
    else if (this.closed) task.reject(new AppError('SHUTTING_DOWN'))
    else this.queue.pushBack(task)
  }

  private backOff(reason: string): void {
    this.failedStarts += 1
    this.pool.log.warn('host.start_failed', { host: this.host, reason, failedStarts: this.failedStarts })
    if (!this.closed)
      this.retry = setTimeout(() => {
        this.retry = null
        this.pump()
      }, waitBeforeStartMs(this.failedStarts))
    this.fail(reason, null)
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
