// Owns the figures of ingesting a thousand mixed files: speed, its ratio to the bound of the same run, memory, delays; and the time
// until everything is found by keyword, beside recollindex. Refuses to compare runs on different corpora.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { delimiter, join } from 'node:path'
import { makeCorpus } from '../corpus.mjs'
import { figure } from '../figures.mjs'
import { measureNode, measureProgram, startIdleWatch } from '../processes.mjs'
import { bundlePart, commandFile, modelDir, readChunkTexts, withFolder } from '../product.mjs'

const SEED = 20_240_601
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname

const findProgram = (name) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** One ingest into an empty data folder, and what its extraction and its embedding cost alone. */
const ingestOnce = async (corpus, embedderFile, wantsBound) =>
  withFolder('ingest', async (folder) => {
    const dataDir = join(folder, 'data')
    const endIdle = startIdleWatch()
    const run = await measureNode([commandFile, 'ingest', corpus, '--json', '--data-dir', dataDir], { memory: true })
    const idleLoop = await endIdle()
    const report = JSON.parse(run.stdout)
    const readyMs = Date.parse(report.job.startedAt) + report.job.keywordReadyMs - run.startedAtMs
    const result = { run, report, readyMs, idleLoop, extraction: null, embedding: null }
    if (!wantsBound) return result
    const texts = join(folder, 'texts.json')
    writeFileSync(texts, JSON.stringify(readChunkTexts(dataDir)))
    const part = join(here, '..', 'parts', 'embedding.mjs')
    const extraction = await measureProgram(process.execPath, [commandFile, 'extract', corpus, '--ndjson'])
    const embedding = await measureProgram(process.execPath, [part, embedderFile, modelDir, texts])
    return { ...result, extraction, embedding }
  })

/** recollindex over the same folder, with an index of its own. */
const recollOnce = (corpus) =>
  withFolder('recoll', async (folder) => {
    const config = join(folder, 'config')
    mkdirSync(config)
    writeFileSync(join(config, 'recoll.conf'), `topdirs = ${corpus}\nskippedNames =\n`)
    return measureProgram('recollindex', ['-c', config, '-z'], { memory: true })
  })

/** Figures of this measurement. @param {{ files: number, rounds: number, wants: (name: string) => boolean, say: (line: string) => void }} options */
export const measureIngest = async ({ files, rounds, wants, say }) => {
  const { folder } = makeCorpus({ files, seed: SEED })
  const embedderFile = await bundlePart('embedder', { 'workers/model/embedder': 'createEmbedder' })
  const hasRecoll = findProgram('recollindex')
  const runs = []
  const recolls = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`ingest of ${files} files, round ${round} of ${rounds}`)
    if (wants('keyword') && hasRecoll) recolls.push(await recollOnce(folder))
    runs.push(await ingestOnce(folder, embedderFile, wants('ingest')))
    const { run, report, extraction, embedding } = runs.at(-1)
    say(
      `  ${Math.round(run.wallMs)} ms, ${run.cpuSeconds} CPU s, free ${run.freeSeconds?.toFixed(1)} s; keyword-ready ${report.job.keywordReadyMs} ms; ` +
        `extraction alone ${extraction?.cpuSeconds} CPU s, embedding alone ${embedding?.cpuSeconds} CPU s; ${JSON.stringify(report.documents)}`,
    )
  }
  const cores = cpus().length
  const each = (read) => runs.map(read)
  const bound = ({ extraction, embedding }) =>
    typeof extraction?.cpuSeconds !== 'number' || typeof embedding?.cpuSeconds !== 'number'
      ? null
      : extraction.cpuSeconds + embedding.cpuSeconds
  const seconds = ({ run }) => run.wallMs / 1_000
  const [first] = runs
  const { chunks, embeddings } = first.report
  const ingestFigures = [
    ...figure({
      name: 'ingest.filesPerSecond',
      unit: 'files/s',
      better: 'higher',
      samples: each((one) => files / seconds(one)),
      note: `${chunks} chunks, ${embeddings.computed} windows`,
    }),
    ...figure({
      name: 'ingest.chunksPerSecond',
      unit: 'chunks/s',
      better: 'higher',
      samples: each((one) => one.report.chunks / seconds(one)),
    }),
    ...figure({
      name: 'ingest.ofBound',
      better: 'higher',
      aim: 0.7,
      samples: each((one) => (bound(one) === null ? null : bound(one) / cores / seconds(one))),
      note: 'wall time of the bound to that of the ingest; needs a machine at rest',
    }),
    ...figure({
      name: 'ingest.ofFreeBound',
      better: 'higher',
      aim: 0.7,
      portable: true,
      samples: each((one) => (bound(one) === null || !one.run.freeSeconds ? null : bound(one) / one.run.freeSeconds)),
      note: 'the same, counting only processor time that no other program took',
    }),
    ...figure({
      name: 'ingest.cpuOfBound',
      better: 'lower',
      portable: true,
      samples: each((one) => (bound(one) === null ? null : one.run.cpuSeconds / bound(one))),
      note: 'processor time of the ingest to that of its parts alone',
    }),
    ...figure({
      name: 'ingest.extractionCpu',
      unit: 's',
      better: 'lower',
      samples: each((one) => one.extraction?.cpuSeconds ?? null),
    }),
    ...figure({
      name: 'ingest.embeddingCpu',
      unit: 's',
      better: 'lower',
      samples: each((one) => one.embedding?.cpuSeconds ?? null),
    }),
    ...figure({
      name: 'ingest.commandPeak',
      unit: 'MB',
      better: 'lower',
      portable: true,
      aim: 1_500,
      samples: each(({ run }) => run.peakMb),
    }),
    ...figure({
      name: 'ingest.loopP99',
      unit: 'ms',
      better: 'lower',
      aim: 30,
      samples: each(({ run }) => run.probe?.loop?.p99Ms ?? null),
      note: idleNote(runs, 'p99Ms'),
    }),
    ...figure({
      name: 'ingest.loopMax',
      unit: 'ms',
      better: 'lower',
      aim: 100,
      samples: each(({ run }) => run.probe?.loop?.maxMs ?? null),
      note: idleNote(runs, 'maxMs'),
    }),
  ]
  const ratio = recolls.map(({ wallMs }, at) => runs[at].readyMs / wallMs)
  const keywordFigures = [
    ...figure({
      name: 'keyword.readyMs',
      unit: 'ms',
      better: 'lower',
      samples: each(({ report }) => report.job.keywordReadyMs),
      note: 'since the start of the job',
    }),
    ...figure({
      name: 'keyword.readyWall',
      unit: 'ms',
      better: 'lower',
      samples: each(({ readyMs }) => readyMs),
      note: 'since the start of the command',
    }),
    ...figure({
      name: 'keyword.recollWall',
      unit: 'ms',
      samples: recolls.map(({ wallMs }) => wallMs),
      note: 'recollindex, same folder, same run',
    }),
    ...figure({ name: 'keyword.recollCpu', unit: 's', samples: recolls.map(({ cpuSeconds }) => cpuSeconds) }),
    ...figure({ name: 'keyword.ofRecoll', better: 'lower', aim: 1, portable: true, samples: ratio }),
  ]
  if (wants('keyword') && !hasRecoll) say('recollindex is not installed: no comparison')
  return [...(wants('ingest') ? ingestFigures : []), ...(wants('keyword') ? keywordFigures : [])]
}

const idleNote = (runs, name) => {
  const seen = runs.flatMap(({ idleLoop }) => idleLoop?.[name] ?? [])
  return seen.length === 0 ? null : `an idle process beside it: ${Math.max(...seen).toFixed(1)} ms`
}
