// Owns the tests of figures over time as they are kept: buckets, coarser buckets, bounds, steps.
import { describe, expect, it } from 'vitest'
import { metricGrains, MOST_METRICS, type MetricValues } from '../../../src/shared/metrics'
import { makeBed, type Bed } from './bed'

const NOON = Date.UTC(2026, 5, 10, 12, 0, 0)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const once = (name: string, value: number): MetricValues => ({ [name]: [value, 1, value] })
const rowsOf = (bed: Bed): { grain_ms: number; at_ms: number }[] =>
  bed.session.db.all('SELECT grain_ms, at_ms FROM metrics ORDER BY grain_ms, at_ms')
const valuesOf = (bed: Bed, range: 'hour' | 'day' | 'week' | 'month' | 'year', name: string, nowMs = NOON) =>
  bed.run('metrics.history', { range, nowMs }).series.find((series) => series.name === name)?.values

describe('figures over time', () => {
  it('merge what is measured in one minute: gauges are averages, counters sums', () => {
    const bed = makeBed()
    bed.run('metrics.keep', { nowMs: NOON, values: { ...once('queue.queued', 10), ...once('chunks', 5) } })
    bed.run('metrics.keep', { nowMs: NOON + 20_000, values: { ...once('queue.queued', 30), ...once('chunks', 7) } })
    expect(rowsOf(bed)).toEqual([{ grain_ms: MINUTE, at_ms: NOON }])
    const history = bed.run('metrics.history', { range: 'hour', nowMs: NOON + 30_000 })
    expect(history).toMatchObject({ stepMs: MINUTE, steps: 60, from: '2026-06-10T11:01:00.000Z' })
    const find = (name: string) => history.series.find((series) => series.name === name)
    expect(find('queue.queued')).toMatchObject({ kind: 'gauge', most: 30 })
    expect(find('queue.queued')?.values.at(-1)).toBe(20)
    expect(find('chunks')).toMatchObject({ kind: 'counter', unit: 'count', most: 7 })
    expect(find('chunks')?.values.at(-1)).toBe(12)
    expect(
      find('chunks')
        ?.values.slice(0, -1)
        .every((value) => value === null),
    ).toBe(true)
  })

  it('become hours after a day and days after a month, with nothing of the sums lost', () => {
    const bed = makeBed()
    for (let minute = 0; minute < 120; minute += 1)
      bed.run('metrics.keep', { nowMs: NOON - 50 * DAY + minute * MINUTE, values: once('chunks', 1) })
    for (let minute = 0; minute < 120; minute += 1)
      bed.run('metrics.keep', { nowMs: NOON - 3 * DAY + minute * MINUTE, values: once('chunks', 1) })
    bed.run('metrics.keep', { nowMs: NOON, values: once('chunks', 1) })
    bed.run('metrics.keep', { nowMs: NOON, values: once('chunks', 1) })
    expect(rowsOf(bed).map(({ grain_ms: grain }) => grain)).toEqual([MINUTE, HOUR, HOUR, DAY])
    const year = valuesOf(bed, 'year', 'chunks')
    expect(year?.filter((value) => value !== null)).toEqual([120, 120, 2])
    expect(valuesOf(bed, 'week', 'chunks')?.filter((value) => value !== null)).toEqual([60, 60, 2])
    expect(valuesOf(bed, 'hour', 'chunks')?.filter((value) => value !== null)).toEqual([2])
  })

  it('are bounded: in rows for any time, and in names of one row', () => {
    const bed = makeBed()
    for (let day = 0; day < 500; day += 1)
      bed.run('metrics.keep', { nowMs: NOON + day * DAY, values: once('chunks', 1) })
    const most = metricGrains.reduce((sum, { grainMs, keepMs }) => sum + keepMs / grainMs + 1, 0)
    expect(rowsOf(bed).length).toBeLessThan(most)
    expect(rowsOf(bed)[0]?.at_ms).toBeGreaterThan(NOON + 60 * DAY)

    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`failed.CODE_${at}`, [1, 1, 1] as const]))
    bed.run('metrics.keep', { nowMs: NOON + 600 * DAY, values: many })
    const { series } = bed.run('metrics.history', { range: 'hour', nowMs: NOON + 600 * DAY })
    expect(series.length).toBeLessThanOrEqual(MOST_METRICS + 1)
    expect(series.find(({ name }) => name === 'failed.others')?.values.at(-1)).toBe(1_000 - MOST_METRICS)
  })

  it('survive a row that cannot be read: it is a gap', () => {
    const bed = makeBed()
    bed.run('metrics.keep', { nowMs: NOON, values: once('chunks', 3) })
    bed.session.db.run('UPDATE metrics SET figures = ?', '{"chunks":[1')
    expect(bed.run('metrics.history', { range: 'hour', nowMs: NOON }).series).toEqual([])
    bed.run('metrics.keep', { nowMs: NOON, values: once('chunks', 4) })
    expect(valuesOf(bed, 'hour', 'chunks')?.at(-1)).toBe(4)
  })

  it('of a clock that was set back are not shown before their time', () => {
    const bed = makeBed()
    bed.run('metrics.keep', { nowMs: NOON + HOUR, values: once('chunks', 3) })
    expect(bed.run('metrics.history', { range: 'day', nowMs: NOON }).series).toEqual([])
  })
})
