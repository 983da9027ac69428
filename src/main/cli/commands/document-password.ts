/**
 * Owns `sluice documents password`: unlocks one document, waits until it is read and tells what became of it.
 * Refuses: passwords as arguments.
 */
import type { DocumentRow } from '../../../shared/domain'
import { AppError, toAppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { waitForJob } from '../job-wait'
import { isSet } from '../options'
import { toOneLine } from '../output/display-text'
import { createProgressDisplay } from '../output/progress'
import { readPassword } from '../password'

const nowMs = (): number => performance.now()
const DRAIN_MS = 5_000

/** The document; `null` when there is none any more: an archive that was opened is no document. */
const showDocument = async (session: Session, id: string): Promise<DocumentRow | null> => {
  try {
    return await session.call('documents.show', { id })
  } catch (thrown) {
    if (toAppError(thrown).code === 'NOT_FOUND') return null
    throw thrown
  }
}

const isRead = (document: DocumentRow | null): boolean =>
  document === null || document.state === 'indexed' || document.state === 'partial' || document.state === 'skipped'

export const run: CommandRun = async (context, [id = ''], options) => {
  const { terminal, json, interrupt } = context
  const session = await context.open({ soon: 'parse' })
  const before = await session.call('documents.show', { id })
  const password = await readPassword({
    fromStdin: isSet(options, 'passwordStdin'),
    given: context.password,
    ask: () => terminal.note(`Password for ${toOneLine(before.path)} (it is not shown):`),
  })
  if (password === null) return exitCodes.interrupted
  if (password === '') throw new AppError('USAGE', { reason: 'The password is empty.' })
  const { job, tasks } = await session.call('documents.password', { id, password })
  const display = createProgressDisplay(terminal, json, nowMs)
  const end = await waitForJob(session, job.id, display, interrupt, nowMs)
  terminal.clearLive()
  if (end.why === 'interrupted') {
    if (session.role() === 'owner') await session.drain(DRAIN_MS)
    terminal.note('Interrupted. The password is forgotten when Sluice ends; enter it again then.')
    return exitCodes.interrupted
  }
  const document = await showDocument(session, id)
  if (json)
    await terminal.writeJson({ ...(document ?? before), opened: document === null, job: job.id, resumed: tasks })
  else if (document === null)
    await terminal.writeLine(`${toOneLine(before.path)} was opened; "sluice jobs show ${job.id}" tells what is in it.`)
  else {
    const problem = document.code === null ? '' : ` ${toOneLine(document.message ?? '')} (${document.code})`
    await terminal.writeLine(`${toOneLine(document.path)}: ${document.state}.${problem}`)
  }
  if (end.why === 'blocked') {
    terminal.note(`Nothing can go on: ${end.reason}`)
    return exitCodes.waits
  }
  return isRead(document) ? exitCodes.done : exitCodes.problems
}
