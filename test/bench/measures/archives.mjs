// Owns the figures of unpacking zips beside unzip and bsdtar: one of short texts, one of documents of all sizes. Refuses: storing anything.
import { writeFileSync } from 'node:fs'
import { keepFile } from '../corpus.mjs'
import { figure } from '../figures.mjs'
import { makeZip } from '../packing.mjs'
import { hasProgram, measureProgram, runRounds } from '../processes.mjs'
import { bundlePart, partFile } from '../product.mjs'
import { chooseTopic, makeNoun, makeParagraph, makeParagraphs, makeRandom } from '../text.mjs'

const MB = 1_000_000

const makeTexts = (random, count) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => {
      chooseTopic(random)
      return [`papers/${makeNoun(random)}-${String(at).padStart(5, '0')}.txt`, makeParagraphs(random).join('\n\n')]
    }),
  )

/** Documents of 5 KB to 5 MB, as many small ones as large ones on a scale of tens. */
const makeDocuments = (random, bytes) => {
  const paragraphs = Array.from({ length: 4_000 }, () => `${makeParagraph(random)}\n\n`)
  const files = {}
  for (let made = 0, at = 0; made < bytes; at += 1) {
    const size = Math.round(5_000 * 1_000 ** random())
    const pieces = []
    for (let length = 0; length < size; length += pieces.at(-1).length)
      pieces.push(paragraphs[Math.floor(random() * paragraphs.length)])
    files[`documents/${String(at).padStart(5, '0')}.txt`] = pieces.join('').slice(0, size)
    made += size
  }
  return files
}

const measureArchive = async ({ name, zip, part }, rounds) => {
  const others = [
    ['unzip', ['-p', zip]],
    ['bsdtar', ['-xOf', zip]],
  ].filter(([program]) => hasProgram(program))
  const runs = await runRounds(rounds, async () => {
    const ours = await measureProgram(process.execPath, [partFile('expansion'), part, zip])
    const walls = []
    for (const [program, args] of others) walls.push((await measureProgram(program, args)).wallMs)
    return { wallMs: ours.wallMs, best: walls.length > 0 ? Math.min(...walls) : null, ...JSON.parse(ours.stdout) }
  })
  const ratios = (pick) => runs.map((run) => (run.best === null ? null : run.best / pick(run)))
  const [{ entries, bytes }] = runs
  return [
    ...figure({
      name: `${name}.ours`,
      unit: 'ms',
      better: 'lower',
      samples: runs.map(({ workMs }) => workMs),
      note: `${entries} entries, ${Math.round(bytes / MB)} MB, sha256 included, start of Node not`,
    }),
    ...figure({
      name: `${name}.others`,
      unit: 'ms',
      samples: runs.map(({ best }) => best),
      note: `the faster of ${others.map(([program]) => program).join(', ')}`,
    }),
    ...figure({
      name: `${name}.ofOthers`,
      better: 'higher',
      aim: 0.8,
      portable: true,
      samples: ratios(({ workMs }) => workMs),
    }),
    ...figure({
      name: `${name}.ofOthersCold`,
      better: 'higher',
      portable: true,
      samples: ratios(({ wallMs }) => wallMs),
      note: 'with the start of Node and loading the code',
    }),
  ]
}

/** Figures of this measurement. @param {{ rounds: number, say: (line: string) => void }} options */
export const measureArchives = async ({ rounds, say }) => {
  const part = await bundlePart('expansion', {
    'workers/archive/expand': 'runExpand',
    'workers/source/item': 'openItem',
    'shared/limits': 'resolveLimits',
  })
  say('a zip of 3,000 short texts beside unzip and bsdtar')
  const tiny = await keepFile('papers.zip', (file) => writeFileSync(file, makeZip(makeTexts(makeRandom(5), 3_000))))
  say('a zip of documents, 300 MB, beside unzip and bsdtar')
  const large = await keepFile('documents.zip', (file) =>
    writeFileSync(file, makeZip(makeDocuments(makeRandom(21), 300 * MB))),
  )
  return [
    ...(await measureArchive({ name: 'tinyZip', zip: tiny, part }, rounds)),
    ...(await measureArchive({ name: 'zip', zip: large, part }, rounds)),
  ]
}
