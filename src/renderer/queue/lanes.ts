/**
 * Owns what the panel of lanes shows: which lanes, how much each does of how much it may, what waits, and what it is at right now.
 */
import { lanes, type Lane } from '../../shared/phases'
import { nameOfPath } from '../text/passages'
import type { QueueStatus } from '../../shared/calls'
import type { Workers } from '../../shared/workers'

type Worker = Workers['workers'][number]

export type LaneLine = {
  readonly lane: Lane
  readonly running: number
  /** How many at once at most; `null` where it is not told. */
  readonly atOnce: number | null
  readonly queued: number
  /** What it is at, at most a few names. */
  readonly now: readonly string[]
}

/** Names that are shown of a lane. */
const NAMED = 3

/** Of few collections: shown while they have something. */
const rare: readonly Lane[] = ['vision', 'summarize']

const laneOf = ({ host }: Worker, work: string): Lane => {
  if (host === 'ocr') return 'ocr'
  if (host === 'parse') return work === 'expand' ? 'expand' : 'extract'
  return 'embed'
}

/** What the workers have at hand, by lane. A task without a name of its own is called as its kind of work, which says nothing here. */
const namesByLane = (workers: readonly Worker[]): ReadonlyMap<Lane, readonly string[]> => {
  const names = new Map<Lane, string[]>()
  for (const worker of workers)
    for (const { name, label } of worker.running) {
      if (label === name) continue
      const lane = laneOf(worker, name)
      names.set(lane, [...(names.get(lane) ?? []), nameOfPath(label)])
    }
  return names
}

export const lanesOf = (
  { lanes: figures, atOnce }: Pick<QueueStatus, 'lanes' | 'atOnce'>,
  { workers }: Workers,
): LaneLine[] => {
  const names = namesByLane(workers)
  return lanes
    .map((lane): LaneLine => {
      const { running = 0, queued = 0 } = figures?.[lane] ?? {}
      const now = running === 0 ? [] : (names.get(lane) ?? []).slice(0, NAMED)
      return { lane, running, queued, atOnce: atOnce?.[lane] ?? null, now }
    })
    .filter(({ lane, running, queued }) => !rare.includes(lane) || running + queued > 0)
}

/** Memory of all workers that tell theirs, in bytes. */
export const memoryOf = ({ workers }: Workers): number =>
  workers.reduce((sum, { rssBytes }) => sum + (rssBytes ?? 0), 0)
