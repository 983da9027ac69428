/**
 * Owns reading offered paths without indexing them: the same walk, workers and limits as an ingest, one line a document.
 * Refuses: a data folder, a queue, retries. Lines come in the order in which an ingest would find the documents.
 */
import { performance } from 'node:perf_hooks'
import type { OfferedPath } from '../../shared/calls'
import type { ExtractLine } from '../../shared/domain'
import { AppError, sentenceOf, toAppError } from '../../shared/errors'
import { limitsFromEnvironment, type Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import type { Chunk, ExpandedEntry, Locator, Warning } from '../../shared/work'
import { createForkLauncher } from '../pool/fork-launcher'
import { createPool, type Pool } from '../pool/pool'
import { createInflateBudget, type InflateBudget } from './inflate-budget'
import { joinArchivePath } from './paths'
import { isArchiveName, outcomeOfProblem } from './scan'
import { walk } from './walk'

export type ExtractPathsOptions = {
  paths: readonly OfferedPath[]
  tempDir: string
  /** Awaited before the next line is handed out. */
  onLine: (line: ExtractLine) => Promise<void>
  signal: AbortSignal
  files: { hostFile: string; workerFile: string }
  limits?: Limits
  log: Log
}

type Item = { path: string; locator: Locator; depth: number; problem: Warning | null }
type Context = Omit<ExtractPathsOptions, 'limits'> & { pool: Pool; limits: Limits; budget: InflateBudget }

const PARSE_THREADS = 2
/** Documents read ahead of the line that is handed out. */
const AHEAD = 4
/** The budget counts by job; here everything is one. */
const JOB = 0

const problemLine = (path: string, { code, details }: Warning): ExtractLine => ({
  path,
  outcome: outcomeOfProblem({ code, details }),
  code,
  message: sentenceOf(code, details),
  kind: typeof details['kind'] === 'string' ? details['kind'] : null,
  title: null,
  language: null,
  pages: null,
  chars: 0,
  warnings: [],
  text: '',
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

const readDocument = async (context: Context, item: Item): Promise<ExtractLine | 'archive'> => {
  const { pool, limits, budget, signal, tempDir } = context
  const { location, entries } = item.locator
  const chunks: Chunk[] = []
  const inflateBudgetBytes = await budget.of(JOB, item.locator, limits)
  const name = item.path.slice(item.path.lastIndexOf('/') + 1)
  const result = await pool.run(
    'parse',
    'extract',
    { locator: item.locator, name, limits, tempDir, inflateBudgetBytes },
    {
      signal,
      label: item.path,
      onMessage: (message) => {
        if (message.type === 'seen') return { proceed: !message.archive }
        chunks.push(...message.chunks)
        return { proceed: true }
      },
    },
  )
  if (result.archive) return 'archive'
  if (entries.length > 0) budget.spend(JOB, location, result.sizeBytes)
  const { facts } = result
  if (facts === null) throw new AppError('INTERNAL_BUG', { reason: 'a document that was read has no facts' })
  const warnings = facts.warnings.map(({ code, details }) => ({ code, message: sentenceOf(code, details) }))
  const [first] = warnings
  return {
    path: item.path,
    outcome: first ? 'partial' : 'indexed',
    code: first?.code ?? null,
    message: first?.message ?? null,
    kind: facts.kind,
    title: facts.title,
    language: facts.language,
    pages: facts.pages,
    chars: result.chars,
    warnings,
    text: joinChunks(chunks),
  }
}

const expand = async (context: Context, item: Item): Promise<Item[]> => {
  const found: ExpandedEntry[] = []
  const { pool, limits, budget, signal, tempDir } = context
  const inflateBudgetBytes = await budget.of(JOB, item.locator, limits)
  await pool.run(
    'parse',
    'expand',
    { locator: item.locator, depth: item.depth, limits, tempDir, inflateBudgetBytes },
    {
      signal,
      label: item.path,
      onMessage: ({ entries }) => {
        found.push(...entries)
        return undefined
      },
    },
  )
  return found.map((entry) => ({
    path: joinArchivePath(item.path, entry.name),
    locator: { ...item.locator, entries: [...item.locator.entries, { index: entry.index, name: entry.name }] },
    depth: item.depth + 1,
    problem: entry.problem,
  }))
}

/** What an item comes to: its line, or the items of the archive that it is. */
const read = async (context: Context, item: Item): Promise<ExtractLine | Item[]> => {
  if (item.problem !== null) return problemLine(item.path, item.problem)
  try {
    if (isArchiveName(item.path)) {
      const entries = await expand(context, item).catch((thrown: unknown) => {
        if (toAppError(thrown).code === 'UNSUPPORTED_FORMAT') return null
        throw thrown
      })
      if (entries) return entries
    }
    const line = await readDocument(context, item)
    return line === 'archive' ? await expand(context, item) : line
  } catch (thrown) {
    const error = toAppError(thrown)
    if (context.signal.aborted) throw error
    return problemLine(item.path, error)
  }
}

type Counts = { total: number; problems: number }

/** Reads items a few ahead, hands out lines in order, and goes into archives where they stand. */
const readAll = async (context: Context, items: readonly Item[], counts: Counts): Promise<void> => {
  const ahead: Promise<ExtractLine | Item[]>[] = []
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
      if (Array.isArray(result)) {
        await readAll(context, result, counts)
      } else if (result) {
        counts.total += 1
        if (result.outcome === 'failed' || result.outcome === 'rejected' || result.outcome === 'partial')
          counts.problems += 1
        await context.onLine(result)
      }
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
  const host = {
    threads: PARSE_THREADS,
    memoryBytes: limits['task.memoryBytes'],
    heartbeatMs: limits['task.heartbeatMs'],
    timeMs: limits['task.timeMs'],
    recycleTasks: limits['worker.recycleTasks'],
    idleMs: limits['worker.idleMs'],
  }
  const pool = createPool({
    ...options.files,
    launch: createForkLauncher({ onOutput: (pid, line) => options.log.debug('host-output', { pid, line }) }),
    clock: { now: () => performance.now() },
    log: options.log,
    hosts: { parse: host, embed: host },
  })
  const counts = { total: 0, problems: 0 }
  try {
    const context: Context = { ...options, limits, pool, budget: createInflateBudget() }
    for (const offered of options.paths) {
      await walk({
        offered,
        globs: [],
        ignores: [],
        dataDir: options.tempDir,
        signal: options.signal,
        onPage: (found) =>
          readAll(
            context,
            found.map(({ path, locator, problem }) => ({ path, locator, problem, depth: 0 })),
            counts,
          ),
      })
    }
    return counts
  } finally {
    await pool.close({ timeoutMs: 2_000 })
  }
}
