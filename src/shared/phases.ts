/**
 * Owns the table of phases: in which lane each runs, what it weighs in the overall progress, what follows.
 * Refuses: running them. `extract`, `chunk` and `index` share one claim: text flows from the worker into staged rows without
 * being stored in between; each is measured and reported on its own.
 */
import type { Phase } from './domain'

/** `vision`: as `ocr`, where a model of a provider reads the pictures. */
export const lanes = ['expand', 'extract', 'ocr', 'vision', 'embed', 'summarize'] as const
/** Tasks of one kind with their own concurrency. */
export type Lane = (typeof lanes)[number]

type PhaseRow = {
  /** The lane whose claim covers the phase. */
  readonly lane: Lane
  /** Share of a document's work, for the overall progress. Measured on mixed documents. */
  readonly weight: number
  readonly label: string
}

export const phaseTable = {
  expand: { lane: 'expand', weight: 0.02, label: 'Unpacking' },
  extract: { lane: 'extract', weight: 0.2, label: 'Reading' },
  chunk: { lane: 'extract', weight: 0.03, label: 'Splitting' },
  index: { lane: 'extract', weight: 0.05, label: 'Indexing' },
  /** Of documents that have pictures of text only; they count as unread until it is done. */
  ocr: { lane: 'ocr', weight: 0, label: 'Reading pictures' },
  embed: { lane: 'embed', weight: 0.7, label: 'Embedding' },
  /** Where a collection wants summaries; a share of its own of such a job (SUMMARIES_WEIGHT). */
  summarize: { lane: 'summarize', weight: 0, label: 'Summarizing' },
} as const satisfies Record<Phase, PhaseRow>

/** Share of the progress of a job that its summaries make, where there are some. */
export const SUMMARIES_WEIGHT = 0.15
