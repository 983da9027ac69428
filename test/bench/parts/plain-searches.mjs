// Owns the same queries asked of SQLite's full-text index alone, as a program would that does nothing else: any of the words, the best ten by
// BM25 with their texts. Arguments: the data folder, a JSON file of queries with their kinds. Prints JSON.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'

const [dataDir, queriesFile] = process.argv.slice(2)
const WARM_UP = 5

const quote = (words) => `"${words}"`
const expressionOf = ({ kind, query }) => {
  const words = query.match(/[\p{L}\p{N}]+/gu) ?? []
  if (kind === 'phrase') return quote(words.join(' '))
  if (kind === 'prefix') return `${quote(words.join(' '))}*`
  return words.map(quote).join(' OR ')
}

const database = new Libsql(join(dataDir, 'sluice.db'), { timeout: 5_000 })
const search = database.prepare(
  `SELECT c.id, c.text, f.rank FROM chunks_fts f JOIN chunks c ON c.id = f.rowid WHERE chunks_fts MATCH ? ORDER BY f.rank LIMIT 10`,
)
const queries = JSON.parse(readFileSync(queriesFile, 'utf8'))
for (const query of queries.slice(0, WARM_UP)) search.all(expressionOf(query))
const elapsed = queries.map((query) => {
  const started = performance.now()
  search.all(expressionOf(query))
  return performance.now() - started
})
database.close()
process.stdout.write(JSON.stringify({ elapsed }))
