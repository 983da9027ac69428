// Owns running programs to be measured: wall time, processor time of the whole tree, memory of the whole tree, delays of the event loop,
// and how much of the machine others took meanwhile. Linux tells all of it; elsewhere what is missing is `null`, never guessed.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
/** The kernel counts processor time in hundredths of a second (USER_HZ), on every Linux. */
const TICKS_PER_SECOND = 100
const SAMPLE_MS = 250
const isLinux = process.platform === 'linux'
/** Where Linux says what stands after the name of the process, which may hold spaces and parentheses. */
const statFields = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Whether a program is installed: what it is compared with is left out where it is not. */
export const hasProgram = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** What `run` gives, as often as there are rounds, one after the other. */
export const runRounds = async (rounds, run) => {
  const done = []
  for (let round = 0; round < rounds; round += 1) done.push(await run())
  return done
}

/** Processor seconds of all ended children of this process, and of theirs. */
const readChildrenCpu = () => {
  if (!isLinux) return null
  const fields = statFields('self')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

/** Busy and idle processor seconds of the machine since its start. What a hypervisor took counts as busy. */
const readMachine = () => {
  if (!isLinux) return null
  const [user, nice, system, idle, wait, hard, soft, steal] = readFileSync('/proc/stat', 'utf8')
    .slice(4)
    .trim()
    .split(/\s+/, 8)
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND)
  return { busy: user + nice + system + hard + soft + steal, idle: idle + wait }
}

/** A process may end while it is looked at: then it has no value. */
const ifThere = (read) => {
  try {
    return read()
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(error.code)) return null
    throw error
  }
}

/** The process and all that descend from it. */
const listTree = (rootPid) => {
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = ifThere(() => Number(statFields(name)[1]))
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [rootPid]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** Proportional set size of a process tree, in MB (shared pages are counted once); `null` where the system does not tell. */
export const readTreeMb = (rootPid) => {
  if (!isLinux) return null
  const sizes = listTree(rootPid).map((pid) => {
    const rollup = ifThere(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return Number(/^Pss:\s+(\d+)/m.exec(rollup ?? '')?.[1] ?? 0)
  })
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

/** Looks at a tree's memory until it is told to end; then tells the peak in MB. */
export const watchPeakMb = (rootPid) => {
  let peak = readTreeMb(rootPid)
  const timer = setInterval(() => {
    const now = readTreeMb(rootPid)
    if (now !== null) peak = Math.max(peak ?? 0, now)
  }, SAMPLE_MS)
  return () => {
    clearInterval(timer)
    return peak
  }
}

const runOnce = (program, args, { env, cwd, timeoutMs, onStart, input }) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    const chunks = { stdout: [], stderr: [] }
    child.stdout.on('data', (chunk) => chunks.stdout.push(chunk))
    child.stderr.on('data', (chunk) => chunks.stderr.push(chunk))
    if (input !== undefined) child.stdin.end(input)
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('spawn', () => onStart?.(child))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const text = (name) => Buffer.concat(chunks[name]).toString('utf8')
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr') })
    })
  })

/**
 * Runs a program to its end and measures it.
 * @param {{ env?: Record<string, string>, cwd?: string, timeoutMs?: number, codes?: number[], memory?: boolean, input?: string }} options
 * `codes` are the exit codes that count as success
 * @returns `wallMs`; `cpuSeconds` of it and its descendants; `freeSeconds`, the processor seconds it could have had: its own and those
 * that nobody used; `peakMb` when `memory` was asked for. @throws Error with what the program said when it failed
 */
export const measureProgram = async (program, args, options = {}) => {
  const { env = {}, cwd, timeoutMs = 900_000, codes = [0], memory = false, input } = options
  const [cpuBefore, machineBefore] = [readChildrenCpu(), readMachine()]
  const startedAtMs = Date.now()
  const started = performance.now()
  let endWatch = () => null
  const done = await runOnce(program, args, {
    env: { ...process.env, ...env },
    cwd,
    timeoutMs,
    input,
    onStart: (child) => {
      if (memory) endWatch = watchPeakMb(child.pid)
    },
  })
  const wallMs = performance.now() - started
  const peakMb = endWatch()
  if (!codes.includes(done.code ?? -1)) {
    const said = (done.stderr || done.stdout).slice(-2_000)
    throw new Error(`${program} ${args.slice(0, 3).join(' ')} ended with ${done.signal ?? done.code}: ${said}`)
  }
  const [cpuAfter, machineAfter] = [readChildrenCpu(), readMachine()]
  const cpuSeconds = cpuBefore === null ? null : cpuAfter - cpuBefore
  const freeSeconds = machineBefore === null ? null : cpuSeconds + machineAfter.idle - machineBefore.idle
  return { ...done, startedAtMs, wallMs, cpuSeconds, freeSeconds, peakMb }
}

/** As `measureProgram` for Node with the probe in it: adds `probe`, what it saw of the event loop of that process. */
export const measureNode = async (args, { env = {}, ...options } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-probe-'))
  const file = join(folder, 'probe.json')
  try {
    const probed = { ...env, SLUICE_BENCH_PROBE: file }
    const done = await measureProgram(process.execPath, ['--require', join(here, 'probe.cjs'), ...args], {
      ...options,
      env: probed,
    })
    return { ...done, probe: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts a process that only waits; the returned function ends it and tells the delays that the machine itself caused meanwhile. */
export const startIdleWatch = () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-probe-'))
  const file = join(folder, 'probe.json')
  const env = { ...process.env, SLUICE_BENCH_PROBE: file, SLUICE_BENCH_PROBE_AT_ONCE: '1' }
  const child = spawn(process.execPath, ['--require', join(here, 'probe.cjs'), join(here, 'idle.cjs')], {
    env,
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  return async () => {
    child.kill('SIGTERM')
    await ended
    const seen = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
    rmSync(folder, { recursive: true, force: true })
    return seen?.loop ?? null
  }
}
