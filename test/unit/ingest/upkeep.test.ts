// Proves that what is to be done at rest is done although a job waits for a model, and not while one is at work.
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { createUpkeep } from '../../../src/main/ingest/upkeep'
import type { OperationName, Store } from '../../../src/main/store/contract'
import { resolveLimits } from '../../../src/shared/limits'
import { silentLog } from '../../support/engine'

const answers: Partial<Record<OperationName, unknown>> = {
  'jobs.find': { state: 'running' },
  'documents.forgetGone': { removed: 0, more: false },
  'queue.prune': { attempts: 0, tasks: 0, more: false },
  'generations.expire': { dropped: 0 },
  'erasure.unfinished': false,
  'maintenance.shrink': { freedBytes: 0 },
}

const make = (heldJobs: readonly number[]) => {
  const asked: OperationName[] = []
  const run = async (name: OperationName): Promise<unknown> => {
    asked.push(name)
    return answers[name] ?? []
  }
  const upkeep = createUpkeep({
    store: { run, close: async () => undefined } as unknown as Store,
    vectors: { get: () => Promise.reject(new Error('there is no index')), opened: () => null },
    intents: { undo: async () => asked.push('embed.intents') },
    pool: { workers: () => [] },
    limits: resolveLimits,
    tempRoot: tmpdir(),
    nowMs: () => 0,
    log: silentLog,
    changes: { mark: () => undefined },
    active: new Set([1, 2]),
    isEmbedding: () => false,
    heldJobs: () => heldJobs,
    endJob: async () => undefined,
    endRemovals: async () => true,
  })
  return { asked, upkeep }
}

it('rests while a job is at work, and cares for the index while all jobs wait for their models', async () => {
  const working = make([1])
  await working.upkeep.look()
  expect(working.asked).not.toContain('embed.garbage')
  const waiting = make([1, 2])
  await waiting.upkeep.look()
  expect(waiting.asked.indexOf('embed.intents')).toBeGreaterThan(0)
  expect(waiting.asked.indexOf('embed.garbage')).toBeGreaterThan(waiting.asked.indexOf('embed.intents'))
})
