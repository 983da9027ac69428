// Owns the show of chaos: one job undisturbed, the same job under kills, and everything in which the two may not differ.
// Refuses: being lenient. What differs is told, line by line.
import { join } from 'node:path'
import { Database } from '../../src/main/store/database'
import { checkQueue } from '../../src/main/store/queue-health'
import { resolveLimits, triesOf } from '../../src/shared/limits'
import type { DoctorReport, JobReport } from '../../src/shared/domain'
import { runCommand, runJson, type CommandOptions } from '../support/faults/command'
import { createRandom } from '../support/faults/corpus'
import { findDifferences, findFlaws, listJobTemp, readIndex, type IndexContent } from '../support/faults/index-content'
import { POISON, writeChaosCorpus } from './corpus'
import { measureWork, strike } from './strikes'

export type ChaosOptions = {
  kills: number
  seed: number
  documents: number
  /** A folder that is empty and stays the caller's. */
  folder: string
  say: (line: string) => void
}

export type ChaosSummary = {
  /** For the table: what was done and found. */
  figures: [name: string, value: string][]
  /** What must not be; empty when all is well. */
  problems: string[]
}

const RUN_TIMEOUT_MS = 600_000
/** What makes harm show soon: a hang within four seconds, a glutton at half a gibibyte. */
const ENVIRONMENT = {
  SLUICE_FAULTS: '1',
  SLUICE_TASK_HEARTBEAT_MS: '4000',
  SLUICE_TASK_MEMORY_BYTES: String(512 * 1024 * 1024),
  SLUICE_WORKER_BREAKER_MS: '500',
}
const ROOT = 'corpus'
const harmful = new Set(Object.keys(POISON).map((path) => `${ROOT}/${path}`))

/** A harmful document fails in any case; killed often enough while it was read, it is blamed for that instead. */
const withoutBlame = (index: IndexContent): IndexContent => ({
  ...index,
  documents: index.documents.map((row) => (harmful.has(row.path) ? { ...row, code: null } : row)),
})

type TaskRow = { path: string; outcome: string | null; code: string | null }

/** What the queue says of itself, read from its database once nobody works on it. */
const readQueue = (dataDir: string) => {
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  try {
    const tasks = db.all<TaskRow>(`SELECT path, outcome, code FROM tasks WHERE outcome IN ('failed', 'partial')`)
    const { total, uncounted } = db.one<{ total: number; uncounted: number }>(
      'SELECT count(*) AS total, COALESCE(sum(counted = 0), 0) AS uncounted FROM attempts',
    )
    const most = db.all<{ phase: string; tries: number }>(
      `SELECT phase, max(n) AS tries FROM (SELECT phase, task_id, count(*) AS n FROM attempts WHERE counted = 1 GROUP BY phase, task_id) GROUP BY phase`,
    )
    const health = checkQueue(db, { repair: false })
    const twice = db.all<{ path: string; n: number }>(
      'SELECT path, count(*) AS n FROM documents GROUP BY collection_id, path HAVING n > 1',
    )
    return { tasks, total, uncounted, most, health, twice }
  } finally {
    db.close()
  }
}

const isBlamed = ({ path, code }: TaskRow): boolean =>
  !harmful.has(path) && (code === 'WORKER_POISON' || code === 'WORKER_CRASHED')

const limits = resolveLimits()
const triesAllowed = (phase: string): number => triesOf(limits, phase === 'embed' ? 'embed' : 'extract')

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

/** Runs both jobs and compares them. */
export const runChaos = async ({ kills, seed, documents, folder, say }: ChaosOptions): Promise<ChaosSummary> => {
  const corpus = join(folder, ROOT)
  writeChaosCorpus(corpus, documents, seed)
  const optionsFor = (name: string): CommandOptions => ({
    dataDir: join(folder, name),
    env: ENVIRONMENT,
    timeoutMs: RUN_TIMEOUT_MS,
  })
  const calm = optionsFor('undisturbed')
  const struck = optionsFor('struck')

  const calmFrom = performance.now()
  const expectedReport = await runJson<JobReport>(['ingest', corpus], calm)
  const calmMs = performance.now() - calmFrom
  const expected = await readIndex(calm.dataDir)
  say(`undisturbed: ${expectedReport.documents.total} documents in ${seconds(calmMs)}`)

  const struckFrom = performance.now()
  const workTotal = measureWork(calm.dataDir)
  const strikes = await strike(['ingest', corpus], { ...struck, kills, random: createRandom(seed), workTotal, say })
  const struckMs = performance.now() - struckFrom
  // Whoever is alone in a host that dies is blamed; that a kill hits the same document twice cannot be ruled out, and a person would try it again.
  const blamed = readQueue(struck.dataDir).tasks.filter(isBlamed)
  if (blamed.length > 0) {
    await runJson(['jobs', 'retry', '1'], struck)
    await runCommand(['run'], struck)
  }

  const index = await readIndex(struck.dataDir)
  const report = await runJson<JobReport>(['jobs', 'show', '1'], struck)
  const doctor = await runJson<DoctorReport>(['doctor'], struck)
  const queue = readQueue(struck.dataDir)

  const problems = [
    ...findFlaws(expected).map((line) => `undisturbed: ${line}`),
    ...findFlaws(index),
    ...findDifferences(withoutBlame(index), withoutBlame(expected)),
    ...listJobTemp(struck.dataDir).map((name) => `left in temp: ${name}`),
    ...queue.twice.map(({ path, n }) => `${path} is there ${n} times`),
    ...queue.most
      .filter(({ phase, tries }) => tries > triesAllowed(phase))
      .map(({ phase, tries }) => `${tries} attempts at ${phase}, of ${triesAllowed(phase)}`),
    ...doctor.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `doctor, ${name}: ${detail}`),
    ...(queue.health.ok ? [] : [`the queue: ${queue.health.detail}`]),
    ...queue.tasks.filter(isBlamed).map(({ path, code }) => `${path} was blamed: ${code}`),
    ...[...harmful]
      .filter((path) => !queue.tasks.some((task) => task.path === path && task.outcome === 'failed'))
      .map((path) => `${path} did no harm`),
    ...Object.entries(expectedReport.documents)
      .filter(([name, count]) => report.documents[name as keyof typeof report.documents] !== count)
      .map(
        ([name, count]) =>
          `${String(report.documents[name as keyof typeof report.documents])} ${name} instead of ${count}`,
      ),
  ]
  const attempts = queue.most.map(({ phase, tries }) => `${phase} ${tries} of ${triesAllowed(phase)}`)
  return {
    problems,
    figures: [
      ['seed', String(seed)],
      ['documents (harmful)', `${report.documents.total} (${harmful.size})`],
      ['kills', String(strikes.owners + strikes.hosts)],
      ['  of the owner', `${strikes.owners} (${strikes.early} while it started)`],
      ['  of a host', `${strikes.hosts} (${strikes.spared} more held a suspect: its owner was killed instead)`],
      ['processes started', String(strikes.starts)],
      ['time, undisturbed', seconds(calmMs)],
      ['time, struck', seconds(struckMs)],
      ['attempts recorded', `${queue.total}, ${queue.uncounted} of them interrupted`],
      ['most attempts at one task', attempts.join(', ')],
      ['blamed twice by chance', String(blamed.length)],
      [
        'found / failed / total',
        `${report.documents.total - report.documents.failed - report.documents.rejected - report.documents.skipped} / ${report.documents.failed} / ${report.documents.total}`,
      ],
      ['chunks', `${index.chunks.length}, undisturbed ${expected.chunks.length}`],
      ['vectors', `${index.vectorRows}, undisturbed ${expected.vectorRows}`],
      ['vectors computed', `${index.computed} (${index.cached} from the cache), undisturbed ${expected.computed}`],
      ['doctor', doctor.ok ? 'finds nothing' : 'finds something'],
      ['queue', queue.health.detail],
      ['differences', String(problems.length)],
    ],
  }
}
