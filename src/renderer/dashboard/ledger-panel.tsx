/**
 * Owns showing the offline ledger: what ever left this computer, to whom and what for; normally that nothing did.
 */
import { Badge, Card, Group, Table, Text, Title } from '@mantine/core'
import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react'
import { formatBytes } from '../../shared/errors'
import { useCall } from '../client/queries'
import { formatCount, formatMoment, formatPlural } from '../text/figures'
import classes from './dashboard.module.css'
import type { ReactNode } from 'react'
import type { Ledger, LedgerHost } from '../../shared/ledger'

/** Of those one by one. */
const SHOWN = 50

const summaryOf = ({ sent, sentLocally, refused, hosts }: Ledger): string => {
  const others = hosts.filter(({ isLocal, requests }) => !isLocal && requests > 0).length
  return [
    sent === 0
      ? 'No connection to another computer was ever made.'
      : `${formatPlural(sent, 'request')} to ${formatPlural(others, 'other computer')}.`,
    ...(sentLocally === 0 ? [] : [`${formatPlural(sentLocally, 'request')} to this computer itself.`]),
    ...(refused === 0 ? [] : [`${formatPlural(refused, 'attempt')} refused.`]),
  ].join(' ')
}

function HostRow({ host }: { readonly host: LedgerHost }): ReactNode {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Group gap={6}>
          <span className="wrap-anywhere">
            {host.host}:{host.port}
          </span>
          {host.isLocal ? (
            <Badge size="xs" variant="light" color="gray" tt="none">
              this computer
            </Badge>
          ) : null}
          {host.requests === 0 ? (
            <Badge size="xs" variant="light" color="red" tt="none">
              refused
            </Badge>
          ) : null}
        </Group>
      </Table.Th>
      <Table.Td>{host.provider === '' ? '–' : host.provider}</Table.Td>
      <Table.Td>{host.purposes.join(', ')}</Table.Td>
      <Table.Td ta="right">{formatCount(host.requests)}</Table.Td>
      <Table.Td ta="right">{formatCount(host.refused)}</Table.Td>
      <Table.Td ta="right">{formatBytes(host.bytesOut)}</Table.Td>
      <Table.Td ta="right">{formatBytes(host.bytesIn)}</Table.Td>
      <Table.Td>{formatMoment(host.lastAt)}</Table.Td>
    </Table.Tr>
  )
}

const Heads = ({ names, right }: { readonly names: readonly string[]; readonly right: readonly string[] }) => (
  <Table.Thead>
    <Table.Tr>
      {names.map((name) => (
        <Table.Th key={name} scope="col" ta={right.includes(name) ? 'right' : 'left'}>
          {name}
        </Table.Th>
      ))}
    </Table.Tr>
  </Table.Thead>
)

function Tables({ ledger }: { readonly ledger: Ledger }): ReactNode {
  const { hosts, hostsTotal, connections, total } = ledger
  return (
    <div className={classes.ledger} tabIndex={0} role="region" aria-label="Tables of connections">
      <Table fz="xs" className="figures" captionSide="top">
        <Table.Caption ta="left">
          By host{hostsTotal > hosts.length ? `: ${formatCount(hosts.length)} of ${formatCount(hostsTotal)}` : ''}
        </Table.Caption>
        <Heads
          names={['Host', 'Model', 'For', 'Sent', 'Refused', 'Out', 'In', 'Last']}
          right={['Sent', 'Refused', 'Out', 'In']}
        />
        <Table.Tbody>
          {hosts.map((host) => (
            <HostRow key={`${host.host} ${host.port} ${host.provider} ${host.isLocal}`} host={host} />
          ))}
        </Table.Tbody>
      </Table>
      {connections.length === 0 ? null : (
        <Table fz="xs" mt="md" className="figures" captionSide="top">
          <Table.Caption ta="left">
            The newest {formatCount(connections.length)} of {formatCount(total)} one by one; older ones are counted by
            day
          </Table.Caption>
          <Heads names={['When', 'Host', 'For', 'Out', 'In', 'Outcome']} right={['Out', 'In']} />
          <Table.Tbody>
            {connections.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{formatMoment(one.at)}</Table.Td>
                <Table.Td className="wrap-anywhere">
                  {one.host}:{one.port}
                </Table.Td>
                <Table.Td>{one.purpose}</Table.Td>
                <Table.Td ta="right">{formatBytes(one.bytesOut)}</Table.Td>
                <Table.Td ta="right">{formatBytes(one.bytesIn)}</Table.Td>
                <Table.Td>{one.detail === '' ? one.outcome : `${one.outcome} (${one.detail})`}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </div>
  )
}

export function LedgerPanel(): ReactNode {
  const { data } = useCall('ledger.list', { limit: SHOWN }, { topics: ['ledger'], everyMs: 60_000 })
  if (data === undefined) return null
  const Sign = data.sent === 0 ? IconPlugConnectedX : IconPlugConnected
  return (
    <section aria-label="Connections">
      <Title order={2} size="sm" mb="xs">
        Connections
      </Title>
      <Card withBorder className={classes.card}>
        <Group gap={10} wrap="nowrap" align="flex-start">
          <Sign size={20} stroke={1.7} aria-hidden />
          <div>
            <Text size="sm" fw={550} data-testid="ledger-summary">
              {summaryOf(data)}
            </Text>
            <Text size="xs" c="dimmed">
              Every request is written down here before it is sent, and so is every attempt that was refused. Bytes are
              those of the contents.
            </Text>
          </div>
        </Group>
        {data.hosts.length === 0 ? null : <Tables ledger={data} />}
      </Card>
    </section>
  )
}
