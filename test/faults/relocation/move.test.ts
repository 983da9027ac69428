// A data folder goes to another place: whole or not at all, whatever happens on the way, and exactly one folder is in use at any moment.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import Libsql from 'libsql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { copyAhead, moveDataFolder, removeOldFolder, type MoveProgress } from '../../../src/main/relocation/move'
import { checkTarget } from '../../../src/main/relocation/target'
import { listBackups } from '../../../src/main/store/backups'
import { Database } from '../../../src/main/store/database'
import { SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { restoreBackup } from '../../../src/main/store/restoring'
import { peekVersion } from '../../../src/main/store/schema-version'
import { bringUpToDate } from '../../../src/main/store/upgrade'
import { followMoves, readMoved, readOrigin } from '../../../src/main/store/whereabouts'
import { toAppError } from '../../../src/shared/errors'
import { NOTES_FOLDER } from '../../../src/shared/notes'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { ingest, makeTempDir, silentLog, startOwner } from '../../support/engine'
import { bundle } from '../../unit/owner/support/bundle'

/** Folders whose names were brought to the disk, in order. */
const flushed: string[] = []
vi.mock('../../../src/main/store/whole-files', async (importOriginal) => {
  const original = await importOriginal<{ flushFolder: (path: string) => void }>()
  const flushFolder = (path: string): void => {
    flushed.push(path)
    original.flushFolder(path)
  }
  return { ...original, flushFolder }
})

const temp = makeTempDir('move')
let master = ''
let mover = ''
let from = ''
let to = ''
let nth = 0

beforeAll(async () => {
  master = join(temp.path, 'master')
  mover = join(temp.path, 'mover.cjs')
  bundle('test/faults/relocation/mover.ts', mover)
  const papers = join(temp.path, 'papers')
  mkdirSync(papers)
  writeFileSync(join(papers, 'letter.txt'), 'The lighthouse keeper writes about the storm.')
  mkdirSync(join(master, NOTES_FOLDER), { recursive: true })
  writeFileSync(join(master, NOTES_FOLDER, 'note.txt'), 'Remember the heron at dusk.')
  const engine = await startOwner({ dataDir: master })
  await ingest(engine, [papers, join(master, NOTES_FOLDER, 'note.txt')])
  await engine.call('settings.set', { name: 'polite.when', value: 'always' })
  await engine.close()
}, 60_000)
afterAll(() => temp.remove())
beforeEach(() => {
  nth += 1
  from = join(temp.path, `from-${nth}`)
  to = join(temp.path, `disk-${nth}`, 'Sluice')
  cpSync(master, from, { recursive: true, preserveTimestamps: true })
})
afterEach(() => {
  for (const folder of [from, join(to, '..')]) rmSync(folder, { recursive: true, force: true })
})

const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'none'
  } catch (thrown) {
    return toAppError(thrown).code
  }
}
const failure = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'none',
    (thrown: unknown) => toAppError(thrown).code,
  )
const move = (more: { signal?: AbortSignal; onProgress?: (progress: MoveProgress) => void } = {}) =>
  moveDataFolder({
    dataDir: from,
    to,
    signal: more.signal ?? new AbortController().signal,
    onProgress: more.onProgress ?? (() => undefined),
    log: silentLog,
  })

/** What a person finds in the folder that is in use. */
const findIn = async (dataDir: string): Promise<string[]> => {
  const engine = await startOwner({ dataDir })
  try {
    const found: string[] = []
    for (const query of ['storm', 'heron'])
      found.push(
        ...(await engine.call('search', { query, mode: 'hybrid', collections: [], limit: 1 })).results.map(
          ({ path }) => path,
        ),
      )
    const { settings } = await engine.call('settings.list', {})
    expect(settings.find(({ name }) => name === 'polite.when')?.value).toBe(2)
    const { checks } = await engine.call('doctor', { repair: false, rebuild: false })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    return found
  } finally {
    await engine.close()
  }
}
const ALL = ['papers/letter.txt', 'note.txt']
const isRefused = (folder: string): boolean => {
  if (!existsSync(folder)) return true
  try {
    acquireOwnerLock(folder)?.release()
    return false
  } catch (thrown) {
    return ['DATA_DIR_MOVED', 'DATA_DIR_ARRIVING'].includes(toAppError(thrown).code)
  }
}

describe('a data folder that is moved', () => {
  it('is in use in the new place alone, with everything in it, and its own files are found there', async () => {
    writeFileSync(join(from, NOTES_FOLDER, 'second.txt'), 'The tide comes in at noon.')
    const before = await startOwner({ dataDir: from })
    await ingest(before, [join(from, NOTES_FOLDER, 'second.txt')])
    await before.close()
    const phases: string[] = []
    const target = await move({ onProgress: ({ phase }) => phases.push(phase) })
    expect(target).toMatchObject({ isResumed: false, isNetwork: false })
    expect([...new Set(phases)]).toEqual(['copying', 'comparing', 'switching'])
    expect(followMoves(from)).toBe(to)
    expect(codeOf(() => acquireOwnerLock(from))).toBe('DATA_DIR_MOVED')
    expect(await findIn(to)).toEqual(ALL)
    const engine = await startOwner({ dataDir: to })
    const { documents } = await engine.call('documents.list', { offset: 0, limit: 10 })
    await engine.close()
    expect(documents.find(({ path }) => path === 'second.txt')?.location).toBe(join(to, NOTES_FOLDER, 'second.txt'))
    // Offered again from there it is what it was.
    const again = await startOwner({ dataDir: to })
    const report = await ingest(again, [join(to, NOTES_FOLDER, 'second.txt')])
    await again.close()
    expect(report.documents).toMatchObject({ total: 1, unchanged: 1 })
    expect(statSync(to).mode & 0o077).toBe(0)
  })

  it('keeps the old one until the new one has opened, then removes it when asked to, but for where it went', async () => {
    await move()
    expect(codeOf(() => removeOldFolder(to))).toBe('MOVE_NOT_OPENED')
    expect(existsSync(join(from, 'sluice.db'))).toBe(true)
    await findIn(to)
    expect(removeOldFolder(to)).toBe(from)
    expect(readdirSync(from)).toEqual(['moved-to.json'])
    expect(removeOldFolder(to)).toBeNull()
    expect(followMoves(from)).toBe(to)
    expect(await findIn(to)).toEqual(ALL)
  })

  it('keeps speaking of the old one while its disk is away, and says what it removed and what not', async () => {
    const stick = join(temp.path, `stick-${nth}`)
    mkdirSync(stick)
    renameSync(from, join(stick, 'Sluice'))
    from = join(stick, 'Sluice')
    await move()
    await findIn(to)
    renameSync(stick, `${stick}-away`)
    expect(codeOf(() => removeOldFolder(to))).toBe('DATA_DIR_UNWRITABLE')
    renameSync(`${stick}-away`, stick)
    expect(readOrigin(to)?.from).toBe(from)
    // Another folder is there by now, that never went anywhere.
    rmSync(from, { recursive: true })
    mkdirSync(from)
    writeFileSync(join(from, 'mine.txt'), 'mine')
    expect(removeOldFolder(to)).toBeNull()
    expect([readdirSync(from), readOrigin(to)]).toEqual([['mine.txt'], null])
    rmSync(stick, { recursive: true })
  })

  it('has its names on the disk before the word that leads there, folders included', async () => {
    flushed.length = 0
    await move()
    const before = flushed.slice(0, flushed.indexOf(from))
    expect(before).toEqual(
      expect.arrayContaining([join(to, '..', '..'), join(to, '..'), to, join(to, NOTES_FOLDER), join(to, 'vectors')]),
    )
  })

  it('has a backup in its place that was being put back when the process died', async () => {
    rmSync(from, { recursive: true })
    unpackFixture(17, from)
    const db = new Database(join(from, 'sluice.db'), 'writer')
    bringUpToDate(db)
    db.fold()
    db.close()
    const [{ id = '' } = {}] = listBackups(from)
    expect(() =>
      restoreBackup(from, id, (step) => {
        if (step === 'moved vectors') throw new Error('the power goes')
      }),
    ).toThrow('the power goes')
    expect(existsSync(join(from, 'restoring.json'))).toBe(true)
    await move()
    expect(peekVersion(join(to, 'sluice.db'))).toBe(17)
    expect(readdirSync(to).filter((name) => name.includes('restor'))).toEqual([])
    expect(listBackups(to)).toEqual(listBackups(from))
  })

  it('takes along what the window has to tell of removals', async () => {
    mkdirSync(join(from, 'window'), { recursive: true })
    writeFileSync(join(from, 'window', 'removals.json'), '{"removals":[]}')
    writeFileSync(join(from, 'window', 'Cookies'), 'of the browser')
    await move()
    expect(readdirSync(join(to, 'window'))).toEqual(['removals.json'])
  })

  it('that is reached by a link has its own files in the new place, too', async () => {
    const link = join(temp.path, `by-link-${nth}`)
    symlinkSync(from, link, 'junction')
    writeFileSync(join(from, NOTES_FOLDER, 'third.txt'), 'A gull on the mast.')
    const before = await startOwner({ dataDir: link })
    await ingest(before, [join(link, NOTES_FOLDER, 'third.txt')])
    await before.close()
    const signal = new AbortController().signal
    await moveDataFolder({ dataDir: link, to, signal, onProgress: () => undefined, log: silentLog })
    rmSync(link)
    const engine = await startOwner({ dataDir: to })
    const { documents } = await engine.call('documents.list', { offset: 0, limit: 10 })
    await engine.close()
    expect(documents.find(({ path }) => path === 'third.txt')?.location).toBe(join(to, NOTES_FOLDER, 'third.txt'))
  })

  it('moves on from there, and the first place still leads to it', async () => {
    await move()
    await findIn(to)
    const further = join(temp.path, `disk-${nth}`, 'further')
    await moveDataFolder({
      dataDir: to,
      to: further,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      log: silentLog,
    })
    expect(followMoves(from)).toBe(further)
    expect(await findIn(further)).toEqual(ALL)
    // Both that it was in are spoken of until they are removed, one after the other.
    expect(removeOldFolder(further)).toBe(to)
    expect([readdirSync(to), readOrigin(further)?.from]).toEqual([['moved-to.json'], from])
    expect(existsSync(join(from, 'sluice.db'))).toBe(true)
    expect(removeOldFolder(further)).toBe(from)
    expect([readdirSync(from), readOrigin(further)]).toEqual([['moved-to.json'], null])
    expect(followMoves(from)).toBe(further)
  })

  it('removes nothing with proof while the old one still has all of it', async () => {
    await move()
    const engine = await startOwner({ dataDir: to })
    try {
      const { documents } = await engine.call('documents.list', { offset: 0, limit: 10 })
      const ids = documents.map(({ id }) => id)
      expect(await failure(engine.call('documents.remove', { ids, prove: true }))).toBe('OLD_FOLDER_KEPT')
      expect(await failure(engine.call('collections.remove', { name: 'default', prove: true }))).toBe('OLD_FOLDER_KEPT')
      expect(await engine.call('documents.list', { offset: 0, limit: 10 })).toMatchObject({ total: ids.length })
      removeOldFolder(to)
      const { removed, proof } = await engine.call('documents.remove', { ids, prove: true })
      expect([removed, proof?.proven]).toEqual([ids.length, true])
    } finally {
      await engine.close()
    }
  })

  it('is not made anew where its disk is not there', async () => {
    await move()
    rmSync(to, { recursive: true })
    expect(codeOf(() => followMoves(from))).toBe('DATA_DIR_AWAY')
    expect(existsSync(to)).toBe(false)
  })

  it('is copied ahead while it is worked in, and what changed meanwhile comes along', async () => {
    const engine = await startOwner({ dataDir: from })
    await copyAhead({
      dataDir: from,
      to,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      log: silentLog,
    })
    expect(isRefused(to)).toBe(true)
    const later = join(temp.path, `later-${nth}.txt`)
    writeFileSync(later, 'A lighthouse ship lies in the harbor.')
    await ingest(engine, [later])
    await engine.close()
    expect((await move()).isResumed).toBe(true)
    const moved = await startOwner({ dataDir: to })
    const { results } = await moved.call('search', { query: 'harbor', mode: 'hybrid', collections: [], limit: 1 })
    await moved.close()
    expect(results.map(({ path }) => path)).toEqual([`later-${nth}.txt`])
  })
})

it('the old folder is not read as documents when the folder around it is offered, as long as it is kept and after', async () => {
  const home = join(from, '..', `home-${nth}`)
  const old = join(home, 'old')
  mkdirSync(home)
  renameSync(from, old)
  writeFileSync(join(home, 'letter.txt'), 'The ferryman writes about the tide.')
  await moveDataFolder({
    dataDir: old,
    to,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    log: silentLog,
  })
  const engine = await startOwner({ dataDir: to })
  try {
    const tell = async (path: string): Promise<unknown> => {
      const { documents, problems } = await ingest(engine, [path])
      return [documents.indexed + documents.unchanged, ...problems.map((one) => [one.path, one.outcome, one.code])]
    }
    expect(await tell(home)).toEqual([1, [`home-${nth}/old`, 'skipped', 'OWN_DATA_FOLDER']])
    expect(await tell(old)).toEqual([0, ['old', 'skipped', 'OWN_DATA_FOLDER']])
    expect(await tell(join(old, 'sluice.db'))).toEqual([0, ['sluice.db', 'skipped', 'OWN_DATA_FOLDER']])
    expect(removeOldFolder(to)).toBe(old)
    expect(await tell(home)).toEqual([1, [`home-${nth}/old/moved-to.json`, 'skipped', 'OWN_DATA_FOLDER']])
  } finally {
    await engine.close()
    rmSync(home, { recursive: true, force: true })
  }
})

describe('a move is refused', () => {
  const refusal = (place: string): string => codeOf(() => checkTarget(from, place))

  it('into the folder itself, around it, and to itself, also by a link', () => {
    const link = join(temp.path, `link-${nth}`)
    symlinkSync(from, link, 'junction')
    expect([join(from, 'sub'), from, join(from, '..'), join(link, 'sub')].map(refusal)).toEqual(
      Array.from({ length: 4 }, () => 'MOVE_INSIDE'),
    )
    rmSync(link)
  })

  it('to what is not empty, or is a file; what the system puts there by itself is nothing', () => {
    mkdirSync(to, { recursive: true })
    writeFileSync(join(to, '.DS_Store'), '')
    expect(refusal(to)).toBe('none')
    writeFileSync(join(to, 'mine.txt'), 'mine')
    expect(refusal(to)).toBe('MOVE_NOT_EMPTY')
    expect(refusal(join(to, 'mine.txt'))).toBe('MOVE_NOT_EMPTY')
    expect(readFileSync(join(to, 'mine.txt'), 'utf8')).toBe('mine')
  })

  it('to where nothing can be written, and nothing is left of the try elsewhere', () => {
    expect(refusal('/proc/sluice')).toBe(process.platform === 'linux' ? 'MOVE_READ_ONLY' : 'none')
    expect(refusal(to)).toBe('none')
    expect(existsSync(join(to, '..'))).toBe(false)
  })

  it('while something in it is a link, which would be left behind', async () => {
    const elsewhere = join(temp.path, `elsewhere-${nth}`)
    renameSync(join(from, NOTES_FOLDER), elsewhere)
    symlinkSync(elsewhere, join(from, NOTES_FOLDER), 'junction')
    expect(refusal(to)).toBe('MOVE_FAILED')
    expect(await failure(move())).toBe('MOVE_FAILED')
    expect([existsSync(to), readMoved(from)]).toEqual([false, null])
    expect(readdirSync(elsewhere)).toEqual(['note.txt'])
  })

  it('of a folder of a newer version, of which not a byte changes', async () => {
    const db = new Libsql(join(from, 'sluice.db'))
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    db.close()
    const before = readFileSync(join(from, 'sluice.db'))
    expect(await failure(move())).toBe('DATA_DIR_NEWER')
    expect([existsSync(to), readMoved(from)]).toEqual([false, null])
    expect(readFileSync(join(from, 'sluice.db')).equals(before)).toBe(true)
  })

  it('while another one works in the folder, which stays as it is', async () => {
    const engine = await startOwner({ dataDir: from })
    expect(await failure(move())).toBe('MOVE_IN_USE')
    await engine.close()
    expect(existsSync(to)).toBe(false)
    expect(readMoved(from)).toBeNull()
  })

  it('to a disk that is too small', async () => {
    // More than any disk has, in a file that takes no room itself.
    const { bavail, bsize } = statfsSync(temp.path)
    mkdirSync(join(from, 'vectors'), { recursive: true })
    writeFileSync(join(from, 'vectors', 'large'), '')
    truncateSync(join(from, 'vectors', 'large'), bavail * bsize + 1024 ** 3)
    expect(refusal(to)).toBe('MOVE_NO_ROOM')
    expect(await failure(move())).toBe('MOVE_NO_ROOM')
    expect(existsSync(to)).toBe(false)
    expect(readMoved(from)).toBeNull()
  })
})

describe('a move that is taken back, or goes wrong,', () => {
  it('leaves the old folder as it was and nothing in the new place', async () => {
    const stop = new AbortController()
    const onProgress = ({ phase }: MoveProgress): void => {
      if (phase === 'comparing') stop.abort()
    }
    expect(await failure(move({ signal: stop.signal, onProgress }))).toBe('CANCELLED')
    expect(existsSync(to) ? readdirSync(to) : []).toEqual([])
    expect(await findIn(from)).toEqual(ALL)
  })

  it('is told when the copy differs, though its sizes and times are the same', async () => {
    const onProgress = ({ phase, doneBytes }: MoveProgress): void => {
      if (phase !== 'comparing' || doneBytes > 0) return
      const file = join(to, NOTES_FOLDER, 'note.txt')
      const { atime, mtime } = statSync(file)
      writeFileSync(file, readFileSync(file, 'utf8').replace('heron', 'stork'))
      utimesSync(file, atime, mtime)
    }
    expect(await failure(move({ onProgress }))).toBe('MOVE_UNVERIFIED')
    expect(existsSync(to) ? readdirSync(to) : []).toEqual([])
    expect(await findIn(from)).toEqual(ALL)
  })

  it('is told when the database is damaged already', async () => {
    const bytes = readFileSync(join(from, 'sluice.db'))
    // The head is left whole: only a look at every page finds it.
    bytes.fill(0x5a, 4096 * 3, 4096 * 9)
    writeFileSync(join(from, 'sluice.db'), bytes)
    expect(['MOVE_UNVERIFIED', 'DATABASE_CORRUPT']).toContain(await failure(move()))
    expect(readMoved(from)).toBeNull()
    expect(existsSync(to) ? readdirSync(to) : []).toEqual([])
  })
})

describe('a process that is killed while it moves', () => {
  const kill = (at: string): string => {
    const env = { ...process.env, NODE_PATH: resolve('node_modules') }
    const { signal, stdout } = spawnSync(process.execPath, [mover, from, to, at], { env, encoding: 'utf8' })
    return signal ?? stdout
  }

  it.each(['begun', 'copying:3', 'copying:9', 'copied', 'comparing:3', 'compared', 'whole', 'never'])(
    'at "%s" leaves exactly one folder in use, and the move goes on',
    async (at) => {
      expect(kill(at)).toBe(at === 'never' ? 'moved' : 'SIGKILL')
      const inUse = followMoves(from)
      const other = inUse === from ? to : from
      expect(isRefused(other)).toBe(true)
      expect(await findIn(inUse)).toEqual(ALL)
      if (inUse === to) return
      expect(await move()).toMatchObject({ isResumed: true })
      expect(followMoves(from)).toBe(to)
      expect(isRefused(from)).toBe(true)
      expect(await findIn(to)).toEqual(ALL)
    },
    60_000,
  )

  it('between the switch and its end leaves the new one in use', async () => {
    await move()
    // As it was one moment earlier.
    rmSync(join(to, 'moved-from.json'))
    writeFileSync(join(to, 'arriving.json'), JSON.stringify({ from, isWhole: true }))
    expect(followMoves(from)).toBe(to)
    expect(isRefused(from)).toBe(true)
    expect(await findIn(to)).toEqual(ALL)
    expect(readOrigin(to)).toEqual({ from, opened: true })
  })

  it('leaves a copy behind that no other folder is moved to', async () => {
    expect(kill('copied')).toBe('SIGKILL')
    const another = join(temp.path, `another-${nth}`)
    cpSync(master, another, { recursive: true })
    expect(codeOf(() => checkTarget(another, to))).toBe('MOVE_NOT_EMPTY')
  })
})

describe('the words of a move', () => {
  it('that cannot be read are told, never passed over', () => {
    writeFileSync(join(from, 'moved-to.json'), '{ "to": ')
    expect(codeOf(() => followMoves(from))).toBe('MOVE_DAMAGED')
    expect(codeOf(() => acquireOwnerLock(from))).toBe('MOVE_DAMAGED')
  })

  it('that lead in a circle are told', () => {
    const other = join(temp.path, `circle-${nth}`)
    mkdirSync(other)
    writeFileSync(join(from, 'moved-to.json'), JSON.stringify({ to: other }))
    writeFileSync(join(other, 'moved-to.json'), JSON.stringify({ to: from }))
    expect(codeOf(() => followMoves(from))).toBe('MOVE_DAMAGED')
  })
})
