import { describe, expect, it } from 'vitest'
import { jobVerbs, spokenKeys, stepTo, verbOf } from '../../../src/renderer/queue/job-keys'
import { nextPriority } from '../../../src/renderer/queue/job-verbs'
import { lanesOf, memoryOf } from '../../../src/renderer/queue/lanes'
import { describeTry, pagesOf, standingOf, TASK_ROWS } from '../../../src/renderer/report/task-pages'
import type { JobTask } from '../../../src/shared/job-tasks'
import type { Workers } from '../../../src/shared/workers'

const press = (key: string, held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey', boolean>> = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...held,
})

describe('a key on a job', () => {
  it.each([
    ['p', 'hold'],
    ['P', 'hold'],
    ['Delete', 'cancel'],
    ['+', 'raise'],
    ['-', 'lower'],
    ['r', 'retry'],
    ['Enter', 'open'],
    ['x', null],
    ['Backspace', null],
  ] as const)('%s asks for %s', (key, verb) => {
    expect(verbOf(press(key))).toBe(verb)
  })

  it('is left to others when more is held with it', () => {
    for (const held of ['altKey', 'ctrlKey', 'metaKey'] as const) {
      expect(verbOf(press('p', { [held]: true }))).toBeNull()
      expect(stepTo(press('ArrowDown', { [held]: true }), 0, 3)).toBeNull()
    }
  })

  it('is told to who cannot see it', () => {
    expect(spokenKeys(jobVerbs)).toBe('P Delete Plus Minus R Enter')
  })

  it('moves from job to job, and stays at the ends', () => {
    expect(stepTo(press('ArrowDown'), 0, 3)).toBe(1)
    expect(stepTo(press('ArrowDown'), 2, 3)).toBe(2)
    expect(stepTo(press('ArrowUp'), 0, 3)).toBe(0)
    expect(stepTo(press('End'), 0, 3)).toBe(2)
    expect(stepTo(press('Home'), 2, 3)).toBe(0)
    expect(stepTo(press('PageDown'), 0, 3)).toBeNull()
    expect(stepTo(press('ArrowDown'), -1, 0)).toBeNull()
  })

  it('raises and lowers the priority by one, as far as there is one', () => {
    expect(nextPriority('low', 1)).toBe('normal')
    expect(nextPriority(undefined, 1)).toBe('high')
    expect(nextPriority('high', 1)).toBeNull()
    expect(nextPriority('low', -1)).toBeNull()
  })
})

describe('the tasks of a job', () => {
  const task = (more: Partial<JobTask>): JobTask => ({
    id: '1',
    path: 'a.pdf',
    kind: 'document',
    state: 'queued',
    phase: 'extract',
    lane: 'extract',
    outcome: null,
    code: null,
    message: null,
    attempt: 1,
    of: null,
    nextTryAt: null,
    worker: null,
    at: null,
    ms: 0,
    ...more,
  })

  it('are laid out in pages without a gap, also 100,000 of them', () => {
    const pages = pagesOf(100_003)
    expect(pages.reduce((sum, { rows }) => sum + rows, 0)).toBe(100_003)
    pages.forEach(({ offset }, at) => expect(offset).toBe(at * TASK_ROWS))
    expect(pages.at(-1)).toEqual({ offset: 100_000, rows: 3 })
    expect(pagesOf(0)).toEqual([])
  })

  it('say where they stand: what came of them, or what they wait for', () => {
    expect(standingOf(task({})).label).toBe('Queued')
    expect(standingOf(task({ state: 'ended', outcome: 'failed' }))).toMatchObject({ label: 'Failed', color: 'red.6' })
    expect(standingOf(task({ state: 'running' })).label).toBe('At work')
  })

  it('say which try it is of how many, once there is more than one', () => {
    expect(describeTry(task({ attempt: 2, of: 5 }))).toBe('2 of 5')
    expect(describeTry(task({ attempt: 1, of: 5 }))).toBe('1')
    expect(describeTry(task({ attempt: 0, state: 'ended' }))).toBe('–')
  })
})

describe('the lanes', () => {
  const worker = (
    host: 'parse' | 'ocr' | 'embed',
    running: Workers['workers'][number]['running'],
    rssBytes: number | null,
  ) => ({
    host,
    pid: 1,
    rssBytes,
    tasksDone: 0,
    running,
    queued: 0,
    threads: 2,
    state: 'busy' as const,
  })
  const workers: Workers = {
    workers: [
      worker(
        'parse',
        [
          { name: 'expand', label: 'in/papers.zip', ms: 1 },
          { name: 'extract', label: 'in/papers.zip!/b/letter.docx', ms: 1 },
        ],
        100,
      ),
      worker('ocr', [{ name: 'extract', label: 'scan.pdf', ms: 1 }], null),
      worker('embed', [{ name: 'embed', label: 'embed', ms: 1 }], 50),
    ],
    total: 3,
    breakers: [],
    caps: [],
    memory: { freeBytes: null, minFreeBytes: 0, short: false },
  }
  const none = { queued: 0, running: 0 }
  const figures = {
    expand: { queued: 0, running: 1 },
    extract: { queued: 7, running: 1 },
    ocr: { queued: 0, running: 1 },
  }

  it('say what each is at, by name where there is one', () => {
    const status = { lanes: { ...figures, vision: none, embed: { queued: 3, running: 9 }, summarize: none } }
    const lines = lanesOf(status, workers)
    expect(lines.map(({ lane }) => lane)).toEqual(['expand', 'extract', 'ocr', 'embed'])
    expect(lines.map(({ now }) => now)).toEqual([['papers.zip'], ['letter.docx'], ['scan.pdf'], []])
    expect(lines[1]).toMatchObject({ running: 1, queued: 7, atOnce: null })
  })

  it('that few collections need are shown while they have something', () => {
    const atOnce = { expand: 2, extract: 4, ocr: 1, vision: 3, embed: 64, summarize: 1 }
    const lanes = { ...figures, vision: { queued: 1, running: 0 }, embed: none, summarize: none }
    const lines = lanesOf({ lanes, atOnce }, workers)
    expect(lines.map(({ lane }) => lane)).toEqual(['expand', 'extract', 'ocr', 'vision', 'embed'])
    expect(lines[3]).toMatchObject({ atOnce: 3, queued: 1, now: [] })
  })

  it('add up the memory of those workers that tell theirs', () => {
    expect(memoryOf(workers)).toBe(150)
  })
})
