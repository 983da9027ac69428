/**
 * Owns `sluice collections …`. Refuses: touching the files that a collection was made from.
 */
import type { Collection } from '../../../shared/domain'
import { formatBytes } from '../../../shared/errors'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun } from '../output/units'

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

export const create: CommandRun = async (context, [name = '']) => {
  const session = await context.open()
  return print(context, await session.call('collections.create', { name }))
}

export const rename: CommandRun = async (context, [name = '', newName = '']) => {
  const session = await context.open()
  return print(context, await session.call('collections.rename', { name, newName }))
}

export const remove: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const removed = await session.call('collections.remove', { name })
  if (json) await terminal.writeJson(removed)
  else await terminal.writeLine(`Removed "${toOneLine(name)}" with ${formatNoun(removed.documents, 'document')}.`)
  return exitCodes.done
}
