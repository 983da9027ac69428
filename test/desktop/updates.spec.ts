// The section of updates in the settings, with a feed on loopback: what is asked and when, what is refused, and that each step is a person's.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { version } from '../../package.json'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'

/** What a feed names the newest version. */
const HEAD =
  process.platform === 'win32'
    ? 'latest.yml'
    : process.platform === 'darwin'
      ? 'latest-mac.yml'
      : `latest-linux${process.arch === 'x64' ? '' : `-${process.arch}`}.yml`
/** What a copy takes that was not installed by a package, as a checkout is none. */
const PACKAGE = 'sluice-9.9.9.tar.gz'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

let server: Server
let files: Map<string, Buffer>
let requests: string[]
/** Called when the package is asked for; holds it back. */
let hold: Promise<void>

/** @param name of the package @param head what names the version */
const publish = (version: string, name = PACKAGE, head = HEAD): void => {
  const bytes = randomBytes(3_000_000)
  const text = Object.entries({
    version,
    channel: 'stable',
    system: `${process.platform}-${process.arch}`,
    files: [{ url: name, size: bytes.byteLength, sha512: createHash('sha512').update(bytes).digest('base64') }],
    releaseDate: '2026-11-20T08:00:00.000Z',
    releaseNotes: '- Finds more.\n- Loses nothing.',
  })
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
  files.set(name, bytes)
  files.set(head, Buffer.from(text))
  files.set(`${head}.sig`, Buffer.from(sign(null, Buffer.from(text), privateKey).toString('base64')))
}

const feedOf = (): string => {
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
}

test.beforeEach(async () => {
  files = new Map()
  requests = []
  hold = Promise.resolve()
  server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1)
    requests.push(name)
    const bytes = files.get(name)
    if (bytes === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-length': bytes.byteLength })
    if (name !== PACKAGE) {
      response.end(bytes)
      return
    }
    response.write(bytes.subarray(0, 1_000_000))
    hold.then(
      () => response.end(bytes.subarray(1_000_000)),
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
test.afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** An app whose organization names the key, and whatever else is in `updates`. */
const launch = async (updates: Record<string, string>, env: Record<string, string> = {}): Promise<RunningApp> => {
  const policyFile = join(makeFolder('policy'), 'policy.json')
  writeFileSync(policyFile, JSON.stringify({ sluicePolicy: 1, updates }))
  const running = await launchApp({ env: { SLUICE_POLICY_FILE: policyFile, ...env } })
  await waitUntilReady(running)
  return running
}

test('a version is found, downloaded and offered to be installed, each by a press of a button', async () => {
  publish('9.9.9')
  const running = await launch({ publicKey: key })
  const { page, dataDir } = running
  await openView(page, 'Settings')
  const section = page.getByTestId('updates')
  await expect(section).toContainText('Nobody has asked the feed yet.')
  await expect(section.getByRole('button', { name: 'Check for updates' })).toBeDisabled()
  const field = section.getByRole('textbox', { name: 'Feed' })
  await field.fill('http://updates.example.org/')
  await section.getByRole('button', { name: 'Keep' }).click()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await field.fill(feedOf())
  await field.press('Enter')
  await expect(section.getByRole('button', { name: 'Check for updates' })).toBeEnabled()
  // Nobody has pressed it.
  expect(requests).toEqual([])
  await section.getByRole('button', { name: 'Check for updates' }).click()
  await expect(section).toContainText('Version 9.9.9')
  await expect(section.getByRole('region', { name: 'What is new in version 9.9.9' })).toContainText('Loses nothing.')
  expect(requests).toHaveLength(2)
  expect(await judge(page)).toEqual([])

  let letGo = (): void => undefined
  hold = new Promise((resolve) => (letGo = resolve))
  await section.getByRole('button', { name: 'Download version 9.9.9' }).click()
  const bar = section.getByRole('progressbar')
  await expect(bar).toHaveAttribute('aria-valuenow', /^3\d/)
  expect(await judge(page)).toEqual([])
  await section.getByRole('button', { name: 'Stop' }).click()
  await expect(section.getByRole('button', { name: 'Download version 9.9.9' })).toBeVisible()
  letGo()
  await section.getByRole('button', { name: 'Download version 9.9.9' }).click()
  await expect(section).toContainText('Version 9.9.9 is downloaded and checked.')
  const file = join(dataDir, 'updates', 'packages', '9.9.9', PACKAGE)
  expect(readdirSync(dirname(file))).toEqual([PACKAGE, `${PACKAGE}.yml`, `${PACKAGE}.yml.sig`])

  // A checkout is no package, and replaces nothing: there is nothing to agree to, and what a person does is said.
  await expect(section).toContainText(
    `does not replace itself. Close Sluice and install that version as you installed this one. Its package is here: ${file}`,
  )
  await expect(section).toContainText('is done by hand, too: Sluice does not watch whether the new one starts.')
  await expect(section).toContainText('Its package could not be had')
  await expect(section).not.toContainText('offers to go back')
  await expect(section.getByRole('button', { name: 'Install and restart…' })).toBeHidden()
  expect(await judge(page)).toEqual([])
  const refused = await page.evaluate(() =>
    window.sluice.app('updates.install', { version: '9.9.9' }).then((reply) => (reply.ok ? null : reply.error.code)),
  )
  expect(refused).toBe('UPDATE_BY_HAND')

  // Everything that was asked for is in the ledger.
  const ledger = await page.evaluate(() =>
    window.sluice.call('ledger.list', {}).then((reply) => (reply.ok ? reply.value.connections : [])),
  )
  const noted = ledger.filter(({ purpose }) => purpose === 'update')
  expect(noted).toHaveLength(requests.length)
  expect(noted.every(({ isLocal, outcome }) => isLocal && outcome !== 'open')).toBe(true)
  await running.close()
})

// What an AppImage is, is seen by variables alone: so a checkout can be one.
if (process.platform === 'linux')
  test('before a version is installed it is said what happens, and whether there is a way back', async () => {
    publish('9.9.9', 'sluice-9.9.9.AppImage')
    const image = { APPIMAGE: '/nowhere/Sluice.AppImage', APPDIR: dirname(process.env['ELECTRON_EXEC_PATH'] ?? '') }
    const says = async (words: string): Promise<void> => {
      const running = await launch({ publicKey: key, feed: feedOf() }, image)
      await openView(running.page, 'Settings')
      const section = running.page.getByTestId('updates')
      await section.getByRole('button', { name: 'Check for updates' }).click()
      await section.getByRole('button', { name: 'Download version 9.9.9' }).click()
      await section.getByRole('button', { name: 'Install and restart…' }).click()
      const dialog = running.page.getByRole('dialog', { name: 'Install version 9.9.9?' })
      await expect(dialog).toContainText('starts again as version 9.9.9')
      await expect(dialog).toContainText(words)
      await expect(dialog).not.toContainText('installer')
      expect(await judge(running.page)).toEqual([])
      await dialog.getByRole('button', { name: 'Not now' }).click()
      await expect(section.getByRole('button', { name: 'Install and restart…' })).toBeEnabled()
      await running.close()
    }
    await says('Going back to this version would have to be done by hand: its package could not be had.')
    publish(version, `sluice-${version}.AppImage`, HEAD.replace('latest', version))
    await says(`Should it fail to start twice, Sluice offers to go back to version ${version}.`)
  })

test('what is refused is told, and nothing is fetched', async () => {
  publish('9.9.9')
  files.set(`${HEAD}.sig`, Buffer.from(sign(null, Buffer.from('another text'), privateKey).toString('base64')))
  const running = await launch({ publicKey: key, feed: feedOf() })
  const { page } = running
  await openView(page, 'Settings')
  const section = page.getByTestId('updates')
  await expect(section.getByRole('textbox', { name: 'Feed' })).toBeDisabled()
  await expect(section).toContainText('set by your organization')
  await section.getByRole('button', { name: 'Check for updates' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'UPDATE_SIGNATURE' })).toBeVisible()
  await expect(section).toContainText('may have been tampered with')
  await expect(section.getByRole('button', { name: /^Download/ })).toBeHidden()
  expect(requests).toHaveLength(2)
  await running.close()
})

test('where it is set, the feed is asked by itself, and a newer version is said wherever one is', async () => {
  publish('9.9.9')
  const running = await launch({ publicKey: key, feed: feedOf() }, { SLUICE_UPDATES_CHECK: '1' })
  const { page } = running
  const note = page.getByRole('alert').filter({ hasText: 'Sluice 9.9.9 is available' })
  await expect(note).toBeVisible({ timeout: 30_000 })
  expect(requests).toHaveLength(2)
  await note.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByTestId('updates')).toContainText('asked at the start and once a day')
  await running.close()
})

test('an organization turns updates off: there is nothing to press, and nobody is asked', async () => {
  publish('9.9.9')
  const running = await launch({ channel: 'none', feed: feedOf(), publicKey: key }, { SLUICE_UPDATES_CHECK: '1' })
  const { page } = running
  await openView(page, 'Settings')
  const section = page.getByTestId('updates')
  await expect(section).toContainText('has turned updates from inside the program off')
  await expect(section.getByRole('button')).toHaveCount(0)
  const refused = await page.evaluate(() =>
    window.sluice.app('updates.check', {}).then((reply) => (reply.ok ? null : reply.error.code)),
  )
  expect(refused).toBe('UPDATE_OFF')
  expect(await judge(page)).toEqual([])
  expect(requests).toEqual([])
  await running.close()
})
