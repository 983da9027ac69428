// What is kept is whole where the system writes less than it is asked to.
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Notes } from '../../../src/main/app/notes'
import { writePieces } from '../../../src/main/app/whole-file'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-short-'))
  const file = await open(join(folder, 'any'), 'w')
  const handles = Object.getPrototypeOf(file) as { write: (data: string | Uint8Array) => Promise<unknown> }
  const write = handles.write
  vi.spyOn(handles, 'write').mockImplementation(function (this: unknown, data) {
    return write.call(this, Buffer.from(data).subarray(0, 1))
  })
  await file.close()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a note', async () => {
  expect(await readFile(await new Notes(folder).keepText('a whole note'), 'utf8')).toBe('a whole note')
})

test('a file that was asked for', async () => {
  const path = join(folder, 'list.csv')
  await writePieces(
    path,
    (async function* () {
      yield 'one,'
      yield await Promise.resolve('two')
    })(),
  )
  expect(await readFile(path, 'utf8')).toBe('one,two')
})
