// Owns the benchmark's command line: what is measured, the table on stderr, the JSON on stdout, the comparison. See docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { compareFigures, formatComparison, formatTable } from './figures.mjs'

const MEASURES = ['ingest', 'keyword', 'search', 'command', 'intake', 'queue', 'desktop']
/** Takes long to make: only when it is named. */
const NAMED_ONLY = ['scale', 'views', 'installed']
const USAGE = `npm run bench -- [--only ${[...MEASURES, ...NAMED_ONLY].join('|')}]… [--files N] [--chunks N] [--rounds N] [--json FILE] [--compare FILE]`
const WORSE = 2

const say = (line) => process.stderr.write(`${line}\n`)

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      files: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '3' },
      chunks: { type: 'string', default: '1000000' },
      json: { type: 'string' },
      compare: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const only = values.only.flatMap((names) => names.split(','))
  const unknown = only.find((name) => ![...MEASURES, ...NAMED_ONLY].includes(name))
  if (unknown !== undefined) throw new Error(`there is no measure "${unknown}"\n${USAGE}`)
  const [files, rounds, chunks] = [values.files, values.rounds, values.chunks].map(Number)
  if (![files, rounds, chunks].every((count) => Number.isInteger(count) && count > 0)) throw new Error(USAGE)
  return {
    ...values,
    files,
    rounds,
    chunks,
    wants: (name) => (only.length === 0 && !NAMED_ONLY.includes(name)) || only.includes(name),
  }
}

const describeMachine = () => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? null,
  memoryMb: Math.round(totalmem() / 1024 / 1024),
  system: `${process.platform} ${release()}`,
  node: process.version,
  loadBefore: loadavg()[0] ?? null,
})

const measure = async (options) => {
  const { wants } = options
  const figures = []
  const add = (more) => {
    figures.push(...more)
    for (const line of formatTable(more)) say(line)
  }
  if (wants('ingest') || wants('keyword')) {
    const { measureIngest } = await import('./measures/ingest.mjs')
    add(await measureIngest({ ...options, say }))
  }
  if (wants('search')) {
    const { measureSearch } = await import('./measures/search.mjs')
    add(await measureSearch({ ...options, say }))
  }
  if (wants('scale')) {
    const { measureScale } = await import('./measures/scale.mjs')
    add(await measureScale({ ...options, say }))
  }
  if (wants('command')) {
    const { measureCommand } = await import('./measures/command.mjs')
    add(await measureCommand({ ...options, say }))
  }
  if (wants('intake')) {
    const { measureIntake } = await import('./measures/intake.mjs')
    add(await measureIntake({ ...options, say }))
  }
  if (wants('queue')) {
    const { measureQueue } = await import('./measures/queue.mjs')
    add(await measureQueue({ ...options, say }))
  }
  if (wants('desktop')) {
    const { measureDesktop } = await import('./measures/desktop.mjs')
    add(await measureDesktop({ ...options, say }))
  }
  if (wants('views')) {
    const { measureViews } = await import('./measures/views.mjs')
    add(await measureViews({ ...options, say }))
  }
  if (wants('installed')) {
    const { measureInstalled } = await import('./measures/installed.mjs')
    add(await measureInstalled({ ...options, say }))
  }
  return figures
}

const main = async () => {
  const options = readOptions()
  if (options.help) return say(USAGE)
  const before = options.compare === undefined ? null : JSON.parse(readFileSync(options.compare, 'utf8'))
  const machine = describeMachine()
  const figures = await measure(options)
  say('')
  for (const line of formatTable(figures)) say(line)
  const changes = before === null ? null : compareFigures(before.figures, figures)
  if (changes !== null) {
    say('')
    for (const line of formatComparison(changes)) say(line)
    if (changes.some(({ isWorse, isJudged }) => isWorse && isJudged)) process.exitCode = WORSE
  }
  const document = {
    at: new Date().toISOString(),
    machine,
    files: options.files,
    rounds: options.rounds,
    figures,
    changes,
  }
  const json = `${JSON.stringify(document, null, 2)}\n`
  if (options.json !== undefined) writeFileSync(options.json, json)
  process.stdout.write(json)
}

main().catch((error) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
})
