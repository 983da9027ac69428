import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, defaultRetries, retriesOf, retryPhaseOf } from '../../../src/main/jobs/retry'
import { blockOf, planSettlement } from '../../../src/main/jobs/settle'
import type { ClaimedTask } from '../../../src/main/store/contract'
import { AppError, dispositionOf, errorCodes, type ErrorCode } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'

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
  policy: defaultRetries('extract'),
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

  it('tries none alone for what a server says of no text in particular', () => {
    for (const code of [
      'PROVIDER_FAILED',
      'PROVIDER_TIMEOUT',
      'PROVIDER_UNREACHABLE',
      'PROVIDER_RATE_LIMIT',
    ] as const) {
      const again = plan(code, { attempts: 1 }, { companions: 5 })
      expect(again.name).toBe('tasks.fail')
      expect(again.params).not.toMatchObject({ retryAtMs: null })
    }
  })

  it('stops every lane for a full disk, of one lane the jobs that need a missing model, none for a bad document', () => {
    expect([
      blockOf('DISK_FULL'),
      blockOf('MODEL_MISSING'),
      blockOf('VECTORS_CORRUPT'),
      blockOf('DOCUMENT_CORRUPT'),
    ]).toEqual(['all', 'jobs', 'lane', null])
  })
})

describe('the number of tries', () => {
  it('is what the settings say at that moment, by what failed', () => {
    let limits = resolveLimits()
    const policies = retriesOf(() => limits)
    const all = () => [policies('extract').tries, policies('embed').tries, policies('index').tries]
    expect(all()).toEqual([3, 5, 3])
    limits = resolveLimits({ 'retry.embed.tries': 7 })
    expect(all()).toEqual([3, 7, 3])
    limits = resolveLimits({ 'task.attempts': 8 })
    expect(all()).toEqual([8, 8, 8])
  })

  it('is that of storing where storing failed, whatever the task was at', () => {
    expect(retryPhaseOf({ lane: 'extract' }, 'DATABASE_BUSY')).toBe('index')
    expect(retryPhaseOf({ lane: 'embed' }, 'VECTORS_CONFLICT')).toBe('index')
    expect(retryPhaseOf({ lane: 'embed' }, 'EMBEDDING_INVALID')).toBe('embed')
    expect(retryPhaseOf({ lane: 'ocr' }, 'FILE_BUSY')).toBe('extract')
    expect(defaultRetries('index').baseMs).toBe(5_000)
  })
})

describe('the wait before another try', () => {
  it('is as long as whoever failed asks for, within an hour', () => {
    const policy = defaultRetries('embed')
    const wait = (retryAfterMs: number | string) =>
      backoffMs(policy, 1, () => 0.5, new AppError('FILE_BUSY', { retryAfterMs }))
    expect(wait(90_000)).toBe(90_000)
    expect(wait(100)).toBe(500)
    expect(wait(86_400_000)).toBe(3_600_000)
    expect(wait('soon')).toBe(500)
    expect(wait(-5)).toBe(500)
  })

  it('doubles, has full jitter, and is never longer than a minute', () => {
    const policy = defaultRetries('embed')
    const error = new AppError('FILE_BUSY')
    expect([1, 2, 3, 4].map((attempts) => backoffMs(policy, attempts, () => 1, error))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ])
    expect(policy.tries).toBe(5)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, chance) => {
          const ms = backoffMs(policy, attempts, () => chance, error)
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
