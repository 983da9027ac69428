// Tars and compressed streams that were made to hurt: bombs, lies, links, devices, names that point elsewhere, cuts at every tenth.
import { gzipSync } from 'node:zlib'
import { BZIP2_NOTE, bzip2Bomb, storeXz, storeZstd, xzBomb, zstdBomb } from '../../support/hostile/compressed'
import { forgeSevenZip } from '../../support/hostile/seven-zip-forge'
import { describeHostile } from '../../support/hostile/suite'
import { forgeTar, paxEntry, type ForgedTarEntry } from '../../support/tar-forge'
import type { Fate, HostileCase } from '../../support/hostile/yard'
import { forgeZip } from '../../support/zip-forge'

const MiB = 1024 * 1024
const before: ForgedTarEntry = { name: 'before.txt', data: 'The barge passes the first lock.' }
const after: ForgedTarEntry = { name: 'after.txt', data: 'The barge leaves the last lock.' }
const NEIGHBORS = { 'a.tar!/before.txt': 'indexed', 'a.tar!/after.txt': 'indexed' } as const
const text = (topic: string): string => `A note about ${topic}.`

const between = (
  name: string,
  members: readonly ForgedTarEntry[],
  fates: Readonly<Record<string, Fate>>,
): HostileCase => ({
  name,
  make: ({ write }) => write('a.tar', forgeTar([before, ...members, after])),
  fates: {
    ...NEIGHBORS,
    ...Object.fromEntries(Object.entries(fates).map(([path, fate]) => [path === '*' ? path : `a.tar!/${path}`, fate])),
  },
})

const CUT: Fate = [
  'indexed',
  'partial ARCHIVE_CUT_OFF',
  'failed ARCHIVE_TRUNCATED',
  'failed ARCHIVE_CORRUPT',
  'failed ARCHIVE_ENTRY_CORRUPT',
  'skipped UNSUPPORTED_FORMAT',
  'skipped BINARY_FILE',
  'skipped FILE_EMPTY',
]

const tarCases: HostileCase[] = [
  between(
    'members of a tar whose names point elsewhere',
    [
      { name: '../escaped.txt', data: text('one') },
      { name: '/etc/owned.txt', data: text('two') },
      { name: 'a/../../escaped.txt', data: text('three') },
    ],
    {
      '../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
      '/etc/owned.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
      'a/../../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
    },
  ),
  between(
    'a pax header that renames an honest member',
    [paxEntry({ path: '../escaped.txt' }), { name: 'honest.txt', data: text('hiding') }],
    {
      '../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
    },
  ),
  between(
    'links of a tar: symbolic and hard, to a secret and to a member',
    [
      { name: 'passwd.txt', type: '2', linkName: '/etc/passwd' },
      { name: 'shadow.txt', type: '1', linkName: '/etc/shadow' },
      { name: 'same.txt', type: '1', linkName: 'before.txt' },
    ],
    {
      'passwd.txt': 'rejected ARCHIVE_SYMLINK',
      'shadow.txt': 'rejected ARCHIVE_HARD_LINK',
      'same.txt': ['rejected ARCHIVE_HARD_LINK'],
    },
  ),
  between(
    'devices and pipes in a tar',
    [
      { name: 'zero', type: '3' },
      { name: 'disk', type: '4' },
      { name: 'pipe', type: '6' },
    ],
    { zero: 'rejected ARCHIVE_SPECIAL', disk: 'rejected ARCHIVE_SPECIAL', pipe: 'rejected ARCHIVE_SPECIAL' },
  ),
  between(
    'names with control characters and turned directions in a tar',
    [
      { name: 'two\nlines.txt', data: text('lines') },
      { name: 'invoice\u202efdp.txt', data: text('directions') },
    ],
    { '*': 'rejected ARCHIVE_BAD_NAME' },
  ),
  {
    name: 'a member that says it has eight gigabytes',
    make: ({ write }) =>
      write('a.tar', forgeTar([before, { name: 'lie.txt', data: text('size'), sizeBytes: 0o77777777777 }])),
    fates: {
      'a.tar!/before.txt': 'indexed',
      '*': [
        'partial ARCHIVE_CUT_OFF',
        'failed ARCHIVE_ENTRY_CORRUPT',
        'rejected ARCHIVE_ENTRY_LIMIT',
        'failed ARCHIVE_TRUNCATED',
      ],
    },
  },
  {
    name: 'members whose sizes are negative, not numbers or beyond all numbers',
    make: ({ write }) => {
      for (const [n, sizeField] of [
        Buffer.alloc(12, 0xff),
        Buffer.from('notanumber!!'),
        Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)]),
      ].entries())
        write(`${n}.tar`, forgeTar([before, { name: 'lie.txt', data: text('size'), sizeField }]))
    },
    fates: { '*': CUT },
  },
  {
    name: 'a tar whose second header has a wrong checksum',
    make: ({ write }) => write('a.tar', forgeTar([before, { name: 'lie.txt', data: text('sum'), checksum: 1 }, after])),
    fates: { '*': CUT },
  },
  {
    name: 'a pax header of noise, and one that promises a name of a gigabyte',
    make: ({ write }) => {
      write('a.tar', forgeTar([before, { name: 'x', type: 'x', data: Buffer.alloc(600, 0xa7) }, after]))
      write('b.tar', forgeTar([before, { name: 'x', type: 'x', data: '1000000000 path=short\n' }, after]))
    },
    fates: { '*': CUT },
  },
  {
    name: 'twelve thousand empty members',
    make: ({ write }) => write('a.tar', forgeTar(Array.from({ length: 12_000 }, (_, n) => ({ name: `${n}.txt` })))),
    fates: { 'a.tar': 'rejected ARCHIVE_ENTRIES_LIMIT' },
  },
  {
    name: 'a tar that is cut off at every tenth',
    make: ({ write }) => {
      const tar = forgeTar(
        Array.from({ length: 10 }, (_, n) => ({ name: `${n}.txt`, data: text(`member ${n}`).repeat(30) })),
      )
      for (let n = 1; n < 10; n += 1) write(`${n}.tar`, tar.subarray(0, Math.floor((tar.length * n) / 10)))
    },
    fates: { '*': CUT },
  },
]

/**
 * Each way of compressing: an honest stream, a bomb, and in how many of nine cuts something whole is left: such a stream counts as two,
 * what is in it and itself, which is partial.
 */
const streams: readonly (readonly [extension: string, honest: Buffer, bomb: () => Buffer, salvaged: number])[] = [
  ['gz', gzipSync(text('gzip').repeat(3)), () => gzipSync(Buffer.alloc(128 * MiB)), 7],
  ['bz2', BZIP2_NOTE, () => bzip2Bomb(128 * MiB), 1],
  ['xz', storeXz(Buffer.from(text('xz').repeat(3))), () => xzBomb(128 * MiB), 7],
  ['zst', storeZstd(Buffer.from(text('zstd').repeat(3))), () => zstdBomb(128 * MiB), 0],
]

const streamCases = streams.flatMap(([extension, honest, bomb, salvaged]): HostileCase[] => [
  {
    name: `a ${extension} bomb, plain and around a tar`,
    make: ({ write }) => {
      write(`a.txt.${extension}`, bomb())
      write(`b.tar.${extension}`, bomb())
    },
    fates: {
      '*': [
        'rejected ARCHIVE_BOMB_RATIO',
        'rejected ARCHIVE_TOTAL_LIMIT',
        'skipped BINARY_FILE',
        'failed ARCHIVE_CORRUPT',
      ],
    },
    items: 2,
    maxTempBytes: 256 * MiB,
    maxMs: 60_000,
  },
  {
    name: `a ${extension} stream that is cut off at every tenth`,
    make: ({ write }) => {
      for (let n = 1; n < 10; n += 1)
        write(`${n}.txt.${extension}`, honest.subarray(0, Math.max(1, Math.floor((honest.length * n) / 10))))
    },
    fates: { '*': CUT },
    items: 9 + salvaged,
  },
  {
    name: `a ${extension} stream with noise in it, before it and after it`,
    make: ({ write }) => {
      const broken = Buffer.from(honest)
      broken.fill(0xa7, Math.floor(honest.length / 2), Math.floor(honest.length / 2) + 8)
      write(`a.txt.${extension}`, broken)
      write(`b.txt.${extension}`, Buffer.concat([Buffer.from('noise before the stream'), honest]))
      write(`c.txt.${extension}`, Buffer.concat([honest, Buffer.from('noise after the stream')]))
    },
    fates: { '*': [...CUT, 'partial ARCHIVE_EXTRA_BYTES'] },
    items: 3,
  },
])

const sevenZip = (next: Buffer): Buffer => Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), next])

const mixed: HostileCase[] = [
  {
    name: '7z files that are noise, empty or point behind their end',
    make: ({ write }) => {
      write('noise.7z', sevenZip(Buffer.alloc(400, 0xa7)))
      write('empty.7z', sevenZip(Buffer.alloc(24)))
      write('short.7z', sevenZip(Buffer.alloc(3)))
    },
    fates: { '*': ['failed ARCHIVE_CORRUPT', 'failed ARCHIVE_TRUNCATED', 'skipped UNSUPPORTED_FORMAT'] },
    items: 3,
  },
  {
    name: 'a 7z whose members lead outside of it',
    make: ({ write }) => {
      const names = ['before.txt', '../escaped.txt', '/etc/owned.txt', 'a/../../escaped.txt', 'after.txt']
      write('a.7z', forgeSevenZip(names.map((name) => ({ name, data: text(name) }))))
    },
    fates: {
      'a.7z!/before.txt': 'indexed',
      'a.7z!/after.txt': 'indexed',
      'a.7z!/../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
      'a.7z!/a/../../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL',
      '*': ['rejected ARCHIVE_PATH_TRAVERSAL', 'indexed'],
    },
    items: 5,
    absent: ['root:'],
  },
  {
    name: '7z files that lie: of sizes, of counts, of checksums',
    make: ({ write }) => {
      const two = ['one', 'two'].map((name) => ({ name: `${name}.txt`, data: text(name) }))
      write('terabyte.7z', forgeSevenZip(two, { blockBytes: 2 ** 40 }))
      write('shares.7z', forgeSevenZip(two, { memberBytes: 2 ** 40 }))
      write('crowd.7z', forgeSevenZip(two, { count: 0xffffffff }))
      write('checksum.7z', forgeSevenZip(two.slice(0, 1), { crc32: 1 }))
    },
    fates: {
      'terabyte.7z!/one.txt': 'indexed',
      'terabyte.7z!/two.txt': 'rejected ARCHIVE_ENTRY_LIMIT',
      'shares.7z': 'failed ARCHIVE_CORRUPT',
      'crowd.7z': ['failed ARCHIVE_CORRUPT', 'rejected ARCHIVE_ENTRIES_LIMIT'],
      'checksum.7z!/one.txt': 'failed ARCHIVE_ENTRY_CORRUPT',
    },
  },
  {
    name: 'archives in archives of every sort, deeper than allowed',
    make: ({ write }) => {
      let inner: Buffer = forgeTar([{ name: 'deep.txt', data: text('the deepest') }])
      for (let level = 0; level < 4; level += 1) {
        inner = forgeZip([{ name: `${level}.tar.gz`, data: gzipSync(inner) }])
        inner = forgeTar([{ name: `${level}.zip`, data: inner }])
      }
      write('a.tar', inner)
    },
    fates: { '*': 'rejected ARCHIVE_DEPTH_LIMIT' },
    items: 1,
    absent: ['the deepest'],
  },
  {
    name: 'a gzip in a gzip, thirty deep',
    make: ({ write }) => {
      let inner: Buffer = Buffer.from(text('the deepest'))
      for (let level = 0; level < 30; level += 1) inner = gzipSync(inner)
      write(`a.txt${'.gz'.repeat(30)}`, inner)
    },
    fates: { '*': ['rejected ARCHIVE_DEPTH_LIMIT'] },
    items: 1,
    absent: ['the deepest'],
  },
]

describeHostile('hostile tars and compressed streams', [...tarCases, ...streamCases, ...mixed])
