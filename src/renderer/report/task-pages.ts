/**
 * Owns how the tasks of a job are laid out for reading: pages of rows, so that 100,000 of them are as many lines as a list of a few thousand.
 * Refuses: the tasks themselves; each page reads its own.
 */
import { t } from '../text/language'
import { outcomeWords } from '../text/words'
import type { JobTask, ListedTaskState } from '../../shared/job-tasks'

/** Rows of one request, and the height of a row in pixels (as in the style sheet). */
export const TASK_ROWS = 50
export const TASK_ROW_PX = 46

export type TaskPage = { readonly offset: number; readonly rows: number }

/** The pages of so many tasks, the last one with what is left. */
export const pagesOf = (total: number): TaskPage[] =>
  Array.from({ length: Math.ceil(total / TASK_ROWS) }, (_, page) => ({
    offset: page * TASK_ROWS,
    rows: Math.min(TASK_ROWS, total - page * TASK_ROWS),
  }))

export const taskStateLabels: Readonly<Record<ListedTaskState, string>> = {
  running: t('report.taskRunning'),
  waiting: t('report.taskWaiting'),
  queued: t('report.taskQueued'),
  ended: t('report.taskEnded'),
}

const taskStateColors: Readonly<Record<ListedTaskState, string>> = {
  running: 'tide.6',
  waiting: 'yellow.5',
  queued: 'gray.4',
  ended: 'gray.5',
}

/** Where a task stands, in a word, and the color of its mark. */
export const standingOf = ({ state, outcome }: JobTask): { readonly label: string; readonly color: string } => {
  if (state === 'ended' && outcome !== null) return outcomeWords[outcome]
  return { label: taskStateLabels[state], color: taskStateColors[state] }
}

/** `2 of 5`, `1`, or nothing where it ended without a try. */
export const describeTry = ({ attempt, of }: JobTask): string => {
  if (attempt === 0) return '–'
  return of === null || attempt === 1 ? t('report.try', { attempt }) : t('report.tryOf', { attempt, of })
}
