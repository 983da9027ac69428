/**
 * Owns a fuzz run: every damaged file goes through a real parse host as the engine would send it, and ends in an outcome that is accounted for.
 * Refuses: judging what was read. Only bugs, crashes, hangs and silence are violations.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createForkLauncher } from '../../src/main/pool/fork-launcher'
import { createPool, guardsOf, type HostOptions, type Pool } from '../../src/main/pool/pool'
import { toAppError } from '../../src/shared/errors'
import { resolveLimits } from '../../src/shared/limits'
import type { Log } from '../../src/shared/log'
import type { ExpandedEntry, Locator } from '../../src/shared/work'
import { mutate, type GoodFile } from './mutation'
import { createRandom, seedOf } from './random'

export type FuzzOptions = {
  readonly inputs: number
  readonly seed: number
  /** Only this input of the run, to repeat it. */
  readonly only?: number | null
  readonly good: readonly GoodFile[]
  readonly files: { readonly hostFile: string; readonly workerFile: string }
}

export type FuzzViolation = {
  input: number
  name: string
  code: string
  message: string
  saved: string
  repeat: string
}

export type FuzzSummary = {
  seed: number
  inputs: number
  /** How often each code was an outcome; `INDEXED` where there was none. Entries of archives and mails count, too. */
  codes: Record<string, number>
  slowest: { input: number; name: string; ms: number }
  peakRssBytes: number
  ms: number
  violations: FuzzViolation[]
}

/** Codes that say the reader failed, not the file. */
const VIOLATIONS: readonly string[] = [
  'INTERNAL_BUG',
  'WORKER_MEMORY',
  'WORKER_TIMEOUT',
  'WORKER_STALLED',
  'WORKER_CRASHED',
  'HOST_DIED',
  'HOST_START_FAILED',
  'INTERRUPTED',
  'CANCELLED',
]
const MAX_ENTRIES = 8
const MAX_LEVELS = 4
const SLOW_MS = 60_000
const MiB = 1024 * 1024

const limits = resolveLimits({
  'document.chars': 200_000,
  'archive.entryBytes': 64 * MiB,
  'archive.totalBytes': 256 * MiB,
})
const host: HostOptions = {
  threads: 2,
  memoryBytes: 1_536 * MiB,
  heartbeatMs: 20_000,
  timeMs: SLOW_MS,
  recycleTasks: 5_000,
  idleMs: 60_000,
}

const ignore = (): void => undefined
const silent: Log = { write: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent }

type Found = { code: string; message: string; stack?: string | undefined }
type Reader = { pool: Pool; tempDir: string; note: (found: Found) => void }

/** A host may have died of a neighbor: then the task is repeated with nothing beside it. */
const alone = async <T>(run: (alone: boolean) => Promise<T>): Promise<T> => {
  try {
    return await run(false)
  } catch (thrown) {
    const { code } = toAppError(thrown)
    if (code !== 'HOST_DIED' && code !== 'INTERRUPTED') throw thrown
    return run(true)
  }
}

const readEntries = async (reader: Reader, parent: Locator, entries: readonly ExpandedEntry[]): Promise<void> => {
  for (const { problem } of entries) if (problem !== null) reader.note({ code: problem.code, message: '' })
  const whole = entries.filter(({ problem }) => problem === null).slice(0, MAX_ENTRIES)
  for (const { index, name } of whole) {
    const locator = { ...parent, entries: [...parent.entries, { index, name }] }
    await readItem(reader, locator, name.split('/').pop() ?? name)
  }
}

const expandItem = async (reader: Reader, locator: Locator): Promise<void> => {
  const { pool, tempDir } = reader
  const entries: ExpandedEntry[] = []
  const params = {
    locator,
    depth: locator.entries.length,
    limits,
    tempDir,
    inflateBudgetBytes: 256 * MiB,
    confirmed: true,
  }
  await alone((only) => {
    entries.length = 0
    const onMessage = ({ entries: page }: { entries: ExpandedEntry[] }): undefined => {
      entries.push(...page)
      return undefined
    }
    return pool.run('parse', 'expand', params, { alone: only, onMessage })
  })
  await readEntries(reader, locator, entries)
}

/** Reads one item as the engine does; every outcome is noted, none is thrown. */
const readItem = async (reader: Reader, locator: Locator, name: string): Promise<void> => {
  const { pool, tempDir, note } = reader
  if (locator.entries.length > MAX_LEVELS) return
  const held: ExpandedEntry[] = []
  const inflateBudgetBytes = locator.entries.length > 0 ? 256 * MiB : null
  try {
    const result = await alone((only) => {
      held.length = 0
      return pool.run(
        'parse',
        'extract',
        { locator, name, limits, tempDir, inflateBudgetBytes },
        {
          alone: only,
          onMessage: (message) => {
            if (message.type === 'entries') held.push(...message.entries)
            return { proceed: true }
          },
        },
      )
    })
    if (result.archive) await expandItem(reader, locator)
    else {
      note({ code: result.ocrPages > 0 && result.chunkCount === 0 ? 'OCR_PENDING' : 'INDEXED', message: '' })
      for (const { code } of result.facts?.warnings ?? []) note({ code, message: '' })
      await readEntries(reader, locator, held)
    }
  } catch (thrown) {
    const { code, message, stack } = toAppError(thrown)
    note({ code, message, stack })
  }
}

/** Runs the inputs, as many at a time as the host has threads. */
export const runFuzz = async ({ inputs, seed, only = null, good, files }: FuzzOptions): Promise<FuzzSummary> => {
  const started = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const tempDir = join(folder, 'temp')
  const kept = mkdtempSync(join(tmpdir(), 'sluice-fuzz-failed-'))
  mkdirSync(tempDir)
  const pool = createPool({
    ...files,
    launch: createForkLauncher({ onOutput: ignore }),
    clock: { now: () => performance.now(), wallMs: () => Date.now() },
    log: silent,
    hosts: () => host,
    guards: () => guardsOf(limits),
  })
  const summary: FuzzSummary = {
    seed,
    inputs: 0,
    codes: {},
    slowest: { input: -1, name: '', ms: 0 },
    peakRssBytes: 0,
    ms: 0,
    violations: [],
  }

  const runInput = async (input: number): Promise<void> => {
    const { name, bytes } = mutate(good, createRandom(seedOf(seed, input)))
    const location = join(folder, `${input} ${name}`)
    writeFileSync(location, bytes)
    const from = performance.now()
    let outcomes = 0
    const violate = (code: string, message: string): void => {
      const saved = join(kept, `${input} ${name}`)
      writeFileSync(saved, bytes)
      process.stderr.write(`${code} by input ${input}, ${name}\n`)
      summary.violations.push({
        input,
        name,
        code,
        message,
        saved,
        repeat: `npm run fuzz -- --seed ${seed} --only ${input}`,
      })
    }
    const note = ({ code, message, stack }: Found): void => {
      outcomes += 1
      summary.codes[code] = (summary.codes[code] ?? 0) + 1
      if (VIOLATIONS.includes(code)) violate(code, stack ?? message)
    }
    await readItem({ pool, tempDir, note }, { location, entries: [] }, name)
    const ms = performance.now() - from
    // An archive without entries is an outcome, too: none of its own. Everything else has one.
    if (outcomes === 0) summary.codes['NO_ENTRIES'] = (summary.codes['NO_ENTRIES'] ?? 0) + 1
    if (ms > SLOW_MS) violate('TOO_SLOW', `${Math.round(ms)} ms`)
    if (ms > summary.slowest.ms) summary.slowest = { input, name, ms: Math.round(ms) }
    summary.inputs += 1
    rmSync(location, { force: true })
  }

  const waiting = only === null ? Array.from({ length: inputs }, (_, n) => n) : [only]
  const work = async (): Promise<void> => {
    for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) await runInput(input)
  }
  try {
    await Promise.all(Array.from({ length: host.threads }, work))
  } finally {
    await pool.close({ timeoutMs: 2_000 })
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    if (summary.violations.length === 0) rmSync(kept, { recursive: true, force: true })
  }
  summary.peakRssBytes = pool.peakRssBytes()
  summary.ms = Math.round(performance.now() - started)
  return summary
}
