/**
 * Owns `sluice collections models|switch|rollback|cleanup|compare`, and what `collections update --model` says.
 * Refuses: waiting for the job that makes vectors; `sluice jobs` and `sluice run` do.
 */
import { sayCost } from '../../../shared/costs'
import type { CollectionGeneration, ModelComparison, ModelEstimate } from '../../../shared/generations'
import type { Session } from '../../owner/session'
import { noteNobodyWorks, type CommandContext, type CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatDuration, formatNoun, formatShare } from '../output/units'

const layout: readonly Column<CollectionGeneration>[] = [
  { title: 'STATE', value: ({ state }) => state },
  { title: 'BY', value: ({ ref }) => ref },
  { title: 'MODEL', value: ({ model }) => model, flexible: true },
  { title: 'DIMENSIONS', value: ({ dimensions }) => formatCount(dimensions), align: 'right' },
  { title: 'TEXTS', value: ({ contents }) => formatCount(contents), align: 'right' },
  { title: 'MISSING', value: ({ missing }) => formatCount(missing), align: 'right' },
  { title: 'JOB', value: ({ job, state }) => (state === 'building' ? (job ?? '') : '') },
]

const printAll = async ({ terminal }: CommandContext, generations: readonly CollectionGeneration[]): Promise<void> => {
  if (generations.length === 0)
    await terminal.writeLine('It has no vectors yet; the first text gets them by the built-in model.')
  else await terminal.writeLines(formatTable(generations, layout, terminal.columns))
  for (const { stale } of generations) if (stale !== null) await terminal.writeLine(stale)
}

const describe = ({ model, chunks, keptChunks, tokens, costUsd, expectedMs }: ModelEstimate): string => {
  const cost = sayCost(costUsd)
  const time = expectedMs === null ? '' : `, about ${formatDuration(expectedMs)}`
  const kept = keptChunks > 0 ? ` (${formatCount(keptChunks)} are still there)` : ''
  return `${formatNoun(chunks, 'passage')}${kept} get vectors by ${model}: about ${formatNoun(tokens, 'token')}, ${cost}${time}.`
}

/** Tells what a change takes; with `yes` begins it. */
export const changeModel = async (
  context: CommandContext,
  session: Session,
  asked: { name: string; model: string; yes: boolean; hold: boolean },
): Promise<ExitCode> => {
  const { terminal, json } = context
  const { name, model, yes, hold } = asked
  const answer = await session.call('collections.changeModel', { name, model, approve: yes, hold })
  if (json) await terminal.writeJson(answer)
  else {
    await terminal.writeLine(describe(answer.estimate))
    if (!answer.approved) await terminal.writeLine('Nothing was changed. Agree to it with --yes.')
    else if (answer.job === null) await terminal.writeLine('There was nothing to make: it is in use from now on.')
    else {
      const then = hold ? `"sluice collections switch ${toOneLine(name)}"` : 'it is switched by itself'
      await terminal.writeLine(`Job ${answer.job.id} makes them. Searches go on with the model there is; then ${then}.`)
      noteNobodyWorks(terminal, session)
    }
  }
  return answer.approved ? exitCodes.done : exitCodes.waits
}

export const models: CommandRun = async (context, [name = '']) => {
  const session = await context.open()
  const found = await session.call('collections.models', { name })
  if (context.json) await context.terminal.writeJson(found)
  else await printAll(context, found.generations)
  return exitCodes.done
}

export const switchTo: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const answer = await session.call('collections.switchModel', { name })
  if (json) await terminal.writeJson(answer)
  else if (answer.switched) await printAll(context, answer.generations)
  else {
    const texts = formatNoun(answer.missing, 'text')
    await terminal.writeLine(
      `${texts} came since. Job ${answer.job?.id ?? ''} makes their vectors; then it is switched by itself.`,
    )
    noteNobodyWorks(terminal, session)
  }
  return exitCodes.done
}

export const rollback: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const answer = await session.call('collections.rollback', { name })
  if (json) await terminal.writeJson(answer)
  else {
    await printAll(context, answer.generations)
    if (answer.missing > 0) {
      const texts = formatNoun(answer.missing, 'text')
      await terminal.writeLine(`${texts} came since the change: found by keyword until their vectors are made.`)
      noteNobodyWorks(terminal, session)
    }
  }
  return exitCodes.done
}

export const cleanup: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const answer = await session.call('collections.cleanup', { name })
  if (json) await terminal.writeJson(answer)
  else if (answer.dropped === 0) await terminal.writeLine('No earlier model is kept.')
  else await terminal.writeLine('The vectors of the earlier model are gone.')
  return exitCodes.done
}

const placeOf = (place: number | null): string => (place === null ? 'not among the ten' : `place ${place}`)

const linesOf = ({ from, to, overlap, queries }: ModelComparison): string[] => [
  `${from} and ${to} find ${formatShare(overlap)} of the same among the ten nearest passages.`,
  ...queries.flatMap(({ query, overlap: share, moved }) => [
    `${toOneLine(query)}: ${formatShare(share)}`,
    ...moved.map((one) => `  ${toOneLine(one.path)}: ${placeOf(one.from)}, now ${placeOf(one.to)}`),
  ]),
]

export const compare: CommandRun = async (context, [name = '', ...queries]) => {
  const { terminal, json } = context
  const session = await context.open({ soon: 'embed' })
  const answer = await session.call('collections.compareModels', { name, queries })
  if (json) await terminal.writeJson(answer)
  else if (answer.comparison === null)
    await terminal.writeLine('There is nothing to compare: no second model, or no query that was named or saved.')
  else await terminal.writeLines(linesOf(answer.comparison))
  return exitCodes.done
}
