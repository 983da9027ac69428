// Owns the figures of searching a million chunks: text whose words are as often as in natural text, vectors that are made, an index by the product.
// The folder is made once and kept. Refuses: ingesting; documents, chunks and vectors are written as the product would have them.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Libsql from 'libsql'
import { benchDir, makeCorpus } from '../corpus.mjs'
import { figure, quantile } from '../figures.mjs'
import { measureProgram } from '../processes.mjs'
import { bundlePart, commandFile, readModelId, withFolder } from '../product.mjs'
import { makeParagraph, makeRandom } from '../text.mjs'
import { askAll, figuresByKind, makeQueries } from './search.mjs'

const SEED = 11
const CHUNKS_EACH = 10
/** Words of a chunk, and of the vocabulary. */
const WORDS = 90
const VOCABULARY = 200_000
const VECTOR_CLUSTERS = 2_000
const VECTOR_SPREAD = 0.6
const VECTORS_AT_ONCE = 20_000
const DIMENSIONS = 512
const PARAGRAPHS_FOR_WORDS = 40_000
/** Of Zipf and Mandelbrot: the n-th word is as often as 1 / (n + 2.7). */
const MANDELBROT = 2.7

/** Words of the generated texts, the commonest first, and then made ones until there are enough. */
const makeVocabulary = (random) => {
  const times = new Map()
  for (let n = 0; n < PARAGRAPHS_FOR_WORDS && times.size < VOCABULARY; n += 1)
    for (const word of makeParagraph(random).match(/\p{L}+/gu) ?? []) times.set(word, (times.get(word) ?? 0) + 1)
  return [...times].sort((left, right) => right[1] - left[1]).map(([word]) => word)
}

const makeWriter = (random) => {
  const words = makeVocabulary(random)
  const sums = new Float64Array(words.length)
  let sum = 0
  for (let n = 0; n < words.length; n += 1) {
    sum += 1 / (n + 1 + MANDELBROT)
    sums[n] = sum
  }
  const draw = () => {
    const wanted = random() * sum
    let [low, high] = [0, words.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle] < wanted) low = middle + 1
      else high = middle
    }
    return words[low]
  }
  return () =>
    Array.from({ length: WORDS }, (_, n) => (n % 15 === 14 ? `${draw()}.` : draw()))
      .join(' ')
      .replace(/^./u, (letter) => letter.toUpperCase())
}

/** Puts copies of a document with other texts into the store, and tells the table of vectors. */
const fillStore = (dataDir, chunks, say) => {
  const database = new Libsql(join(dataDir, 'sluice.db'), { timeout: 5_000 })
  database.exec('PRAGMA synchronous = OFF')
  const random = makeRandom(SEED)
  const write = makeWriter(random)
  const copy = (table, changed) => {
    const row = database.prepare(`SELECT * FROM ${table} ORDER BY id LIMIT 1`).get()
    delete row._metadata
    const names = Object.keys({ ...row, ...changed })
    const insert = database.prepare(
      `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
    return (values) => insert.run(names.map((name) => ({ ...row, ...values })[name]))
  }
  const addContent = copy('contents', { id: 0 })
  const addDocument = copy('documents', { id: 0 })
  const addChunk = copy('chunks', { id: 0 })
  const addTerms = database.prepare('INSERT INTO chunks_fts (rowid, text, heading, title) VALUES (?, ?, ?, ?)')
  const next = (table) => database.prepare(`SELECT coalesce(max(id), 0) + 1 AS id FROM ${table}`).get().id
  let [contentId, documentId, chunkId] = ['contents', 'documents', 'chunks'].map(next)
  const first = { chunkId, contentId }
  const last = chunkId + chunks
  database.exec('BEGIN')
  while (chunkId < last) {
    const title = `Report ${contentId}`
    addContent({
      id: contentId,
      sha256: createHash('sha256').update(title).digest('hex'),
      title,
      chunk_count: CHUNKS_EACH,
    })
    const path = `scale/${contentId % 997}/report-${contentId}.txt`
    addDocument({
      id: documentId,
      item_key: `scale-${contentId}`,
      path,
      path_folded: path,
      location: `/${path}`,
      content_id: contentId,
    })
    for (let ordinal = 0; ordinal < CHUNKS_EACH; ordinal += 1, chunkId += 1) {
      const text = write()
      const start = ordinal * 1_000
      addChunk({
        id: chunkId,
        content_id: contentId,
        ordinal,
        text,
        heading: '',
        title,
        start,
        end: start + text.length,
        windows: 1,
      })
      addTerms.run(chunkId, text, '', title)
    }
    contentId += 1
    documentId += 1
    if (contentId % 1_000 === 0) database.exec('COMMIT; BEGIN')
    if (contentId % 10_000 === 0) say(`  ${chunkId.toLocaleString('en')} chunks`)
  }
  database.exec('COMMIT')
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const { table } = database.prepare('SELECT table_name AS "table" FROM vector_spaces').get()
  const texts = database
    .prepare('SELECT text FROM chunks WHERE id >= ? ORDER BY id LIMIT 500')
    .all(first.chunkId)
    .map(({ text }) => text)
  database.close()
  return { ...first, last, table, texts }
}

/** Vectors in clusters, as those of texts are. */
const fillVectors = async (dataDir, { chunkId: from, contentId: firstContent, last, table }, say) => {
  const vectors = createRequire(import.meta.url)(await bundlePart('vectors', { 'main/vectors': 'openVectorIndex' }))
  const { encodeFloat16 } = createRequire(import.meta.url)(
    await bundlePart('float16', { 'shared/float16': 'encodeFloat16' }),
  )
  const random = makeRandom(SEED + 1)
  const centers = Float32Array.from({ length: VECTOR_CLUSTERS * DIMENSIONS }, () => random() - 0.5)
  const index = await vectors.openVectorIndex({
    dir: join(dataDir, 'vectors'),
    tempDir: join(dataDir, 'temp', 'vectors'),
    nowMs: Date.now,
  })
  const opened = await index.space({ table, dimensions: DIMENSIONS })
  for (let at = from; at < last; at += VECTORS_AT_ONCE) {
    const ids = Array.from({ length: Math.min(VECTORS_AT_ONCE, last - at) }, (_, n) => at + n)
    const made = new Float32Array(ids.length * DIMENSIONS)
    for (let row = 0; row < ids.length; row += 1) {
      const center = Math.floor(random() * VECTOR_CLUSTERS) * DIMENSIONS
      let square = 0
      for (let n = 0; n < DIMENSIONS; n += 1) {
        const value = centers[center + n] + VECTOR_SPREAD * (random() - 0.5)
        made[row * DIMENSIONS + n] = value
        square += value * value
      }
      const length = Math.sqrt(square)
      for (let n = 0; n < DIMENSIONS; n += 1) made[row * DIMENSIONS + n] /= length
    }
    await opened.append({
      chunkIds: ids,
      windows: ids.map(() => 0),
      contentIds: ids.map((id) => firstContent + Math.floor((id - from) / CHUNKS_EACH)),
      collectionIds: ids.map(() => 1),
      starts: ids.map(() => 0),
      ends: ids.map(() => 500),
      vectors: encodeFloat16(made),
    })
  }
  say('  making the vector index')
  await opened.optimize()
  await index.close()
}

/** The folder with so many chunks, made once and kept. */
export const ensureScaleFolder = async (chunks, say) => {
  const { folder: corpus } = makeCorpus({ files: 40, seed: SEED, kinds: ['txt'] })
  const dataDir = join(benchDir, `scale-${chunks}-${readModelId().slice(0, 12)}`)
  const texts = `${dataDir}.json`
  if (existsSync(texts)) return { dataDir, texts: JSON.parse(readFileSync(texts, 'utf8')) }
  say(`making ${chunks.toLocaleString('en')} chunks, once; this takes many minutes`)
  const unfinished = `${dataDir}.part`
  for (const path of [unfinished, dataDir]) rmSync(path, { recursive: true, force: true })
  await measureProgram(process.execPath, [commandFile, 'ingest', corpus, '--json', '--data-dir', unfinished], {
    timeoutMs: 600_000,
  })
  const filled = fillStore(unfinished, chunks, say)
  await fillVectors(unfinished, filled, say)
  renameSync(unfinished, dataDir)
  writeFileSync(texts, JSON.stringify(filled.texts))
  return { dataDir, texts: filled.texts }
}

/** Figures of this measurement. @param {{ rounds: number, chunks: number, say: (line: string) => void }} options */
export const measureScale = async ({ rounds, chunks, say }) => {
  const { dataDir, texts } = await ensureScaleFolder(chunks, say)
  const queries = makeQueries((random) => texts[Math.floor(texts.length * random())])
  const runs = []
  await withFolder('scale', async (folder) => {
    const file = join(folder, 'queries.json')
    writeFileSync(file, JSON.stringify(queries))
    for (let round = 1; round <= rounds; round += 1) runs.push(await askAll(dataDir, file))
  })
  const at = (share, mode) => runs.map(({ elapsed }) => quantile(elapsed[mode], share))
  const note = `${chunks.toLocaleString('en')} chunks, ${queries.length} queries`
  return [
    ...figure({ name: 'scale.p50', unit: 'ms', better: 'lower', samples: at(0.5, 'hybrid'), note }),
    ...figure({ name: 'scale.p95', unit: 'ms', better: 'lower', aim: 150, samples: at(0.95, 'hybrid') }),
    ...figuresByKind('scale', queries, runs),
    ...figure({ name: 'scale.firstP95', unit: 'ms', better: 'lower', samples: at(0.95, 'first') }),
    ...figure({
      name: 'scale.listP95',
      unit: 'ms',
      better: 'lower',
      aim: 50,
      samples: runs.map(({ listed }) => quantile(listed, 0.95)),
      note: `any page of 100 of ${runs[0].total.toLocaleString('en')} documents`,
    }),
    ...figure({ name: 'scale.semanticP95', unit: 'ms', better: 'lower', samples: at(0.95, 'semantic') }),
  ]
}
