/**
 * Owns the ledger of connections: each request before it is sent and how it ended, and what was refused; old ones by day, then in all. No host
 * is ever forgotten.
 * Refuses: deciding what may be sent.
 */
import { connectionOutcomes, LEDGER_DAYS, LEDGER_ROWS, type Connection, type LedgerHost } from '../../shared/ledger'
import type { Operations } from './contract'
import { NOW, type Database } from './database'

const INSERT = `INSERT INTO connections (at, host, port, is_local, provider, purpose, outcome, detail, bytes_out, bytes_in)
  VALUES (${NOW}, ?, ?, ?, ?, ?, ?, ?, ?, 0)`

const DAY_KEY = 'day, host, port, is_local, provider, purpose, outcome'
const SUMS = `requests = requests + excluded.requests, bytes_out = bytes_out + excluded.bytes_out, bytes_in = bytes_in + excluded.bytes_in,
  first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`
const INTO_DAYS = `INSERT INTO connection_days (${DAY_KEY}, requests, bytes_out, bytes_in, first_at, last_at)`

/** Rows that are folded at once, so that it is not done at every request. */
const STEP = 500

/** The oldest rows that are over go into their days, the oldest days into one for all. */
const fold = (db: Database): void => {
  const { rows } = db.one<{ rows: number }>('SELECT count(*) AS rows FROM connections')
  if (rows < LEDGER_ROWS + STEP) return
  const { last } = db.one<{ last: number }>(
    `SELECT max(id) AS last FROM (SELECT id FROM connections ORDER BY id LIMIT ?)`,
    rows - LEDGER_ROWS,
  )
  // WHERE TRUE: else the parser takes ON CONFLICT for a join.
  db.run(
    `${INTO_DAYS} SELECT substr(at, 1, 10), host, port, is_local, provider, purpose, outcome, count(*), sum(bytes_out), sum(bytes_in), min(at), max(at)
      FROM connections WHERE id <= ? AND outcome <> 'open' GROUP BY 1, 2, 3, 4, 5, 6, 7 ON CONFLICT DO UPDATE SET ${SUMS}`,
    last,
  )
  db.run(`DELETE FROM connections WHERE id <= ? AND outcome <> 'open'`, last)
  const old = `day <> '' AND day < date('now', '-${LEDGER_DAYS} days')`
  db.run(
    `${INTO_DAYS} SELECT '', host, port, is_local, provider, purpose, outcome, sum(requests), sum(bytes_out), sum(bytes_in), min(first_at), max(last_at)
      FROM connection_days WHERE ${old} GROUP BY 2, 3, 4, 5, 6, 7 ON CONFLICT DO UPDATE SET ${SUMS}`,
  )
  db.run(`DELETE FROM connection_days WHERE ${old}`)
}

export const beginConnection = (
  db: Database,
  { host, port, isLocal, provider, purpose, bytesOut }: Operations['connections.begin']['params'],
): Operations['connections.begin']['result'] => {
  const { id } = db.run(INSERT, host, port, isLocal ? 1 : 0, provider, purpose, 'open', '', bytesOut)
  fold(db)
  return { id }
}

export const settleConnection = (
  db: Database,
  { id, outcome, detail, bytesIn }: Operations['connections.settle']['params'],
): Operations['connections.settle']['result'] => {
  db.run(
    `UPDATE connections SET outcome = ?, detail = ?, bytes_in = ? WHERE id = ? AND outcome = 'open'`,
    outcome,
    detail,
    bytesIn,
    id,
  )
  return {}
}

export const refuseConnections = (
  db: Database,
  { refused }: Operations['connections.refuse']['params'],
): Operations['connections.refuse']['result'] => {
  for (const { host, port, isLocal, purpose, detail } of refused)
    db.run(INSERT, host, port, isLocal ? 1 : 0, '', purpose, 'refused', detail, 0)
  fold(db)
  return {}
}

/** At the start of an owner: what was under way in one that died. */
export const recoverConnections = (db: Database): Operations['connections.recover']['result'] => ({
  lost: db.run(`UPDATE connections SET outcome = 'unknown' WHERE outcome = 'open'`).changes,
})

const EVERYTHING = `SELECT host, port, is_local, provider, purpose, outcome, requests, bytes_out, bytes_in, first_at, last_at FROM connection_days
  UNION ALL SELECT host, port, is_local, provider, purpose, outcome, 1, bytes_out, bytes_in, at, at FROM connections`
const HOSTS = `SELECT host, port, is_local, provider, group_concat(DISTINCT purpose) AS purposes,
    sum(iif(outcome = 'refused', 0, requests)) AS requests, sum(iif(outcome = 'refused', requests, 0)) AS refused,
    sum(iif(outcome IN ('failed', 'unknown'), requests, 0)) AS failed, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in,
    min(first_at) AS first_at, max(last_at) AS last_at
  FROM (${EVERYTHING}) GROUP BY host, port, is_local, provider ORDER BY is_local, max(last_at) DESC`
const MOST_HOSTS = 1_000

type HostRow = {
  host: string
  port: number
  is_local: number
  provider: string
  purposes: string
  requests: number
  refused: number
  failed: number
  bytes_out: number
  bytes_in: number
  first_at: string
  last_at: string
}
type Row = Omit<HostRow, 'purposes' | 'requests' | 'refused' | 'failed' | 'first_at' | 'last_at'> & {
  id: number
  at: string
  purpose: string
  outcome: string
  detail: string
}

const toHost = (row: HostRow): LedgerHost => ({
  host: row.host,
  port: row.port,
  isLocal: row.is_local === 1,
  provider: row.provider,
  purposes: row.purposes.split(',').sort(),
  requests: row.requests,
  refused: row.refused,
  failed: row.failed,
  bytesOut: row.bytes_out,
  bytesIn: row.bytes_in,
  firstAt: row.first_at,
  lastAt: row.last_at,
})

const toConnection = (row: Row): Connection => ({
  id: String(row.id),
  at: row.at,
  host: row.host,
  port: row.port,
  isLocal: row.is_local === 1,
  provider: row.provider,
  purpose: row.purpose,
  outcome: connectionOutcomes.find((outcome) => outcome === row.outcome) ?? 'unknown',
  detail: row.detail,
  bytesOut: row.bytes_out,
  bytesIn: row.bytes_in,
})

export const listConnections = (
  db: Database,
  { offset, limit }: Operations['connections.list']['params'],
): Operations['connections.list']['result'] => {
  const hosts = db.all<HostRow>(HOSTS)
  const sum = (of: (host: HostRow) => number): number => hosts.reduce((before, host) => before + of(host), 0)
  return {
    hosts: hosts.slice(0, MOST_HOSTS).map(toHost),
    hostsTotal: hosts.length,
    sent: sum((host) => (host.is_local === 1 ? 0 : host.requests)),
    sentLocally: sum((host) => (host.is_local === 1 ? host.requests : 0)),
    refused: sum(({ refused }) => refused),
    connections: db
      .all<Row>('SELECT * FROM connections ORDER BY id DESC LIMIT ? OFFSET ?', limit, offset)
      .map(toConnection),
    total: db.one<{ total: number }>('SELECT count(*) AS total FROM connections').total,
  }
}
