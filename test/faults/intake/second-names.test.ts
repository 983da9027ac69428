// A disk that gives files no second names (exFAT, FAT), without which there is no index of meaning: a new data folder is refused there at once and
// plainly, and so is moving one there; one that was copied there by hand is opened, and says what is missing when vectors are written.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as fs from 'node:fs'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { checkTarget } from '../../../src/main/relocation/target'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { translate } from '../../../src/main/vectors/errors'
import { toAppError, type AppError } from '../../../src/shared/errors'
import { germanSentenceOf } from '../../../src/shared/errors-de'
import { makeTempDir } from '../../support/engine'

const disk = { failure: '' }
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  return {
    ...original,
    linkSync: (from: string, to: string) => {
      if (disk.failure !== '') throw Object.assign(new Error(disk.failure), { code: disk.failure })
      original.linkSync(from, to)
    },
  }
})

const temp = makeTempDir('second-names')
afterAll(() => temp.remove())
let dataDir = ''
let made = 0
beforeEach(() => {
  made += 1
  dataDir = join(temp.path, `data-${made}`)
})

const failureOf = (work: () => unknown): AppError => {
  try {
    work()
  } catch (thrown) {
    return toAppError(thrown)
  }
  throw new Error('it was not refused')
}

const REASON = 'gives files no second names'

// EISDIR is what Windows says of it: ERROR_INVALID_FUNCTION.
it.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])('a new data folder is refused where the disk says %s', (code) => {
  disk.failure = code
  const error = failureOf(() => acquireOwnerLock(dataDir)?.release())
  expect(error).toMatchObject({ code: 'DATA_DIR_UNWRITABLE', details: { path: dataDir } })
  expect(error.message).toContain(REASON)
  expect(germanSentenceOf(error.code, error.details)).not.toContain(REASON)
  expect(readdirSync(dataDir)).toEqual(['owner.db'])
  // On another disk it is one like any other.
  disk.failure = ''
  acquireOwnerLock(dataDir)?.release()
  expect(readdirSync(dataDir)).toEqual(['owner.db'])
})

it('an error of another kind is told as it is', () => {
  disk.failure = 'EIO'
  expect(failureOf(() => acquireOwnerLock(dataDir)?.release()).message).toContain('answers with an error')
})

it('a data folder that was copied there is opened', () => {
  disk.failure = 'EPERM'
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'sluice.db'), '')
  const lock = acquireOwnerLock(dataDir)
  expect(lock).not.toBeNull()
  lock?.release()
})

it('a data folder is not moved there, and nothing is left in the place', () => {
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'sluice.db'), '')
  disk.failure = 'EPERM'
  const to = join(temp.path, 'usb', 'sluice')
  const error = failureOf(() => checkTarget(dataDir, to))
  expect(error).toMatchObject({ code: 'MOVE_READ_ONLY', details: { path: to } })
  expect(error.message).toContain(REASON)
  expect(existsSync(join(temp.path, 'usb'))).toBe(false)
})

it('an index that cannot be written there is not said to be damaged', () => {
  // As LanceDB 0.39 says it, on Linux and on Windows.
  const said = 'lance error: LanceError(IO): Generic LocalFileSystem error: Unable to rename file: '
  for (const tail of [
    'Operation not permitted (os error 1), src/io/commit.rs:1680:50',
    'Incorrect function. (os error 1)',
  ])
    expect(translate(new Error(said + tail))).toMatchObject({ code: 'DATA_DIR_UNWRITABLE' })
  expect(translate(new Error(`${said}No such file or directory (os error 2)`)).code).toBe('VECTORS_CORRUPT')
  expect(translate(new Error(`${said}No space left on device (os error 28)`)).code).toBe('DISK_FULL')
})
