/**
 * Owns showing the offline ledger: what ever left this computer, to whom and what for; normally that nothing did.
 */
import { Badge, Card, Group, Table, Text, Title } from '@mantine/core'
import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { formatCount, formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import { sayReason } from '../text/spoken'
import classes from './dashboard.module.css'
import type { ReactNode } from 'react'
import type { ConnectionOutcome, Ledger, LedgerHost } from '../../shared/ledger'

/** Of those one by one. */
const SHOWN = 50

const summaryOf = ({ sent, sentLocally, refused, hosts }: Ledger): string => {
  const others = hosts.filter(({ isLocal, requests }) => !isLocal && requests > 0).length
  return [
    sent === 0
      ? t('dashboard.neverSent')
      : t('dashboard.sentToOthers', {
          requests: t('dashboard.requests', { count: sent }),
          computers: t('dashboard.computers', { count: others }),
        }),
    ...(sentLocally === 0 ? [] : [t('dashboard.sentHere', { count: sentLocally })]),
    ...(refused === 0 ? [] : [t('dashboard.attemptsRefused', { count: refused })]),
  ].join(' ')
}

const outcomes: Readonly<Record<ConnectionOutcome, string>> = {
  open: t('dashboard.outcomeOpen'),
  answered: t('dashboard.outcomeAnswered'),
  failed: t('dashboard.outcomeFailed'),
  refused: t('dashboard.outcomeRefused'),
  unknown: t('dashboard.outcomeUnknown'),
}
const purposes: Readonly<Partial<Record<string, string>>> = {
  embed: t('dashboard.purposeEmbed'),
  query: t('dashboard.purposeQuery'),
  answer: t('dashboard.purposeAnswer'),
  summary: t('dashboard.purposeSummary'),
  vision: t('dashboard.purposeVision'),
  test: t('dashboard.purposeTest'),
  update: t('dashboard.purposeUpdate'),
}
/** Of what was refused it is what asked, by its own name. */
const sayPurpose = (purpose: string): string => purposes[purpose] ?? purpose

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
              {t('dashboard.thisComputer')}
            </Badge>
          ) : null}
          {host.requests === 0 ? (
            <Badge size="xs" variant="light" color="red" tt="none">
              {t('dashboard.refused')}
            </Badge>
          ) : null}
        </Group>
      </Table.Th>
      <Table.Td>{host.provider === '' ? '–' : host.provider}</Table.Td>
      <Table.Td>{host.purposes.map(sayPurpose).join(', ')}</Table.Td>
      <Table.Td ta="end">{formatCount(host.requests)}</Table.Td>
      <Table.Td ta="end">{formatCount(host.refused)}</Table.Td>
      <Table.Td ta="end">{formatSize(host.bytesOut)}</Table.Td>
      <Table.Td ta="end">{formatSize(host.bytesIn)}</Table.Td>
      <Table.Td>{formatMoment(host.lastAt)}</Table.Td>
    </Table.Tr>
  )
}

const Heads = ({ names, numbers }: { readonly names: readonly string[]; readonly numbers: readonly string[] }) => (
  <Table.Thead>
    <Table.Tr>
      {names.map((name) => (
        <Table.Th key={name} scope="col" ta={numbers.includes(name) ? 'end' : 'start'}>
          {name}
        </Table.Th>
      ))}
    </Table.Tr>
  </Table.Thead>
)

const heads = {
  host: t('dashboard.host'),
  model: t('dashboard.model'),
  purpose: t('dashboard.purpose'),
  sent: t('dashboard.sent'),
  refusals: t('dashboard.refusals'),
  out: t('dashboard.out'),
  in: t('dashboard.in'),
  last: t('dashboard.last'),
  when: t('dashboard.when'),
  outcome: t('dashboard.outcome'),
} as const

function Tables({ ledger }: { readonly ledger: Ledger }): ReactNode {
  const { hosts, hostsTotal, connections, total } = ledger
  return (
    <div className={classes.ledger} tabIndex={0} role="region" aria-label={t('dashboard.tablesOfConnections')}>
      <Table fz="xs" className="figures" captionSide="top">
        <Table.Caption ta="start">
          {hostsTotal > hosts.length
            ? t('dashboard.byHostSome', { shown: hosts.length, total: hostsTotal })
            : t('dashboard.byHost')}
        </Table.Caption>
        <Heads
          names={[heads.host, heads.model, heads.purpose, heads.sent, heads.refusals, heads.out, heads.in, heads.last]}
          numbers={[heads.sent, heads.refusals, heads.out, heads.in]}
        />
        <Table.Tbody>
          {hosts.map((host) => (
            <HostRow key={`${host.host} ${host.port} ${host.provider} ${host.isLocal}`} host={host} />
          ))}
        </Table.Tbody>
      </Table>
      {connections.length === 0 ? null : (
        <Table fz="xs" mt="md" className="figures" captionSide="top">
          <Table.Caption ta="start">{t('dashboard.newestOf', { shown: connections.length, total })}</Table.Caption>
          <Heads
            names={[heads.when, heads.host, heads.purpose, heads.out, heads.in, heads.outcome]}
            numbers={[heads.out, heads.in]}
          />
          <Table.Tbody>
            {connections.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{formatMoment(one.at)}</Table.Td>
                <Table.Td className="wrap-anywhere">
                  {one.host}:{one.port}
                </Table.Td>
                <Table.Td>{sayPurpose(one.purpose)}</Table.Td>
                <Table.Td ta="end">{formatSize(one.bytesOut)}</Table.Td>
                <Table.Td ta="end">{formatSize(one.bytesIn)}</Table.Td>
                <Table.Td>
                  {one.detail === ''
                    ? outcomes[one.outcome]
                    : t('dashboard.outcomeWithDetail', {
                        outcome: outcomes[one.outcome],
                        detail: sayReason(one.detail),
                      })}
                </Table.Td>
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
    <section aria-label={t('dashboard.connections')}>
      <Title order={2} size="sm" mb="xs">
        {t('dashboard.connections')}
      </Title>
      <Card withBorder className={classes.card}>
        <Group gap={10} wrap="nowrap" align="flex-start">
          <Sign size={20} style={{ flex: 'none' }} stroke={1.7} aria-hidden />
          <div>
            <Text size="sm" fw={550} data-testid="ledger-summary">
              {summaryOf(data)}
            </Text>
            <Text size="xs" c="dimmed">
              {t('dashboard.ledgerNote')}
            </Text>
          </div>
        </Group>
        {data.hosts.length === 0 ? null : <Tables ledger={data} />}
      </Card>
    </section>
  )
}
