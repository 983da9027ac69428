// A new version that does not start: the question after two failed starts, another try, and back to the version before with the data as they were.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import Libsql from 'libsql'
import { version } from '../../package.json'
import { peekVersion } from '../../src/main/store/schema-version'
import { placeOriginals, unpackFixture } from '../support/data-folders/fixtures'
import { launchApp, makeFolder, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { takeScreenshot } from './support/screenshots'

type Noted = {
  readonly dataVersion?: number | null
  readonly previousFile?: string | null
  readonly failedStarts?: number
  readonly starting?: boolean
  /** Of a version before this one, unless said otherwise. */
  readonly from?: string
  readonly to?: string
  readonly returning?: boolean
}

/** Where the runtime of an AppImage would have unfolded the program that these tests start. */
const unfolded = dirname(process.env['ELECTRON_EXEC_PATH'] ?? '')

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
/** What an organization names that signs its own versions. */
const writePolicy = (folder: string): string => {
  const file = join(folder, 'policy.json')
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  writeFileSync(file, JSON.stringify({ sluicePolicy: 1, updates: { publicKey: key } }))
  return file
}
/** As an AppImage of an organization that does not start itself anew. */
const underPolicy = (folder: string, image: string): Record<string, string> => ({
  APPIMAGE: image,
  APPDIR: unfolded,
  SLUICE_RELAUNCH: 'off',
  SLUICE_POLICY_FILE: writePolicy(folder),
})
/** A package of the version before with what was signed of it beside it. */
const writeSigned = (file: string, content: string): void => {
  const sha512 = createHash('sha512').update(content).digest('base64')
  const text = Object.entries({
    version: '0.0.9',
    channel: 'stable',
    system: `${process.platform}-${process.arch}`,
    files: [{ url: 'sluice.AppImage', sha512, size: content.length }],
  })
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
  writeFileSync(file, content)
  writeFileSync(`${file}.yml`, text)
  writeFileSync(`${file}.yml.sig`, sign(null, Buffer.from(text), privateKey).toString('base64'))
}

/** Leaves word in a data folder that this version was installed over an older one. */
const noteInstall = (dataDir: string, noted: Noted = {}): void => {
  const { dataVersion = null, previousFile = null, failedStarts = 2, starting = false, ...others } = noted
  mkdirSync(join(dataDir, 'updates'), { recursive: true })
  const install = {
    from: '0.0.9',
    to: version,
    packageFile: 'new.deb',
    previousFile,
    dataVersion,
    begunAt: '2026-01-01T00:00:00.000Z',
    failedStarts,
    starting,
    started: false,
    ...others,
  }
  writeFileSync(join(dataDir, 'updates', 'state.json'), JSON.stringify({ format: 1, install, skipped: [] }))
}

type Kept = {
  readonly install: { readonly started: boolean; readonly failedStarts: number } | null
  readonly skipped: readonly string[]
}
const readNoted = (dataDir: string): Kept =>
  JSON.parse(readFileSync(join(dataDir, 'updates', 'state.json'), 'utf8')) as Kept

test('a version that has failed twice asks, tries again when told to, and is watched no more once it has started', async () => {
  const dataDir = join(makeFolder('going-back-again'), 'data')
  noteInstall(dataDir, { failedStarts: 1, starting: true })
  const running = await launchApp({ dataDir })
  await expect(running.page.getByRole('heading', { name: `Version ${version} does not start` })).toBeVisible()
  await expect(running.page.getByText('The package of version 0.0.9 is not on this computer.')).toBeVisible()
  await expect(running.page.getByRole('link')).toHaveText(['Try again', 'Quit'])
  const next = running.app.waitForEvent('window')
  await running.page.getByRole('link', { name: 'Try again' }).click()
  await waitUntilReady({ ...running, page: await next })
  await expect.poll(() => readNoted(dataDir).install).toMatchObject({ started: true, failedStarts: 0 })
  await expect.poll(() => running.app.windows().length).toBe(1)
  await running.close()
  const second = await launchApp({ dataDir })
  await waitUntilReady(second)
  await second.close()
})

test('going back puts the package before in its place, and the data as they were', async () => {
  const folder = makeFolder('going-back')
  const dataDir = join(folder, 'data')
  placeOriginals(dataDir, unpackFixture(17, dataDir), makeFolder('originals'))
  const first = await launchApp({ dataDir })
  await waitUntilReady(first)
  await first.close()
  const database = join(dataDir, 'sluice.db')
  expect(peekVersion(database)).toBeGreaterThan(17)

  const image = join(folder, 'Sluice.AppImage')
  const previousFile = join(folder, 'before.AppImage')
  writeFileSync(image, 'the bad one')
  writeSigned(previousFile, 'the good one')
  noteInstall(dataDir, { dataVersion: 17, previousFile })
  const { app, page } = await launchApp({
    dataDir,
    env: { ...underPolicy(folder, image), SLUICE_LANGUAGE: 'de' },
  })
  await expect(page.getByRole('heading', { name: `Version ${version} startet nicht` })).toBeVisible()
  await expect(page.getByText('Sluice kann Version 0.0.9 zurückholen.')).toBeVisible()
  await expect(page.getByText('Die neue Version hat die Daten umgestellt.')).toBeVisible()
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'version-does-not-start')
  const ended = new Promise((resolve) => app.process().once('exit', resolve))
  await page.getByRole('link', { name: 'Zurück zu Version 0.0.9' }).click()
  expect(await ended).toBe(0)
  expect(readFileSync(image, 'utf8')).toBe('the good one')
  expect(peekVersion(database)).toBe(17)
  expect(readNoted(dataDir)).toMatchObject({ install: null, skipped: [version] })
})

test('what keeps it from going back is said, and the choice stays', async () => {
  const folder = makeFolder('going-back-stays')
  const dataDir = join(folder, 'data')
  const image = join(folder, 'Sluice.AppImage')
  const previousFile = join(folder, 'before.AppImage')
  writeFileSync(image, 'the bad one')
  writeSigned(previousFile, 'the good one')
  noteInstall(dataDir, { previousFile })
  const { app, page } = await launchApp({ dataDir, env: underPolicy(folder, image) })
  // It was good when the question was asked.
  await expect(page.getByText('Sluice can put version 0.0.9 back.')).toBeVisible()
  writeFileSync(previousFile, 'the other one')
  await page.getByRole('link', { name: 'Go back to version 0.0.9' }).click()
  await expect(page.getByRole('alert')).toContainText('its package has changed')
  rmSync(`${previousFile}.yml`)
  await page.getByRole('link', { name: 'Go back to version 0.0.9' }).click()
  await expect(page.getByRole('alert')).toContainText('the signed description of its package is missing')
  expect(readFileSync(image, 'utf8')).toBe('the bad one')
  const ended = new Promise((resolve) => app.process().once('exit', resolve))
  await page.getByRole('link', { name: 'Quit' }).click()
  expect(await ended).toBe(0)
  expect(readNoted(dataDir).install).toMatchObject({ failedStarts: 2 })
})

test('a version that an installer has brought back puts the data back that the bad one had changed', async () => {
  const dataDir = join(makeFolder('going-back-returned'), 'data')
  const first = await launchApp({ dataDir })
  await waitUntilReady(first)
  await first.close()
  const database = join(dataDir, 'sluice.db')
  const ours = peekVersion(database) ?? 0
  // What a newer version does to a folder: a backup first.
  const db = new Libsql(database)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const backup = join(dataDir, 'backups', `2026-01-01T00-00-00-000Z-version-${ours}`)
  mkdirSync(backup, { recursive: true })
  copyFileSync(database, join(backup, 'sluice.db'))
  db.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  const note = { madeAt: '2026-01-01T00:00:00.000Z', reason: 'upgrade', schema: ours, toSchema: 99, program: null }
  writeFileSync(
    join(backup, 'backup.json'),
    JSON.stringify({ ...note, bytes: 1, vectors: 'none', done: true, sum: null }),
  )
  noteInstall(dataDir, { from: version, to: '9.9.9', dataVersion: ours, returning: true })

  const running = await launchApp({ dataDir })
  await waitUntilReady(running)
  await running.close()
  expect(peekVersion(database)).toBe(ours)
  expect(readNoted(dataDir)).toMatchObject({ install: null, skipped: ['9.9.9'] })
  expect(
    readdirSync(join(dataDir, 'backups')).filter((name) => name.endsWith('-replaced-99')),
    'what was there',
  ).toHaveLength(1)
})

/** Starts with the note of an installation whose package before is `spoil`ed, as a copy that nothing replaces, and quits from the question. */
const askByHand = async (
  name: string,
  spoil: (file: string) => void,
  said: string[],
  unsaid: string,
): Promise<void> => {
  const folder = makeFolder(name)
  const dataDir = join(folder, 'data')
  const previousFile = join(folder, 'before.tar.gz')
  writeSigned(previousFile, 'the good one')
  spoil(previousFile)
  noteInstall(dataDir, { previousFile })
  const { app, page } = await launchApp({ dataDir, env: { SLUICE_POLICY_FILE: writePolicy(folder) } })
  await expect(page.getByRole('heading', { name: `Version ${version} does not start` })).toBeVisible()
  for (const words of said) await expect(page.locator('main')).toContainText(words.replace('FILE', previousFile))
  await expect(page.locator('main')).not.toContainText(unsaid)
  await expect(page.getByRole('link')).toHaveText(['Try again', 'Quit'])
  expect(await judge(page)).toEqual([])
  const ended = new Promise((resolve) => app.process().once('exit', resolve))
  await page.getByRole('link', { name: 'Quit' }).click()
  expect(await ended).toBe(0)
}

test('a package that a person has to install is named when it is what was signed', async () => {
  const said = ['has to be put back by hand', 'It is here: FILE']
  await askByHand('going-back-by-hand', () => undefined, said, 'Do not install')
})

test('a package that is not what was signed is named as one not to be installed', async () => {
  const said = [
    'The file FILE is not what was signed for version 0.0.9. Do not install it.',
    'from where you got Sluice',
  ]
  await askByHand('going-back-tampered', (file) => writeFileSync(file, 'the other one'), said, 'It is here')
})

test('nor is one that nobody signed', async () => {
  const said = ['Nothing shows that FILE is what was signed', 'description of its package is missing', 'Do not install']
  await askByHand('going-back-unsigned', (file) => rmSync(`${file}.yml`), said, 'It is here')
})

test('an engine that refuses to start counts, and two of them lead to the question', async () => {
  const dataDir = join(makeFolder('going-back-count'), 'data')
  unpackFixture(17, dataDir)
  const db = new Libsql(join(dataDir, 'sluice.db'))
  db.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  noteInstall(dataDir, { failedStarts: 0 })
  for (const failedStarts of [1, 2]) {
    const running = await launchApp({ dataDir })
    await expect(running.page.getByRole('heading', { name: 'Sluice cannot start' })).toBeVisible()
    await running.close()
    expect(readNoted(dataDir).install).toMatchObject({ failedStarts, started: false })
  }
  const { app, page } = await launchApp({ dataDir })
  await expect(page.getByRole('heading', { name: `Version ${version} does not start` })).toBeVisible()
  const ended = new Promise((resolve) => app.process().once('exit', resolve))
  await page.getByRole('link', { name: 'Quit' }).click()
  expect(await ended).toBe(0)
})

test('a question that cannot be asked keeps nothing from starting', async () => {
  const dataDir = join(makeFolder('going-back-unasked'), 'data')
  unpackFixture(17, dataDir)
  noteInstall(dataDir, { dataVersion: 3 })
  // Where backups should be is a file: what becomes of the data cannot be told.
  writeFileSync(join(dataDir, 'backups'), 'in the way')
  const running = await launchApp({ dataDir })
  await expect(running.page.getByRole('alert').or(running.page.getByRole('search')).first()).toBeVisible()
  await expect(running.page.getByRole('heading', { name: `Version ${version} does not start` })).toBeHidden()
  await running.close()
})
