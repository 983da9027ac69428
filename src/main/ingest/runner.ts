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
import { explainFailure } from './source-disk'
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

  /** Of what reads originals: when the whole disk is away, that is what is told. */
  const reads = (run: (task: ClaimedTask, signal: AbortSignal) => Promise<void>): ReturnType<typeof one> =>
    one(async (task, signal) => {
      try {
        await run(task, signal)
      } catch (thrown) {
        throw await explainFailure(parts, task, thrown)
      }
    })

  const lanes: Record<Lane, (tasks: readonly ClaimedTask[], signal: AbortSignal) => Promise<void>> = {
    expand: reads((task, signal) => {
      if (task.kind !== 'scan') return runExpand(parts, budget, task, signal)
      return isReadingAnew(task) ? queueReading(parts, task, signal) : runScan(parts, task, signal)
    }),
    extract: reads((task, signal) => runExtract(parts, { inFlight, budget }, task, signal)),
    ocr: reads((task, signal) => runOcr(parts, { inFlight, budget }, task, signal)),
    vision: reads((task, signal) => runOcr(parts, { inFlight, budget }, task, signal)),
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
