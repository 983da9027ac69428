import { describe, expect, it } from 'vitest'
import { HERON, OTTER, readFixture } from '../../../support/archive-fixtures'
import type { FixtureName } from '../../../support/archive-fixtures'
import { useBench } from '../../../support/unpack'

const bench = useBench()

const unpack = async (name: FixtureName): Promise<Record<string, string>> => {
  const found = await bench().unpack(bench().write(name, readFixture(name)), 'a')
  // All that matters of a path is the name of the file.
  return Object.fromEntries(Object.entries(found).map(([path, text]) => [path.split('/').pop() ?? '', text]))
}

const protectedFiles: readonly { name: FixtureName; how: string; files: Record<string, string> }[] = [
  { name: 'crypto.zip', how: 'the cipher of old', files: { 'heron.txt': HERON, 'otter.txt': OTTER } },
  { name: 'aes256.zip', how: 'AES of 256 bits', files: { 'heron.txt': HERON, 'otter.txt': OTTER } },
  { name: 'aes128.zip', how: 'AES of 128 bits', files: { 'heron.txt': HERON } },
  { name: 'locked.7z', how: 'AES in a 7z', files: { 'heron.txt': HERON, 'otter.txt': OTTER } },
]
const everyFile = (files: Record<string, string>, code: string): Record<string, string> =>
  Object.fromEntries(Object.keys(files).map((name) => [name, code]))

describe('entries that are protected by a password', () => {
  for (const { name, how, files } of protectedFiles) {
    it(`${how}: each asks for it, says when it is wrong, and is read with the right one among others`, async () => {
      expect(await unpack(name)).toEqual(everyFile(files, 'ARCHIVE_ENCRYPTED'))
      bench().passwords = ['guess']
      expect(await unpack(name)).toEqual(everyFile(files, 'PASSWORD_WRONG'))
      bench().passwords = ['guess', '', 'secret']
      expect(await unpack(name)).toEqual(files)
    })
  }

  it('a 7z whose list of entries is protected, too, asks as a whole', async () => {
    expect(await unpack('closed.7z')).toEqual({ a: 'ARCHIVE_ENCRYPTED' })
    bench().passwords = ['guess']
    expect(await unpack('closed.7z')).toEqual({ a: 'PASSWORD_WRONG' })
    bench().passwords = ['guess', 'secret']
    expect(await unpack('closed.7z')).toEqual({ 'heron.txt': HERON, 'otter.txt': OTTER })
  })

  it('protected bytes that were changed are found out', async () => {
    bench().passwords = ['secret']
    const bytes = readFixture('aes128.zip')
    const at = bytes.indexOf('heron.txt') + 9 + 11 + 8 + 2 + 3
    bytes[at] = (bytes[at] ?? 0) ^ 1
    expect(await bench().unpack(bench().write('a.zip', bytes))).toEqual({ 'a.zip!/heron.txt': 'ARCHIVE_ENTRY_CORRUPT' })
  })

  it('a wrong password that seems right, as one in 256 does for the cipher of old, is found out', async () => {
    const guesses = Array.from({ length: 600 }, (_, n) => `guess ${n}`)
    bench().passwords = guesses
    expect(await unpack('crypto.zip')).toEqual({ 'heron.txt': 'PASSWORD_WRONG', 'otter.txt': 'PASSWORD_WRONG' })
    bench().passwords = [...guesses, 'secret']
    expect(await unpack('crypto.zip')).toEqual({ 'heron.txt': HERON, 'otter.txt': OTTER })
  })
})
