/**
 * Owns `sluice ledger`: every connection there ever was, by host and one by one.
 * Refuses: making one.
 */
import { formatBytes } from '../../../shared/errors'
import type { Connection, Ledger, LedgerHost } from '../../../shared/ledger'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf } from '../options'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun } from '../output/units'

const placeOf = ({ host, port, isLocal }: Pick<LedgerHost, 'host' | 'port' | 'isLocal'>): string =>
  `${host}:${port}${isLocal ? ' (this computer)' : ''}`

const hostLayout: readonly Column<LedgerHost>[] = [
  { title: 'HOST', value: placeOf, flexible: true },
  { title: 'PROVIDER', value: ({ provider }) => provider || '–' },
  { title: 'FOR', value: ({ purposes }) => purposes.join(', ') },
  { title: 'SENT', value: ({ requests }) => formatCount(requests), align: 'right' },
  { title: 'REFUSED', value: ({ refused }) => formatCount(refused), align: 'right' },
  { title: 'OUT', value: ({ bytesOut }) => formatBytes(bytesOut), align: 'right' },
  { title: 'IN', value: ({ bytesIn }) => formatBytes(bytesIn), align: 'right' },
  { title: 'LAST', value: ({ lastAt }) => formatMoment(lastAt) },
]

const layout: readonly Column<Connection>[] = [
  { title: 'WHEN', value: ({ at }) => formatMoment(at) },
  { title: 'HOST', value: placeOf, flexible: true },
  { title: 'PROVIDER', value: ({ provider }) => provider || '–' },
  { title: 'FOR', value: ({ purpose }) => purpose },
  { title: 'OUT', value: ({ bytesOut }) => formatBytes(bytesOut), align: 'right' },
  { title: 'IN', value: ({ bytesIn }) => formatBytes(bytesIn), align: 'right' },
  { title: 'OUTCOME', value: ({ outcome, detail }) => (detail === '' ? outcome : `${outcome} (${detail})`) },
]

const summaryOf = ({ sent, sentLocally, refused }: Ledger): string =>
  [
    sent === 0
      ? 'No connection to another computer was ever made.'
      : `${formatNoun(sent, 'request')} to other computers.`,
    ...(sentLocally === 0 ? [] : [`${formatNoun(sentLocally, 'request')} to this computer itself.`]),
    ...(refused === 0 ? [] : [`${formatNoun(refused, 'attempt')} refused.`]),
  ].join(' ')

export const ledger: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const limit = countOf(options, 'limit', 1, 1_000, 20)
  const offset = countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0)
  const session = await context.open()
  const found = await session.call('ledger.list', { limit, offset })
  if (json) {
    await terminal.writeJson(found)
    return exitCodes.done
  }
  await terminal.writeLines([
    summaryOf(found),
    ...(found.hosts.length === 0 ? [] : ['', ...formatTable(found.hosts, hostLayout, terminal.columns)]),
    ...(found.connections.length === 0
      ? []
      : ['', 'The newest first:', ...formatTable(found.connections, layout, terminal.columns)]),
  ])
  return exitCodes.done
}
