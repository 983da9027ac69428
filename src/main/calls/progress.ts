/**
 * Owns the one overall figure of a job, its rates and the time left, from the counts of the store.
 * Refuses: going back. What was shown is kept for as long as the job runs here.
 */
import { finalJobStates } from '../../shared/domain'
import type { JobProgress } from '../../shared/calls'
import { phaseTable, SUMMARIES_WEIGHT } from '../../shared/phases'
import type { JobFigures } from '../store/contract'

/** Rates are those of the last seconds; older samples go. */
const WINDOW_MS = 15_000
/** Before this much time no rate is told. */
const SETTLE_MS = 1_500

const READING_WEIGHT = phaseTable.extract.weight + phaseTable.chunk.weight + phaseTable.index.weight

type Sample = { atMs: number; progress: number; documents: number; windows: number }

const share = (done: number, total: number): number => (total > 0 ? Math.min(1, done / total) : 0)

/** Progress by phase weights; embedding counts chunks of what has been read so far, so it cannot run ahead of reading. */
export const weigh = ({ phases, chunksTotal, chunksPending, discovering, summaries }: JobFigures): number => {
  const { summarize, embed } = phases
  const through = share(embed.done - (summarize.total - summarize.done), embed.total)
  if (summaries === 'only') return through
  const expanded = phases.expand.total === 0 ? 1 : share(phases.expand.done, phases.expand.total)
  const read = phases.extract.total === 0 ? (discovering ? 0 : 1) : share(phases.extract.done, phases.extract.total)
  const embedded = chunksTotal === 0 ? 1 : share(chunksTotal - chunksPending, chunksTotal)
  const found = phaseTable.expand.weight * expanded + READING_WEIGHT * read + phaseTable.embed.weight * embedded * read
  return summaries === 'none' ? found : (1 - SUMMARIES_WEIGHT) * found + SUMMARIES_WEIGHT * through
}

export type ProgressTracker = {
  track: (figures: JobFigures) => JobProgress
  forget: (jobId: string) => void
}

export const createProgressTracker = (nowMs: () => number): ProgressTracker => {
  const history = new Map<string, Sample[]>()

  const record = (id: string, sample: Sample): Sample[] => {
    const samples = (history.get(id) ?? []).filter(({ atMs }) => sample.atMs - atMs <= WINDOW_MS)
    samples.push(sample)
    history.set(id, samples)
    return samples
  }

  return {
    track: (figures) => {
      const { job, documents } = figures
      const final = finalJobStates.includes(job.state)
      const before = history.get(job.id)?.at(-1)?.progress ?? 0
      const progress = final ? 1 : Math.min(0.999, Math.max(before, weigh(figures)))
      const sample = { atMs: nowMs(), progress, documents: figures.phases.extract.done, windows: figures.windowsDone }
      const samples = record(job.id, sample)
      const first = samples[0] ?? sample
      const seconds = (sample.atMs - first.atMs) / 1000
      const settled = !final && seconds * 1000 >= SETTLE_MS
      const speed = settled ? (progress - first.progress) / seconds : 0
      const rate = (value: number): number => (settled ? Math.max(0, Math.round((value / seconds) * 10) / 10) : 0)
      return {
        job: { ...job, progress },
        documents,
        found: figures.found,
        waiting: figures.waiting,
        discovering: figures.discovering,
        phases: figures.phases,
        documentsPerSecond: rate(sample.documents - first.documents),
        windowsPerSecond: rate(sample.windows - first.windows),
        remainingMs: speed > 0 && !figures.discovering ? Math.round(((1 - progress) / speed) * 1000) : null,
        retries: figures.retries,
        current: figures.current,
      }
    },
    forget: (jobId) => {
      history.delete(jobId)
    },
  }
}
