// Backups before an upgrade: what is in one, how many are kept, what is refused, and that a failure changes nothing.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import Libsql from 'libsql'
import { listBackups, makingFolderOf } from '../../../src/main/store/backups'
import { Database } from '../../../src/main/store/database'
import { SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { restoreBackup } from '../../../src/main/store/restoring'
import { peekVersion } from '../../../src/main/store/schema-version'
import { bringUpToDate } from '../../../src/main/store/upgrade'
import { BACKUP_FOLDER } from '../../../src/shared/backups'
import { toAppError, type AppError } from '../../../src/shared/errors'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { makeTempDir } from '../../support/engine'
import { runCommand, runJson, type ErrorAnswer } from '../../support/faults/command'
import { openSmallDisk } from '../../support/faults/rights'
import { dumpOf, sumsOf } from './support/folders'

const temp = makeTempDir('backups')
afterAll(() => {
  temp.remove()
})

const copyThere = (prefix: readonly string[], from: string, to: string): void => {
  const [program = '', ...args] = [...prefix, 'cp', '-r', from, to]
  execFileSync(program, args)
}

const makeOld = (name: string, version = 3): string => {
  const dataDir = join(temp.path, name)
  unpackFixture(version, dataDir)
  return dataDir
}

const upgrade = (dataDir: string, reached?: (what: string) => void): void => {
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  try {
    bringUpToDate(db, reached)
    db.fold()
  } finally {
    db.close()
  }
}

const errorOf = (work: () => unknown): AppError | null => {
  try {
    work()
    return null
  } catch (thrown) {
    return toAppError(thrown)
  }
}

describe('a backup', () => {
  it('holds the database, the vectors and the settings as they were, and no key', () => {
    const dataDir = makeOld('holds')
    writeFileSync(join(dataDir, 'settings.json'), '{"search.limit":5}')
    writeFileSync(join(dataDir, 'keys.json'), '{"office":"secret"}')
    const before = dumpOf(dataDir)
    const vectors = sumsOf(join(dataDir, 'vectors'))
    upgrade(dataDir)
    const [backup] = listBackups(dataDir)
    expect(backup).toMatchObject({
      reason: 'upgrade',
      schema: 3,
      toSchema: SCHEMA_VERSION,
      vectors: 'linked',
      usable: true,
    })
    const folder = join(dataDir, BACKUP_FOLDER, backup?.id ?? '')
    expect(readdirSync(folder).sort()).toEqual(['backup.json', 'settings.json', 'sluice.db', 'vectors'])
    expect(dumpOf(folder) === before).toBe(true)
    expect(sumsOf(join(folder, 'vectors'))).toEqual(vectors)
    const [name = ''] = Object.keys(vectors)
    expect(statSync(join(folder, 'vectors', name)).ino).toBe(statSync(join(dataDir, 'vectors', name)).ino)
  })

  it('is one of two that are kept, whether it was made or replaced', () => {
    const dataDir = makeOld('kept', 17)
    const other = makeOld('kept-other', 17)
    upgrade(other)
    const [{ id: made = '' } = {}] = listBackups(other)
    for (const id of ['2020-01-01T00-00-00-000Z-version-5', '2021-01-01T00-00-00-000Z-version-5'])
      cpSync(join(other, BACKUP_FOLDER, made), join(dataDir, BACKUP_FOLDER, id), { recursive: true })
    upgrade(dataDir)
    const kept = listBackups(dataDir).map(({ id }) => id)
    expect(kept).toEqual([expect.stringContaining('version-17'), '2021-01-01T00-00-00-000Z-version-5'])
    const { replaced } = restoreBackup(dataDir, kept[1] ?? '')
    expect(readdirSync(join(dataDir, BACKUP_FOLDER)).sort()).toEqual([kept[1], replaced])
  })

  it('is not made of a folder that is up to date, or new', () => {
    const dataDir = makeOld('current', SCHEMA_VERSION)
    upgrade(dataDir)
    const empty = join(temp.path, 'new')
    mkdirSync(empty)
    upgrade(empty)
    expect([existsSync(join(dataDir, BACKUP_FOLDER)), existsSync(join(empty, BACKUP_FOLDER))]).toEqual([false, false])
  })

  it('goes when something is removed with proof: it holds that, too', { timeout: 60_000 }, async () => {
    const dataDir = makeOld('proof')
    await runJson(['collections', 'list'], { dataDir })
    expect(listBackups(dataDir)).toHaveLength(1)
    const { documents } = await runJson<{ documents: { id: string; path: string }[] }>(['documents', 'list'], {
      dataDir,
    })
    const { id = '' } = documents.find(({ path }) => path.endsWith('beds.md')) ?? {}
    const { proof } = await runJson<{ proof: { proven: boolean } }>(['documents', 'remove', id, '--prove'], { dataDir })
    expect(proof.proven).toBe(true)
    expect(listBackups(dataDir)).toEqual([])
    const files = Object.keys(sumsOf(dataDir, /^logs/))
    const withWord = files.filter((name) => readFileSync(join(dataDir, name)).includes('southern wall'))
    expect(withWord).toEqual([])
  })
})

describe('an upgrade that fails', () => {
  it('says so with its code, changes nothing, keeps its backup, and works at the next try', () => {
    const dataDir = makeOld('fails')
    const before = dumpOf(dataDir)
    let parts = 0
    const error = errorOf(() =>
      upgrade(dataDir, (what) => {
        if (what === 'part') parts += 1
        // In a later one of the steps: those before it are whole by then.
        if (parts === 120) throw new Error('no such thing')
      }),
    )
    expect([error?.code, error?.details]).toEqual([
      'UPGRADE_FAILED',
      { path: dataDir, from: 3, to: SCHEMA_VERSION, reason: 'no such thing' },
    ])
    expect(dumpOf(dataDir) === before).toBe(true)
    expect(listBackups(dataDir).map(({ schema, done }) => [schema, done])).toEqual([[3, false]])
    upgrade(dataDir)
    expect(listBackups(dataDir).map(({ schema, done }) => [schema, done])).toEqual([[3, true]])
  })

  it('refuses a damaged database before anything of it is changed', () => {
    const dataDir = makeOld('damaged')
    const path = join(dataDir, 'sluice.db')
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 5 * 4096, 9 * 4096)
    writeFileSync(path, bytes)
    expect(errorOf(() => upgrade(dataDir))?.code).toBe('DATABASE_CORRUPT')
    expect([peekVersion(path), listBackups(dataDir)]).toEqual([3, []])
    expect(readdirSync(join(dataDir, BACKUP_FOLDER))).toEqual([])
  })

  it.runIf(process.platform === 'linux')('for want of room says how much it needs, and changes nothing', async () => {
    const folder = join(temp.path, 'small')
    const disk = await openSmallDisk(folder, 24 * 1024 * 1024)
    try {
      const source = makeOld('small-source')
      const dataDir = join(folder, 'data')
      const { code } = await runCommand(['collections', 'list'], {
        dataDir: join(folder, 'other'),
        prefix: disk.prefix,
      })
      expect(code).toBe(0)
      copyThere(disk.prefix, source, dataDir)
      disk.fill(4 * 1024 * 1024)
      const options = { dataDir, prefix: disk.prefix }
      const { error } = await runJson<ErrorAnswer>(['collections', 'list'], options)
      expect(error.code).toBe('UPGRADE_NO_ROOM')
      expect(error.message).toMatch(/4\.0 MiB free, 8\.\d MiB needed.*Nothing was changed/)
      expect(await runJson(['data', 'backups'], options)).toMatchObject({ total: 0 })
      disk.empty()
      expect(await runJson(['collections', 'list'], options)).toMatchObject({ code: 0, total: 1 })
      expect(await runJson(['data', 'backups'], options)).toMatchObject({ total: 1 })
    } finally {
      await disk.close()
    }
  })
})

describe('putting a backup back', () => {
  it('is refused of one that is not there, damaged, or of a newer version; and while the folder is open', () => {
    const dataDir = makeOld('refused')
    upgrade(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    const folder = join(dataDir, BACKUP_FOLDER, id)
    const before = dumpOf(dataDir)
    expect(errorOf(() => restoreBackup(dataDir, 'none'))?.code).toBe('NOT_FOUND')
    expect(errorOf(() => restoreBackup(dataDir, '../../x'))?.code).toBe('NOT_FOUND')

    const newer = `${id}-newer`
    cpSync(folder, join(dataDir, BACKUP_FOLDER, newer), { recursive: true })
    const note = JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) as Record<string, unknown>
    writeFileSync(
      join(dataDir, BACKUP_FOLDER, newer, 'backup.json'),
      JSON.stringify({ ...note, schema: SCHEMA_VERSION + 1, later: 'field' }),
    )
    expect(errorOf(() => restoreBackup(dataDir, newer))).toMatchObject({
      code: 'BACKUP_UNUSABLE',
      details: { reason: 'a newer Sluice made it' },
    })

    const bytes = readFileSync(join(folder, 'sluice.db'))
    writeFileSync(
      join(folder, 'sluice.db'),
      Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192)]),
    )
    expect(errorOf(() => restoreBackup(dataDir, id))?.details['reason']).toContain('has changed')
    writeFileSync(join(folder, 'sluice.db'), 'no database')
    expect(errorOf(() => restoreBackup(dataDir, id))?.details['reason']).toContain('missing or damaged')
    writeFileSync(join(folder, 'sluice.db'), bytes)

    expect(dumpOf(dataDir) === before).toBe(true)
    expect(readdirSync(dataDir).filter((name) => /restor|\.part$/.test(name))).toEqual([])
    restoreBackup(dataDir, id)
    expect(peekVersion(join(dataDir, 'sluice.db'))).toBe(3)
  })

  it('is refused while another process has the folder open', async () => {
    const dataDir = makeOld('open')
    upgrade(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    const lock = acquireOwnerLock(dataDir)
    try {
      const { code, error } = await runJson<ErrorAnswer>(['data', 'restore', id], { dataDir })
      expect([code, error.code]).toEqual([1, 'DATA_DIR_IN_USE'])
    } finally {
      lock?.release()
    }
    expect(await runJson(['data', 'restore', id], { dataDir })).toMatchObject({ code: 0, restored: { id, schema: 3 } })
  })

  it('asked for again after it was cut off, or twice, keeps the data that were there at first', () => {
    const dataDir = makeOld('again', 17)
    upgrade(dataDir)
    const young = dumpOf(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    const cut = errorOf(() =>
      restoreBackup(dataDir, id, (what) => {
        if (what === 'begun') throw new Error('the power goes')
      }),
    )
    expect(cut?.code).toBe('INTERNAL_BUG')
    const { replaced, schema } = restoreBackup(dataDir, id)
    expect([schema, listBackups(dataDir).map((one) => one.id)]).toEqual([17, [replaced, id]])
    expect(dumpOf(join(dataDir, BACKUP_FOLDER, replaced)) === young).toBe(true)
    // By mistake, and again.
    restoreBackup(dataDir, id)
    restoreBackup(dataDir, id)
    const kept = listBackups(dataDir)
    expect(kept.map((one) => one.schema)).toEqual([17, SCHEMA_VERSION, 17])
    restoreBackup(dataDir, replaced)
    expect(dumpOf(dataDir) === young).toBe(true)
    expect(listBackups(dataDir)).toHaveLength(2)
  })

  it('is refused of what was no database when it was replaced, and says so', () => {
    const dataDir = makeOld('nothing')
    upgrade(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    writeFileSync(join(dataDir, 'sluice.db'), 'no database')
    const { replaced } = restoreBackup(dataDir, id)
    expect(errorOf(() => restoreBackup(dataDir, replaced))?.details['reason']).toContain('missing or damaged')
  })

  it('brings the notes back that were removed since, and loses none that came since', () => {
    const dataDir = makeOld('notes')
    const notes = join(dataDir, 'Notes')
    mkdirSync(notes)
    writeFileSync(join(notes, 'old.txt'), 'written before')
    upgrade(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    rmSync(join(notes, 'old.txt'))
    writeFileSync(join(notes, 'young.txt'), 'written after')
    const { replaced } = restoreBackup(dataDir, id)
    expect(readdirSync(notes).sort()).toEqual(['old.txt', 'young.txt'])
    // As a start does with what no document names.
    rmSync(join(notes, 'young.txt'))
    restoreBackup(dataDir, replaced)
    expect(readFileSync(join(notes, 'young.txt'), 'utf8')).toBe('written after')
  })

  it('is back, and says so, where older ones cannot be taken away', () => {
    const dataDir = makeOld('unpruned', 17)
    upgrade(dataDir)
    const folder = join(dataDir, BACKUP_FOLDER)
    const [{ id: made = '' } = {}] = listBackups(dataDir)
    const older = '2020-01-01T00-00-00-000Z-version-5'
    cpSync(join(folder, made), join(folder, older), { recursive: true })
    // Its name cannot be changed into that of what is not whole: there is a file in the way.
    const { schema, unpruned } = restoreBackup(dataDir, made, (step) => {
      if (step === 'begun') writeFileSync(makingFolderOf(dataDir, older), 'in the way')
    })
    expect([schema, unpruned?.code]).toEqual([17, 'DATA_DIR_UNWRITABLE'])
    expect(peekVersion(join(dataDir, 'sluice.db'))).toBe(17)
    expect(listBackups(dataDir).map(({ id }) => id)).toContain(older)
    rmSync(makingFolderOf(dataDir, older))
  })

  it('brings back what the fixture was, which what is replaced can take back in turn', () => {
    const dataDir = makeOld('turns', 1)
    const old = dumpOf(dataDir)
    upgrade(dataDir)
    const young = dumpOf(dataDir)
    const [{ id = '' } = {}] = listBackups(dataDir)
    const { replaced, schema, vectorsMissing } = restoreBackup(dataDir, id)
    expect([schema, vectorsMissing]).toEqual([1, false])
    expect(dumpOf(dataDir) === old).toBe(true)
    restoreBackup(dataDir, replaced)
    expect(dumpOf(dataDir) === young).toBe(true)
  })
})

describe('a folder of a newer version', () => {
  it('is refused with both versions, and not a byte of it changes', async () => {
    // As its program left it that died: what it wrote last is in the log, which opening would fold in.
    const dataDir = join(temp.path, 'newer')
    const source = makeOld('newer-source', SCHEMA_VERSION)
    const db = new Libsql(join(source, 'sluice.db'))
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${SCHEMA_VERSION + 3}`)
    cpSync(source, dataDir, { recursive: true })
    db.close()
    writeFileSync(join(dataDir, 'written-by.json'), '{"program":"9.8.7"}')
    const before = sumsOf(dataDir)
    const { code, error } = await runJson<ErrorAnswer>(['search', 'boiler'], { dataDir })
    expect([code, error.code]).toEqual([1, 'DATA_DIR_NEWER'])
    expect(error.message).toBe(
      `The data folder ${dataDir} was written by a newer Sluice (version 9.8.7): its data is of version ${SCHEMA_VERSION + 3}, and this Sluice reads up to version ${SCHEMA_VERSION}. Update this Sluice, or choose another folder. Nothing was changed.`,
    )
    expect(sumsOf(dataDir)).toEqual(before)
  })

  it('is known as such by what stands in its log alone', () => {
    const dataDir = makeOld('newer-log', SCHEMA_VERSION)
    const path = join(dataDir, 'sluice.db')
    const db = new Libsql(path)
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    const copy = join(temp.path, 'newer-log-copy')
    cpSync(dataDir, copy, { recursive: true })
    db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${SCHEMA_VERSION + 2}`)
    expect([peekVersion(path), peekVersion(join(copy, 'sluice.db'))]).toEqual([SCHEMA_VERSION + 1, SCHEMA_VERSION + 1])
    db.exec('ROLLBACK')
    db.close()
    expect(peekVersion(join(temp.path, 'nowhere.db'))).toBeNull()
  })
})
