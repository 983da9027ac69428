import { describe, expect, it } from 'vitest'
import { HERON, OTTER, readFixture } from '../../../support/archive-fixtures'
import { useBench } from '../../../support/unpack'

const bench = useBench()

const unpack = (bytes: Buffer, name = 'a.7z'): Promise<Record<string, string>> =>
  bench().unpack(bench().write(name, bytes), name)
const both = { 'a.7z!/d/heron.txt': HERON, 'a.7z!/d/sub/otter.txt': OTTER }

describe('a 7z', () => {
  it('is read, its entries compressed together or each alone', async () => {
    expect(await unpack(readFixture('solid.7z'))).toEqual(both)
    expect(await unpack(readFixture('copy.7z'))).toEqual(both)
  })

  it('is told by its bytes, whatever its name, with its figures', async () => {
    const { entries, result } = await bench().expand(bench().write('a.zip', readFixture('solid.7z')))
    expect(result).toMatchObject({ kind: '7z', entries: 2, bytesExpanded: HERON.length + OTTER.length, warnings: [] })
    expect(result.bytesCompressed).toBeGreaterThan(50)
    expect(result.bytesCompressed).toBeLessThan(330)
    expect(new Date(entries[0]?.modifiedMs ?? 0).getUTCFullYear()).toBe(2024)
  })

  it('with one entry damaged: that one is named, its neighbors are read', async () => {
    const bytes = readFixture('copy.7z')
    const at = bytes.indexOf('heron stands')
    bytes[at] = 0x48
    expect(await unpack(bytes)).toEqual({ ...both, 'a.7z!/d/heron.txt': 'ARCHIVE_ENTRY_CORRUPT' })
  })

  it('that is cut off has lost its table of contents', async () => {
    const bytes = readFixture('solid.7z')
    for (const size of [40, 100, 300])
      expect(await unpack(bytes.subarray(0, size))).toEqual({ 'a.7z': 'ARCHIVE_TRUNCATED' })
  })

  it('with a byte changed anywhere is found out, and never gives another text', async () => {
    const whole = readFixture('solid.7z')
    for (let at = 8; at < whole.length; at += 17) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 0x20
      const allowed = [HERON, OTTER, 'ARCHIVE_CORRUPT', 'ARCHIVE_TRUNCATED', 'ARCHIVE_ENTRY_CORRUPT', 'ARCHIVE_METHOD']
      const found = Object.values(await unpack(bytes))
      expect(
        found.filter((value) => !allowed.includes(value)),
        `byte ${at}`,
      ).toEqual([])
    }
  })

  it('with more entries than allowed, or larger ones, is refused before it is unpacked', async () => {
    bench().setLimits({ 'archive.entries': 1 })
    expect(await unpack(readFixture('solid.7z'))).toEqual({ 'a.7z': 'ARCHIVE_ENTRIES_LIMIT' })
    bench().setLimits({ 'archive.confirmBytes': 500 })
    await expect(bench().expand(bench().write('a.7z', readFixture('solid.7z')))).rejects.toMatchObject({
      code: 'ARCHIVE_CONFIRM',
      details: { entries: 2 },
    })
  })
})

describe('Deflate64 in a zip', () => {
  const LOCAL_HEADER_BYTES = 30
  const startOf = (bytes: Buffer): number => bytes.indexOf('sub/otter.txt') - LOCAL_HEADER_BYTES

  it('is read', async () => {
    const bytes = readFixture('d64.zip')
    expect(bytes.readUInt16LE(startOf(bytes) + 8)).toBe(9)
    expect(await unpack(bytes, 'a.zip')).toEqual({ 'a.zip!/sub/otter.txt': OTTER, 'a.zip!/heron.txt': HERON })
  })

  it('and damaged is named', async () => {
    const bytes = readFixture('d64.zip')
    const at = startOf(bytes) + LOCAL_HEADER_BYTES + 'sub/otter.txt'.length + 40
    bytes[at] = (bytes[at] ?? 0) ^ 0x55
    const found = await unpack(bytes, 'a.zip')
    expect(found).toEqual({ 'a.zip!/sub/otter.txt': 'ARCHIVE_ENTRY_CORRUPT', 'a.zip!/heron.txt': HERON })
  })
})
