/**
 * Owns figures over time: what was measured in a minute goes into its bucket, minutes become hours and hours days, a bounded number of rows
 * each; and what jobs and providers count, from which others see what was done meanwhile.
 * Refuses: deciding what is measured, and when.
 */
import {
  mergeMetric,
  metricGrains,
  metricOf,
  metricRangeTable,
  MOST_METRICS,
  type MetricSeries,
  type MetricValue,
  type MetricValues,
} from '../../shared/metrics'
import type { Operations } from './contract'
import type { Database } from './database'

type Bucket = { grain_ms: number; at_ms: number; figures: string }

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** By hand: thousands of rows are read at once. What is no figure is left out; that is not worth a failure. */
const parseValues = (json: string): Record<string, MetricValue> => {
  const values: Record<string, MetricValue> = {}
  let stored: unknown
  try {
    stored = JSON.parse(json)
  } catch {
    // A bucket without figures: there is a gap in a chart.
    return values
  }
  if (typeof stored !== 'object' || stored === null) return values
  for (const [name, value] of Object.entries(stored)) {
    if (!Array.isArray(value)) continue
    const [sum, count, most] = value as readonly unknown[]
    if (isNumber(sum) && isNumber(count) && isNumber(most)) values[name] = [sum, count, most]
  }
  return values
}

/** Adds to `into`; names beyond the bound are told together. */
const addTo = (into: Record<string, MetricValue>, values: MetricValues): void => {
  let size = Object.keys(into).length
  for (const [name, value] of Object.entries(values)) {
    const isNew = !Object.hasOwn(into, name)
    const kept = isNew && size >= MOST_METRICS ? `${name.split('.')[0] ?? ''}.others` : name
    if (!Object.hasOwn(into, kept)) size += 1
    into[kept] = mergeMetric(into[kept], value)
  }
}

const keep = (db: Database, grainMs: number, atMs: number, values: MetricValues): void => {
  const start = Math.floor(atMs / grainMs) * grainMs
  const known = db.get<{ figures: string }>(
    'SELECT figures FROM metrics WHERE grain_ms = ? AND at_ms = ?',
    grainMs,
    start,
  )
  const merged = known === null ? {} : parseValues(known.figures)
  addTo(merged, values)
  db.run(
    `INSERT INTO metrics (grain_ms, at_ms, figures) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET figures = excluded.figures`,
    grainMs,
    start,
    JSON.stringify(merged),
  )
}

/** Of one answer: far below the largest message. */
const MOST_VALUES = 40_000
/** Rows of one grain that one transaction rolls up. */
const STEP = 200

const rollUp = (db: Database, nowMs: number): void => {
  metricGrains.forEach(({ grainMs, keepMs }, at) => {
    // Whole buckets of the next grain only: one that is half rolled up would be seen twice by nobody, but written twice.
    const next = metricGrains[at + 1]?.grainMs ?? grainMs
    const before = Math.floor((nowMs - keepMs) / next) * next
    const old = db.all<Bucket>(
      'SELECT grain_ms, at_ms, figures FROM metrics WHERE grain_ms = ? AND at_ms < ? ORDER BY at_ms LIMIT ?',
      grainMs,
      before,
      STEP,
    )
    if (at + 1 < metricGrains.length) for (const row of old) keep(db, next, row.at_ms, parseValues(row.figures))
    for (const row of old) db.run('DELETE FROM metrics WHERE grain_ms = ? AND at_ms = ?', grainMs, row.at_ms)
  })
}

/** Puts figures into the bucket of their minute, and older ones where they belong by now. */
export const keepMetrics = (
  db: Database,
  { nowMs, values }: Operations['metrics.keep']['params'],
): Operations['metrics.keep']['result'] => {
  keep(db, metricGrains[0].grainMs, nowMs, values)
  rollUp(db, nowMs)
  return {}
}

/** Whole steps, the last one being that of now. */
export const readMetrics = (
  db: Database,
  { range, nowMs }: Operations['metrics.history']['params'],
): Operations['metrics.history']['result'] => {
  const { lengthMs, stepMs } = metricRangeTable[range]
  const steps = lengthMs / stepMs
  const fromMs = (Math.floor(nowMs / stepMs) - steps + 1) * stepMs
  const buckets: Record<string, MetricValue>[] = Array.from({ length: steps }, () => ({}))
  // A coarser bucket that began before is not split; one that a set-back clock left in the future is not shown.
  const rows = db.all<Bucket>(
    'SELECT grain_ms, at_ms, figures FROM metrics WHERE at_ms >= ? AND at_ms <= ? ORDER BY at_ms',
    fromMs,
    nowMs,
  )
  for (const row of rows) {
    const bucket = buckets[Math.floor((row.at_ms - fromMs) / stepMs)]
    if (bucket) addTo(bucket, parseValues(row.figures))
  }
  const names = [...new Set(buckets.flatMap((bucket) => Object.keys(bucket)))]
    .sort()
    .slice(0, Math.floor(MOST_VALUES / steps))
  const series = names.map((name): MetricSeries => {
    const { kind, unit } = metricOf(name)
    const found = buckets.map((bucket) => bucket[name])
    return {
      name,
      kind,
      unit,
      values: found.map((value) =>
        value === undefined ? null : kind === 'gauge' ? value[0] / Math.max(1, value[1]) : value[0],
      ),
      most: found.reduce((most, value) => Math.max(most, value?.[2] ?? 0), 0),
    }
  })
  return { range, from: new Date(fromMs).toISOString(), stepMs, steps, series }
}

const ENDED = `SELECT outcome, code, count(*) AS tasks, COALESCE(sum(size_bytes), 0) AS bytes FROM tasks INDEXED BY tasks_over
  WHERE state = 'ended' AND ended_at > ? AND ended_at <= ? AND kind <> 'scan' AND outcome IS NOT NULL GROUP BY outcome, code`
const JOBS = `SELECT id, chunks, windows_computed AS computed, windows_cached AS cached FROM jobs WHERE open_tasks > 0 OR finished_at > ? ORDER BY id DESC LIMIT 500`
const USAGE = `SELECT provider, sum(input_tokens + output_tokens) AS tokens, sum(cost_usd) AS usd FROM provider_usage GROUP BY provider LIMIT 100`

type PhaseRow = { phase: string; ms: number; items: number }

/** What ended since, and the counters of jobs and providers as they stand: whoever asked before knows what came on top. */
export const readTallies = (
  db: Database,
  { since, lagSeconds }: Operations['metrics.read']['params'],
): Operations['metrics.read']['result'] => {
  const { until } = db.one<{ until: string }>(
    `SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) AS until`,
    `-${lagSeconds} seconds`,
  )
  const from = since ?? until
  const jobs = db.all<{ id: number; chunks: number; computed: number; cached: number }>(JOBS, from).map((job) => ({
    ...job,
    phases: db.all<PhaseRow>('SELECT phase, ms, items FROM job_phases WHERE job_id = ?', job.id),
  }))
  const { newest } = db.one<{ newest: number }>('SELECT COALESCE(max(id), 0) AS newest FROM jobs')
  return {
    until,
    newestJob: newest,
    ended: since === null ? [] : db.all(ENDED, from, until),
    jobs,
    providers: db.all(USAGE),
  }
}
