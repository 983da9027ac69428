/**
 * Owns `sluice estimate`: the look before a job. Refuses: indexing anything.
 */
import { randomUUID } from 'node:crypto'
import type { Estimate } from '../../../shared/domain'
import { sayCost } from '../../../shared/costs'
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

type Sent = { readonly provider: string; readonly model: string; readonly isLocal: boolean }

const formatSent = (what: string, { provider, model, isLocal }: Sent, price: string): string =>
  `${what} to ${toOneLine(provider)} (${toOneLine(model)}), ${price}${isLocal ? '' : '; what is sent leaves this computer'}.`

const sayEach = (usd: number | null, each: string): string =>
  usd === null ? sayCost(null) : `about $${usd.toFixed(4)} a ${each}`

/** What is sent to whom, and what that costs. */
const formatCosts = ({
  vision,
  needOcr,
  figures = 0,
  embedding,
  summaries,
  costUsd,
  costKnown = true,
}: Estimate): string[] => {
  const seen = needOcr > 0 && vision?.scans !== false ? vision : null
  const shown = figures > 0 ? vision : null
  const sent = [
    ...(embedding
      ? [
          formatSent(
            `about ${formatNoun(embedding.tokens, 'token')} for vectors`,
            embedding,
            sayCost(embedding.costUsd),
          ),
        ]
      : []),
    ...(summaries
      ? [
          formatSent(
            `about ${formatNoun(summaries.tokens, 'token')} for summaries of ${formatNoun(summaries.documents, 'document')}`,
            summaries,
            sayCost(summaries.costUsd),
          ),
        ]
      : []),
    ...(seen ? [formatSent('pictures', seen, sayEach(seen.pageUsd, 'page'))] : []),
    ...(shown ? [formatSent('figures', shown, sayEach(shown.figureUsd ?? null, 'figure'))] : []),
  ]
  if (sent.length === 0) return []
  const all = costKnown
    ? sayCost(costUsd)
    : costUsd > 0
      ? `${sayCost(costUsd)} and what has no known price`
      : sayCost(null)
  return [...sent.map((line) => `Sends ${line}`), `Costs: ${all}.`]
}

const formatEstimateLines = (found: Estimate): string[] => {
  const costs = formatCosts(found)
  const kinds = Object.entries(found.byKind).sort(([, left], [, right]) => right - left)
  const rows: readonly [string, number][] = [
    ['the same as another one', found.duplicates],
    ['indexed already, unchanged', found.unchanged],
    ['need a password', found.needPassword],
    ['need the reading of pictures (OCR)', found.needOcr],
    ['figures that a model reads, at most', found.figures ?? 0],
    ['left out', found.leftOut],
  ]
  return [
    `${formatNoun(found.documents, 'document')}, ${formatBytes(found.bytes)}.`,
    ...kinds.map(([kind, count]) => `  ${formatCount(count)} ${kind}`),
    ...rows.filter(([, count]) => count > 0).map(([what, count]) => `${formatCount(count)} ${what}`),
    ...formatArchives(found),
    `Takes about ${formatEstimate(found.expectedMs)}; up to ${formatBytes(found.tempDiskBytes)} of temporary disk${costs.length === 0 ? '; costs nothing' : ''}.`,
    ...costs,
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
