/**
 * Owns how numbers, times and rates are written for people, in the language of the window.
 */
import { locale, t } from './language'

const counts = new Intl.NumberFormat(locale)
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const sizes = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false })
const percents = new Intl.NumberFormat(locale, { style: 'percent' })
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })

/** `12345` gives `12,345`. */
export const formatCount = (value: number): string => counts.format(value)

/** `1234.56` gives `1,234.6`. */
export const formatTenths = (value: number): string => tenths.format(value)

/** `1, 'document'` gives `1 document`, `2` gives `2 documents`. */
export const formatPlural = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`

/** Milliseconds as a person would say them: `840 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export const formatDuration = (ms: number): string => {
  if (ms < 1_000) return t('figures.ms', { value: Math.round(ms) })
  const seconds = ms / 1_000
  if (ms < 10_000) return t('figures.seconds', { value: tenths.format(seconds) })
  if (ms < 60_000) return t('figures.seconds', { value: seconds.toFixed(0) })
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return t('figures.minutesSeconds', { minutes, seconds: Math.floor((ms % 60_000) / 1_000) })
  return t('figures.hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

/** Time left, rounded the way a person would guess: `about 20 s`, `about 3 min`. */
export const formatRemaining = (ms: number): string => {
  if (ms < 5_000) return t('figures.leftSoon')
  if (ms < 60_000) return t('figures.leftSeconds', { value: Math.ceil(ms / 5_000) * 5 })
  if (ms < 5_400_000) return t('figures.leftMinutes', { value: Math.ceil(ms / 60_000) })
  return t('figures.leftHours', { value: tenths.format(ms / 3_600_000) })
}

/** Time until something happens, as it is counted down: `now`, `40 s`, `3 min 20 s`, `2 h 5 min`. */
export const formatCountdown = (ms: number): string => {
  const all = Math.ceil(ms / 1_000)
  if (all <= 0) return t('figures.now')
  if (all < 60) return t('figures.seconds', { value: all })
  const [minutes, seconds] = [Math.floor(all / 60), all % 60]
  if (minutes >= 60) return t('figures.hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
  return seconds === 0 ? t('figures.minutes', { minutes }) : t('figures.minutesSeconds', { minutes, seconds })
}

/** `3` gives `3rd`. */
export const formatOrdinal = (value: number): string => t('figures.ordinal', { count: value, ordinal: true })

/** A rate of documents or passages: `34/s`, `0.4/s`. */
export const formatRate = (perSecond: number): string =>
  t('figures.perSecond', {
    value: perSecond >= 10 ? formatCount(Math.round(perSecond)) : tenths.format(perSecond),
  })

const wholePercent = (share: number): number => (share >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, share) * 100)))

/** A share from 0 to 1 as whole percent; 100 only when it is all. */
export const formatShare = (share: number): string => percents.format(wholePercent(share) / 100)

const sizeUnits = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size in bytes for people: `1536` gives `1.5 KiB`. */
export const formatSize = (bytes: number): string => {
  if (Math.abs(bytes) < 1024) return t('figures.bytes', { value: bytes })
  let size = bytes / 1024
  let at = 0
  while (Math.abs(size) >= 1024 && at < sizeUnits.length - 1) {
    size /= 1024
    at += 1
  }
  return `${sizes.format(size)} ${sizeUnits[at] ?? ''}`
}

/** An ISO-8601 time in the person's own zone. */
export const formatMoment = (iso: string): string => moments.format(new Date(iso))
