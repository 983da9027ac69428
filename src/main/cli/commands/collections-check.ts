/**
 * Owns `sluice collections check`: what is stale, empty, partial or lacks vectors, and queueing what mends it. Refuses: looking; the engine does.
 */
import { AppError } from '../../../shared/errors'
import { findingKinds, findingTable, type Finding } from '../../../shared/collection-check'
import { noteNobodyWorks, type CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf, isSet, listOf } from '../options'
import { toOneLine } from '../output/display-text'
import { describeCommands } from '../output/helpful-command'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatNoun } from '../output/units'

const MAX_PAGE = 1_000

const layout: readonly Column<Finding>[] = [
  { title: 'WHAT', value: ({ kind }) => findingTable[kind].label },
  { title: 'DOCUMENT', value: ({ documentId }) => documentId ?? '–', align: 'right' },
  { title: 'COLLECTION', value: ({ collection }) => toOneLine(collection) },
  { title: 'PATH', value: ({ path, message }) => toOneLine(path ?? message), flexible: true },
]

export const check: CommandRun = async (context, [name], options) => {
  const { terminal, json } = context
  const kinds = listOf(options, 'kind')
  const unknown = kinds.find((kind) => !findingKinds.some((known) => known === kind))
  if (unknown !== undefined)
    throw new AppError('USAGE', { reason: `"${unknown}" is no kind of finding; use ${findingKinds.join(', ')}.` })
  const session = await context.open()
  const offset = countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0)
  const result = await session.call('collections.check', {
    name: name ?? null,
    kinds: kinds.length === 0 ? undefined : findingKinds.filter((kind) => kinds.includes(kind)),
    offset,
    limit: countOf(options, 'limit', 1, MAX_PAGE, 100),
    repair: isSet(options, 'repair'),
  })
  if (json) await terminal.writeJson(result)
  else {
    if (result.findings.length > 0) await terminal.writeLines(formatTable(result.findings, layout, terminal.columns))
    const looked = `${formatNoun(result.documents, 'document')} in ${formatNoun(result.collections, 'collection')}`
    const found = findingKinds.filter((kind) => result.counts[kind] > 0)
    const sums = found.map((kind) => `${formatCount(result.counts[kind])} ${findingTable[kind].label}`).join(', ')
    await terminal.writeLine(result.ok ? `${looked}: all is well.` : `${looked}: ${sums}.`)
    if (result.counts.version > 0) await terminal.writeLines(describeCommands(['TEXT_OUTDATED']))
    const last = offset + result.findings.length
    if (last < result.total) await terminal.writeLine(`More with --offset ${last}.`)
    if (result.repair !== null)
      await terminal.writeLine(
        `Queued: ${formatNoun(result.repair.jobs.length, 'job')} that look through sources again, ${formatNoun(result.repair.documents, 'document')} for their vectors.`,
      )
  }
  if (result.repair !== null) noteNobodyWorks(terminal, session)
  return result.ok ? exitCodes.done : exitCodes.problems
}
