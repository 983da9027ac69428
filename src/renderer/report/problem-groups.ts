/**
 * Owns how problems are ordered for reading: by code, the gravest first, flat enough for a virtual list.
 */
import type { Problem, ProblemOutcome } from '../../shared/domain'
import type { ErrorCode } from '../../shared/errors'

export type ProblemGroup = {
  readonly code: ErrorCode
  readonly outcome: ProblemOutcome
  readonly problems: readonly Problem[]
  /** The sentence they all share, or `null` when each has its own. */
  readonly message: string | null
}

const gravity: Readonly<Record<ProblemOutcome, number>> = {
  failed: 0,
  rejected: 1,
  partial: 2,
  cancelled: 3,
  skipped: 4,
}

/** Groups by outcome and code. */
export const groupProblems = (problems: readonly Problem[]): ProblemGroup[] => {
  const groups = new Map<string, Problem[]>()
  for (const problem of problems) {
    const key = `${problem.outcome} ${problem.code}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [problem])
    else group.push(problem)
  }
  return [...groups.values()]
    .flatMap((group) => {
      const first = group[0]
      if (first === undefined) return []
      const shared = group.every(({ message }) => message === first.message)
      return [{ code: first.code, outcome: first.outcome, problems: group, message: shared ? first.message : null }]
    })
    .sort((a, b) => gravity[a.outcome] - gravity[b.outcome] || b.problems.length - a.problems.length)
}

export type ProblemLine =
  | { readonly type: 'group'; readonly key: string; readonly group: ProblemGroup; readonly open: boolean }
  | { readonly type: 'problem'; readonly key: string; readonly problem: Problem; readonly showMessage: boolean }

const keyOf = (group: ProblemGroup): string => `${group.outcome} ${group.code}`

/** The lines to show: a head for each group, and its problems when it is open. `toggled` holds what a person opened or closed. */
export const listLines = (groups: readonly ProblemGroup[], toggled: ReadonlySet<string>): ProblemLine[] =>
  groups.flatMap((group): ProblemLine[] => {
    const key = keyOf(group)
    const openAtFirst = group.outcome !== 'skipped' && group.problems.length <= 50
    const open = toggled.has(key) ? !openAtFirst : openAtFirst
    const head: ProblemLine = { type: 'group', key, group, open }
    if (!open) return [head]
    const lines = group.problems.map((problem, at): ProblemLine => {
      // A line keeps its key when one above it goes: what is typed into it stays with its document.
      return {
        type: 'problem',
        key: `${key} ${problem.documentId ?? at}`,
        problem,
        showMessage: group.message === null,
      }
    })
    return [head, ...lines]
  })
