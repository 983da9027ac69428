/**
 * Owns figures over time: the names of what is measured, with kind and unit; how long which grain is kept; what a range of time shows.
 * Refuses: measuring, and storing.
 */
import { z } from 'zod'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `gauge`: how much there was; summed up it is an average. `counter`: how much was done meanwhile; summed up it is a sum. */
export const metricKinds = ['gauge', 'counter'] as const
export type MetricKind = (typeof metricKinds)[number]
export const metricUnits = ['count', 'bytes', 'ms', 'tokens', 'USD'] as const
export type MetricUnit = (typeof metricUnits)[number]

type MetricRow = { readonly kind: MetricKind; readonly unit: MetricUnit; readonly what: string }

/** By the beginning of the name; the first that fits. What follows names the lane, phase, outcome, code, host, provider or part. */
const families: readonly (readonly [prefix: string, row: MetricRow])[] = [
  [
    'queue.',
    { kind: 'gauge', unit: 'count', what: 'tasks: `queued`, `running`, `delayed` (waiting for their next try)' },
  ],
  ['documents.', { kind: 'counter', unit: 'count', what: 'documents that ended, by outcome' }],
  ['failed.', { kind: 'counter', unit: 'count', what: 'documents that failed or were rejected, by error code' }],
  ['read.bytes', { kind: 'counter', unit: 'bytes', what: 'size of the documents that ended' }],
  ['chunks', { kind: 'counter', unit: 'count', what: 'passages that were made' }],
  ['windows.', { kind: 'counter', unit: 'count', what: 'vectors: `computed`, or `cached`' }],
  ['phase.ms.', { kind: 'counter', unit: 'ms', what: 'working time, by phase' }],
  ['phase.items.', { kind: 'counter', unit: 'count', what: 'items that went through, by phase' }],
  [
    'cache.',
    { kind: 'counter', unit: 'count', what: '`embeddings`, `queries` and `results`, each `hits` and `misses`' },
  ],
  ['tokens.', { kind: 'counter', unit: 'tokens', what: 'tokens in and out, by provider' }],
  ['cost.', { kind: 'counter', unit: 'USD', what: 'cost as known or estimated, by provider' }],
  ['memory.', { kind: 'gauge', unit: 'bytes', what: 'resident memory: `owner`, and each kind of host' }],
  ['disk.', { kind: 'gauge', unit: 'bytes', what: 'the data folder by part, and what is `free` on its disk' }],
]

const UNKNOWN: MetricRow = { kind: 'gauge', unit: 'count', what: 'unknown' }

export const metricOf = (name: string): MetricRow =>
  families.find(([prefix]) => name.startsWith(prefix))?.[1] ?? UNKNOWN

/** Sum, count and greatest of what was measured in a bucket. */
export type MetricValue = readonly [sum: number, count: number, most: number]
export type MetricValues = Readonly<Record<string, MetricValue>>

export const mergeMetric = (a: MetricValue | undefined, b: MetricValue): MetricValue =>
  a === undefined ? b : [a[0] + b[0], a[1] + b[1], Math.max(a[2], b[2])]

/** Buckets in UTC, the finest first. What is older than `keepMs` goes into the next one; of the last, it is forgotten. */
export const metricGrains = [
  { grainMs: MINUTE_MS, keepMs: 25 * HOUR_MS },
  { grainMs: HOUR_MS, keepMs: 32 * DAY_MS },
  { grainMs: DAY_MS, keepMs: 400 * DAY_MS },
] as const

/** Names of one bucket; further ones are counted together as `….others`. */
export const MOST_METRICS = 300

export const metricRanges = ['hour', 'day', 'week', 'month', 'year'] as const
export type MetricRange = (typeof metricRanges)[number]

/** What is shown of a range: its length and the steps it is shown in. */
export const metricRangeTable: Readonly<Record<MetricRange, { readonly lengthMs: number; readonly stepMs: number }>> = {
  hour: { lengthMs: HOUR_MS, stepMs: MINUTE_MS },
  day: { lengthMs: DAY_MS, stepMs: 10 * MINUTE_MS },
  week: { lengthMs: 7 * DAY_MS, stepMs: HOUR_MS },
  month: { lengthMs: 31 * DAY_MS, stepMs: 6 * HOUR_MS },
  year: { lengthMs: 366 * DAY_MS, stepMs: DAY_MS },
}

export const metricSeriesSchema = z.object({
  name: z.string(),
  kind: z.enum(metricKinds),
  unit: z.enum(metricUnits),
  /** One for each step: of a gauge the average, of a counter the sum. `null`: nothing was measured then. */
  values: z.array(z.number().nullable()),
  /** The greatest that was measured. */
  most: z.number(),
})
export type MetricSeries = z.infer<typeof metricSeriesSchema>

export const metricHistorySchema = z.object({
  range: z.enum(metricRanges),
  /** ISO-8601, of the first step; the others follow at `stepMs`. */
  from: z.string(),
  stepMs: z.number(),
  steps: z.number(),
  series: z.array(metricSeriesSchema),
})
export type MetricHistory = z.infer<typeof metricHistorySchema>

/** Vectors of texts, vectors of queries, whole answers of searches. */
export const cacheNames = ['embeddings', 'queries', 'results'] as const

const spent = z.object({ usd: z.number(), tokens: z.number() })
const bound = z.object({ usd: z.number().nullable(), tokens: z.number().nullable() })

export const metricsNowSchema = z.object({
  /** ISO-8601. */
  at: z.string(),
  queue: z.object({ queued: z.number(), running: z.number(), delayed: z.number(), deadLetters: z.number() }),
  /** Resident, in bytes. */
  memory: z.object({
    ownerBytes: z.number(),
    hosts: z.array(z.object({ host: z.string(), processes: z.number(), bytes: z.number() })),
  }),
  /** `freeBytes`: `null` where it cannot be told. */
  disk: z.object({
    parts: z.array(z.object({ part: z.string(), bytes: z.number() })),
    freeBytes: z.number().nullable(),
  }),
  /** Since its file was made. */
  caches: z.array(
    z.object({ cache: z.enum(cacheNames), hits: z.number(), misses: z.number(), since: z.string().nullable() }),
  ),
  /** Providers that cost something or could: today and this month (UTC) beside what is allowed. */
  providers: z.array(
    z.object({
      name: z.string(),
      day: z.object({ spent, budget: bound }),
      month: z.object({ spent, budget: bound }),
    }),
  ),
})
export type MetricsNow = z.infer<typeof metricsNowSchema>
