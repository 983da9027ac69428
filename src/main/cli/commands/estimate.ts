/**
 * Owns `sluice estimate`: the look before a job. Refuses: indexing anything.
 */
import { randomUUID } from 'node:crypto'
import type { Estimate } from '../../../shared/domain'
import { formatBytes, toAppError } from '../../../shared/errors'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { toOfferedPaths } from '../offered-paths'
import { listOf, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { formatCount, formatEstimate, formatNoun } from '../output/units'

const MAX_ARCHIVES = 10

const formatArchives = ({ archives, archivesTotal }: Estimate): string[] => {
  if (archivesTotal === 0) return []
  const shown = archives.slice(0, MAX_ARCHIVES)
  const rest = archivesTotal - shown.length
  return [
    `${formatNoun(archivesTotal, 'archive')}:`,
    ...shown.map(
      ({ path, entries, bytesCompressed, bytesExpanded }) =>
        `  ${toOneLine(path)}: ${formatNoun(entries, 'entry', 'entries')}, ${formatBytes(bytesCompressed)} unpacks to ${formatBytes(bytesExpanded)}`,
    ),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more`] : []),
  ]
}

const formatEstimateLines = (found: Estimate): string[] => {
  const kinds = Object.entries(found.byKind).sort(([, left], [, right]) => right - left)
  const rows: readonly [string, number][] = [
    ['the same as another one', found.duplicates],
    ['indexed already, unchanged', found.unchanged],
    ['need a password', found.needPassword],
    ['need the reading of pictures (OCR)', found.needOcr],
    ['left out', found.leftOut],
  ]
  return [
    `${formatNoun(found.documents, 'document')}, ${formatBytes(found.bytes)}.`,
    ...kinds.map(([kind, count]) => `  ${formatCount(count)} ${kind}`),
    ...rows.filter(([, count]) => count > 0).map(([what, count]) => `${formatCount(count)} ${what}`),
    ...formatArchives(found),
    `Takes about ${formatEstimate(found.expectedMs)}; up to ${formatBytes(found.tempDiskBytes)} of temporary disk; costs nothing.`,
    ...(found.confirmation === null
      ? []
      : [`Large archives would wait for you (or give --yes): ${toOneLine(found.confirmation.message)}`]),
    ...(found.exact ? [] : [`Estimated, not counted: ${found.sampled.join(', ')}.`]),
  ]
}

export const run: CommandRun = async (context, words, options) => {
  const { terminal, json, interrupt } = context
  const session = await context.open({ soon: 'parse' })
  const id = randomUUID()
  const looking = session.call('jobs.estimate', {
    paths: toOfferedPaths(words, context.argv, context.folder),
    collection: textOf(options, 'collection'),
    globs: listOf(options, 'glob'),
    ignores: listOf(options, 'ignore'),
    leaveOut: listOf(options, 'leaveOut'),
    id,
  })
  const found = await Promise.race([looking, interrupt.happened])
  if (found === undefined) {
    // It fails as it was told to; what it would have found is of no interest any more.
    looking.catch((thrown: unknown) => context.log.debug('estimate-stopped', { code: toAppError(thrown).code }))
    await session.call('jobs.stopEstimate', { id })
    return exitCodes.interrupted
  }
  if (json) await terminal.writeJson(found)
  else await terminal.writeLines(formatEstimateLines(found))
  return exitCodes.done
}
