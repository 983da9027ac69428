import { describe, expect, it } from 'vitest'
import { groupProblems, listLines } from '../../../src/renderer/report/problem-groups'
import type { Problem, ProblemOutcome } from '../../../src/shared/domain'
import type { ErrorCode } from '../../../src/shared/errors'

const problem = (path: string, outcome: ProblemOutcome, code: ErrorCode, message: string = code): Problem => ({
  path,
  documentId: null,
  phase: 'extract',
  outcome,
  code,
  message,
  transient: false,
  attempts: 1,
})

describe('problems', () => {
  it('are grouped by code, the gravest first, then the most frequent', () => {
    const groups = groupProblems([
      problem('a', 'skipped', 'FILE_EMPTY'),
      problem('b', 'failed', 'PDF_ENCRYPTED'),
      problem('c', 'failed', 'DOCUMENT_CORRUPT'),
      problem('d', 'rejected', 'FILE_TOO_LARGE'),
      problem('e', 'failed', 'DOCUMENT_CORRUPT'),
    ])
    expect(groups.map(({ code, problems }) => [code, problems.map(({ path }) => path)])).toEqual([
      ['DOCUMENT_CORRUPT', ['c', 'e']],
      ['PDF_ENCRYPTED', ['b']],
      ['FILE_TOO_LARGE', ['d']],
      ['FILE_EMPTY', ['a']],
    ])
  })

  it('share a sentence only when it is the same for all', () => {
    const [same] = groupProblems([
      problem('a', 'failed', 'PATH_MISSING', 'x'),
      problem('b', 'failed', 'PATH_MISSING', 'x'),
    ])
    const [own] = groupProblems([
      problem('a', 'failed', 'PATH_MISSING', 'x'),
      problem('b', 'failed', 'PATH_MISSING', 'y'),
    ])
    expect(same?.message).toBe('x')
    expect(own?.message).toBeNull()
    expect(listLines(own ? [own] : [], new Set()).map((line) => line.type === 'problem' && line.showMessage)).toEqual([
      false,
      true,
      true,
    ])
  })

  it('are folded away when skipped or many, and toggled by a person', () => {
    const skipped = groupProblems([problem('a', 'skipped', 'FILE_EMPTY')])
    const many = groupProblems(Array.from({ length: 51 }, (_, at) => problem(`p${at}`, 'failed', 'PATH_MISSING')))
    expect(listLines(skipped, new Set())).toHaveLength(1)
    expect(listLines(skipped, new Set(['skipped FILE_EMPTY']))).toHaveLength(2)
    expect(listLines(many, new Set())).toHaveLength(1)
    expect(listLines(many, new Set(['failed PATH_MISSING']))).toHaveLength(52)
  })
})
