import { describe, expect, it } from 'vitest'
import { createInflateBudget } from '../../../src/main/ingest/inflate-budget'
import { resolveLimits } from '../../../src/shared/limits'

const MiB = 1024 * 1024
const limits = resolveLimits({
  'archive.totalBytes': 100 * MiB,
  'archive.totalRatio': 200,
  'archive.totalRatioFromBytes': 10 * MiB,
})

describe('the inflate budget', () => {
  it('gives a small archive the harmless amount, a larger one its ratio, a huge one the total', () => {
    const budget = createInflateBudget()
    expect(budget.left(1, '/a.zip', 100, limits)).toBe(10 * MiB)
    expect(budget.left(1, '/a.zip', 0.25 * MiB, limits)).toBe(50 * MiB)
    expect(budget.left(1, '/a.zip', 50 * MiB, limits)).toBe(100 * MiB)
  })

  it('counts over all entries of the archive, whatever their nesting, and never below zero', () => {
    const budget = createInflateBudget()
    budget.spend(1, '/a.zip', 6 * MiB)
    budget.spend(1, '/a.zip', 3 * MiB)
    expect(budget.left(1, '/a.zip', 100, limits)).toBe(1 * MiB)
    budget.spend(1, '/a.zip', 30 * MiB)
    expect(budget.left(1, '/a.zip', 100, limits)).toBe(0)
  })

  it('keeps archives and jobs apart, and forgets a job that ended', () => {
    const budget = createInflateBudget()
    budget.spend(1, '/a.zip', 10 * MiB)
    expect(budget.left(1, '/b.zip', 100, limits)).toBe(10 * MiB)
    expect(budget.left(2, '/a.zip', 100, limits)).toBe(10 * MiB)
    budget.forget(1)
    expect(budget.left(1, '/a.zip', 100, limits)).toBe(10 * MiB)
  })
})
