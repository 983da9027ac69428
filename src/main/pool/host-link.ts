/**
 * Owns one host process from its start to its end: what runs in it, what it says, how it is watched and ended.
 * Refuses: queueing; starting a second process.
 */
import { toErrorRecord } from '../../shared/errors'
import type { Log } from '../../shared/log'
import type { ThreadOutcome } from '../../shared/threads'
import type { HostName, HostProcess, WorkerSnapshot } from './contract'
import { readResidentBytes } from './memory'
import type { HostMessage, OwnerMessage } from './messages'
import type { PoolTask } from './task'
import { answerMessage } from './task'
import type { Death } from './verdict'
import { watchTask } from './verdict'

/** How often memory and time of a busy host are looked at. */
const LOOK_MS = 100
/** A look that comes later than this counts as this: the owner was busy or the computer slept, which ages nobody. */
const LONGEST_LOOK_MS = 500
/** A process that is not ready by then will not be. */
const READY_MS = 30_000
/** An idle process that was asked to end has this long. */
const END_MS = 1_000
/** After a kill the system says that the process is gone; should it not, work goes on without. */
const GONE_MS = 5_000

/** What a process may take. The cap of memory is the one that it was started with; a changed one holds for the next process. */
export type LinkCaps = { readonly memoryBytes: number; readonly heartbeatMs: () => number }

export type LinkEvents = {
  readonly onReady: () => void
  readonly onDone: (task: PoolTask, outcome: ThreadOutcome) => void
  readonly onLost: (task: PoolTask, lost: { reason: string; outOfMemory: boolean }) => void
  /** The process is gone. `tasks` were in flight; `wasReady` is false when it never got to run anything. */
  readonly onGone: (death: Death, tasks: readonly PoolTask[], wasReady: boolean) => void
  readonly onMemory: () => void
}

/** Electron says 0 of a utility process that a signal ended. */
const describeEnd = (code: number | null, signal: string | null): string => {
  if (signal) return `ended by ${signal}`
  return code ? `exit code ${code}` : 'it ended without a reason'
}

export class HostLink {
  readonly tasks = new Map<number, PoolTask>()
  /** Takes no further task; ends when it is empty. */
  retired = false
  tasksDone = 0
  /** The options it was started with; kept for whoever started it. */
  startedWith = ''
  /** What comes of it decides on the breaker. */
  onTrial = false
  /** Resident memory when it was last looked at, in bytes. */
  rssBytes = 0
  /** Processor time that it said it has used, in milliseconds. */
  cpuMs = 0
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  private ready = false
  private death: Death | null = null
  private ended = false
  private bootMs = 0
  private pulseSilentMs = 0
  private lookedAt: number
  /** Runs while there is something to watch: an idle application wakes nobody. */
  private looking: NodeJS.Timeout | null = null
  private leaving: NodeJS.Timeout | null = null
  private markGone: () => void = () => undefined

  constructor(
    private readonly host: HostName,
    private readonly process: HostProcess,
    private readonly caps: LinkCaps,
    private readonly clock: { readonly now: () => number },
    private readonly log: Log,
    private readonly events: LinkEvents,
  ) {
    this.gone = new Promise((resolve) => {
      this.markGone = resolve
    })
    this.lookedAt = clock.now()
    this.startLooking()
    process.onMessage((message) => this.receive(message as HostMessage))
    process.onExit((code, signal, reason) => {
      this.end(reason ?? describeEnd(code, signal))
    })
  }

  get pid(): number | undefined {
    return this.process.pid
  }

  describe(): Pick<WorkerSnapshot, 'rssBytes' | 'tasksDone' | 'running' | 'state'> {
    const now = this.clock.now()
    const running = [...this.tasks.values()].map(({ name, label, startedAt }) => ({ name, label, ms: now - startedAt }))
    return { rssBytes: this.readRss(), tasksDone: this.tasksDone, running, state: this.state }
  }

  private get state(): WorkerSnapshot['state'] {
    if (this.retired) return 'retiring'
    if (!this.ready) return 'starting'
    return this.tasks.size > 0 ? 'busy' : 'idle'
  }

  /** Gives a task to the process; before it is ready as well. @throws what cannot be cloned. */
  dispatch(task: PoolTask): void {
    this.startLooking()
    this.send({ type: 'run', id: task.id, name: task.name, params: task.params })
    task.startedAt = this.clock.now()
    this.tasks.set(task.id, task)
  }

  /** Asks a task to stop; it ends as `task.stopping` says, at the latest when its host is killed after the grace. */
  stop(task: PoolTask): void {
    this.send({ type: 'cancel', id: task.id })
  }

  /** Ends the idle process in an orderly way. */
  leave(): void {
    if (this.leaving || this.death) return
    this.retired = true
    this.send({ type: 'close' })
    this.leaving = setTimeout(() => this.kill({ kind: 'closed' }), END_MS)
  }

  /** Ends the process at once. */
  kill(death: Death): void {
    if (this.death || this.ended) return
    this.death = death
    this.retired = true
    this.process.kill()
    this.setLeaving(setTimeout(() => this.end('it does not go away'), GONE_MS))
  }

  /** Looks at the memory now. In bytes; `null` when it cannot be told. */
  readRss(): number | null {
    const { pid } = this
    const rss = pid === undefined || this.ended ? null : readResidentBytes(pid)
    if (rss !== null) this.rssBytes = rss
    return rss ?? (this.rssBytes > 0 ? this.rssBytes : null)
  }

  private setLeaving(timer: NodeJS.Timeout): void {
    if (this.leaving) clearTimeout(this.leaving)
    this.leaving = timer
  }

  private send(message: OwnerMessage): void {
    if (!this.ended) this.process.send(message)
  }

  private end(reason: string): void {
    if (this.ended) return
    this.ended = true
    this.stopLooking()
    if (this.leaving) clearTimeout(this.leaving)
    const death: Death = this.death ?? (this.leaving ? { kind: 'closed' } : { kind: 'exit', reason })
    const { host, pid, tasksDone } = this
    const unasked = death.kind === 'exit'
    this.log.write(unasked ? 'warn' : 'debug', 'host.gone', { host, pid, tasksDone, why: death.kind, reason })
    const tasks = [...this.tasks.values()]
    this.tasks.clear()
    this.rssBytes = 0
    this.markGone()
    this.events.onGone(death, tasks, this.ready)
  }

  private receive(message: HostMessage): void {
    if (message.type === 'pulse' || message.type === 'done') this.cpuMs = Math.max(this.cpuMs, message.cpuMs)
    // What a process said after it was sentenced changes nothing: its tasks are settled at its end.
    if (this.ended || this.death) return
    switch (message.type) {
      case 'ready':
        this.ready = true
        this.events.onReady()
        break
      case 'pulse':
        this.feel(message)
        break
      case 'say':
        this.answer(message)
        break
      case 'done': {
        const task = this.release(message.id)
        if (task) this.events.onDone(task, message.outcome)
        break
      }
      case 'lost': {
        const task = this.release(message.id)
        if (task) this.events.onLost(task, message)
        break
      }
    }
  }

  private release(id: number): PoolTask | undefined {
    const task = this.tasks.get(id)
    if (!this.tasks.delete(id)) return undefined
    this.tasksDone += 1
    return task
  }

  private feel({ rssBytes, beats }: Extract<HostMessage, { type: 'pulse' }>): void {
    this.pulseSilentMs = 0
    if (process.platform !== 'linux') this.rssBytes = rssBytes
    for (const [id, count] of beats) {
      const watch = this.tasks.get(id)?.watch
      if (!watch || watch.beats === count) continue
      watch.beats = count
      watch.silentMs = 0
    }
  }

  private answer({ id, seq, message }: Extract<HostMessage, { type: 'say' }>): void {
    const task = this.tasks.get(id)
    if (!task) return
    answerMessage(task, message, (answer) => {
      if (this.tasks.get(id) !== task) return
      if ('reply' in answer) this.send({ type: 'answer', id, seq, reply: answer.reply })
      else this.send({ type: 'refusal', id, seq, error: toErrorRecord(answer.error) })
    })
  }

  private startLooking(): void {
    if (this.looking) return
    this.lookedAt = this.clock.now()
    this.pulseSilentMs = 0
    this.looking = setInterval(() => this.look(), LOOK_MS)
  }

  private stopLooking(): void {
    if (this.looking) clearInterval(this.looking)
    this.looking = null
  }

  private look(): void {
    if (this.death) return
    const now = this.clock.now()
    const elapsedMs = Math.min(LONGEST_LOOK_MS, now - this.lookedAt)
    this.lookedAt = now
    if (!this.ready) {
      this.bootMs += elapsedMs
      if (this.bootMs > READY_MS) this.kill({ kind: 'exit', reason: `not ready after ${READY_MS / 1000} s` })
      return
    }
    if (this.tasks.size === 0) {
      this.stopLooking()
      return
    }
    this.watchMemory()
    this.watchTasks(elapsedMs)
  }

  private watchMemory(): void {
    const actualBytes = this.readRss()
    this.events.onMemory()
    const { memoryBytes: limitBytes } = this.caps
    if (actualBytes === null || actualBytes <= limitBytes) return
    const labels = [...this.tasks.values()].map(({ label }) => label).join(', ')
    this.log.warn('host.memory', { host: this.host, pid: this.pid, limitBytes, actualBytes, labels })
    this.kill({ kind: 'memory', limitBytes, actualBytes })
  }

  private watchTasks(elapsedMs: number): void {
    const heartbeatMs = this.caps.heartbeatMs()
    this.pulseSilentMs += elapsedMs
    if (this.pulseSilentMs > heartbeatMs) {
      this.kill({ kind: 'frozen', limitMs: heartbeatMs })
      return
    }
    let deaf = false
    for (const task of this.tasks.values()) {
      const order = watchTask(task, elapsedMs, heartbeatMs)
      if (!order) continue
      task.stopping = order.error
      const { code } = order.error
      this.log.warn('host.task_stopped', { host: this.host, pid: this.pid, order: order.kind, code, label: task.label })
      if (order.kind === 'kill') deaf = true
      else this.stop(task)
    }
    if (deaf) this.kill({ kind: 'stopped' })
  }
}
