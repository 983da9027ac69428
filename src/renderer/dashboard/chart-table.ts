/**
 * Owns which charts there are: title, unit, and the lines that are worked out of what was measured.
 * Refuses: drawing.
 */
import type { MetricHistory, MetricSeries } from '../../shared/metrics'

export type ChartUnit = 'count' | 'perMinute' | 'bytes' | 'bytesPerMinute' | 'ms' | 'percent' | 'USD'
export type ChartLine = { readonly label: string; readonly values: readonly (number | null)[] }
export type ChartRow = {
  readonly id: string
  readonly title: string
  readonly unit: ChartUnit
  /** In words, for the axis. */
  readonly axis: string
  /** Said in place of a chart without lines. */
  readonly empty: string
  readonly lines: (history: MetricHistory) => ChartLine[]
}

const MINUTE_MS = 60_000
/** More could not be told apart. */
const MOST_LINES = 6

const find = ({ series }: MetricHistory, name: string): MetricSeries | undefined =>
  series.find((other) => other.name === name)

const withPrefix = ({ series }: MetricHistory, prefix: string): MetricSeries[] =>
  series.filter(({ name }) => name.startsWith(prefix))

const endOf = (name: string, prefix: string): string => name.slice(prefix.length)

const gauges = (history: MetricHistory, names: Readonly<Record<string, string>>): ChartLine[] =>
  Object.entries(names).flatMap(([name, label]) => {
    const found = find(history, name)
    return found ? [{ label, values: found.values }] : []
  })

/** Sums of several, step by step; where nothing was measured, nothing was done. */
const sumOf = (history: MetricHistory, names: readonly string[]): number[] => {
  const found = names.flatMap((name) => find(history, name) ?? [])
  return Array.from({ length: history.steps }, (_, at) => found.reduce((sum, { values }) => sum + (values[at] ?? 0), 0))
}

const perMinute = (history: MetricHistory, values: readonly number[]): number[] =>
  values.map((value) => value / (history.stepMs / MINUTE_MS))

const rates = (history: MetricHistory, lines: Readonly<Record<string, readonly string[]>>): ChartLine[] =>
  Object.entries(lines).flatMap(([label, names]) =>
    names.some((name) => find(history, name)) ? [{ label, values: perMinute(history, sumOf(history, names)) }] : [],
  )

const totalOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0)

/** The largest by their sums; the rest as one line. */
const largest = (history: MetricHistory, prefix: string): ChartLine[] => {
  const lines = withPrefix(history, prefix)
    .map(({ name, values }) => ({ label: endOf(name, prefix), values: values.map((value) => value ?? 0) }))
    .sort((a, b) => totalOf(b.values) - totalOf(a.values))
  if (lines.length <= MOST_LINES) return lines
  const rest = lines.slice(MOST_LINES - 1)
  const values = Array.from({ length: history.steps }, (_, at) =>
    rest.reduce((sum, line) => sum + (line.values[at] ?? 0), 0),
  )
  return [...lines.slice(0, MOST_LINES - 1), { label: `${rest.length} others`, values }]
}

const PHASES: Readonly<Record<string, string>> = {
  expand: 'Unpacking',
  extract: 'Reading',
  index: 'Indexing',
  ocr: 'Reading pictures',
  embed: 'Embedding',
  summarize: 'Summarizing',
}
const CACHES: Readonly<Record<string, string>> = {
  embeddings: 'Vectors of texts',
  queries: 'Vectors of queries',
  results: 'Searches',
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

export const charts: readonly ChartRow[] = [
  {
    id: 'queue',
    title: 'Queue',
    unit: 'count',
    axis: 'tasks',
    empty: 'Nothing was queued yet.',
    lines: (history) =>
      gauges(history, {
        'queue.queued': 'Queued',
        'queue.running': 'Running',
        'queue.delayed': 'Waiting for another try',
      }),
  },
  {
    id: 'documents',
    title: 'Documents',
    unit: 'perMinute',
    axis: 'a minute',
    empty: 'No document was read yet.',
    lines: (history) =>
      rates(history, {
        Found: ['indexed', 'unchanged', 'duplicate', 'partial'].map((outcome) => `documents.${outcome}`),
        'Left out': ['documents.skipped', 'documents.rejected', 'documents.cancelled'],
        Failed: ['documents.failed'],
      }),
  },
  {
    id: 'passages',
    title: 'Passages and vectors',
    unit: 'perMinute',
    axis: 'a minute',
    empty: 'No passage was made yet.',
    lines: (history) =>
      rates(history, {
        Passages: ['chunks'],
        'Vectors made': ['windows.computed'],
        'Vectors known before': ['windows.cached'],
      }),
  },
  {
    id: 'bytes',
    title: 'Read',
    unit: 'bytesPerMinute',
    axis: 'a minute',
    empty: 'Nothing was read yet.',
    lines: (history) => rates(history, { 'Size of documents': ['read.bytes'] }),
  },
  {
    id: 'phases',
    title: 'Time by phase',
    unit: 'ms',
    axis: 'for one item, on average',
    empty: 'Nothing was worked on yet.',
    lines: (history) =>
      Object.entries(PHASES).flatMap(([phase, label]) => {
        const ms = sumOf(history, [`phase.ms.${phase}`])
        const items = sumOf(history, [`phase.items.${phase}`])
        const values = ms.map((sum, at) => share(sum, items[at] ?? 0))
        return values.some((value) => value !== null) ? [{ label, values }] : []
      }),
  },
  {
    id: 'failures',
    title: 'Failures by reason',
    unit: 'count',
    axis: 'documents',
    empty: 'Nothing has failed.',
    lines: (history) => largest(history, 'failed.'),
  },
  {
    id: 'caches',
    title: 'Known before',
    unit: 'percent',
    axis: 'of what was asked of the caches',
    empty: 'No cache was asked yet.',
    lines: (history) =>
      Object.entries(CACHES).flatMap(([cache, label]) => {
        const hits = sumOf(history, [`cache.${cache}.hits`])
        const all = sumOf(history, [`cache.${cache}.hits`, `cache.${cache}.misses`])
        const values = hits.map((sum, at) => {
          const part = share(sum, all[at] ?? 0)
          return part === null ? null : part * 100
        })
        return values.some((value) => value !== null) ? [{ label, values }] : []
      }),
  },
  {
    id: 'tokens',
    title: 'Tokens of providers',
    unit: 'count',
    axis: 'tokens',
    empty: 'No provider was used.',
    lines: (history) => largest(history, 'tokens.'),
  },
  {
    id: 'cost',
    title: 'Cost of providers',
    unit: 'USD',
    axis: 'USD',
    empty: 'Nothing was spent.',
    lines: (history) => largest(history, 'cost.'),
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'bytes',
    axis: 'resident',
    empty: 'Nothing was measured yet.',
    lines: (history) =>
      gauges(history, {
        'memory.owner': 'Sluice itself',
        'memory.parse': 'Reading',
        'memory.ocr': 'Reading pictures',
        'memory.embed': 'Embedding',
        'memory.model': 'Models in folders',
      }),
  },
  {
    id: 'disk',
    title: 'Data folder',
    unit: 'bytes',
    axis: 'on disk',
    empty: 'Nothing was measured yet.',
    lines: (history) =>
      gauges(history, {
        'disk.database': 'Texts and search index',
        'disk.vectors': 'Vectors',
        'disk.cache': 'Cache',
        'disk.temp': 'Temporary',
        'disk.logs': 'Logs',
        'disk.other': 'Other',
      }),
  },
  {
    id: 'free',
    title: 'Free on that disk',
    unit: 'bytes',
    axis: 'free',
    empty: 'Nothing was measured yet.',
    lines: (history) => gauges(history, { 'disk.free': 'Free' }),
  },
]
