import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { HERON, OTTER, readFixture } from '../../../support/archive-fixtures'
import type { FixtureName } from '../../../support/archive-fixtures'
import { forgeTar } from '../../../support/tar-forge'
import { useBench } from '../../../support/unpack'
import { forgeZip } from '../../../support/zip-forge'

const MiB = 1024 * 1024

const bench = useBench()

const unpack = (name: string, bytes: Buffer): Promise<Record<string, string>> =>
  bench().unpack(bench().write(name, bytes), name)

/** Bytes that do not compress: they repeat, but only after more than deflate looks back. */
const block = Buffer.alloc(65_537)
for (let at = 0, state = 1; at < block.length; at += 1) block[at] = (state = (state * 48_271) % 2_147_483_647) & 0xff
const noise = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, block)
const gzip = (bytes: Buffer | string): Buffer => gzipSync(bytes, { level: 1 })

const kinds = [
  { extension: 'bz2', file: 'heron.txt.bz2', tar: 'd.tar.bz2', kind: 'bzip2' },
  { extension: 'xz', file: 'heron.txt.xz', tar: 'd.tar.xz', kind: 'xz' },
  { extension: 'zst', file: 'heron.txt.zst', tar: 'd.tar.zst', kind: 'zstd' },
] as const satisfies readonly { extension: string; file: FixtureName; tar: FixtureName; kind: string }[]

for (const { extension, file, tar, kind } of kinds) {
  describe(`what ${kind} made`, () => {
    it('of one file holds that file, named without the extension', async () => {
      expect(await unpack(`heron.txt.${extension}`, readFixture(file))).toEqual({
        [`heron.txt.${extension}!/heron.txt`]: HERON,
      })
      const { result } = await bench().expand(bench().write('b', readFixture(file)))
      expect(result).toMatchObject({
        kind,
        entries: 1,
        bytesExpanded: HERON.length,
        bytesCompressed: readFixture(file).length,
      })
    })

    it('of a tar holds what the tar holds', async () => {
      expect(await unpack('d', readFixture(tar))).toEqual({ 'd!/d/heron.txt': HERON, 'd!/d/sub/otter.txt': OTTER })
    })

    it('twice, one after the other, is one file', async () => {
      const twice = Buffer.concat([readFixture(file), readFixture(file)])
      expect(await unpack(`t.${extension}`, twice)).toEqual({ [`t.${extension}!/t`]: HERON + HERON })
    })

    it(
      kind === 'xz'
        ? 'with something else behind it is damaged'
        : 'with something else behind it is read, which is said',
      async () => {
        const more = Buffer.concat([readFixture(file), Buffer.from('something else')])
        const found = await unpack(`t.${extension}`, more)
        // An xz file may go on with more of its kind, so that its reader takes what follows for that.
        if (kind === 'xz') return expect(found).toEqual({ [`t.${extension}`]: 'ARCHIVE_CORRUPT' })
        expect(found).toEqual({ [`t.${extension}!/t`]: HERON })
        const { result } = await bench().expand(bench().write(`t.${extension}`, more))
        expect(result.warnings).toEqual([{ code: 'ARCHIVE_EXTRA_BYTES', details: { where: 'after', bytes: 14 } }])
      },
    )

    it('that is cut at any place gives what is whole, or says that it is cut off', async () => {
      const whole = readFixture(tar)
      for (let size = 16; size < whole.length - 1; size += 23) {
        const found = Object.values(await unpack(`d.tar.${extension}`, whole.subarray(0, size)))
        const known = [HERON, OTTER, 'ARCHIVE_TRUNCATED', 'ARCHIVE_ENTRY_CORRUPT']
        expect(
          found.filter((value) => !known.includes(value)),
          `${size} bytes`,
        ).toEqual([])
        // Nothing of it may be there but a folder; that there was more is said all the same.
        const said =
          found.length > 0
            ? []
            : (await bench().expand(bench().write('b.tar', whole.subarray(0, size)))).result.warnings
        expect(found.length + said.length, `${size} bytes`).toBeGreaterThan(0)
      }
    })

    it('with a byte changed anywhere is found out', async () => {
      const whole = readFixture(file)
      for (let at = 6; at < whole.length; at += 5) {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        const found = Object.values(await unpack(`h.${extension}`, bytes))
        expect(found, `byte ${at}`).toHaveLength(1)
        // A header may say less and still be true; the text is never another one.
        expect(
          ['ARCHIVE_CORRUPT', 'ARCHIVE_TRUNCATED', 'ARCHIVE_METHOD', 'UNSUPPORTED_FORMAT', HERON],
          `byte ${at}`,
        ).toContain(found[0])
      }
    })
  })
}

describe('what gzip made', () => {
  it('of one file holds that file; of a tar what the tar holds', async () => {
    expect(await unpack('notes.txt.gz', gzipSync(HERON))).toEqual({ 'notes.txt.gz!/notes.txt': HERON })
    const tar = gzipSync(forgeTar([{ name: 'b.txt', data: 'in the tar' }]))
    expect(await unpack('a.tar.gz', tar)).toEqual({ 'a.tar.gz!/b.txt': 'in the tar' })
    expect(await unpack('a.tgz', tar)).toEqual({ 'a.tgz!/b.txt': 'in the tar' })
  })

  it('of several files after each other is one, and what is no gzip behind it is passed over', async () => {
    const twice = Buffer.concat([gzipSync(HERON), gzipSync(HERON), Buffer.from('filling')])
    expect(await unpack('t.gz', twice)).toEqual({ 't.gz!/t': HERON + HERON })
    const { result } = await bench().expand(bench().write('t.gz', twice))
    expect(result.warnings).toMatchObject([{ code: 'ARCHIVE_EXTRA_BYTES', details: { where: 'after' } }])
    const padded = Buffer.concat([gzipSync(HERON), Buffer.alloc(1_000)])
    expect(await unpack('t.gz', padded)).toEqual({ 't.gz!/t': HERON })
    expect((await bench().expand(bench().write('t.gz', padded))).result.warnings).toEqual([])
  })

  it('goes by the name in it only where the file has none, and only by a name that is safe', async () => {
    const named = (name: string): Buffer => {
      const bytes = gzipSync('x')
      const header = Buffer.from(bytes.subarray(0, 10))
      header[3] = 8
      return Buffer.concat([header, Buffer.from(`${name}\0`), bytes.subarray(10)])
    }
    expect(await unpack('a.gz', named('other.txt'))).toEqual({ 'a.gz!/a': 'x' })
    expect(await unpack('download', named('notes.txt'))).toEqual({ 'download!/notes.txt': 'x' })
    expect(await unpack('download', named('../notes.txt'))).toEqual({ 'download!/download': 'x' })
    expect(await unpack('download', named('a/b.txt'))).toEqual({ 'download!/download': 'x' })
    expect(await unpack('download', named('a\u202Eb'))).toEqual({ 'download!/download': 'x' })
  })

  it('and cut off gives what was there, with a warning; with a wrong checksum nothing', async () => {
    const text = noise(200_000).toString('hex')
    const bytes = gzipSync(text)
    const half = await unpack('t.gz', bytes.subarray(0, bytes.length / 2))
    expect(text.startsWith(half['t.gz!/t'] ?? '?')).toBe(true)
    expect(half['t.gz!/t']?.length).toBeGreaterThan(text.length / 3)
    const { result } = await bench().expand(bench().write('t.gz', bytes.subarray(0, bytes.length / 2)))
    expect(result.warnings).toMatchObject([{ code: 'ARCHIVE_CUT_OFF' }])
    const wrong = Buffer.from(bytes)
    wrong.writeUInt32LE(0, wrong.length - 8)
    expect(await unpack('t.gz', wrong)).toEqual({ 't.gz': 'ARCHIVE_CORRUPT' })
  })

  it('of a tar that is cut off in it gives the entries before', async () => {
    const tar = forgeTar([
      { name: 'a', data: 'whole' },
      { name: 'b', data: noise(300_000) },
    ])
    const bytes = gzipSync(tar)
    expect(await unpack('t.tgz', bytes.subarray(0, bytes.length / 2))).toEqual({
      't.tgz!/a': 'whole',
      't.tgz!/b': 'ARCHIVE_ENTRY_CORRUPT',
    })
  })
})

describe('bombs in compressed files', () => {
  it('are stopped on the way, by ratio, size, total and temporary disk', async () => {
    const zeros = gzip(Buffer.alloc(40 * MiB))
    expect(await unpack('t.gz', zeros)).toEqual({ 't.gz': 'ARCHIVE_BOMB_RATIO' })
    const tar = gzip(forgeTar([{ name: 'a', data: Buffer.alloc(40 * MiB) }]))
    expect(await unpack('t.tgz', tar)).toEqual({ 't.tgz': 'ARCHIVE_BOMB_RATIO' })
    const honest = gzip(noise(3 * MiB))
    bench().setLimits({ 'archive.entryBytes': MiB })
    expect(await unpack('t.gz', honest)).toEqual({ 't.gz': 'ARCHIVE_ENTRY_LIMIT' })
    bench().setLimits({ 'archive.totalBytes': 2 * MiB })
    expect(await unpack('t.gz', honest)).toEqual({ 't.gz': 'ARCHIVE_TOTAL_LIMIT' })
    const large = gzip(forgeTar([{ name: 'a', data: noise(18 * MiB) }]))
    bench().setLimits({ 'job.tempBytes': 17 * MiB })
    expect(await unpack('t.tgz', large)).toEqual({ 't.tgz': 'TEMP_DISK_LIMIT' })
  })

  it('wait for a person as soon as they pass what is read without asking', async () => {
    bench().setLimits({ 'archive.confirmBytes': MiB })
    const locator = bench().write('t.gz', gzip(noise(3 * MiB)))
    await expect(bench().expand(locator)).rejects.toMatchObject({ code: 'ARCHIVE_CONFIRM', details: { limit: MiB } })
    bench().confirmed = true
    expect((await bench().expand(locator)).result.bytesExpanded).toBe(3 * MiB)
  })

  it('and a full disk stops before it is full', async () => {
    bench().setLimits({ 'disk.freeBytes': 1024 * 1024 * MiB })
    const large = gzip(forgeTar([{ name: 'a', data: noise(18 * MiB) }]))
    expect(await unpack('t.tgz', large)).toEqual({ 't.tgz': 'DISK_FULL' })
  })
})

describe('containers in containers', () => {
  it('of any kind in any other', async () => {
    const tgz = gzipSync(forgeTar([{ name: 'b.txt.bz2', data: readFixture('heron.txt.bz2') }]))
    const zip = forgeZip([
      { name: 'a.tar.gz', data: tgz },
      { name: 's.7z', data: readFixture('solid.7z') },
    ])
    expect(await unpack('all.tar', forgeTar([{ name: 'z.zip', data: zip }]))).toEqual({
      'all.tar!/z.zip!/a.tar.gz!/b.txt.bz2!/b.txt': HERON,
      'all.tar!/z.zip!/s.7z!/d/heron.txt': HERON,
      'all.tar!/z.zip!/s.7z!/d/sub/otter.txt': OTTER,
    })
  })

  it('are unpacked once for all of their entries', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `${n}.txt`)
    const tar = forgeTar(names.map((name) => ({ name, data: noise(400_000) })))
    const locator = bench().write('t.tgz', gzip(tar))
    const { entries } = await bench().expand(locator)
    const [spooled] = bench().temp()
    for (const { index, name } of entries.slice(0, 5)) {
      const item = await bench().open({ ...locator, entries: [{ index, name }] })
      expect(item.sizeBytes).toBe(400_000)
      await item.close()
    }
    expect(bench().temp()).toEqual([spooled])
  })
})
