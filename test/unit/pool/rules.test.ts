// The rules of the pool without any process: order, company, verdicts, time, environment, memory.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { buildEnvironment } from '../../../src/main/pool/environment'
import { readResidentBytes } from '../../../src/main/pool/memory'
import { createQueue, fitsBeside } from '../../../src/main/pool/queue'
import { createTask, type PoolTask, type TaskRequest } from '../../../src/main/pool/task'
import {
  hostFailureOf,
  judgeDeath,
  judgeLostThread,
  STOP_GRACE_MS,
  watchTask,
  type Death,
} from '../../../src/main/pool/verdict'

const request: TaskRequest = {
  name: 'extract',
  params: {},
  priority: 0,
  alone: false,
  memoryBytes: null,
  timeoutMs: 1_000,
  label: '',
  onMessage: undefined,
}
const makeTask = (more: Partial<TaskRequest> = {}): PoolTask =>
  createTask({ ...request, ...more }, () => undefined).task
const codesOf = (death: Death, tasks: readonly PoolTask[]) => judgeDeath(death, tasks).map(([, { code }]) => code)

describe('the queue', () => {
  it('takes higher priorities first and otherwise keeps the order', () => {
    const queue = createQueue()
    const labels = ['a', 'B', 'c', 'D']
    for (const label of labels) queue.push(makeTask({ label, priority: label === label.toUpperCase() ? 1 : 0 }))
    expect(queue.clear().map(({ label }) => label)).toEqual(['B', 'D', 'a', 'c'])
    expect(queue.size).toBe(0)
  })

  it('puts back in front of its own priority only', () => {
    const queue = createQueue()
    queue.push(makeTask({ label: 'urgent', priority: 1 }))
    queue.push(makeTask({ label: 'waiting' }))
    queue.pushBack(makeTask({ label: 'back' }))
    expect(queue.clear().map(({ label }) => label)).toEqual(['urgent', 'back', 'waiting'])
  })

  it('says whether what is removed was there', () => {
    const queue = createQueue()
    const task = makeTask()
    expect(queue.remove(task)).toBe(false)
    queue.push(task)
    expect(queue.remove(task)).toBe(true)
    expect(queue.peek()).toBeUndefined()
  })
})

describe('what may run beside what', () => {
  const normal = { alone: false, priority: 0 }
  const urgent = { alone: false, priority: 1 }
  const alone = { alone: true, priority: 0 }
  const threads = { threads: 2, urgentThreads: 1 }
  it.each([
    ['anything in an empty host', alone, [], true],
    ['a second normal task', normal, [normal], true],
    ['no third normal task, though a thread is free', normal, [normal, normal], false],
    ['an urgent task on the thread kept for it', urgent, [normal, normal], true],
    ['no fourth task at all', urgent, [normal, normal, urgent], false],
    ['a normal task beside one urgent and one normal', normal, [urgent, normal], true],
    ['nothing beside a task that runs alone', urgent, [alone], false],
    ['no task that runs alone beside another', alone, [normal], false],
  ] as const)('%s', (_what, task, running, fits) => {
    expect(fitsBeside(task, running, threads)).toBe(fits)
  })
})

describe('the death of a host', () => {
  const memory: Death = { kind: 'memory', limitBytes: 100, actualBytes: 150 }
  it.each([
    [memory, 'WORKER_MEMORY', 'HOST_DIED'],
    [{ kind: 'frozen', limitMs: 30_000 }, 'WORKER_STALLED', 'HOST_DIED'],
    [{ kind: 'exit', reason: 'exit code 7' }, 'WORKER_CRASHED', 'HOST_DIED'],
    [{ kind: 'closed' }, 'SHUTTING_DOWN', 'SHUTTING_DOWN'],
    [{ kind: 'stopped' }, 'INTERRUPTED', 'INTERRUPTED'],
  ] as const)('by %o is %s for one task and %s for several', (death, one, several) => {
    expect(codesOf(death, [makeTask()])).toEqual([one])
    expect(codesOf(death, [makeTask(), makeTask()])).toEqual([several, several])
  })

  it('does not change how a task ends that was being stopped, and clears nobody else', () => {
    const cancelled = makeTask()
    cancelled.stopping = new AppError('CANCELLED')
    expect(codesOf(memory, [cancelled])).toEqual(['CANCELLED'])
    expect(codesOf(memory, [cancelled, makeTask()])).toEqual(['CANCELLED', 'HOST_DIED'])
  })

  it('is a failure of the host unless memory or the owner ended it, and blamed on a task only when that was alone', () => {
    const task = makeTask()
    const exit: Death = { kind: 'exit', reason: 'exit code 7' }
    expect(hostFailureOf(exit, [])).toEqual({ reason: 'exit code 7', blamed: null })
    expect(hostFailureOf(exit, [task])).toEqual({ reason: 'exit code 7', blamed: task.label })
    expect(hostFailureOf(exit, [task, makeTask()])).toEqual({ reason: 'exit code 7', blamed: null })
    expect(hostFailureOf({ kind: 'frozen', limitMs: 1 }, [task, makeTask()])).toMatchObject({ blamed: null })
    expect(hostFailureOf(memory, [task])).toBeNull()
    expect(hostFailureOf({ kind: 'closed' }, [task])).toBeNull()
    expect(hostFailureOf({ kind: 'stopped' }, [task])).toBeNull()
  })

  it('tells the numbers of the limit', () => {
    const [[, error] = []] = judgeDeath(memory, [makeTask()])
    expect(error?.details).toEqual({ limit: 100, actual: 150, setting: 'task.memoryBytes' })
  })

  it('is not needed to name a task whose thread died', () => {
    expect(judgeLostThread({ reason: 'boom', outOfMemory: false }, 9)).toMatchObject({
      code: 'WORKER_CRASHED',
      details: { reason: 'boom' },
    })
    expect(judgeLostThread({ reason: 'heap', outOfMemory: true }, 9)).toMatchObject({
      code: 'WORKER_MEMORY',
      details: { limit: 9 },
    })
  })
})

describe('the watch over a task', () => {
  it('stops it after its time, and kills after the grace', () => {
    const task = makeTask({ timeoutMs: 1_000 })
    expect(watchTask(task, 1_000, 9_999)).toBeNull()
    const order = watchTask(task, 1, 9_999)
    expect(order).toMatchObject({ kind: 'stop', error: { code: 'WORKER_TIMEOUT', details: { limit: 1 } } })
    task.stopping = order?.error ?? null
    expect(watchTask(task, STOP_GRACE_MS, 9_999)).toBeNull()
    expect(watchTask(task, 1, 9_999)).toMatchObject({ kind: 'kill', error: { code: 'WORKER_TIMEOUT' } })
  })

  it('kills it when it was silent for too long', () => {
    const task = makeTask({ timeoutMs: 9_999 })
    expect(watchTask(task, 500, 500)).toBeNull()
    expect(watchTask(task, 1, 500)).toMatchObject({ kind: 'kill', error: { code: 'WORKER_STALLED' } })
  })

  it('takes no time off it while the owner has to answer, whether it runs or stops', () => {
    const task = makeTask({ timeoutMs: 100 })
    task.asking = 1
    expect(watchTask(task, 5_000, 99_999)).toBeNull()
    task.stopping = new AppError('CANCELLED')
    expect(watchTask(task, 5_000, 99_999)).toBeNull()
    task.asking = 0
    expect(watchTask(task, 5_000, 99_999)).toMatchObject({ kind: 'kill', error: { code: 'CANCELLED' } })
  })
})

describe('the end of a task', () => {
  it('is decided once', async () => {
    let settled = 0
    const { task, result } = createTask(request, () => (settled += 1))
    task.resolve(1)
    task.reject(new AppError('INTERRUPTED'))
    await expect(result).resolves.toBe(1)
    expect(settled).toBe(1)
  })
})

describe('the environment of a host', () => {
  it('holds what is named and given, and nothing else', () => {
    const from = { PATH: '/bin', HOME: undefined, OPENAI_API_KEY: 'secret', NODE_OPTIONS: '--inspect', LANG: 'C' }
    expect(buildEnvironment(from, { LANG: 'de', EXTRA: '1' })).toEqual({ PATH: '/bin', LANG: 'de', EXTRA: '1' })
  })
})

describe.runIf(process.platform === 'linux')('resident memory', () => {
  it('is that of the process', () => {
    const own = process.memoryUsage.rss()
    expect(Math.abs((readResidentBytes(process.pid) ?? 0) - own)).toBeLessThan(own * 0.2)
  })

  it('is unknown of a process that does not exist', () => {
    // Above the highest number that Linux gives.
    expect(readResidentBytes(5_000_000)).toBeNull()
  })
})
