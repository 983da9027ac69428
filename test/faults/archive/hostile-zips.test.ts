import { deflateRawSync, gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forgeQuine } from '../../support/hostile/quine'
import { useBench } from '../../support/unpack'
import {
  ENCRYPTED_FLAG,
  STRONG_ENCRYPTION_FLAG,
  extraField,
  forgeFullOverlap,
  forgeNested,
  forgeQuotedOverlap,
  forgeZip,
  unicodePathField,
} from '../../support/zip-forge'
import type { ForgedArchive, ForgedEntry } from '../../support/zip-forge'
import type { LimitName } from '../../../src/shared/limits'

const MiB = 1024 * 1024

const bench = useBench({ files: 1 })

const before: ForgedEntry = { name: 'before.txt', data: 'good before' }
const after: ForgedEntry = { name: 'after.txt', data: 'good after' }
const neighbors = { 'a.zip!/before.txt': 'good before', 'a.zip!/after.txt': 'good after' }

const unpack = (zip: Buffer): Promise<Record<string, string>> => bench().unpack(bench().write('a.zip', zip))

type EntryCase = {
  title: string
  entry: ForgedEntry
  path: string
  code: string
  limits?: Partial<Record<LimitName, number>>
}

/** Compresses a thousand to one. */
const zeros = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes)

const entryCases: EntryCase[] = [
  {
    title: 'an entry that unpacks to a thousand times its size',
    entry: { name: 'bomb', data: zeros(4 * MiB) },
    path: 'bomb',
    code: 'ARCHIVE_BOMB_RATIO',
  },
  {
    title: 'an entry larger than allowed',
    entry: { name: 'large', data: Buffer.alloc(70_000, 'abcdefg'), method: 0 },
    path: 'large',
    code: 'ARCHIVE_ENTRY_LIMIT',
    limits: { 'archive.entryBytes': 65_536 },
  },
  {
    title: 'an entry that says it is small and is not (deflated)',
    entry: { name: 'liar', data: zeros(4 * MiB), sizeBytes: 100 },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'an entry that says it is smaller by one byte',
    entry: { name: 'liar', data: 'twelve bytes', sizeBytes: 11 },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'an entry that says it is empty',
    entry: { name: 'liar', data: 'twelve bytes', sizeBytes: 0 },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'an entry that says it is larger than it is',
    entry: { name: 'liar', data: 'twelve bytes', sizeBytes: 1_000 },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'a stored entry whose sizes differ',
    entry: { name: 'liar', data: 'twelve bytes', method: 0, sizeBytes: 1_000 },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'a large stream that goes on after its declared size',
    entry: {
      name: 'liar',
      raw: deflateRawSync(Buffer.alloc(9 * MiB, 'some not too regular text 123')),
      sizeBytes: 5 * MiB,
      crc32: 1,
    },
    path: 'liar',
    code: 'ARCHIVE_ENTRY_CORRUPT',
    limits: { 'archive.entryRatio': 1_100 },
  },
  {
    title: 'a wrong checksum',
    entry: { name: 'x.txt', data: 'text', crc32: 12345 },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'a wrong checksum of a stored entry',
    entry: { name: 'x.txt', data: 'text', method: 0, crc32: 12345 },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'compressed bytes that are none',
    entry: { name: 'x.txt', data: 'text', raw: Buffer.from('\xff\xff\xff\xff', 'latin1') },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'compressed bytes that stop halfway',
    entry: {
      name: 'x.txt',
      data: 'text '.repeat(100),
      raw: deflateRawSync(Buffer.from('text '.repeat(100))).subarray(0, 6),
    },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'a local header that is none',
    entry: { name: 'x.txt', data: 'text', localSignature: 0x12345678 },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'data beyond the end of the file',
    entry: { name: 'x.txt', data: 'text', compressedBytes: 0x7fffffff },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'a header beyond the end of the file',
    entry: { name: 'x.txt', data: 'text', offset: 0x7fffffff },
    path: 'x.txt',
    code: 'ARCHIVE_ENTRY_CORRUPT',
  },
  {
    title: 'an encrypted entry',
    entry: { name: 'x.txt', data: 'text', flags: ENCRYPTED_FLAG },
    path: 'x.txt',
    code: 'ARCHIVE_ENCRYPTED',
  },
  {
    title: 'an entry with strong encryption',
    entry: { name: 'x.txt', data: 'text', flags: STRONG_ENCRYPTION_FLAG },
    path: 'x.txt',
    code: 'ARCHIVE_METHOD',
  },
  {
    title: 'an entry encrypted with AES that does not say how',
    entry: { name: 'x.txt', data: 'text', method: 99, flags: ENCRYPTED_FLAG },
    path: 'x.txt',
    code: 'ARCHIVE_METHOD',
  },
  {
    title: 'a method that nobody knows',
    entry: { name: 'x.txt', data: 'text', method: 77 },
    path: 'x.txt',
    code: 'ARCHIVE_METHOD',
  },
  {
    title: 'a method that is not supported',
    entry: { name: 'x.txt', data: 'text', method: 12 },
    path: 'x.txt',
    code: 'ARCHIVE_METHOD',
  },
  {
    title: 'a name that climbs out',
    entry: { name: '../../etc/passwd', data: 'x' },
    path: '../../etc/passwd',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name that climbs out on the way',
    entry: { name: 'a/b/../../../c', data: 'x' },
    path: 'a/b/../../../c',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'an absolute name',
    entry: { name: '/etc/passwd', data: 'x' },
    path: '/etc/passwd',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name with a drive',
    entry: { name: 'C:\\Windows\\x.txt', data: 'x' },
    path: 'C:\\Windows\\x.txt',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name with a drive and no slash',
    entry: { name: 'c:x.txt', data: 'x' },
    path: 'c:x.txt',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name on a server',
    entry: { name: '\\\\server\\share\\x', data: 'x' },
    path: '\\\\server\\share\\x',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name that climbs out with backslashes',
    entry: { name: '..\\..\\x', data: 'x', madeBy: 0 },
    path: '../../x',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a name that climbs out in its Unicode field only',
    entry: {
      name: Buffer.from('nice.txt'),
      data: 'x',
      extra: unicodePathField(Buffer.from('nice.txt'), '../evil.txt'),
    },
    path: '../evil.txt',
    code: 'ARCHIVE_PATH_TRAVERSAL',
  },
  {
    title: 'a zero byte in a name',
    entry: { name: 'x.txt\0.exe', data: 'x' },
    path: 'x.txt%00.exe',
    code: 'ARCHIVE_BAD_NAME',
  },
  { title: 'a line break in a name', entry: { name: 'x\ny', data: 'x' }, path: 'x%0Ay', code: 'ARCHIVE_BAD_NAME' },
  {
    title: 'a name that reads backwards',
    entry: { name: 'x\u202Etxt.exe', data: 'x' },
    path: 'x%E2%80%AEtxt.exe',
    code: 'ARCHIVE_BAD_NAME',
  },
  { title: 'no name', entry: { name: '', data: 'x' }, path: '', code: 'ARCHIVE_BAD_NAME' },
  {
    title: 'a name that is longer than a path may be',
    entry: { name: 'n'.repeat(5_000), data: 'x' },
    path: `${'n'.repeat(200)}…`,
    code: 'ARCHIVE_BAD_NAME',
  },
  {
    title: 'a folder with contents of its own',
    entry: { name: 'folder/', data: 'x' },
    path: 'folder',
    code: 'ARCHIVE_BAD_NAME',
  },
  {
    title: 'a symbolic link',
    entry: { name: 'link', data: '/etc/passwd', mode: 0o120777, method: 0 },
    path: 'link',
    code: 'ARCHIVE_SYMLINK',
  },
  { title: 'a device', entry: { name: 'sda', mode: 0o060660 }, path: 'sda', code: 'ARCHIVE_SPECIAL' },
  { title: 'a pipe', entry: { name: 'pipe', mode: 0o010644 }, path: 'pipe', code: 'ARCHIVE_SPECIAL' },
  {
    title: 'the junk of a system',
    entry: { name: '__MACOSX/._before.txt', data: 'x' },
    path: '__MACOSX',
    code: 'IGNORED',
  },
  {
    title: 'an archive in it of which nothing is whole',
    entry: { name: 'b.zip', data: forgeZip([before, after]).subarray(0, 40), method: 0 },
    path: 'b.zip',
    code: 'ARCHIVE_TRUNCATED',
  },
  {
    title: 'an archive in it whose entries overlap',
    entry: { name: 'b.zip', data: forgeFullOverlap(3, 1_000), method: 0 },
    path: 'b.zip',
    code: 'ARCHIVE_OVERLAP',
  },
]

describe('one hostile entry is refused by its code and its neighbors are read', () => {
  for (const { title, entry, path, code, limits } of entryCases) {
    it(title, async () => {
      bench().setLimits(limits ?? {})
      expect(await unpack(forgeZip([before, entry, after]))).toEqual({ ...neighbors, [`a.zip!/${path}`]: code })
    })
  }

  it('the second of two entries of one name, also when it is written in the other Unicode form', async () => {
    const twice = { name: 'caf\u00e9.txt', data: 'first' }
    const again = { name: 'cafe\u0301.txt', data: 'second' }
    expect(await unpack(forgeZip([before, twice, again, after]))).toEqual({
      ...neighbors,
      'a.zip!/caf\u00e9.txt': 'first',
      'a.zip!/cafe\u0301.txt': 'ARCHIVE_DUPLICATE_NAME',
    })
  })
})

type WholeCase = { title: string; zip: () => Buffer; code: string; limits?: Partial<Record<LimitName, number>> }

const whole =
  (entries: ForgedEntry[], archive: ForgedArchive = {}) =>
  (): Buffer =>
    forgeZip(entries, archive)
const honest = whole([before, after])
const cut = (bytes: number) => (): Buffer => honest().subarray(0, honest().length - bytes)

const GIF = Buffer.from('474946383961010001008000000000000000002c00000000010001000002024401003b', 'hex')
const WINDOWS_PROGRAM = Buffer.alloc(512)
WINDOWS_PROGRAM.write('MZ')
WINDOWS_PROGRAM.writeUInt32LE(128, 60)
WINDOWS_PROGRAM.write('PE\0\0', 128, 'latin1')

const wholeCases: WholeCase[] = [
  { title: 'many names for the same bytes', zip: () => forgeFullOverlap(250, 100_000), code: 'ARCHIVE_OVERLAP' },
  { title: 'entries that quote each other', zip: () => forgeQuotedOverlap(20, 100_000), code: 'ARCHIVE_OVERLAP' },
  {
    title: 'an entry that reaches into the table of contents',
    zip: whole([before, { ...after, compressedBytes: 60 }]),
    code: 'ARCHIVE_OVERLAP',
  },
  {
    title: 'more entries than allowed',
    zip: whole(Array.from({ length: 11_000 }, (_, n) => ({ name: `${n}`, method: 0 }))),
    code: 'ARCHIVE_ENTRIES_LIMIT',
  },
  {
    title: 'entries that are too large together',
    zip: whole(Array.from({ length: 30 }, (_, n) => ({ name: `${n}`, data: Buffer.alloc(50_000, n), method: 0 }))),
    code: 'ARCHIVE_TOTAL_LIMIT',
    limits: { 'archive.totalBytes': MiB },
  },
  {
    title: 'entries that together unpack to hundreds of times the archive',
    zip: whole(Array.from({ length: 12 }, (_, n) => ({ name: `${n}`, data: zeros(MiB) }))),
    code: 'ARCHIVE_BOMB_RATIO',
  },
  { title: 'a file cut off in the data', zip: () => honest().subarray(0, 50), code: 'ARCHIVE_TRUNCATED' },
  { title: 'a file without its beginning', zip: () => honest().subarray(20), code: 'ARCHIVE_CORRUPT' },
  {
    title: 'a table of contents with more entries than it says',
    zip: whole([before, after], { entryCount: 1 }),
    code: 'ARCHIVE_CORRUPT',
  },
  {
    title: 'a table of contents that says it is empty',
    zip: whole([before, after], { entryCount: 0 }),
    code: 'ARCHIVE_CORRUPT',
  },
  {
    title: 'a table of contents with fewer entries than it says',
    zip: whole([before, after], { entryCount: 5 }),
    code: 'ARCHIVE_CORRUPT',
  },
  {
    title: 'an extra field that is longer than its place',
    zip: whole([before, { ...after, extra: Buffer.from([0x75, 0x70, 0xff, 0x00]) }]),
    code: 'ARCHIVE_CORRUPT',
  },
  { title: 'one part of a split archive', zip: whole([before, after], { disk: 2 }), code: 'ARCHIVE_CORRUPT' },
  {
    title: 'a damaged 64-bit end record',
    zip: whole([before, after], { zip64: true, end64Signature: 7 }),
    code: 'ARCHIVE_CORRUPT',
  },
  {
    title: 'the beginning of an end record and nothing that it says',
    zip: () => Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18, 0xff)]),
    code: 'ARCHIVE_CORRUPT',
  },
  {
    title: 'a program with an archive behind it',
    zip: whole([before, after], { prepend: WINDOWS_PROGRAM, adjusted: true }),
    code: 'EXECUTABLE_FILE',
  },
  {
    title: 'a picture with an archive behind it',
    zip: whole([before, after], { prepend: GIF }),
    code: 'POLYGLOT_FILE',
  },
  {
    title: 'a page with an archive behind it',
    zip: whole([before, after], { prepend: Buffer.from('<html><body>Hello</body></html>') }),
    code: 'POLYGLOT_FILE',
  },
  {
    title: 'a PDF with an archive behind it',
    zip: whole([before, after], { prepend: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n') }),
    code: 'POLYGLOT_FILE',
  },
  { title: 'a text that is named as an archive', zip: () => Buffer.from('no zip at all'), code: 'UNSUPPORTED_FORMAT' },
  { title: 'an empty file that is named as an archive', zip: () => Buffer.alloc(0), code: 'UNSUPPORTED_FORMAT' },
  {
    title: 'a text that mentions the mark of an end record',
    zip: () => Buffer.from(`a long text, PK\x05\x06${'\0'.repeat(18)} and so on`),
    code: 'UNSUPPORTED_FORMAT',
  },
]

describe('an archive that is hostile or unreadable as a whole is refused once, before anything of it is taken', () => {
  for (const { title, zip, code, limits } of wholeCases) {
    it(title, async () => {
      bench().setLimits(limits ?? {})
      expect(await unpack(zip())).toEqual({ 'a.zip': code })
    })
  }

  it('thirty archives in each other: five are opened, the sixth is refused, what lies before it is read', async () => {
    const found = await unpack(forgeNested(30, [{ name: 'deep.txt', data: 'never seen' }]))
    const sixth = 'a.zip!/2.zip!/3.zip!/4.zip!/5.zip!/6.zip'
    expect(found[sixth]).toBe('ARCHIVE_DEPTH_LIMIT')
    expect(Object.values(found).filter((value) => value.startsWith('level '))).toHaveLength(5)
    expect(Object.keys(found)).toHaveLength(6)
  })

  it('an archive that is its own only entry: it is opened as deep as any, then refused', async () => {
    const quine = forgeQuine('a.zip')
    const item = await bench().open({ ...bench().write('a.zip', quine), entries: [{ index: 0, name: 'a.zip' }] })
    expect(await item.read()).toEqual(quine)
    await item.close()
    expect(await unpack(quine)).toEqual({ [Array(6).fill('a.zip').join('!/')]: 'ARCHIVE_DEPTH_LIMIT' })
  })

  it('a bomb in layers: each archive is small, and the innermost is refused by what the offered file weighs', async () => {
    const innermost = forgeZip(Array.from({ length: 16 }, (_, n) => ({ name: `${n}`, data: zeros(MiB) })))
    const found = await unpack(
      forgeZip([before, { name: 'layer.zip', data: forgeZip([{ name: 'inner.zip', data: innermost }]) }, after]),
    )
    expect(found).toEqual({ ...neighbors, 'a.zip!/layer.zip!/inner.zip': 'ARCHIVE_BOMB_RATIO' })
  })
})

it('no zip is unpacked where that is switched off', async () => {
  bench().setLimits({ 'archive.depth': 0 })
  expect(await unpack(honest())).toEqual({ 'a.zip': 'ARCHIVE_DEPTH_LIMIT' })
})

describe('a zip that is cut off: what is whole of it is read, the rest is named', () => {
  const inner = honest()
  const outer = forgeZip([before, { name: 'b.zip', data: inner, method: 0 }, after])
  const described = forgeZip([
    { ...before, descriptor: true },
    { name: 'long.txt', data: 'long '.repeat(20_000), descriptor: true },
    { ...after, descriptor: true },
  ])
  const long = { 'a.zip!/long.txt': 'long '.repeat(20_000) }
  const cases: { title: string; zip: Buffer; found: Record<string, string> }[] = [
    { title: 'before the table of contents', zip: cut(150)(), found: { 'a.zip!/before.txt': 'good before' } },
    { title: 'in the table of contents', zip: cut(60)(), found: neighbors },
    { title: 'before the end record', zip: cut(22)(), found: neighbors },
    { title: 'in the end record', zip: cut(5)(), found: neighbors },
    {
      title: 'in an entry, which is named',
      zip: honest().subarray(0, 100),
      found: { 'a.zip!/before.txt': 'good before', 'a.zip!/after.txt': 'ARCHIVE_ENTRY_CORRUPT' },
    },
    {
      title: 'right after an archive stored in it, which is not taken for the whole',
      zip: outer.subarray(0, outer.indexOf(inner) + inner.length),
      found: {
        'a.zip!/before.txt': 'good before',
        'a.zip!/b.zip!/before.txt': 'good before',
        'a.zip!/b.zip!/after.txt': 'good after',
      },
    },
    {
      title: 'where sizes follow the data, which has to be inflated to find its end',
      zip: described.subarray(0, described.indexOf('PK\x01\x02')),
      found: { ...neighbors, ...long },
    },
    {
      title: 'where sizes follow the data, in the data',
      zip: described.subarray(0, described.indexOf('long.txt') + 100),
      found: { 'a.zip!/before.txt': 'good before', 'a.zip!/long.txt': 'ARCHIVE_ENTRY_CORRUPT' },
    },
    {
      title: 'with 64-bit sizes',
      zip: forgeZip([{ ...before, zip64: true }, after]).subarray(0, 120),
      found: { 'a.zip!/before.txt': 'good before', 'a.zip!/after.txt': 'ARCHIVE_ENTRY_CORRUPT' },
    },
  ]
  it('unless saving what is whole is switched off: then it is refused', async () => {
    bench().setLimits({ 'archive.salvage': 0 })
    expect(await unpack(cut(22)())).toEqual({ 'a.zip': 'ARCHIVE_TRUNCATED' })
    expect(await unpack(honest())).toEqual(neighbors)
  })

  it('and so is a compressed file', async () => {
    bench().setLimits({ 'archive.salvage': 0 })
    const gz = bench().write('note.txt.gz', gzipSync('a long note '.repeat(50)).subarray(0, -9))
    expect(await bench().unpack(gz, 'note.txt.gz')).toEqual({ 'note.txt.gz': 'ARCHIVE_TRUNCATED' })
  })

  for (const { title, zip, found } of cases) {
    it(title, async () => {
      expect(await unpack(zip)).toEqual(found)
      const { result } = await bench().expand({ location: join(bench().root, 'a.zip'), entries: [] })
      expect(result.warnings.map(({ code }) => code)).toEqual(['ARCHIVE_CUT_OFF'])
    })
  }

  it('a bomb without its table of contents is not inflated to find its end', async () => {
    bench().setLimits({ 'archive.entryBytes': MiB })
    const zip = forgeZip([before, { name: 'bomb', data: zeros(64 * MiB), descriptor: true }])
    expect(await unpack(zip.subarray(0, zip.indexOf('PK\x01\x02')))).toEqual({
      'a.zip!/before.txt': 'good before',
      'a.zip!/bomb': 'ARCHIVE_ENTRY_CORRUPT',
    })
  })
})

describe('an archive that unpacks to much waits until a person agrees', () => {
  it('with the figures; and is read once they did', async () => {
    bench().setLimits({ 'archive.confirmBytes': 50_000 })
    const locator = bench().write(
      'a.zip',
      forgeZip([before, { name: 'large.txt', data: 'x'.repeat(60_000), method: 0 }]),
    )
    await expect(bench().expand(locator)).rejects.toMatchObject({
      code: 'ARCHIVE_CONFIRM',
      details: { actual: 60_011, entries: 2, limit: 50_000, setting: 'archive.confirmBytes' },
    })
    bench().confirmed = true
    expect(await bench().unpack(locator)).toMatchObject({ 'a.zip!/before.txt': 'good before' })
  })
})

describe('what is unusual but honest is read', () => {
  const cases: { title: string; zip: () => Buffer; found: Record<string, string>; warning?: string }[] = [
    { title: 'an empty archive', zip: whole([]), found: {} },
    {
      title: 'only folders',
      zip: whole([{ name: 'a/' }, { name: 'a/b/', mode: 0o040755 }, { name: './' }]),
      found: {},
    },
    {
      title: 'a comment that mentions the mark of an end record',
      zip: whole([before, after], { comment: 'PK\x05\x06 and more' }),
      found: neighbors,
    },
    {
      title: 'bytes before the archive, offsets not counting them',
      zip: whole([before, after], { prepend: Buffer.from('#!/bin/sh\nexit\n') }),
      found: neighbors,
      warning: 'before',
    },
    {
      title: 'bytes before the archive, offsets counting them',
      zip: whole([before, after], { prepend: Buffer.from('MZ program'), adjusted: true }),
      found: neighbors,
    },
    {
      title: 'a table of contents that is not where the archive says',
      zip: whole([before, after], { directoryOffset: 3 }),
      found: neighbors,
    },
    {
      title: 'bytes after the archive',
      zip: whole([before, after], { append: Buffer.from('\r\n\r\n') }),
      found: neighbors,
      warning: 'after',
    },
    {
      title: 'sizes that follow the data',
      zip: whole([
        { ...before, descriptor: true },
        { ...after, descriptor: true },
      ]),
      found: neighbors,
    },
    {
      title: '64-bit sizes and end records',
      zip: whole(
        [
          { ...before, zip64: true },
          { ...after, zip64: true },
        ],
        { zip64: true },
      ),
      found: neighbors,
    },
    {
      title: '64-bit end records after other bytes',
      zip: whole([before, after], { zip64: true, prepend: Buffer.from('#!stub\n') }),
      found: neighbors,
      warning: 'before',
    },
    {
      title: 'an unknown extra field and a longer one in the local header',
      zip: whole([
        { ...before, extra: extraField(0x9999, Buffer.from('x')), localExtra: extraField(0x9999, Buffer.alloc(40)) },
        after,
      ]),
      found: neighbors,
    },
    {
      title: 'the same file name in two folders, and a folder in capitals',
      zip: whole([
        { name: 'a/x.txt', data: '1' },
        { name: 'b/x.txt', data: '2' },
        { name: 'A/y.txt', data: '3' },
      ]),
      found: { 'a.zip!/a/x.txt': '1', 'a.zip!/b/x.txt': '2', 'a.zip!/A/y.txt': '3' },
    },
    {
      title: 'backslashes between folders, as .NET wrote them',
      zip: whole([{ name: 'a\\b.txt', data: '1', madeBy: 0 }]),
      found: { 'a.zip!/a/b.txt': '1' },
    },
    {
      title: 'a name in UTF-8 that does not say so',
      zip: whole([{ name: Buffer.from('größe.txt'), data: '1' }]),
      found: { 'a.zip!/größe.txt': '1' },
    },
    {
      title: 'a name in the old code page',
      zip: whole([{ name: Buffer.from([0x81, 0x62, 0x65, 0x72, 0x2e, 0x74, 0x78, 0x74]), data: '1' }]),
      found: { 'a.zip!/über.txt': '1' },
    },
    {
      title: 'a name that says it is UTF-8 and is not',
      zip: whole([{ name: Buffer.from('caf\xe9.txt', 'latin1'), flags: 0x0800, data: '1' }]),
      found: { 'a.zip!/caf%E9.txt': '1' },
    },
    {
      title: 'a Unicode name in its own field',
      zip: whole([
        { name: Buffer.from('x.txt'), data: '1', extra: unicodePathField(Buffer.from('x.txt'), 'schön.txt') },
      ]),
      found: { 'a.zip!/schön.txt': '1' },
    },
    {
      title: 'a Unicode name that belongs to another name',
      zip: whole([
        { name: Buffer.from('x.txt'), data: '1', extra: unicodePathField(Buffer.from('y.txt'), 'other.txt') },
      ]),
      found: { 'a.zip!/x.txt': '1' },
    },
    {
      title: 'a literal !/ in a name, and needless dots and slashes',
      zip: whole([{ name: './a//wow!/b.txt', data: '1' }]),
      found: { 'a.zip!/a/wow!%2Fb.txt': '1' },
    },
    {
      title: 'an archive stored in an archive',
      zip: whole([before, { name: 'b.zip', data: forgeZip([{ name: 'c.txt', data: 'inside' }]), method: 0 }, after]),
      found: { ...neighbors, 'a.zip!/b.zip!/c.txt': 'inside' },
    },
    {
      title: 'an empty entry, stored and deflated',
      zip: whole([{ name: 'a', method: 0 }, { name: 'b' }]),
      found: { 'a.zip!/a': '', 'a.zip!/b': '' },
    },
    {
      title: 'a very regular entry that is small',
      zip: whole([{ name: 'regular.txt', data: 'a'.repeat(500_000) }]),
      found: { 'a.zip!/regular.txt': 'a'.repeat(500_000) },
    },
  ]
  for (const { title, zip, found, warning } of cases) {
    it(title, async () => {
      expect(await unpack(zip())).toEqual(found)
      const { result } = await bench().expand({ location: join(bench().root, 'a.zip'), entries: [] })
      expect(result.warnings.map(({ details }) => details['where'])).toEqual(warning === undefined ? [] : [warning])
    })
  }
})
