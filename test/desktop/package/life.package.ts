// The life of an installed copy: installed by dpkg, used by someone who is not root, updated, and taken away again.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { isConfined, listProcesses, makeHome, openWindow, runCommand, type Home } from './support/installed'
import { debOf, NEXT_VERSION } from './support/made'

test.describe.configure({ mode: 'serial' })

const PACKAGE = 'sluice-desktop'
let home: Home

const run = (program: string, words: readonly string[]): string => {
  const done = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (done.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout
}

const install = (deb: string): string =>
  run('apt-get', ['install', '--yes', '--no-install-recommends', '--allow-downgrades', deb])

test.beforeAll(() => {
  const { status } = spawnSync('dpkg-query', ['--show', PACKAGE])
  if (status === 0) throw new Error(`${PACKAGE} is installed on this system: these tests would take it away`)
  home = makeHome()
})

test.afterAll(() => {
  spawnSync('dpkg', ['--purge', PACKAGE])
  home.remove()
})

test('dpkg installs it', () => {
  install(debOf('now'))
  expect(readlinkSync('/usr/bin/sluice')).toBe('/opt/Sluice/bin/sluice')
  expect(readlinkSync('/usr/bin/sluice-window')).toBe('/opt/Sluice/sluice-window')
  const entry = '/usr/share/applications/sluice-window.desktop'
  expect(run('desktop-file-validate', [entry])).toBe('')
  expect(readFileSync(entry, 'utf8')).toContain('x-scheme-handler/sluice')
  // Nobody but root may change what is run.
  for (const path of ['/opt/Sluice', '/opt/Sluice/resources/engine/main/cli.js', '/opt/Sluice/resources/node/node'])
    expect(lstatSync(path)).toMatchObject({ uid: 0, gid: 0 })
  expect(run('find', ['/opt/Sluice', '-perm', '/022', '-not', '-type', 'l'])).toBe('')
})

test('the window reads and finds the samples, in its sandbox', async () => {
  const window = await openWindow(home)
  try {
    const { page } = window
    await page.getByRole('button', { name: 'Try the samples' }).click()
    const tries = page.getByRole('group', { name: 'Try one of these with the sample documents:' })
    await expect(tries).toBeVisible({ timeout: 90_000 })
    const field = page.getByRole('textbox', { name: /^Search/ })
    await field.fill('when do I plant out tomatoes')
    await expect(
      page
        .getByRole('article')
        .filter({ hasText: /tomato/i })
        .first(),
    ).toBeVisible()
    const renderer = Number(/\d+/.exec(run('pgrep', ['-f', 'sluice-window.*--type=renderer']))?.[0])
    expect(isConfined(renderer)).toBe(true)
    expect(listProcesses().filter((line) => line.startsWith('root'))).toEqual([])
  } finally {
    await window.end()
  }
  await expect.poll(() => listProcesses()).toEqual([])
})

test('the command works on the same data, without a display and with its own exit codes', () => {
  const found = runCommand(home, ['search', 'tomatoes', '--json'])
  expect(found.code, found.stderr).toBe(0)
  const { results } = JSON.parse(found.stdout) as { results: { path: string }[] }
  expect(results[0]?.path).toMatch(/tomato|garden/)
  expect(runCommand(home, ['no-such-command']).code).toBe(1)
  const checked = runCommand(home, ['doctor'])
  expect(checked.code, checked.stdout).toBe(0)
})

test('a higher version finds everything where the last one left it', async () => {
  install(debOf('next'))
  expect(runCommand(home, ['--version']).stdout.trim()).toBe(NEXT_VERSION)
  const found = runCommand(home, ['search', 'tomatoes', '--json'])
  expect(found.code, found.stderr).toBe(0)
  const window = await openWindow(home)
  try {
    const { page } = window
    await expect(page.getByText(NEXT_VERSION)).toBeVisible()
    await page.getByRole('textbox', { name: /^Search/ }).fill('tomatoes')
    await expect(
      page
        .getByRole('article')
        .filter({ hasText: /tomato/i })
        .first(),
    ).toBeVisible()
  } finally {
    await window.end()
  }
})

test('it goes without a trace, and leaves what is not its own', async () => {
  await expect.poll(() => listProcesses()).toEqual([])
  expect(run('dpkg', ['--purge', PACKAGE])).toContain('each has a data folder')
  for (const path of [
    '/opt/Sluice',
    '/usr/bin/sluice',
    '/usr/bin/sluice-window',
    '/usr/share/applications/sluice-window.desktop',
    '/usr/share/icons/hicolor/256x256/apps/sluice-window.png',
    '/etc/apparmor.d/sluice-window',
  ])
    expect(existsSync(path), path).toBe(false)
  expect(existsSync(join(home.dataDir, 'sluice.db')), 'the data folder stays').toBe(true)
})
