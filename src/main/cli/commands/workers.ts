/**
 * Owns `sluice workers …`: which host processes run, what they do and may take, and what is wrong with them.
 * Refuses: ending what runs in them.
 */
import { AppError, formatBytes } from '../../../shared/errors'
import { formatSetting } from '../../../shared/setting-format'
import { hostNames, type Breaker, type Workers } from '../../../shared/workers'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatDuration, formatNoun } from '../output/units'

type Worker = Workers['workers'][number]
type Caps = Workers['caps'][number]

const layout: readonly Column<Worker>[] = [
  { title: 'HOST', value: ({ host }) => host },
  { title: 'PID', value: ({ pid }) => String(pid), align: 'right' },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'MEMORY', value: ({ rssBytes }) => (rssBytes === null ? '?' : formatBytes(rssBytes)), align: 'right' },
  { title: 'THREADS', value: ({ threads }) => formatCount(threads), align: 'right' },
  { title: 'DONE', value: ({ tasksDone }) => formatCount(tasksDone), align: 'right' },
  { title: 'QUEUED', value: ({ queued }) => formatCount(queued), align: 'right' },
  {
    title: 'RUNNING',
    value: ({ running }) => running.map(({ label, ms }) => `${label} (${formatDuration(ms)})`).join(', '),
    flexible: true,
  },
]

const capsLayout: readonly Column<Caps>[] = [
  { title: 'HOST', value: ({ host }) => host },
  { title: 'THREADS', value: ({ threads }) => formatCount(threads), align: 'right' },
  { title: 'MEMORY', value: ({ memoryBytes }) => formatBytes(memoryBytes), align: 'right' },
  { title: 'TIME', value: ({ timeMs }) => formatSetting(timeMs, 'ms'), align: 'right' },
  { title: 'SILENT', value: ({ heartbeatMs }) => formatSetting(heartbeatMs, 'ms'), align: 'right' },
  { title: 'TASKS', value: ({ recycleTasks }) => formatCount(recycleTasks), align: 'right' },
  { title: 'IDLE', value: ({ idleMs }) => formatSetting(idleMs, 'ms'), align: 'right' },
]

const describeBreaker = ({ host, state, failures, reason, retryAt }: Breaker): string => {
  const why = `The hosts "${host}" failed ${formatNoun(failures, 'time')} in a row (${toOneLine(reason ?? 'unknown')})`
  return state === 'open' ? `${why}; tried again at ${retryAt ?? '?'}.` : `${why}; the next task tries again.`
}

const describeMemory = ({ freeBytes, minFreeBytes }: Workers['memory']): string =>
  `Memory is short (${freeBytes === null ? '?' : formatBytes(freeBytes)} free, ${formatBytes(minFreeBytes)} wanted): hosts use fewer threads until there is more.`

export const list: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const found = await session.call('workers.list', {})
  if (json) {
    await terminal.writeJson(found)
    return exitCodes.done
  }
  const { workers, breakers, caps, memory } = found
  await terminal.writeLines([
    ...(workers.length === 0
      ? ['No host runs; one is started for the first task.']
      : formatTable(workers, layout, terminal.columns)),
    ...breakers.filter(({ state }) => state !== 'closed').map(describeBreaker),
    ...(memory.short ? [describeMemory(memory)] : []),
    '',
    'Allowed to each kind:',
    ...formatTable(caps, capsLayout, terminal.columns),
  ])
  return exitCodes.done
}

export const recycle: CommandRun = async (context, [word]) => {
  const { terminal, json } = context
  const host = word === undefined ? null : hostNames.find((name) => name === word)
  if (host === undefined) throw new AppError('NOT_FOUND', { what: 'host', id: word })
  const session = await context.open()
  const recycled = await session.call('workers.recycle', { host })
  if (json) await terminal.writeJson(recycled)
  else if (recycled.total === 0) await terminal.writeLine('No host runs; nothing to replace.')
  else await terminal.writeLine(`Replacing ${formatNoun(recycled.total, 'host')} after what runs in them.`)
  return exitCodes.done
}
