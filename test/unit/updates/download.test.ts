// Fetching a package: only after consent, from where it broke off, whole or not at all, with room for it, and nothing that was not promised.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  describePackage,
  Feed,
  makeCopy,
  makeKey,
  manifestText,
  MiB,
  removeFolders,
  sha512,
  type Copy,
} from './support'

const NAME = 'sluice-desktop_1.1.0_amd64.deb'

let feed: Feed
beforeEach(async () => {
  feed = new Feed()
  await feed.open()
})
afterEach(async () => {
  await feed.close()
  removeFolders()
})

const fileOf = ({ dataDir }: Copy): string => join(dataDir, 'updates', 'packages', '1.1.0', NAME)
const partsOf = ({ dataDir }: Copy): string[] =>
  readdirSync(join(dataDir, 'updates')).filter((name) => name.endsWith('.part'))
const packageRequests = (): string[] => feed.requests.filter((path) => path.startsWith(NAME))

/** Breaks the connection of the package once, after so many bytes of what was to come. */
const breakOnce = (afterBytes: number): void => {
  let isOver = false
  feed.interfere = (request, response) => {
    if (isOver || !(request.url ?? '').endsWith('1.1.0_amd64.deb')) return false
    isOver = true
    const served = feed.files.get(NAME)
    const bytes = served?.bytes ?? Buffer.alloc(0)
    response.writeHead(200, { 'content-length': bytes.byteLength, ...(served?.etag ? { etag: served.etag } : {}) })
    response.write(bytes.subarray(0, afterBytes), () => setTimeout(() => response.destroy(), 50))
    return true
  }
}

const found = async (copy: Copy): Promise<Copy> => {
  await copy.updater.check()
  expect((await copy.updater.state()).found).not.toBeNull()
  return copy
}

it('asks for no package before a person agrees, then fetches it whole', async () => {
  const bytes = feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  expect(packageRequests()).toEqual([])
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
  expect(partsOf(copy)).toEqual([])
  expect(await copy.updater.state()).toMatchObject({ phase: 'downloaded', found: { canGoBack: false }, progress: null })
  // A second time nothing is fetched again.
  await copy.updater.download()
  expect(packageRequests()).toEqual([NAME])
})

it('hands to the system only what was downloaded, and looks at it once more', async () => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  const installed: string[] = []
  const install = (): Promise<void> =>
    copy.updater.install((ready) => {
      installed.push(`${ready.from} ${ready.to} ${ready.kind}`)
      return Promise.resolve()
    })
  await expect(install()).rejects.toMatchObject({ code: 'UPDATE_NOTHING' })
  await copy.updater.download()
  await install()
  expect(installed).toEqual(['1.0.0 1.1.0 deb'])
  writeFileSync(fileOf(copy), 'something else')
  await expect(install()).rejects.toMatchObject({ code: 'UPDATE_DAMAGED' })
  expect(readdirSync(dirname(fileOf(copy))), 'what was signed of it goes, too').toEqual([])
  expect(installed).toHaveLength(1)
})

it('fetches the package of the version that runs, too, so that there is a way back', async () => {
  const before = feed.release('1.0.0')
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  const unfetched = { kind: 'deb', file: null, previousFile: null }
  expect((await copy.updater.state()).found).toMatchObject({ ...unfetched, canGoBack: null })
  await copy.updater.download()
  let previous: string | null = null
  await copy.updater.install((ready) => {
    previous = ready.previousFile
    return Promise.resolve()
  })
  expect(previous).toBe(join(copy.dataDir, 'updates', 'packages', '1.0.0', 'sluice-desktop_1.0.0_amd64.deb'))
  const fetched = { kind: 'deb', file: fileOf(copy), previousFile: previous }
  expect((await copy.updater.state()).found).toMatchObject({ ...fetched, canGoBack: true })
  expect(readFileSync(String(previous)).equals(before)).toBe(true)
})

it('leaves beside each package what was signed of it, as the feed sent it', async () => {
  feed.release('1.0.0')
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  await copy.updater.download()
  const packages = join(copy.dataDir, 'updates', 'packages')
  const sent = (name: string): Buffer | undefined => feed.files.get(name)?.bytes
  for (const [version, name] of [
    ['1.0.0', '1.0.0-linux.yml'],
    ['1.1.0', 'latest-linux.yml'],
  ] as const)
    for (const end of ['', '.sig']) {
      const kept = join(packages, version, `sluice-desktop_${version}_amd64.deb.yml${end}`)
      expect(readFileSync(kept)).toEqual(sent(`${name}${end}`))
    }
})

/** A package that the version which runs was installed from, as an update has left it; the feed has nothing of that version. */
const keepBefore = (copy: Copy): Buffer => {
  const bytes = randomBytes(MiB)
  const folder = join(copy.dataDir, 'updates', 'packages', '1.0.0')
  mkdirSync(folder, { recursive: true })
  copy.kept = join(folder, 'sluice-desktop_1.0.0_amd64.deb')
  writeFileSync(copy.kept, bytes)
  describePackage(copy.kept, { version: '1.0.0', bytes, key: feed.key.privateKey })
  return bytes
}

it('takes the package that the version which runs was installed from, where it is kept', async () => {
  feed.release('1.0.0')
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  keepBefore(copy)
  await copy.updater.download()
  expect((await copy.updater.state()).found).toMatchObject({ canGoBack: true })
  expect(feed.requests.filter((path) => path.includes('1.0.0'))).toEqual([])
})

it.each<[string, (kept: string) => void]>([
  ['nothing that was signed', (kept) => rmSync(`${kept}.yml`)],
  ['no signature', (kept) => rmSync(`${kept}.yml.sig`)],
  [
    'what somebody else signed',
    (kept) => describePackage(kept, { version: '1.0.0', bytes: readFileSync(kept), key: makeKey().privateKey }),
  ],
  ['what was signed of another file', (kept) => writeFileSync(kept, randomBytes(MiB))],
])('says that there is no way back by a kept package with %s beside it', async (_what, spoil) => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  keepBefore(copy)
  spoil(copy.kept ?? '')
  await copy.updater.download()
  expect((await copy.updater.state()).found).toMatchObject({ canGoBack: false })
})

it('gets only what was signed of a kept package that lacks it, where the feed has that', async () => {
  const copy = makeCopy(feed)
  const bytes = keepBefore(copy)
  feed.release('1.0.0', bytes)
  feed.release('1.1.0')
  const kept = copy.kept ?? ''
  rmSync(`${kept}.yml`)
  // For the new version, as if nothing else were to come.
  copy.freeBytes = 2 * 2 * MiB + copy.rules.reserveBytes
  await found(copy)
  await copy.updater.download()
  expect((await copy.updater.state()).found).toMatchObject({ canGoBack: true })
  expect(readFileSync(`${kept}.yml`)).toEqual(feed.files.get('1.0.0-linux.yml')?.bytes)
  expect(feed.requests.filter((path) => path.includes('1.0.0'))).toEqual(['1.0.0-linux.yml', '1.0.0-linux.yml.sig'])
})

it('trusts the file of the version that runs no more than the others', async () => {
  feed.release('1.0.0')
  feed.release('1.1.0')
  const old = { url: 'sluice-desktop_1.0.0_amd64.deb', sha512: sha512(Buffer.of(1)), size: 1 }
  feed.put(old.url, Buffer.of(1))
  feed.publish('1.0.0-linux.yml', manifestText({ version: '0.1.0', files: [old] }))
  const copy = await found(makeCopy(feed))
  await copy.updater.download()
  expect(await copy.updater.state()).toMatchObject({ phase: 'downloaded', found: { canGoBack: false } })
})

it('says where it broke off, keeps that, and goes on from there', async () => {
  const bytes = feed.release('1.1.0')
  breakOnce(MiB)
  const copy = await found(makeCopy(feed))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_INCOMPLETE' })
  const [part = ''] = partsOf(copy)
  const have = statSync(join(copy.dataDir, 'updates', part)).size
  expect(have).toBeGreaterThan(0)
  expect((await copy.updater.state()).phase).toBe('idle')
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
  expect(packageRequests()).toEqual([NAME, `${NAME} bytes=${have}-`])
})

it('goes on in another start of the program', async () => {
  const bytes = feed.release('1.1.0')
  breakOnce(MiB)
  const first = await found(makeCopy(feed))
  await expect(first.updater.download()).rejects.toMatchObject({ code: 'UPDATE_INCOMPLETE' })
  const again = await found({ ...makeCopy(feed, { dataDir: first.dataDir }), dataDir: first.dataDir })
  await again.updater.download()
  expect(readFileSync(fileOf(again)).equals(bytes)).toBe(true)
  expect(packageRequests()[1]).toMatch(/ bytes=\d+-$/)
})

it('begins anew at a server that knows no ranges', async () => {
  const bytes = feed.release('1.1.0')
  feed.ranges = false
  breakOnce(MiB)
  const copy = await found(makeCopy(feed))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_INCOMPLETE' })
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
})

it('begins anew when the file has changed between the halves', async () => {
  const bytes = randomBytes(2 * MiB)
  feed.release('1.1.0', bytes)
  feed.put(NAME, randomBytes(2 * MiB))
  breakOnce(MiB)
  const copy = await found(makeCopy(feed))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_INCOMPLETE' })
  feed.put(NAME, bytes)
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
  // The server knows by its mark: nothing of the other half is fetched.
  expect(packageRequests()).toHaveLength(2)
})

it('the same where the server gives the file no mark: the checksum tells', async () => {
  const bytes = randomBytes(2 * MiB)
  feed.release('1.1.0', bytes)
  feed.files.set(NAME, { bytes: randomBytes(2 * MiB), etag: null })
  breakOnce(MiB)
  const copy = await found(makeCopy(feed))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_INCOMPLETE' })
  feed.files.set(NAME, { bytes, etag: null })
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
  expect(packageRequests()).toHaveLength(3)
})

it('keeps what there is of a file that is too short, and tells it every time', async () => {
  const bytes = feed.release('1.1.0')
  feed.put(NAME, bytes.subarray(0, MiB))
  const copy = await found(makeCopy(feed))
  for (let tries = 0; tries < 2; tries += 1)
    await expect(copy.updater.download()).rejects.toMatchObject({
      code: 'UPDATE_INCOMPLETE',
      details: { actual: MiB, limit: 2 * MiB },
    })
  feed.put(NAME, bytes)
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
})

it('refuses a file of the right length that is another, and keeps nothing of it', async () => {
  feed.release('1.1.0')
  feed.put(NAME, randomBytes(2 * MiB))
  const copy = await found(makeCopy(feed))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_DAMAGED' })
  expect(partsOf(copy)).toEqual([])
  expect(existsSync(fileOf(copy))).toBe(false)
})

it.each([true, false])('refuses more bytes than were promised (said beforehand: %s)', async (isSaid) => {
  const bytes = feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  feed.interfere = (request, response) => {
    if (!(request.url ?? '').endsWith('.deb')) return false
    const more = Buffer.concat([bytes, randomBytes(MiB)])
    // Said beforehand, nothing has to come.
    if (isSaid) response.writeHead(200, { 'content-length': more.byteLength }).write(more.subarray(0, 1))
    else response.writeHead(200).end(more)
    return true
  }
  await expect(copy.updater.download()).rejects.toMatchObject({
    code: 'UPDATE_DAMAGED',
    details: { reason: 'it is larger than it says' },
  })
  expect(partsOf(copy)).toEqual([])
})

it('follows a package to no other place', async () => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  feed.interfere = (request, response) => {
    if (!(request.url ?? '').endsWith('.deb')) return false
    response.writeHead(307, { location: 'http://127.0.0.1:1/a.deb' }).end()
    return true
  }
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_ELSEWHERE' })
})

it('needs room for the package, for what it unpacks, and for what stays free, before it begins', async () => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  const limit = 2 * 2 * MiB + copy.rules.reserveBytes
  copy.freeBytes = limit - 1
  await expect(copy.updater.download()).rejects.toMatchObject({
    code: 'UPDATE_NO_ROOM',
    details: { actual: limit - 1, limit },
  })
  expect(packageRequests()).toEqual([])
  copy.freeBytes = limit
  await copy.updater.download()
})

it('needs no room for what a download before a restart has brought whole', async () => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  await copy.updater.download()
  const again = await found(makeCopy(feed, { dataDir: copy.dataDir }))
  const limit = 2 * MiB + again.rules.reserveBytes
  again.freeBytes = limit - 1
  await expect(again.updater.download()).rejects.toMatchObject({ details: { actual: limit - 1, limit } })
  again.freeBytes = limit
  await again.updater.download()
  expect((await again.updater.state()).phase).toBe('downloaded')
  expect(packageRequests()).toHaveLength(1)
})

it.skipIf(process.platform !== 'linux')('says that the disk is full, and gives back what it took of it', async () => {
  feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  const [file] = JSON.parse(
    feed.files
      .get('latest-linux.yml')
      ?.bytes.toString()
      .match(/files: (.*)/)?.[1] ?? '[]',
  ) as {
    sha512: string
  }[]
  const part = `${Buffer.from(file?.sha512 ?? '', 'base64')
    .toString('hex')
    .slice(0, 32)}.part`
  // A disk that is always full.
  symlinkSync('/dev/full', join(copy.dataDir, 'updates', part))
  await expect(copy.updater.download()).rejects.toMatchObject({ code: 'UPDATE_NO_ROOM' })
  expect(partsOf(copy)).toEqual([])
  await copy.updater.download()
  expect(existsSync(fileOf(copy))).toBe(true)
})

it('gives a server up that stops in the middle, and goes on later', async () => {
  const bytes = feed.release('1.1.0')
  const copy = await found(makeCopy(feed, { patienceMs: 300 }))
  feed.interfere = (request, response) => {
    if (!(request.url ?? '').endsWith('.deb')) return false
    feed.interfere = () => false
    response.writeHead(200, { 'content-length': bytes.byteLength }).write(bytes.subarray(0, MiB))
    return true
  }
  await expect(copy.updater.download()).rejects.toMatchObject({
    code: 'UPDATE_INCOMPLETE',
    details: { reason: expect.stringContaining('no answer') as string },
  })
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
})

it('ends at a word of the person, keeps what there is, and is open for the next step', async () => {
  const bytes = feed.release('1.1.0')
  const copy = await found(makeCopy(feed))
  let begun = (): void => undefined
  const halfway = new Promise<void>((resolve) => (begun = resolve))
  feed.interfere = (request, response) => {
    if (!(request.url ?? '').endsWith('.deb')) return false
    feed.interfere = () => false
    response.writeHead(200, { 'content-length': bytes.byteLength }).write(bytes.subarray(0, MiB), () => begun())
    return true
  }
  const download = copy.updater.download()
  await halfway
  await expect(copy.updater.check()).rejects.toMatchObject({ code: 'UPDATE_BUSY' })
  copy.updater.cancel()
  await expect(download).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await copy.updater.state()).toMatchObject({ phase: 'idle', found: { version: '1.1.0' } })
  await copy.updater.download()
  expect(readFileSync(fileOf(copy)).equals(bytes)).toBe(true)
})

it('keeps no packages but those of this version and the next', async () => {
  feed.release('1.0.5')
  const copy = await found(makeCopy(feed))
  await copy.updater.download()
  feed.release('1.1.0', randomBytes(MiB), { files: undefined })
  const bytes = randomBytes(MiB)
  feed.put(NAME, bytes)
  feed.publish(
    'latest-linux.yml',
    manifestText({ version: '1.1.0', files: [{ url: NAME, sha512: sha512(bytes), size: MiB }] }),
  )
  // A copy that an installer was given once.
  const handed = join(copy.dataDir, 'updates', 'installer', 'handed', 'pending')
  mkdirSync(handed, { recursive: true })
  writeFileSync(join(handed, 'Sluice Setup.exe'), 'old')
  await copy.updater.check()
  await copy.updater.download()
  expect(readdirSync(join(copy.dataDir, 'updates', 'packages'))).toEqual(['1.1.0'])
  expect(readdirSync(join(copy.dataDir, 'updates'))).not.toContain('installer')
})
