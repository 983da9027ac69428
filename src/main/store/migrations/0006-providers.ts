/**
 * Owns the sixth schema: what was used of providers, and the requests that were sent and have no end yet.
 * Refuses: other versions.
 */
export const providers: readonly string[] = [
  // No references: what was paid for stays known when its job and collection are gone. day: of UTC, `2026-01-31`.
  `CREATE TABLE provider_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    purpose TEXT NOT NULL,
    job_id INTEGER NOT NULL,
    collection_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    is_retry INTEGER NOT NULL
  ) STRICT`,
  // job_id, collection_id: 0 for none.
  `CREATE TABLE provider_usage (
    provider TEXT NOT NULL,
    day TEXT NOT NULL,
    model TEXT NOT NULL,
    purpose TEXT NOT NULL,
    collection_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    unsettled INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    PRIMARY KEY (provider, day, model, purpose, collection_id, job_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX provider_usage_job ON provider_usage (job_id) WHERE job_id <> 0`,
]
