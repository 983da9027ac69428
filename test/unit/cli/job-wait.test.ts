import { describe, expect, it } from 'vitest'
import { createBlockWatch } from '../../../src/main/cli/job-wait'
import type { Session } from '../../../src/main/owner/session'
import type { JobProgress } from '../../../src/shared/calls'

const progressAt = (pendingVectors: number): JobProgress => ({
  job: {
    id: '1',
    key: null,
    collection: 'default',
    state: 'running',
    createdAt: '',
    startedAt: null,
    finishedAt: null,
    elapsedMs: 0,
    keywordReadyMs: null,
    pendingVectors,
    label: 'x',
    progress: 0,
  },
  documents: {
    total: 1,
    indexed: 0,
    unchanged: 0,
    duplicate: 0,
    partial: 0,
    skipped: 0,
    rejected: 0,
    failed: 0,
    cancelled: 0,
  },
  found: 1,
  discovering: false,
  phases: { expand: { done: 1, total: 1 }, extract: { done: 1, total: 1 }, embed: { done: 0, total: 1 } },
  documentsPerSecond: 0,
  windowsPerSecond: 0,
  remainingMs: null,
  current: [],
})

/** Blocked by something that is tried again by itself so many milliseconds from now. */
const healingSession = (reason: () => string | null, inMs: number, healingMs = 900_000): Pick<Session, 'call'> => {
  const call = async (name: string) => {
    if (name === 'settings.list') return { settings: [{ name: 'retry.healingMs', value: healingMs }], problems: [] }
    const message = reason()
    const nextTryAt = new Date(Date.now() + inMs).toISOString()
    const block = message && { code: 'PROVIDER_UNAVAILABLE', message, lanes: ['embed'], nextTryAt }
    return { queued: 1, running: 0, waiting: [], nextRunAt: null, blocked: message, block, stops: [] }
  }
  return { call: call as unknown as Session['call'] }
}

const blockedSession = (reason: string | null): Pick<Session, 'call'> => {
  const call = async () => ({ queued: 1, running: 0, waiting: [], nextRunAt: null, blocked: reason })
  return { call: call as unknown as Session['call'] }
}

describe('the watch for a queue that stands still', () => {
  it('gives up once nothing was done for eight seconds', async () => {
    let nowMs = 0
    const findBlock = createBlockWatch(blockedSession('the disk is full'), () => nowMs)
    const told: (string | null)[] = []
    for (; nowMs <= 12_000; nowMs += 1_000) told.push(await findBlock(progressAt(10)))
    expect(told.indexOf('the disk is full')).toBe(10)
  })

  it('does not give up while the job gets on', async () => {
    let nowMs = 0
    const findBlock = createBlockWatch(blockedSession('the disk is full'), () => nowMs)
    for (let pending = 100; pending > 0; pending -= 1, nowMs += 1_000) {
      expect(await findBlock(progressAt(pending))).toBeNull()
    }
  })

  it('waits for what is tried again by itself, and says so once', async () => {
    let nowMs = 0
    let reason: string | null = 'left alone for a while'
    const lines: string[] = []
    const findBlock = createBlockWatch(
      healingSession(() => reason, 30_000),
      () => nowMs,
      (line) => lines.push(line),
    )
    for (; nowMs <= 120_000; nowMs += 1_000) expect(await findBlock(progressAt(10))).toBeNull()
    expect(lines).toEqual(['Waiting: left alone for a while'])
    reason = null
    for (; nowMs <= 140_000; nowMs += 1_000) expect(await findBlock(progressAt(10))).toBeNull()
  })

  it('gives up on what does not heal within a quarter of an hour, or would be tried too late', async () => {
    const endsAt = async (inMs: number, healingMs?: number): Promise<number> => {
      let nowMs = 0
      const findBlock = createBlockWatch(
        healingSession(() => 'down', inMs, healingMs),
        () => nowMs,
      )
      for (; nowMs < 3_600_000; nowMs += 1_000) if ((await findBlock(progressAt(10))) !== null) return nowMs
      return nowMs
    }
    expect(await endsAt(10_000)).toBeGreaterThan(880_000)
    expect(await endsAt(10_000)).toBeLessThan(910_000)
    expect(await endsAt(3_600_000)).toBe(10_000)
    // A person sets how long.
    expect(await endsAt(10_000, 60_000)).toBeLessThan(70_000)
    expect(await endsAt(10_000, 0)).toBe(10_000)
  })

  it('says nothing of a queue that is not blocked', async () => {
    let nowMs = 0
    const findBlock = createBlockWatch(blockedSession(null), () => nowMs)
    for (; nowMs < 60_000; nowMs += 1_000) expect(await findBlock(progressAt(10))).toBeNull()
  })
})
