// Data folders of Sluice are told by what lies in them: the one that was moved and kept, a copy, a backup, another person's. What only looks like one is read.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WalkedItem } from '../../../src/main/ingest/walk'
import { walk } from '../../../src/main/ingest/walk'
import { noteArriving, switchFolders } from '../../../src/main/store/whereabouts'
import { AppError } from '../../../src/shared/errors'
import { fixtureVersions, unpackFixture } from '../../support/data-folders/fixtures'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'data-folders-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const write = (path: string, text = 'text'): string => {
  const full = join(root, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
  return full
}
const writeDatabase = (path: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  const db = new Libsql(join(root, path))
  db.exec('CREATE TABLE things (name TEXT)')
  db.close()
}
/** The files of a data folder that count, and one that is to be read by nobody. */
const writeDataFolder = (path: string): string => {
  writeDatabase(`${path}/sluice.db`)
  write(`${path}/owner.db`)
  write(`${path}/logs/sluice.log`)
  return join(root, path)
}

const collect = async (path: string, dataDir = join(root, 'in-use')): Promise<WalkedItem[]> => {
  const items: WalkedItem[] = []
  await walk({
    offered: { path },
    globs: [],
    ignores: [],
    dataDir,
    signal: new AbortController().signal,
    onPage: async (page) => {
      items.push(...page)
    },
  })
  return items
}
const tell = async (path: string): Promise<string[]> =>
  (await collect(path)).map(({ path: shown, problem }) => (problem ? `${shown} ${problem.code}` : shown))
const sentences = async (path: string): Promise<string[]> =>
  (await collect(path)).flatMap(({ problem }) => (problem ? [new AppError(problem.code, problem.details).message] : []))

describe('a folder around data folders', () => {
  it('is read but for them, and each is told', async () => {
    writeDataFolder('home/copy')
    write('home/letter.txt')
    write('home/z/deep.txt')
    writeDataFolder('home/z/theirs')
    expect(await tell(join(root, 'home'))).toEqual([
      'home/copy OWN_DATA_FOLDER',
      'home/letter.txt',
      'home/z/deep.txt',
      'home/z/theirs OWN_DATA_FOLDER',
    ])
    expect(new Set(await sentences(join(root, 'home')))).toEqual(
      new Set(['It is a data folder of Sluice, a copy of one or a backup, which is never indexed.']),
    )
  })

  it('is told where one went that was moved and kept', async () => {
    const old = writeDataFolder('home/old')
    mkdirSync(join(root, 'disk'))
    noteArriving(join(root, 'disk'), { from: old, isWhole: true })
    switchFolders(old, join(root, 'disk'))
    expect(await tell(join(root, 'home'))).toEqual(['home/old OWN_DATA_FOLDER'])
    expect(await sentences(join(root, 'home'))).toEqual([
      `It is a data folder of Sluice that was moved to "${join(root, 'disk')}"; such a folder is never indexed.`,
    ])
  })

  it('is read but for the word in the place of one that was removed, and what was put there since', async () => {
    const old = join(root, 'home', 'old')
    mkdirSync(old, { recursive: true })
    mkdirSync(join(root, 'disk'))
    noteArriving(join(root, 'disk'), { from: old, isWhole: true })
    switchFolders(old, join(root, 'disk'))
    write('home/old/new.txt')
    expect(await tell(join(root, 'home'))).toEqual(['home/old/moved-to.json OWN_DATA_FOLDER', 'home/old/new.txt'])
    expect(await sentences(join(root, 'home'))).toEqual([
      `It says where a data folder of Sluice was moved to ("${join(root, 'disk')}"), and is never indexed.`,
    ])
    expect(await tell(join(old, 'moved-to.json'))).toEqual(['moved-to.json OWN_DATA_FOLDER'])
    expect(await tell(join(old, 'new.txt'))).toEqual(['new.txt'])
  })

  it('is read but for a copy that is not whole yet', async () => {
    mkdirSync(join(root, 'home', 'half'), { recursive: true })
    noteArriving(join(root, 'home', 'half'), { from: join(root, 'in-use'), isWhole: false })
    write('home/half/settings.json')
    expect(await tell(join(root, 'home'))).toEqual(['home/half OWN_DATA_FOLDER'])
  })

  it('is read but for backups that lie there', async () => {
    writeDatabase('home/2026/sluice.db')
    write('home/2026/backup.json', '{}')
    write('home/2026/settings.json', '{}')
    expect(await tell(join(root, 'home'))).toEqual(['home/2026 OWN_DATA_FOLDER'])
  })

  it.each(fixtureVersions())('is read but for a copy of one of data version %i', async (version) => {
    const folder = join(root, 'home', 'old')
    mkdirSync(folder, { recursive: true })
    unpackFixture(version, folder)
    expect(await tell(join(root, 'home'))).toEqual(['home/old OWN_DATA_FOLDER'])
  })
})

describe('an offered data folder', () => {
  it('is refused, and so is whatever lies in it, but not what people may read there', async () => {
    const old = writeDataFolder('home/old')
    write('home/old/Notes/note.txt')
    write('home/old/samples/sample.txt')
    expect(await tell(old)).toEqual(['old OWN_DATA_FOLDER'])
    expect(await tell(join(old, 'logs'))).toEqual(['logs OWN_DATA_FOLDER'])
    expect(await tell(join(old, 'logs', 'sluice.log'))).toEqual(['sluice.log OWN_DATA_FOLDER'])
    expect(await tell(join(old, 'sluice.db'))).toEqual(['sluice.db OWN_DATA_FOLDER'])
    expect(await tell(join(old, 'Notes'))).toEqual(['Notes/note.txt'])
    expect(await tell(join(old, 'samples', 'sample.txt'))).toEqual(['sample.txt'])
  })

  it.skipIf(process.platform === 'win32')('is refused by the name of a link to it', async () => {
    writeDataFolder('home/old')
    symlinkSync(join(root, 'home', 'old'), join(root, 'link'))
    expect(await tell(join(root, 'link'))).toEqual(['link OWN_DATA_FOLDER'])
    expect(await tell(join(root, 'link', 'logs'))).toEqual(['logs OWN_DATA_FOLDER'])
  })
})

describe('what only looks like a data folder is read', () => {
  it.each([
    ['a text that is called sluice.db', () => (write('in/sluice.db', 'gates of the canal'), write('in/owner.db'))],
    ['an empty file that is called so', () => (write('in/sluice.db', ''), write('in/owner.db'))],
    ['a database that is called so, of another program', () => (writeDatabase('in/sluice.db'), write('in/readme.txt'))],
    ['a folder that is called so', () => (write('in/sluice.db/a.txt'), write('in/owner.db'))],
    ['a list of addresses that is called moved-to.json', () => write('in/moved-to.json', '{"to": "Berlin"}')],
    ['a broken one', () => write('in/moved-to.json', '{"to": "/ber')],
    ['a list of guests that is called arriving.json', () => write('in/arriving.json', '[{"from": "Berlin"}]')],
    ['one that is empty', () => write('in/arriving.json', 'null')],
  ])('%s', async (_what, make) => {
    make()
    write('in/z.txt')
    const found = await tell(join(root, 'in'))
    expect(found.filter((line) => line.includes(' '))).toEqual([])
    expect(found).toContain('in/z.txt')
    expect(found.length).toBeGreaterThan(1)
  })

  it.skipIf(process.platform === 'win32')('and nothing that has to be waited for is opened', async () => {
    mkdirSync(join(root, 'in'))
    execFileSync('mkfifo', [join(root, 'in', 'sluice.db'), join(root, 'in', 'moved-to.json')])
    write('in/owner.db')
    expect(await tell(join(root, 'in'))).toEqual([
      'in/moved-to.json NOT_A_FILE',
      'in/owner.db',
      'in/sluice.db NOT_A_FILE',
    ])
  })
})
