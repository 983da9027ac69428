/**
 * Owns `sluice ask`: a question and its answer, shown as it is written where a person watches. Refuses: answering; the engine does.
 */
import { randomUUID } from 'node:crypto'
import { answerModes, QUESTION_CHARS, type Answer, type Citation } from '../../../shared/answers'
import { AppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { choiceOf, countOf, listOf } from '../options'
import { formatCount } from '../output/units'
import { toOneLine, toSafeText, wrapWords } from '../output/display-text'
import type { Terminal } from '../output/terminal'
import { formatDuration } from '../output/units'

const MAX_SENTENCES = 20
const PLAIN_COLUMNS = 120
const INDENT = '    '
const FOLLOW_MS = 5_000

const formatCitation = (terminal: Terminal, citation: Citation): string[] => {
  const page = citation.page === null ? '' : `, page ${citation.page}`
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - INDENT.length
  const place = `${toOneLine(citation.path)}${page}`
  const number = `[${citation.number}]`.padEnd(INDENT.length)
  return [
    `${number}${terminal.style('bold', place)} ${terminal.style('dim', `(${toOneLine(citation.collection)}, document ${citation.documentId})`)}`,
    ...wrapWords(`“${toOneLine(citation.quote)}”`, columns).map((line) => INDENT + line),
  ]
}

const wayOf = ({ method, grounded }: Answer): string => {
  if (method === 'provider') return 'Written by the chat model'
  return grounded ? 'Quoted from the documents' : 'The documents were looked through'
}

/** What stands below the answer. */
const formatRest = (terminal: Terminal, answer: Answer): string[] => {
  const spent =
    answer.spent === null
      ? ''
      : `, ${answer.spent.model}: ${answer.spent.promptTokens + answer.spent.completionTokens} tokens`
  return [
    '',
    ...answer.citations.flatMap((citation) => formatCitation(terminal, citation)),
    ...(answer.citations.length > 0 ? [''] : []),
    terminal.style('dim', `${wayOf(answer)} in ${formatDuration(answer.elapsedMs)}${spent}.`),
    ...answer.notes.map((note) => `Note: ${toOneLine(note)}`),
  ]
}

/** Shows what is written until it is over; tells what stands there now. */
const follow = async (session: Session, terminal: Terminal, id: string, isOver: () => boolean): Promise<string> => {
  let shown = ''
  let restarts = 0
  while (!isOver()) {
    const piece = await session.call('ask.follow', { id, from: shown.length, timeoutMs: FOLLOW_MS })
    if (piece.restarts !== restarts) {
      if (shown !== '') await terminal.writeLine('\n')
      shown = ''
      restarts = piece.restarts
    }
    if (piece.text !== '') await terminal.write(toSafeText(piece.text))
    shown += piece.text
    if (piece.done) break
  }
  return shown
}

export const run: CommandRun = async (context, words, options) => {
  const { terminal, json } = context
  const question = words.join(' ')
  if (question.trim() === '') throw new AppError('SEARCH_QUERY_EMPTY')
  if (question.length > QUESTION_CHARS)
    throw new AppError('USAGE', {
      reason: `A question may have ${formatCount(QUESTION_CHARS)} characters, this one has ${formatCount(question.length)}. Ask it in fewer words.`,
    })
  const session = await context.open({ soon: 'embed' })
  const isWatched = !json && terminal.columns !== null
  const id = isWatched ? randomUUID() : null
  let isOver = false
  const asking = session
    .call('ask', {
      question,
      collections: listOf(options, 'collection'),
      limit: countOf(options, 'limit', 1, MAX_SENTENCES, 3),
      mode: choiceOf(options, 'mode', answerModes),
      id,
    })
    .finally(() => {
      isOver = true
    })
  const [answered, followed] = await Promise.allSettled([
    asking,
    id === null ? '' : follow(session, terminal, id, () => isOver),
  ])
  if (answered.status === 'rejected') throw answered.reason
  const answer = answered.value
  const shown = followed.status === 'fulfilled' ? followed.value : ''
  if (json) {
    await terminal.writeJson(answer)
    return exitCodes.done
  }
  if (shown.trim() !== '') await terminal.writeLine()
  // What was shown while it was written was not checked yet.
  if (shown.trim() !== answer.answer.trim())
    await terminal.writeLines(wrapWords(toSafeText(answer.answer), terminal.columns ?? PLAIN_COLUMNS))
  await terminal.writeLines(formatRest(terminal, answer))
  return exitCodes.done
}
