/**
 * Owns `sluice search`: one query and its passages, or a file of queries answered in order. Refuses: ranking; the engine does.
 */
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { CallParams } from '../../../shared/calls'
import { searchModes, type Hit, type SearchResult } from '../../../shared/domain'
import { AppError, toAppError } from '../../../shared/errors'
import { QUERY_CHARS } from '../../../shared/search'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { choiceOf, countOf, isSet, listOf, textOf, type TypedOptions } from '../options'
import { toOneLine, wrapWords } from '../output/display-text'
import type { Terminal } from '../output/terminal'
import { formatDuration, formatNoun } from '../output/units'

type SearchParams = CallParams<'search'>

const MAX_RESULTS = 200
const INDENT = '   '
const PLAIN_COLUMNS = 120

export const paramsOf = (options: TypedOptions): Omit<SearchParams, 'query'> => ({
  collections: listOf(options, 'collection'),
  limit: countOf(options, 'limit', 1, MAX_RESULTS, 10),
  mode: choiceOf(options, 'mode', searchModes),
  types: listOf(options, 'type').flatMap((types) => types.split(',').map((type) => type.trim())),
  since: textOf(options, 'since') ?? null,
  until: textOf(options, 'until') ?? null,
  pathGlob: textOf(options, 'path') ?? null,
  ...(isSet(options, 'passages') ? { passages: true } : {}),
})

/** The engine marks matches `[[like this]]`; a terminal that can shows them bold. */
const showMarks = (terminal: Terminal, line: string): string =>
  terminal.hasStyles ? line.replace(/\[\[(.+?)\]\]/g, (_, match: string) => terminal.style('bold', match)) : line

const formatHit = (terminal: Terminal, hit: Hit, number: number): string[] => {
  const page = hit.page === null ? '' : `, page ${hit.page}`
  const title = hit.title === null ? '' : `  ${toOneLine(hit.title)}`
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - INDENT.length
  const where = `${toOneLine(hit.path)}${page}`
  const more = hit.moreTotal ? `, ${formatNoun(hit.moreTotal, 'more passage')}` : ''
  const same = hit.duplicates?.length ? `, the same in ${formatNoun(hit.duplicates.length, 'other document')}` : ''
  return [
    `${String(number).padStart(2)} ${terminal.style('bold', where)}${title}`,
    ...wrapWords(toOneLine(hit.snippet), columns).map((line) => INDENT + showMarks(terminal, line)),
    terminal.style(
      'dim',
      `${INDENT}${toOneLine(hit.collection)}, document ${hit.documentId}, score ${hit.score.toFixed(3)}${more}${same}`,
    ),
  ]
}

export const formatResult = (
  terminal: Terminal,
  { query, results, elapsedMs, notes, didYouMean }: SearchResult,
): string[] => [
  ...(didYouMean ? [`Did you mean: ${toOneLine(didYouMean)}`, ''] : []),
  ...results.flatMap((hit, at) => [...formatHit(terminal, hit, at + 1), '']),
  results.length === 0
    ? `Nothing found for "${toOneLine(query)}".`
    : `${formatNoun(results.length, 'passage')} in ${formatDuration(elapsedMs)}.`,
  ...notes.map((note) => `Note: ${toOneLine(note)}`),
]

type Answer = { result: SearchResult } | { query: string; error: AppError }

const ask = async (session: Session, query: string, params: Omit<SearchParams, 'query'>): Promise<Answer> => {
  try {
    return { result: await session.call('search', { ...params, query: query.slice(0, QUERY_CHARS) }) }
  } catch (thrown) {
    return { query, error: toAppError(thrown) }
  }
}

const printAnswer = async ({ terminal }: CommandContext, answer: Answer, isNdjson: boolean): Promise<void> => {
  if ('result' in answer) {
    if (isNdjson) return terminal.writeLine(JSON.stringify(answer.result))
    return terminal.writeLines([
      terminal.style('bold', `Query: ${toOneLine(answer.result.query)}`),
      ...formatResult(terminal, answer.result),
      '',
    ])
  }
  const { query, error } = answer
  const { code, message } = error
  if (isNdjson) return terminal.writeLine(JSON.stringify({ query, error: { code, message } }))
  terminal.complain(`"${toOneLine(query)}": ${message} (${code})`)
}

const openLines = (file: string, folder: string): AsyncIterable<string> => {
  const input = file === '-' ? process.stdin : createReadStream(resolve(folder, file))
  return createInterface({ input, crlfDelay: Infinity })
}

/** Answers every line, in order, one after the other: each has the machine to itself. One query that fails does not stop the others. */
const answerFile = async (context: CommandContext, file: string, options: TypedOptions): Promise<ExitCode> => {
  const params = paramsOf(options)
  const session = await context.open({ soon: params.mode === 'keyword' ? null : 'embed' })
  const isNdjson = isSet(options, 'ndjson') || context.json
  let failures = 0
  try {
    for await (const line of openLines(file, context.folder)) {
      const answer = await ask(session, line, params)
      if ('error' in answer) failures += 1
      await printAnswer(context, answer, isNdjson)
      if (context.terminal.isClosed) break
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === undefined) throw thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('FILE_UNREADABLE', { path: file, reason }, { cause: thrown })
  }
  return failures > 0 ? exitCodes.problems : exitCodes.done
}

export const run: CommandRun = async (context, words, options) => {
  const { terminal, json } = context
  const file = textOf(options, 'queriesFile')
  if (file !== undefined) {
    if (words.length > 0) throw new AppError('USAGE', { reason: 'Give a query or --queries-file, not both.' })
    return answerFile(context, file, options)
  }
  const query = words.join(' ')
  if (query.trim() === '') throw new AppError('SEARCH_QUERY_EMPTY')
  const params = { ...paramsOf(options), query: query.slice(0, QUERY_CHARS), remember: true }
  const session = await context.open({ soon: params.mode === 'keyword' ? null : 'embed' })
  const result = await session.call('search', params)
  if (isSet(options, 'ndjson')) await terminal.writeLine(JSON.stringify(result))
  else if (json) await terminal.writeJson(result)
  else await terminal.writeLines(formatResult(terminal, result))
  return exitCodes.done
}
