/**
 * Owns how a figure went over time, and by it how fast it goes and how long the rest takes. Refuses: knowing what it counts.
 */

/** Rates are those of the last seconds. */
const WINDOW_MS = 15_000
/** Before this much time nothing is told. */
const SETTLE_MS = 1_500
/** A figure that rises less often is judged by so many of its last rises, however long ago they were. */
const RISES = 8

/** When a value was seen first and last: nobody may have looked for long after that. */
type Mark = { readonly atMs: number; seenMs: number; readonly value: number }
type Stretch = { readonly gain: number; readonly elapsedMs: number }

export type Course = {
  /** The figure now. One that falls begins anew: it is another measure of the work. */
  note: (atMs: number, value: number) => void
  restart: () => void
  /** Gained in a second, over the last seconds; 0 while that is not known. */
  perSecond: (nowMs: number) => number
  /**
   * Milliseconds until it is `end`; `null` while that is not known. The stretch looked at ends now, not at the last rise, so the rest gets longer while
   * nothing rises. It is never less than the time since the last rise: seen at a moment like any other, what has taken so long takes as long again (J. R.
   * Gott, Implications of the Copernican principle for our future prospects, Nature 363, 315–319, 1993, at even odds).
   */
  restMs: (nowMs: number, end: number) => number | null
}

export const createCourse = (): Course => {
  /** Only where it changed, oldest first. */
  let marks: Mark[] = []

  /** The last mark before the window; the first one where all are within. */
  const windowStart = (nowMs: number): number => {
    let at = marks.length - 1
    while (at > 0 && (marks[at]?.atMs ?? 0) > nowMs - WINDOW_MS) at -= 1
    return Math.max(0, at)
  }

  const stretchFrom = (nowMs: number, start: number, earliestMs: number): Stretch | null => {
    const [first, last] = [marks[start], marks[marks.length - 1]]
    if (first === undefined || last === undefined) return null
    const elapsedMs = nowMs - Math.max(first.atMs, Math.min(first.seenMs, earliestMs))
    return elapsedMs < SETTLE_MS ? null : { gain: last.value - first.value, elapsedMs }
  }

  const inWindow = (nowMs: number): Stretch | null => stretchFrom(nowMs, windowStart(nowMs), nowMs - WINDOW_MS)

  /** The window, or longer ago where it holds too few rises. */
  const ofRises = (nowMs: number): Stretch | null => {
    const start = marks.length - 1 - RISES
    return start >= windowStart(nowMs) ? inWindow(nowMs) : stretchFrom(nowMs, Math.max(0, start), -Infinity)
  }

  return {
    note: (atMs, value) => {
      const last = marks[marks.length - 1]
      if (last !== undefined && value < last.value) marks = []
      if (last === undefined || value !== last.value) marks.push({ atMs, seenMs: atMs, value })
      else last.seenMs = atMs
      const needed = Math.min(windowStart(atMs), marks.length - 1 - RISES)
      if (needed > 0) marks.splice(0, needed)
    },
    restart: () => {
      marks = []
    },
    perSecond: (nowMs) => {
      const stretch = inWindow(nowMs)
      return stretch === null ? 0 : Math.max(0, (stretch.gain / stretch.elapsedMs) * 1_000)
    },
    restMs: (nowMs, end) => {
      const last = marks[marks.length - 1]
      const stretch = ofRises(nowMs)
      if (last === undefined || stretch === null || stretch.gain <= 0) return null
      const rest = ((end - last.value) * stretch.elapsedMs) / stretch.gain
      return Math.round(Math.max(rest, nowMs - last.atMs))
    },
  }
}
