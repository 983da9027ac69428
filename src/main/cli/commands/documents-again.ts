/**
 * Owns `sluice documents read-again`. Refuses: waiting for the jobs; `run` does.
 */
import type { Job } from '../../../shared/domain'
import { AppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import { noteNobodyWorks, type CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { formatNoun } from '../output/units'
import { toPublicJob } from '../public-job'

const LIST_PAGE = 1_000
const READ_PAGE = 10_000

/** Every document that was read in part, whatever it lacks. */
const listPartial = async (session: Session, collection: string | undefined): Promise<string[]> => {
  const ids: string[] = []
  for (;;) {
    const page = { states: ['partial' as const], collection, offset: ids.length, limit: LIST_PAGE }
    const { documents, total } = await session.call('documents.list', page)
    ids.push(...documents.map(({ id }) => id))
    if (documents.length === 0 || ids.length >= total) return ids
  }
}

export const readAgain: CommandRun = async (context, words, options) => {
  const { terminal, json } = context
  const isPartial = isSet(options, 'partial')
  const collection = textOf(options, 'collection')
  if (words.length > 0 === isPartial || (collection !== undefined && !isPartial))
    throw new AppError('USAGE', { reason: 'Name documents, or give --partial (with --collection, if you like).' })
  const session = await context.open()
  const ids = isPartial ? await listPartial(session, collection) : words
  const jobs: Job[] = []
  let documents = 0
  for (let from = 0; from < ids.length; from += READ_PAGE) {
    const started = await session.call('documents.readAgain', { ids: ids.slice(from, from + READ_PAGE) })
    jobs.push(...started.jobs)
    documents += started.documents
  }
  if (json) await terminal.writeJson({ jobs: jobs.map(toPublicJob), documents })
  else if (documents === 0) await terminal.writeLine('No document was read in part.')
  else
    await terminal.writeLines([
      `${formatNoun(documents, 'document')} will be read again.`,
      ...jobs.map(({ id, collection: name }) => `Job ${id} in "${toOneLine(name)}".`),
    ])
  if (jobs.length > 0) noteNobodyWorks(terminal, session)
  return exitCodes.done
}
