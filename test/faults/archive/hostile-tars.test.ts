import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LimitName } from '../../../src/shared/limits'
import { forgeTar, forgeTarEntry, paxRecord } from '../../support/tar-forge'
import type { ForgedTarEntry } from '../../support/tar-forge'
import { useBench } from '../../support/unpack'

const bench = useBench({ files: 1 })

const before: ForgedTarEntry = { name: 'before.txt', data: 'good before' }
const after: ForgedTarEntry = { name: 'after.txt', data: 'good after' }
const neighbors = { 'a.tar!/before.txt': 'good before', 'a.tar!/after.txt': 'good after' }

const unpack = (tar: Buffer, name = 'a.tar'): Promise<Record<string, string>> =>
  bench().unpack(bench().write(name, tar), name)
const warningsOf = async (tar: Buffer, name = 'a.tar'): Promise<string[]> => {
  const { result } = await bench().expand(bench().write(name, tar))
  return result.warnings.map(({ code }) => code)
}

const entryCases: { title: string; entry: ForgedTarEntry; path: string; code: string }[] = [
  {
    title: 'a symbolic link',
    entry: { name: 'x', type: '2', linkName: '/etc/passwd' },
    path: 'x',
    code: 'ARCHIVE_SYMLINK',
  },
  {
    title: 'a hard link',
    entry: { name: 'x', type: '1', linkName: '/etc/passwd' },
    path: 'x',
    code: 'ARCHIVE_HARD_LINK',
  },
  {
    title: 'a hard link with the size of what it leads to',
    entry: { name: 'x', type: '1', linkName: 'before.txt', sizeBytes: 4_000 },
    path: 'x',
    code: 'ARCHIVE_HARD_LINK',
  },
  {
    title: 'a hard link with data of its own',
    entry: { name: 'x', type: '1', linkName: 'before.txt', data: 'the same data' },
    path: 'x',
    code: 'ARCHIVE_HARD_LINK',
  },
  { title: 'a character device', entry: { name: 'x', type: '3' }, path: 'x', code: 'ARCHIVE_SPECIAL' },
  { title: 'a block device', entry: { name: 'x', type: '4' }, path: 'x', code: 'ARCHIVE_SPECIAL' },
  { title: 'a pipe', entry: { name: 'x', type: '6' }, path: 'x', code: 'ARCHIVE_SPECIAL' },
  { title: 'a sparse file', entry: { name: 'x', type: 'S', data: 'x' }, path: 'x', code: 'ARCHIVE_METHOD' },
  { title: 'a part of another volume', entry: { name: 'x', type: 'M', data: 'x' }, path: 'x', code: 'ARCHIVE_METHOD' },
  { title: 'a name that climbs out', entry: { name: '../x', data: 'x' }, path: '../x', code: 'ARCHIVE_PATH_TRAVERSAL' },
  { title: 'an absolute name', entry: { name: '/etc/x', data: 'x' }, path: '/etc/x', code: 'ARCHIVE_PATH_TRAVERSAL' },
  { title: 'a drive letter', entry: { name: 'C:\\x', data: 'x' }, path: 'C:\\x', code: 'ARCHIVE_PATH_TRAVERSAL' },
  {
    title: 'a prefix that climbs out',
    entry: { name: 'x', data: 'x', prefix: '..' },
    path: '../x',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  { title: 'a line break in a name', entry: { name: 'x\ny', data: 'x' }, path: 'x%0Ay', code: 'ARCHIVE_BAD_NAME' },
  {
    title: 'a name that reads backwards',
    entry: { name: 'x\u202Etxt.exe', data: 'x' },
    path: 'x%E2%80%AEtxt.exe',
    code: 'ARCHIVE_BAD_NAME',
  },
  { title: 'no name at all', entry: { name: '', prefix: '.', data: 'x' }, path: './', code: 'ARCHIVE_BAD_NAME' },
]

describe('one hostile entry of a tar is refused by its code and its neighbors are read', () => {
  for (const { title, entry, path, code } of entryCases) {
    it(title, async () => {
      expect(await unpack(forgeTar([before, entry, after]))).toEqual({ ...neighbors, [`a.tar!/${path}`]: code })
    })
  }

  it('a name that climbs out in a pax header or a GNU one', async () => {
    const pax = { name: 'x', type: 'x', data: paxRecord('path', '../evil') }
    const gnu = { name: '././@LongLink', type: 'L', data: '../../evil\0' }
    const tar = forgeTar([before, pax, { name: 'nice', data: '1' }, gnu, { name: 'nice', data: '2' }, after])
    expect(await unpack(tar)).toEqual({
      ...neighbors,
      'a.tar!/../evil': 'ARCHIVE_PATH_TRAVERSAL',
      'a.tar!/../../evil': 'ARCHIVE_PATH_TRAVERSAL',
    })
  })

  it('an entry of a pax sparse file goes by its own name', async () => {
    const records = Buffer.concat([paxRecord('GNU.sparse.major', '1'), paxRecord('GNU.sparse.name', 'holes.bin')])
    const tar = forgeTar([
      before,
      { name: 'x', type: 'x', data: records },
      { name: 'GNUSparseFile.1/holes.bin', data: 'x' },
      after,
    ])
    expect(await unpack(tar)).toEqual({ ...neighbors, 'a.tar!/holes.bin': 'ARCHIVE_METHOD' })
  })

  it('names that are the same, or differ in capitals only', async () => {
    const twice = [before, { name: 'x', data: '1' }, { name: 'x', data: '2' }, { name: 'X', data: '3' }, after]
    const found = await bench().expand(bench().write('a.tar', forgeTar(twice)))
    expect(found.entries.map(({ problem }) => problem?.code ?? null)).toEqual([
      null,
      null,
      'ARCHIVE_DUPLICATE_NAME',
      'ARCHIVE_DUPLICATE_NAME',
      null,
    ])
    // The same path twice cannot be told apart; one in other capitals can, if that is allowed.
    expect(found.entries.map(({ problem }) => problem?.details['setting'] ?? null)).toEqual([
      null,
      null,
      null,
      'archive.similarNames',
      null,
    ])
    bench().setLimits({ 'archive.similarNames': 1 })
    expect((await bench().expand(bench().write('a.tar', forgeTar(twice)))).entries[3]?.problem).toBeNull()
  })
})

describe('a tar that is cut off or damaged', () => {
  const whole = forgeTar([before, { name: 'middle.txt', data: 'm'.repeat(2_000) }, after])
  const cases: { title: string; tar: Buffer; found: Record<string, string> }[] = [
    {
      title: 'in the data of an entry: what is before it is read, it is named',
      tar: whole.subarray(0, 1_024 + 512 + 700),
      found: { 'a.tar!/before.txt': 'good before', 'a.tar!/middle.txt': 'ARCHIVE_ENTRY_CORRUPT' },
    },
    {
      title: 'in a header',
      tar: whole.subarray(0, 1_024 + 100),
      found: { 'a.tar!/before.txt': 'good before' },
    },
    {
      title: 'before its end mark',
      tar: forgeTar([before, after], { end: false }),
      found: neighbors,
    },
    {
      title: 'in a header that is overwritten',
      tar: Buffer.concat([forgeTarEntry(before), Buffer.alloc(512, 7), forgeTarEntry(after)]),
      found: { 'a.tar!/before.txt': 'good before' },
    },
    {
      title: 'in a size that is no number',
      tar: forgeTar([before, { ...after, sizeField: Buffer.from('99999999999\0') }]),
      found: { 'a.tar!/before.txt': 'good before' },
    },
    {
      title: 'in a size that is larger than any file',
      tar: forgeTar([before, { ...after, sizeField: Buffer.from('80ffffffffffffffffffffff', 'hex') }]),
      found: { 'a.tar!/before.txt': 'good before' },
    },
  ]
  for (const { title, tar, found } of cases) {
    it(title, async () => {
      expect(await unpack(tar)).toEqual(found)
      expect(await warningsOf(tar)).toEqual(['ARCHIVE_CUT_OFF'])
    })
  }

  it('at every tenth of it: never more than is whole, never a word lost that is', async () => {
    for (let tenth = 1; tenth < 10; tenth += 1) {
      const size = Math.floor((whole.length * tenth) / 10)
      const found = await unpack(whole.subarray(0, size))
      const names = Object.keys(found).length
      expect(names, `${tenth}/10`).toBeGreaterThan(0)
      expect(found['a.tar!/before.txt'] ?? found['a.tar'], `${tenth}/10`).toBe(
        size < 512 ? 'UNSUPPORTED_FORMAT' : size < 523 ? 'ARCHIVE_ENTRY_CORRUPT' : 'good before',
      )
    }
  })

  it('by a first header whose checksum is wrong: it is no tar', async () => {
    expect(await unpack(forgeTar([{ ...before, checksum: 1 }]))).toEqual({ 'a.tar': 'UNSUPPORTED_FORMAT' })
  })
})

describe('a tar that is hostile as a whole', () => {
  const many = Buffer.concat([
    ...Array.from({ length: 300 }, (_, n) => forgeTarEntry({ name: `${n}` })),
    Buffer.alloc(1_024),
  ])
  const long = forgeTar([{ name: 'x', type: 'x', data: Buffer.alloc(2 * 1024 * 1024, 'a') }, before])
  const cases: { title: string; tar: Buffer; code: string; limits?: Partial<Record<LimitName, number>> }[] = [
    {
      title: 'has more entries than allowed',
      tar: many,
      code: 'ARCHIVE_ENTRIES_LIMIT',
      limits: { 'archive.entries': 100 },
    },
    {
      title: 'has nothing but headers without entries',
      tar: Buffer.concat(
        Array.from({ length: 400 }, () => forgeTarEntry({ name: 'x', type: 'x', data: paxRecord('a', 'b') })),
      ),
      code: 'ARCHIVE_ENTRIES_LIMIT',
      limits: { 'archive.entries': 100 },
    },
    { title: 'has a name of two mebibytes', tar: long, code: 'ARCHIVE_CORRUPT' },
  ]
  for (const { title, tar, code, limits } of cases) {
    it(title, async () => {
      bench().setLimits(limits ?? {})
      expect(await unpack(tar)).toEqual({ 'a.tar': code })
    })
  }
})

describe('an unusual tar is read', () => {
  it('of the seventh edition, without a mark', async () => {
    const tar = forgeTar([
      { ...before, magic: '', type: '\0' },
      { ...after, magic: '', type: '\0' },
    ])
    expect(await unpack(tar)).toEqual(neighbors)
  })

  it('with long names in either way, in any script, and with their times', async () => {
    const long = `${'ordner/'.repeat(30)}größe.txt`
    const pax = {
      name: 'x',
      type: 'x',
      data: Buffer.concat([paxRecord('path', long), paxRecord('mtime', '1700000000.5')]),
    }
    const gnu = { name: '././@LongLink', type: 'L', data: `${long}2\0` }
    const tar = forgeTar([pax, { name: 'short', data: '1' }, gnu, { name: 'short', data: '2', magic: 'ustar  \0' }])
    expect(await unpack(tar)).toEqual({ [`a.tar!/${long}`]: '1', [`a.tar!/${long}2`]: '2' })
    const { entries } = await bench().expand(bench().write('a.tar', tar))
    expect(entries.map(({ modifiedMs }) => modifiedMs)).toEqual([1_700_000_000_500, 1_715_947_200_000])
  })

  it('with a size in base 256, a global header, a volume label and a name that is not Unicode', async () => {
    const size = Buffer.alloc(12)
    size[0] = 0x80
    size.writeUInt32BE(4, 8)
    const tar = forgeTar([
      { name: 'pax_global_header', type: 'g', data: paxRecord('comment', 'abc') },
      { name: 'LABEL', type: 'V' },
      { name: Buffer.from([0xe9, 0x2e, 0x74]), data: 'text', sizeField: size },
    ])
    expect(await unpack(tar)).toEqual({ 'a.tar!/%E9.t': 'text' })
  })

  it('empty, and empty in a gzip', async () => {
    expect(await unpack(Buffer.alloc(10_240))).toEqual({})
    expect(await unpack(gzipSync(Buffer.alloc(10_240)), 'a.tar')).toEqual({})
  })

  it('with something behind its end, which is said', async () => {
    const tar = Buffer.concat([forgeTar([before, after]), Buffer.from('more')])
    expect(await unpack(tar)).toEqual(neighbors)
    expect(await warningsOf(tar)).toEqual(['ARCHIVE_EXTRA_BYTES'])
  })
})
