/**
 * Owns the schema of figures over time, and of the ledger of connections.
 * Refuses: other versions.
 */
export const metrics: readonly string[] = [
  // One row a bucket: at_ms its start (UTC), figures (JSON) from names to [sum, count, most].
  `CREATE TABLE metrics (
    grain_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    figures TEXT NOT NULL,
    PRIMARY KEY (grain_ms, at_ms)
  ) STRICT, WITHOUT ROWID`,

  // Every request to a provider, and every attempt that was refused. bytes: of bodies, without what the connection itself takes.
  // outcome: open (under way), answered, failed, refused (never made), unknown (its process died).
  `CREATE TABLE connections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
    provider TEXT NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('open', 'answered', 'failed', 'refused', 'unknown')),
    detail TEXT NOT NULL,
    bytes_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX connections_open ON connections (id) WHERE outcome = 'open'`,
  // What no single row tells any more. day: of UTC, or '' for all before those that are kept.
  `CREATE TABLE connection_days (
    day TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    is_local INTEGER NOT NULL,
    provider TEXT NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL,
    requests INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (day, host, port, provider, purpose, outcome)
  ) STRICT, WITHOUT ROWID`,
]
