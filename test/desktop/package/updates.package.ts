// Updating the installed copy from inside, with real packages: a person who is not root agrees to a higher version of a signed feed, and goes back
// from one that does not start. What is wrong with a feed, or with the disk, leaves the installed version as it was.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { version } from '../../../package.json'
import { installPackage } from '../../../src/main/updates/install-package'
import { sumOf } from '../../../src/main/updates/sum'
import { BROKEN, makeBroken } from './support/altered'
import { openFeed, type Feed } from './support/feed'
import {
  failToOpen,
  findWindow,
  listProcesses,
  makeHome,
  openWindow,
  runCommand,
  type Home,
  type StartOptions,
} from './support/installed'
import { debOf, NEXT_VERSION } from './support/made'
import { answerPasswords, type Password } from './support/password'

test.describe.configure({ mode: 'serial' })

const PACKAGE = 'sluice-desktop'
/** As long as the number that it takes the place of. */
const BROKEN_VERSION = '99.1.0'

let home: Home
let feed: Feed
let password: Password
let folder: string
let start: StartOptions & { readonly port: number }

const run = (program: string, words: readonly string[]): string => {
  const done = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (done.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout
}

const installedVersion = (): string =>
  run('dpkg-query', ['--show', '--showformat=${db:Status-Status} ${Version}', PACKAGE])

const findFreePort = (): Promise<number> =>
  new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const updatesOf = async (page: Page): Promise<Locator> => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Settings' }).click()
  return page.getByTestId('updates')
}

const check = async (page: Page): Promise<Locator> => {
  const updates = await updatesOf(page)
  await updates.getByRole('button', { name: 'Check for updates' }).click()
  return updates
}

const agree = async (page: Page, offered: string): Promise<void> => {
  const updates = await check(page)
  await updates.getByRole('button', { name: `Download version ${offered}` }).click()
  await updates.getByRole('button', { name: 'Install and restart' }).click({ timeout: 120_000 })
  await page.getByRole('dialog').getByRole('button', { name: 'Install and restart' }).click()
}

const expectData = async (page: Page): Promise<void> => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Search' }).click()
  await page.getByRole('textbox', { name: /^Search/ }).fill('tomatoes')
  await expect(
    page
      .getByRole('article')
      .filter({ hasText: /tomato/i })
      .first(),
  ).toBeVisible()
}

type Kept = {
  readonly install: {
    readonly to: string
    readonly failedStarts: number
    readonly starting: boolean
    readonly started: boolean
  } | null
  readonly skipped: string[]
}
const readKept = (): Kept => JSON.parse(readFileSync(join(home.dataDir, 'updates', 'state.json'), 'utf8')) as Kept

test.beforeAll(async () => {
  const { status } = spawnSync('dpkg-query', ['--show', PACKAGE])
  if (status === 0) throw new Error(`${PACKAGE} is installed on this system: these tests would take it away`)
  home = makeHome()
  folder = mkdtempSync(join(tmpdir(), 'sluice-updates-'))
  run('chmod', ['755', folder])
  feed = await openFeed()
  password = await answerPasswords()
  start = { port: await findFreePort(), path: password.path }
  run('apt-get', ['install', '--yes', '--no-install-recommends', debOf('now')])
})

test.afterAll(async () => {
  spawnSync('umount', ['--lazy', '/opt/Sluice'])
  spawnSync('dpkg', ['--purge', PACKAGE])
  await password.close()
  await feed.close()
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

test('nothing is asked for before somebody does, and what is wrong with a feed leaves the installed version as it was', async () => {
  const window = await openWindow(home, start)
  try {
    const { page } = window
    await page.getByRole('button', { name: 'Try the samples' }).click()
    const tries = page.getByRole('group', { name: 'Try one of these with the sample documents:' })
    await expect(tries).toBeVisible({ timeout: 90_000 })
    const updates = await updatesOf(page)
    await updates.getByRole('textbox', { name: 'Feed' }).fill(feed.url)
    await updates.getByRole('button', { name: 'Keep' }).click()
    await expect(updates.getByRole('button', { name: 'Check for updates' })).toBeEnabled()
    expect(feed.requests).toEqual([])

    feed.offer(NEXT_VERSION, debOf('next'), { foreignKey: true })
    await check(page)
    await expect(updates).toContainText('signature')
    await expect(updates.getByRole('button', { name: /^Download/ })).toBeHidden()

    // Cut off in the middle of it: what is there is kept, and is no package.
    feed.offer(NEXT_VERSION, debOf('next'), { cutAt: 50_000_000 })
    await check(page)
    await updates.getByRole('button', { name: `Download version ${NEXT_VERSION}` }).click()
    await expect(page.getByRole('alert').first()).toBeVisible({ timeout: 60_000 })
    await expect(updates.getByRole('button', { name: 'Install and restart' })).toBeHidden()
  } finally {
    await window.end()
  }
  expect(installedVersion()).toBe(`installed ${version}`)
  expect(password.asked).toEqual([])
})

test('a disk that is full leaves the installed version working', async () => {
  // Room for what is installed and a little more.
  const installed = Number(run('du', ['--summarize', '--bytes', '/opt/Sluice']).split('\t')[0])
  const copy = join(folder, 'installed')
  cpSync('/opt/Sluice', copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  run('mount', ['-t', 'tmpfs', '-o', `mode=755,size=${Math.ceil(installed * 1.2)}`, 'tmpfs', '/opt/Sluice'])
  try {
    run('cp', ['--archive', `${copy}/.`, '/opt/Sluice'])
    const sum = { algorithm: 'sha256', hex: await sumOf(debOf('next')) } as const
    await expect(installPackage(debOf('next'), sum, 'deb')).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
      details: { reason: 'the disk is full' },
    })
    expect(installedVersion()).toBe(`installed ${version}`)
    expect(runCommand(home, ['--version']).stdout.trim()).toBe(version)
    const window = await openWindow(home, start)
    try {
      await expectData(window.page)
    } finally {
      await window.end()
    }
  } finally {
    // Those that the window started end after it.
    await expect.poll(() => listProcesses()).toEqual([])
    run('umount', ['/opt/Sluice'])
  }
})

test('a person who agrees gets the higher version, which starts by itself and finds the data', async () => {
  feed.offer(version, debOf('now'))
  feed.offer(NEXT_VERSION, debOf('next'))
  const before = await openWindow(home, start)
  await agree(before.page, NEXT_VERSION)
  await before.ended
  const window = await findWindow(start.port)
  try {
    await expect(window.page.getByText(NEXT_VERSION).first()).toBeVisible()
    expect(installedVersion()).toBe(`installed ${NEXT_VERSION}`)
    expect(password.asked).toHaveLength(1)
    await expectData(window.page)
    await expect.poll(() => readKept().install).toMatchObject({ to: NEXT_VERSION, started: true, failedStarts: 0 })
  } finally {
    await window.end()
  }
})

test('one that does not start fails twice, asks, and goes: the one before comes back with the data', async () => {
  const broken = join(folder, 'broken.deb')
  makeBroken(debOf('next'), NEXT_VERSION, BROKEN_VERSION, broken)
  feed.offer(BROKEN_VERSION, broken)
  const before = await openWindow(home, start)
  await agree(before.page, BROKEN_VERSION)
  await before.ended
  expect(installedVersion()).toBe(`installed ${BROKEN_VERSION}`)
  // The start after the installation is the first that fails.
  await expect.poll(() => readKept().install).toMatchObject({ to: BROKEN_VERSION, starting: true })
  await expect.poll(() => listProcesses()).toEqual([])
  const second = await failToOpen(home, start)
  expect(second).toMatchObject({ code: 1 })
  expect(second.said).toContain(BROKEN)

  const asking = await openWindow(home, start)
  await expect(asking.page.getByRole('heading', { name: `Version ${BROKEN_VERSION} does not start` })).toBeVisible()
  await expect(asking.page.getByText('both versions read them')).toBeVisible()
  password.answer = 'no'
  await asking.page.getByRole('link', { name: `Go back to version ${NEXT_VERSION}` }).click()
  await expect(asking.page.getByRole('alert')).toContainText('Nothing was installed')
  expect(installedVersion()).toBe(`installed ${BROKEN_VERSION}`)
  password.answer = 'yes'
  await asking.page.getByRole('link', { name: `Go back to version ${NEXT_VERSION}` }).click()

  await asking.ended
  expect(installedVersion()).toBe(`installed ${NEXT_VERSION}`)
  const window = await findWindow(start.port)
  try {
    await expect(window.page.getByText(NEXT_VERSION).first()).toBeVisible()
    await expectData(window.page)
    const updates = await check(window.page)
    await expect(updates).toContainText('There was no newer version than this one')
    expect(readKept()).toMatchObject({ install: null, skipped: [BROKEN_VERSION] })
  } finally {
    await window.end()
  }
})
