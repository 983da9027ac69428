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

// Parsers forget promises (pdf.js does, in damaged files). What they reject with was awaited by nobody, so it costs nobody anything; without
// this it ends the thread, and the document with it. The host's output is logged.
process.on('unhandledRejection', (reason: unknown) => {
  process.stderr.write(`a promise that nobody waits for was rejected: ${String(reason).slice(0, 300)}\n`)
})

export const runJob = createJobRunner(runnerTable, probe)
