import { describe, expect, it } from 'vitest'
import { PROBLEM_IDS } from '../../../src/main/store/job-report'
import { claim, collectionId, commit, document, embedAll, finish, makeBed, scan, startJob, work } from './bed'

const request = { paths: [{ path: '/in' }], globs: [], ignores: [] }

describe('jobs', () => {
  it('are created once for each key', () => {
    const bed = makeBed()
    const params = { collectionId: collectionId(bed), key: 'nightly', label: 'in', request, scans: [scan('in')] }
    const first = bed.run('jobs.create', params)
    const second = bed.run('jobs.create', params)
    expect(first.created).toBe(true)
    expect(second).toEqual({ created: false, job: { ...first.job } })
    expect(bed.run('jobs.create', { ...params, key: null }).job.id).not.toBe(first.job.id)
    expect(claim(bed, 'expand')).toHaveLength(2)
    expect(() => bed.run('jobs.create', { ...params, key: null, collectionId: 99 })).toThrow('There is no collection')
  })

  it('have one scan for a path that was offered twice', () => {
    const bed = makeBed()
    bed.run('jobs.create', {
      collectionId: collectionId(bed),
      key: null,
      label: 'in',
      request,
      scans: [scan('in'), scan('in')],
    })
    expect(claim(bed, 'expand')).toHaveLength(1)
  })

  it('are listed newest first, by state, a page at a time', () => {
    const bed = makeBed()
    const first = startJob(bed, [])
    const second = startJob(bed, [document('a')])
    const list = (states: ('running' | 'completed')[] | null, offset = 0, limit = 10) => {
      const { jobs, total } = bed.run('jobs.list', { states, offset, limit })
      return { ids: jobs.map(({ id }) => Number(id)), total }
    }
    expect(list(null)).toEqual({ ids: [second, first], total: 2 })
    expect(list(null, 1, 1)).toEqual({ ids: [first], total: 2 })
    expect(list(['completed'])).toEqual({ ids: [first], total: 1 })
    expect(bed.run('jobs.list', { states: null, offset: 0, limit: 1 }).jobs[0]?.documents).toMatchObject({ total: 0 })
  })

  it('show progress that grows with every phase until it is 1', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b')])
    const seen: number[] = []
    const look = () => seen.push(bed.run('jobs.find', { id })?.progress ?? -1)
    look()
    for (const task of claim(bed, 'extract')) {
      commit(bed, task, [`${task.path} one`, `${task.path} two`])
      look()
    }
    for (const task of claim(bed, 'embed')) {
      embedAll(bed, [task.contentId ?? 0], id)
      look()
      finish(bed, task)
    }
    look()
    expect(seen).toEqual([...seen].sort((left, right) => left - right))
    // All vectors are there a moment before the last task ends, and only then it is 1.
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.at(-1)).toBe(1)
    expect(seen[0]).toBeLessThan(0.1)
  })

  it('tell figures while they run', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b'), document('c')])
    const [task] = claim(bed, 'extract', 2)
    if (!task) throw new Error('nothing was claimed')
    const { contentId } = commit(bed, task, ['one', 'two'])
    expect(bed.run('jobs.progress', { id })).toMatchObject({
      found: 3,
      discovering: false,
      phases: { expand: { done: 1, total: 1 }, extract: { done: 1, total: 3 }, embed: { done: 0, total: 3 } },
      chunksTotal: 2,
      chunksPending: 2,
      windowsDone: 0,
      current: [{ path: 'b', phase: 'extract' }],
      nextRetryAtMs: null,
    })
    embedAll(bed, [contentId], id)
    expect(bed.run('jobs.progress', { id })).toMatchObject({ chunksPending: 0, windowsDone: 4 })
    expect(bed.run('jobs.progress', { id: 99 })).toBeNull()
    expect(bed.run('queue.status', { nowMs: 0 })).toEqual({
      queued: 2,
      running: 1,
      delayed: 0,
      nextRunAtMs: null,
      waiting: [],
      deadLetters: 0,
      jobs: { active: 1, queued: 0, paused: 0, waiting: 0 },
      lanes: {
        expand: { queued: 0, running: 0 },
        extract: { queued: 1, running: 1 },
        ocr: { queued: 0, running: 0 },
        vision: { queued: 0, running: 0 },
        embed: { queued: 1, running: 0 },
        summarize: { queued: 0, running: 0 },
      },
    })
  })

  it('report their figures, and the highest peaks that were seen', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a')])
    work(bed, id)
    bed.run('jobs.addPeaks', { id, rssBytes: 100.6, tempDiskBytes: 5 })
    bed.run('jobs.addPeaks', { id, rssBytes: 50, tempDiskBytes: 9 })
    const answer = bed.run('jobs.report', { id, model: 'use', dimensions: 512 })
    expect(answer).toMatchObject({ problemsTotal: 0 })
    expect(answer?.report).toMatchObject({
      documents: { total: 1, indexed: 1 },
      chunks: 1,
      tokens: 10,
      bytes: 120,
      embeddings: { computed: 2, cached: 0, model: 'use', dimensions: 512 },
      problems: [],
      peaks: { rssBytes: 101, tempDiskBytes: 9 },
    })
    expect(answer?.report.phases).toMatchObject({
      extract: { ms: 3, items: 1 },
      embed: { ms: 7 },
      summarize: { ms: 0, items: 0 },
    })
    expect(bed.run('jobs.report', { id: 99, model: 'x', dimensions: 1 })).toBeNull()
    expect(bed.run('jobs.find', { id: 99 })).toBeNull()
    expect(bed.run('jobs.problems', { id: 99, offset: 0, limit: 1 })).toEqual({ problems: [], total: 0 })
  })

  it('page their problems through an index, without sorting', () => {
    const bed = makeBed()
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${PROBLEM_IDS}`, 1, 10, 0)
    const text = plan.map(({ detail }) => detail).join('\n')
    expect(text).toContain('USING INDEX tasks_problems (job_id=?)')
    expect(text).not.toContain('TEMP B-TREE')
  })
})
