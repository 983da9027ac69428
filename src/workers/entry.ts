/**
 * Owns the one entry of all worker threads (built to worker.js). Refuses: anything but wiring; loads nothing that the first task
 * does not need.
 */
import { createJobRunner, type JobProbe } from './job'
import { runnerTable } from './registry'

/** Faults for tests exist only in hosts that were started with this variable. */
const probe: JobProbe | null =
  process.env['SLUICE_FAULTS'] === '1'
    ? async (name, params, context) => (await import('./fault')).injectFault(name, params, context)
    : null

export const runJob = createJobRunner(runnerTable, probe)
