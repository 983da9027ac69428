// Removing everything that Sluice keeps: what is its own goes, what is not stays, and a removal that was cut off anywhere is ended by whoever comes next.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { autostartEntry } from '../../../src/main/app/autostart-file'
import { resolveDataDir } from '../../../src/main/cli/data-dir'
import { removeEverything, surveyEverything } from '../../../src/main/cli/removal'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { noteRemoval, removeOther } from '../../../src/main/store/removing'
import { AppError } from '../../../src/shared/errors'

let root = ''
let dataDir = ''
let documents = ''
const before = { config: process.env['XDG_CONFIG_HOME'], data: process.env['XDG_DATA_HOME'] }

const put = (path: string, text = 'x'): void => {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}

/** A data folder with one of everything. */
const fill = (folder: string): void => {
  for (const name of [
    'sluice.db',
    'sluice.db-wal',
    'cache.db',
    'owner.db-journal',
    'settings.json',
    'providers.json',
    'keys.json',
    'written-by.json',
    'vectors/windows.lance/data/1.lance',
    'Notes/Call the plumber-2026-11-23.txt',
    'Notes/Call the plumber-2026-11-23-2.txt',
    'samples/letter.txt',
    'backups/2026-01-02T03-04-05-000Z-v1/sluice.db',
    'window/preferences.json',
    'window/Cache/data_0',
    'logs/sluice.log',
    'logs/sluice.1.log',
    'temp/abc/page.png',
  ])
    put(join(folder, name))
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-removal-')))
  dataDir = join(root, 'data')
  documents = join(root, 'documents')
  put(join(documents, 'letter.txt'), 'The keeper of the lighthouse')
  process.env['XDG_CONFIG_HOME'] = join(root, 'config')
  process.env['XDG_DATA_HOME'] = join(root, 'share')
  fill(dataDir)
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
  for (const [name, value] of [
    ['XDG_CONFIG_HOME', before.config],
    ['XDG_DATA_HOME', before.data],
  ] as const)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  )

it('removes everything and the folder itself, and nothing of a person', async () => {
  const { folders, bytes } = await surveyEverything({ dataDir, mayLead: [] })
  expect(bytes).toBe(17)
  expect(folders[0]?.parts).toContainEqual({ part: 'notes', bytes: 2 })
  expect(existsSync(join(dataDir, 'sluice.db'))).toBe(true)
  await removeEverything({ dataDir, mayLead: [] })
  expect(readdirSync(root)).toEqual(['documents'])
  expect(readFileSync(join(documents, 'letter.txt'), 'utf8')).toContain('lighthouse')
})

it('leaves what it did not make, at the top and among its own, and follows no link', async () => {
  put(join(dataDir, 'thesis.docx'))
  put(join(dataDir, 'Notes', 'mine.txt'))
  put(join(dataDir, 'vectors', 'photo.jpg'))
  const theirs = join(root, 'other-disk')
  put(join(theirs, 'windows.lance', 'data'))
  rmSync(join(dataDir, 'samples'), { recursive: true })
  symlinkSync(theirs, join(dataDir, 'samples'))
  symlinkSync(documents, join(dataDir, 'window', 'documents'))
  symlinkSync(documents, join(dataDir, 'backups', '2026-05-05T00-00-00-000Z-link'))
  const { left } = await removeEverything({ dataDir, mayLead: [] })
  expect([...left].sort()).toEqual(
    ['Notes/mine.txt', 'backups/2026-05-05T00-00-00-000Z-link', 'samples', 'thesis.docx', 'vectors/photo.jpg'].map(
      (name) => join(dataDir, name),
    ),
  )
  expect(readdirSync(dataDir).sort()).toEqual(['Notes', 'backups', 'samples', 'thesis.docx', 'vectors'])
  expect(readdirSync(join(dataDir, 'Notes'))).toEqual(['mine.txt'])
  expect(readdirSync(documents)).toEqual(['letter.txt'])
  expect(existsSync(join(theirs, 'windows.lance', 'data'))).toBe(true)
})

it('refuses a folder that is none of its own, and one that somebody works in', async () => {
  expect(await codeOf(removeEverything({ dataDir: documents, mayLead: [] }))).toBe('REMOVE_NOT_OURS')
  rmSync(join(dataDir, 'owner.db-journal'))
  const lock = acquireOwnerLock(dataDir)
  expect(await codeOf(removeEverything({ dataDir, mayLead: [] }))).toBe('REMOVE_IN_USE')
  lock?.release()
  expect(existsSync(join(dataDir, 'sluice.db'))).toBe(true)
  expect(readdirSync(dataDir)).not.toContain('removing.json')
})

it('never follows a journal to a folder that Sluice did not make', async () => {
  put(join(documents, 'settings.json'), 'mine')
  noteRemoval(dataDir, [documents])
  acquireOwnerLock(dataDir)?.release()
  expect(readdirSync(documents)).toEqual(['letter.txt', 'settings.json'])
  expect(readdirSync(dataDir)).toEqual(['owner.db'])
})

it.runIf(process.platform === 'linux')('takes away its own start at login, and nobody else’s', async () => {
  const file = join(root, 'config', 'autostart', 'sluice.desktop')
  put(file, autostartEntry(['/opt/Sluice/sluice-window', '--data-dir', join(root, 'another')]))
  await removeEverything({ dataDir, mayLead: [] })
  expect(existsSync(file)).toBe(true)
  fill(dataDir)
  put(file, autostartEntry(['/opt/Sluice/sluice-window', '--data-dir', dataDir]))
  const { places } = await removeEverything({ dataDir, mayLead: [] })
  expect(places).toEqual([{ kind: 'login', name: file }])
  expect(existsSync(file)).toBe(false)
})

describe('after the folder was moved twice', () => {
  let usual = ''
  let middle = ''
  beforeEach(() => {
    usual = join(root, 'share', 'sluice')
    middle = join(root, 'middle')
    put(join(middle, 'sluice.db'))
    put(join(middle, 'vectors/windows.lance/data/1.lance'))
    put(join(usual, 'moved-to.json'), JSON.stringify({ to: middle }))
    put(join(middle, 'moved-to.json'), JSON.stringify({ to: dataDir }))
    put(join(dataDir, 'moved-from.json'), JSON.stringify({ from: middle, opened: true }))
  })

  it('takes the old ones along, with the word where it went', async () => {
    const { folders } = await removeEverything({ dataDir, mayLead: [usual] })
    expect(folders.map(({ path }) => path).sort()).toEqual([dataDir, middle, usual].sort())
    expect([dataDir, middle, usual].filter(existsSync)).toEqual([])
  })

  it('is ended by doing it again, and by opening the folder, wherever it was cut off', async () => {
    rmSync(join(dataDir, 'moved-from.json'))
    let steps = 0
    await removeEverything({ dataDir, mayLead: [usual], reached: () => (steps += 1) })
    expect(steps).toBeGreaterThan(15)
    for (let last = 1; last <= steps; last += 1) {
      for (const ending of ['again', 'opened'] as const) {
        for (const folder of [usual, middle, dataDir]) rmSync(folder, { recursive: true, force: true })
        fill(dataDir)
        put(join(middle, 'sluice.db'))
        put(join(middle, 'vectors/windows.lance/data/1.lance'))
        put(join(usual, 'moved-to.json'), JSON.stringify({ to: middle }))
        put(join(middle, 'moved-to.json'), JSON.stringify({ to: dataDir }))
        // Of the old ones nobody speaks any more.
        let at = 0
        const dies = removeEverything({
          dataDir,
          mayLead: [usual],
          reached: () => {
            at += 1
            if (at === last) throw new Error('killed')
          },
        })
        await expect(dies).rejects.toThrow('killed')
        const now = resolveDataDir(usual, root, {})
        if (ending === 'again') {
          await removeEverything({ dataDir: now, mayLead: [usual] })
          expect([dataDir, middle, usual].filter(existsSync)).toEqual([])
        } else {
          const lock = acquireOwnerLock(now)
          expect(lock).not.toBeNull()
          lock?.release()
          // What is opened is a new and empty one.
          expect([dataDir, middle, usual].filter(existsSync)).toEqual([now])
          expect(readdirSync(now)).toEqual(['owner.db'])
        }
      }
    }
  })
})

it('a folder goes although its disk keeps a file that is open under another name until the lock is let go of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'))
  const kept = join(folder, '.fuse_hidden0001')
  for (const path of [join(folder, 'sluice.db'), join(folder, 'owner.db'), kept]) writeFileSync(path, '')
  removeOther(folder, () => ({ release: () => rmSync(kept) }))
  expect(existsSync(folder)).toBe(false)
})
