// Owns reading everything a data folder holds once nobody works on it: documents, chunks, vectors, counts that must agree.
// Refuses: folders that an engine has open.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@lancedb/lancedb'
import Libsql from 'libsql'

type DocumentRow = { path: string; state: string; code: string | null; sha256: string | null }
type ChunkRow = {
  id: number
  sha256: string
  ordinal: number
  text: string
  heading: string
  title: string
  start: number
  end: number
  page: number | null
  windows: number | null
}

export type IndexContent = {
  documents: DocumentRow[]
  /** Without ids, which differ between two folders. */
  chunks: Omit<ChunkRow, 'id'>[]
  /** By content, chunk and window. */
  vectors: Map<string, { start: number; end: number; vector: Float32Array }>
  /** Rows in the vector index; more than `vectors` when one is there twice. */
  vectorRows: number
  /** Vectors of chunks that the database does not know. */
  orphans: number
  /** What must be nothing when nothing is going on. */
  leftOver: { intents: number; garbage: number; staged: number; openTasks: number; openJobs: number; pending: number }
  /** Windows that were computed, over all jobs. */
  computed: number
  cached: number
}

/** LanceDB makes a scratch folder where the environment says, and leaves it there. */
const connectFrom = async (dir: string, scratch: string) => {
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = scratch
  try {
    return await connect(dir)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
}

const readVectors = async (dataDir: string, chunks: readonly ChunkRow[]) => {
  const vectors: IndexContent['vectors'] = new Map()
  const chunkOf = new Map(chunks.map((chunk) => [chunk.id, chunk]))
  let vectorRows = 0
  let orphans = 0
  const dir = join(dataDir, 'vectors')
  if (!existsSync(dir)) return { vectors, vectorRows, orphans }
  const connection = await connectFrom(dir, dataDir)
  for (const name of await connection.tableNames()) {
    const table = await connection.openTable(name)
    for (const row of (await table.query().toArray()) as Record<string, unknown>[]) {
      vectorRows += 1
      const chunk = chunkOf.get(Number(row['chunk_id']))
      if (!chunk) orphans += 1
      else {
        const values = row['vector'] as { toArray: () => ArrayLike<number> }
        const found = {
          start: Number(row['start']),
          end: Number(row['end']),
          vector: Float32Array.from(values.toArray()),
        }
        vectors.set(`${chunk.sha256}:${chunk.ordinal}:${Number(row['window'])}`, found)
      }
    }
    table.close()
  }
  connection.close()
  return { vectors, vectorRows, orphans }
}

/** Reads the whole index of a data folder. */
export const readIndex = async (dataDir: string): Promise<IndexContent> => {
  const db = new Libsql(join(dataDir, 'sluice.db'), { timeout: 5_000 })
  try {
    const all = <T>(sql: string): T[] => db.prepare(sql).all([]) as T[]
    const count = (sql: string): number => (all<{ n: number }>(sql)[0] ?? { n: 0 }).n
    const documents = all<DocumentRow>(
      `SELECT d.path, d.state, d.code, k.sha256 FROM documents d LEFT JOIN contents k ON k.id = d.content_id ORDER BY d.path, d.id`,
    )
    const chunks = all<ChunkRow>(
      `SELECT c.id, k.sha256, c.ordinal, c.text, c.heading, c.title, c."start", c."end", c.page, c.windows
        FROM chunks c JOIN contents k ON k.id = c.content_id WHERE k.state = 'current' ORDER BY k.sha256, c.ordinal`,
    )
    const leftOver = {
      intents: count('SELECT count(*) AS n FROM vector_intents'),
      garbage: count('SELECT count(*) AS n FROM vector_garbage'),
      staged: count(`SELECT count(*) AS n FROM contents WHERE state <> 'current'`),
      openTasks: count(`SELECT count(*) AS n FROM tasks WHERE state <> 'ended'`),
      openJobs: count(`SELECT count(*) AS n FROM jobs WHERE state IN ('queued', 'running')`),
      pending: count(`SELECT count(*) AS n FROM chunks WHERE windows IS NULL`),
    }
    const sums = all<{ computed: number; cached: number }>(
      'SELECT COALESCE(sum(windows_computed), 0) AS computed, COALESCE(sum(windows_cached), 0) AS cached FROM jobs',
    )[0]
    const inIndex = await readVectors(dataDir, chunks)
    const nameless = chunks.map(({ id: _id, ...chunk }) => chunk)
    return {
      documents,
      chunks: nameless,
      ...inIndex,
      leftOver,
      computed: sums?.computed ?? 0,
      cached: sums?.cached ?? 0,
    }
  } finally {
    db.close()
  }
}

const NOTHING_LEFT: IndexContent['leftOver'] = {
  intents: 0,
  garbage: 0,
  staged: 0,
  openTasks: 0,
  openJobs: 0,
  pending: 0,
}

/** Vectors of one text, made by the int8 model in different batches: 0.984 was seen. Those of other texts must be farther away. */
const SAME_COSINE = 0.97

const cosine = (a: Float32Array, b: Float32Array): number => {
  let dot = 0
  let squaresA = 0
  let squaresB = 0
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i] ?? 0
    const y = b[i] ?? 0
    dot += x * y
    squaresA += x * x
    squaresB += y * y
  }
  return dot / Math.sqrt(squaresA * squaresB)
}

/** What an index disagrees about with itself, in words; empty when it is sound. */
export const findFlaws = (index: IndexContent): string[] => {
  const windows = index.chunks.reduce((sum, chunk) => sum + (chunk.windows ?? 0), 0)
  const flaws: [boolean, string][] = [
    [index.vectorRows !== windows, `${index.vectorRows} vectors for ${windows} windows`],
    [index.vectorRows !== index.vectors.size, `${index.vectorRows - index.vectors.size} vectors are there twice`],
    [index.orphans > 0, `${index.orphans} vectors of nothing`],
    ...Object.entries(NOTHING_LEFT).map(([name, none]): [boolean, string] => {
      const left = index.leftOver[name as keyof typeof NOTHING_LEFT]
      return [left !== none, `${left} ${name} left over`]
    }),
  ]
  return flaws.filter(([is]) => is).map(([, words]) => words)
}

/** How two indexes of the same documents differ, in words; empty when they are the same but for rounding. */
export const findDifferences = (actual: IndexContent, expected: IndexContent): string[] => {
  const lines = (rows: readonly unknown[]): Set<string> => new Set(rows.map((row) => JSON.stringify(row)))
  const differences: string[] = []
  for (const part of ['documents', 'chunks'] as const) {
    const [has, should] = [lines(actual[part]), lines(expected[part])]
    if (actual[part].length !== expected[part].length)
      differences.push(`${actual[part].length} ${part} instead of ${expected[part].length}`)
    for (const line of should) if (!has.has(line)) differences.push(`missing in ${part}: ${line.slice(0, 200)}`)
    for (const line of has) if (!should.has(line)) differences.push(`surplus in ${part}: ${line.slice(0, 200)}`)
  }
  const others = [...expected.vectors.values()].map(({ vector }) => vector)
  for (const [at, [key, { start, end, vector }]] of [...expected.vectors].entries()) {
    const found = actual.vectors.get(key)
    const other = others[(at + 1) % others.length]
    if (!found) differences.push(`no vector ${key}`)
    else if (found.start !== start || found.end !== end) differences.push(`other window ${key}`)
    else if (cosine(found.vector, vector) < SAME_COSINE)
      differences.push(`other vector ${key}: cosine ${cosine(found.vector, vector).toFixed(4)}`)
    else if (other && others.length > 1 && cosine(found.vector, other) > cosine(found.vector, vector))
      differences.push(`vector ${key} is that of another text`)
  }
  for (const key of actual.vectors.keys()) if (!expected.vectors.has(key)) differences.push(`surplus vector ${key}`)
  return differences.slice(0, 20)
}

/** Names in the temp folder that belong to jobs. */
export const listJobTemp = (dataDir: string): string[] => {
  const temp = join(dataDir, 'temp')
  return existsSync(temp) ? readdirSync(temp).filter((name) => name.startsWith('job-')) : []
}
