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

/** What a job has done of each kind of work, counted. */
export type WorkDone = {
  /** Offered places and archives: looked through, found. */
  readonly expand: Counted
  /** Documents: read, found. */
  readonly extract: Counted
  /** Documents: through with everything but their summaries, found. */
  readonly embed: Counted
  /** Passages of the documents that were read: with vectors, all. */
  readonly chunks: Counted
  /** Documents that are through with their summaries, too, for a job that makes some; `only` for one that makes nothing else. */
  readonly summaries: { readonly kind: 'none' | 'also' | 'only'; readonly through: number }
  /** More may be found. */
  readonly discovering: boolean
}
export type Counted = { readonly done: number; readonly total: number }

const READING_WEIGHT = phaseTable.extract.weight + phaseTable.chunk.weight + phaseTable.index.weight

/** 0–1; of nothing, `ofNone`. */
const shareOf = ({ done, total }: Counted, ofNone: number): number =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : ofNone

/** Whether a job makes nothing but vectors, of passages that others have read: as when a collection goes over to another model. */
export const onlyFills = ({ extract, chunks }: Pick<WorkDone, 'extract' | 'chunks'>): boolean =>
  extract.total === 0 && chunks.total > 0

/**
 * The share of its work that a job has done, 0–1, by the weights of the phases.
 *
 * - Vectors are counted by passages of what has been read, so they cannot run ahead of reading. Half of their weight counts only when the documents
 *   they belong to are through: on a slow disk to write that down takes longer than to make them.
 * - While places and archives are still looked through, what is in them is not known. Then the work that is known is as large a part of all as the
 *   places that were looked through are of those that were found, one that is being looked through counted half.
 */
export const shareDone = ({ expand, extract, embed, chunks, summaries, discovering }: WorkDone): number => {
  if (onlyFills({ extract, chunks })) return shareOf(chunks, 1)
  const ended = shareOf({ done: summaries.through, total: embed.total }, 0)
  if (summaries.kind === 'only') return ended
  const read = shareOf(extract, discovering ? 0 : 1)
  const embedded = shareOf(chunks, 1)
  const through = Math.min(embedded, shareOf({ done: embed.done, total: extract.done }, 1))
  const known = discovering ? shareOf({ done: expand.done + 0.5, total: expand.total }, 1) : 1
  const vectors = (phaseTable.embed.weight * read * (embedded + through)) / 2
  const found = known * (phaseTable.expand.weight * shareOf(expand, 1) + READING_WEIGHT * read + vectors)
  return summaries.kind === 'none' ? found : (1 - SUMMARIES_WEIGHT) * found + SUMMARIES_WEIGHT * ended
}
