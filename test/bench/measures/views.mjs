// Owns the figures of the window over 100,000 documents: start, switching views, scrolling, typing, heap; beside an empty window of Electron in the
// same run. Refuses to run without an Electron; `npm run bench` finds one.
import { figure, quantile } from '../figures.mjs'
import { measureProgram } from '../processes.mjs'
import { onDisplay, partFile } from '../product.mjs'
import { ensureScaleFolder } from './scale.mjs'

const WORDS = 12
const WORD_CHARS = 6

/** Words that are typed: not the commonest, each once. */
const wordsOf = (texts) => {
  const words = new Set()
  for (const text of texts) {
    const word = text.split(/\s+/).find((one) => /^[a-z]+$/.test(one) && one.length >= WORD_CHARS && !words.has(one))
    if (word !== undefined) words.add(word)
    if (words.size === WORDS) break
  }
  return [...words]
}

const runOnce = async (executable, dataDir, words) => {
  const command = [process.execPath, partFile('views'), executable, dataDir, JSON.stringify(words)]
  const [program, ...args] = onDisplay(command)
  const { stdout } = await measureProgram(program, args, { timeoutMs: 1_200_000 })
  return JSON.parse(stdout)
}

/** Figures of this measurement. @param {{ rounds: number, chunks: number, say: (line: string) => void }} options */
export const measureViews = async ({ rounds, chunks, say }) => {
  const executable = process.env.ELECTRON_EXEC_PATH
  if (executable === undefined) {
    say('no Electron: run it with "npm run bench"; the window is left out')
    return []
  }
  const { dataDir, texts } = await ensureScaleFolder(chunks, say)
  const runs = []
  for (let round = 1; round <= rounds; round += 1) {
    say(`the window over ${chunks.toLocaleString('en')} passages, round ${round} of ${rounds}`)
    runs.push(await runOnce(executable, dataDir, wordsOf(texts)))
  }
  const each = (read) => runs.map(read)
  const ms = (name, samples, aim, note) => figure({ name, unit: 'ms', better: 'lower', samples, aim, note })
  const ratio = (name, samples, aim, note) => figure({ name, better: 'lower', portable: true, samples, aim, note })
  const median = (list) => quantile(list, 0.5)
  /** Of each view the median of all looks but the first. */
  const slowest = (run) => Math.max(...Object.values(run.switches).map(([, ...later]) => median(later)))
  const slowestView = (run) =>
    Object.entries(run.switches).sort((a, b) => median(b[1].slice(1)) - median(a[1].slice(1)))[0]?.[0]
  const [first] = runs
  const isNumber = (value) => value !== null
  const starts = runs.flatMap((run) => run.starts)
  const of = (name) => Math.round(median(starts.map((one) => one[name])))
  return [
    ...ratio(
      'window.usableToEmpty',
      starts.map(({ usableMs, emptyMs }) => usableMs / emptyMs),
      1.5,
      `by the clocks of the pages: a search can be typed after ${of('usableMs')} ms; an empty window is there after ${of('emptyMs')} ms`,
    ),
    ...ratio(
      'window.builtToEmpty',
      starts.map(({ builtMs, emptyAnsweredMs }) => builtMs / emptyAnsweredMs),
      undefined,
      `the views are there, as somebody who asks finds out, after ${of('builtMs')} ms; what was typed until then is in the field`,
    ),
    ...ratio(
      'window.idleToEmpty',
      each(({ idleMb, emptyMb }) => idleMb / emptyMb),
      1.4,
      `${Math.round(first.idleMb)} MB of all processes; an empty window ${Math.round(first.emptyMb)} MB`,
    ),
    ...ms('window.switch', each(slowest), 100, `the slowest view: ${slowestView(first)}`),
    ...ms(
      'window.firstSwitch',
      each((run) => Math.max(...Object.values(run.switches).map(([one]) => one))),
      undefined,
      'the first look at the slowest view',
    ),
    ...ms(
      'window.scrollMax',
      each(({ listScroll }) => listScroll.drawn.maxMs),
      32,
      `${first.rows} rows; ${first.listScroll.drawn.over32} of ${first.listScroll.drawn.frames} frames over 32 ms; an empty list: ${first.emptyScroll.drawn.maxMs.toFixed(0)} ms, ${first.emptyScroll.drawn.over32} over`,
    ),
    ...ms(
      'window.scrollP99',
      each(({ listScroll }) => listScroll.drawn.p99Ms),
      undefined,
      `an empty list: ${first.emptyScroll.drawn.p99Ms.toFixed(0)} ms`,
    ),
    ...ms(
      'window.typed',
      each(({ typed }) => median(typed.filter(isNumber))),
      60,
      `last letter to painted results, median of ${first.typed.filter(isNumber).length} words`,
    ),
    ...ms(
      'window.typedP95',
      each(({ typed }) => quantile(typed.filter(isNumber), 0.95)),
    ),
    ...figure({
      name: 'window.heapGrowth',
      unit: 'MB',
      better: 'lower',
      samples: each(({ heap }) => heap.at(-1) - heap[2]),
      note: `over an hour's worth of use: ${first.heap.map((mb) => mb.toFixed(0)).join(' ')} MB`,
    }),
  ]
}
