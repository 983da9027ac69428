/**
 * Owns how the progress of a job is shown while a person waits: a bar that is drawn over itself on a terminal, a plain line every
 * few seconds elsewhere. Refuses: going back; the share comes from the engine, which clamps it.
 */
import type { JobProgress } from '../../../shared/calls'
import { phaseTable } from '../../../shared/phases'
import { fitMiddle, fitEnd, toOneLine } from './display-text'
import type { Terminal } from './terminal'
import { formatCount, formatEstimate, formatShare } from './units'

const BAR_COLUMNS = { min: 8, max: 30 }
const PLAIN_EVERY_MS = 5_000
const shownPhases = ['expand', 'extract', 'embed', 'summarize'] as const

const finishedOf = ({ documents }: JobProgress): number => documents.total

const describePhases = ({ phases }: JobProgress): string =>
  shownPhases
    .flatMap((phase) => {
      const { done, total } = phases[phase] ?? { done: 0, total: 0 }
      return total > 0 ? [`${phaseTable[phase].label} ${formatCount(done)}/${formatCount(total)}`] : []
    })
    .join(' · ')

const describeRate = ({ documentsPerSecond, remainingMs }: JobProgress): string[] => [
  ...(documentsPerSecond > 0 ? [`${documentsPerSecond.toFixed(documentsPerSecond < 10 ? 1 : 0)} documents/s`] : []),
  ...(remainingMs === null ? [] : [`${formatEstimate(remainingMs)} left`]),
]

const drawBar = (share: number, columns: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns)
  return '█'.repeat(full) + '░'.repeat(columns - full)
}

/** The two lines for a terminal of this width. */
export const formatLive = (progress: JobProgress, columns: number): string[] => {
  const share = progress.job.progress
  const more = progress.discovering ? '+' : ''
  const counts = `${formatCount(finishedOf(progress))}/${formatCount(progress.found)}${more} documents`
  const tail = [formatShare(share), counts, ...describeRate(progress)].join('  ')
  const barColumns = Math.min(BAR_COLUMNS.max, columns - tail.length - 3)
  const bar = barColumns < BAR_COLUMNS.min ? '' : `${drawBar(share, barColumns)}  `
  const [current] = progress.current
  const phases = describePhases(progress)
  const room = columns - phases.length - 6
  const path = current === undefined || room < 12 ? '' : `  ${fitMiddle(toOneLine(current.path), room)}`
  return [fitEnd(`${bar}${tail}`, columns - 1), fitEnd(`${phases}${path}`, columns - 1)]
}

/** The line for a file or a pipe. */
export const formatPlain = (progress: JobProgress): string => {
  const more = progress.discovering ? ' so far' : ''
  const counts = `${formatCount(finishedOf(progress))} of ${formatCount(progress.found)} documents${more}`
  return [formatShare(progress.job.progress), counts, describePhases(progress), ...describeRate(progress)]
    .filter((part) => part !== '')
    .join(', ')
}

export type ProgressDisplay = {
  /** How long to wait for news of the job. */
  readonly everyMs: number
  readonly show: (progress: JobProgress) => void
}

/** Shows progress on stderr; nothing but the live bar when the answer is to be JSON. */
export const createProgressDisplay = (terminal: Terminal, isJson: boolean, nowMs: () => number): ProgressDisplay => {
  if (terminal.isLive) {
    return { everyMs: 250, show: (progress) => terminal.drawLive(formatLive(progress, terminal.liveColumns)) }
  }
  let saidAtMs = nowMs()
  let said = ''
  return {
    everyMs: 1_000,
    show: (progress) => {
      const line = formatPlain(progress)
      if (isJson || line === said || nowMs() - saidAtMs < PLAIN_EVERY_MS) return
      saidAtMs = nowMs()
      said = line
      terminal.note(line)
    },
  }
}
