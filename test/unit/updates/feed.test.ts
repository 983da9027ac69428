// What a feed is believed: signed by the right key, of this system and channel, newer than what runs, on its own place; and nothing is asked for before that.
import { sign } from 'node:crypto'
import { writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { Feed, makeCopy, makeKey, manifestText, MiB, removeFolders, sha512 } from './support'

let feed: Feed
beforeEach(async () => {
  feed = new Feed()
  await feed.open()
})
afterEach(async () => {
  await feed.close()
  removeFolders()
})

it('finds a newer version by two small files, says what is new in it, and notes both requests in the ledger', async () => {
  feed.release('1.1.0')
  const { updater, ledger } = makeCopy(feed)
  await updater.check()
  const { found, lastCheck, phase } = await updater.state()
  expect(found).toMatchObject({ version: '1.1.0', notes: 'Better.', bytes: 2 * MiB, canGoBack: null })
  expect(lastCheck).toMatchObject({ version: '1.1.0', error: null })
  expect(phase).toBe('idle')
  expect(feed.requests).toEqual(['latest-linux.yml', 'latest-linux.yml.sig'])
  expect(ledger).toHaveLength(2)
  expect(ledger[0]).toMatchObject({ host: '127.0.0.1', isLocal: true, provider: 'updates', purpose: 'update' })
})

it('tells nothing of this computer: a request has neither an id, nor a cookie, nor the version that runs', async () => {
  feed.release('1.1.0')
  let headers: string[] = []
  feed.interfere = (request) => {
    headers = request.rawHeaders
    return false
  }
  await makeCopy(feed).updater.check()
  const names = headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  expect(names.filter((name) => /id|cookie|auth|referer|origin/.test(name))).toEqual([])
  expect(headers.join(' ')).not.toMatch(/1\.0\.0|linux|node|undici/i)
})

it.each([
  ['the same version', '1.0.0'],
  ['an older one', '0.9.9'],
  ['one to be tried before this one', '1.0.0-rc.1'],
])('offers nothing when the feed has %s', async (_, version) => {
  feed.release(version)
  const { updater } = makeCopy(feed)
  await updater.check()
  const { found, lastCheck } = await updater.state()
  expect(found).toBeNull()
  expect(lastCheck).toMatchObject({ version, error: null })
  await expect(updater.download()).rejects.toMatchObject({ code: 'UPDATE_NOTHING' })
  expect(feed.requests).toHaveLength(2)
})

it('does not offer a version again that somebody went back from', async () => {
  feed.release('1.1.0')
  const copy = makeCopy(feed)
  copy.skipped = ['1.1.0']
  await copy.updater.check()
  expect((await copy.updater.state()).found).toBeNull()
  feed.release('1.1.1')
  await copy.updater.check()
  expect((await copy.updater.state()).found).toMatchObject({ version: '1.1.1' })
})

const unbelieved: readonly [string, (feed: Feed) => void, AppError['code']][] = [
  [
    'a signature of another key',
    (feed) => feed.publish('latest-linux.yml', manifestText({ version: '1.1.0', files: [] }), makeKey().privateKey),
    'UPDATE_SIGNATURE',
  ],
  ['no signature', (feed) => feed.files.delete('latest-linux.yml.sig'), 'UPDATE_UNSIGNED'],
  ['an empty signature', (feed) => feed.put('latest-linux.yml.sig', ''), 'UPDATE_SIGNATURE'],
  [
    'a byte more than was signed',
    (feed) => {
      const signature = feed.files.get('latest-linux.yml.sig')?.bytes ?? Buffer.alloc(0)
      feed.put('latest-linux.yml', `${feed.files.get('latest-linux.yml')?.bytes.toString()} `)
      feed.put('latest-linux.yml.sig', signature)
    },
    'UPDATE_SIGNATURE',
  ],
  ['a huge file', (feed) => feed.publish('latest-linux.yml', ' '.repeat(MiB)), 'UPDATE_UNREADABLE'],
  ['a huge signature', (feed) => feed.put('latest-linux.yml.sig', 'A'.repeat(10_000)), 'UPDATE_UNREADABLE'],
  ['no YAML', (feed) => feed.publish('latest-linux.yml', 'version: [1.1.0\n\t}'), 'UPDATE_UNREADABLE'],
  ['an empty file', (feed) => feed.publish('latest-linux.yml', ''), 'UPDATE_UNREADABLE'],
  ['no number of a version', (feed) => feed.release('new'), 'UPDATE_UNREADABLE'],
  [
    'a file of another system',
    (feed) => feed.release('1.1.0', undefined, { system: 'win32-x64' }),
    'UPDATE_UNREADABLE',
  ],
  [
    'one to be tried, as a finished one',
    (feed) => feed.release('1.1.0', undefined, { channel: 'beta' }),
    'UPDATE_UNREADABLE',
  ],
  ['nothing at all', (feed) => feed.files.clear(), 'UPDATE_UNREACHABLE'],
  [
    'no package for this copy',
    (feed) => feed.release('1.1.0', undefined, { files: [{ url: 'a.rpm', sha512: sha512(Buffer.of(1)), size: 1 }] }),
    'UPDATE_NO_PACKAGE',
  ],
  [
    'a package on another host',
    (feed) =>
      feed.release('1.1.0', undefined, {
        files: [{ url: 'https://elsewhere.example/a.deb', sha512: sha512(Buffer.of(1)), size: 1 }],
      }),
    'UPDATE_ELSEWHERE',
  ],
]

it.each(unbelieved)('refuses %s, and remembers why', async (_, spoil, code) => {
  feed.release('1.1.0')
  spoil(feed)
  const { updater } = makeCopy(feed)
  await expect(updater.check()).rejects.toMatchObject({ code })
  const { found, lastCheck, phase } = await updater.state()
  expect(found).toBeNull()
  expect(lastCheck?.error).toMatchObject({ code })
  expect(phase).toBe('idle')
  expect(feed.requests.filter((path) => path.endsWith('.deb'))).toEqual([])
})

it('reads nothing of a file before its signature was looked at', async () => {
  const text = 'version: [never'
  feed.put('latest-linux.yml', text)
  feed.put('latest-linux.yml.sig', sign(null, Buffer.from(text), makeKey().privateKey).toString('base64'))
  await expect(makeCopy(feed).updater.check()).rejects.toMatchObject({ code: 'UPDATE_SIGNATURE' })
})

it('believes each of several keys, while one takes the place of another', async () => {
  feed.release('1.1.0')
  const copy = makeCopy(feed)
  copy.rules.keys = `${makeKey().pem}${feed.key.pem}`
  await copy.updater.check()
  expect((await copy.updater.state()).found).toMatchObject({ version: '1.1.0' })
  copy.rules.keys = feed.key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  await copy.updater.check()
  copy.rules.keys = 'AAAA'
  await expect(copy.updater.check()).rejects.toMatchObject({ code: 'UPDATE_NO_KEY' })
})

it('follows a redirect on its own place, and none to another one', async () => {
  feed.release('1.1.0')
  const other = new Feed()
  await other.open()
  try {
    const { updater } = makeCopy(feed)
    let target = `${feed.url}latest-linux.yml`
    feed.put('moved.yml', 'none')
    feed.interfere = (request, response) => {
      if (request.url !== '/feed/latest-linux.yml') return false
      if (target === '') return false
      response.writeHead(302, { location: target }).end()
      target = ''
      return true
    }
    await updater.check()
    expect((await updater.state()).found).toMatchObject({ version: '1.1.0' })
    target = `${other.url}latest-linux.yml`
    await expect(updater.check()).rejects.toMatchObject({
      code: 'UPDATE_ELSEWHERE',
      details: { host: feed.host, other: other.host },
    })
    expect(other.requests).toEqual([])
  } finally {
    await other.close()
  }
})

it('goes round in no circle', async () => {
  feed.interfere = (request, response) => {
    response.writeHead(302, { location: request.url ?? '' }).end()
    return true
  }
  await expect(makeCopy(feed).updater.check()).rejects.toMatchObject({ code: 'UPDATE_UNREACHABLE' })
  expect(feed.requests).toHaveLength(6)
})

it('gives a server up that does not answer', async () => {
  feed.interfere = () => true
  await expect(makeCopy(feed, { patienceMs: 200 }).updater.check()).rejects.toMatchObject({
    code: 'UPDATE_UNREACHABLE',
    details: { reason: expect.stringContaining('no answer') as string },
  })
})

it('gives a server up that says a byte now and then', async () => {
  feed.interfere = (_, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(drip))
    return true
  }
  await expect(makeCopy(feed, { patienceMs: 200 }).updater.check()).rejects.toMatchObject({
    code: 'UPDATE_UNREACHABLE',
  })
})

it('asks for nothing where updates are off, no feed is set, or there is no key', async () => {
  feed.release('1.1.0')
  const copy = makeCopy(feed)
  copy.rules.unavailable = new AppError('UPDATE_OFF')
  await expect(copy.updater.check()).rejects.toMatchObject({ code: 'UPDATE_OFF' })
  copy.rules.unavailable = null
  copy.rules.feed = ''
  await expect(copy.updater.check()).rejects.toMatchObject({ code: 'UPDATE_NO_FEED' })
  copy.rules.feed = feed.url
  copy.rules.keys = ''
  await expect(copy.updater.check()).rejects.toMatchObject({ code: 'UPDATE_NO_KEY' })
  expect(feed.requests).toEqual([])
})

it('forgets what it found when another feed or channel is chosen', async () => {
  feed.release('1.1.0')
  const copy = makeCopy(feed)
  await copy.updater.check()
  copy.rules.channel = 'beta'
  expect((await copy.updater.state()).found).toBeNull()
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_NOTHING' })
})

it('finds again what another channel has as well', async () => {
  feed.release('1.1.0')
  const copy = makeCopy(feed)
  await copy.updater.check()
  copy.rules.channel = 'beta'
  await copy.updater.check()
  expect((await copy.updater.state()).found).toMatchObject({ version: '1.1.0' })
})

it('knows after a restart that a newer version was offered, and of one that was left out that it was not', async () => {
  feed.release('1.1.0')
  const { updater, dataDir } = makeCopy(feed)
  await updater.check()
  const again = makeCopy(feed, { dataDir })
  expect(await again.updater.state()).toMatchObject({ found: null, lastCheck: { version: '1.1.0', isNewer: true } })
  again.skipped.push('1.1.0')
  expect((await again.updater.state()).lastCheck).toMatchObject({ isNewer: false })
  const updated = makeCopy(feed, { dataDir, version: '1.1.0' })
  expect((await updated.updater.state()).lastCheck).toMatchObject({ version: '1.1.0', isNewer: false })
})

it('goes on without what a damaged file said of the last check', async () => {
  feed.release('1.1.0')
  const { updater, dataDir } = makeCopy(feed)
  mkdirSync(join(dataDir, 'updates'))
  writeFileSync(join(dataDir, 'updates', 'feed.json'), '{"feed": ')
  expect((await updater.state()).lastCheck).toBeNull()
  await updater.check()
  expect((await updater.state()).lastCheck).toMatchObject({ version: '1.1.0' })
})
