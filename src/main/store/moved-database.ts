/**
 * Owns what a copied database is looked at for, and the places of files in the data folder itself that it names (notes, samples).
 * Refuses: databases that are in use.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { AppError } from '../../shared/errors'
import type { Locator } from '../../shared/work'
import type { TaskKind } from './contract'
import { itemKeyOf, locationKeyOf, taskKeyOf } from './item-key'
import { parseLocator } from './stored-json'

type Connection = InstanceType<typeof Libsql>

const withDatabase = <T>(path: string, use: (db: Connection) => T): T => {
  const db = new Libsql(path, { timeout: 0 })
  try {
    return use(db)
  } finally {
    db.close()
  }
}

const DATABASES = ['sluice.db', 'cache.db']

/** Brings what stands in the logs of the databases into them, so that each is one file. Only for who holds the owner lock. */
export const settleDatabases = (folder: string): void => {
  for (const name of DATABASES) {
    const path = join(folder, name)
    if (existsSync(path)) withDatabase(path, (db) => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all())
  }
}

/** Whether every page of the databases of a folder is sound. @throws MOVE_UNVERIFIED */
export const requireSoundDatabases = (folder: string): void => {
  for (const name of DATABASES) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    const found = withDatabase(
      path,
      (db) => db.prepare('PRAGMA integrity_check(3)').all() as { integrity_check: string }[],
    )
    const wrong = found.map(({ integrity_check }) => integrity_check).filter((line) => line !== 'ok')
    if (wrong.length > 0) throw new AppError('MOVE_UNVERIFIED', { path, reason: wrong.join('; ').slice(0, 300) })
  }
}

/** Brings the places of files that lie in the data folder itself in line with where it is now: all of them, or none. */
export const moveOwnPlaces = (folder: string, from: string, to: string): void => {
  const path = join(folder, 'sluice.db')
  if (!existsSync(path)) return
  const separator = from.includes('\\') ? '\\' : '/'
  const prefix = `${from}${separator}`
  const moved = (place: string): string => `${to}${separator}${place.slice(prefix.length)}`
  withDatabase(path, (db) => {
    const rows = <T>(sql: string): T[] => db.prepare(sql).all(prefix.length, prefix) as T[]
    const relocate = (json: string): Locator => {
      const locator = parseLocator(json)
      return { ...locator, location: moved(locator.location) }
    }
    db.exec('BEGIN IMMEDIATE')
    try {
      for (const { id, locator } of rows<{ id: number; locator: string }>(
        'SELECT id, locator FROM documents WHERE substr(location, 1, ?) = ?',
      )) {
        const now = relocate(locator)
        db.prepare('UPDATE OR IGNORE documents SET location = ?, locator = ?, item_key = ? WHERE id = ?').run(
          now.location,
          JSON.stringify(now),
          itemKeyOf(now),
          id,
        )
      }
      for (const { id, location } of rows<{ id: number; location: string }>(
        'SELECT id, location FROM sources WHERE substr(location, 1, ?) = ?',
      )) {
        const place = moved(location)
        const key = locationKeyOf({ location: place, entries: [] })
        db.prepare('UPDATE OR IGNORE sources SET location = ?, location_key = ? WHERE id = ?').run(place, key, id)
      }
      for (const { id, kind, locator } of rows<{ id: number; kind: TaskKind; locator: string }>(
        "SELECT id, kind, locator FROM tasks WHERE substr(json_extract(locator, '$.location'), 1, ?) = ?",
      )) {
        const now = relocate(locator)
        db.prepare('UPDATE OR IGNORE tasks SET locator = ?, item_key = ? WHERE id = ?').run(
          JSON.stringify(now),
          taskKeyOf(kind, now),
          id,
        )
      }
      db.exec('COMMIT')
    } catch (thrown) {
      db.exec('ROLLBACK')
      throw thrown
    }
  })
}
