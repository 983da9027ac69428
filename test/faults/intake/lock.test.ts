// A disk that does not give the lock of a data folder, as some of a network: it is said at once and plainly, nothing is written, and what is there stays.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as fs from 'node:fs'
import type LibsqlType from 'libsql'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { toAppError, type AppError } from '../../../src/shared/errors'
import { germanSentenceOf } from '../../../src/shared/errors-de'
import { makeTempDir } from '../../support/engine'

type Failure = { readonly on: 'folder'; readonly code: string } | { readonly on: 'lock'; readonly rawCode: number }
/** What the disk answers now; `null`: it is a good one. */
const disk: { failure: Failure | null } = { failure: null }

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  return {
    ...original,
    accessSync: (path: string, mode: number) => {
      const { failure } = disk
      if (failure?.on === 'folder') throw Object.assign(new Error(`${failure.code}: access`), { code: failure.code })
      original.accessSync(path, mode)
    },
  }
})
vi.mock('libsql', async (importOriginal) => {
  const { default: Original } = await importOriginal<{ default: typeof LibsqlType }>()
  class Connection extends Original {
    override exec(sql: string): this {
      const { failure } = disk
      if (failure?.on === 'lock' && sql === 'BEGIN EXCLUSIVE')
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_ERROR', rawCode: failure.rawCode })
      return super.exec(sql)
    }
  }
  return { default: Connection }
})

const temp = makeTempDir('lock')
afterEach(() => {
  disk.failure = null
})
afterAll(() => temp.remove())

const failureOf = (dataDir: string): AppError => {
  try {
    acquireOwnerLock(dataDir)?.release()
  } catch (thrown) {
    return toAppError(thrown)
  }
  throw new Error('the lock was had, or somebody is said to have it')
}

const NO_LOCKS = 'gives no locks'
const AWAY = 'answers with an error, or is away'
// What SQLite makes of the answers of a system (seen with each put in by force): ENOTSUP, EIO and ENOSYS are 3850; EACCES, EAGAIN and ENOLCK are 5, as
// with an owner; EPERM is 3.
const cases: readonly (readonly [what: string, failure: Failure, reason: string])[] = [
  ['ENOTSUP or EIO for the lock', { on: 'lock', rawCode: 3850 }, NO_LOCKS],
  ['EACCES or ENOLCK for the lock, of every file', { on: 'lock', rawCode: 5 }, NO_LOCKS],
  ['a protocol of locks that fails', { on: 'lock', rawCode: 15 }, NO_LOCKS],
  ['EIO for reading', { on: 'lock', rawCode: 266 }, AWAY],
  ['EIO for the folder', { on: 'folder', code: 'EIO' }, AWAY],
  ['ESTALE for the folder', { on: 'folder', code: 'ESTALE' }, AWAY],
  ['EACCES for the folder', { on: 'folder', code: 'EACCES' }, 'no permission'],
  ['ENOTSUP for the folder', { on: 'folder', code: 'ENOTSUP' }, 'ENOTSUP'],
]

it.each(cases)('a disk that answers %s is named, and loses nothing', (_what, failure, reason) => {
  const dataDir = join(temp.path, `${cases.findIndex((one) => one[1] === failure)}`)
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'sluice.db'), 'all that was indexed')
  const good = acquireOwnerLock(dataDir)
  good?.release()
  expect(good).not.toBeNull()
  const before = readdirSync(dataDir).sort()

  const other = join(temp.path, `again-${cases.findIndex((one) => one[1] === failure)}`)
  for (const folder of [dataDir, other]) {
    disk.failure = failure
    const error = failureOf(folder)
    disk.failure = null
    expect([error.code, error.details['path']]).toEqual(['DATA_DIR_UNWRITABLE', folder])
    expect(error.message).toContain(reason)
    const german = germanSentenceOf(error.code, error.details)
    expect(german).toContain(folder)
    for (const word of [NO_LOCKS, AWAY, 'permission']) expect(german).not.toContain(word)
  }
  expect(readdirSync(dataDir).sort()).toEqual(before)
  expect(readFileSync(join(dataDir, 'sluice.db'), 'utf8')).toBe('all that was indexed')
  // And it is there again with its disk.
  const again = acquireOwnerLock(dataDir)
  again?.release()
  expect(again).not.toBeNull()
})
