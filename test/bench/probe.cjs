// Owns measuring a process of the product from inside: preloaded with `--require`, it writes one file when the process ends.
// Refuses: being noticed. Without SLUICE_BENCH_PROBE, in a thread, and in any process but the one that is measured it does nothing.
const { isMainThread } = require('node:worker_threads')

const file = process.env.SLUICE_BENCH_PROBE
const isMeasured = /(?:cli|idle)\.c?js$/.test(process.argv[1] ?? '')

if (isMainThread && file && isMeasured) {
  const childProcess = require('node:child_process')
  const { writeFileSync } = require('node:fs')
  const { monitorEventLoopDelay } = require('node:perf_hooks')
  const RESOLUTION_MS = 5
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  let isStarted = false
  const start = () => {
    if (isStarted) return
    isStarted = true
    delay.enable()
  }
  // Loading the program blocks every program; what counts begins with the first work, and that starts a host.
  const { fork } = childProcess
  childProcess.fork = (...args) => {
    // The host must not measure itself.
    setImmediate(start)
    return fork(...args)
  }
  if (process.env.SLUICE_BENCH_PROBE_AT_ONCE) start()
  // The histogram holds the time between two ticks of a timer; what exceeds its resolution is the delay.
  const inMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  process.on('exit', () => {
    delay.disable()
    const loop = { p50Ms: inMs(delay.percentile(50)), p99Ms: inMs(delay.percentile(99)), maxMs: inMs(delay.max) }
    const { user, system } = process.cpuUsage()
    writeFileSync(file, JSON.stringify({ loop: isStarted ? loop : null, cpuSeconds: (user + system) / 1e6 }))
  })
}
