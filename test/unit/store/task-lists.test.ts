import { describe, expect, it } from 'vitest'
import { TASK_COUNT, TASK_IDS } from '../../../src/main/store/task-lists'
import { taskStates, type JobTask, type ListedTaskState } from '../../../src/shared/job-tasks'
import { attemptOf, claim, document, finish, makeBed, startJob, type Bed } from './bed'

const list = (bed: Bed, id: number, state: ListedTaskState | null = null, offset = 0, limit = 100) =>
  bed.run('jobs.tasks', { id, state, offset, limit })
const briefly = (tasks: readonly JobTask[]): string[] => tasks.map(({ path, state }) => `${path} ${state}`)

/** Of seven: one failed, one waits for its next try, one runs, four are queued. */
const makeJob = (bed: Bed): number => {
  const jobId = startJob(
    bed,
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => document(path)),
  )
  const [failed, delayed, running] = claim(bed, 'extract', 3)
  if (!failed || !delayed || !running) throw new Error('three were to be claimed')
  finish(bed, failed, {
    outcome: 'failed',
    problem: { code: 'DOCUMENT_CORRUPT', details: { reason: 'no end' } },
    attempt: { ...attemptOf(failed), ms: 40, worker: 'parse-7' },
  })
  bed.run('tasks.fail', {
    taskId: delayed.id,
    code: 'FILE_CHANGED',
    details: {},
    stack: null,
    attempt: { ...attemptOf(delayed), ms: 30, worker: 'parse-8' },
    retryAtMs: 90_000,
    outcome: 'failed',
    tries: 4,
  })
  return jobId
}

describe('the tasks of a job', () => {
  it('are listed with what runs first and what has ended last, and say where each stands', () => {
    const bed = makeBed()
    const { tasks, total, counts } = list(bed, makeJob(bed))
    expect(briefly(tasks)).toEqual(['c running', 'b queued', 'd queued', 'e queued', 'f queued', 'g queued', 'a ended'])
    expect(total).toBe(7)
    expect(counts).toEqual({ running: 1, waiting: 0, queued: 5, ended: 1 })
    expect(tasks[0]).toMatchObject({
      kind: 'document',
      phase: 'extract',
      attempt: 1,
      nextTryAt: null,
      worker: null,
      ms: 0,
    })
    expect(tasks[0]?.at).toMatch(/^\d{4}-/)
    expect(tasks[1]).toMatchObject({
      code: 'FILE_CHANGED',
      attempt: 2,
      of: 4,
      nextTryAt: '1970-01-01T00:01:30.000Z',
      worker: 'parse-8',
      ms: 30,
      at: null,
    })
    expect(tasks[2]).toMatchObject({ code: null, message: null, attempt: 1, nextTryAt: null })
    expect(tasks[6]).toMatchObject({
      outcome: 'failed',
      code: 'DOCUMENT_CORRUPT',
      attempt: 1,
      worker: 'parse-7',
      ms: 40,
    })
    expect(tasks[6]?.message).toContain('no end')
    expect(tasks[6]?.at).toMatch(/^\d{4}-/)
  })

  it('come in pages that leave nothing out and tell nothing twice, also where one state ends and another begins', () => {
    const bed = makeBed()
    const id = makeJob(bed)
    const whole = briefly(list(bed, id).tasks)
    for (const size of [1, 2, 3, 5]) {
      const paged: string[] = []
      for (let offset = 0; offset < whole.length; offset += size)
        paged.push(...briefly(list(bed, id, null, offset, size).tasks))
      expect(paged).toEqual(whole)
    }
    expect(list(bed, id, null, 7).tasks).toEqual([])
  })

  it('are narrowed to one state, and the other states are still counted', () => {
    const bed = makeBed()
    const id = makeJob(bed)
    const { tasks, total, counts } = list(bed, id, 'queued', 1, 2)
    expect(briefly(tasks)).toEqual(['d queued', 'e queued'])
    expect(total).toBe(5)
    expect(counts.ended).toBe(1)
    expect(list(bed, id, 'waiting')).toMatchObject({ tasks: [], total: 0 })
  })

  it.each(taskStates)('that are %s are paged and counted from an index of them alone, without sorting', (state) => {
    const bed = makeBed()
    const planOf = (sql: string, ...values: number[]): string =>
      bed.session.db
        .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
        .map(({ detail }) => detail)
        .join('\n')
    for (const plan of [planOf(TASK_IDS(state), 1, 10, 0), planOf(TASK_COUNT(state), 1)]) {
      expect(plan).toMatch(/INDEX tasks_\w+ \(job_id=\?\)/)
      expect(plan).not.toContain('TEMP B-TREE')
    }
  })
})
