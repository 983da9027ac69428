/**
 * Owns the yard where hostile input is let loose: a real engine with real hosts, a canary on loopback, and what is asserted of every case.
 * Refuses: fakes, and a case without a good file beside it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createEngine, type Engine } from '../../../src/main/engine'
import { finalJobStates, outcomes, type JobReport } from '../../../src/shared/domain'
import type { LimitName } from '../../../src/shared/limits'
import { engineFiles, makeTempDir, modelDir, reportOf, silentLog } from '../engine'
import { withoutPrivileges } from '../faults/rights'
import { openCanary, type Canary } from './canary'
import { watchHosts, type HostWatch } from './host-watch'
import { listBelow } from './listing'

const MiB = 1024 * 1024
const DEFAULT_MS = 30_000
const DEFAULT_BYTES = 700 * MiB
const TEMP_GONE_MS = 10_000
const PAGE = 500

export type Place = {
  /** The folder that will be offered: the case writes into it. Named `drop`. */
  readonly folder: string
  /** An address on the canary. */
  readonly remote: (path: string) => string
  readonly write: (name: string, bytes: Buffer | string) => void
}

/** `indexed`, or an outcome and a code: `rejected DOCUMENT_BOMB`. A list: what is left open, and only then. */
export type Fate = string | readonly string[]

export type HostileCase = {
  /** A sentence. */
  readonly name: string
  readonly make: (place: Place) => void | Promise<void>
  /** What becomes of every item, by its path within the folder. `*` is for those that are not named. */
  readonly fates: Readonly<Record<string, Fate>>
  /** What must not be in any text, and what must be in the text of an item. */
  readonly absent?: readonly string[]
  readonly present?: Readonly<Record<string, string>>
  /** How many items there are in all, beside the good one, where `*` stands for some. */
  readonly items?: number
  readonly maxMs?: number
  /** Highest resident memory of one host. */
  readonly maxBytes?: number
  readonly maxTempBytes?: number
  /** Takes back what removing the folder would stumble over. */
  readonly unmake?: (place: Place) => void | Promise<void>
  /** Runs around the job: as another user, for example. */
  readonly around?: (job: () => Promise<void>) => Promise<void>
}

export type Yard = {
  readonly run: (hostile: HostileCase) => Promise<void>
  readonly engine: Engine
  readonly canary: Canary
  readonly close: () => Promise<void>
}

type Parts = { engine: Engine; canary: Canary; hosts: HostWatch; root: string; dataDir: string }

const GOOD = 'good.txt'
const goodWord = (n: number): string => `kingfisher${String(n).padStart(5, '0')}`

const jobEnd = async (engine: Engine, id: string, boundMs: number): Promise<void> => {
  const deadline = Date.now() + boundMs
  while (Date.now() < deadline) {
    const { job } = await engine.call('jobs.wait', { id, timeoutMs: Math.min(20_000, boundMs) })
    if (finalJobStates.includes(job.state) || job.state === 'awaiting_confirmation') return
  }
  throw new Error(`the job did not end within ${boundMs} ms`)
}

type Listed = { id: string; path: string }

const listDocuments = async (engine: Engine, collection: string): Promise<Listed[]> => {
  const found: Listed[] = []
  for (;;) {
    const { documents, total } = await engine.call('documents.list', { collection, offset: found.length, limit: PAGE })
    found.push(...documents)
    if (found.length >= total || documents.length === 0) return found
  }
}

const textOf = async (engine: Engine, id: string): Promise<string> => {
  let text = ''
  for (let offset: number | null = 0; offset !== null;) {
    const page: { text: string; nextOffset: number | null } = await engine.call('documents.text', { id, offset })
    text += page.text
    offset = page.nextOffset
  }
  return text
}

const inside = (path: string): string => path.replace(/^drop\//, '')

/** Every item with its fate; what has two fates is told as one of both, so that it matches nothing. */
const fatesOf = (report: JobReport, documents: readonly Listed[]): ReadonlyMap<string, string> => {
  // A map, as a file may be named `constructor`.
  const found = new Map<string, string>()
  for (const { path, outcome, code } of report.problems) {
    const key = inside(path)
    const before = found.get(key)
    found.set(key, before === undefined ? `${outcome} ${code}` : `${before} and ${outcome} ${code}`)
  }
  for (const { path } of documents) if (!found.has(inside(path))) found.set(inside(path), 'indexed')
  return found
}

const expectFates = (found: ReadonlyMap<string, string>, hostile: HostileCase): void => {
  const fates = new Map(Object.entries(hostile.fates))
  const others = fates.get('*')
  const allowed = (path: string): readonly string[] => {
    const fate = path === GOOD ? 'indexed' : (fates.get(path) ?? others ?? 'not expected at all')
    return typeof fate === 'string' ? [fate] : fate
  }
  const named = [...fates.keys()].filter((path) => path !== '*')
  const paths = [...new Set([...found.keys(), GOOD, ...named])].sort()
  const seen = paths.map((path) => `${path}: ${found.get(path) ?? 'missing'}`)
  const wanted = paths.map((path) => {
    const fate = found.get(path) ?? 'missing'
    return allowed(path).includes(fate) ? `${path}: ${fate}` : `${path}: ${allowed(path).join(' or ')}`
  })
  expect(seen).toEqual(wanted)
}

const expectTempGone = async (dataDir: string): Promise<void> => {
  const temp = join(dataDir, 'temp')
  const jobs = (): string[] => (existsSync(temp) ? readdirSync(temp).filter((name) => name.startsWith('job-')) : [])
  const deadline = Date.now() + TEMP_GONE_MS
  while (jobs().length > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50))
  expect(jobs(), 'temporary folders left behind').toEqual([])
}

const expectTexts = async (engine: Engine, hostile: HostileCase, documents: readonly Listed[]): Promise<void> => {
  const { absent = [], present = {} } = hostile
  if (absent.length === 0 && Object.keys(present).length === 0) return
  const texts = new Map<string, string>()
  for (const { id, path } of documents) texts.set(inside(path), await textOf(engine, id))
  for (const words of absent) for (const text of texts.values()) expect(text).not.toContain(words)
  for (const [path, words] of Object.entries(present)) expect(texts.get(path)).toContain(words)
}

const expectBounds = ({ job, peaks }: JobReport, hosts: HostWatch, hostile: HostileCase): void => {
  expect(job.elapsedMs, 'time of the job').toBeLessThan(hostile.maxMs ?? DEFAULT_MS)
  expect(hosts.peakBytes(), 'highest memory of a host').toBeLessThan(hostile.maxBytes ?? DEFAULT_BYTES)
  expect(peaks.tempDiskBytes, 'temporary disk').toBeLessThanOrEqual(hostile.maxTempBytes ?? 64 * MiB)
}

const runCase = async ({ engine, canary, hosts, root, dataDir }: Parts, hostile: HostileCase, n: number) => {
  const home = join(root, `case-${n}`)
  const folder = join(home, 'drop')
  mkdirSync(folder, { recursive: true })
  const place: Place = {
    folder,
    remote: canary.url,
    write: (name, bytes) => writeFileSync(join(folder, name), bytes),
  }
  const collection = `case ${n}`
  place.write(GOOD, `A ${goodWord(n)} sits above the water and waits for minnows.\n`)
  try {
    await hostile.make(place)
    const before = listBelow(root, [dataDir])
    hosts.reset()
    let report: JobReport | null = null
    const work = async (): Promise<void> => {
      const { job } = await engine.call('jobs.create', { paths: [{ path: folder }], collection })
      await jobEnd(engine, job.id, 3 * (hostile.maxMs ?? DEFAULT_MS))
      report = await reportOf(engine, job.id)
    }
    await (hostile.around ?? ((job) => job()))(work)
    if (report === null) throw new Error('the case ran no job')
    const { documents } = report as JobReport
    const listed = await listDocuments(engine, collection)
    const found = fatesOf(report, listed)
    expectFates(found, hostile)
    expect(documents.total, 'items counted').toBe(hostile.items === undefined ? found.size : hostile.items + 1)
    expect(
      outcomes.reduce((sum, outcome) => sum + documents[outcome], 0),
      'outcomes add up',
    ).toBe(documents.total)
    const hits = await engine.call('search', { query: goodWord(n), mode: 'keyword', collections: [collection] })
    expect(hits.results.map(({ path }) => path)).toEqual([`drop/${GOOD}`])
    await expectTexts(engine, hostile, listed)
    expectBounds(report, hosts, hostile)
    expect(listBelow(root, [dataDir]), 'files beside the data folder').toEqual(before)
    expect(canary.visits(), 'connections').toEqual([])
    expect(hosts.sockets(), 'network sockets of the hosts').toEqual([])
    await expectTempGone(dataDir)
  } finally {
    await hostile.unmake?.(place)
    // Paths may be longer than a path can be: this tool goes down step by step.
    execFileSync('rm', ['-rf', home])
  }
}

export type YardOptions = {
  /** Hosts without the rights of root, where the tests run as root. */
  readonly unprivileged?: boolean
}

/** Opens a yard with limits of its own. The caller closes it. */
export const openYard = async (
  limits: Partial<Record<LimitName, number>> = {},
  { unprivileged = false }: YardOptions = {},
): Promise<Yard> => {
  const temp = makeTempDir('yard')
  const dataDir = join(temp.path, 'data')
  const canary = await openCanary()
  const hosts = watchHosts(temp.path, unprivileged ? withoutPrivileges : [])
  const engine = await createEngine({
    dataDir,
    files: engineFiles,
    modelDir,
    version: '0.0.0-test',
    launch: hosts.launch,
    log: silentLog,
    logFile: join(dataDir, 'logs', 'sluice.log'),
    environment: {},
    flags: limits,
    random: Math.random,
    clock: {
      nowMs: () => Date.now(),
      setTimer: (ms, fire) => {
        const timer = setTimeout(fire, ms)
        return () => clearTimeout(timer)
      },
    },
  })
  if (!engine) throw new Error(`another process owns ${dataDir}`)
  engine.work()
  const parts = { engine, canary, hosts, root: temp.path, dataDir }
  let cases = 0
  return {
    engine,
    canary,
    run: (hostile) => runCase(parts, hostile, (cases += 1)),
    close: async () => {
      await engine.close()
      hosts.close()
      await canary.close()
      temp.remove()
    },
  }
}
