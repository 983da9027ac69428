/**
 * Owns `sluice extract`: what ingesting would read, without a data folder. Refuses: holding more than one document's text in memory.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExtractLine } from '../../../shared/domain'
import { AppError, commandOf, toAppError } from '../../../shared/errors'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { toOfferedPaths } from '../offered-paths'
import { isSet } from '../options'
import { toOneLine, toSafeText } from '../output/display-text'
import { describeCommand } from '../output/helpful-command'
import { formatCount, formatNoun } from '../output/units'
import { readFlags } from './settings'

const describe = ({ outcome, path, kind, pages, chars, code, message, title, language }: ExtractLine): string => {
  const facts = [
    ...(kind === null ? [] : [kind]),
    ...(pages === null ? [] : [formatNoun(pages, 'page')]),
    ...(chars > 0 ? [`${formatCount(chars)} characters`] : []),
    ...(language === null ? [] : [language]),
    ...(title === null ? [] : [`"${toOneLine(title)}"`]),
  ]
  const problem = code === null ? '' : `: ${toOneLine(message ?? '')} (${code})`
  return `${outcome.padEnd(8)}  ${toOneLine(path)}${facts.length > 0 ? `  ${facts.join(', ')}` : ''}${problem}`
}

/** How the lines are written: what comes first, each line, what comes last, with what ended it before its time. */
type Writer = {
  begin: string
  line: (line: ExtractLine, isFirst: boolean) => string
  end: (total: number, error: AppError | null) => string
}

const ndjsonWriter: Writer = { begin: '', line: (line) => `${JSON.stringify(line)}\n`, end: () => '' }
// One document of JSON, written piece by piece.
const jsonWriter: Writer = {
  begin: '{"documents": [',
  line: (line, isFirst) => `${isFirst ? '' : ','}\n  ${JSON.stringify(line)}`,
  end: (total, error) => {
    const { code, message } = error ?? {}
    const problem = error === null ? '' : `, "error": ${JSON.stringify({ code, message })}`
    return `\n], "total": ${total}${problem}}\n`
  },
}
const humanWriter = (withText: boolean): Writer => ({
  begin: '',
  line: (line) => `${describe(line)}\n${withText && line.text !== '' ? `${toSafeText(line.text)}\n\n` : ''}`,
  end: () => '',
})

const chooseWriter = ({ json }: CommandContext, options: Readonly<Record<string, unknown>>): Writer => {
  if (isSet(options, 'ndjson')) return ndjsonWriter
  return json ? jsonWriter : humanWriter(isSet(options, 'text'))
}

export const run: CommandRun = async (context, words, options) => {
  const { terminal, interrupt, log } = context
  const writer = chooseWriter(context, options)
  const { extractPaths } = await import('../../ingest/extract-paths')
  const { readLimits } = await import('../../settings/settings')
  const paths = toOfferedPaths(words, context.argv, context.folder)
  const tempDir = await mkdtemp(join(tmpdir(), 'sluice-extract-'))
  let lines = 0
  let withProblems = 0
  let failure: AppError | null = null
  try {
    await terminal.write(writer.begin)
    await extractPaths({
      paths,
      dataDir: context.dataDir,
      tempDir,
      files: context.program.files,
      log,
      confirmed: isSet(options, 'yes'),
      limits: readLimits({
        dataDir: context.dataDir,
        environment: process.env,
        flags: readFlags(options),
        policy: context.policy,
        log,
      }),
      passwords: context.password === undefined ? [] : [context.password],
      signal: interrupt.signal,
      onLine: async (line) => {
        if (['failed', 'rejected', 'partial'].includes(line.outcome)) withProblems += 1
        await terminal.write(writer.line(line, lines === 0))
        lines += 1
      },
    })
  } catch (thrown) {
    failure = interrupt.signal.aborted ? new AppError('CANCELLED', {}, { cause: thrown }) : toAppError(thrown)
  } finally {
    await rm(tempDir, { recursive: true, force: true, maxRetries: 3 })
  }
  // What was begun is ended, whatever happened: one document of JSON stays one.
  await terminal.write(writer.end(lines, failure))
  if (interrupt.signal.aborted) return exitCodes.interrupted
  if (failure !== null) {
    if (failure.code === 'INTERNAL_BUG') log.error('extract-failed', { error: failure })
    const lines = [
      `sluice: ${failure.message} (${failure.code})`,
      ...describeCommand(commandOf(failure.code, failure.details)),
    ]
    terminal.complain(lines.join('\n'))
    return exitCodes.failed
  }
  return withProblems > 0 ? exitCodes.problems : exitCodes.done
}
