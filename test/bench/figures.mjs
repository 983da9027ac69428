// Owns what a measurement is: samples with a unit, an aim and a direction; their summary, the table, and the comparison with another run.
// Refuses to average away noise: the samples stay with the figure.

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {'lower' | 'higher' | null} better `null`: for information
 * @property {number[]} samples
 * @property {number} value their median
 * @property {string | null} aim as it is written, for people
 * @property {boolean | null} met
 * @property {boolean} portable whether it may be compared between machines: ratios and memory, not times
 * @property {string | null} note
 */

/** Whatever the spread of the samples: a change below this is noise. */
const LEAST_NOISE = 0.1

/** The value below which `share` (0 to 1) of the samples are, by the nearest rank. */
export const quantile = (samples, share) => {
  const sorted = [...samples].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]
}

export const median = (samples) => {
  const sorted = [...samples].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Makes a figure of its samples; none, or one that could not be measured (`null`), gives no figure.
 * @param {{ name: string, unit?: string, better?: 'lower' | 'higher' | null, samples: (number | null)[], aim?: number, portable?: boolean, note?: string }} made
 * @returns {Figure[]} one or none, to be spread
 */
export const figure = ({ name, unit = '', better = null, samples, aim, portable = false, note = null }) => {
  if (samples.length === 0 || samples.some((sample) => sample === null || !Number.isFinite(sample))) return []
  const value = median(samples)
  const met = aim === undefined || better === null ? null : better === 'lower' ? value <= aim : value >= aim
  const sign = better === 'lower' ? '≤' : '≥'
  return [{ name, unit, better, samples, value, aim: met === null ? null : `${sign} ${aim}`, met, portable, note }]
}

const round = (value) => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}

/** Half the distance between the largest and the smallest sample, relative to the value. */
const spreadOf = ({ samples, value }) =>
  value === 0 ? 0 : (Math.max(...samples) - Math.min(...samples)) / 2 / Math.abs(value)

/** Lines of a small table. @param {readonly Figure[]} figures */
export const formatTable = (figures) => {
  const rows = figures.map((row) => [
    row.name,
    `${round(row.value)}${row.unit === '' ? '' : ` ${row.unit}`}`,
    row.samples.length > 1 ? `±${Math.round(spreadOf(row) * 100)}% of ${row.samples.length}` : '',
    row.aim === null ? '' : `${row.aim}${row.met ? '  met' : '  MISSED'}`,
    row.note ?? '',
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)))
  const line = ([name, value, spread, aim, note]) =>
    `${name.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${spread.padEnd(widths[2])}  ${aim.padEnd(widths[3])}  ${note}`.trimEnd()
  return rows.map(line)
}

/**
 * Compares with an earlier run: what changed, and what got worse beyond noise (the spread of both runs' samples, at least 10%).
 * Only portable figures are judged; times are told.
 * @param {readonly Figure[]} before @param {readonly Figure[]} now
 */
export const compareFigures = (before, now) =>
  now.flatMap((row) => {
    const old = before.find(({ name }) => name === row.name)
    if (old === undefined || row.better === null || old.value === 0) return []
    const change = row.value / old.value - 1
    const noise = Math.max(LEAST_NOISE, spreadOf(row) + spreadOf(old))
    const isWorse = (row.better === 'lower' ? change : -change) > noise
    return [{ name: row.name, before: old.value, now: row.value, change, noise, isWorse, isJudged: row.portable }]
  })

const percent = (share) => `${share >= 0 ? '+' : ''}${Math.round(share * 100)}%`

/** Lines that tell a comparison. */
export const formatComparison = (changes) =>
  changes.map(({ name, before, now, change, noise, isWorse, isJudged }) => {
    const verdict = isWorse ? (isJudged ? 'WORSE' : 'slower (times are not judged)') : ''
    return `${name}: ${round(before)} → ${round(now)} (${percent(change)}, noise ${Math.round(noise * 100)}%) ${verdict}`.trimEnd()
  })
