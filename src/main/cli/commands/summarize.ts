/**
 * Owns `sluice summarize`: documents, a job or a collection in a few sentences. Refuses: making them; the engine does.
 */
import { answerModes, type Summary } from '../../../shared/answers'
import { AppError } from '../../../shared/errors'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { choiceOf, countOf, textOf } from '../options'
import { toOneLine, toSafeText, wrapWords } from '../output/display-text'
import type { Terminal } from '../output/terminal'
import { formatDuration, formatNoun } from '../output/units'

const MAX_SENTENCES = 50
const PLAIN_COLUMNS = 120

const formatSummary = (terminal: Terminal, summary: Summary): string[] => [
  terminal.style('bold', toOneLine(summary.title)),
  ...summary.summary.split('\n').flatMap((line) => wrapWords(toSafeText(line), terminal.columns ?? PLAIN_COLUMNS)),
  terminal.style(
    'dim',
    `${summary.method === 'provider' ? 'Written by the chat model' : 'Sentences of the text'}, ${formatNoun(summary.documents, 'document')}, ${summary.cached ? 'made before' : formatDuration(summary.elapsedMs)}.`,
  ),
  ...summary.notes.map((note) => `Note: ${toOneLine(note)}`),
  '',
]

export const run: CommandRun = async (context, documents, options) => {
  const { terminal, json } = context
  const job = textOf(options, 'job') ?? null
  const collection = textOf(options, 'collection') ?? null
  if (documents.length === 0 && job === null && collection === null)
    throw new AppError('USAGE', { reason: 'Name documents by their ids, or give --job or --collection.' })
  const session = await context.open()
  const { summaries, failures } = await session.call('summarize', {
    documents: [...documents],
    job,
    collection,
    mode: choiceOf(options, 'mode', answerModes),
    sentences: countOf(options, 'sentences', 1, MAX_SENTENCES, 5),
  })
  if (json) await terminal.writeJson({ summaries, failures })
  else {
    await terminal.writeLines(summaries.flatMap((summary) => formatSummary(terminal, summary)))
    for (const { id, message, code } of failures) terminal.complain(`${toOneLine(id)}: ${message} (${code})`)
  }
  return failures.length > 0 ? exitCodes.problems : exitCodes.done
}
