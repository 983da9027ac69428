// A job that is tried again while its cancellation is still being told to those who work for it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { finalJobStates } from '../../../src/shared/domain'
import type { FaultPoint, FaultSide } from '../../../src/shared/fault-points'
import { makeTempDir, startEngine } from '../../support/engine'

const temp = makeTempDir('cancel-and-retry')
afterAll(() => {
  temp.remove()
})

/** Long enough for what is queued again to be claimed, were it queued. */
const CLAIM_MS = 500

type Gate = { readonly reached: Promise<void>; readonly open: () => void; readonly pass: () => Promise<void> }

const createGate = (): Gate => {
  let open = (): void => undefined
  let reach = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const reached = new Promise<void>((resolve) => (reach = resolve))
  return {
    reached,
    open: () => open(),
    pass: () => {
      reach()
      return opened
    },
  }
}

it('is not cancelled by it', { timeout: 60_000 }, async () => {
  const folder = join(temp.path, 'documents')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'broken.pdf'), '%PDF-1.7\nnothing that could be read\n%%EOF')
  const gates = { first: createGate(), cancelled: createGate(), second: createGate() }
  const extracts = [gates.first, gates.second]
  const interfere = async (point: FaultPoint, side: FaultSide): Promise<void> => {
    if (point === 'extracted' && side === 'before') await extracts.shift()?.pass()
    if (point === 'cancelled' && side === 'after') await gates.cancelled.pass()
  }
  const engine = await startEngine({ dataDir: join(temp.path, 'data'), interfere })
  if (!engine) throw new Error('another process owns the folder')
  try {
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: folder }],
      collection: 'default',
      globs: [],
      ignores: [],
      key: null,
      confirmed: false,
      leaveOut: [],
      client: 'local',
      priority: 'normal',
    })
    const end = async (): Promise<string> => {
      for (;;) {
        const progress = await engine.call('jobs.wait', { id: job.id, timeoutMs: 2_000 })
        if (finalJobStates.includes(progress.job.state)) return progress.job.state
      }
    }
    await gates.first.reached
    const cancellation = engine.call('jobs.cancel', { id: job.id })
    await gates.cancelled.reached
    gates.first.open()
    // It ends by itself before anybody told it to stop.
    expect(await end()).toBe('cancelled')
    const retry = engine.call('jobs.retry', { id: job.id })
    await Promise.race([gates.second.reached, new Promise((resolve) => setTimeout(resolve, CLAIM_MS))])
    gates.cancelled.open()
    await cancellation
    await retry
    await gates.second.reached
    gates.second.open()
    expect(await end()).toBe('completed_with_problems')
    const { problems } = await engine.call('jobs.problems', { id: job.id, offset: 0, limit: 10 })
    expect(problems.map(({ outcome, code }) => ({ outcome, code }))).toEqual([
      { outcome: 'failed', code: 'DOCUMENT_CORRUPT' },
    ])
  } finally {
    await engine.close()
  }
})
