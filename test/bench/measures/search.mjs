// Owns the figures of searching 20,000 chunks: one query at a time as a person asks, and a file of queries as a script does.
// The folder is ingested once and kept until the documents, the model or the schema change.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchDir, makeCorpus } from '../corpus.mjs'
import { figure, median, quantile } from '../figures.mjs'
import { measureNode, measureProgram, startIdleWatch } from '../processes.mjs'
import { bundlePart, builtDir, commandFile, modelDir, readModelId, root, withFolder } from '../product.mjs'
import { drawCount, makePerson, makePlace, makeRandom, makeVerb } from '../text.mjs'

const CHUNKS = 20_000
const SEED = 7
const FILES = 5_200
const QUERIES_EACH = 30
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname

const pickOf = (random, list) => list[Math.floor(list.length * random())]
const pickRun = (random, words, length) => {
  const from = Math.floor((words.length - length) * random())
  return words.slice(from, from + length).join(' ')
}
const wordsOf = (text) => text.match(/\w{3,}/g) ?? []
const SMALL_WORDS = new Set([
  'across',
  'after',
  'because',
  'before',
  'behind',
  'every',
  'their',
  'unless',
  'until',
  'while',
])
/** Words that somebody would look for. */
const longOf = (text) => (text.match(/\w{5,}/g) ?? []).filter((word) => !SMALL_WORDS.has(word))

/** Words that are in most passages of all. */
const COMMON_WORDS = ['the', 'and', 'of', 'in', 'with', 'for', 'their', 'before', 'every', 'until', 'our', 'although']

/** What people type, by kind, about a text that is there. */
const QUERY_KINDS = {
  'one rare word': (random, text) => pickOf(random, longOf(text)),
  'two words': (random, text) => `${pickOf(random, longOf(text))} ${pickOf(random, longOf(text))}`,
  question: (random, text) => `who ${makeVerb(random)} the ${pickOf(random, longOf(text))} in ${makePlace(random)}?`,
  sentence: (random, text) => pickOf(random, text.split('. ')),
  phrase: (random, text) => `"${pickRun(random, wordsOf(text.split(/[.\n]/)[0]), 3)}"`,
  'name and number': (random) => `${makePerson(random)} ${drawCount(random, 1990, 2024)}`,
  prefix: (random, text) => pickOf(random, longOf(text)).slice(0, 6),
  'only common words': (random) => `${pickOf(random, COMMON_WORDS)} ${pickOf(random, COMMON_WORDS)}`,
  'not there': (random) => `zyx${drawCount(random, 100, 999)}`,
}

/** Queries with their kinds about texts. @param {(random: () => number) => string} pickText */
export const makeQueries = (pickText) => {
  const random = makeRandom(99)
  return Array.from({ length: QUERIES_EACH }, () => {
    const text = pickText(random)
    return Object.entries(QUERY_KINDS).map(([kind, make]) => ({ kind, query: make(random, text) }))
  }).flat()
}

const makeQueriesAbout = (corpus) => {
  const files = readdirSync(corpus, { recursive: true })
    .filter((name) => name.endsWith('.txt'))
    .sort()
  return makeQueries((random) => readFileSync(join(corpus, pickOf(random, files)), 'utf8'))
}

const bundleEngine = () =>
  bundlePart('engine', {
    'main/engine': 'createEngine',
    'main/pool/fork-launcher': 'createForkLauncher',
    'shared/limits': 'resolveLimits',
  })

/** Asks an engine of its own over the data folder, and plain FTS5 over the same; milliseconds of each query, in their order. */
export const askAll = async (dataDir, queriesFile) => {
  const part = (name) => join(here, '..', 'parts', `${name}.mjs`)
  const endIdle = startIdleWatch()
  const asked = await measureProgram(
    process.execPath,
    [part('searches'), await bundleEngine(), builtDir, modelDir, dataDir, queriesFile],
    { timeoutMs: 1_800_000 },
  )
  const idleLoop = await endIdle()
  const plain = await measureProgram(process.execPath, [part('plain-searches'), dataDir, queriesFile], {
    timeoutMs: 1_800_000,
  })
  return { ...JSON.parse(asked.stdout), plain: JSON.parse(plain.stdout).elapsed, idleLoop }
}

/** p95 of each kind of query, and what it is to plain FTS5 in the same run. */
export const figuresByKind = (name, queries, runs) =>
  [...new Set(queries.map(({ kind }) => kind))].flatMap((kind) => {
    const of = (elapsed) => elapsed.filter((_ms, index) => queries[index].kind === kind)
    const ours = runs.map(({ elapsed }) => quantile(of(elapsed.hybrid), 0.95))
    const plain = runs.map((run) => quantile(of(run.plain), 0.95))
    return figure({
      name: `${name}.p95 ${kind}`,
      unit: 'ms',
      better: 'lower',
      samples: ours,
      note: `to plain FTS5: ${(median(ours) / median(plain)).toFixed(1)} (${median(plain).toFixed(1)} ms)`,
    })
  })

/** A data folder with the chunks, ingested now if it is not there. */
const ensureFolder = async (say) => {
  const { folder: corpus, key: corpusKey } = makeCorpus({
    files: FILES,
    seed: SEED,
    kinds: ['txt', 'md', 'html', 'docx'],
  })
  const migrations = join(root, 'src', 'main', 'store', 'migrations')
  const key = readdirSync(migrations)
    .filter((name) => /^\d/.test(name))
    .sort()
    .reduce((hash, name) => hash.update(readFileSync(join(migrations, name))), createHash('sha256'))
    .update(corpusKey)
    .update(readModelId())
    .digest('hex')
    .slice(0, 12)
  const dataDir = join(benchDir, `searched-${key}`)
  if (existsSync(dataDir)) return { dataDir, corpus }
  say(`ingesting ${FILES} files for the search, once; this takes minutes`)
  const unfinished = `${dataDir}.part`
  rmSync(unfinished, { recursive: true, force: true })
  const { stdout } = await measureProgram(
    process.execPath,
    [commandFile, 'ingest', corpus, '--json', '--data-dir', unfinished],
    {
      timeoutMs: 3_600_000,
    },
  )
  const { chunks } = JSON.parse(stdout)
  if (chunks < CHUNKS) throw new Error(`only ${chunks} chunks: make more files`)
  renameSync(unfinished, dataDir)
  return { dataDir, corpus }
}

/** Figures of this measurement. @param {{ rounds: number, say: (line: string) => void }} options */
export const measureSearch = async ({ rounds, say }) => {
  const { dataDir, corpus } = await ensureFolder(say)
  const queries = makeQueriesAbout(corpus)
  say(`searching: ${queries.length} queries, ${Object.keys(QUERY_KINDS).join(', ')}`)
  const alone = []
  const files = []
  await withFolder('search', async (folder) => {
    const asked = join(folder, 'queries')
    writeFileSync(`${asked}.json`, JSON.stringify(queries))
    writeFileSync(`${asked}.txt`, `${queries.map(({ query }) => query).join('\n')}\n`)
    for (let round = 1; round <= rounds; round += 1) {
      alone.push(await askAll(dataDir, `${asked}.json`))
      const args = [commandFile, 'search', '--queries-file', `${asked}.txt`, '--ndjson', '--data-dir', dataDir]
      const file = await measureNode(args, { codes: [0, 2] })
      const answers = file.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      files.push({ ...file, elapsed: answers.flatMap(({ elapsedMs }) => elapsedMs ?? []) })
    }
  })
  const at = (share, mode) => alone.map(({ elapsed }) => quantile(elapsed[mode], share))
  const idle = (name) =>
    `an idle process beside it: ${Math.max(...alone.map(({ idleLoop }) => idleLoop?.[name] ?? 0)).toFixed(1)} ms`
  return [
    ...figure({
      name: 'search.p50',
      unit: 'ms',
      better: 'lower',
      samples: at(0.5, 'hybrid'),
      note: `hybrid, one at a time, ${queries.length} queries`,
    }),
    ...figure({ name: 'search.p95', unit: 'ms', better: 'lower', aim: 30, samples: at(0.95, 'hybrid') }),
    ...figuresByKind('search', queries, alone),
    ...figure({
      name: 'search.firstP95',
      unit: 'ms',
      better: 'lower',
      aim: 40,
      samples: at(0.95, 'first'),
      note: 'results by keyword, which come first',
    }),
    ...figure({
      name: 'search.answerP95',
      unit: 'ms',
      better: 'lower',
      aim: 300,
      samples: alone.map(({ answered }) => quantile(answered, 0.95)),
      note: '`ask` offline, questions',
    }),
    ...figure({ name: 'search.keywordP95', unit: 'ms', better: 'lower', samples: at(0.95, 'keyword') }),
    ...figure({ name: 'search.semanticP95', unit: 'ms', better: 'lower', samples: at(0.95, 'semantic') }),
    ...figure({
      name: 'search.fileP50',
      unit: 'ms',
      better: 'lower',
      samples: files.map(({ elapsed }) => quantile(elapsed, 0.5)),
      note: '--queries-file: elapsedMs of each answer',
    }),
    ...figure({
      name: 'search.fileP95',
      unit: 'ms',
      better: 'lower',
      aim: 60,
      samples: files.map(({ elapsed }) => quantile(elapsed, 0.95)),
    }),
    ...figure({
      name: 'search.fileQueriesPerSecond',
      better: 'higher',
      samples: files.map(({ wallMs }) => (queries.length / wallMs) * 1_000),
      note: 'start of the command included',
    }),
    ...figure({
      name: 'search.loopP99',
      unit: 'ms',
      better: 'lower',
      aim: 30,
      samples: alone.map(({ loop }) => loop.p99Ms),
      note: idle('p99Ms'),
    }),
    ...figure({
      name: 'search.loopMax',
      unit: 'ms',
      better: 'lower',
      aim: 100,
      samples: alone.map(({ loop }) => loop.maxMs),
      note: idle('maxMs'),
    }),
  ]
}
