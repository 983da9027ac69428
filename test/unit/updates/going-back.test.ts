// Going back with real data folders: a backup that a real upgrade made comes back, and whatever fails before the package is there changes nothing.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { listBackups } from '../../../src/main/store/backups'
import { Database } from '../../../src/main/store/database'
import { peekVersion } from '../../../src/main/store/schema-version'
import { bringUpToDate } from '../../../src/main/store/upgrade'
import { findDataFate, findKept, finishReturn, goBack, type Kept } from '../../../src/main/updates/going-back'
import { beginInstall, isSkipped, noteStart } from '../../../src/main/updates/installed'
import { stateFileOf, updatesFolderOf } from '../../../src/main/updates/places'
import { sumOf, type Sum } from '../../../src/main/updates/sum'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { silentLog } from '../../support/silent-log'
import { describePackage, makeKey, sha512 } from './support'
import type { Install } from '../../../src/main/updates/state'

let top: string
let folder: string
let previousFile: string
let installed: string[]
/** What was to be installed of them. */
let sums: Sum[]
/** That is in force. */
const key = makeKey()
const OLD = Buffer.from('old')
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'sluice-back-'))
  folder = join(top, 'data')
  mkdirSync(updatesFolderOf(folder), { recursive: true })
  previousFile = join(updatesFolderOf(folder), 'old.deb')
  writeFileSync(previousFile, OLD)
  describePackage(previousFile, { version: '1.0.0', bytes: OLD, key: key.privateKey })
  installed = []
  sums = []
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

const OLDER = 17
const databaseVersion = (): number | null => peekVersion(join(folder, 'sluice.db'))
const upgrade = (): void => {
  const db = new Database(join(folder, 'sluice.db'), 'writer')
  try {
    bringUpToDate(db)
    // Otherwise the log is folded in at some later moment, when the statements are collected.
    db.fold()
  } finally {
    db.close()
  }
}

/** Installs 2.0.0 over 1.0.0, which fails twice. */
const failTwice = async (file: string | null = previousFile): Promise<Install> => {
  await beginInstall(folder, { from: '1.0.0', to: '2.0.0', packageFile: join(top, 'new.deb'), previousFile: file })
  for (let start = 0; start < 2; start += 1) await noteStart(folder, '2.0.0')
  const verdict = await noteStart(folder, '2.0.0')
  if (verdict.kind !== 'offer') throw new Error(`the start was ${verdict.kind}`)
  return verdict.install
}

const installFile = async (file: string, sum: Sum): Promise<void> => {
  installed.push(file)
  sums.push(sum)
}
const back = (install: Install, by = installFile, keys: string | null = key.pem): ReturnType<typeof goBack> =>
  goBack(folder, install, {
    kind: 'deb',
    log: silentLog,
    keys: () => Promise.resolve(keys),
    system: { platform: 'linux', arch: 'x64' },
    quit: () => undefined,
    installFile: by,
  })

describe('going back', () => {
  it('installs the version before, and leaves the bad one out from then on', async () => {
    const install = await failTwice()
    expect(await back(install)).toEqual({ replaced: null, startsItself: false })
    expect(installed).toEqual([previousFile])
    expect(sums).toEqual([{ algorithm: 'sha512', hex: await sumOf(previousFile, 'sha512') }])
    expect(await isSkipped(folder, '2.0.0')).toBe(true)
    expect(await noteStart(folder, '1.0.0')).toEqual({ kind: 'plain' })
    expect(await noteStart(folder, '2.0.0'), 'it never asks twice').toEqual({ kind: 'plain' })
  })

  it('brings the data back that the new version had changed, and keeps what was there', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    expect(install.dataVersion).toBe(OLDER)
    upgrade()
    const newer = databaseVersion()
    expect(newer).toBeGreaterThan(OLDER)
    expect(findDataFate(folder, install)).toMatchObject({ kind: 'restored' })
    const { replaced } = await back(install)
    expect(databaseVersion()).toBe(OLDER)
    expect(listBackups(folder).find(({ id }) => id === replaced)).toMatchObject({ reason: 'restore', schema: newer })
  })

  it('is refused while the data were changed and no backup is left of them', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    rmSync(join(folder, 'backups'), { recursive: true })
    expect(findDataFate(folder, install)).toEqual({ kind: 'stuck' })
    await expect(back(install)).rejects.toMatchObject({ code: 'UPDATE_NO_WAY_BACK' })
    expect(installed).toEqual([])
  })

  it('is refused without the package, and with another one in its place', async () => {
    await expect(back(await failTwice(null))).rejects.toMatchObject({ code: 'UPDATE_NO_WAY_BACK' })
    const install = await failTwice()
    writeFileSync(previousFile, 'something else')
    await expect(back(install)).rejects.toMatchObject({ details: { reason: 'its package has changed' } })
    rmSync(previousFile)
    await expect(back(install)).rejects.toMatchObject({ details: { reason: 'its package is not there any more' } })
    expect(installed).toEqual([])
  })

  it('changes nothing when the package is not installed', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    const before = readFileSync(join(folder, 'sluice.db'))
    await expect(back(install, () => Promise.reject(new AppError('UPDATE_CANCELLED')))).rejects.toMatchObject({
      code: 'UPDATE_CANCELLED',
    })
    expect(readFileSync(join(folder, 'sluice.db')).equals(before)).toBe(true)
    expect(await isSkipped(folder, '2.0.0')).toBe(false)
    expect(await noteStart(folder, '2.0.0')).toMatchObject({ kind: 'offer' })
  })

  it('has come to its end when only the data could not be put back: the version before offers the same backup', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    const [backup] = listBackups(folder)
    const breaking = async (file: string, sum: Sum): Promise<void> => {
      await installFile(file, sum)
      writeFileSync(join(folder, 'backups', backup?.id ?? '', 'sluice.db'), 'damaged')
    }
    expect(await back(install, breaking)).toMatchObject({ replaced: null })
    expect(await isSkipped(folder, '2.0.0')).toBe(true)
    expect(existsSync(join(folder, 'sluice.db'))).toBe(true)
  })
})

describe('going back by an installer that takes over', () => {
  type HandOver = NonNullable<Parameters<typeof goBack>[2]['handOver']>
  const systems = { nsis: { platform: 'win32', arch: 'x64' }, mac: { platform: 'darwin', arch: 'arm64' } } as const
  type Native = keyof typeof systems
  /** As `failTwice`, with the package of that system. */
  const failTwiceOn = async (kind: Native): Promise<Install> => {
    previousFile = join(updatesFolderOf(folder), kind === 'nsis' ? 'old.exe' : 'old.zip')
    writeFileSync(previousFile, OLD)
    const { platform, arch } = systems[kind]
    const signed = { version: '1.0.0', bytes: OLD, key: key.privateKey }
    describePackage(previousFile, signed, { system: `${platform}-${arch}` })
    return failTwice(previousFile)
  }
  const backBy = (kind: Native, install: Install, handOver: HandOver): ReturnType<typeof goBack> =>
    goBack(folder, install, {
      kind,
      log: silentLog,
      keys: () => Promise.resolve(key.pem),
      system: systems[kind],
      quit: () => undefined,
      installFile,
      handOver,
    })
  const handed: Parameters<HandOver>[] = []
  const taking: HandOver = (...given) => {
    handed.push(given)
    return Promise.resolve({ startsItself: true })
  }
  beforeEach(() => {
    handed.length = 0
  })

  it.each(['nsis', 'mac'] as const)('hands the package that was signed to the one of this system: %s', async (kind) => {
    const install = await failTwiceOn(kind)
    expect(await backBy(kind, install, taking)).toEqual({ replaced: null, startsItself: true })
    const ready = { from: '2.0.0', to: '1.0.0', kind, packageFile: previousFile, sha512: sha512(OLD) }
    expect(handed).toEqual([[ready, { dataDir: folder, quit: expect.any(Function) as unknown, isBack: true }]])
    expect(installed, 'what installs on Linux').toEqual([])
  })

  it('touches no data before: the version that comes puts them back, and keeps what was there', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwiceOn('nsis')
    upgrade()
    const newer = databaseVersion()
    const seen: (number | null)[] = []
    await backBy('nsis', install, (...given) => {
      seen.push(databaseVersion())
      return taking(...given)
    })
    expect(seen).toEqual([newer])
    expect(databaseVersion(), 'this process ends now').toBe(newer)
    expect(await isSkipped(folder, '2.0.0')).toBe(false)

    const verdict = await noteStart(folder, '1.0.0')
    if (verdict.kind !== 'returned') throw new Error(`the start was ${verdict.kind}`)
    const replaced = await finishReturn(folder, verdict.install, silentLog, OLDER)
    expect(databaseVersion()).toBe(OLDER)
    expect(listBackups(folder).find(({ id }) => id === replaced)).toMatchObject({ reason: 'restore', schema: newer })
    expect(await isSkipped(folder, '2.0.0')).toBe(true)
    expect(await noteStart(folder, '1.0.0')).toEqual({ kind: 'plain' })
  })

  it('leads to the same question when the installer is cancelled, with everything as it was', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwiceOn('nsis')
    upgrade()
    const before = readFileSync(join(folder, 'sluice.db'))
    const backups = listBackups(folder)
    await backBy('nsis', install, taking)
    const verdict = await noteStart(folder, '2.0.0')
    if (verdict.kind !== 'offer') throw new Error(`the start was ${verdict.kind}`)
    expect(readFileSync(join(folder, 'sluice.db')).equals(before)).toBe(true)
    expect(listBackups(folder)).toEqual(backups)
    // The second try is as good as the first.
    await backBy('nsis', verdict.install, taking)
    expect(handed).toHaveLength(2)
    expect(await noteStart(folder, '1.0.0')).toMatchObject({ kind: 'returned' })
  })

  it('notes nothing when the installer does not begin, and hands over nothing that was not signed', async () => {
    const install = await failTwiceOn('mac')
    const failing: HandOver = () => Promise.reject(new AppError('UPDATE_INSTALL_FAILED'))
    await expect(backBy('mac', install, failing)).rejects.toMatchObject({ code: 'UPDATE_INSTALL_FAILED' })
    writeFileSync(previousFile, 'bad')
    await expect(backBy('mac', install, taking)).rejects.toMatchObject({
      details: { reason: 'its package has changed' },
    })
    expect(handed).toEqual([])
    expect(await noteStart(folder, '1.0.0'), 'back by hand').toEqual({ kind: 'plain' })
  })

  it('leaves data alone that the version before reads, whatever the note says', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwiceOn('nsis')
    upgrade()
    const newer = databaseVersion()
    await backBy('nsis', install, taking)
    expect(findDataFate(folder, install)).toMatchObject({ kind: 'restored' })
    expect(await finishReturn(folder, { ...install, returning: true }, silentLog)).toBeNull()
    expect(databaseVersion()).toBe(newer)
  })

  it('leaves the data to the version before when they cannot be put back', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwiceOn('nsis')
    upgrade()
    const newer = databaseVersion()
    await backBy('nsis', install, taking)
    const [backup] = listBackups(folder)
    writeFileSync(join(folder, 'backups', backup?.id ?? '', 'sluice.db'), 'damaged')
    expect(await finishReturn(folder, install, silentLog, OLDER)).toBeNull()
    expect(databaseVersion()).toBe(newer)
    rmSync(join(folder, 'backups'), { recursive: true })
    writeFileSync(join(folder, 'backups'), 'in the way')
    expect(await finishReturn(folder, install, silentLog, OLDER)).toBeNull()
    expect(databaseVersion()).toBe(newer)
  })
})

describe('what is said of the package before', () => {
  const look = async (kind: Parameters<typeof findKept>[1]['kind'] = 'deb', keys = key.pem): Promise<Kept> =>
    findKept(await failTwice(), {
      kind,
      log: silentLog,
      keys: () => Promise.resolve(keys),
      system: { platform: 'linux', arch: 'x64' },
    })

  it('is that it is good, also where a person has to install it', async () => {
    expect(await look()).toEqual({ kind: 'good', file: previousFile })
    expect(await look('folder')).toEqual({ kind: 'good', file: previousFile })
    expect(await look('rpm'), 'it is of no use there').toEqual({ kind: 'foreign', file: previousFile })
  })

  it('is that it was changed, that nothing proves it, or that it is not there', async () => {
    writeFileSync(previousFile, 'bad')
    for (const kind of ['folder', 'deb', 'rpm'] as const)
      expect(await look(kind)).toMatchObject({ kind: 'changed', file: previousFile })
    writeFileSync(previousFile, OLD)
    expect(await look('folder', makeKey().pem)).toMatchObject({
      kind: 'unproven',
      reason: expect.stringContaining('signature') as unknown,
    })
    rmSync(`${previousFile}.yml`)
    expect(await look('folder')).toMatchObject({
      kind: 'unproven',
      reason: expect.stringContaining('missing') as unknown,
    })
    rmSync(previousFile)
    expect(await look('folder')).toEqual({ kind: 'missing' })
  })

  it('is that nothing proves it where it cannot be looked at', async () => {
    const kept = await findKept(await failTwice(), {
      kind: 'deb',
      log: silentLog,
      keys: () => Promise.reject(new Error('the disk is gone')),
      system: { platform: 'linux', arch: 'x64' },
    })
    expect(kept).toMatchObject({ kind: 'unproven', file: previousFile })
  })
})

describe('the package before', () => {
  /** What a person may write who writes in the data folder: the note names another package, with its right sum. */
  const noteAnother = async (file: string): Promise<Install> => {
    const install = await failTwice()
    const noted = JSON.parse(readFileSync(stateFileOf(folder), 'utf8')) as { install: Record<string, unknown> }
    noted.install['previousFile'] = file
    noted.install['previousSum'] = await sumOf(file)
    writeFileSync(stateFileOf(folder), JSON.stringify(noted))
    const verdict = await noteStart(folder, '2.0.0')
    if (verdict.kind !== 'offer') throw new Error(`the start was ${verdict.kind}`)
    expect(verdict.install.previousFile).toBe(file)
    expect(verdict.install.from).toBe(install.from)
    return verdict.install
  }
  const refused = async (install: Install, reason: string, keys?: string | null): Promise<void> => {
    await expect(back(install, installFile, keys)).rejects.toMatchObject({
      code: 'UPDATE_NO_WAY_BACK',
      details: { version: '1.0.0', reason },
    })
    expect(installed).toEqual([])
  }
  const MISSING = 'the signed description of its package is missing'
  const WRONG = 'the signature of its package is wrong'

  it('is not believed by a note in the data folder, however right its sum is', async () => {
    const other = join(top, 'other.deb')
    writeFileSync(other, 'what somebody else made')
    await refused(await noteAnother(other), MISSING)
    // With what was signed of the right one beside it.
    for (const end of ['.yml', '.yml.sig']) writeFileSync(`${other}${end}`, readFileSync(`${previousFile}${end}`))
    await refused(await noteAnother(other), 'its package has changed')
    // With a description that fits, and a key of whoever wrote it: also where the key lies in the data folder.
    const foreign = makeKey()
    describePackage(other, { version: '1.0.0', bytes: readFileSync(other), key: foreign.privateKey })
    writeFileSync(join(folder, 'update-key.pem'), foreign.pem)
    writeFileSync(join(updatesFolderOf(folder), 'update-key.pem'), foreign.pem)
    await refused(await noteAnother(other), WRONG)
  })

  it('is refused without what was signed of it, also where an older version has noted its sum', async () => {
    for (const end of ['.yml.sig', '.yml']) {
      rmSync(`${previousFile}${end}`)
      await refused(await noteAnother(previousFile), MISSING)
    }
  })

  it.each<[string, () => void, string]>([
    [
      'has a byte more',
      () => writeFileSync(`${previousFile}.yml`, `${readFileSync(`${previousFile}.yml`, 'utf8')} `),
      WRONG,
    ],
    ['is signed by nobody', () => writeFileSync(`${previousFile}.yml.sig`, ''), WRONG],
    ['is huge', () => truncateSync(`${previousFile}.yml`, 1024 ** 3), WRONG],
    ['is a folder', () => (rmSync(`${previousFile}.yml`), mkdirSync(`${previousFile}.yml`)), WRONG],
    [
      'is signed with another key',
      () => describePackage(previousFile, { version: '1.0.0', bytes: OLD, key: makeKey().privateKey }),
      WRONG,
    ],
    [
      'is of another version',
      () => describePackage(previousFile, { version: '0.9.0', bytes: OLD, key: key.privateKey }),
      'the signed description of its package is for another version',
    ],
    [
      'is of another system',
      () =>
        describePackage(previousFile, { version: '1.0.0', bytes: OLD, key: key.privateKey }, { system: 'linux-arm64' }),
      'the signed description of its package is for another system',
    ],
    [
      'cannot be read',
      () => describePackage(previousFile, { version: '1.0.0', bytes: OLD, key: key.privateKey }, { files: [] }),
      'the signed description of its package cannot be read',
    ],
    [
      'promises it for another way of installing',
      () =>
        describePackage(
          previousFile,
          { version: '1.0.0', bytes: OLD, key: key.privateKey },
          { files: [{ url: 'sluice.AppImage', sha512: sha512(OLD), size: OLD.byteLength }] },
        ),
      'its package has changed',
    ],
    [
      'promises another size',
      () =>
        describePackage(
          previousFile,
          { version: '1.0.0', bytes: OLD, key: key.privateKey },
          { files: [{ url: 'sluice.deb', sha512: sha512(OLD), size: OLD.byteLength + 1 }] },
        ),
      'its package has changed',
    ],
  ])('is refused when what was signed of it %s', async (_what, spoil, reason) => {
    const install = await failTwice()
    spoil()
    await refused(install, reason)
  })

  it('is refused where there is no key, or none that can be read', async () => {
    const install = await failTwice()
    await refused(install, 'there is no key to check its package by', null)
    await refused(install, 'there is no key to check its package by', 'no key')
    await refused(install, WRONG, makeKey().pem)
  })

  it('is believed by each of several keys, and in a data folder that was moved', async () => {
    await failTwice()
    const moved = join(top, 'moved')
    renameSync(folder, moved)
    folder = moved
    const verdict = await noteStart(folder, '2.0.0')
    if (verdict.kind !== 'offer') throw new Error(`the start was ${verdict.kind}`)
    await back(verdict.install, installFile, `${makeKey().pem}${key.pem}`)
    expect(installed).toEqual([join(updatesFolderOf(moved), 'old.deb')])
  })

  it('is left to a person where nothing installs it', async () => {
    const install = await failTwice()
    const installNothing = vi.fn(() => Promise.resolve())
    await expect(
      goBack(folder, install, {
        kind: 'folder',
        quit: () => undefined,
        log: silentLog,
        keys: () => Promise.resolve(key.pem),
        system: { platform: 'linux', arch: 'x64' },
        installFile: installNothing,
      }),
    ).rejects.toMatchObject({ code: 'UPDATE_BY_HAND', details: { path: previousFile } })
    expect(installNothing).not.toHaveBeenCalled()
  })
})
