/**
 * Owns reading offered paths without indexing them: the same walk, workers and limits as an ingest, one line a document.
 * Refuses: opening a data folder, a queue, long waits. Lines come in the order in which an ingest would find the documents.
 */
import { basename, sep } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { OfferedPath } from '../../shared/calls'
import type { ExtractLine } from '../../shared/domain'
import { AppError, dispositionOf, quoteOf, toAppError, told } from '../../shared/errors'
import { limitsFromEnvironment, triesOf, type Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import { receiptOfNone, toReceiptLine } from '../../shared/receipts'
import type { Chunk, DocumentFacts, ExpandedEntry, Warning } from '../../shared/work'
import { createForkLauncher } from '../pool/fork-launcher'
import { createPool, guardsOf, type Pool } from '../pool/pool'
import { createInflateBudget, type InflateBudget, type InflatingTask } from './inflate-budget'
import { countPictures, ocrHostOptions } from './ocr'
import { joinArchivePath } from './paths'
import { isArchiveName } from '../../shared/kinds'
import { findCut } from './expand'
import { outcomeOfProblem } from './scan'
import { walk } from './walk'

export type ExtractPathsOptions = {
  paths: readonly OfferedPath[]
  /** Sluice's own folder, whether it exists or not: left out as in an ingest. */
  dataDir: string
  /** Of this call alone; nothing in it is read. */
  tempDir: string
  /** Awaited before the next line is handed out. */
  onLine: (line: ExtractLine) => Promise<void>
  signal: AbortSignal
  files: { hostFile: string; workerFile: string }
  limits?: Limits
  log: Log
  /** A person agreed to whatever the archives unpack to. */
  confirmed?: boolean
  /** To try for what is encrypted. */
  passwords?: readonly string[]
}

type Item = InflatingTask & { readonly path: string; readonly depth: number; readonly problem: Warning | null }
type Context = Omit<ExtractPathsOptions, 'limits'> & {
  pool: Pool
  limits: Limits
  budget: InflateBudget
  nextId: () => number
}

const PARSE_THREADS = 2
/** Documents read ahead of the line that is handed out. */
const AHEAD = 4
/** A document that was not to blame for its end is read again alone, at most this often. */
const TRIES_ALONE = 3
/** Before another try of what failed for a passing reason; doubled at each. */
const RETRY_MS = 250
/** The budget counts by job; here everything is one. */
const JOB = 0

const problemLine = (path: string, { code, details }: Warning): ExtractLine => ({
  path,
  outcome: outcomeOfProblem({ code, details }),
  ...told(code, details),
  kind: typeof details['kind'] === 'string' ? details['kind'] : null,
  title: null,
  language: null,
  pages: null,
  chars: 0,
  warnings: [],
  text: '',
  encoding: null,
  coverage: receiptOfNone({ code, details }).map(toReceiptLine),
})

/** The document's text from its chunks; what lies between two of them is white space. */
export const joinChunks = (chunks: readonly Chunk[]): string => {
  let text = ''
  let end = 0
  for (const chunk of chunks) {
    if (chunk.start > end && text !== '') text += '\n'.repeat(Math.min(2, chunk.start - end))
    text += chunk.text.slice(Math.max(0, end - chunk.start))
    end = Math.max(end, chunk.end)
  }
  return text
}

/** What was found in an item, as items of their own. */
const toItems = (context: Context, item: Item, found: readonly ExpandedEntry[]): Item[] =>
  found.map((entry) => ({
    id: context.nextId(),
    jobId: JOB,
    sizeBytes: entry.sizeBytes,
    path: joinArchivePath(item.path, entry.name),
    locator: { ...item.locator, entries: [...item.locator.entries, { index: entry.index, name: entry.name }] },
    depth: item.depth + 1,
    problem: entry.problem,
  }))

/** Reads a document; what it holds is put into `held`, also when its own text cannot be read. */
const readDocument = async (
  context: Context,
  item: Item,
  alone: boolean,
  held: ExpandedEntry[],
): Promise<ExtractLine | 'archive'> => {
  const { pool, limits, budget, signal, tempDir } = context
  const chunks: Chunk[] = []
  const inflateBudgetBytes = await budget.reserve(item, limits)
  const name = item.path.slice(item.path.lastIndexOf('/') + 1)
  const passwords = context.passwords ?? []
  const params = { locator: item.locator, name, limits, tempDir, inflateBudgetBytes, passwords }
  const options = { signal, label: item.path, alone }
  const result = await pool.run('parse', 'extract', params, {
    ...options,
    onMessage: (message) => {
      if (message.type === 'seen') return { proceed: !message.archive }
      if (message.type === 'chunks') chunks.push(...message.chunks)
      else if (message.type === 'entries') held.push(...message.entries)
      return { proceed: true }
    },
  })
  budget.spend(item, result.sizeBytes)
  if (result.archive) return 'archive'
  const { facts } = result
  if (facts === null) throw new AppError('INTERNAL_BUG', { reason: 'a document that was read has no facts' })
  const text = [...chunks, ...result.lastChunks]
  if (countPictures(result, limits) === 0) return toLine(item, facts, result.chars, text)
  try {
    const pictures: Chunk[] = []
    const again = await pool.run(
      'ocr',
      'extract',
      { ...params, ocr: true },
      {
        ...options,
        onMessage: (message) => {
          if (message.type === 'chunks') pictures.push(...message.chunks)
          return { proceed: true }
        },
      },
    )
    return toLine(item, again.facts ?? facts, again.chars, [...pictures, ...again.lastChunks])
  } catch (thrown) {
    const error = toAppError(thrown)
    const disposition = dispositionOf(error.code)
    const passing = disposition === 'retry' || disposition === 'interrupted'
    if (signal.aborted || text.length === 0 || passing || (error.code === 'WORKER_CRASHED' && !alone)) throw error
    // The text that was there is told, and what is missing of it.
    const missing: Warning = {
      code: 'OCR_FAILED',
      details: { count: result.ocrPages, ...quoteOf(error, error.message) },
    }
    return toLine(item, { ...facts, warnings: [missing, ...facts.warnings] }, result.chars, text)
  }
}

/** What is told of a document that was read. */
const toLine = (item: Item, facts: DocumentFacts, chars: number, chunks: readonly Chunk[]): ExtractLine => {
  const warnings = facts.warnings.map(({ code, details }) => told(code, details))
  // What is only noted leaves nothing out.
  const first = warnings.find(({ code }) => dispositionOf(code) !== 'note')
  return {
    path: item.path,
    outcome: first ? 'partial' : 'indexed',
    code: first?.code ?? null,
    message: first?.message ?? null,
    kind: facts.kind,
    title: facts.title,
    language: facts.language,
    pages: facts.pages,
    chars,
    warnings,
    text: joinChunks(chunks),
    encoding: facts.encoding,
    coverage: facts.coverage.map(toReceiptLine),
  }
}

/** An archive has no line of its own, unless a part of it is lost. */
const expand = async (context: Context, item: Item, alone: boolean): Promise<Reading> => {
  const found: ExpandedEntry[] = []
  const { pool, limits, budget, signal, tempDir } = context
  const inflateBudgetBytes = await budget.reserve(item, limits)
  const { warnings } = await pool.run(
    'parse',
    'expand',
    {
      locator: item.locator,
      depth: item.depth,
      limits,
      tempDir,
      inflateBudgetBytes,
      passwords: context.passwords ?? [],
      confirmed: context.confirmed ?? false,
    },
    {
      signal,
      label: item.path,
      alone,
      onMessage: ({ entries }) => {
        found.push(...entries)
        return undefined
      },
    },
  )
  const cut = findCut(warnings)
  return { line: cut === null ? null : problemLine(item.path, cut), items: toItems(context, item, found) }
}

/** What an item comes to: its line, and the items that are in it. */
type Reading = { readonly line: ExtractLine | null; readonly items: readonly Item[] }

const readOnce = async (context: Context, item: Item, alone: boolean, held: ExpandedEntry[]): Promise<Reading> => {
  if (isArchiveName(item.path)) {
    const opened = await expand(context, item, alone).catch((thrown: unknown) => {
      if (toAppError(thrown).code === 'UNSUPPORTED_FORMAT') return null
      throw thrown
    })
    if (opened) return opened
  }
  const line = await readDocument(context, item, alone, held)
  if (line === 'archive') return expand(context, item, alone)
  return { line, items: toItems(context, item, held) }
}

/** What the queue of an ingest knows of a task. */
type Tried = { readonly tries: number; readonly alone: boolean }

/**
 * What follows from an error, as in an ingest: the same item again, after a while or alone, or the error that it ends with.
 * Memory that runs out takes whole processes, so the first crash says little; who brings one down alone is surely to blame.
 */
export const planAfter = (
  error: AppError,
  { tries, alone }: Tried,
  limits: Limits,
): { readonly waitMs: number; readonly alone: boolean } | AppError => {
  const disposition = dispositionOf(error.code)
  if (alone && (error.code === 'HOST_DIED' || error.code === 'WORKER_CRASHED'))
    return new AppError('WORKER_POISON', error.details, { cause: error })
  if (disposition === 'interrupted' || error.code === 'WORKER_CRASHED') {
    return tries < TRIES_ALONE ? { waitMs: 0, alone: true } : error
  }
  if ((disposition !== 'retry' && disposition !== 'pause') || tries >= triesOf(limits, 'extract')) return error
  // A host that is left alone for a while says for how long.
  if (typeof error.details['retryInMs'] === 'number') return { waitMs: error.details['retryInMs'], alone }
  return { waitMs: RETRY_MS * 2 ** Math.min(tries - 1, 4), alone }
}

const read = async (context: Context, item: Item): Promise<Reading> => {
  const { signal, limits } = context
  if (item.problem !== null) return { line: problemLine(item.path, item.problem), items: [] }
  let alone = false
  for (let tries = 1; ; tries += 1) {
    const held: ExpandedEntry[] = []
    try {
      return await readOnce(context, item, alone, held)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (signal.aborted) throw error
      const next = planAfter(error, { tries, alone }, limits)
      if (next instanceof AppError) return { line: problemLine(item.path, next), items: toItems(context, item, held) }
      context.log.debug('extract-again', { path: item.path, code: error.code, alone: next.alone })
      alone = next.alone
      // Ends early when the signal says so; the next try finds that out.
      await wait(next.waitMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

type Counts = { total: number; problems: number }

/** Reads items a few ahead, hands out lines in order, and goes into archives where they stand. */
const readAll = async (context: Context, items: readonly Item[], counts: Counts): Promise<void> => {
  const ahead: Promise<Reading>[] = []
  const startNext = (index: number): void => {
    const item = items[index]
    if (!item) return
    const result = read(context, item)
    // Its failure is met when its turn comes; until then it must not count as unhandled.
    result.catch(() => undefined)
    ahead.push(result)
  }
  for (let index = 0; index < Math.min(AHEAD, items.length); index += 1) startNext(index)
  try {
    for (let index = 0; index < items.length; index += 1) {
      const result = await ahead[index]
      startNext(index + AHEAD)
      if (!result) continue
      const { line, items: held } = result
      if (line !== null) {
        counts.total += 1
        if (line.outcome === 'failed' || line.outcome === 'rejected' || line.outcome === 'partial') counts.problems += 1
        await context.onLine(line)
      }
      if (held.length > 0) await readAll(context, held, counts)
    }
  } finally {
    await Promise.allSettled(ahead)
  }
}

/**
 * Reads everything that ingesting these paths would read.
 * @returns how many lines were handed out, and how many of them failed, were rejected or are partial
 * @throws CANCELLED when `signal` was aborted
 */
export const extractPaths = async (options: ExtractPathsOptions): Promise<Counts> => {
  const limits = options.limits ?? limitsFromEnvironment(process.env)
  const faults = process.env['SLUICE_FAULTS']
  const env: Record<string, string> = faults === undefined ? {} : { SLUICE_FAULTS: faults }
  const host = {
    threads: PARSE_THREADS,
    memoryBytes: limits['task.memoryBytes'],
    heartbeatMs: limits['task.heartbeatMs'],
    timeMs: limits['task.timeMs'],
    recycleTasks: limits['worker.recycleTasks'],
    idleMs: limits['worker.idleMs'],
    env,
  }
  const pool = createPool({
    ...options.files,
    launch: createForkLauncher({ onOutput: (pid, line) => options.log.debug('host-output', { pid, line }) }),
    clock: { now: () => performance.now(), wallMs: () => Date.now() },
    log: options.log,
    hosts: (name) => (name === 'ocr' ? ocrHostOptions(host, limits) : host),
    guards: () => guardsOf(limits),
  })
  const counts = { total: 0, problems: 0 }
  // Its name is made up anew each time, so it is told by that, however its parents are reached.
  const ownName = basename(options.tempDir)
  const isOwn = (location: string): boolean => location.split(sep).includes(ownName)
  try {
    let ids = 0
    const nextId = (): number => (ids += 1)
    const context: Context = { ...options, limits, pool, budget: createInflateBudget(), nextId }
    for (const offered of options.paths) {
      await walk({
        offered,
        globs: [],
        ignores: [],
        dataDir: options.dataDir,
        signal: options.signal,
        onPage: (found) =>
          readAll(
            context,
            found
              .filter(({ locator }) => !isOwn(locator.location))
              .map(({ path, locator, sizeBytes, problem }) => {
                const id = context.nextId()
                return { id, jobId: JOB, path, locator, sizeBytes, problem, depth: 0 }
              }),
            counts,
          ),
      })
    }
    return counts
  } finally {
    await pool.close({ timeoutMs: 2_000 })
  }
}
