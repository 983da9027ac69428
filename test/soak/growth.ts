// Owns telling growth from noise: the slope of a figure over the second half of a run, by least squares, and the bound it may not pass.
// Refuses: the first half, in which caches fill.

export type Sample = { atMs: number; values: Readonly<Record<string, number>> }

export type Growth = {
  name: string
  unit: string
  first: number
  last: number
  /** For each hour, with its standard error. */
  slope: number
  error: number
  bound: number
  judged: boolean
  grows: boolean
}

export type Measure = {
  readonly name: string
  readonly unit: string
  readonly boundPerHour: number
  /** Caches and threads of the vector index (192 MB at most) come first: shown, but not judged, in a run of less than half an hour. */
  readonly fillsFirst?: true
}

const HOUR_MS = 3_600_000
const SHORT_MS = HOUR_MS / 2
const SIGMAS = 2

/** Slope and standard error of ordinary least squares (any textbook: residual variance over the spread of x). */
export const fitLine = (points: readonly { x: number; y: number }[]): { slope: number; error: number } => {
  const n = points.length
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  if (n < 3 || spread === 0) return { slope: 0, error: Number.POSITIVE_INFINITY }
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread
  const residual = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  return { slope, error: Math.sqrt(residual / (n - 2) / spread) }
}

/** A figure grows when its slope is above the bound by more than chance. */
export const judgeGrowth = (samples: readonly Sample[], measures: readonly Measure[]): Growth[] => {
  const half = samples.slice(Math.floor(samples.length / 2))
  const isShort = (samples.at(-1)?.atMs ?? 0) < SHORT_MS
  return measures.map(({ name, unit, boundPerHour, fillsFirst }) => {
    const points = half.map(({ atMs, values }) => ({ x: atMs / HOUR_MS, y: values[name] ?? 0 }))
    const { slope, error } = fitLine(points)
    return {
      name,
      unit,
      first: points[0]?.y ?? 0,
      last: points.at(-1)?.y ?? 0,
      slope,
      error,
      bound: boundPerHour,
      judged: !(isShort && fillsFirst),
      grows: !(isShort && fillsFirst) && slope - SIGMAS * error > boundPerHour,
    }
  })
}
