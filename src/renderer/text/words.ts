/**
 * Owns the words of the window for states and outcomes, and their colors. One table each; a missing row is a type error.
 */
import { formatCount } from './figures'
import type { HostName } from '../../shared/workers'
import type { Lane } from '../../shared/phases'
import type { CoverageState } from '../../shared/work'
import type { DocumentState, JobPriority, JobState, Outcome, OutcomeCounts, SearchMode } from '../../shared/domain'

export const jobStateLabels: Readonly<Record<JobState, string>> = {
  awaiting_confirmation: 'Waiting for you',
  queued: 'Queued',
  running: 'Running',
  paused: 'Paused',
  completed: 'Completed',
  completed_with_problems: 'Completed with problems',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

export const jobStateColors: Readonly<Record<JobState, string>> = {
  awaiting_confirmation: 'yellow',
  queued: 'gray',
  running: 'tide',
  paused: 'gray',
  completed: 'tide',
  completed_with_problems: 'yellow',
  failed: 'red',
  cancelled: 'gray',
}

/** The verbs are those of the menu; `note` stands beside a job, where there is something to say. */
export const priorityWords: Readonly<
  Record<JobPriority, { readonly label: string; readonly note: string | null; readonly color: string }>
> = {
  high: { label: 'High priority', note: 'High priority', color: 'tide' },
  normal: { label: 'Normal priority', note: null, color: 'gray' },
  low: { label: 'Low priority', note: 'Low priority', color: 'gray' },
}

/** What a lane does, as people would say it. */
export const laneLabels: Readonly<Record<Lane, string>> = {
  expand: 'Unpacking',
  extract: 'Reading',
  ocr: 'Reading pictures',
  vision: 'Reading pictures by a provider',
  embed: 'Embedding',
  summarize: 'Summarizing',
}

export const hostLabels: Readonly<Record<HostName, string>> = {
  parse: 'Reading',
  ocr: 'Reading pictures',
  embed: 'Embedding',
  model: 'Embedding by another model',
}

type OutcomeWords = { readonly label: string; readonly color: string; readonly explanation: string }

export const outcomeWords: Readonly<Record<Outcome, OutcomeWords>> = {
  indexed: { label: 'Indexed', color: 'tide.6', explanation: 'Read and searchable' },
  unchanged: { label: 'Unchanged', color: 'tide.4', explanation: 'The same as before, nothing to do' },
  duplicate: { label: 'Duplicate', color: 'tide.3', explanation: 'Same content elsewhere; found under both' },
  partial: { label: 'Partial', color: 'yellow.5', explanation: 'Searchable, but something named is missing' },
  skipped: { label: 'Skipped', color: 'gray.4', explanation: 'Nothing to index in it' },
  rejected: { label: 'Rejected', color: 'orange.6', explanation: 'A guardrail said no' },
  failed: { label: 'Failed', color: 'red.6', explanation: 'Could not be read' },
  cancelled: { label: 'Cancelled', color: 'gray.5', explanation: 'Stopped by a person' },
}

export const documentStateLabels: Readonly<Record<DocumentState, string>> = {
  queued: 'Queued',
  indexed: 'Indexed',
  partial: 'Partial',
  skipped: 'Skipped',
  rejected: 'Rejected',
  failed: 'Failed',
  cancelled: 'Cancelled',
  gone: 'Gone',
}

export const documentStateColors: Readonly<Record<DocumentState, string>> = {
  queued: 'gray',
  indexed: 'tide',
  partial: 'yellow',
  skipped: 'gray',
  rejected: 'orange',
  failed: 'red',
  cancelled: 'gray',
  gone: 'gray',
}

/** What became of a page, a sheet, a slide or another part. */
export const coverageWords: Readonly<Record<CoverageState, { readonly label: string; readonly color: string }>> = {
  indexed: { label: 'Read', color: 'tide' },
  ocr: { label: 'Read by OCR', color: 'tide' },
  empty: { label: 'Empty', color: 'gray' },
  truncated: { label: 'Cut off', color: 'yellow' },
  skipped: { label: 'Left out', color: 'orange' },
}

export const searchModeLabels: Readonly<Record<SearchMode, string>> = {
  hybrid: 'Best match',
  keyword: 'Keywords',
  semantic: 'Meaning',
}

/** Outcomes that ended well, as people count them. */
const countFound = (counts: OutcomeCounts): number => counts.indexed + counts.unchanged + counts.duplicate

/** `40 searchable, 2 failed`: what matters, in few words. */
export const summarizeOutcomes = (counts: OutcomeCounts): string => {
  const rest = (['partial', 'failed', 'rejected', 'skipped', 'cancelled'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatCount(counts[outcome])} ${outcomeWords[outcome].label.toLowerCase()}`)
  return [`${formatCount(countFound(counts))} searchable`, ...rest].join(', ')
}
