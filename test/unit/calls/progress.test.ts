import { describe, expect, it } from 'vitest'
import { createProgressTracker, weigh } from '../../../src/main/calls/progress'
import type { JobFigures } from '../../../src/main/store/contract'
import type { JobState } from '../../../src/shared/domain'

const figures = (
  state: JobState,
  extract: [number, number],
  chunks: [number, number],
  discovering = false,
): JobFigures => ({
  job: {
    id: '1',
    key: null,
    collection: 'default',
    state,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    elapsedMs: 0,
    keywordReadyMs: null,
    pendingVectors: 0,
    label: 'invoices',
    progress: 0,
  },
  documents: {
    total: 0,
    indexed: 0,
    unchanged: 0,
    duplicate: 0,
    partial: 0,
    skipped: 0,
    rejected: 0,
    failed: 0,
    cancelled: 0,
  },
  found: extract[1],
  discovering,
  phases: {
    expand: { done: 1, total: 1 },
    extract: { done: extract[0], total: extract[1] },
    embed: { done: 0, total: extract[1] },
    summarize: { done: 0, total: 0 },
  },
  summaries: 'none',
  waiting: 0,
  windowsDone: chunks[1] - chunks[0],
  chunksTotal: chunks[1],
  chunksPending: chunks[0],
  current: [],
  retries: [],
  nextRetryAtMs: null,
})

describe('the overall figure of a job', () => {
  it('weighs the phases: reading everything without a vector is well below half', () => {
    const read = weigh(figures('running', [10, 10], [100, 100]))
    expect(read).toBeCloseTo(0.3, 5)
    expect(weigh(figures('running', [10, 10], [50, 100]))).toBeCloseTo(0.65, 5)
    expect(weigh(figures('running', [10, 10], [0, 100]))).toBeCloseTo(1, 5)
  })

  it('does not let embedding run ahead of reading', () => {
    expect(weigh(figures('running', [1, 10], [0, 5]))).toBeLessThan(0.15)
  })

  it('never goes back when more documents are found', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    const shown = [
      figures('running', [8, 10], [10, 40]),
      figures('running', [8, 1000], [10, 40]),
      figures('running', [900, 1000], [10, 4000]),
    ].map((next) => {
      now += 1000
      return tracker.track(next).job.progress
    })
    expect([...shown].sort((left, right) => left - right)).toEqual(shown)
    expect(shown[1]).toBe(shown[0])
  })

  it('keeps what was shown over a long time without anybody asking', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    const before = tracker.track(figures('running', [8, 10], [0, 40])).job.progress
    now += 3_600_000
    expect(tracker.track(figures('running', [8, 1000], [0, 40])).job.progress).toBe(before)
  })

  it('is 1 only at the end', () => {
    const tracker = createProgressTracker(() => 0)
    expect(tracker.track(figures('running', [10, 10], [0, 10])).job.progress).toBeLessThan(1)
    expect(tracker.track(figures('completed', [10, 10], [0, 10])).job.progress).toBe(1)
  })

  it('tells rates and the time left once it has seen some seconds, and no time while folders are still opened', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    const first = tracker.track(figures('running', [0, 100], [0, 0]))
    expect(first.remainingMs).toBeNull()
    expect(first.documentsPerSecond).toBe(0)
    now = 2_000
    const second = tracker.track(figures('running', [20, 100], [0, 40]))
    expect(second.documentsPerSecond).toBe(10)
    expect(second.windowsPerSecond).toBe(20)
    expect(second.remainingMs).toBeGreaterThan(1_000)
    now = 3_000
    expect(tracker.track(figures('running', [30, 100], [0, 60], true)).remainingMs).toBeNull()
  })
})
