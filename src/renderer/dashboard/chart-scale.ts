/**
 * Owns the geometry of a chart: round steps of an axis, where a value lies, the path of a line, and how values and times are written.
 * Refuses: elements and colors.
 */
import { formatCount, formatDuration, formatSize } from '../text/figures'
import { locale } from '../text/language'
import type { MetricRange } from '../../shared/metrics'
import type { ChartUnit } from './chart-table'

const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, notation: 'compact' })
const noMoney = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 })
const whole = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
const decimals = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
const oneDecimal = decimals(1)
const twoDecimals = decimals(2)
const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 })
const fine = (value: number): string =>
  Number.isInteger(value) ? formatCount(value) : (value < 10 ? twoDecimals : oneDecimal).format(value)

/** As it stands in a table or a sentence. */
export const valueText: Readonly<Record<ChartUnit, (value: number) => string>> = {
  count: fine,
  perMinute: fine,
  bytes: (value) => formatSize(Math.round(value)),
  bytesPerMinute: (value) => formatSize(Math.round(value)),
  ms: formatDuration,
  percent: (value) => whole.format(value / 100),
  USD: (value) => (value === 0 ? noMoney : money).format(value),
}

/** As it stands at an axis. */
export const tickText: Readonly<Record<ChartUnit, (value: number) => string>> = {
  ...valueText,
  count: (value) => short.format(value),
  perMinute: (value) => short.format(value),
}

const KIB = 1024
/** Steps of an axis are 1, 2 or 5 times a power of ten; of bytes, 1, 2, 4, … times a power of 1,024. */
const stepOf = (most: number, count: number, unit: ChartUnit): number => {
  const rough = most / count
  if (unit === 'bytes' || unit === 'bytesPerMinute') return 2 ** Math.ceil(Math.log2(Math.max(rough, KIB / 8)))
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10
  const step = factor * power
  return unit === 'count' ? Math.max(1, Math.ceil(step)) : step
}

/** From 0 to at least `most`. */
export const axisOf = (most: number, unit: ChartUnit, count = 4): number[] => {
  if (unit === 'percent') return [0, 25, 50, 75, 100]
  const step = stepOf(most > 0 ? most : 1, count, unit)
  const steps = Math.max(1, Math.ceil((most > 0 ? most : 1) / step - 1e-9))
  return Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

export type Place = { readonly x: number; readonly y: number }

/** Where each value lies; `null` for a gap. */
export const placesOf = (values: readonly (number | null)[], top: number, box: Box): (Place | null)[] =>
  values.map((value, at) =>
    value === null
      ? null
      : {
          x: box.left + (values.length < 2 ? 0 : (at / (values.length - 1)) * box.width),
          y: box.top + box.height - (top === 0 ? 0 : (Math.min(value, top) / top) * box.height),
        },
  )

/** The line through them, broken at gaps; and those that stand alone, which a line would not show. */
export const pathOf = (
  places: readonly (Place | null)[],
): { readonly path: string; readonly alone: readonly Place[] } => {
  let path = ''
  const alone: Place[] = []
  places.forEach((place, at) => {
    if (place === null) return
    const before = places[at - 1] ?? null
    if (before === null && (places[at + 1] ?? null) === null) alone.push(place)
    path += `${before === null ? 'M' : 'L'}${place.x.toFixed(1)} ${place.y.toFixed(1)}`
  })
  return { path, alone }
}

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' })
const moment = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** A time as it stands below a chart, in the person's own zone. */
export const timeTickText = (ms: number, range: MetricRange): string =>
  (range === 'hour' || range === 'day' ? clock : day).format(ms)

/** A time as it stands in a table. */
export const timeText = (ms: number, range: MetricRange): string => (range === 'year' ? day : moment).format(ms)
