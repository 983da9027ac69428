/**
 * Owns which charts there are: title, unit, and the lines that are worked out of what was measured.
 * Refuses: drawing.
 */
import { t } from '../text/language'
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
  return [...lines.slice(0, MOST_LINES - 1), { label: t('dashboard.others', { count: rest.length }), values }]
}

const PHASES: Readonly<Record<string, string>> = {
  expand: t('dashboard.phaseExpand'),
  extract: t('dashboard.phaseExtract'),
  index: t('dashboard.phaseIndex'),
  ocr: t('dashboard.phaseOcr'),
  embed: t('dashboard.phaseEmbed'),
  summarize: t('dashboard.phaseSummarize'),
}
const CACHES: Readonly<Record<string, string>> = {
  embeddings: t('dashboard.cacheEmbeddings'),
  queries: t('dashboard.cacheQueries'),
  results: t('dashboard.cacheResults'),
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

export const charts: readonly ChartRow[] = [
  {
    id: 'queue',
    title: t('dashboard.queueTitle'),
    unit: 'count',
    axis: t('dashboard.queueAxis'),
    empty: t('dashboard.queueEmpty'),
    lines: (history) =>
      gauges(history, {
        'queue.queued': t('dashboard.queueQueued'),
        'queue.running': t('dashboard.queueRunning'),
        'queue.delayed': t('dashboard.queueDelayed'),
      }),
  },
  {
    id: 'documents',
    title: t('dashboard.documentsTitle'),
    unit: 'perMinute',
    axis: t('dashboard.aMinute'),
    empty: t('dashboard.documentsEmpty'),
    lines: (history) =>
      rates(history, {
        [t('dashboard.documentsFound')]: ['indexed', 'unchanged', 'duplicate', 'partial'].map(
          (outcome) => `documents.${outcome}`,
        ),
        [t('dashboard.documentsLeftOut')]: ['documents.skipped', 'documents.rejected', 'documents.cancelled'],
        [t('dashboard.documentsFailed')]: ['documents.failed'],
      }),
  },
  {
    id: 'passages',
    title: t('dashboard.passagesTitle'),
    unit: 'perMinute',
    axis: t('dashboard.aMinute'),
    empty: t('dashboard.passagesEmpty'),
    lines: (history) =>
      rates(history, {
        [t('dashboard.passagesMade')]: ['chunks'],
        [t('dashboard.vectorsMade')]: ['windows.computed'],
        [t('dashboard.vectorsKnown')]: ['windows.cached'],
      }),
  },
  {
    id: 'bytes',
    title: t('dashboard.bytesTitle'),
    unit: 'bytesPerMinute',
    axis: t('dashboard.aMinute'),
    empty: t('dashboard.bytesEmpty'),
    lines: (history) => rates(history, { [t('dashboard.bytesSize')]: ['read.bytes'] }),
  },
  {
    id: 'phases',
    title: t('dashboard.phasesTitle'),
    unit: 'ms',
    axis: t('dashboard.phasesAxis'),
    empty: t('dashboard.phasesEmpty'),
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
    title: t('dashboard.failuresTitle'),
    unit: 'count',
    axis: t('dashboard.failuresAxis'),
    empty: t('dashboard.failuresEmpty'),
    lines: (history) => largest(history, 'failed.'),
  },
  {
    id: 'caches',
    title: t('dashboard.cachesTitle'),
    unit: 'percent',
    axis: t('dashboard.cachesAxis'),
    empty: t('dashboard.cachesEmpty'),
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
    title: t('dashboard.tokensTitle'),
    unit: 'count',
    axis: t('dashboard.tokensAxis'),
    empty: t('dashboard.tokensEmpty'),
    lines: (history) => largest(history, 'tokens.'),
  },
  {
    id: 'cost',
    title: t('dashboard.costTitle'),
    unit: 'USD',
    axis: t('dashboard.costAxis'),
    empty: t('dashboard.costEmpty'),
    lines: (history) => largest(history, 'cost.'),
  },
  {
    id: 'memory',
    title: t('dashboard.memory'),
    unit: 'bytes',
    axis: t('dashboard.memoryAxis'),
    empty: t('dashboard.notMeasured'),
    lines: (history) =>
      gauges(history, {
        'memory.owner': t('dashboard.memoryOwner'),
        'memory.parse': t('dashboard.phaseExtract'),
        'memory.ocr': t('dashboard.phaseOcr'),
        'memory.embed': t('dashboard.phaseEmbed'),
        'memory.model': t('dashboard.memoryModel'),
      }),
  },
  {
    id: 'disk',
    title: t('dashboard.dataFolder'),
    unit: 'bytes',
    axis: t('dashboard.diskAxis'),
    empty: t('dashboard.notMeasured'),
    lines: (history) =>
      gauges(history, {
        'disk.database': t('dashboard.diskDatabase'),
        'disk.vectors': t('dashboard.diskVectors'),
        'disk.cache': t('dashboard.diskCache'),
        'disk.temp': t('dashboard.diskTemp'),
        'disk.logs': t('dashboard.diskLogs'),
        'disk.other': t('dashboard.diskOther'),
      }),
  },
  {
    id: 'free',
    title: t('dashboard.freeTitle'),
    unit: 'bytes',
    axis: t('dashboard.freeAxis'),
    empty: t('dashboard.notMeasured'),
    lines: (history) => gauges(history, { 'disk.free': t('dashboard.freeLine') }),
  },
]
