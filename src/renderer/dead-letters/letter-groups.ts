/**
 * Owns how dead letters are laid out for reading: one group for each cause, its items in pages, flat enough for a virtual list.
 * Refuses: the items themselves; each page reads its own.
 */
import { dispositionOf, type ErrorCode } from '../../shared/errors'
import type { DeadLetterFilter, DeadLetterGroup, Remedy } from '../../shared/dead-letters'

/** Rows of one request, and the height of a row in pixels (as in the style sheet). */
export const PAGE_ROWS = 25
export const ROW_PX = 56

export type LetterGroup = {
  readonly code: ErrorCode
  readonly count: number
  /** Of one of them. */
  readonly message: string
  readonly remedy: Remedy
}

/** One group for each code: a person looks for the cause, not for the phase in which it showed. The most frequent first. */
export const mergeGroups = (groups: readonly DeadLetterGroup[]): LetterGroup[] => {
  const merged = new Map<ErrorCode, LetterGroup>()
  for (const { code, count, message, remedy } of groups) {
    const known = merged.get(code)
    merged.set(code, known ? { ...known, count: known.count + count } : { code, count, message, remedy })
  }
  return [...merged.values()].sort((a, b) => b.count - a.count)
}

export type LetterLine =
  | { readonly type: 'group'; readonly key: string; readonly group: LetterGroup; readonly open: boolean }
  | {
      readonly type: 'page'
      readonly key: string
      readonly group: LetterGroup
      readonly offset: number
      readonly rows: number
    }

/** Groups up to this size are open at first. */
const OPEN_AT_FIRST = 20

/** The lines to show: a head for each group, and its pages when it is open. `toggled` holds what a person opened or closed. */
export const listLetterLines = (groups: readonly LetterGroup[], toggled: ReadonlySet<string>): LetterLine[] =>
  groups.flatMap((group): LetterLine[] => {
    const open = toggled.has(group.code) !== group.count <= OPEN_AT_FIRST
    const head: LetterLine = { type: 'group', key: group.code, group, open }
    if (!open) return [head]
    const pages = Math.ceil(group.count / PAGE_ROWS)
    return [
      head,
      ...Array.from({ length: pages }, (_, page): LetterLine => {
        const offset = page * PAGE_ROWS
        const rows = Math.min(PAGE_ROWS, group.count - offset)
        return { type: 'page', key: `${group.code} ${page}`, group, offset, rows }
      }),
    ]
  })

/** What one group is to the engine. Whether it may hold rejections follows from its cause. */
export const filterOfGroup = (code: ErrorCode, collection: string | undefined): Partial<DeadLetterFilter> => ({
  code,
  collection,
  rejected: dispositionOf(code) === 'reject',
})

/** Whether trying again may help: a guardrail that no setting moves says no again. */
export const canReplay = (code: ErrorCode, remedy: Remedy): boolean =>
  dispositionOf(code) !== 'reject' || remedy.kind === 'raise'
