// Owns the fixtures of versions 4 to 16 of the data, which no program was ever of alone: the folder of version 3, brought to each, with rows in the shape
// of each. Made once: `node scripts/testing/bundle.mjs test/support/data-folders/make-between.ts .cache/make-between.cjs && node .cache/make-between.cjs`.
// Refuses: later versions; theirs are made by their programs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Database } from '../../../src/main/store/database'
import { migrate } from '../../../src/main/store/migrations'
import { BETWEEN, unpackFixture } from './fixtures'

const AT = '2026-01-01T00:00:00.000Z'

/** What a person and the program would have left in each version, in its own shape. */
const rows: Readonly<Record<number, readonly string[]>> = {
  4: [
    `UPDATE collections SET ignores = '["*.tmp"]', tasks_per_minute = 600`,
    `UPDATE jobs SET priority = 1 WHERE state = 'queued'`,
    `UPDATE tasks SET discarded_at = '${AT}', tries = 1 WHERE outcome = 'failed'`,
  ],
  5: [
    `INSERT INTO saved_searches (name, query, scope, created_at) VALUES ('Boiler', 'boiler inspection', '{}', '${AT}')`,
    `INSERT INTO search_history (query, scope, at, times) VALUES ('tomatoes', '{}', '${AT}', 3)`,
  ],
  6: [
    `INSERT INTO provider_usage VALUES ('office', '2026-01-01', 'm', 'embed', 1, 1, 4, 1, 0, 900, 0, 0.25)`,
    `INSERT INTO provider_calls (provider, model, purpose, job_id, collection_id, day, tokens, cost_usd, is_retry)
      VALUES ('office', 'm', 'embed', 1, 1, '2026-01-01', 300, 0.1, 0)`,
  ],
  8: [
    `INSERT INTO summaries (key, content_id, collection_id, body, created_at) VALUES ('k', 1, 1, '{"sentences":[]}', '${AT}')`,
  ],
  9: [`INSERT INTO content_summaries (content_id, maker, key, made_at) VALUES (1, 'extractive:1', 'k', '${AT}')`],
  10: [
    `INSERT INTO vision_pages (task_id, hash, text, cut) SELECT id, x'00ff', 'a page', 0 FROM tasks WHERE state = 'queued'`,
  ],
  13: [`UPDATE collections SET figures = 'off'`],
  15: [
    `INSERT INTO metrics (grain_ms, at_ms, figures) VALUES (60000, 1767225600000, '{"documents":[3,1,3]}')`,
    `INSERT INTO connections (at, host, port, is_local, provider, purpose, outcome, detail, bytes_out, bytes_in)
      VALUES ('${AT}', 'localhost', 11434, 1, 'office', 'embed', 'open', '', 900, 0)`,
  ],
  16: [`UPDATE collections SET color = 'teal'`],
}

const makeAll = async (): Promise<void> => {
  // The script finds its own place by its address; bundled, it would lose it.
  const script = pathToFileURL(resolve(__dirname, '../../../scripts/data-folder-fixture.mjs')).href
  const { packDataFolder } = (await import(script)) as {
    packDataFolder: (dataDir: string, about: { schema: number; madeBy: string; originals: string }) => void
  }
  for (let schema = BETWEEN.from; schema <= BETWEEN.to; schema += 1) {
    const base = mkdtempSync(join(tmpdir(), 'sluice-between-'))
    const dataDir = join(base, 'data')
    const { originals } = unpackFixture(3, dataDir)
    const db = new Database(join(dataDir, 'sluice.db'), 'writer')
    try {
      for (let to = BETWEEN.from; to <= schema; to += 1) {
        migrate(db, to)
        for (const sql of rows[to] ?? []) db.exec(sql)
      }
      db.fold()
    } finally {
      db.close()
    }
    packDataFolder(dataDir, { schema, madeBy: 'the migrations', originals })
    rmSync(base, { recursive: true, force: true })
  }
}

makeAll().catch((thrown: unknown) => {
  throw thrown
})
