import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, defaultRetries, retriesOf } from '../../../src/main/jobs/retry'
import { blockOf, planSettlement } from '../../../src/main/jobs/settle'
import type { ClaimedTask } from '../../../src/main/store/contract'
import { AppError, dispositionOf, errorCodes, type ErrorCode } from '../../../src/shared/errors'

const task = (more: Partial<ClaimedTask> = {}): ClaimedTask => ({
  id: 7,
  jobId: 1,
  collectionId: 1,
  sourceId: null,
  parentId: null,
  kind: 'document',
  lane: 'extract',
  phase: 'extract',
  path: 'a',
  locator: { location: '/a', entries: [] },
  depth: 0,
  sizeBytes: 1,
  fingerprint: null,
  documentId: 1,
  contentId: null,
  attempts: 0,
  alone: false,
  plannedOutcome: null,
  request: { paths: [], globs: [], ignores: [] },
  confirmed: false,
  leaveOut: [],
  ...more,
})
const circumstances = {
  policy: defaultRetries.extract,
  nowMs: 100,
  random: () => 1,
  companions: 0,
  cancelled: false,
  ms: 5,
}
const plan = (code: ErrorCode, more: Partial<ClaimedTask> = {}, around: Partial<typeof circumstances> = {}) =>
  planSettlement(task(more), new AppError(code), { ...circumstances, ...around })

describe('the settlement of an error', () => {
  it('exists for every code, and never tries for ever', () => {
    for (const code of errorCodes) {
      const last = plan(code, { attempts: 99, alone: true })
      if (blockOf(code) === null && dispositionOf(code) === 'retry')
        expect(last).toMatchObject({ name: 'tasks.fail', params: { retryAtMs: null, outcome: 'failed' } })
      expect(last.params.taskId).toBe(7)
    }
  })

  it('spends no attempt on what is not the fault of the task', () => {
    for (const code of [
      'SHUTTING_DOWN',
      'INTERRUPTED',
      'HOST_DIED',
      'DISK_FULL',
      'MODEL_MISSING',
      'MODEL_CORRUPT',
      'VECTORS_CORRUPT',
      'CANCELLED',
    ] as const) {
      expect(plan(code).name).toBe('tasks.interrupt')
    }
    expect(plan('HOST_DIED').params).toMatchObject({ alone: true, code: 'HOST_DIED' })
    expect(plan('INTERRUPTED').params).toMatchObject({ alone: false })
    expect(plan('INTERNAL_BUG', {}, { cancelled: true }).name).toBe('tasks.cancelled')
  })

  it('tries a whole batch again once, then each of it alone', () => {
    expect(plan('EMBEDDING_INVALID', {}, { companions: 5 })).toMatchObject({
      name: 'tasks.fail',
      params: { retryAtMs: 1_100 },
    })
    expect(plan('EMBEDDING_INVALID', { attempts: 1 }, { companions: 5 })).toMatchObject({
      name: 'tasks.interrupt',
      params: { alone: true },
    })
    expect(plan('INTERNAL_BUG', {}, { companions: 5 })).toMatchObject({
      name: 'tasks.interrupt',
      params: { alone: true },
    })
  })

  it('stops every lane for a full disk, one lane for a missing model, none for a bad document', () => {
    expect([
      blockOf('DISK_FULL'),
      blockOf('MODEL_MISSING'),
      blockOf('VECTORS_CORRUPT'),
      blockOf('DOCUMENT_CORRUPT'),
    ]).toEqual(['all', 'lane', 'lane', null])
  })
})

describe('the number of tries', () => {
  it('is what the setting says at that moment; embedding is tried no less than five times', () => {
    let tries = 1
    const policies = retriesOf(() => tries)
    const all = () => [policies.expand.tries(), policies.extract.tries(), policies.embed.tries()]
    expect(all()).toEqual([1, 1, 5])
    tries = 8
    expect(all()).toEqual([8, 8, 8])
  })
})

describe('the wait before another try', () => {
  it('doubles, has full jitter, and is never longer than a minute', () => {
    const policy = defaultRetries.embed
    expect([1, 2, 3, 4].map((attempts) => backoffMs(policy, attempts, () => 1))).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(policy.tries()).toBe(5)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, chance) => {
          const ms = backoffMs(policy, attempts, () => chance)
          expect(ms).toBeGreaterThanOrEqual(0)
          expect(ms).toBeLessThanOrEqual(60_000)
        },
      ),
    )
  })
})

describe('an error that only a person can decide about', () => {
  const error = new AppError('ARCHIVE_CONFIRM', { actual: 9, entries: 2, limit: 1, setting: 'archive.confirmBytes' })

  it('parks the task with its figures', () => {
    expect(planSettlement(task(), error, circumstances)).toMatchObject({
      name: 'tasks.wait',
      params: { taskId: 7, code: 'ARCHIVE_CONFIRM', details: { actual: 9, entries: 2 } },
    })
  })

  it('ends it when the person has decided already, or it would ask for ever', () => {
    expect(planSettlement(task({ confirmed: true }), error, circumstances)).toMatchObject({
      name: 'tasks.fail',
      params: { outcome: 'failed', retryAtMs: null },
    })
  })
})
