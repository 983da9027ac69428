// Owns the figures of taking in what is large or packed: a long PDF beside pdftotext, many small files in one zip, large PDFs, a large
// text, a large zip; and the time until ten thousand files are found by keyword. Refuses embedding: it is stopped there.
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import Libsql from 'libsql'
import { keepFile, makeCorpus } from '../corpus.mjs'
import { makePages } from '../documents.mjs'
import { figure } from '../figures.mjs'
import { makePdfOf, makeZip } from '../packing.mjs'
import { hasProgram, measureProgram, runRounds, watchPeakMb } from '../processes.mjs'
import { bundlePart, commandFile, partFile, withFolder } from '../product.mjs'
import { makeParagraph, makeRandom } from '../text.mjs'
import { measureArchives } from './archives.mjs'

const MB = 1_000_000
const LOOK_MS = 50
const PATIENCE_MS = 900_000
const MANY_FILES = 10_000
/** Settings of this measurement: nothing waits, nothing is too large to be measured. */
const LARGE = {
  SLUICE_ARCHIVE_TOTAL_BYTES: String(4_000 * MB),
  SLUICE_ARCHIVE_ENTRIES: '20000',
  SLUICE_ARCHIVE_TOTAL_RATIO: '1000',
}

/** Bytes that do not compress, the same at every run. */
const makeNoise = (random, size) => {
  const words = new Uint32Array(size / 4)
  for (let at = 0; at < words.length; at += 1) words[at] = Math.floor(random() * 4_294_967_296)
  return Buffer.from(words.buffer)
}

const writeText = async (file, random, bytes) => {
  const out = createWriteStream(file)
  for (let written = 0; written < bytes;) {
    const piece = `${Array.from({ length: 200 }, () => makeParagraph(random)).join('\n\n')}\n\n`
    written += piece.length
    if (!out.write(piece)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

const readKeywordReady = (dataDir) => {
  const file = join(dataDir, 'sluice.db')
  if (!existsSync(file)) return null
  const database = new Libsql(file, { timeout: 5_000 })
  try {
    const [row] = database.prepare('SELECT keyword_ready_at AS ready, finished_at AS finished FROM jobs').all()
    return row?.ready ?? row?.finished ?? null
  } catch (error) {
    // The tables are not there yet.
    if (/no such table/.test(error.message)) return null
    throw error
  } finally {
    database.close()
  }
}

/**
 * Ingests until everything is found by keyword, then stops the command.
 * @returns milliseconds since its start, and the peak of its memory
 */
const measureKeywordReady = (folder, args = []) =>
  withFolder('intake', async (place) => {
    const dataDir = join(place, 'data')
    const startedAtMs = Date.now()
    const child = spawn(
      process.execPath,
      [commandFile, 'ingest', folder, '--yes', '--json', '--data-dir', dataDir, ...args],
      {
        env: { ...process.env, ...LARGE },
        stdio: 'ignore',
      },
    )
    const ended = once(child, 'close')
    const endWatch = watchPeakMb(child.pid)
    let ready = null
    while (
      ready === null &&
      child.exitCode === null &&
      child.signalCode === null &&
      Date.now() - startedAtMs < PATIENCE_MS
    ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      ready = readKeywordReady(dataDir)
    }
    const peakMb = endWatch()
    // The first asks it to finish what runs, the second to stop at once.
    child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    child.kill('SIGINT')
    await ended
    ready ??= readKeywordReady(dataDir)
    if (ready === null) throw new Error(`${folder} was not found by keyword in ${PATIENCE_MS} ms`)
    return { readyMs: Date.parse(ready) - startedAtMs, peakMb }
  })

const recollOnce = (corpus) =>
  withFolder('recoll', async (folder) => {
    const config = join(folder, 'config')
    mkdirSync(config)
    writeFileSync(join(config, 'recoll.conf'), `topdirs = ${corpus}\nskippedNames =\n`)
    return measureProgram('recollindex', ['-c', config, '-z'])
  })

const measureMany = async ({ say }) => {
  say(`${MANY_FILES} mixed files, once`)
  const { folder } = makeCorpus({ files: MANY_FILES, seed: 11 })
  const recoll = hasProgram('recollindex') ? await recollOnce(folder) : null
  const { readyMs, peakMb } = await measureKeywordReady(folder)
  return [
    ...figure({
      name: 'many.keywordReady',
      unit: 'ms',
      better: 'lower',
      samples: [readyMs],
      note: `${MANY_FILES} files`,
    }),
    ...figure({ name: 'many.recollWall', unit: 'ms', samples: recoll ? [recoll.wallMs] : [] }),
    ...figure({
      name: 'many.ofRecoll',
      better: 'lower',
      aim: 0.5,
      portable: true,
      samples: recoll ? [readyMs / recoll.wallMs] : [],
    }),
    ...figure({ name: 'many.peak', unit: 'MB', better: 'lower', portable: true, aim: 1_500, samples: [peakMb] }),
  ]
}

const measurePdf = async ({ rounds, say }) => {
  say('a PDF of 1,000 pages beside pdftotext')
  const pdf = await keepFile('long.pdf', (file) => {
    const random = makeRandom(8)
    const pages = []
    while (pages.length < 1_000)
      pages.push(
        ...makePages(
          random,
          Array.from({ length: 40 }, () => makeParagraph(random)),
        ),
      )
    writeFileSync(file, makePdfOf(pages.slice(0, 1_000), { title: 'A long report' }))
  })
  const part = await bundlePart('extraction', {
    'workers/formats/extract': 'runExtract',
    'shared/limits': 'resolveLimits',
  })
  const walls = await runRounds(rounds, async () => {
    const ours = await measureProgram(process.execPath, [partFile('extraction'), part, pdf])
    const other = hasProgram('pdftotext') ? await measureProgram('pdftotext', [pdf, '-']) : null
    return { ours: ours.wallMs, other: other?.wallMs ?? null, pages: JSON.parse(ours.stdout).pages }
  })
  return [
    ...figure({
      name: 'pdf.pagesPerSecond',
      unit: 'pages/s',
      better: 'higher',
      samples: walls.map(({ ours, pages }) => (pages / ours) * 1_000),
    }),
    ...figure({
      name: 'pdf.pdftotext',
      unit: 'pages/s',
      samples: walls.map(({ other, pages }) => (other === null ? null : (pages / other) * 1_000)),
    }),
    ...figure({
      name: 'pdf.ofPdftotext',
      better: 'higher',
      aim: 0.3,
      portable: true,
      samples: walls.map(({ ours, other }) => (other === null ? null : other / ours)),
      note: 'one process each, its start included',
    }),
  ]
}

const measureLarge = async ({ say }) => {
  say('10,000 small files in one zip')
  const small = await keepFile('small.zip', (file) => {
    const random = makeRandom(6)
    const names = Array.from({ length: 10_000 }, (_, at) => [
      `notes/${String(at).padStart(5, '0')}.txt`,
      makeParagraph(random),
    ])
    writeFileSync(file, makeZip(Object.fromEntries(names)))
  })
  const smallRun = await measureKeywordReady(small)
  say('ten PDFs of 10 MB each')
  const pdfs = await keepFile('heavy-pdfs', (folder) => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    const random = makeRandom(9)
    for (let at = 0; at < 10; at += 1) {
      const pages = makePages(
        random,
        Array.from({ length: 60 }, () => makeParagraph(random)),
      )
      writeFileSync(
        join(folder, `brochure-${at}.pdf`),
        makePdfOf(pages, { title: `Brochure ${at}`, picture: makeNoise(random, 10 * MB) }),
      )
    }
  })
  const pdfRun = await measureKeywordReady(pdfs)
  say('a text of 500 MB')
  const text = await keepFile('large.txt', (file) => writeText(file, makeRandom(10), 500 * MB))
  const textRun = await measureKeywordReady(text)
  say('a zip of 2 GB')
  const zip = await keepFile('large.zip', async (file) => {
    const part = readFileSync(text).subarray(0, 100 * MB)
    const stored = Array.from({ length: 19 }, (_, at) => `part-${at}.txt`)
    const random = makeRandom(12)
    const zipFile = createWriteStream(file)
    // Each part begins differently, so that none is a duplicate.
    const files = Object.fromEntries(
      stored.map((name) => [name, Buffer.concat([Buffer.from(`${makeParagraph(random)}\n\n`), part])]),
    )
    zipFile.end(makeZip(files, { stored }))
    await once(zipFile, 'finish')
  })
  const zipRun = await measureKeywordReady(zip)
  const peak = (name, { readyMs, peakMb }, note) => [
    ...figure({ name: `${name}.ready`, unit: 'ms', better: 'lower', samples: [readyMs], note }),
    ...figure({
      name: `${name}.peak`,
      unit: 'MB',
      better: 'lower',
      portable: true,
      aim: 1_536,
      samples: [peakMb],
      note: 'all processes',
    }),
  ]
  return [
    ...figure({
      name: 'smallZip.ready',
      unit: 'ms',
      better: 'lower',
      aim: 60_000,
      samples: [smallRun.readyMs],
      note: '10,000 files, without embedding',
    }),
    ...peak('heavyPdfs', pdfRun, '100 MB together'),
    ...peak('largeText', textRun, '500 MB, of which 10 million characters are read'),
    ...peak('largeZip', zipRun, '1.9 GB, 19 texts'),
  ]
}

/** Figures of this measurement. @param {{ rounds: number, wants: (name: string) => boolean, say: (line: string) => void }} options */
export const measureIntake = async (options) => [
  ...(await measureArchives(options)),
  ...(await measurePdf(options)),
  ...(await measureLarge(options)),
  ...(await measureMany(options)),
]
