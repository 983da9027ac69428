import { describe, expect, it } from 'vitest'
import { createProgressTracker, weigh } from '../../../src/main/calls/progress'
import type { JobFigures } from '../../../src/main/store/contract'
import type { JobState } from '../../../src/shared/domain'

const figures = (
  state: JobState,
  extract: [number, number],
  chunks: [number, number],
  discovering = false,
  /** Documents that are through; without it those that were read, by the share of their passages that have vectors. */
  through = chunks[1] === 0 ? extract[0] : Math.round((extract[0] * (chunks[1] - chunks[0])) / chunks[1]),
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
    expand: { done: discovering ? 0 : 1, total: 1 },
    extract: { done: extract[0], total: extract[1] },
    embed: { done: through, total: extract[1] },
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

  it('counts half of the vectors only when their documents are through: to write that down can take longer', () => {
    // All vectors are made, and 30 of 50 documents are through.
    expect(weigh(figures('running', [50, 50], [0, 500], false, 30))).toBeCloseTo(0.86, 5)
    expect(weigh(figures('running', [50, 50], [0, 500], false, 49))).toBeLessThan(0.995)
    // One is through that has none of the vectors: it was read before.
    expect(weigh(figures('running', [10, 10], [90, 90], false, 1))).toBeCloseTo(0.3, 5)
  })

  it('is not nearly done while places are still looked through, whatever was done of what was found', () => {
    const first = figures('running', [10, 10], [0, 100], true)
    expect(weigh(first)).toBeLessThanOrEqual(0.5)
    const archives = { ...first, phases: { ...first.phases, expand: { done: 3, total: 10 } } }
    expect(weigh(archives)).toBeLessThan(0.36)
    expect(weigh(archives)).toBeGreaterThan(0.3)
  })

  it('of a job that makes vectors of what was read before is that of its vectors, and its time left is told', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    // What is left to look through is the rebuild itself.
    const told = [0, 25, 50].map((done) => {
      now += 2_000
      return tracker.track(figures('running', [0, 0], [100 - done, 100], true, 0))
    })
    expect(told.map(({ job }) => job.progress)).toEqual([0, 0.25, 0.5])
    expect(told[2]?.remainingMs).toBe(4_000)
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

/** One document of a hundred each `everyMs`, told once a second, until `count` are through; then nothing for `stallMs`. */
const runSteadily = (count: number, everyMs: number, stallMs: number) => {
  let now = 0
  const tracker = createProgressTracker(() => now)
  const told: { atMs: number; done: number; progress: number; remainingMs: number | null }[] = []
  for (; now <= count * everyMs + stallMs; now += 1_000) {
    const done = Math.min(count, Math.floor(now / everyMs))
    const { job, remainingMs } = tracker.track(figures('running', [100, 100], [100 - done, 100], false, done))
    told.push({ atMs: now, done, progress: job.progress, remainingMs })
  }
  return told
}

describe('the time left', () => {
  it('is right within a quarter, or one document, of steady work, also when a document takes longer than rates look back', () => {
    for (const everyMs of [200, 2_000, 20_000]) {
      const told = runSteadily(100, everyMs, 0).filter(({ done }) => done >= 10 && done < 90)
      expect(told.length).toBeGreaterThan(10)
      for (const { atMs, remainingMs } of told) {
        const trueMs = 100 * everyMs - atMs
        const missedMs = Math.abs((remainingMs ?? 0) - trueMs)
        expect(missedMs, `${everyMs}: ${atMs}`).toBeLessThan(Math.max(trueMs / 4, everyMs))
      }
    }
  })

  it('gets longer while nothing is done, and is never less than the time since something was', () => {
    const stalled = runSteadily(99, 1_000, 300_000).filter(({ atMs }) => atMs > 100_000)
    for (const [index, { atMs, remainingMs }] of stalled.entries()) {
      expect(remainingMs ?? 0).toBeGreaterThanOrEqual(atMs - 99_000)
      expect(remainingMs ?? 0).toBeGreaterThanOrEqual(stalled[index - 1]?.remainingMs ?? 0)
    }
    expect(stalled.at(-1)?.remainingMs ?? 0).toBeGreaterThanOrEqual(300_000)
  })

  it('of a last part that goes slower is that of the last part', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    // 90 in 9 s, then one in 20 s.
    for (let done = 0; done <= 90; done += 1) {
      now = done * 100
      tracker.track(figures('running', [100, 100], [100 - done, 100], false, done))
    }
    for (let done = 91; done <= 99; done += 1) {
      now += 20_000
      const { remainingMs } = tracker.track(figures('running', [100, 100], [100 - done, 100], false, done))
      expect(remainingMs ?? 0, String(done)).toBeGreaterThanOrEqual(done < 98 ? 10_000 : 20_000)
    }
  })

  it('is not told of a job that rests, and its rest counts as no time afterwards', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    const track = (state: JobState, done: number) =>
      tracker.track(figures(state, [100, 100], [100 - done, 100], false, done)).remainingMs
    for (let done = 0; done <= 50; done += 1) {
      now += 1_000
      track('running', done)
    }
    now += 600_000
    expect(track('paused', 50)).toBeNull()
    for (let done = 51; done <= 60; done += 1) {
      now += 1_000
      track('running', done)
    }
    expect(track('running', 60)).toBeLessThan(60_000)
  })

  it('counts no rest either of which only the beginning was seen', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    const track = (state: JobState, done: number) =>
      tracker.track(figures(state, [100, 100], [100 - done, 100], false, done)).remainingMs
    expect(track('paused', 50)).toBeNull()
    now += 600_000
    for (let done = 51; done <= 55; done += 1) {
      now += 1_000
      track('running', done)
    }
    expect(track('running', 55)).toBeLessThan(60_000)
  })

  it('and the pace are right of a job that nobody has looked at for long', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    // One document a second, of a thousand.
    const look = () => {
      const done = now / 1_000
      return tracker.track(figures('running', [done, 1_000], [1_000 - done, 1_000], false, done))
    }
    for (; now < 100_000; now += 1_000) look()
    for (now += 600_000; now < 730_000; now += 1_000) {
      const { remainingMs, documentsPerSecond } = look()
      expect(remainingMs ?? 0, String(now)).toBeGreaterThan(200_000)
      expect(documentsPerSecond, String(now)).toBeCloseTo(1, 0)
    }
  })

  it('takes for no work that all has been found', () => {
    let now = 0
    const tracker = createProgressTracker(() => now)
    for (let step = 0; step < 5; step += 1) {
      now += 1_000
      expect(tracker.track(figures('running', [step, 10], [0, step], true)).remainingMs).toBeNull()
    }
    now += 1_000
    expect(tracker.track(figures('running', [4, 10], [0, 4])).remainingMs).toBeNull()
  })
})
