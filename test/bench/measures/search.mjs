// Owns the figures of searching 20,000 chunks: one query at a time as a person asks, and a file of queries as a script does.
// The folder is ingested once and kept until the documents, the model or the schema change.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchDir, makeCorpus } from '../corpus.mjs'
import { figure, quantile } from '../figures.mjs'
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

/** What people type, by kind, about a text that is there. */
const QUERY_KINDS = {
  'one word': (random, text) => pickOf(random, longOf(text)),
  'two words': (random, text) => `${pickOf(random, longOf(text))} ${pickOf(random, longOf(text))}`,
  question: (random, text) => `who ${makeVerb(random)} the ${pickOf(random, longOf(text))} in ${makePlace(random)}?`,
  sentence: (random, text) => pickOf(random, text.split('. ')),
  phrase: (random, text) => `"${pickRun(random, wordsOf(text.split(/[.\n]/)[0]), 3)}"`,
  'name and number': (random) => `${makePerson(random)} ${drawCount(random, 1990, 2024)}`,
  'beginning of a word': (random, text) => pickOf(random, longOf(text)).slice(0, 6),
  'not there': (random) => `zyx${drawCount(random, 100, 999)}`,
}

const makeQueries = (corpus) => {
  const random = makeRandom(99)
  const files = readdirSync(corpus, { recursive: true })
    .filter((name) => name.endsWith('.txt'))
    .sort()
  return Array.from({ length: QUERIES_EACH }, () => {
    const text = readFileSync(join(corpus, pickOf(random, files)), 'utf8')
    return Object.values(QUERY_KINDS).map((make) => make(random, text))
  }).flat()
}

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
  const queries = makeQueries(corpus)
  say(`searching: ${queries.length} queries, ${Object.keys(QUERY_KINDS).join(', ')}`)
  const engineFile = await bundlePart('engine', {
    'main/engine': 'createEngine',
    'main/pool/fork-launcher': 'createForkLauncher',
    'shared/limits': 'resolveLimits',
  })
  const alone = []
  const files = []
  await withFolder('search', async (folder) => {
    const asked = join(folder, 'queries')
    writeFileSync(`${asked}.json`, JSON.stringify(queries))
    writeFileSync(`${asked}.txt`, `${queries.join('\n')}\n`)
    for (let round = 1; round <= rounds; round += 1) {
      const endIdle = startIdleWatch()
      const part = join(here, '..', 'parts', 'searches.mjs')
      const one = await measureProgram(process.execPath, [
        part,
        engineFile,
        builtDir,
        modelDir,
        dataDir,
        `${asked}.json`,
      ])
      alone.push({ ...JSON.parse(one.stdout), idleLoop: await endIdle(), cpuSeconds: one.cpuSeconds })
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
    ...figure({ name: 'search.p95', unit: 'ms', better: 'lower', aim: 60, samples: at(0.95, 'hybrid') }),
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
