// Zips that were made to hurt: bombs, lies, names that point elsewhere, archives in archives. Every neighbor in them is read.
import { deflateRawSync } from 'node:zlib'
import { onePagePdf } from '../../support/hostile/pdf-forge'
import { forgeQuine } from '../../support/hostile/quine'
import { describeHostile } from '../../support/hostile/suite'
import type { Fate, HostileCase } from '../../support/hostile/yard'
import { crowdZip } from '../../support/hostile/zip-crowd'
import {
  ENCRYPTED_FLAG,
  STRONG_ENCRYPTION_FLAG,
  forgeFullOverlap,
  forgeNested,
  forgeQuotedOverlap,
  forgeZip,
  unicodePathField,
  type ForgedArchive,
  type ForgedEntry,
} from '../../support/zip-forge'

const MiB = 1024 * 1024
const before: ForgedEntry = { name: 'before.txt', data: 'The barge passes the first lock.' }
const after: ForgedEntry = { name: 'after.txt', data: 'The barge leaves the last lock.' }
const NEIGHBORS = { 'a.zip!/before.txt': 'indexed', 'a.zip!/after.txt': 'indexed' } as const

const text = (topic: string): string => `A note about ${topic}.`
const lie: ForgedEntry = { name: 'lie.txt', data: text('sizes that are not true') }

/** An entry between two good ones. */
const between = (
  name: string,
  entries: readonly ForgedEntry[],
  fates: Readonly<Record<string, Fate>>,
): HostileCase => ({
  name,
  make: ({ write }) => write('a.zip', forgeZip([before, ...entries, after])),
  fates: {
    ...NEIGHBORS,
    ...Object.fromEntries(Object.entries(fates).map(([path, fate]) => [path === '*' ? path : `a.zip!/${path}`, fate])),
  },
})

/** An archive that is one problem as a whole. */
const whole = (name: string, make: () => Buffer, fate: Fate): HostileCase => ({
  name,
  make: ({ write }) => write('a.zip', make()),
  fates: { 'a.zip': fate },
})

/** How programs for Linux begin. */
const PROGRAM = Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(4_000)])

const honest = (archive: ForgedArchive = {}): Buffer => forgeZip([before, after], archive)

/** Names, what is wrong with them, and what they are called in the report. */
const badNames: readonly (readonly [title: string, entry: ForgedEntry, shown: string, fate: Fate])[] = [
  ['that climbs out', { name: '../escaped.txt' }, '../escaped.txt', 'rejected ARCHIVE_PATH_TRAVERSAL'],
  [
    'that climbs out in the middle',
    { name: 'a/../../escaped.txt' },
    'a/../../escaped.txt',
    'rejected ARCHIVE_PATH_TRAVERSAL',
  ],
  [
    'that climbs out by backslashes',
    { name: '..\\..\\escaped.txt', madeBy: 0 },
    '../../escaped.txt',
    'rejected ARCHIVE_PATH_TRAVERSAL',
  ],
  ['that is absolute', { name: '/etc/cron.d/owned.txt' }, '/etc/cron.d/owned.txt', 'rejected ARCHIVE_PATH_TRAVERSAL'],
  [
    'on a drive',
    { name: 'C:\\Windows\\owned.txt', madeBy: 0 },
    'C:/Windows/owned.txt',
    'rejected ARCHIVE_PATH_TRAVERSAL',
  ],
  [
    'on a server',
    { name: '\\\\server\\share\\owned.txt', madeBy: 0 },
    '//server/share/owned.txt',
    'rejected ARCHIVE_PATH_TRAVERSAL',
  ],
  ['with an end of text in it', { name: 'good.txt\u0000.exe' }, 'good.txt%00.exe', 'rejected ARCHIVE_BAD_NAME'],
  ['with a line end in it', { name: 'two\nlines.txt' }, 'two%0Alines.txt', 'rejected ARCHIVE_BAD_NAME'],
  [
    'that turns its direction around',
    { name: 'invoice\u202efdp.exe.txt' },
    'invoice%E2%80%AEfdp.exe.txt',
    'rejected ARCHIVE_BAD_NAME',
  ],
  ['of 5,000 bytes', { name: `${'n'.repeat(5_000)}.txt` }, '*', 'rejected ARCHIVE_BAD_NAME'],
]

const cases: HostileCase[] = [
  ...badNames.map(([title, entry, shown, fate]) =>
    between(`a name ${title}`, [{ ...entry, data: text('a name') }], { [shown]: fate }),
  ),
  between('no name at all', [{ name: '', data: text('nothing') }], { '*': 'rejected ARCHIVE_BAD_NAME' }),
  between(
    'a Unicode field that hides a way out behind an honest name',
    [
      {
        name: 'honest.txt',
        data: text('hiding'),
        extra: unicodePathField(Buffer.from('honest.txt'), '../escaped.txt'),
      },
    ],
    { '../escaped.txt': 'rejected ARCHIVE_PATH_TRAVERSAL' },
  ),
  between(
    'a symbolic link to a secret, and a file that is to be written through it',
    [
      { name: 'link', data: '/etc', mode: 0o120777 },
      { name: 'link/passwd.txt', data: text('a file through a link') },
    ],
    { link: 'rejected ARCHIVE_SYMLINK', 'link/passwd.txt': 'indexed' },
  ),
  between(
    'devices, pipes and sockets',
    [
      { name: 'device', mode: 0o020666 },
      { name: 'disk', mode: 0o060666 },
      { name: 'pipe', mode: 0o010666 },
      { name: 'socket', mode: 0o140666 },
    ],
    {
      device: 'rejected ARCHIVE_SPECIAL',
      disk: 'rejected ARCHIVE_SPECIAL',
      pipe: 'rejected ARCHIVE_SPECIAL',
      socket: 'rejected ARCHIVE_SPECIAL',
    },
  ),
  between('an entry of 64 MiB of zeros', [{ name: 'bomb.txt', data: Buffer.alloc(64 * MiB) }], {
    'bomb.txt': 'rejected ARCHIVE_BOMB_RATIO',
  }),
  between('a bomb that says it is small', [{ name: 'bomb.txt', data: Buffer.alloc(64 * MiB), sizeBytes: 100 }], {
    'bomb.txt': 'failed ARCHIVE_ENTRY_CORRUPT',
  }),
  between('a size that is too small by one', [{ ...lie, sizeBytes: text('sizes that are not true').length - 1 }], {
    'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT',
  }),
  between('a size of almost four gigabytes that is a few bytes', [{ ...lie, sizeBytes: 0xfffffff0 }], {
    'lie.txt': ['failed ARCHIVE_ENTRY_CORRUPT', 'rejected ARCHIVE_ENTRY_LIMIT', 'rejected ARCHIVE_BOMB_RATIO'],
  }),
  between('a wrong checksum', [{ ...lie, crc32: 0xdeadbeef }], { 'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT' }),
  between('a checksum of zero', [{ ...lie, crc32: 0 }], { 'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT' }),
  between('compressed bytes that are noise', [{ ...lie, raw: Buffer.alloc(40, 0xff) }], {
    'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT',
  }),
  between(
    'compressed bytes that end too soon',
    [{ ...lie, raw: deflateRawSync(Buffer.from(text('sizes that are not true'))).subarray(0, 9) }],
    { 'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT' },
  ),
  between(
    'a stream that copies from before its beginning',
    [{ ...lie, raw: Buffer.from([0x4b, 0x04, 0x82, 0x10, 0xff, 0x03, 0x00]) }],
    { 'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT' },
  ),
  between('a local header that is none', [{ ...lie, localSignature: 0x21212121 }], {
    'lie.txt': 'failed ARCHIVE_ENTRY_CORRUPT',
  }),
  between(
    'methods that nobody reads',
    [
      { name: 'implode.txt', data: text('implode'), method: 6 },
      { name: 'unknown.txt', data: text('method 77'), method: 77 },
    ],
    { 'implode.txt': 'failed ARCHIVE_METHOD', 'unknown.txt': 'failed ARCHIVE_METHOD' },
  ),
  between('strong encryption that is only claimed', [{ ...lie, flags: STRONG_ENCRYPTION_FLAG }], {
    'lie.txt': ['failed ARCHIVE_ENCRYPTED', 'failed ARCHIVE_METHOD'],
  }),
  between('an entry that lies behind the end of the file', [{ ...lie, offset: 0x7ffffff0 }], {
    'lie.txt': ['failed ARCHIVE_ENTRY_CORRUPT'],
  }),
  between('a 64-bit size of exabytes', [{ ...lie, zip64: true, sizeBytes: 2 ** 52, compressedBytes: 2 ** 52 }], {
    'lie.txt': ['failed ARCHIVE_ENTRY_CORRUPT', 'rejected ARCHIVE_ENTRY_LIMIT', 'rejected ARCHIVE_OVERLAP'],
  }),
  between(
    'an archive that is text, one that is empty, and one that is noise',
    [
      { name: 'text.zip', data: text('a zip that is none, long enough to be a text') },
      { name: 'empty.zip', data: '' },
      { name: 'noise.zip', data: Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 0xa7)]) },
    ],
    {
      'text.zip': ['indexed', 'skipped UNSUPPORTED_FORMAT'],
      'empty.zip': 'skipped FILE_EMPTY',
      'noise.zip': ['failed ARCHIVE_CORRUPT', 'failed ARCHIVE_TRUNCATED'],
    },
  ),
  {
    name: 'names that are the same after folding',
    make: ({ write }) =>
      write(
        'a.zip',
        forgeZip([
          { name: 'same.txt', data: text('the first') },
          { name: 'same.txt', data: text('the second') },
          { name: 'SAME.TXT', data: text('the third') },
          { name: 'caf\u00e9.txt', data: text('composed') },
          { name: 'cafe\u0301.txt', data: text('decomposed') },
        ]),
      ),
    fates: {
      'a.zip!/same.txt': ['rejected ARCHIVE_DUPLICATE_NAME'],
      'a.zip!/SAME.TXT': ['indexed', 'rejected ARCHIVE_DUPLICATE_NAME'],
      'a.zip!/caf\u00e9.txt': ['indexed', 'rejected ARCHIVE_DUPLICATE_NAME'],
      'a.zip!/cafe\u0301.txt': ['indexed', 'rejected ARCHIVE_DUPLICATE_NAME'],
    },
    items: 5,
  },
  whole('entries that all share the same bytes', () => forgeFullOverlap(200, 4 * MiB), 'rejected ARCHIVE_OVERLAP'),
  whole('entries that quote each other', () => forgeQuotedOverlap(50, MiB), 'rejected ARCHIVE_OVERLAP'),
  whole(
    'two hundred bombs, each small enough by itself',
    () =>
      forgeZip(Array.from({ length: 200 }, (_, n) => ({ name: `${n}.txt`, data: Buffer.alloc(MiB, 'tick tock ') }))),
    'rejected ARCHIVE_BOMB_RATIO',
  ),
  whole('a million tiny entries', () => crowdZip(1_000_000), 'rejected ARCHIVE_ENTRIES_LIMIT'),
  whole(
    'a table of contents that says it has four thousand million entries',
    () => honest({ zip64: true, entryCount: 0xffffffff }),
    ['rejected ARCHIVE_ENTRIES_LIMIT', 'failed ARCHIVE_CORRUPT'],
  ),
  whole(
    'a table of contents with fewer entries than it says',
    () => honest({ entryCount: 5 }),
    'failed ARCHIVE_CORRUPT',
  ),
  whole('one part of a split archive', () => honest({ disk: 3 }), 'failed ARCHIVE_CORRUPT'),
  whole(
    'a 64-bit end record that is none',
    () => honest({ zip64: true, end64Signature: 99 }),
    'failed ARCHIVE_CORRUPT',
  ),
  {
    name: 'a table of contents that lies behind the end of the file',
    make: ({ write }) => write('a.zip', honest({ directoryOffset: 0x7fffffff })),
    fates: { '*': ['indexed', 'failed ARCHIVE_CORRUPT'] },
  },
  {
    name: 'bytes before the archive: a program that unpacks itself',
    make: ({ write }) =>
      write(
        'a.zip',
        honest({ prepend: Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), Buffer.alloc(3_000, '#')]) }),
      ),
    fates: NEIGHBORS,
  },
  {
    name: 'bytes after the archive',
    make: ({ write }) => write('a.zip', honest({ append: Buffer.alloc(3_000, 'trailing ') })),
    fates: NEIGHBORS,
  },
  {
    name: 'a zip in a zip, thirty deep',
    make: ({ write }) => write('a.zip', forgeNested(30, [{ name: 'deep.txt', data: text('the deepest') }])),
    fates: { 'a.zip!/2.zip!/3.zip!/4.zip!/5.zip!/6.zip': 'rejected ARCHIVE_DEPTH_LIMIT', '*': 'indexed' },
    items: 6,
    absent: ['the deepest'],
  },
  {
    name: 'a zip whose only entry is itself, without end',
    make: ({ write }) => write('a.zip', forgeQuine('a.zip')),
    fates: { [Array(6).fill('a.zip').join('!/')]: 'rejected ARCHIVE_DEPTH_LIMIT' },
    items: 1,
  },
  ...[
    whole('a program with a zip behind it', () => honest({ prepend: PROGRAM }), 'rejected EXECUTABLE_FILE'),
    whole('a PDF with a zip behind it', () => honest({ prepend: onePagePdf('Two') }), 'rejected POLYGLOT_FILE'),
  ],
  {
    name: 'a tree of archives, five wide and deeper than allowed',
    make: ({ write }) => {
      let zip = forgeZip([{ name: 'leaf.txt', data: text('a leaf') }])
      for (let level = 0; level < 6; level += 1)
        zip = forgeZip(Array.from({ length: 2 }, (_, n) => ({ name: `${n}.zip`, data: zip, method: 0 })))
      write('a.zip', zip)
    },
    fates: { '*': ['rejected ARCHIVE_DEPTH_LIMIT', 'indexed'] },
    items: 32,
    maxMs: 40_000,
  },
  {
    name: 'a bomb in three layers, each of them small',
    make: ({ write }) => {
      const innermost = forgeZip(Array.from({ length: 64 }, (_, n) => ({ name: `${n}.txt`, data: Buffer.alloc(MiB) })))
      write('a.zip', forgeZip([before, { name: 'b.zip', data: forgeZip([{ name: 'c.zip', data: innermost }]) }, after]))
    },
    fates: { ...NEIGHBORS, 'a.zip!/b.zip!/c.zip': 'rejected ARCHIVE_BOMB_RATIO' },
  },
  ...Array.from({ length: 9 }, (_, n): HostileCase => ({
    name: `a zip that is cut off after ${n + 1} tenths`,
    make: ({ write }) => {
      const zip = forgeZip(
        Array.from({ length: 20 }, (_, i) => ({ name: `${i}.txt`, data: text(`tenth ${n}, entry ${i}`), method: 0 })),
      )
      write('a.zip', zip.subarray(0, Math.floor((zip.length * (n + 1)) / 10)))
    },
    fates: { '*': ['indexed', 'failed ARCHIVE_TRUNCATED', 'failed ARCHIVE_ENTRY_CORRUPT', 'partial ARCHIVE_CUT_OFF'] },
  })),
  {
    name: 'encryption that is only claimed',
    make: ({ write }) => write('a.zip', forgeZip([before, { ...lie, flags: ENCRYPTED_FLAG }, after])),
    fates: {
      ...NEIGHBORS,
      'a.zip!/lie.txt': ['failed ARCHIVE_ENCRYPTED', 'waiting ARCHIVE_ENCRYPTED', 'failed ARCHIVE_ENTRY_CORRUPT'],
    },
  },
]

describeHostile('hostile zips', cases)
