// What a release signs is what the program believes: keys and feed are made by the scripts, and an updater asks the feed over HTTP.
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Feed, makeCopy, removeFolders } from '../updates/support'

const script = resolve(__dirname, '..', '..', '..', 'scripts', 'update-feed.mjs')
let folder = ''
let feed: Feed
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-feed-'))
  feed = new Feed()
  await feed.open()
})
afterEach(async () => {
  await feed.close()
  removeFolders()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...words: string[]): string =>
  execFileSync(process.execPath, [script, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const suffix =
  process.platform === 'darwin'
    ? '-mac'
    : process.platform === 'win32'
      ? ''
      : process.arch === 'x64'
        ? '-linux'
        : `-linux-${process.arch}`
const ending = process.platform === 'darwin' ? '.zip' : process.platform === 'win32' ? '.exe' : '.deb'
const kind = process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'nsis' : 'deb'

const release = (version: string, ...words: string[]): string => {
  const name = `sluice-${version}${ending}`
  writeFileSync(join(folder, name), randomBytes(100_000))
  run(
    'sign',
    '--folder',
    folder,
    '--version',
    version,
    '--key',
    join(folder, 'keys', 'update-key.private.pem'),
    '--public-key',
    join(folder, 'keys', 'update-key.pem'),
    ...words,
  )
  return name
}

it('makes keys that fit, signs a version under all its names, and the program finds and fetches it', async () => {
  run('keys', join(folder, 'keys'))
  const privateFile = join(folder, 'keys', 'update-key.private.pem')
  if (process.platform !== 'win32') expect(statSync(privateFile).mode & 0o777).toBe(0o600)
  writeFileSync(join(folder, 'notes.md'), '- "quoted": yes\n# not a comment\n')
  const name = release('1.1.0', '--notes', join(folder, 'notes.md'))
  const made = readdirSync(folder).filter((file) => file.endsWith('.yml'))
  expect(made.sort()).toEqual([`1.1.0${suffix}.yml`, `beta${suffix}.yml`, `latest${suffix}.yml`])
  for (const file of readdirSync(folder).filter((file) => /\.(yml|sig|deb|zip|exe)$/.test(file)))
    feed.put(file, readFileSync(join(folder, file)))
  const { updater, rules, dataDir } = makeCopy(feed, {
    system: { platform: process.platform, arch: process.arch },
    kind: () => Promise.resolve(kind),
  })
  rules.keys = readFileSync(join(folder, 'keys', 'update-key.pem'), 'utf8')
  await updater.check()
  const { found } = await updater.state()
  expect(found).toMatchObject({ version: '1.1.0', notes: '- "quoted": yes\n# not a comment' })
  await updater.download()
  const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
  expect(sum(join(dataDir, 'updates', 'packages', '1.1.0', name))).toBe(sum(join(folder, name)))
})

it('keeps a version that is to be tried from those who want finished ones', () => {
  run('keys', join(folder, 'keys'))
  release('1.1.0-beta.1')
  const made = readdirSync(folder).filter((file) => file.endsWith('.yml'))
  expect(made.sort()).toEqual([`1.1.0-beta.1${suffix}.yml`, `beta${suffix}.yml`])
  expect(readFileSync(join(folder, `beta${suffix}.yml`), 'utf8')).toContain('channel: "beta"')
})

it('signs with no key that the packages do not trust, with none of the checkout, and replaces none', () => {
  run('keys', join(folder, 'keys'))
  expect(() => run('keys', join(folder, 'keys'))).toThrow(/is there already/)
  expect(() => run('keys', resolve(__dirname, 'keys'))).toThrow(/does not belong into the checkout/)
  run('keys', join(folder, 'others'))
  writeFileSync(join(folder, `sluice-1.1.0${ending}`), 'x')
  const sign = (...words: string[]): string => run('sign', '--folder', folder, '--version', '1.1.0', ...words)
  const trusted = ['--public-key', join(folder, 'keys', 'update-key.pem')]
  expect(() => sign('--key', join(folder, 'others', 'update-key.private.pem'), ...trusted)).toThrow(/do not trust/)
  expect(() => sign('--key', __filename, ...trusted)).toThrow(/lies in the checkout/)
  expect(readdirSync(folder).filter((file) => file.endsWith('.yml'))).toEqual([])
})
