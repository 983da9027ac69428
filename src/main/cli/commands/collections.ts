/**
 * Owns `sluice collections …`. Refuses: touching the files that a collection was made from.
 */
import { summaryWishes } from '../../../shared/answers'
import {
  collectionColors,
  figureReadings,
  scanReadings,
  type Collection,
  type CollectionColor,
} from '../../../shared/domain'
import { AppError, formatBytes } from '../../../shared/errors'
import type { Provider } from '../../../shared/providers'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { choiceOf, countOf, isSet, listOf, textOf, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { describeProof } from '../output/removal-proof'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun } from '../output/units'

/** How `--color` is told that there is to be none. */
const NO_COLOR = 'none'

const layout: readonly Column<Collection>[] = [
  { title: 'NAME', value: ({ name }) => name, flexible: true },
  { title: 'DOCUMENTS', value: ({ documents }) => formatCount(documents), align: 'right' },
  { title: 'PASSAGES', value: ({ chunks }) => formatCount(chunks), align: 'right' },
  { title: 'PENDING', value: ({ pendingVectors }) => formatCount(pendingVectors), align: 'right' },
  { title: 'SIZE', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { title: 'CREATED', value: ({ createdAt }) => formatMoment(createdAt) },
]

const print = async (context: CommandContext, collection: Collection): Promise<ExitCode> => {
  const { terminal, json } = context
  if (json) await terminal.writeJson(collection)
  else await terminal.writeLines(formatTable([collection], layout, terminal.columns))
  return exitCodes.done
}

export const list: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const found = await session.call('collections.list', {})
  if (json) await terminal.writeJson(found)
  else if (found.total === 0) await terminal.writeLine('There is no collection yet. "sluice ingest PATH" makes one.')
  else await terminal.writeLines(formatTable(found.collections, layout, terminal.columns))
  return exitCodes.done
}

export const show: CommandRun = async (context, [name = '']) => {
  const session = await context.open()
  return print(context, await session.call('collections.show', { name }))
}

/** What of a model has to be agreed to before a collection is made with it: that texts will leave this computer. @throws PROVIDER_UNKNOWN */
const findLeaving = async (session: Session, model: string): Promise<Provider | null> => {
  const { providers } = await session.call('providers.list', {})
  const provider = providers.find(({ name }) => name === model)
  if (!provider) throw new AppError('PROVIDER_UNKNOWN', { name: model })
  return provider.isLocal ? null : provider
}

type Wish = { readonly name: string; readonly model: string; readonly yes: boolean }

/** Whether the model may be used: what leaves this computer has to be agreed to, else it is told. @throws PROVIDER_UNKNOWN */
export const agreeToModel = async (
  { terminal, json }: CommandContext,
  session: Session,
  { name, model, yes }: Wish,
): Promise<boolean> => {
  const leaving = await findLeaving(session, model)
  if (leaving === null || yes) return true
  const { place } = leaving
  if (json) await terminal.writeJson({ approved: false, model, place })
  else
    await terminal.writeLine(
      `What is added to "${toOneLine(name)}" will be sent to ${toOneLine(place ?? model)}: it leaves this computer. Nothing was made. Agree to it with --yes.`,
    )
  return false
}

/** `--color none` takes the color away. */
const colorOf = (options: TypedOptions): CollectionColor | null | undefined =>
  textOf(options, 'color') === NO_COLOR ? null : choiceOf(options, 'color', collectionColors)

export const create: CommandRun = async (context, [name = ''], options) => {
  const model = textOf(options, 'model')
  const session = await context.open()
  if (model !== undefined && !(await agreeToModel(context, session, { name, model, yes: isSet(options, 'yes') })))
    return exitCodes.waits
  return print(context, await session.call('collections.create', { name, color: colorOf(options), model }))
}

export const rename: CommandRun = async (context, [name = '', newName = '']) => {
  const session = await context.open()
  return print(context, await session.call('collections.rename', { name, newName }))
}

const weightOf = (options: TypedOptions): number | undefined => {
  const text = textOf(options, 'weight')
  if (text === undefined) return undefined
  const weight = Number(text)
  if (weight >= 0.01 && weight <= 100) return weight
  throw new AppError('USAGE', { reason: `--weight needs a number from 0.01 to 100, not "${text}".` })
}

/** That pictures leave this computer is said where it is chosen. */
const tellWhere = async ({ terminal }: CommandContext, session: Session, name: string, what: string): Promise<void> => {
  const { providers } = await session.call('providers.list', {})
  const provider = providers.find(({ isVision }) => isVision)
  if (!provider) return
  const { place, visionModel, isLocal, visionPageUsd } = provider
  const leaving = isLocal ? 'on this computer' : 'they leave this computer'
  const cost = visionPageUsd ? ` An ordinary page costs about $${visionPageUsd.toFixed(4)}.` : ''
  terminal.note(
    `From now on ${what} in "${toOneLine(name)}" are sent to ${place ?? '?'} (${visionModel ?? '?'}): ${leaving}.${cost} What was read before is read again when its source is looked through.`,
  )
}

export const update: CommandRun = async (context, [name = ''], options) => {
  const newName = textOf(options, 'name')
  const weight = weightOf(options)
  const isDefault = textOf(options, 'tasksPerMinute') === 'default'
  const perMinute = isDefault ? null : countOf(options, 'tasksPerMinute', 0, 1_000_000, Number.NaN)
  const tasksPerMinute = Number.isNaN(perMinute) ? undefined : perMinute
  const patterns = listOf(options, 'ignore')
  const ignores = patterns.length > 0 ? patterns : options['ignores'] === false ? [] : undefined
  const summaries = choiceOf(options, 'summaries', summaryWishes)
  const scans = choiceOf(options, 'scans', scanReadings)
  const figures = choiceOf(options, 'figures', figureReadings)
  const changes = { weight, tasksPerMinute, ignores, summaries, scans, figures, color: colorOf(options) }
  const model = textOf(options, 'model')
  const isPlain = newName === undefined && Object.values(changes).every((change) => change === undefined)
  if (isPlain && model === undefined)
    throw new AppError('USAGE', {
      reason:
        'Say what to change: --name, --color, --weight, --ignore, --tasks-per-minute, --summaries, --scans, --figures or --model.',
    })
  if (!isPlain && model !== undefined)
    throw new AppError('USAGE', { reason: 'Change the model alone: it is agreed to apart from other changes.' })
  const session = await context.open()
  if (model !== undefined) {
    const { changeModel } = await import('./collection-models')
    return changeModel(context, session, { name, model, yes: isSet(options, 'yes'), hold: isSet(options, 'hold') })
  }
  const updated = await session.call('collections.update', { name, ...changes })
  const sent = [...(scans === 'vision' ? ['pictures of text'] : []), ...(figures === 'vision' ? ['figures'] : [])]
  if (sent.length > 0) await tellWhere(context, session, name, sent.join(' and '))
  const renamed = newName === undefined ? updated : await session.call('collections.rename', { name, newName })
  return print(context, renamed)
}

export const remove: CommandRun = async (context, [name = ''], options) => {
  const { terminal, json } = context
  const session = await context.open()
  const removed = await session.call('collections.remove', { name, prove: isSet(options, 'prove') })
  if (json) await terminal.writeJson(removed)
  else await terminal.writeLine(`Removed "${toOneLine(name)}" with ${formatNoun(removed.documents, 'document')}.`)
  const { proof } = removed
  if (proof !== undefined && !json) await terminal.writeLine(describeProof(proof))
  return proof === undefined || proof.proven ? exitCodes.done : exitCodes.problems
}
