// A process dies at every step of an upgrade, of the backup before it, and of putting a backup back: what is there then is whole, old or new, and the next
// start goes on.
import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Libsql from 'libsql'
import { listBackups } from '../../../src/main/store/backups'
import { SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { finishRestore } from '../../../src/main/store/restoring'
import { peekVersion } from '../../../src/main/store/schema-version'
import { BACKUP_FOLDER, UPGRADE_SIGN } from '../../../src/shared/backups'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { makeTempDir } from '../../support/engine'
import { bundleProcess, dumpOf, killAfter, runUntil, sumsOf, type Bundled } from './support/folders'

const temp = makeTempDir('upgrade-kills')
let bundled: Bundled
beforeAll(() => {
  bundled = bundleProcess()
})
afterAll(() => {
  bundled.remove()
  temp.remove()
})

const versionOf = (dataDir: string): number | null => peekVersion(join(dataDir, 'sluice.db'))
const vectorsOf = (dataDir: string): Record<string, string> => sumsOf(join(dataDir, 'vectors'))
/** Names in the folder of backups, those of unfinished ones included. */
const namesIn = (dataDir: string): string[] => readdirSync(join(dataDir, BACKUP_FOLDER))

/** The runner hears from this process in between. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What the fixture becomes when nobody dies. */
const makeWhole = (name: string, version: number): { dataDir: string; steps: number } => {
  const dataDir = join(temp.path, name)
  unpackFixture(version, dataDir)
  const { status, stdout, stderr } = runUntil(bundled.file, dataDir, 0)
  expect(status, stderr).toBe(0)
  return { dataDir, steps: Number(stdout.trim().split('\n').at(-1)) }
}

describe.each([1, 3, 17])('an upgrade from version %i', (version) => {
  it('leaves the old data or the new, wherever it is killed, and goes on', { timeout: 120_000 }, async () => {
    const { dataDir: whole, steps } = makeWhole(`whole-${version}`, version)
    const after = dumpOf(whole)
    const dataDir = join(temp.path, `killed-${version}`)
    unpackFixture(version, dataDir)
    const before = dumpOf(dataDir)
    expect(before).not.toBe(after)
    const vectors = vectorsOf(dataDir)
    expect(Object.keys(vectors).length).toBeGreaterThan(3)
    // The last step is after the change is whole.
    for (let step = 1; step < steps; step += steps > 60 && step > 10 && step < steps - 5 ? 8 : 1) {
      const { signal, stdout, stderr } = runUntil(bundled.file, dataDir, step)
      expect(signal, `${step}: ${stdout}${stderr}`).toBe('SIGKILL')
      expect(versionOf(dataDir), `killed at step ${step}`).toBe(version)
      expect(dumpOf(dataDir) === before, `killed at step ${step}`).toBe(true)
      expect(listBackups(dataDir).length).toBeLessThanOrEqual(2)
      await turn()
    }
    expect(runUntil(bundled.file, dataDir, steps).signal).toBe('SIGKILL')
    expect(versionOf(dataDir)).toBe(SCHEMA_VERSION)
    const { status, stderr } = runUntil(bundled.file, dataDir, 0)
    expect(status, stderr).toBe(0)
    expect(dumpOf(dataDir) === after).toBe(true)
    expect(vectorsOf(dataDir)).toEqual(vectors)
    expect(existsSync(join(dataDir, UPGRADE_SIGN))).toBe(false)
    expect(namesIn(dataDir)).toEqual(listBackups(dataDir).map(({ id }) => id))
    expect(listBackups(dataDir).map(({ schema }) => schema)).toEqual([version])
  })
})

describe('a large data folder', () => {
  it('is old or new at whatever moment it is killed', { timeout: 120_000 }, async () => {
    const dataDir = join(temp.path, 'large')
    unpackFixture(1, dataDir)
    const db = new Libsql(join(dataDir, 'sluice.db'))
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
      INSERT INTO tasks (job_id, collection_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, created_at)
      SELECT 1, 1, 'document', 'extract', 'extract', 'queued', 'many-' || i, 'many/' || i || '.txt', '{"location":"/many","entries":[]}', 0, 10, '2026-01-01T00:00:00.000Z' FROM n`)
    db.close()
    const before = dumpOf(dataDir)
    let killed = 0
    for (let ms = 0; ; ms = ms * 1.2 + 10) {
      const wasAtWork = await killAfter(bundled.file, dataDir, ms)
      if (versionOf(dataDir) === SCHEMA_VERSION) break
      expect(versionOf(dataDir)).toBe(1)
      expect(dumpOf(dataDir) === before, `killed after ${ms} ms`).toBe(true)
      expect(wasAtWork).toBe(true)
      killed += 1
    }
    expect(killed).toBeGreaterThan(5)
    const { status, stderr } = runUntil(bundled.file, dataDir, 0)
    expect(status, stderr).toBe(0)
    const now = JSON.parse(dumpOf(dataDir)) as [unknown, unknown, [string, string[]][]]
    expect(now[2].find(([name]) => name === 'tasks')?.[1]).toHaveLength(6_006)
  })
})

describe('putting a backup back', () => {
  it('leaves the data before it or after it, wherever it is killed, and goes on', { timeout: 120_000 }, async () => {
    const original = join(temp.path, 'restore-original')
    unpackFixture(3, original)
    const { dataDir: upgraded } = makeWhole('restore-upgraded', 3)
    const db = new Libsql(join(upgraded, 'sluice.db'))
    db.exec(`UPDATE collections SET color = 'teal'`)
    db.close()
    const [old, young] = [dumpOf(original), dumpOf(upgraded)]
    const id = listBackups(upgraded)[0]?.id ?? ''
    let restored = 0
    for (let step = 1; ; step += 1) {
      const dataDir = join(temp.path, `restore-${step}`)
      cpSync(upgraded, dataDir, { recursive: true })
      const { signal, status, stderr } = runUntil(bundled.file, dataDir, step, id)
      if (signal === null) {
        expect(status, stderr).toBe(0)
        break
      }
      const begun = existsSync(join(dataDir, 'restoring.json'))
      const lock = acquireOwnerLock(dataDir)
      expect(lock).not.toBeNull()
      expect(finishRestore(dataDir), `killed at step ${step}`).toBe(begun)
      lock?.release()
      const now = dumpOf(dataDir)
      if (versionOf(dataDir) === 3) {
        restored += 1
        expect(now === old, `killed at step ${step}`).toBe(true)
        const replaced = listBackups(dataDir)[0]
        expect(replaced).toMatchObject({ reason: 'restore', schema: SCHEMA_VERSION, usable: true })
        expect(dumpOf(join(dataDir, BACKUP_FOLDER, replaced?.id ?? '')) === young).toBe(true)
      } else {
        expect(now === young, `killed at step ${step}`).toBe(true)
      }
      expect(vectorsOf(dataDir)).toEqual(vectorsOf(original))
      expect(existsSync(join(dataDir, 'restoring.json'))).toBe(false)
      await turn()
    }
    expect(restored).toBeGreaterThan(8)
  })
})
