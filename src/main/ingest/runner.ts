/**
 * Owns which phase runs for which claim: the one table from lanes to functions, and what the phases share.
 * Refuses: settling errors; whatever is thrown here is settled by the queue.
 */
import type { Lane } from '../../shared/phases'
import type { ClaimedTask } from '../store/contract'
import { runEmbed } from './embed'
import { runExpand } from './expand'
import { runExtract, runOcr, type InFlight } from './extract'
import { createInflateBudget } from './inflate-budget'
import type { IngestParts } from './parts'
import { isReadingAnew, queueReading } from './reading-anew'
import { runScan } from './scan'
import { runSummarize } from './summarize'
import { removeJobTemp } from './temp'

export type Ingest = {
  /** Runs claimed tasks of a lane (one, but for `embed`) to their end. Throws what stopped them. */
  run: (lane: Lane, tasks: readonly ClaimedTask[], signal: AbortSignal) => Promise<void>
  /** The job ended: its temp folder and counters go. */
  endJob: (jobId: number) => Promise<void>
}

export const createIngest = (parts: IngestParts): Ingest => {
  const inFlight: InFlight = new Map()
  const budget = createInflateBudget()

  const one =
    (run: (task: ClaimedTask, signal: AbortSignal) => Promise<void>) =>
    async (tasks: readonly ClaimedTask[], signal: AbortSignal): Promise<void> => {
      for (const task of tasks) await run(task, signal)
    }

  const lanes: Record<Lane, (tasks: readonly ClaimedTask[], signal: AbortSignal) => Promise<void>> = {
    expand: one((task, signal) => {
      if (task.kind !== 'scan') return runExpand(parts, budget, task, signal)
      return isReadingAnew(task) ? queueReading(parts, task, signal) : runScan(parts, task, signal)
    }),
    extract: one((task, signal) => runExtract(parts, { inFlight, budget }, task, signal)),
    ocr: one((task, signal) => runOcr(parts, { inFlight, budget }, task, signal)),
    vision: one((task, signal) => runOcr(parts, { inFlight, budget }, task, signal)),
    embed: (tasks, signal) => runEmbed(parts, tasks, signal),
    summarize: one((task, signal) => runSummarize(parts, task, signal)),
  }

  return {
    run: (lane, tasks, signal) => lanes[lane](tasks, signal),
    endJob: async (jobId) => {
      budget.forget(jobId)
      await removeJobTemp(parts.tempRoot, jobId)
    },
  }
}
