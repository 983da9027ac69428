// Work gives way as the settings say: the real engine on a computer that the test describes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { LimitName } from '../../src/shared/limits'
import { makeTempDir, startOwner, waitForJob } from '../support/engine'

const MiB = 1024 * 1024

let dir: { path: string; remove: () => void }
let engine: Engine | null = null
let onBattery = false

beforeEach(() => {
  dir = makeTempDir('politeness')
  for (let nth = 0; nth < 5; nth += 1)
    writeFileSync(join(dir.path, `${nth}.txt`), `Letter ${nth} about the lighthouse.`)
})
afterEach(async () => {
  await engine?.close()
  engine = null
  dir.remove()
})

const open = async (limits: Partial<Record<LimitName, number>>): Promise<Engine> => {
  engine = await startOwner({
    dataDir: join(dir.path, 'data'),
    limits,
    computer: {
      machine: { cpuTimes: () => ({ busy: 0, all: 0 }), processors: () => 4, onBattery: () => onBattery },
      askMetered: () => Promise.resolve(null),
    },
  })
  return engine
}
const offer = async (to: Engine): Promise<string> => {
  const paths = [0, 1, 2, 3, 4].map((nth) => ({ path: join(dir.path, `${nth}.txt`) }))
  return (await to.call('jobs.create', { paths, collection: 'default' })).job.id
}

it('on battery nothing is begun, which the queue says; at the mains it goes on by itself', async () => {
  onBattery = true
  const owner = await open({ 'power.pauseOnBattery': 1 })
  const id = await offer(owner)
  const { block } = await owner.call('queue.status', {})
  expect(block?.code).toBe('ON_BATTERY')
  const { job } = await owner.call('jobs.wait', { id, timeoutMs: 300 })
  expect(job.state).toBe('queued')
  onBattery = false
  expect((await waitForJob(owner, id)).job.state).toBe('completed')
  expect((await owner.call('queue.status', {})).block).toBeNull()
})

it('polite work says what it may take, takes one thread of a quarter of four, and gets everything done', async () => {
  const limits = {
    'polite.when': 2,
    'polite.cpuPercent': 25,
    'polite.memoryBytes': 256 * MiB,
    'worker.parseThreads': 4,
  }
  const owner = await open(limits)
  const status = await owner.call('queue.status', {})
  expect(status.polite).toEqual({ why: 'always', cpuPercent: 25, memoryBytes: 256 * MiB })
  // One thread reads, and two documents are at hand for it.
  expect(status.atOnce?.extract).toBe(3)
  expect((await waitForJob(owner, await offer(owner))).documents.indexed).toBe(5)
})

it('what a window tells of the computer is in force', async () => {
  onBattery = false
  const owner = await open({ 'power.pauseOnBattery': 1 })
  await owner.call('machine.tell', { idleMs: null, onBattery: true, windowPercent: 0 })
  const until = performance.now() + 15_000
  while ((await owner.call('queue.status', {})).block?.code !== 'ON_BATTERY') {
    if (performance.now() > until) throw new Error('it does not rest')
    await new Promise((wake) => setTimeout(wake, 100))
  }
})
