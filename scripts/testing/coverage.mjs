// Owns the coverage bar: lines covered by the tests' own processes (vitest's report) or by the threads, hosts and commands they start
// (V8's reports, mapped back through the source maps of out/). Refuses a number below the bar, and a source that neither report knows.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../setup/places.mjs'

/**
 * The bar, in percent of lines. Left out of "all": the renderer and the Electron face, which the desktop tests exercise in another runtime, and
 * declarations without code.
 */
const BAR = [
  { name: 'jobs', path: /^src\/main\/jobs\//, atLeast: 90 },
  { name: 'ingest', path: /^src\/main\/ingest\//, atLeast: 90 },
  { name: 'store', path: /^src\/main\/store\//, atLeast: 90 },
  { name: 'pool', path: /^src\/main\/pool\//, atLeast: 90 },
  { name: 'all', path: /^src\/(?!renderer\/|preload\/|main\/app\/|main\/index\.ts)/, atLeast: 85 },
]

const nameOf = (file) => relative(root, file).split(sep).join('/')

/** Adds the lines of one istanbul file coverage: a line is covered when any statement that starts on it ran. */
function addLines(lines, coverage) {
  for (const [id, { start }] of Object.entries(coverage.statementMap)) {
    lines.set(start.line, (lines.get(start.line) ?? 0) + coverage.s[id])
  }
}

/** The report of one process; `null` where it was killed while it wrote it, as the tests of kills do. */
function readRaw(file) {
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Which lines of which source the built code ran: source name to the set of covered lines; and how many reports were cut off. */
async function readBuiltCoverage(rawDir) {
  const covered = new Map()
  if (!existsSync(rawDir)) return { covered, cut: 0 }
  const { convert } = await import('ast-v8-to-istanbul')
  const { parseAst } = await import('vite')
  const { mergeProcessCovs } = await import('@bcoe/v8-coverage')
  const outMain = join(root, 'out', 'main')
  let cut = 0
  const reports = readdirSync(rawDir).flatMap((file) => {
    const raw = readRaw(join(rawDir, file))
    if (raw === null) {
      cut += 1
      return []
    }
    const { result } = raw
    return [{ result: result.filter(({ url }) => url.startsWith('file:') && fileURLToPath(url).startsWith(outMain)) }]
  })
  for (const script of mergeProcessCovs(reports).result) {
    const file = fileURLToPath(script.url)
    if (!existsSync(file) || !existsSync(`${file}.map`)) continue
    const code = readFileSync(file, 'utf8')
    const sourceMap = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
    sourceMap.sources = sourceMap.sources.map((source) => resolve(dirname(file), source))
    const converted = await convert({ code, sourceMap, ast: parseAst(code), coverage: script, wrapperLength: 0 })
    for (const [source, coverage] of Object.entries(converted)) {
      const name = nameOf(source)
      if (!name.startsWith('src/')) continue
      const lines = new Map()
      addLines(lines, coverage)
      const known = covered.get(name) ?? new Set()
      for (const [line, count] of lines) if (count > 0) known.add(line)
      covered.set(name, known)
    }
  }
  return { covered, cut }
}

/**
 * Judges a run by the bar. `reportFile` is vitest's coverage-final.json, `rawDir` the NODE_V8_COVERAGE folder of the processes it started.
 * Returns the lines to print and the problems found.
 */
export async function judgeCoverage(reportFile, rawDir) {
  if (!existsSync(reportFile)) return { lines: [], problems: ['the run left no coverage report'] }
  const { covered: built, cut } = await readBuiltCoverage(rawDir)
  const files = Object.values(JSON.parse(readFileSync(reportFile, 'utf8'))).map((coverage) => {
    const name = nameOf(coverage.path)
    const lines = new Map()
    addLines(lines, coverage)
    const elsewhere = built.get(name) ?? new Set()
    const missing = [...lines].filter(([line, count]) => count === 0 && !elsewhere.has(line)).map(([line]) => line)
    return { name, total: lines.size, missing }
  })
  const lines = cut === 0 ? [] : [`${cut} report(s) of processes that were killed while they wrote them do not count`]
  const problems = []
  for (const { name, path, atLeast } of BAR) {
    const counted = files.filter((file) => path.test(file.name))
    const total = counted.reduce((sum, file) => sum + file.total, 0)
    const missing = counted.reduce((sum, file) => sum + file.missing.length, 0)
    if (total === 0) {
      problems.push(`coverage of ${name}: no source was measured`)
      continue
    }
    const percent = ((total - missing) / total) * 100
    lines.push(`coverage of ${name}: ${percent.toFixed(1)} % of ${total} lines (at least ${atLeast} %)`)
    if (percent >= atLeast) continue
    problems.push(`coverage of ${name} is ${percent.toFixed(1)} %, below ${atLeast} %`)
    const worst = counted.filter((file) => file.missing.length > 0).sort((a, b) => b.missing.length - a.missing.length)
    for (const file of worst.slice(0, 12))
      lines.push(`  ${file.name}: ${file.missing.length} of ${file.total} not covered: ${listRanges(file.missing)}`)
  }
  return { lines, problems }
}

/** 1,2,3,7 as "1-3 7", cut after a dozen ranges. */
function listRanges(numbers) {
  const ranges = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  const words = ranges.slice(0, 12).map(([from, to]) => (from === to ? String(from) : `${from}-${to}`))
  return `${words.join(' ')}${ranges.length > 12 ? ' …' : ''}`
}
