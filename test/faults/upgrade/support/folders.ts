// Owns what the tests of upgrades look at: everything a database holds, and running the process that dies on the way.
// Refuses: changing the folder it looks at.
import { execFileSync, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import Libsql from 'libsql'

const ROOT = resolve(__dirname, '../../../..')

export type Bundled = { readonly file: string; readonly remove: () => void }

export const bundleProcess = (): Bundled => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const dir = mkdtempSync(join(ROOT, '.cache', 'upgrade-'))
  const file = join(dir, 'upgrade-process.cjs')
  const bundler = join(ROOT, 'scripts', 'testing', 'bundle.mjs')
  execFileSync(process.execPath, [bundler, join(__dirname, 'upgrade-process.ts'), file])
  return { file, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Runs it until it dies at the step, or, with 0, to its end. */
export const runUntil = (file: string, dataDir: string, step: number, backup?: string): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [file, dataDir, String(step), ...(backup === undefined ? [] : [backup])], {
    encoding: 'utf8',
    timeout: 60_000,
  })

/** Runs it and kills it so long after it began. @returns whether it was still at work then */
export const killAfter = (file: string, dataDir: string, ms: number): Promise<boolean> =>
  new Promise((settle, reject) => {
    const child = spawn(process.execPath, [file, dataDir, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    child.once('error', reject)
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms))
    child.once('close', (_code, signal) => settle(signal === 'SIGKILL'))
  })

type Dump = Record<string, unknown>

/** Schema and rows, full-text indexes by what they answer: two databases with the same dump hold the same. The log is looked at, and left alone. */
export const dumpOf = (dataDir: string): string => {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-dump-'))
  for (const name of ['sluice.db', 'sluice.db-wal'])
    if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(scratch, name))
  const db = new Libsql(join(scratch, 'sluice.db'))
  try {
    const all = (sql: string): Dump[] => db.prepare(sql).all([]) as Dump[]
    const things = all(`SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`)
    const isPlain = ({ name, sql }: Dump): boolean =>
      !String(sql).startsWith('CREATE VIRTUAL') && !/_(data|idx|docsize|config|content)$/.test(String(name))
    const rows = things
      .filter((thing) => thing['type'] === 'table' && isPlain(thing))
      .map(({ name }) => [
        name,
        all(`SELECT * FROM "${String(name)}"`)
          .map((row) => JSON.stringify(row))
          .sort(),
      ])
    const found = all(
      `SELECT rowid AS id FROM chunks_fts WHERE chunks_fts MATCH 'boiler OR tram OR tomatoes' ORDER BY rowid`,
    )
    const version = all('PRAGMA user_version')
    return JSON.stringify([version, things, rows, found, all('PRAGMA integrity_check')])
  } finally {
    db.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Every file below a folder with the sum of its bytes, but those whose names match. */
export const sumsOf = (folder: string, but = /^$/): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !but.test(path.slice(folder.length + 1)))
      .sort()
      .map((path) => [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )
