/**
 * Owns the report of a job: its figures, its archives, its problems in the order of their weight.
 * Refuses: sentences; those belong to the error codes.
 */
import { AppError, isTransient, told } from '../../shared/errors'
import { remark, textOf } from '../../shared/remarks'
import {
  phases,
  type ArchiveStats,
  type JobReport,
  type Phase,
  type Problem,
  type ProblemOutcome,
} from '../../shared/domain'
import type { Operations } from './contract'
import type { Database } from './database'
import { readJobUsage } from './usage'
import { listRetries } from './retries'
import { readJobRow, toCounts, toJob, type JobRow } from './job-rows'
import { toUnits, UNITS, type UnitRow } from './receipts'
import { parseArchive, parseCode, parseDetails, parseWarnings } from './stored-json'

/** Archives that a report lists at most. */
const MAX_ARCHIVES = 1_000

/** Waiting items that a report lists at most. */
const MAX_WAITING = 500

const readPhases = (db: Database, id: number): JobReport['phases'] => {
  const rows = db.all<{ phase: Phase; ms: number; items: number }>(
    'SELECT phase, ms, items FROM job_phases WHERE job_id = ?',
    id,
  )
  const known = new Map(rows.map(({ phase, ms, items }) => [phase, { ms: Math.round(ms), items }]))
  const entries = phases.map((phase) => [phase, known.get(phase) ?? { ms: 0, items: 0 }] as const)
  return Object.fromEntries(entries) as JobReport['phases']
}

/** Warnings that an archive lists at most, those of the archives within it included. */
const MAX_WARNINGS = 100

type ArchiveRow = {
  id: number
  root_id: number | null
  path: string
  depth: number
  archive: string
  warnings: string | null
}
type Told = NonNullable<ArchiveStats['warnings']>

const tellAll = (json: string | null): Told => parseWarnings(json).map(({ code, details }) => told(code, details))

/** Of an archive within another one, with its path. */
const tellWithin = (path: string, { code, details = {} }: Told[number]): Told[number] => {
  const said = remark('SAID_WITHIN', { path }, new AppError(code, details))
  return { code, details, message: textOf(said), told: { message: said } }
}

/** One entry for each outermost archive, with what was found in the archives within it. */
const readArchives = (db: Database, id: number): ArchiveStats[] => {
  const rows = db.all<ArchiveRow>(
    'SELECT id, root_id, path, depth, archive, warnings FROM tasks WHERE job_id = ? AND archive IS NOT NULL ORDER BY id',
    id,
  )
  const found = new Map<number, ArchiveStats & { depth: number; warnings: Told }>()
  for (const row of rows) {
    const figures = parseArchive(row.archive)
    const root = row.root_id === null ? undefined : found.get(row.root_id)
    if (root === undefined) {
      if (found.size >= MAX_ARCHIVES) continue
      const warnings = tellAll(row.warnings)
      found.set(row.id, { path: row.path, depth: row.depth, nested: 0, maxDepth: 1, ratio: 0, ...figures, warnings })
      continue
    }
    const within = tellAll(row.warnings).map((one) => tellWithin(row.path, one))
    root.warnings.push(...within.slice(0, Math.max(0, MAX_WARNINGS - root.warnings.length)))
    root.nested += 1
    root.maxDepth = Math.max(root.maxDepth, row.depth - root.depth + 1)
    root.entries += figures.entries
    root.bytesExpanded += figures.bytesExpanded
    root.skipped += figures.skipped
    root.ms += figures.ms
  }
  return [...found.values()].map(({ depth: _depth, warnings, ...stats }) => ({
    ...stats,
    ...(warnings.length > 0 ? { warnings } : {}),
    ms: Math.round(stats.ms),
    ratio: stats.bytesCompressed === 0 ? 0 : Math.round((stats.bytesExpanded / stats.bytesCompressed) * 100) / 100,
  }))
}

const countProblems = (counts: JobReport['documents']): number =>
  counts.failed + counts.rejected + counts.skipped + counts.partial + counts.cancelled

type WaitingRow = { path: string; waits_for: 'confirmation' | 'password'; code: string; details: string | null }

/** What waits for a person, in the order of discovery. */
/** Of what is tried again, so many are told. */
const MAX_RETRIES = 100

const readWaiting = (db: Database, id: number): NonNullable<JobReport['waiting']> => {
  const rows = db.all<WaitingRow>(
    `SELECT path, waits_for, code, details FROM tasks WHERE job_id = ? AND state = 'waiting' ORDER BY id LIMIT ?`,
    id,
    MAX_WAITING,
  )
  return rows.map((row) => {
    const code = parseCode(row.code)
    const details = parseDetails(row.details)
    const figure = (name: string): number | null => (typeof details[name] === 'number' ? Number(details[name]) : null)
    return {
      path: row.path,
      reason: row.waits_for,
      ...told(code, details),
      actual: figure('actual'),
      entries: figure('entries'),
    }
  })
}

type Space = { model: string; dimensions: number }

/** The model that makes the vectors of this job: of the generation it fills, else of the one that serves its collection. */
const readSpace = (db: Database, { collection_id, generation_id }: JobRow): Space | null =>
  db.get<Space>(
    `SELECT s.model, s.dimensions FROM generations g JOIN vector_spaces s ON s.id = g.space_id
      WHERE g.id = ?1 OR (g.collection_id = ?2 AND g.state = 'serving') ORDER BY g.id = ?1 DESC LIMIT 1`,
    generation_id ?? 0,
    collection_id,
  )

export const readReport = (
  db: Database,
  { id, model, dimensions }: Operations['jobs.report']['params'],
): Operations['jobs.report']['result'] => {
  const row = readJobRow(db, id)
  if (row === null) return null
  const documents = toCounts(row)
  const space = readSpace(db, row) ?? { model, dimensions }
  const report: JobReport = {
    job: toJob(row),
    documents,
    chunks: row.chunks,
    tokens: row.tokens,
    bytes: row.size_bytes,
    embeddings: { computed: row.windows_computed, cached: row.windows_cached, ...space },
    provider: readJobUsage(db, id),
    phases: readPhases(db, id),
    archives: readArchives(db, id),
    problems: [],
    coverage: toUnits(row),
    gone: row.gone,
    waiting: row.waiting_tasks === 0 ? [] : readWaiting(db, id),
    retries: listRetries(db, id, MAX_RETRIES),
    peaks: { rssBytes: row.peak_rss_bytes, tempDiskBytes: row.peak_temp_bytes },
  }
  return { report, problemsTotal: countProblems(documents) }
}

type ProblemRow = UnitRow & {
  path: string
  document_id: number | null
  phase: Phase
  problem_phase: Phase | null
  outcome: ProblemOutcome
  code: string | null
  details: string | null
  problem_attempts: number | null
  warnings: string | null
}

const WEIGHT = (table: string): string =>
  `(CASE ${table}.outcome WHEN 'failed' THEN 0 WHEN 'rejected' THEN 1 WHEN 'partial' THEN 2 WHEN 'skipped' THEN 3 ELSE 4 END)`

/** A page of them by id, from the index of the same expression alone: what comes before the page costs next to nothing. */
export const PROBLEM_IDS = `
  SELECT i.id FROM tasks i INDEXED BY tasks_problems
  WHERE i.job_id = ? AND i.outcome IN ('failed', 'rejected', 'partial', 'skipped', 'cancelled')
  ORDER BY ${WEIGHT('i')}, i.id LIMIT ? OFFSET ?`

/** Failed first, then rejected, partial, skipped, cancelled; each in the order of discovery. */
const PROBLEMS = `
  SELECT t.path, d.id AS document_id, t.phase, t.problem_phase, t.outcome, t.code, t.details, t.problem_attempts, t.warnings, ${UNITS}
  FROM tasks t LEFT JOIN documents d ON d.id = t.document_id
  WHERE t.id IN (${PROBLEM_IDS}) ORDER BY ${WEIGHT('t')}, t.id`

const toProblem = (row: ProblemRow): Problem => {
  const code = row.code === null ? 'INTERNAL_BUG' : parseCode(row.code)
  const warnings = tellAll(row.warnings)
  return {
    path: row.path,
    documentId: row.document_id === null ? null : String(row.document_id),
    phase: row.problem_phase ?? row.phase,
    outcome: row.outcome,
    ...told(code, parseDetails(row.details)),
    transient: isTransient(code),
    attempts: row.problem_attempts ?? 0,
    ...(warnings.length > 0 ? { warnings } : {}),
    coverage: toUnits(row),
  }
}

export const listProblems = (
  db: Database,
  { id, offset, limit }: Operations['jobs.problems']['params'],
): Operations['jobs.problems']['result'] => {
  const row = readJobRow(db, id)
  const problems = db.all<ProblemRow>(PROBLEMS, id, limit, offset).map(toProblem)
  return { problems, total: row === null ? 0 : countProblems(toCounts(row)) }
}
