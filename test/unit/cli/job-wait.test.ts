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

  it('says nothing of a queue that is not blocked', async () => {
    let nowMs = 0
    const findBlock = createBlockWatch(blockedSession(null), () => nowMs)
    for (; nowMs < 60_000; nowMs += 1_000) expect(await findBlock(progressAt(10))).toBeNull()
  })
})
