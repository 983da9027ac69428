import { describe, expect, it } from 'vitest'
import { describeStanding, readOpenJob, standingReasonOf } from '../../../src/main/cli/standing-reason'
import type { Session } from '../../../src/main/owner/session'
import type { JobState } from '../../../src/shared/domain'

const NEXT = '2026-03-01T12:00:40.000Z'
const stop = {
  code: 'BUDGET_EXCEEDED',
  message: 'Used up.',
  provider: 'desk',
  jobs: ['7'],
  budget: null,
  nextTryAt: NEXT,
}
const block = { code: 'DISK_FULL', message: 'The disk is full.', lanes: ['embed' as const], nextTryAt: null }
const job = (id: string, state: JobState = 'running') => ({ id, state })

describe('why a job does not go on', () => {
  it('is what stops this job, before what stops the whole queue', () => {
    expect(standingReasonOf({ block, stops: [stop] }, job('7'))).toEqual({
      code: 'BUDGET_EXCEEDED',
      message: 'Used up.',
      nextTryAt: NEXT,
    })
    expect(standingReasonOf({ block, stops: [stop] }, job('8'))?.code).toBe('DISK_FULL')
    expect(standingReasonOf({ block: null, stops: [stop] }, job('8'))).toBeNull()
  })

  it('is not told of a job that is over, or waits for a person', () => {
    for (const state of ['completed', 'cancelled', 'paused', 'awaiting_confirmation'] as const)
      expect(standingReasonOf({ block, stops: [stop] }, job('7', state))).toBeNull()
  })

  it('is told with the next try, where there is one', () => {
    const nowMs = Date.parse(NEXT) - 40_000
    expect(describeStanding(stop, nowMs)).toMatch(/^Waits: Used up\. Next try in 40(\.0)? s\. \(BUDGET_EXCEEDED\)$/)
    expect(describeStanding(stop, nowMs + 60_000)).toBe('Waits: Used up. It is tried again now. (BUDGET_EXCEEDED)')
    expect(describeStanding(block, nowMs)).toBe('Waits: The disk is full. (DISK_FULL)')
  })

  it('is asked for only while a job is open, with what was found so far', async () => {
    const asked: string[] = []
    const answers: Record<string, unknown> = {
      'queue.status': { block, stops: [] },
      'jobs.progress': { found: 12 },
    }
    const session = {
      call: async (name: string) => {
        asked.push(name)
        return answers[name]
      },
    } as unknown as Session
    expect(await readOpenJob(session, job('7', 'failed'))).toEqual({ waits: null, found: null })
    expect(asked).toEqual([])
    expect(await readOpenJob(session, job('7'))).toMatchObject({ waits: { code: 'DISK_FULL' }, found: 12 })
  })
})
