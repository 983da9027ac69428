// Owns an engine as the scenarios see it: in this process, or in one of its own that may be killed. Refuses: more than calls and arming.
import { fork, type ChildProcess } from 'node:child_process'
import type { Caller } from '../../../../src/shared/calls'
import type { LimitName } from '../../../../src/shared/limits'
import { startEngine } from '../../../support/engine'
import { createInjector, type Arming } from './injector'
import { CONFIRM_BYTES } from './inputs'

export type Owner = {
  readonly call: Caller
  readonly arm: (arming: Arming) => Promise<void>
  readonly disarm: () => Promise<void>
  /** Armed and not met yet. */
  readonly pending: () => Promise<Arming[]>
  readonly close: () => Promise<void>
}

/** Retries wait for next to nothing; how long they wait by rights is tested elsewhere. */
export const LIMITS: Partial<Record<LimitName, number>> = {
  'archive.confirmBytes': CONFIRM_BYTES,
  'retry.extract.baseMs': 20,
  'retry.embed.baseMs': 20,
  'retry.index.baseMs': 20,
  'worker.breakerMs': 100,
}

/** Starts an engine here. Armings count from the very start. @throws what starting throws */
export const openHere = async (dataDir: string, armings: readonly Arming[] = []): Promise<Owner> => {
  const injector = createInjector()
  for (const arming of armings) injector.arm(arming)
  const engine = await startEngine({ dataDir, limits: LIMITS, interfere: injector.interfere, clock: injector.clock })
  if (!engine) throw new Error(`another process owns ${dataDir}`)
  injector.attach(engine)
  return {
    call: engine.call,
    arm: async (arming) => injector.arm(arming),
    disarm: async () => injector.disarm(),
    pending: async () => injector.pending(),
    close: engine.close,
  }
}

export type Ask = { seq: number; name: string; params: unknown }
export type Reply = { seq: number; result?: unknown; error?: { code: string; message: string } }

/** The process was killed while it was asked, or before. */
export class OwnerGone extends Error {}

/** A call that failed in the other process. */
export class CallFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export type OwnerProcess = Owner & {
  readonly gone: Promise<void>
  readonly isGone: () => boolean
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>
}

/** Starts a program of ours with a channel to it. */
export type StartProcess = (bundle: string, args: readonly string[]) => ChildProcess

const startPlainly: StartProcess = (bundle, args) =>
  fork(bundle, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

/** Starts an engine in a process of its own, from the bundle of owner-process.ts. */
export const openThere = (
  bundle: string,
  dataDir: string,
  armings: readonly Arming[] = [],
  start = startPlainly,
): OwnerProcess => {
  const child = start(bundle, [dataDir, JSON.stringify(armings)])
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let seq = 0
  let isGone = false
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isGone = true
      for (const { reject } of waiting.values()) reject(new OwnerGone())
      resolve()
    })
  })
  child.on('message', (reply: Reply) => {
    const waiter = waiting.get(reply.seq)
    waiting.delete(reply.seq)
    if (reply.error) waiter?.reject(new CallFailed(reply.error.code, reply.error.message))
    else waiter?.resolve(reply.result)
  })
  const ask = (name: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (isGone) return reject(new OwnerGone())
      seq += 1
      waiting.set(seq, { resolve, reject })
      // That it is gone is told by its end.
      child.send({ seq, name, params } satisfies Ask, () => undefined)
    })
  return {
    call: ((name: string, params: unknown) => ask(name, params)) as Caller,
    arm: async (arming) => {
      await ask('arm', arming)
    },
    disarm: async () => {
      await ask('disarm', {})
    },
    pending: async () => (await ask('pending', {})) as Arming[],
    close: async () => {
      await ask('close', {}).catch((thrown: unknown) => {
        if (!(thrown instanceof OwnerGone)) throw thrown
      })
      await gone
    },
    gone,
    isGone: () => isGone,
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
