// What is known of an installation: two starts that fail lead to the question, a good one ends it, and what was gone back from is left out.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  beginInstall,
  dropInstall,
  findPackageOf,
  isSkipped,
  noteAgain,
  noteFailed,
  noteQuit,
  noteReturning,
  noteStart,
  noteStarted,
  noteWentBack,
} from '../../../src/main/updates/installed'
import { stateFileOf, updatesFolderOf } from '../../../src/main/updates/places'

let top: string
let folder: string
let told: string[]
const log = {
  warn: (event: string) => told.push(event),
  info: (event: string) => told.push(event),
}

const [OLD, NEW] = ['1.0.0', '1.1.0']
const kindOf = async (version: string): Promise<string> => (await noteStart(folder, version, log)).kind

const install = async (): Promise<void> => {
  const updates = updatesFolderOf(folder)
  mkdirSync(updates, { recursive: true })
  for (const name of ['old.deb', 'new.deb']) writeFileSync(join(updates, name), name)
  await beginInstall(folder, {
    from: OLD,
    to: NEW,
    packageFile: join(updates, 'new.deb'),
    previousFile: join(updates, 'old.deb'),
  })
}

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'sluice-installed-'))
  folder = join(top, 'data')
  mkdirSync(folder)
  told = []
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

describe('the first starts of a new version', () => {
  it('are nothing special where nothing was installed from inside', async () => {
    expect(await kindOf(OLD)).toBe('plain')
    expect(told).toEqual([])
    await noteStarted(folder, log)
    await noteFailed(folder, log)
    expect(() => readFileSync(stateFileOf(folder))).toThrow('ENOENT')
  })

  it('lead to the question at the third, when two ended without a word', async () => {
    await install()
    expect(await kindOf(NEW)).toBe('watched')
    expect(await kindOf(NEW)).toBe('watched')
    const verdict = await noteStart(folder, NEW, log)
    expect(verdict).toMatchObject({ kind: 'offer', install: { from: OLD, to: NEW, failedStarts: 2 } })
    // Asking is no start: whoever closes the question is asked again.
    expect(await noteStart(folder, NEW, log)).toMatchObject({ kind: 'offer', install: { failedStarts: 2 } })
  })

  it('count an engine that refused, once for each start', async () => {
    await install()
    for (let start = 0; start < 2; start += 1) {
      expect(await kindOf(NEW)).toBe('watched')
      await noteFailed(folder, log)
      await noteFailed(folder, log)
      await noteQuit(folder, log)
    }
    expect(await noteStart(folder, NEW, log)).toMatchObject({ kind: 'offer', install: { failedStarts: 2 } })
  })

  it('do not count when a person quits before they are through', async () => {
    await install()
    for (let start = 0; start < 5; start += 1) {
      expect(await kindOf(NEW)).toBe('watched')
      await noteQuit(folder, log)
    }
  })

  it('end the watch with one that is good, whatever was before and comes after', async () => {
    await install()
    await kindOf(NEW)
    expect(await kindOf(NEW)).toBe('watched')
    await noteStarted(folder, log)
    await noteFailed(folder, log)
    for (let start = 0; start < 4; start += 1) expect(await kindOf(NEW)).toBe('plain')
    expect(await isSkipped(folder, NEW)).toBe(false)
  })

  it('are watched on after "Try again"', async () => {
    await install()
    await kindOf(NEW)
    await kindOf(NEW)
    expect(await kindOf(NEW)).toBe('offer')
    await noteAgain(folder, log)
    expect(await kindOf(NEW)).toBe('offer')
    await noteAgain(folder, log)
    await noteStarted(folder, log)
    expect(await kindOf(NEW)).toBe('plain')
  })
})

describe('a version that somebody went back from', () => {
  it('is left out, and the version before is nothing special', async () => {
    await install()
    await kindOf(NEW)
    await kindOf(NEW)
    await noteWentBack(folder, log)
    expect(await isSkipped(folder, NEW)).toBe(true)
    expect(await isSkipped(folder, '1.2.0')).toBe(false)
    expect(await kindOf(OLD)).toBe('plain')
    await install()
    expect(await isSkipped(folder, NEW), 'the next installation does not forget it').toBe(true)
  })

  it('is left out as well when the version before was installed by hand', async () => {
    await install()
    await kindOf(NEW)
    await kindOf(NEW)
    expect(await kindOf(OLD)).toBe('plain')
    expect(await isSkipped(folder, NEW)).toBe(true)
  })

  it('is not left out after one failed start, nor when it was never installed', async () => {
    await install()
    await kindOf(NEW)
    expect(await kindOf(OLD)).toBe('plain')
    expect(await isSkipped(folder, NEW)).toBe(false)
    await install()
    expect(await kindOf(OLD)).toBe('plain')
    expect(await isSkipped(folder, NEW)).toBe(false)
    expect(await kindOf(NEW), 'it is not watched any more').toBe('plain')
  })
})

describe('going back by an installer that takes over', () => {
  const failTwice = async (): Promise<void> => {
    await install()
    await kindOf(NEW)
    await kindOf(NEW)
    expect(await kindOf(NEW)).toBe('offer')
    await noteReturning(folder, true, log)
  }

  it('has come to its end when the version before starts: that is said once, and the bad one is left out', async () => {
    await failTwice()
    expect(await isSkipped(folder, NEW), 'not before').toBe(false)
    expect(await noteStart(folder, OLD, log)).toMatchObject({ kind: 'returned', install: { from: OLD, to: NEW } })
    expect(await isSkipped(folder, NEW)).toBe(true)
    expect(await kindOf(OLD)).toBe('plain')
  })

  it('that somebody cancels leads to the same question, and back by hand after that is no return', async () => {
    await failTwice()
    expect(await noteStart(folder, NEW, log)).toMatchObject({ kind: 'offer', install: { failedStarts: 2 } })
    expect(await kindOf(NEW)).toBe('offer')
    expect(await kindOf(OLD)).toBe('plain')
    expect(await isSkipped(folder, NEW)).toBe(true)
  })

  it('is none when nothing was handed over', async () => {
    await failTwice()
    await noteReturning(folder, false, log)
    expect(await kindOf(OLD)).toBe('plain')
  })

  it('is read of a note that says nothing of it', async () => {
    await failTwice()
    const noted = JSON.parse(readFileSync(stateFileOf(folder), 'utf8')) as { install: Record<string, unknown> }
    delete noted.install['returning']
    writeFileSync(stateFileOf(folder), JSON.stringify(noted))
    expect(await kindOf(NEW)).toBe('offer')
    expect(told).not.toContain('update.state.unreadable')
  })
})

describe('the note of an installation', () => {
  it('finds the package of the version that runs, also in a folder that was moved', async () => {
    await install()
    const moved = join(top, 'moved')
    renameSync(folder, moved)
    expect(await findPackageOf(moved, NEW)).toBe(join(updatesFolderOf(moved), 'new.deb'))
    expect(await findPackageOf(moved, OLD)).toBeNull()
    rmSync(join(updatesFolderOf(moved), 'new.deb'))
    expect(await findPackageOf(moved, NEW)).toBeNull()
    renameSync(moved, folder)
    await kindOf(NEW)
    await kindOf(NEW)
    expect(await noteStart(folder, NEW, log)).toMatchObject({
      install: { previousFile: join(updatesFolderOf(folder), 'old.deb') },
    })
  })

  it('holds no sum of a package, and what an older version noted of one says nothing', async () => {
    await install()
    const noted = JSON.parse(readFileSync(stateFileOf(folder), 'utf8')) as { install: Record<string, unknown> }
    expect(Object.keys(noted.install).filter((name) => /sum|sha/i.test(name))).toEqual([])
    noted.install['previousSum'] = 'a'.repeat(64)
    writeFileSync(stateFileOf(folder), JSON.stringify(noted))
    await kindOf(NEW)
    await kindOf(NEW)
    const verdict = await noteStart(folder, NEW, log)
    expect(verdict).toMatchObject({ kind: 'offer', install: { from: OLD } })
    expect(JSON.stringify(verdict)).not.toContain('previousSum')
    expect(told).toEqual([])
  })

  it('goes when nothing was installed', async () => {
    await install()
    await dropInstall(folder, null, log)
    expect(await kindOf(NEW)).toBe('plain')
  })

  it('leaves what was noted of the version that runs, when the next one was not installed', async () => {
    await install()
    await kindOf(NEW)
    await noteStarted(folder, log)
    const packageFile = join(updatesFolderOf(folder), 'new.deb')
    const next = join(updatesFolderOf(folder), 'next.deb')
    const before = await beginInstall(folder, {
      from: NEW,
      to: '1.2.0',
      packageFile: next,
      previousFile: packageFile,
    })
    await dropInstall(folder, before, log)
    expect(await findPackageOf(folder, NEW), 'the way back from the next one').toBe(packageFile)
    expect(await kindOf(NEW)).toBe('plain')
  })

  it.each([
    ['damaged', '{"format":1,"install":'],
    ['of a newer version', '{"format":2,"install":null,"skipped":["1.1.0"]}'],
    ['of another shape', '{"format":1,"install":{"from":7},"skipped":[]}'],
  ])('that is %s says nothing, and that is told', async (_what, text) => {
    await install()
    writeFileSync(stateFileOf(folder), text)
    expect(await kindOf(NEW)).toBe('plain')
    expect(await isSkipped(folder, NEW, log)).toBe(false)
    expect(told).toEqual(['update.state.unreadable', 'update.state.unreadable'])
    expect(readFileSync(stateFileOf(folder), 'utf8'), 'it is left as it is').toBe(text)
    await install()
    expect(await kindOf(NEW)).toBe('watched')
  })

  it('that cannot be written holds no start up, and that is told', async () => {
    await install()
    mkdirSync(`${stateFileOf(folder)}.part`)
    expect(await kindOf(NEW)).toBe('watched')
    expect(told).toEqual(['update.state.unwritable'])
    await expect(install()).rejects.toThrow()
  })
})
