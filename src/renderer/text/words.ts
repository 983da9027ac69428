/**
 * Owns the words of the window for states and outcomes, and their colors. One table each; a missing row is a type error.
 */
import { t } from './language'
import type { HostName } from '../../shared/workers'
import type { Lane } from '../../shared/phases'
import type { CoverageState } from '../../shared/work'
import type { DocumentState, JobPriority, JobState, Outcome, OutcomeCounts, SearchMode } from '../../shared/domain'

export const jobStateLabels: Readonly<Record<JobState, string>> = {
  awaiting_confirmation: t('words.jobAwaiting'),
  queued: t('words.jobQueued'),
  running: t('words.jobRunning'),
  paused: t('words.jobPaused'),
  completed: t('words.jobCompleted'),
  completed_with_problems: t('words.jobWithProblems'),
  failed: t('words.jobFailed'),
  cancelled: t('words.jobCancelled'),
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
  high: { label: t('words.priorityHigh'), note: t('words.priorityHigh'), color: 'tide' },
  normal: { label: t('words.priorityNormal'), note: null, color: 'gray' },
  low: { label: t('words.priorityLow'), note: t('words.priorityLow'), color: 'gray' },
}

/** What a lane does, as people would say it. */
export const laneLabels: Readonly<Record<Lane, string>> = {
  expand: t('words.laneExpand'),
  extract: t('words.laneExtract'),
  ocr: t('words.laneOcr'),
  vision: t('words.laneVision'),
  embed: t('words.laneEmbed'),
  summarize: t('words.laneSummarize'),
}

export const hostLabels: Readonly<Record<HostName, string>> = {
  parse: t('words.hostParse'),
  ocr: t('words.hostOcr'),
  embed: t('words.hostEmbed'),
  model: t('words.hostModel'),
}

type OutcomeWords = { readonly label: string; readonly color: string; readonly explanation: string }

export const outcomeWords: Readonly<Record<Outcome, OutcomeWords>> = {
  indexed: { label: t('words.indexed'), color: 'tide.6', explanation: t('words.indexedMeans') },
  unchanged: { label: t('words.unchanged'), color: 'tide.4', explanation: t('words.unchangedMeans') },
  duplicate: { label: t('words.duplicate'), color: 'tide.3', explanation: t('words.duplicateMeans') },
  partial: { label: t('words.partial'), color: 'yellow.5', explanation: t('words.partialMeans') },
  skipped: { label: t('words.skipped'), color: 'gray.4', explanation: t('words.skippedMeans') },
  rejected: { label: t('words.rejected'), color: 'orange.6', explanation: t('words.rejectedMeans') },
  failed: { label: t('words.failed'), color: 'red.6', explanation: t('words.failedMeans') },
  cancelled: { label: t('words.cancelled'), color: 'gray.5', explanation: t('words.cancelledMeans') },
}

export const documentStateLabels: Readonly<Record<DocumentState, string>> = {
  queued: t('words.documentQueued'),
  indexed: t('words.indexed'),
  partial: t('words.partial'),
  skipped: t('words.skipped'),
  rejected: t('words.rejected'),
  failed: t('words.failed'),
  cancelled: t('words.cancelled'),
  gone: t('words.documentGone'),
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
  indexed: { label: t('words.partRead'), color: 'tide' },
  ocr: { label: t('words.partReadByOcr'), color: 'tide' },
  empty: { label: t('words.partEmpty'), color: 'gray' },
  truncated: { label: t('words.partCutOff'), color: 'yellow' },
  skipped: { label: t('words.partLeftOut'), color: 'orange' },
}

export const searchModeLabels: Readonly<Record<SearchMode, string>> = {
  hybrid: t('words.modeHybrid'),
  keyword: t('words.modeKeyword'),
  semantic: t('words.modeSemantic'),
}

const countTexts = {
  partial: 'words.countPartial',
  failed: 'words.countFailed',
  rejected: 'words.countRejected',
  skipped: 'words.countSkipped',
  cancelled: 'words.countCancelled',
} as const

/** Outcomes that ended well, as people count them. */
const countFound = (counts: OutcomeCounts): number => counts.indexed + counts.unchanged + counts.duplicate

/** `40 searchable, 2 failed`: what matters, in few words. */
export const summarizeOutcomes = (counts: OutcomeCounts): string => {
  const rest = (['partial', 'failed', 'rejected', 'skipped', 'cancelled'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => t(countTexts[outcome], { count: counts[outcome] }))
  return [t('words.countSearchable', { count: countFound(counts) }), ...rest].join(', ')
}
