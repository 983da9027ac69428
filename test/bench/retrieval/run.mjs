// Owns `npm run bench:retrieval`: how well keyword, semantic and hybrid search find what answers, by kind of query, on the test half of the
// labelled set (`--half tuning` for the other). Exits with 1 if hybrid is worse than keyword for a kind.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureProgram } from '../processes.mjs'
import { commandFile, withFolder } from '../product.mjs'
import { makeLabelledSet, writeDocuments } from './labelled-set.mjs'

const DEPTH = 10
const MODES = ['keyword', 'semantic', 'hybrid']
const KINDS = ['keyword', 'paraphrase', 'typo', 'question', 'filter']
/** Below this a difference of means is rounding. */
const TOLERANCE = 0.0005

const gain = (rank) => 1 / Math.log2(rank + 2)
/** nDCG and recall of the first ten, with answers that are all alike. Source: Järvelin, Kekäläinen, TOIS 2002. */
const judge = (found, answers) => {
  const met = found.slice(0, DEPTH).map((path) => answers.includes(path))
  const best = answers.slice(0, DEPTH).reduce((sum, _path, rank) => sum + gain(rank), 0)
  const got = met.reduce((sum, isMet, rank) => sum + (isMet ? gain(rank) : 0), 0)
  return { ndcg: got / best, recall: met.filter(Boolean).length / Math.min(DEPTH, answers.length) }
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

const { values } = parseArgs({ options: { half: { type: 'string', default: 'test' }, json: { type: 'boolean' } } })
const { documents, queries } = makeLabelledSet()
const asked = queries.filter(({ half }) => values.half === 'all' || half === values.half)
const figures = {}
await withFolder('retrieval', async (folder) => {
  const docs = join(folder, 'docs')
  const dataDir = join(folder, 'data')
  mkdirSync(docs)
  writeDocuments(documents, docs)
  const run = (...args) =>
    measureProgram(process.execPath, [commandFile, ...args, '--data-dir', dataDir], { timeoutMs: 900_000 })
  await run('ingest', docs, '--json')
  writeFileSync(join(folder, 'queries.txt'), asked.map(({ text }) => `${text}\n`).join(''))
  for (const mode of MODES) {
    const { stdout } = await run('search', '--queries-file', join(folder, 'queries.txt'), '--ndjson', '--mode', mode)
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const kind of KINDS) {
      const judged = asked.flatMap((query, at) => {
        if (query.kind !== kind) return []
        // What was folded into a hit was found with it.
        const found = answers[at].results.flatMap(({ path, duplicates = [] }) => [
          path,
          ...duplicates.map((other) => other.path),
        ])
        return [
          judge(
            found.map((path) => path.replace(/^docs\//, '')),
            query.answers,
          ),
        ]
      })
      figures[kind] ??= {}
      figures[kind][mode] = {
        queries: judged.length,
        ndcg: mean(judged.map(({ ndcg }) => ndcg)),
        recall: mean(judged.map(({ recall }) => recall)),
      }
    }
  }
})
const worse = KINDS.filter((kind) => figures[kind].hybrid.ndcg < figures[kind].keyword.ndcg - TOLERANCE)
if (values.json)
  process.stdout.write(`${JSON.stringify({ half: values.half, documents: documents.size, figures, worse })}\n`)
else {
  const cell = ({ ndcg, recall }) => `${ndcg.toFixed(3)} / ${recall.toFixed(3)}`.padEnd(16)
  const lines = [
    `${documents.size} documents, ${asked.length} queries (${values.half} half); nDCG@10 / recall@10`,
    ['kind'.padEnd(12), ...MODES.map((mode) => mode.padEnd(16))].join(''),
    ...KINDS.map((kind) => [kind.padEnd(12), ...MODES.map((mode) => cell(figures[kind][mode]))].join('')),
    ...worse.map((kind) => `hybrid is worse than keyword for ${kind} queries`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
process.exitCode = worse.length > 0 ? 1 : 0
