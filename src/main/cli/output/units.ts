/**
 * Owns how numbers are written for people on the command line. Refuses: the locale of the machine; output is compared and searched.
 */

/** `31000` gives `31,000`. */
export const formatCount = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')

/** `formatNoun(1, 'document')` gives `1 document`. */
export const formatNoun = (value: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(value)} ${value === 1 ? noun : plural}`

/** A duration in milliseconds: `340 ms`, `3.4 s`, `2 min 05 s`, `1 h 02 min`. */
export const formatDuration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** A duration that nobody knows exactly: whole seconds, then minutes. */
export const formatEstimate = (ms: number): string => {
  const seconds = Math.max(1, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `2024-05-06T07:08:09.123Z` gives `2024-05-06 07:08:09` in the time zone of the machine. */
export const formatMoment = (iso: string | null): string => {
  if (iso === null) return '–'
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** A share from 0 to 1: `34%`. Never `100%` before it is all. */
export const formatShare = (share: number): string => `${Math.floor(Math.min(1, Math.max(0, share)) * 100)}%`
