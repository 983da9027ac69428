// Owns what happens at the boundaries of the pipeline: armed faults, each once; and which boundaries were passed. Refuses: faults that nobody armed.
import type { Engine } from '../../../../src/main/engine'
import type { Clock } from '../../../../src/main/jobs/queue'
import { AppError, type ErrorCode } from '../../../../src/shared/errors'
import type { FaultPoint, FaultSide, Interference } from '../../../../src/shared/fault-points'

/**
 * `kill`: this process ends as in a crash. `killHosts`: its hosts do. `cancelJobs`: every open job is cancelled just then. `clock`: the
 * clock jumps. `sleep`: the computer sleeps, hosts and clock alike. `fail`: the step fails with a code; `exception`: with an error that nobody foresaw.
 */
export type Fault =
  | { kind: 'kill' | 'killHosts' | 'cancelJobs' | 'exception' }
  | { kind: 'fail'; code: ErrorCode }
  | { kind: 'clock' | 'sleep'; ms: number }

export type Arming = { point: FaultPoint; side: FaultSide; fault: Fault }

export type Injector = {
  readonly interfere: Interference
  readonly clock: Clock
  /** The next passing of this boundary meets the fault. */
  readonly arm: (arming: Arming) => void
  /** Armed and not met yet. */
  readonly pending: () => Arming[]
  readonly disarm: () => void
  readonly attach: (engine: Engine) => void
}

/** Timers of the queue run this much faster: its waits are seconds, and what waits is not what is tested. */
const HASTE = 20

/** How long hosts stand still when the computer sleeps; what they notice of it is the clock. */
const SLEEP_MS = 150

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A cancellation that fails lets its scenario fail. */
const tell = (thrown: unknown): void => {
  process.stderr.write(`a job was not cancelled: ${String(thrown)}\n`)
}

type Meeting = {
  readonly engine: Engine | null
  readonly jump: (ms: number) => void
  /** Resolves when the next cancellation is written and whoever runs tasks of it was told. */
  readonly cancellation: () => Promise<void>
}

const meet = async (fault: Fault, { engine, jump, cancellation }: Meeting): Promise<void> => {
  switch (fault.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL')
      // Nothing may happen between the signal and the end.
      return new Promise(() => undefined)
    case 'killHosts': {
      const workers = engine ? (await engine.call('workers.list', {})).workers : []
      for (const { pid } of workers) signal(pid, 'SIGKILL')
      return
    }
    case 'cancelJobs': {
      const jobs = engine
        ? (await engine.call('jobs.list', { offset: 0, limit: 5, states: ['queued', 'running'] })).jobs
        : []
      // Their end is not waited for, as they wait for the end of this very step; that they are under way is.
      for (const { id } of jobs) {
        const isWritten = cancellation()
        const isOver = engine?.call('jobs.cancel', { id }).then(() => undefined, tell)
        await Promise.race([isWritten, isOver])
      }
      return
    }
    case 'clock':
      return jump(fault.ms)
    case 'sleep': {
      const pids = engine ? (await engine.call('workers.list', {})).workers.map(({ pid }) => pid) : []
      for (const pid of pids) signal(pid, 'SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, SLEEP_MS))
      jump(fault.ms)
      for (const pid of pids) signal(pid, 'SIGCONT')
      return
    }
    case 'fail':
      throw new AppError(fault.code, { reason: 'injected', path: 'injected' })
    case 'exception':
      throw new TypeError('injected: nobody foresaw this')
  }
}

export const createInjector = (): Injector => {
  let armed: Arming[] = []
  let engine: Engine | null = null
  let offsetMs = 0
  let waiting: (() => void)[] = []
  const cancellation = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve)
    })
  return {
    interfere: async (point, side) => {
      if (point === 'cancelled' && side === 'after') {
        // The call goes on with what runs as soon as this returns; whoever waits here goes on after that.
        for (const resolve of waiting) setImmediate(resolve)
        waiting = []
      }
      const met = armed.find((arming) => arming.point === point && arming.side === side)
      if (!met) return
      armed = armed.filter((arming) => arming !== met)
      const jump = (ms: number): void => {
        offsetMs += ms
      }
      await meet(met.fault, { engine, jump, cancellation })
    },
    clock: {
      nowMs: () => Date.now() + offsetMs,
      setTimer: (ms, fire) => {
        const timer = setTimeout(fire, ms / HASTE)
        return () => clearTimeout(timer)
      },
    },
    arm: (arming) => {
      armed = [...armed, arming]
    },
    pending: () => armed,
    disarm: () => {
      armed = []
    },
    attach: (opened) => {
      engine = opened
    },
  }
}
