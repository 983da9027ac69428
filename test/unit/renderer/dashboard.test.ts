// Owns the tests of what charts show: which lines, on which axis, with which gaps.
import { describe, expect, it } from 'vitest'
import { axisOf, pathOf, placesOf, valueText } from '../../../src/renderer/dashboard/chart-scale'
import { charts } from '../../../src/renderer/dashboard/chart-table'
import { metricOf, type MetricHistory } from '../../../src/shared/metrics'

const history = (series: Record<string, (number | null)[]>, stepMs = 60_000): MetricHistory => ({
  range: 'hour',
  from: '2026-06-10T11:00:00.000Z',
  stepMs,
  steps: 3,
  series: Object.entries(series).map(([name, values]) => ({ name, ...metricOf(name), values, most: 0 })),
})
const linesOf = (id: string, of: MetricHistory) => charts.find((chart) => chart.id === id)?.lines(of)

describe('charts', () => {
  it('have no lines of what was never measured', () => {
    for (const { lines } of charts) expect(lines(history({}))).toEqual([])
  })

  it('show rates a minute whatever their steps are', () => {
    const of = history({ 'documents.indexed': [20, null, 10], 'documents.partial': [10, null, null] }, 600_000)
    expect(linesOf('documents', of)).toEqual([{ label: 'Found', values: [3, 0, 1] }])
  })

  it('show times for one item, and a gap where nothing went through', () => {
    const of = history({ 'phase.ms.embed': [100, null, 90], 'phase.items.embed': [10, null, 3] })
    expect(linesOf('phases', of)).toEqual([{ label: 'Embedding', values: [10, null, 30] }])
  })

  it('show the share of what caches knew', () => {
    const of = history({ 'cache.queries.hits': [3, null, 0], 'cache.queries.misses': [1, null, 4] })
    expect(linesOf('caches', of)).toEqual([{ label: 'Vectors of queries', values: [75, null, 0] }])
  })

  it('show the reasons that count, and the rest together', () => {
    const of = history(
      Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`failed.CODE_${at}`, [at + 1, null, null]])),
    )
    const lines = linesOf('failures', of)
    expect(lines?.map(({ label }) => label)).toEqual(['CODE_8', 'CODE_7', 'CODE_6', 'CODE_5', 'CODE_4', '4 others'])
    expect(lines?.at(-1)?.values).toEqual([10, 0, 0])
  })
})

describe('the axis of a chart', () => {
  it('has round steps up to what is the most', () => {
    expect(axisOf(87, 'perMinute')).toEqual([0, 50, 100])
    expect(axisOf(3, 'count')).toEqual([0, 1, 2, 3])
    expect(axisOf(0, 'count')).toEqual([0, 1])
    expect(axisOf(0.004, 'USD')).toEqual([0, 0.001, 0.002, 0.003, 0.004])
    expect(axisOf(3 * 1024 ** 2, 'bytes')).toEqual([0, 1, 2, 3].map((mib) => mib * 1024 ** 2))
    expect(axisOf(12, 'percent')).toEqual([0, 25, 50, 75, 100])
  })

  it('breaks lines at gaps, and shows what stands alone as a point', () => {
    const box = { left: 0, top: 0, width: 40, height: 10 }
    const places = placesOf([0, 10, null, 5, null], 10, box)
    expect(pathOf(places)).toEqual({ path: 'M0.0 10.0L10.0 0.0M30.0 5.0', alone: [{ x: 30, y: 5 }] })
  })

  it('writes values with their units', () => {
    expect(valueText.percent(33.4)).toBe('33%')
    expect(valueText.USD(0)).toBe('$0')
    expect(valueText.USD(0.00123)).toBe('$0.00123')
    expect(valueText.count(2.5)).toBe('2.50')
  })
})
