// Writing whole files on disks that have no call to keep the names of a folder, as some of a network.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { flushFolder, writeWholeSync } from '../../../src/main/store/whole-files'

const disk = { failure: '' }
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  return {
    ...original,
    fsyncSync: (file: number) => {
      if (disk.failure !== '' && original.fstatSync(file).isDirectory())
        throw Object.assign(new Error(disk.failure), { code: disk.failure })
      original.fsyncSync(file)
    },
  }
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whole-'))
})
afterEach(() => {
  disk.failure = ''
  rmSync(folder, { recursive: true, force: true })
})

it.each(['EINVAL', 'ENOTSUP', 'ENOSYS'])('goes on where a disk says %s to that', (code) => {
  disk.failure = code
  writeWholeSync(join(folder, 'word.json'), '{}')
  expect(() => flushFolder(folder)).not.toThrow()
  expect(readFileSync(join(folder, 'word.json'), 'utf8')).toBe('{}')
})

it('tells every other error of the disk', () => {
  disk.failure = 'EIO'
  expect(() => flushFolder(folder)).toThrow('EIO')
})
