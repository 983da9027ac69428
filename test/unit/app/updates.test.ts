// Updates in the app: asked by itself only where that is set, closed in order before anything is installed, and back at work when that fails.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineLink } from '../../../src/main/app/engine-link'
import { Speech } from '../../../src/main/app/speech'
import { SpokenLanguage } from '../../../src/main/app/spoken-language'
import { Updates, type UpdatesOptions } from '../../../src/main/app/updates'
import { noPolicy } from '../../../src/shared/no-policy'
import { AppError } from '../../../src/shared/errors'
import type { Caller } from '../../../src/shared/calls'
import type { Ready } from '../../../src/main/updates/updater'
import { Feed } from '../updates/support'
import { silentLog } from '../../support/silent-log'

const state = vi.hoisted(() => ({ said: [] as string[], steps: [] as string[], installs: false }))
vi.mock('electron', () => ({
  dialog: {
    showMessageBox: ({ message }: { message: string }) => {
      state.said.push(message)
      return Promise.resolve({ response: 0 })
    },
  },
}))
// The system's part: tests of it are with the packages.
vi.mock('../../../src/main/updates/install-ready', () => ({
  installReady: (ready: Ready) => {
    state.steps.push(`install ${ready.to}`)
    return state.installs ? Promise.resolve({ startsItself: false }) : Promise.reject(new AppError('UPDATE_CANCELLED'))
  },
}))
vi.mock('../../../src/main/updates/install-package', () => ({ findKind: () => Promise.resolve('deb') }))

let feed: Feed
let dataDir = ''
beforeEach(async () => {
  state.said = []
  state.steps = []
  state.installs = true
  feed = new Feed()
  await feed.open()
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-updates-app-'))
})
afterEach(async () => {
  await feed.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Made = { readonly updates: Updates; readonly told: string[]; readonly fire: () => void }

const make = async (changes: Partial<UpdatesOptions> = {}, values: Record<string, number> = {}): Promise<Made> => {
  const keyFile = join(dataDir, 'update-key.pem')
  writeFileSync(keyFile, feed.key.pem)
  const answers: Record<string, unknown> = {
    'settings.list': { settings: Object.entries(values).map(([name, value]) => ({ name, value })) },
    'ledger.begin': { id: 1 },
    'ledger.settle': {},
  }
  const session = {
    call: ((name: string) => Promise.resolve(answers[name])) as unknown as Caller,
    role: () => 'owner' as const,
    onEvent: () => () => undefined,
    close: async () => {
      state.steps.push('closed')
    },
  }
  const link = new EngineLink(
    async () => session,
    (error) => expect(error).toBeNull(),
  )
  await link.start()
  const told: string[] = []
  let fire = (): void => undefined
  const updates = new Updates({
    dataDir,
    version: '1.0.0',
    executable: '/opt/Sluice/sluice-window',
    keyFile,
    policy: noPolicy,
    link,
    speech: new Speech(new SpokenLanguage('en', undefined, ['en'])),
    log: silentLog,
    window: () => null,
    removals: {
      close: async () => {
        state.steps.push('removed')
      },
    },
    startAnew: () => state.steps.push('anew'),
    quit: () => state.steps.push('quit'),
    onChange: () => undefined,
    tell: (title) => told.push(title),
    nowMs: () => Date.now(),
    setTimer: (ms, run) => {
      // That of asking by itself; those of connections never fire here.
      if (ms === 5_000) fire = run
      return () => undefined
    },
    ...changes,
  })
  return { updates, told, fire: () => fire() }
}

const feedFile = (): { feed: string } =>
  JSON.parse(readFileSync(join(dataDir, 'updates', 'feed.json'), 'utf8')) as { feed: string }

const keepFeed = (): void => {
  mkdirSync(join(dataDir, 'updates'), { recursive: true })
  writeFileSync(join(dataDir, 'updates', 'feed.json'), JSON.stringify({ feed: feed.url, lastCheck: null }))
}

it('keeps the address of a feed, and refuses what is none', async () => {
  const { updates } = await make()
  await updates.calls['updates.setFeed']({ feed: ' https://updates.example.org/sluice ' })
  expect(feedFile().feed).toBe('https://updates.example.org/sluice/')
  for (const wrong of [
    'http://updates.example.org/',
    'ftp://example.org/',
    'https://me:secret@example.org/',
    'example.org',
  ])
    await expect(updates.calls['updates.setFeed']({ feed: wrong })).rejects.toMatchObject({
      code: 'UPDATE_FEED_INVALID',
    })
  expect(feedFile().feed).toBe('https://updates.example.org/sluice/')
  await updates.calls['updates.setFeed']({ feed: '' })
  expect((await updates.calls['updates.state']({})).feed).toBe('')
})

it('lets nobody change a feed that an organization has set, nor ask where it turned updates off', async () => {
  feed.release('1.1.0')
  const managed = await make({ policy: { ...noPolicy, updateFeed: feed.url } })
  await expect(managed.updates.calls['updates.setFeed']({ feed: '' })).rejects.toMatchObject({ code: 'SETTING_LOCKED' })
  expect(await managed.updates.calls['updates.state']({})).toMatchObject({ feed: feed.url, isFeedManaged: true })
  const off = await make({ policy: { ...noPolicy, updates: 'none', updateFeed: feed.url } }, { 'updates.check': 1 })
  await expect(off.updates.calls['updates.check']({})).rejects.toMatchObject({ code: 'UPDATE_OFF' })
  off.updates.begin()
  off.fire()
  await new Promise((resolve) => setImmediate(resolve))
  expect(feed.requests).toEqual([])
})

it('says that a copy was built without a key', async () => {
  const { updates } = await make({ keyFile: join(dataDir, 'nothing.pem') })
  expect((await updates.calls['updates.state']({})).unavailable).toMatchObject({ code: 'UPDATE_NO_KEY' })
})

it('believes the key of the organization, and not that of the program, where one is named', async () => {
  feed.release('1.1.0')
  keepFeed()
  const other = new Feed()
  const { updates } = await make({ policy: { ...noPolicy, updateKey: other.key.pem } })
  await expect(updates.calls['updates.check']({})).rejects.toMatchObject({ code: 'UPDATE_SIGNATURE' })
})

it('asks again after a day by the clock, however much of it the computer slept, and also where the clock was set back', async () => {
  feed.release('1.1.0')
  keepFeed()
  const HOUR_MS = 3_600_000
  const timers: { readonly ms: number; readonly run: () => void }[] = []
  let nowMs = Date.parse('2026-11-20T08:00:00Z')
  const { updates } = await make(
    {
      nowMs: () => nowMs,
      setTimer: (ms, run) => {
        // Those of connections have other lengths, and never fire here.
        if (ms === 5_000 || ms === HOUR_MS) timers.push({ ms, run })
        return () => undefined
      },
    },
    { 'updates.check': 1 },
  )
  /** The next timer fires, at a time of the clock. */
  const fireAt = (ms: number): void => {
    nowMs = ms
    timers.shift()?.run()
  }
  const asked = (times: number): Promise<void> => vi.waitFor(() => expect(feed.requests).toHaveLength(times * 2))
  const begun = nowMs
  updates.begin()
  fireAt(begun + 5_000)
  await asked(1)
  fireAt(begun + HOUR_MS)
  fireAt(begun + 23 * HOUR_MS)
  expect(feed.requests).toHaveLength(2)
  // It slept: the timer of an hour took a day and more.
  fireAt(begun + 49 * HOUR_MS)
  await asked(2)
  fireAt(begun)
  expect(feed.requests).toHaveLength(4)
  fireAt(begun + 25 * HOUR_MS)
  await asked(3)
  expect(timers.map(({ ms }) => ms)).toEqual([HOUR_MS])
})

it('asks by itself where that is set, and tells each version once', async () => {
  feed.release('1.1.0')
  keepFeed()
  const { updates, told, fire } = await make({}, { 'updates.check': 1 })
  updates.begin()
  fire()
  await vi.waitFor(() => expect(told).toEqual(['Sluice 1.1.0 is available']))
  expect(feed.requests).toHaveLength(2)
  const again = await make({}, { 'updates.check': 1 })
  again.updates.begin()
  again.fire()
  await vi.waitFor(() => expect(feed.requests).toHaveLength(4))
  await vi.waitFor(async () =>
    expect((await again.updates.calls['updates.state']({})).found).toMatchObject({ version: '1.1.0' }),
  )
  expect(again.told).toEqual([])
})

it.each([
  ['it is off', {}],
  ['the network costs', { 'updates.check': 1, 'power.metered': 1 }],
])('does not ask by itself while %s', async (_, values) => {
  feed.release('1.1.0')
  keepFeed()
  let asked = 0
  const { updates, fire } = await make({}, values)
  updates.begin()
  fire()
  // The answer to a question that is asked after it comes after its own.
  await vi.waitFor(async () => {
    await updates.calls['updates.state']({})
    asked += 1
    expect(asked).toBeGreaterThan(5)
  })
  expect(feed.requests).toEqual([])
  // A person may.
  await updates.calls['updates.check']({})
  expect(feed.requests).toHaveLength(2)
})

it('installs only the version that the person named, once the engine is closed in order, and starts anew', async () => {
  feed.release('1.1.0')
  keepFeed()
  const { updates } = await make()
  await updates.calls['updates.check']({})
  await expect(updates.calls['updates.download']({ version: '1.2.0' })).rejects.toMatchObject({
    code: 'UPDATE_NOTHING',
  })
  await updates.calls['updates.download']({ version: '1.1.0' })
  await expect(updates.calls['updates.install']({ version: '1.2.0' })).rejects.toMatchObject({ code: 'UPDATE_NOTHING' })
  expect(state.steps).toEqual([])
  await updates.calls['updates.install']({ version: '1.1.0' })
  expect(state.steps).toEqual(['removed', 'closed', 'install 1.1.0', 'anew'])
  expect(state.said).toEqual([])
  const noted = JSON.parse(readFileSync(join(dataDir, 'updates', 'state.json'), 'utf8')) as { install: unknown }
  expect(noted.install).toMatchObject({ from: '1.0.0', to: '1.1.0' })
})

it('says why nothing was installed, forgets the installation, and starts the version that was there', async () => {
  feed.release('1.1.0')
  keepFeed()
  state.installs = false
  const { updates } = await make()
  await updates.calls['updates.check']({})
  await updates.calls['updates.download']({ version: '1.1.0' })
  await updates.calls['updates.install']({ version: '1.1.0' })
  expect(state.steps).toEqual(['removed', 'closed', 'install 1.1.0', 'anew'])
  expect(state.said).toEqual([new AppError('UPDATE_CANCELLED').message])
  const noted = JSON.parse(readFileSync(join(dataDir, 'updates', 'state.json'), 'utf8')) as { install: unknown }
  expect(noted.install).toBeNull()
})

it('is back at work when closing for the installation fails, and nothing was noted', async () => {
  feed.release('1.1.0')
  keepFeed()
  const { updates } = await make({ removals: { close: () => Promise.reject(new AppError('DATA_DIR_UNWRITABLE')) } })
  await updates.calls['updates.check']({})
  await updates.calls['updates.download']({ version: '1.1.0' })
  await updates.calls['updates.install']({ version: '1.1.0' })
  expect(state.steps).toEqual(['anew'])
  expect(state.said).toHaveLength(1)
  expect(existsSync(join(dataDir, 'updates', 'state.json'))).toBe(false)
})
