import { describe, expect, it } from 'vitest'
import { CHUNK_MS, expectTime, guessRatio, isListable } from '../../../src/main/ingest/estimate-rates'

const MiB = 1024 * 1024
const options = { threads: 2, chunkMs: null, maxCharsPerDocument: 10_000_000, unchanged: 0 }

describe('the expected time', () => {
  it('is nothing for nothing, and next to nothing for what is unchanged', () => {
    expect(expectTime([], 0, options)).toBe(0)
    expect(expectTime([], 0, { ...options, unchanged: 1_000 })).toBe(600)
  })

  it('grows with documents and bytes, mostly by the vectors, and follows what this machine measured', () => {
    const loads = [{ kind: 'text', documents: 100, bytes: 10 * MiB }]
    const reading = expectTime(loads, 0, options)
    const slow = expectTime(loads, 1, options)
    const fast = expectTime(loads, 1, { ...options, chunkMs: CHUNK_MS / 4 })
    expect(slow).toBeGreaterThan(3 * reading)
    expect(fast - reading).toBeCloseTo((slow - reading) / 4, -1)
    // Half of it are duplicates: read, not embedded.
    expect(expectTime(loads, 0.5, options) - reading).toBeCloseTo((slow - reading) / 2, -1)
  })

  it('does not grow beyond the characters that are kept of a document', () => {
    const one = (bytes: number) => expectTime([{ kind: 'text', documents: 1, bytes }], 1, options)
    expect(one(500 * MiB)).toBeCloseTo(one(50 * MiB), -3)
  })
})

describe('archives that are not listed', () => {
  it('are those that would have to be unpacked for it', () => {
    expect(['a.zip', 'a.7z', 'a.tar', 'a.tgz', 'a.tar.gz', 'a.xz', 'a.mbox'].map(isListable)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(['a.mbox', 'a.tgz'].map(guessRatio)).toEqual([1, 4])
  })
})
