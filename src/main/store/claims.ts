/**
 * Owns which tasks are worked on next: which queued jobs are admitted, whose turn it is among the active ones, and the claim itself.
 * Refuses: how claims end (task-ends.ts).
 */
import type { FigureReading, ScanReading } from '../../shared/domain'
import type { Lane } from '../../shared/phases'
import type { ClaimBounds, ClaimedTask, Operations } from './contract'
import { NOW, type Database } from './database'
import { parseLocator, parsePatterns, parseSettings, parseTexts } from './stored-json'
import { takeTasks, type TaskRow } from './task-rows'
import { createRateLimit, createTurns, type Candidate, type RateLimit, type Turns } from './turns'

type Params = Operations['tasks.claim']['params']

/** Where nothing else was asked for. */
const UNBOUND: ClaimBounds = {
  roomBytes: null,
  activeJobs: 1_000,
  clientJobs: 1_000,
  tasksPerMinute: 0,
  longestWaitMs: 86_400_000,
}

type Fairness = { readonly turns: Turns; readonly rates: RateLimit }

/** By connection: whoever opens the database anew begins anew. */
const fairness = new WeakMap<Database, Fairness>()

const fairnessOf = (db: Database): Fairness => {
  const known = fairness.get(db)
  if (known) return known
  const made = { turns: createTurns(), rates: createRateLimit() }
  fairness.set(db, made)
  return made
}

/** Jobs that are read beyond those that have room, in case their clients have none. */
const SPARE = 200
const PRIORITY_FACTOR = 4
/** Clocks are not read at one moment. */
const SLACK_MS = 1_000

/** Active jobs that still have text to read: those that only wait for vectors hold up nobody. */
const ACTIVE = `
  SELECT collection_id, client, count(*) AS active FROM jobs INDEXED BY jobs_active
    WHERE state = 'running' AND cancelling = 0 AND open_text > 0 GROUP BY collection_id, client`

const admitJob = (db: Database, id: number): void => {
  db.run(`UPDATE jobs SET state = 'running', started_at = COALESCE(started_at, ${NOW}) WHERE id = ?`, id)
}

/** Makes queued jobs active: as many of each collection and client as may be, in the order of the line. */
const admit = (db: Database, { activeJobs, clientJobs }: ClaimBounds): boolean => {
  let admitted = false
  const lines = db.all<{ id: number }>(
    `SELECT DISTINCT collection_id AS id FROM jobs INDEXED BY jobs_line WHERE state = 'queued'`,
  )
  if (lines.length === 0) return admitted
  const byCollection = new Map<number, number>()
  const byClient = new Map<string, number>()
  for (const row of db.all<{ collection_id: number; client: string; active: number }>(ACTIVE)) {
    byCollection.set(row.collection_id, (byCollection.get(row.collection_id) ?? 0) + row.active)
    byClient.set(row.client, (byClient.get(row.client) ?? 0) + row.active)
  }
  for (const line of lines) {
    let room = activeJobs - (byCollection.get(line.id) ?? 0)
    const queued = db.all<{ id: number; client: string; open_text: number }>(
      `SELECT id, client, open_text FROM jobs INDEXED BY jobs_line
        WHERE state = 'queued' AND collection_id = ? AND cancelling = 0 AND open_tasks > 0 ORDER BY priority DESC, rank LIMIT ?`,
      line.id,
      Math.max(0, room) + SPARE,
    )
    for (const job of queued) {
      const ofClient = byClient.get(job.client) ?? 0
      if (job.open_text > 0) {
        if (room <= 0 || ofClient >= clientJobs) continue
        room -= 1
        byClient.set(job.client, ofClient + 1)
      }
      admitJob(db, job.id)
      admitted = true
    }
  }
  return admitted
}

type CandidateRow = { id: number; collection_id: number; priority: number; weight: number; rate: number | null }

/** Active jobs that have something for the lane, the newest first. */
export const CANDIDATES = `
  SELECT j.id, j.collection_id, j.priority, c.weight, c.tasks_per_minute AS rate
    FROM jobs j INDEXED BY jobs_active JOIN collections c ON c.id = j.collection_id
    WHERE j.state = 'running' AND j.cancelling = 0 AND EXISTS (
      SELECT 1 FROM tasks t WHERE t.state = 'queued' AND t.run_at_ms = 0 AND t.lane = ? AND t.alone = ? AND t.job_id = j.id)
    ORDER BY j.id DESC`

/** The tasks of one job, the oldest first. Contents that a running batch embeds are left to that batch. */
export const claimQuery = (lane: string): string => `
  SELECT id, size_bytes FROM tasks WHERE state = 'queued' AND run_at_ms = 0 AND lane = ? AND alone = ? AND job_id = ?
    ${lane === 'embed' ? "AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.state = 'running' AND r.lane = 'embed' AND r.content_id = tasks.content_id)" : ''}
  ORDER BY id LIMIT ?`

/** Lanes of what is found already: nothing of the original is needed, and no pace is kept. */
const AFTER_TEXT: readonly Lane[] = ['embed', 'summarize']

/** What the job was asked for; nothing of it concerns what comes after the text. */
const readRequest = (db: Database, row: TaskRow) => {
  if (AFTER_TEXT.includes(row.lane))
    return { globs: [], ignores: [], leaveOut: [], confirmed: false, scans: 'ocr' as const, figures: 'off' as const }
  const job = db.one<{
    patterns: string
    confirmed: number
    ignores: string
    scans: ScanReading
    figures: FigureReading
  }>(
    'SELECT j.patterns, j.confirmed, c.ignores, c.scans, c.figures FROM jobs j JOIN collections c ON c.id = j.collection_id WHERE j.id = ?',
    row.job_id,
  )
  const asked = parsePatterns(job.patterns)
  return {
    ...asked,
    ignores: [...asked.ignores, ...parseTexts(job.ignores)],
    confirmed: job.confirmed === 1,
    scans: job.scans,
    figures: job.figures,
  }
}

const toClaimed = (db: Database, row: TaskRow): ClaimedTask => {
  const { globs, ignores, leaveOut, confirmed, scans, figures } = readRequest(db, row)
  const patterns = row.kind === 'scan' ? { globs, ignores } : { globs: [], ignores: [] }
  return {
    id: row.id,
    jobId: row.job_id,
    collectionId: row.collection_id,
    sourceId: row.source_id,
    parentId: row.parent_id,
    kind: row.kind,
    lane: row.lane,
    phase: row.phase,
    path: row.path,
    locator: parseLocator(row.locator),
    depth: row.depth,
    sizeBytes: row.size_bytes,
    fingerprint: row.fingerprint,
    documentId: row.document_id,
    contentId: row.content_id,
    attempts: row.attempts,
    alone: row.alone === 1,
    plannedOutcome: row.planned_outcome,
    request: { paths: [], ...patterns },
    confirmed,
    leaveOut,
    scans,
    figures,
    settings: parseSettings(row.settings),
  }
}

const SOME_DELAYED = `SELECT id FROM tasks INDEXED BY tasks_delayed WHERE state = 'queued' AND run_at_ms > 0 LIMIT 1`

/** What is due may be claimed. So is what would wait for longer than it was to: the clock was set back meanwhile. */
const wakeDelayed = (db: Database, nowMs: number, { longestWaitMs }: ClaimBounds): boolean => {
  // Mostly there is none; to look is a fraction of an update that finds nothing.
  if (db.get(SOME_DELAYED) === null) return false
  const { changes } = db.run(
    `UPDATE tasks SET run_at_ms = 0 WHERE state = 'queued' AND run_at_ms > 0 AND (run_at_ms <= ?1 OR run_at_ms > ?1 + COALESCE(wait_ms, ?2) + ${SLACK_MS})`,
    Math.floor(nowMs),
    Math.ceil(longestWaitMs),
  )
  return changes > 0
}

type Choice = { ids: number[]; full: boolean; againAtMs: number | null }

const chooseTasks = (
  db: Database,
  { lane, limit, alone, nowMs, exceptJobs = [] }: Params,
  bounds: ClaimBounds,
): Choice => {
  const { turns, rates } = fairnessOf(db)
  const isRated = !AFTER_TEXT.includes(lane)
  const rows = db.all<CandidateRow>(CANDIDATES, lane, alone ? 1 : 0).filter(({ id }) => !exceptJobs.includes(id))
  const rateOf = new Map(rows.map((row) => [row.collection_id, row.rate ?? bounds.tasksPerMinute]))
  let left = rows.map(({ id, collection_id, priority, weight }): Candidate => ({
    jobId: id,
    collectionId: collection_id,
    jobWeight: PRIORITY_FACTOR ** priority,
    collectionWeight: weight,
  }))
  const choice: Choice = { ids: [], full: false, againAtMs: null }
  let { roomBytes } = bounds
  while (choice.ids.length < limit && !choice.full) {
    const next = turns.pick(lane, left)
    if (next === null) break
    const rate = isRated ? (rateOf.get(next.collectionId) ?? 0) : 0
    const wanted = limit - choice.ids.length
    const room = rates.room(next.collectionId, rate, nowMs, wanted)
    const comeAgain = (): void => {
      const againAtMs = rates.againAtMs(next.collectionId, rate, nowMs)
      choice.againAtMs = Math.min(choice.againAtMs ?? againAtMs, againAtMs)
    }
    if (room === 0) {
      comeAgain()
      left = left.filter(({ collectionId }) => collectionId !== next.collectionId)
      continue
    }
    const tasks = db.all<{ id: number; size_bytes: number }>(claimQuery(lane), lane, alone ? 1 : 0, next.jobId, room)
    let taken = 0
    for (const { id, size_bytes: sizeBytes } of tasks) {
      // It holds back everything behind it, or large ones would never come to their turn.
      if (roomBytes !== null && sizeBytes > roomBytes) {
        choice.full = true
        break
      }
      choice.ids.push(id)
      if (roomBytes !== null) roomBytes -= sizeBytes
      taken += 1
    }
    if (taken > 0) {
      turns.charge(lane, next, taken)
      if (isRated) rates.take(next.collectionId, taken)
    }
    // It may have had more than the rate let through.
    if (room < wanted && taken === room) comeAgain()
    left = left.filter(({ jobId }) => jobId !== next.jobId)
  }
  return choice
}

/** Of an active job: what is paused must not make the lane run empty again and again. */
const SOME_LONE = `
  SELECT t.id FROM tasks t INDEXED BY tasks_claimable JOIN jobs j ON j.id = t.job_id
    WHERE t.state = 'queued' AND t.run_at_ms = 0 AND t.lane = ? AND t.alone = 1 AND j.state = 'running' AND j.cancelling = 0
      AND t.job_id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`

/** Claims what is next in a lane. */
export const claimTasks = (db: Database, params: Params): Operations['tasks.claim']['result'] => {
  const bounds = params.bounds ?? UNBOUND
  const due = wakeDelayed(db, params.nowMs, bounds)
  const admitted = admit(db, bounds)
  const { ids, full, againAtMs } = chooseTasks(db, params, bounds)
  const tasks = takeTasks(db, ids).map((row) => toClaimed(db, row))
  const lone = !params.alone && db.get(SOME_LONE, params.lane, JSON.stringify(params.exceptJobs ?? [])) !== null
  return { tasks, full, againAtMs, woken: due || admitted, lone }
}
