import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createInflateBudget, type InflatingTask } from '../../../src/main/ingest/inflate-budget'
import { resolveLimits } from '../../../src/shared/limits'
import { makeTempDir } from '../../support/engine'

const MiB = 1024 * 1024
const limits = resolveLimits({
  'archive.totalBytes': 100 * MiB,
  'archive.totalRatio': 200,
  'archive.totalRatioFromBytes': 10 * MiB,
})

const temp = makeTempDir('budget')
afterAll(() => temp.remove())
const location = join(temp.path, 'a.zip')
writeFileSync(location, 'small')

const entry = (id: number, sizeBytes: number, more: Partial<InflatingTask> = {}): InflatingTask => ({
  id,
  jobId: 1,
  locator: { location, entries: [{ index: id, name: `${id}` }] },
  sizeBytes,
  ...more,
})

describe('the inflate budget', () => {
  it('gives a small archive the harmless amount, a larger one its ratio, a huge one the total', () => {
    const budget = createInflateBudget()
    expect(budget.left(1, '/a.zip', 100, limits)).toBe(10 * MiB)
    expect(budget.left(1, '/a.zip', 0.25 * MiB, limits)).toBe(50 * MiB)
    expect(budget.left(1, '/a.zip', 50 * MiB, limits)).toBe(100 * MiB)
  })

  it('counts what is declared before it is inflated, so that two at the same time do not get the same rest', async () => {
    const budget = createInflateBudget()
    const both = [budget.reserve(entry(1, 6 * MiB), limits), budget.reserve(entry(2, 3 * MiB), limits)]
    const given = (await Promise.all(both)).map((bytes) => (bytes ?? 0) / MiB).sort((left, right) => left - right)
    // Whose file is looked at first is up to the system.
    expect([
      [4, 10],
      [7, 10],
    ]).toContainEqual(given)
    expect(budget.left(1, location, 100, limits)).toBe(1 * MiB)
  })

  it('corrects it to what was inflated, over all entries of the archive, and never below zero', async () => {
    const budget = createInflateBudget()
    await budget.reserve(entry(1, 6 * MiB), limits)
    budget.spend(entry(1, 6 * MiB), 2 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(8 * MiB)
    budget.spend(entry(2, 3 * MiB), 30 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(0)
  })

  it('ends what would pass the limit of the whole job, over all of its archives', async () => {
    const budget = createInflateBudget()
    const tight = { ...limits, 'job.inflatedBytes': 8 * MiB }
    const elsewhere = { location: '/b.zip', entries: [{ index: 0, name: '0' }] }
    await budget.reserve(entry(1, 6 * MiB), tight)
    await expect(budget.reserve(entry(2, 3 * MiB, { locator: elsewhere }), tight)).rejects.toMatchObject({
      code: 'JOB_INFLATED_LIMIT',
      details: { actual: 9 * MiB, limit: 8 * MiB, setting: 'job.inflatedBytes' },
    })
    expect(await budget.reserve(entry(3, MiB, { locator: elsewhere }), tight)).toBe(10 * MiB)
    expect(await budget.reserve(entry(4, 3 * MiB, { jobId: 2 }), tight)).toBe(10 * MiB)
  })

  it('counts an entry once however often it is tried', async () => {
    const budget = createInflateBudget()
    expect(await budget.reserve(entry(1, 6 * MiB), limits)).toBe(10 * MiB)
    expect(await budget.reserve(entry(1, 6 * MiB), limits)).toBe(10 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(4 * MiB)
  })

  it('takes nothing for what does not fit: it is refused, its neighbors are read', async () => {
    const budget = createInflateBudget()
    expect(await budget.reserve(entry(1, 11 * MiB), limits)).toBe(10 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(10 * MiB)
  })

  it('leaves files on disk alone', async () => {
    const budget = createInflateBudget()
    const file = entry(1, 6 * MiB, { locator: { location, entries: [] } })
    expect(await budget.reserve(file, limits)).toBeNull()
    budget.spend(file, 6 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(10 * MiB)
  })

  it('keeps archives and jobs apart, and forgets a job that ended', () => {
    const budget = createInflateBudget()
    budget.spend(entry(1, 0), 10 * MiB)
    expect(budget.left(1, location, 100, limits)).toBe(0)
    expect(budget.left(1, '/b.zip', 100, limits)).toBe(10 * MiB)
    expect(budget.left(2, location, 100, limits)).toBe(10 * MiB)
    budget.forget(1)
    expect(budget.left(1, location, 100, limits)).toBe(10 * MiB)
  })
})
