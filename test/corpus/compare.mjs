// Owns comparing what is read from a folder of real files with what its manifest expects: how many are as expected, by kind and tier, and every
// exception. `node test/corpus/compare.mjs FOLDER [--tier core] [--all]` runs `sluice extract --ndjson FOLDER`. Ends with 1 when a file is missing, crashed
// or (core) not as expected. The manifest (manifest.jsonl) has one object a line: path, kind, tier, expected_outcome, snippets, match.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const MAX_OUTPUT_BYTES = 1024 ** 3

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tier: { type: 'string' }, output: { type: 'string' } },
})
const [given] = positionals
if (given === undefined) throw new Error('name a folder with a manifest.jsonl in it')
const folder = resolve(given)

const parseLines = (text) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const runExtract = () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, 'out', 'main', 'cli.js'), 'extract', '--ndjson', '--yes', folder],
    { encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
  )
  if (status !== 0 && status !== 2) throw new Error(`extract ended with ${status}: ${stderr.slice(-2_000)}`)
  return stdout
}

/** As the manifest's snippets are compared: after NFKC, without soft hyphens and zero-width characters, white space collapsed. */
const plain = (text) =>
  text
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200d\ufeff]/g, '')
    .replace(/\s+/g, ' ')

const classOf = ({ outcome, code }) => {
  if (outcome === 'partial') return 'indexed_partial'
  if (outcome === 'failed') return code === 'INTERNAL_BUG' ? 'bug' : 'rejected'
  return outcome
}

const lines = parseLines(values.output === undefined ? runExtract() : readFileSync(values.output, 'utf8'))
const byFile = new Map()
for (const line of lines) {
  const path = line.path.slice(basename(folder).length + 1).split('!/')[0]
  byFile.set(path, [...(byFile.get(path) ?? []), line])
}

/** What is wrong with a file's lines, or `null`. An archive is told by its entries. */
const judge = ({ expected_outcome: expected, snippets = [], match = 'all' }, found) => {
  if (found.length === 0) return 'not accounted for'
  const classes = [...new Set(found.map(classOf))]
  if (classes.includes('bug')) return 'an error of Sluice itself'
  const text = plain(found.map((line) => line.text ?? '').join('\n'))
  const isRead = classes.includes('indexed') || classes.includes('indexed_partial')
  // Files in files: one that is read is enough, as the others say for themselves.
  const fits =
    classes.some((each) => expected.includes(each)) || (isRead && expected.includes('indexed') && found.length > 1)
  if (!fits)
    return `${classes.join(', ')} (${found
      .map(({ code }) => code)
      .filter(Boolean)
      .join(', ')}) instead of ${expected.join(' or ')}`
  if (!isRead) return null
  const missing = snippets.filter((snippet) => !text.includes(plain(snippet).trim()))
  const failed = match === 'any' ? snippets.length > 0 && missing.length === snippets.length : missing.length > 0
  return failed ? `without ${JSON.stringify(missing.slice(0, 3))}` : null
}

const tally = new Map()
const exceptions = []
for (const entry of parseLines(readFileSync(join(folder, 'manifest.jsonl'), 'utf8'))) {
  if (values.tier !== undefined && entry.tier !== values.tier) continue
  const problem = judge(entry, byFile.get(entry.path) ?? [])
  const key = `${entry.tier} ${entry.kind}`
  const row = tally.get(key) ?? { good: 0, total: 0 }
  tally.set(key, { good: row.good + (problem === null ? 1 : 0), total: row.total + 1 })
  if (problem !== null) exceptions.push({ ...entry, problem })
}

for (const [key, { good, total }] of [...tally].sort()) console.log(`${key.padEnd(26)} ${good} of ${total}`)
for (const tier of new Set([...tally.keys()].map((key) => key.split(' ')[0]))) {
  const rows = [...tally].filter(([key]) => key.startsWith(`${tier} `)).map(([, row]) => row)
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0)
  console.log(`${tier.padEnd(26)} ${sum('good')} of ${sum('total')}`)
}
for (const { path, tier, problem } of exceptions) console.log(`${tier} ${path}: ${problem}`)
if (exceptions.length > 0) process.exitCode = 1
