/**
 * Owns the one overall figure of a job, its rates and the time left, from the counts of the store.
 * Refuses: going back. What was shown is kept for as long as the job runs here.
 */
import { finalJobStates } from '../../shared/domain'
import type { JobProgress } from '../../shared/calls'
import { onlyFills, shareDone, type Counted } from '../../shared/phases'
import type { JobFigures } from '../store/contract'
import { createCourse, type Course } from './course'

const chunksOf = ({ chunksTotal, chunksPending }: JobFigures): Counted => ({
  done: chunksTotal - chunksPending,
  total: chunksTotal,
})

/** The share of its work that is done, as far as it is known now: 0–1. */
export const weigh = (figures: JobFigures): number => {
  const { expand, extract, embed, summarize } = figures.phases
  return shareDone({
    expand,
    extract,
    embed,
    chunks: chunksOf(figures),
    summaries: { kind: figures.summaries, through: embed.done - (summarize.total - summarize.done) },
    discovering: figures.discovering,
  })
}

/** Whether more work may be found than is known. */
const mayGrow = (figures: JobFigures): boolean =>
  figures.discovering && !onlyFills({ extract: figures.phases.extract, chunks: chunksOf(figures) })

export type ProgressTracker = {
  track: (figures: JobFigures) => JobProgress
  forget: (jobId: string) => void
}

type History = {
  shown: number
  discovering: boolean
  readonly work: Course
  readonly documents: Course
  readonly windows: Course
}

const begin = (discovering: boolean): History => ({
  shown: 0,
  discovering,
  work: createCourse(),
  documents: createCourse(),
  windows: createCourse(),
})

const tenths = (value: number): number => Math.round(value * 10) / 10

export const createProgressTracker = (nowMs: () => number): ProgressTracker => {
  const histories = new Map<string, History>()

  /** What rests is not slow: its time does not count. */
  const record = (history: History, figures: JobFigures, atMs: number): void => {
    const { work, documents, windows } = history
    // That all has been found is no work: the share may rise by it alone.
    if (figures.discovering !== history.discovering) work.restart()
    history.discovering = figures.discovering
    if (figures.job.state !== 'running') {
      for (const course of [work, documents, windows]) course.restart()
      return
    }
    work.note(atMs, weigh(figures))
    documents.note(atMs, figures.phases.extract.done)
    windows.note(atMs, figures.windowsDone)
  }

  return {
    track: (figures) => {
      const { job, documents, discovering } = figures
      const atMs = nowMs()
      const final = finalJobStates.includes(job.state)
      const history = histories.get(job.id) ?? begin(discovering)
      histories.set(job.id, history)
      record(history, figures, atMs)
      const progress = final ? 1 : Math.min(0.999, Math.max(history.shown, weigh(figures)))
      history.shown = progress
      const isMoving = job.state === 'running'
      return {
        job: { ...job, progress },
        documents,
        found: figures.found,
        waiting: figures.waiting,
        discovering,
        phases: figures.phases,
        documentsPerSecond: isMoving ? tenths(history.documents.perSecond(atMs)) : 0,
        windowsPerSecond: isMoving ? tenths(history.windows.perSecond(atMs)) : 0,
        remainingMs: isMoving && !mayGrow(figures) ? history.work.restMs(atMs, 1) : null,
        retries: figures.retries,
        current: figures.current,
      }
    },
    forget: (jobId) => {
      histories.delete(jobId)
    },
  }
}
