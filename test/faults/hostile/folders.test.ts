// Folders that were made to hurt: what is no file, what leads in circles or outside, names that no program expects.
import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describeHostile } from '../../support/hostile/suite'
import type { HostileCase, Place } from '../../support/hostile/yard'

const isRoot = process.getuid?.() === 0
const servers: Server[] = []
const text = (topic: string): string => `A short text about ${topic}, written on a rainy day.\n`

const listen = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    servers.push(server)
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
const stopListening = async (): Promise<void> => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
}

/** Makes folders deeper than a path may be long, a step at a time. */
const digDown = (folder: string, name: string, levels: number): void => {
  const before = process.cwd()
  process.chdir(folder)
  try {
    for (let i = 0; i < levels; i += 1) {
      mkdirSync(name)
      process.chdir(name)
    }
    writeFileSync('deepest.txt', text('the deep'))
  } finally {
    process.chdir(before)
  }
}

/** As many folders as make a path of about 4,000 characters. */
const longWay = (folder: string): { levels: number; path: string } => {
  const name = 'n'.repeat(200)
  const levels = Math.floor((4_000 - folder.length - 20) / 201)
  return { levels, path: `${`${name}/`.repeat(levels)}deepest.txt` }
}
// The length of the temporary folder decides how many levels there are: 19 for every usual one.
const FATES_OF_LONG_WAY: Record<string, string> = { [`${`${'n'.repeat(200)}/`.repeat(19)}deepest.txt`]: 'indexed' }

const named = (names: readonly string[]) => ({
  make: ({ write }: Place) => names.forEach((name, n) => write(name, text(`name number ${n}`))),
  fates: Object.fromEntries(names.map((name) => [name, 'indexed'] as const)),
})

const device: HostileCase[] = isRoot
  ? [
      {
        name: 'devices: the zero device, a disk and a terminal',
        make: ({ folder }) => {
          execFileSync('mknod', [join(folder, 'zero'), 'c', '1', '5'])
          execFileSync('mknod', [join(folder, 'disk.txt'), 'b', '7', '250'])
          execFileSync('mknod', [join(folder, 'tty.pdf'), 'c', '5', '0'])
        },
        fates: { zero: 'skipped NOT_A_FILE', 'disk.txt': 'skipped NOT_A_FILE', 'tty.pdf': 'skipped NOT_A_FILE' },
      },
    ]
  : []

const cases: HostileCase[] = [
  {
    name: 'named pipes that nobody writes to, one of them named a PDF',
    make: ({ folder }) => {
      execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'pipe.pdf')])
    },
    fates: { pipe: 'skipped NOT_A_FILE', 'pipe.pdf': 'skipped NOT_A_FILE' },
  },
  {
    name: 'a socket',
    make: ({ folder }) => listen(join(folder, 's')),
    fates: { s: 'skipped NOT_A_FILE' },
    unmake: stopListening,
  },
  ...device,
  {
    name: 'links that lead to themselves, to each other and to the folder above',
    make: ({ folder }) => {
      symlinkSync('self', join(folder, 'self'))
      symlinkSync('two', join(folder, 'one'))
      symlinkSync('one', join(folder, 'two'))
      mkdirSync(join(folder, 'sub'))
      symlinkSync('..', join(folder, 'sub', 'up'))
      symlinkSync('.', join(folder, 'sub', 'here'))
    },
    fates: {
      self: 'skipped FOLDER_LOOP',
      one: 'skipped FOLDER_LOOP',
      two: 'skipped FOLDER_LOOP',
      'sub/up': 'skipped FOLDER_LOOP',
      'sub/here': 'skipped FOLDER_LOOP',
    },
  },
  {
    name: 'links to secrets, to endless devices and to nothing',
    make: ({ folder }) => {
      writeFileSync(join(folder, '..', 'secret.txt'), 'The secret is tamarind.')
      symlinkSync('/etc/passwd', join(folder, 'passwd.txt'))
      symlinkSync('../secret.txt', join(folder, 'secret.txt'))
      symlinkSync('/dev/zero', join(folder, 'zero.txt'))
      symlinkSync('/proc/self', join(folder, 'process'))
      symlinkSync('/', join(folder, 'everything'))
      symlinkSync('nowhere', join(folder, 'dangling.txt'))
    },
    fates: {
      'passwd.txt': 'skipped LINK_SKIPPED',
      'secret.txt': 'skipped LINK_SKIPPED',
      'zero.txt': 'skipped LINK_SKIPPED',
      process: 'skipped LINK_SKIPPED',
      everything: 'skipped LINK_SKIPPED',
      'dangling.txt': 'skipped LINK_SKIPPED',
    },
    absent: ['tamarind', 'root:'],
  },
  {
    name: 'the same file under three names by hard links',
    make: ({ folder, write }) => {
      write('one.txt', text('hard links'))
      linkSync(join(folder, 'one.txt'), join(folder, 'two.txt'))
      mkdirSync(join(folder, 'sub'))
      linkSync(join(folder, 'one.txt'), join(folder, 'sub', 'three.txt'))
    },
    fates: { 'one.txt': 'indexed', 'two.txt': 'indexed', 'sub/three.txt': 'indexed' },
  },
  {
    name: 'names of 255 bytes, in one-byte and in four-byte characters',
    ...named([`${'n'.repeat(251)}.txt`, `${'𓆣'.repeat(62)}.txt`]),
  },
  {
    name: 'a path of 4,000 characters',
    make: ({ folder }) => digDown(folder, 'n'.repeat(200), longWay(folder).levels),
    fates: FATES_OF_LONG_WAY,
  },
  {
    name: 'a path that is longer than the system can open',
    make: ({ folder }) => digDown(folder, 'n'.repeat(200), 24),
    fates: { '*': 'failed FILE_UNREADABLE' },
    items: 1,
  },
  {
    name: 'a thousand folders in each other',
    make: ({ folder }) => {
      mkdirSync(join(folder, ...Array.from({ length: 1_000 }, () => 'd')), { recursive: true })
      writeFileSync(join(folder, ...Array.from({ length: 1_000 }, () => 'd'), 'a.txt'), text('a thousand folders'))
    },
    fates: { [`${'d/'.repeat(1_000)}a.txt`]: 'indexed' },
  },
  {
    name: 'five thousand empty folders',
    make: ({ folder }) => {
      for (let i = 0; i < 5_000; i += 1) mkdirSync(join(folder, `empty ${i}`))
    },
    fates: {},
  },
  {
    name: 'names that Windows keeps for itself, or cannot write',
    ...named([
      'CON.txt',
      'aux',
      'NUL.txt',
      'com1.md',
      'LPT9',
      'trailing.',
      'trailing ',
      'a:b.txt',
      'a<b>c|d?e*.txt',
      'back\\slash.txt',
    ]),
  },
  {
    name: 'names that mean something to a shell, a database or a pattern',
    ...named([
      '-rf',
      '--data-dir',
      '$(touch owned).txt',
      '`touch owned`.txt',
      '; rm -rf ~.txt',
      "'; DROP TABLE documents;--.txt",
      '%00.txt',
      '..%2f..%2fetc%2fpasswd',
      '***[a-z]{1,2}.txt',
    ]),
  },
  {
    name: 'names of what every object has inside',
    ...named(['__proto__', 'constructor', 'a.constructor', 'toString', 'hasOwnProperty.valueOf']),
  },
  {
    name: 'names with line ends, escape sequences and characters that turn the direction around',
    make: named(['line\nend.txt', 'bell\u0007.txt', 'red\u001b[31m.txt', 'invoice\u202efdp.txt', '\u200b.txt']).make,
    fates: { '*': 'indexed' },
    items: 5,
  },
  {
    name: 'names that are the same after folding: case, composed and decomposed letters, full width',
    ...named(['Straße.txt', 'STRASSE.txt', 'straße.txt', 'caf\u00e9.txt', 'cafe\u0301.txt', 'ｃａｆｅ.txt']),
  },
  {
    name: 'a name that is not Unicode',
    make: ({ folder }) =>
      writeFileSync(
        Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x6e, 0xff, 0xfe, 0x2e, 0x74, 0x78, 0x74])]),
        text('bytes'),
      ),
    fates: { 'n%FF%FE.txt': 'indexed' },
  },
  {
    name: 'folders whose names look like archives and entries of archives',
    make: ({ folder }) => {
      mkdirSync(join(folder, 'a.zip'))
      writeFileSync(join(folder, 'a.zip', 'b.txt'), text('a folder named zip'))
      mkdirSync(join(folder, 'wow!'))
      writeFileSync(join(folder, 'wow!', 'c.txt'), text('a folder that ends in a mark'))
    },
    fates: { 'a.zip/b.txt': 'indexed', 'wow!%2Fc.txt': 'indexed' },
  },
  {
    name: 'a text that may be executed',
    make: ({ folder, write }) => {
      write('run.sh', '#!/bin/sh\necho "The windmill turns." > /dev/null\n')
      chmodSync(join(folder, 'run.sh'), 0o777)
    },
    fates: { 'run.sh': 'indexed' },
  },
]

describeHostile('hostile folders', cases)

describeHostile(
  'files without rights, read by processes without the rights of root',
  [
    {
      name: 'files that nobody may read: a text, a PDF and an archive',
      make: ({ folder, write }) => {
        for (const name of ['a.txt', 'b.pdf', 'c.zip']) {
          write(name, text(name))
          chmodSync(join(folder, name), 0)
        }
      },
      fates: {
        'a.txt': 'failed FILE_UNREADABLE',
        'b.pdf': 'failed FILE_UNREADABLE',
        'c.zip': 'failed FILE_UNREADABLE',
      },
    },
    {
      name: 'a file that may be written but not read',
      make: ({ folder, write }) => {
        write('a.txt', text('a mailbox'))
        chmodSync(join(folder, 'a.txt'), 0o222)
      },
      fates: { 'a.txt': 'failed FILE_UNREADABLE' },
    },
  ],
  {},
  { unprivileged: true },
)
