/**
 * Owns `sluice similar`, `sluice searches …` and `sluice history …`. Refuses: ranking, and deciding what is kept.
 */
import type { SavedSearch } from '../../../shared/search'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf, listOf, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'
import { formatMoment, formatNoun } from '../output/units'
import { formatResult, paramsOf } from './search'

const MAX_RESULTS = 200

const layout: readonly Column<SavedSearch>[] = [
  { title: 'NAME', value: ({ name }) => toOneLine(name) },
  { title: 'QUERY', value: ({ query }) => toOneLine(query), flexible: true },
  { title: 'LAST RUN', value: ({ usedAt }) => (usedAt === null ? 'never' : formatMoment(usedAt)) },
]

export const list: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const found = await session.call('savedSearches.list', {})
  if (json) await terminal.writeJson(found)
  else if (found.total === 0)
    await terminal.writeLine('No search is saved yet. "sluice searches save NAME QUERY" saves one.')
  else await terminal.writeLines(formatTable(found.savedSearches, layout, terminal.columns))
  return exitCodes.done
}

export const save: CommandRun = async (context, [name = '', ...words], options) => {
  const { terminal, json } = context
  const { mode, collections, types, since, until, pathGlob } = paramsOf(options)
  const session = await context.open()
  const scope = { mode, collections, types, since, until, pathGlob }
  const saved = await session.call('savedSearches.save', { name, query: words.join(' '), ...scope })
  if (json) await terminal.writeJson(saved)
  else await terminal.writeLine(`Saved as "${toOneLine(saved.name)}".`)
  return exitCodes.done
}

export const run: CommandRun = async (context, [name = ''], options) => {
  const { terminal, json } = context
  const session = await context.open({ soon: 'embed' })
  const limit = countOf(options, 'limit', 1, MAX_RESULTS, 10)
  const result = await session.call('savedSearches.run', { name, limit })
  if (json) await terminal.writeJson(result)
  else await terminal.writeLines(formatResult(terminal, result))
  return exitCodes.done
}

export const remove: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const removed = await session.call('savedSearches.remove', { name })
  if (json) await terminal.writeJson(removed)
  else await terminal.writeLine(`Removed "${toOneLine(name)}".`)
  return exitCodes.done
}

export const similar: CommandRun = async (context, [documentId = ''], options) => {
  const { terminal, json } = context
  const session = await context.open({ soon: 'embed' })
  const result = await session.call('search.similar', {
    documentId,
    chunk: textOf(options, 'chunk') === undefined ? null : countOf(options, 'chunk', 0, 1_000_000, 0),
    collections: listOf(options, 'collection'),
    limit: countOf(options, 'limit', 1, MAX_RESULTS, 10),
  })
  if (json) await terminal.writeJson(result)
  else await terminal.writeLines(formatResult(terminal, { ...result, query: `document ${documentId}` }))
  return exitCodes.done
}

export const history: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const session = await context.open()
  const found = await session.call('searchHistory.list', { limit: countOf(options, 'limit', 1, 1_000, 100) })
  if (json) await terminal.writeJson(found)
  else
    await terminal.writeLines([
      ...found.entries.map(({ at, query }) => `${formatMoment(at)}  ${toOneLine(query)}`),
      found.enabled
        ? `${formatNoun(found.total, 'search', 'searches')} kept.`
        : 'The history is off: nothing more is kept.',
    ])
  return exitCodes.done
}

export const clearHistory: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const cleared = await session.call('searchHistory.clear', {})
  if (json) await terminal.writeJson(cleared)
  else await terminal.writeLine(`Forgot ${formatNoun(cleared.removed, 'search', 'searches')}.`)
  return exitCodes.done
}
