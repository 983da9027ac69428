import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ownerAddress } from '../../../src/main/owner/address'
import type { JobProgress } from '../../../src/shared/calls'
import type { Job } from '../../../src/shared/domain'
import { fromErrorRecord, type ErrorRecord } from '../../../src/shared/errors'
import { bundle } from './support/bundle'
import { stepsFile } from './support/engine'
import type { Order } from './support/session-process'

type Answer = { seq: number; value?: unknown; error?: ErrorRecord }
type Words = Order extends infer One ? (One extends Order ? Omit<One, 'seq'> : never) : never

let scratch = ''
let dataDir = ''
const processes = new Set<ChildProcess>()

/** A process with a session. */
class Peer {
  private readonly child: ChildProcess
  private seq = 0

  constructor() {
    this.child = fork(join(scratch, 'session-process.cjs'), [], {
      env: { ...process.env, NODE_PATH: resolve('node_modules') },
      execArgv: [],
    })
    processes.add(this.child)
    this.child.once('exit', () => processes.delete(this.child))
  }

  get pid(): number {
    return this.child.pid ?? -1
  }

  tell<T>(words: Words): Promise<T> {
    this.seq += 1
    const seq = this.seq
    return new Promise((settle, reject) => {
      const hear = (answer: Answer): void => {
        if (answer.seq !== seq) return
        this.child.off('message', hear)
        if (answer.error) reject(fromErrorRecord(answer.error))
        else settle(answer.value as T)
      }
      this.child.on('message', hear)
      this.child.send({ ...words, seq })
    })
  }

  open(options: { steps?: number; stepMs?: number; startDelayMs?: number; busyMs?: number } = {}): Promise<string> {
    return this.tell({ do: 'open', dataDir, steps: 20, stepMs: 10, ...options })
  }

  createJob(key: string | null = null): Promise<{ job: Job; created: boolean }> {
    return this.tell({ do: 'call', name: 'jobs.create', params: { paths: [{ path: '/x' }], key } })
  }

  waitForJob(id: string): Promise<JobProgress> {
    return this.tell({ do: 'call', name: 'jobs.wait', params: { id, timeoutMs: 20_000 } })
  }

  role(): Promise<{ role: string; events: number }> {
    return this.tell({ do: 'role' })
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  async end(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = new Promise((settle) => this.child.once('exit', settle))
    this.child.kill(name)
    await ended
  }
}

const eventually = async <T>(look: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> => {
  const deadline = Date.now() + 15_000
  for (;;) {
    const value = await look()
    if (isRight(value)) return value
    if (Date.now() > deadline) throw new Error(`not within 15 s; last: ${JSON.stringify(value)}`)
    await new Promise((settle) => setTimeout(settle, 20))
  }
}

const readSteps = (): string[] => readFileSync(stepsFile(dataDir), 'utf8').trim().split('\n')

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'session-'))
  bundle('test/unit/owner/support/session-process.ts', join(scratch, 'session-process.cjs'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
beforeEach(() => {
  dataDir = mkdtempSync(join(scratch, 'd-'))
})
afterEach(async () => {
  for (const child of [...processes]) {
    const ended = new Promise((settle) => child.once('exit', settle))
    child.kill('SIGKILL')
    await ended
  }
})

describe('processes on one data folder', () => {
  it('have one owner; the others work through it', async () => {
    const [first, second] = [new Peer(), new Peer()]
    expect(await first.open()).toBe('owner')
    expect(await second.open()).toBe('client')
    const { job } = await second.createJob()
    expect((await second.waitForJob(job.id)).job.state).toBe('completed')
    expect((await second.tell<{ ownerPid: number }>({ do: 'call', name: 'app.info', params: {} })).ownerPid).toBe(
      first.pid,
    )
    expect(new Set(readSteps().map((line) => line.split(' ')[0]))).toEqual(new Set([String(first.pid)]))
  })

  it('agree on one owner when they start at the same moment', async () => {
    const peers = Array.from({ length: 4 }, () => new Peer())
    const roles = await Promise.all(peers.map((peer) => peer.open({ startDelayMs: 150 })))
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
    const infos = await Promise.all(
      peers.map((peer) => peer.tell<{ ownerPid: number }>({ do: 'call', name: 'app.info', params: {} })),
    )
    expect(new Set(infos.map(({ ownerPid }) => ownerPid)).size).toBe(1)
  })

  it('go on with the job when the owner is killed, without doing a step twice or leaving one out', async () => {
    const [first, second, third] = [new Peer(), new Peer(), new Peer()]
    expect(await first.open({ steps: 60 })).toBe('owner')
    await second.open({ steps: 60 })
    await third.open({ steps: 60 })
    const { job } = await second.createJob()
    const [mine, theirs] = [second.waitForJob(job.id), third.waitForJob(job.id)]
    await eventually(
      async () => existsSync(stepsFile(dataDir)) && readSteps().length,
      (steps) => Number(steps) >= 5,
    )
    await first.end('SIGKILL')
    expect((await mine).job).toMatchObject({ state: 'completed', progress: 1 })
    expect((await theirs).job.state).toBe('completed')
    const roles = await Promise.all([second.role(), third.role()])
    expect(roles.map(({ role }) => role).sort()).toEqual(['client', 'owner'])
    const workers = new Set(readSteps().map((line) => line.split(' ')[0]))
    expect(workers.size).toBe(2)
    // A step that was written down but not stored when the kill came is the only one that may appear twice.
    const numbers = readSteps().map((line) => Number(line.split(' ')[2]))
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
    expect(numbers.length).toBeLessThanOrEqual(61)
  })

  it('take over at once when the owner closes, although nobody calls', async () => {
    const [first, second] = [new Peer(), new Peer()]
    await first.open()
    await second.open()
    await first.tell({ do: 'close' })
    const { events } = await eventually(
      () => second.role(),
      ({ role }) => role === 'owner',
    )
    expect(events).toBeGreaterThan(0)
  })

  it('take over from a killed owner although its socket file is still there', async () => {
    const first = new Peer()
    await first.open()
    await first.end('SIGKILL')
    expect(existsSync(ownerAddress(dataDir).path)).toBe(true)
    const second = new Peer()
    expect(await second.open()).toBe('owner')
  })

  it('create a job once although the owner dies before it answers', async () => {
    const [first, second] = [new Peer(), new Peer()]
    await first.open()
    await second.open()
    first.signal('SIGSTOP')
    const creating = second.createJob()
    await first.end('SIGKILL')
    const { job } = await creating
    // The key that made the repetition safe is the session's own.
    expect(job.key).toMatch(/^auto:/)
    expect((await second.createJob(job.key)).created).toBe(false)
  })

  it('are told OWNER_LOST when a call that may not be repeated was cut off', async () => {
    const [first, second] = [new Peer(), new Peer()]
    await first.open()
    await second.open()
    const creating = second.tell({ do: 'call', name: 'collections.create', params: { name: 'x' } })
    const failed = expect(creating).rejects.toMatchObject({ code: 'OWNER_LOST' })
    await second.tell({ do: 'call', name: 'app.info', params: {} })
    await first.end('SIGKILL')
    await failed
    await eventually(
      () => second.role(),
      ({ role }) => role === 'owner',
    )
  })

  it('say OWNER_BUSY when an owner holds the folder and never answers', async () => {
    const [first, second] = [new Peer(), new Peer()]
    await first.open()
    first.signal('SIGSTOP')
    await expect(second.open({ busyMs: 300 })).rejects.toMatchObject({ code: 'OWNER_BUSY' })
    first.signal('SIGCONT')
    expect(await second.open()).toBe('client')
  })

  it('find each other in a folder whose path is too long for a socket', async () => {
    dataDir = join(scratch, 'x'.repeat(60), 'y'.repeat(60))
    mkdirSync(dataDir, { recursive: true })
    const [first, second] = [new Peer(), new Peer()]
    expect(await first.open()).toBe('owner')
    expect(await second.open()).toBe('client')
    const { privateFolder } = ownerAddress(dataDir)
    expect(privateFolder !== null && existsSync(privateFolder)).toBe(true)
    await second.tell({ do: 'close' })
    await first.tell({ do: 'close' })
    expect(privateFolder !== null && existsSync(privateFolder)).toBe(false)
  })
})
