// How many threads hosts use while the memory of the computer is short.
import { beforeEach, describe, expect, it } from 'vitest'
import { readFreeBytes } from '../../../src/main/pool/memory'
import { createThreadBudget, type ThreadBudget } from '../../../src/main/pool/thread-budget'
import { recordLog, type LogEntry } from '../../support/pool/hosts'

let nowMs: number
let freeBytes: number | null
let reads: number
let entries: LogEntry[]
let budget: ThreadBudget

beforeEach(() => {
  nowMs = 0
  freeBytes = 1_000
  reads = 0
  const recorded = recordLog()
  entries = recorded.entries
  budget = createThreadBudget({
    readFreeBytes: () => {
      reads += 1
      return freeBytes
    },
    minFreeBytes: () => 500,
    mostThreads: () => 4,
    now: () => nowMs,
    log: recorded.log,
  })
})
const lookAt = (ms: number): boolean => {
  nowMs = ms
  return budget.look()
}

describe('the threads of hosts', () => {
  it('are as many as wanted while there is memory', () => {
    lookAt(0)
    expect(budget.allow(4)).toBe(4)
    expect(budget.snapshot()).toEqual({ freeBytes: 1_000, short: false })
    expect(entries).toEqual([])
  })

  it('are one when memory is short, never none', () => {
    freeBytes = 499
    lookAt(0)
    expect([budget.allow(4), budget.allow(1)]).toEqual([1, 1])
    expect(budget.snapshot()).toEqual({ freeBytes: 499, short: true })
    lookAt(600)
    expect(entries.map(({ event }) => event)).toEqual(['memory.short'])
  })

  it('come back one after the other when there is memory again', () => {
    freeBytes = 499
    lookAt(0)
    freeBytes = 500
    const seen: number[] = []
    for (let ms = 500; ms <= 7_000; ms += 500) {
      lookAt(ms)
      seen.push(budget.allow(4))
    }
    expect(seen).toEqual([1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4])
    expect(budget.snapshot().short).toBe(false)
    expect(entries.map(({ event }) => event)).toEqual([
      'memory.short',
      'memory.recovers',
      'memory.recovers',
      'memory.enough',
    ])
  })

  it('are one again when memory is short again, and the time counts anew', () => {
    freeBytes = 499
    lookAt(0)
    freeBytes = 600
    expect(lookAt(2_000)).toBe(true)
    expect(budget.allow(4)).toBe(2)
    freeBytes = 100
    expect(lookAt(3_000)).toBe(false)
    expect(budget.allow(4)).toBe(1)
    freeBytes = 600
    expect(lookAt(4_500)).toBe(false)
    expect(lookAt(5_000)).toBe(true)
  })

  it('are not held back where memory cannot be told', () => {
    freeBytes = null
    lookAt(0)
    expect(budget.allow(4)).toBe(4)
    expect(budget.snapshot()).toEqual({ freeBytes: null, short: false })
  })

  it('ask the system at most twice a second', () => {
    for (let ms = 0; ms < 2_000; ms += 10) lookAt(ms)
    expect(reads).toBe(4)
  })
})

it('the free memory of this computer is told where its figure means something', () => {
  const bytes = readFreeBytes()
  if (process.platform === 'darwin') expect(bytes).toBeNull()
  else expect(bytes).toBeGreaterThan(1024 * 1024)
})
