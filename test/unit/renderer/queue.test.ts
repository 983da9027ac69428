import { describe, expect, it } from 'vitest'
import { mergeGroups, listLetterLines, canReplay, PAGE_ROWS } from '../../../src/renderer/dead-letters/letter-groups'
import { targetOf } from '../../../src/renderer/queue/line'
import { formatCountdown, formatOrdinal } from '../../../src/renderer/text/figures'
import { formatLogLine } from '../../../src/renderer/text/log-lines'
import { withoutAdvice } from '../../../src/renderer/text/sentences'
import { remedyOf, type DeadLetterGroup } from '../../../src/shared/dead-letters'
import { sentenceOf, type ErrorCode } from '../../../src/shared/errors'
import type { Phase } from '../../../src/shared/domain'

const group = (code: ErrorCode, phase: Phase, count: number): DeadLetterGroup => ({
  code,
  phase,
  count,
  message: code,
  path: 'a.pdf',
  remedy: remedyOf(code, {}),
})

describe('a move in the line', () => {
  const line = ['a', 'b', 'c', 'd']
  const moved = (id: string, move: Parameters<typeof targetOf>[2]): string[] => {
    const target = targetOf(line, id, move)
    if (target === undefined) return line
    const rest = line.filter((other) => other !== id)
    const at = target === null ? rest.length : rest.indexOf(target)
    return [...rest.slice(0, at), id, ...rest.slice(at)]
  }

  it('names the job to stand before', () => {
    expect(moved('c', 'up')).toEqual(['a', 'c', 'b', 'd'])
    expect(moved('c', 'top')).toEqual(['c', 'a', 'b', 'd'])
    expect(moved('b', 'down')).toEqual(['a', 'c', 'b', 'd'])
    expect(moved('c', 'down')).toEqual(['a', 'b', 'd', 'c'])
    expect(moved('a', 'end')).toEqual(['b', 'c', 'd', 'a'])
  })

  it('changes nothing where there is no way to go, or for a job that is not in the line any more', () => {
    expect(targetOf(line, 'a', 'up')).toBeUndefined()
    expect(targetOf(line, 'a', 'top')).toBeUndefined()
    expect(targetOf(line, 'd', 'down')).toBeUndefined()
    expect(targetOf(line, 'd', 'end')).toBeUndefined()
    expect(targetOf(line, 'gone', 'up')).toBeUndefined()
  })
})

describe('what failed', () => {
  it('is one group for each cause, whatever the phase, the most frequent first', () => {
    const groups = mergeGroups([
      group('DOCUMENT_CORRUPT', 'extract', 3),
      group('WORKER_POISON', 'extract', 2),
      group('WORKER_POISON', 'embed', 4),
    ])
    expect(groups.map(({ code, count }) => [code, count])).toEqual([
      ['WORKER_POISON', 6],
      ['DOCUMENT_CORRUPT', 3],
    ])
  })

  it('is paged within its group without a gap, and folded away when there is much of it', () => {
    const count = 2 * PAGE_ROWS + 7
    const groups = mergeGroups([group('DOCUMENT_CORRUPT', 'extract', count), group('PATH_MISSING', 'expand', 2)])
    const types = listLetterLines(groups, new Set()).map(({ type }) => type)
    expect(types).toEqual(['group', 'group', 'page'])
    const pages = listLetterLines(groups, new Set(['DOCUMENT_CORRUPT'])).flatMap((line) =>
      line.type === 'page' && line.group.code === 'DOCUMENT_CORRUPT' ? [[line.offset, line.rows]] : [],
    )
    expect(pages).toEqual([
      [0, PAGE_ROWS],
      [PAGE_ROWS, PAGE_ROWS],
      [2 * PAGE_ROWS, 7],
    ])
    expect(listLetterLines(groups, new Set(['PATH_MISSING']))).toHaveLength(2)
  })

  it('is tried again, but for a guardrail that no setting moves', () => {
    const overLimit = { setting: 'document.bytes', limit: 10, actual: 20 }
    expect(canReplay('DOCUMENT_CORRUPT', remedyOf('DOCUMENT_CORRUPT', {}))).toBe(true)
    expect(canReplay('ARCHIVE_PATH_TRAVERSAL', remedyOf('ARCHIVE_PATH_TRAVERSAL', {}))).toBe(false)
    expect(canReplay('FILE_TOO_LARGE', remedyOf('FILE_TOO_LARGE', overLimit))).toBe(true)
  })

  it('is told without advice for which there is a button', () => {
    const tooLarge = sentenceOf('FILE_TOO_LARGE', { actual: 2048, limit: 1024, setting: 'document.bytes' })
    expect(withoutAdvice(tooLarge)).toBe('It has 2.0 KiB, more than the 1.0 KiB allowed for one document.')
  })

  it('shows what the log says in short, and as it is where that is not understood', () => {
    const entry = {
      time: '2026-11-22T11:19:27.780Z',
      level: 'info',
      event: 'task-not-done',
      pid: 1602,
      job: 1,
      task: 6,
      phase: 'extract',
      code: 'DOCUMENT_CORRUPT',
      error: { message: 'It is damaged.' },
    }
    expect(formatLogLine(JSON.stringify(entry))).toBe(
      '11:19:27 info task-not-done phase=extract code=DOCUMENT_CORRUPT\nIt is damaged.',
    )
    expect(formatLogLine('{"time": cut off')).toBe('{"time": cut off')
  })
})

describe('figures of the queue', () => {
  it('count down in seconds, minutes and hours, and end at now', () => {
    expect([-5, 0, 1, 40_000, 60_000, 200_000, 7_500_000].map(formatCountdown)).toEqual([
      'now',
      'now',
      '1 s',
      '40 s',
      '1 min',
      '3 min 20 s',
      '2 h 5 min',
    ])
  })

  it('name places in a line', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 1_003].map(formatOrdinal)).toEqual(
      '1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 1,003rd'.split(' '),
    )
  })
})
