/**
 * Owns how numbers, times and rates are written for people. Refuses: translation; the product speaks English.
 */

const counts = new Intl.NumberFormat('en-US')
const moments = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

/** `12345` gives `12,345`. */
export const formatCount = (value: number): string => counts.format(value)

/** `1, 'document'` gives `1 document`, `2` gives `2 documents`. */
export const formatPlural = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`

/** Milliseconds as a person would say them: `840 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export const formatDuration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Time left, rounded the way a person would guess: `about 20 s`, `about 3 min`. */
export const formatRemaining = (ms: number): string => {
  if (ms < 5_000) return 'a few seconds left'
  if (ms < 60_000) return `about ${Math.ceil(ms / 5_000) * 5} s left`
  if (ms < 5_400_000) return `about ${Math.ceil(ms / 60_000)} min left`
  return `about ${(ms / 3_600_000).toFixed(1)} h left`
}

/** Time until something happens, as it is counted down: `now`, `40 s`, `3 min 20 s`, `2 h 5 min`. */
export const formatCountdown = (ms: number): string => {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds <= 0) return 'now'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const ordinals = new Intl.PluralRules('en-US', { type: 'ordinal' })
const ordinalEnds: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' }

/** `3` gives `3rd`. */
export const formatOrdinal = (value: number): string =>
  `${formatCount(value)}${ordinalEnds[ordinals.select(value)] ?? 'th'}`

/** A rate of documents or passages: `34/s`, `0.4/s`. */
export const formatRate = (perSecond: number): string =>
  `${perSecond >= 10 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1)}/s`

/** A share from 0 to 1 as whole percent; 100 only when it is all. */
export const formatShare = (share: number): string =>
  `${share >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, share) * 100))}%`

/** An ISO-8601 time in the person's own zone. */
export const formatMoment = (iso: string): string => moments.format(new Date(iso))
