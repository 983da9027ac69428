import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors'
import type { Locator } from '../../../../src/shared/work'
import { OpenArchives } from '../../../../src/workers/archive/open-archives'
import { useBench, entryOf } from '../../../support/unpack'
import { forgeZip } from '../../../support/zip-forge'

const MiB = 1024 * 1024
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
/** Bytes that do not compress: they repeat, but only after more than deflate looks back. */
const block = Buffer.alloc(65_537)
for (let at = 0, state = 1; at < block.length; at += 1) block[at] = (state = (state * 48_271) % 2_147_483_647) & 0xff
const noise = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, block)
const collect = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const bench = useBench()

describe('a file on disk', () => {
  it('is read once while it is small: size, checksum, beginning and bytes', async () => {
    const bytes = noise(100_000)
    const locator = bench().write('a.bin', bytes)
    const item = await bench().open(locator)
    rmSync(locator.location)
    expect(item.sizeBytes).toBe(100_000)
    expect(item.sha256).toBe(sha256(bytes))
    expect(item.head.equals(bytes.subarray(0, 65_536))).toBe(true)
    expect((await item.read()).equals(bytes)).toBe(true)
    expect((await collect(item.stream())).equals(bytes)).toBe(true)
    await item.close()
    await item.close()
  })

  it('is streamed while it is large, as often as asked, with signs of life', async () => {
    const bytes = noise(9 * MiB)
    const item = await bench().open(bench().write('large.bin', bytes))
    expect(item.sha256).toBe(sha256(bytes))
    expect(item.head.equals(bytes.subarray(0, 65_536))).toBe(true)
    expect((await collect(item.stream())).equals(bytes)).toBe(true)
    expect((await item.read()).equals(bytes)).toBe(true)
    expect(await item.filePath()).toBe(join(bench().root, 'large.bin'))
    expect(bench().beats).toBeGreaterThan(9)
    await item.close()
    await expect(collect(item.stream())).rejects.toThrow('closed')
  })

  it('that is empty has no bytes', async () => {
    const item = await bench().open(bench().write('empty', ''))
    expect(item).toMatchObject({ sizeBytes: 0, sha256: sha256('') })
    expect((await collect(item.stream())).length).toBe(0)
    await item.close()
  })

  it('that changes while it is streamed fails as changed', async () => {
    const locator = bench().write('large.bin', noise(9 * MiB))
    const item = await bench().open(locator)
    const stream = item.stream()
    await new Promise((resolve) => stream.once('readable', resolve))
    appendFileSync(locator.location, 'more')
    await expect(collect(stream)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await expect(item.read()).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await item.close()
  })

  it('that is replaced by another one while it is hashed fails as changed', async () => {
    const locator = bench().write('large.bin', noise(9 * MiB))
    const other = bench().write('other.bin', noise(9 * MiB))
    const opening = bench().open(locator)
    renameSync(other.location, locator.location)
    await expect(opening).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  it('that vanished fails as changed, and one that is too large is not read at all', async () => {
    await expect(bench().open({ location: join(bench().root, 'gone'), entries: [] })).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    })
    const locator = bench().write('a.bin', noise(5_000))
    bench().setLimits({ 'document.bytes': 4_096 })
    await expect(bench().open(locator)).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      details: { actual: 5_000, limit: 4_096, setting: 'document.bytes' },
    })
    expect(bench().beats).toBe(0)
  })

  it.skipIf(process.platform === 'win32')('that became a pipe or a folder is refused without waiting', async () => {
    expect(spawnSync('mkfifo', [join(bench().root, 'pipe')]).status).toBe(0)
    await expect(bench().open({ location: join(bench().root, 'pipe'), entries: [] })).rejects.toMatchObject({
      code: 'NOT_A_FILE',
    })
    await expect(bench().open({ location: bench().root, entries: [] })).rejects.toMatchObject({ code: 'NOT_A_FILE' })
  })

  it.skipIf(process.platform !== 'linux')(
    'whose name is not Unicode is opened by its bytes, and copied for who needs a path',
    async () => {
      const raw = Buffer.concat([Buffer.from(`${bench().root}/`), Buffer.from([0xe9, 0x2e, 0x62])])
      writeFileSync(raw, 'text')
      const locator: Locator = {
        location: join(bench().root, '%E9.b'),
        locationBytes: raw.toString('base64'),
        entries: [],
      }
      const item = await bench().open(locator)
      expect((await item.read()).toString()).toBe('text')
      const path = await item.filePath()
      expect(readFileSync(path, 'utf8')).toBe('text')
      expect(await item.filePath()).toBe(path)
      await item.close()
      expect(existsSync(path)).toBe(false)
      rmSync(raw)
    },
  )

  it('is not read when the task is cancelled, and the reason is kept', async () => {
    const locator = bench().write('a.txt', 'text')
    bench().abort()
    await expect(bench().open(locator)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('an entry of an archive', () => {
  const zipWith = (data: Buffer | string, method = 8): Locator =>
    entryOf(bench().write('a.zip', forgeZip([{ name: 'x/y.bin', data, method }])), { index: 0, name: 'x/y.bin' })

  it('is inflated once into memory while it is small', async () => {
    const bytes = noise(200_000)
    const item = await bench().open(zipWith(bytes))
    expect(item).toMatchObject({ sizeBytes: 200_000, sha256: sha256(bytes) })
    expect(item.head.equals(bytes.subarray(0, 65_536))).toBe(true)
    expect((await item.read()).equals(bytes)).toBe(true)
    expect(bench().temp()).toEqual([])
    const path = await item.filePath()
    expect(path).toMatch(/[\\/]temp[\\/]\d+$/)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    await item.close()
    expect(existsSync(path)).toBe(false)
  })

  it.each([0, 8])('is spooled under a number while it is large, and gone when closed (method %i)', async (method) => {
    const bytes = noise(17 * MiB)
    const item = await bench().open(zipWith(bytes, method))
    expect(bench().temp()).toHaveLength(1)
    expect(bench().temp()[0]).toMatch(/^\d+$/)
    expect(bench().archives.temp.bytes).toBe(17 * MiB)
    expect(item.sha256).toBe(sha256(bytes))
    expect((await item.read()).equals(bytes)).toBe(true)
    await item.close()
    expect(bench().temp()).toEqual([])
    expect(bench().archives.temp.bytes).toBe(0)
  })

  it('takes the next number when an earlier life left a file there', async () => {
    writeFileSync(join(bench().tempDir, String(bench().archives.temp.nextNumber)), 'left')
    const item = await bench().open(zipWith(noise(17 * MiB), 0))
    expect(bench().temp()).toHaveLength(2)
    await item.close()
    expect(bench().temp()).toHaveLength(1)
    rmSync(join(bench().tempDir, bench().temp()[0] ?? ''))
  })

  it('stops at the limit for temporary disk and leaves nothing there', async () => {
    bench().setLimits({ 'job.tempBytes': MiB })
    await expect(bench().open(zipWith(noise(17 * MiB), 0))).rejects.toMatchObject({
      code: 'TEMP_DISK_LIMIT',
      details: { limit: MiB, setting: 'job.tempBytes' },
    })
    expect(bench().temp()).toEqual([])
    expect(bench().archives.temp.bytes).toBe(0)
  })

  it('that is damaged at its very end leaves nothing behind', async () => {
    const zip = forgeZip([{ name: 'y', data: noise(17 * MiB), method: 0, crc32: 1 }])
    const locator = entryOf(bench().write('a.zip', zip), { index: 0, name: 'y' })
    await expect(bench().open(locator)).rejects.toMatchObject({ code: 'ARCHIVE_ENTRY_CORRUPT' })
    expect(bench().temp()).toEqual([])
  })

  it('stops at the budget of the offered archive and names the limit that made it', async () => {
    const locator = zipWith(noise(50_000))
    await expect(bench().open(locator, 49_999)).rejects.toMatchObject({
      code: 'ARCHIVE_BOMB_RATIO',
      details: { setting: 'archive.totalRatio' },
    })
    await (await bench().open(locator, 50_000)).close()
    bench().setLimits({ 'archive.totalBytes': 2 * MiB })
    await expect(bench().open(locator, 49_999)).rejects.toMatchObject({
      code: 'ARCHIVE_TOTAL_LIMIT',
      details: { limit: 2 * MiB, actual: 2 * MiB + 1, setting: 'archive.totalBytes' },
    })
  })

  it('larger than a document may be is refused before it is inflated', async () => {
    bench().setLimits({ 'document.bytes': 4_096 })
    await expect(bench().open(zipWith(noise(5_000)))).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      details: { actual: 5_000 },
    })
  })

  it('of an archive that was rewritten since it was listed fails as changed', async () => {
    const locator = zipWith('first')
    await (await bench().open(locator)).close()
    writeFileSync(locator.location, forgeZip([{ name: 'new.txt', data: 'other' }]))
    await expect(bench().open(locator)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    writeFileSync(locator.location, forgeZip([]))
    await expect(bench().open(locator)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  it('of an archive that is damaged while it is being rewritten is tried again, not called corrupt', async () => {
    const big = forgeZip([{ name: 'y', data: noise(20 * MiB), method: 0, crc32: 1 }])
    const locator = entryOf(bench().write('a.zip', big), { index: 0, name: 'y' })
    const opening = bench().open(locator)
    const outcome = expect(opening).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    appendFileSync(locator.location, 'more')
    await outcome
  })

  it('of an archive that changes while a sound entry is read is tried again', async () => {
    const sound = forgeZip([{ name: 'y', data: noise(20 * MiB), method: 0 }])
    const locator = entryOf(bench().write('a.zip', sound), { index: 0, name: 'y' })
    const opening = bench().open(locator)
    const outcome = expect(opening).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    appendFileSync(locator.location, 'more')
    await outcome
    expect(bench().temp()).toEqual([])
  })

  it('that says it is tiny is not inflated further than it says', async () => {
    const zip = forgeZip([{ name: 'y', data: Buffer.alloc(3 * MiB), sizeBytes: 10 }])
    const locator = entryOf(bench().write('a.zip', zip), { index: 0, name: 'y' })
    const cause = expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }) as unknown
    await expect(bench().open(locator)).rejects.toMatchObject({ code: 'ARCHIVE_ENTRY_CORRUPT', cause })
  })

  it('stops soon when the task is cancelled, with the reason it was given', async () => {
    const controller = new AbortController()
    const { openItem } = await import('../../../../src/workers/source/item')
    const reason = new AppError('WORKER_TIMEOUT', { limit: 1 })
    const { limits, tempDir, archives } = bench()
    let beats = 0
    const beat = (): void => {
      beats += 1
      if (beats === 3) controller.abort(reason)
    }
    const locator = zipWith(noise(18 * MiB), 0)
    const opening = openItem({
      locator,
      limits,
      tempDir,
      archives,
      inflateBudgetBytes: null,
      signal: controller.signal,
      beat,
    })
    await expect(opening).rejects.toBe(reason)
    expect(beats).toBe(3)
  })
})

describe('archives that stay open', () => {
  const many = (count: number): Buffer =>
    forgeZip(Array.from({ length: count }, (_, n) => ({ name: `${n}.txt`, data: `text ${n}`, method: 0 })))

  it('read the table of contents once for all of its entries', async () => {
    const zip = bench().write('a.zip', many(2_000))
    const lease = await bench().archives.open({
      ...bench(),
      locator: zip,
      inflateBudgetBytes: null,
      beat: () => undefined,
    })
    const { container } = lease
    lease.release()
    // Read again, the table would have too many entries now.
    bench().setLimits({ 'archive.entries': 1 })
    for (const index of [0, 700, 1_999]) {
      const item = await bench().open(entryOf(zip, { index, name: `${index}.txt` }))
      expect((await item.read()).toString()).toBe(`text ${index}`)
      await item.close()
    }
    const again = await bench().archives.open({
      ...bench(),
      locator: zip,
      inflateBudgetBytes: null,
      beat: () => undefined,
    })
    expect(again.container).toBe(container)
    again.release()
  })

  it('hold an archive in an archive in a temporary file while it is large, until they close', async () => {
    const inner = forgeZip([
      { name: 'x.bin', data: noise(17 * MiB), method: 0 },
      { name: 'y.txt', data: 'small' },
    ])
    const outer = bench().write('a.zip', forgeZip([{ name: 'inner.zip', data: inner, method: 0 }]))
    const nested = entryOf(outer, { index: 0, name: 'inner.zip' })
    const item = await bench().open(entryOf(nested, { index: 1, name: 'y.txt' }))
    expect((await item.read()).toString()).toBe('small')
    await item.close()
    expect(bench().temp()).toHaveLength(1)
    bench().archives.close()
    expect(bench().temp()).toEqual([])
  })

  it('are a few at most; one in use outlives the others and is closed when it is released', async () => {
    const archives = new OpenArchives()
    const beat = (): void => undefined
    const open = (name: string): ReturnType<OpenArchives['open']> =>
      archives.open({ ...bench(), locator: bench().write(name, many(3)), inflateBudgetBytes: null, beat })
    const used = await open('used.zip')
    for (let n = 0; n < 8; n += 1) (await open(`${n}.zip`)).release()
    const unpack = (): Promise<never> => Promise.reject(new Error('nothing is unpacked as a whole'))
    const read = async (): Promise<string> => {
      let text = ''
      const options = { ...bench(), beat, passwords: [], unpack }
      await used.container.read(1, options, (chunk) => (text += chunk.toString()))
      return text
    }
    expect(await read()).toBe('text 1')
    archives.close()
    expect(await read()).toBe('text 1')
    used.release()
    await expect(read()).rejects.toThrow(/EBADF/)
  })
})

describe('the pages of an archive', () => {
  it('hold at most 500 entries each, in the order of the table of contents', async () => {
    const zip = forgeZip(Array.from({ length: 1_201 }, (_, n) => ({ name: `${n}`, data: 'x', method: 0 })))
    const { entries, pages, result } = await bench().expand(bench().write('a.zip', zip))
    expect(pages).toEqual([500, 500, 201])
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 1_201 }, (_, n) => n))
    expect(result).toEqual({
      entries: 1_201,
      bytesCompressed: 1_201,
      bytesExpanded: 1_201,
      warnings: [],
      ignored: 0,
      kind: 'zip',
    })
    expect(bench().beats).toBeGreaterThan(1)
  })

  it('stay below half a megabyte of JSON when names are long', async () => {
    const name = (n: number): string => `${String(n).padStart(4, '0')}${'é'.repeat(2_000)}`
    const zip = bench().write('a.zip', forgeZip(Array.from({ length: 400 }, (_, n) => ({ name: name(n), data: 'x' }))))
    const { entries, pages } = await bench().expand(zip)
    expect(entries).toHaveLength(400)
    let at = 0
    for (const count of pages) {
      expect(Buffer.byteLength(JSON.stringify(entries.slice(at, at + count)))).toBeLessThan(500_000)
      at += count
    }
  })

  it('count what is left out by a folder name once, and folders not at all', async () => {
    const names = [
      'a/',
      'a/b.txt',
      'a/node_modules/x/i.js',
      'a/node_modules/y/i.js',
      '__MACOSX/a/._b.txt',
      'a/Thumbs.db',
      'a/.git/HEAD',
    ]
    const zip = forgeZip(names.map((name) => ({ name, data: name.endsWith('/') ? '' : 'x' })))
    const { entries, result } = await bench().expand(bench().write('a.zip', zip))
    expect(entries.map(({ name, problem }) => `${name} ${problem?.code ?? ''}`)).toEqual([
      'a/b.txt ',
      'a/node_modules IGNORED',
      '__MACOSX IGNORED',
      'a/Thumbs.db IGNORED',
      'a/.git IGNORED',
    ])
    expect(result).toMatchObject({ entries: 5, ignored: 5, bytesExpanded: 1 })
  })

  it('give each entry its size, checksum and time of change', async () => {
    const { entries } = await bench().expand(
      bench().write(
        'a.zip',
        forgeZip([
          { name: 'a.txt', data: 'text' },
          { name: 'b', dosDate: 0 },
        ]),
      ),
    )
    expect(entries[0]).toMatchObject({ index: 0, sizeBytes: 4, crc32: 0x3b8ba7c7, problem: null })
    expect(new Date(entries[0]?.modifiedMs ?? 0).getFullYear()).toBe(2024)
    expect(entries[1]?.modifiedMs).toBeNull()
  })
})
