// Removals that can be taken back: nothing goes before its time, a death loses nothing and is told, and quitting does what was wanted.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DelayedRemovals, removalsFileOf } from '../../../src/main/app/delayed-removals'
import { AppError } from '../../../src/shared/errors'
import type { Caller } from '../../../src/shared/calls'

const WAIT_MS = 10_000

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-removals-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Bench = {
  readonly removals: DelayedRemovals
  readonly removed: string[][]
  /** What was hidden from searches (`true`) or shown again. */
  readonly hidden: [string[], boolean][]
  readonly failures: unknown[]
  /** Lets the time of the timers come. */
  readonly ring: () => void
  readonly changes: () => number
}

const makeBench = (
  remove: (ids: readonly string[]) => Promise<void> = async () => undefined,
  waitMs: () => Promise<number> = async () => WAIT_MS,
): Bench => {
  const removed: string[][] = []
  const hidden: Bench['hidden'] = []
  const failures: unknown[] = []
  const timers = new Set<() => void>()
  let changes = 0
  const call = (async (name: string, { ids, forMs }: { ids: string[]; forMs: number }) => {
    if (name === 'documents.hide') {
      hidden.push([ids, forMs > 0])
      return {}
    }
    if (name !== 'documents.remove') throw new Error(`nobody answers ${name}`)
    await remove(ids)
    removed.push(ids)
    return { removed: ids.length }
  }) as unknown as Caller
  const removals = new DelayedRemovals({
    file: removalsFileOf(folder),
    call,
    waitMs,
    nowMs: () => Date.parse('2026-01-01T00:00:00Z'),
    setTimer: (ms, fire) => {
      expect(ms).toBe(WAIT_MS)
      timers.add(fire)
      return () => timers.delete(fire)
    },
    onChange: () => (changes += 1),
    onFailure: (thrown) => failures.push(thrown),
  })
  const ring = (): void => {
    for (const fire of [...timers]) fire()
  }
  return { removals, removed, hidden, failures, ring, changes: () => changes }
}

const two = { id: 'a', name: 'bread.md', documents: ['1', '2'], last: true }
const kept = (): unknown => JSON.parse(readFileSync(removalsFileOf(folder), 'utf8'))

describe('a removal', () => {
  it('is said once more to whoever owns the data folder next, while it waits', async () => {
    const { removals, hidden, ring } = makeBench()
    await removals.add(two)
    await removals.add({ ...two, id: 'b', documents: ['3'] })
    await removals.undo('b')
    hidden.length = 0
    await removals.hideAgain()
    expect(hidden).toEqual([[['1', '2'], true]])
    ring()
    await removals.close()
    hidden.length = 0
    await removals.hideAgain()
    expect(hidden).toEqual([])
  })

  it('waits for its time, and is kept in mind without a word of the documents but the first name', async () => {
    const { removals, removed, ring, changes } = makeBench()
    await removals.add({ ...two, documents: ['1'], last: false })
    expect(removals.list()).toEqual([])
    await removals.add({ ...two, documents: ['2'] })
    expect(removals.list()).toMatchObject([
      { name: 'bread.md', count: 2, documents: ['1', '2'], state: 'waiting', dueAt: '2026-01-01T00:00:10.000Z' },
    ])
    expect(kept()).toEqual({ removals: [{ id: 'a', name: 'bread.md', count: 2, begun: false }] })
    expect([removed, changes()]).toEqual([[], 1])
    ring()
    await removals.close()
    expect(removed).toEqual([['1', '2']])
    expect(removals.list()).toMatchObject([{ state: 'removed', documents: [] }])
    expect(existsSync(removalsFileOf(folder))).toBe(false)
    expect(await removals.undo('a')).toBe(false)
    expect(removals.list()).toEqual([])
  })

  it('that is taken back removes nothing, whenever its time comes', async () => {
    const { removals, removed, ring } = makeBench()
    await removals.add(two)
    expect(await removals.undo('a')).toBe(true)
    ring()
    await removals.close()
    expect([removed, removals.list(), existsSync(removalsFileOf(folder))]).toEqual([[], [], false])
  })

  it('is in no search meanwhile, and is found again when it is taken back or fails', async () => {
    const { removals, hidden } = makeBench()
    await removals.add(two)
    expect(hidden).toEqual([[['1', '2'], true]])
    await removals.undo('a')
    expect(hidden.slice(1)).toEqual([[['1', '2'], false]])
    const failing = makeBench(() => Promise.reject(new AppError('DISK_FULL')))
    await failing.removals.add(two)
    failing.ring()
    await vi.waitFor(() =>
      expect(failing.hidden).toEqual([
        [['1', '2'], true],
        [['1', '2'], false],
      ]),
    )
  })

  it('goes in steps that fit into a call, and cannot be taken back any more once it has begun', async () => {
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    const { removals, removed, ring } = makeBench(() => held)
    await removals.add({ ...two, documents: Array.from({ length: 2_500 }, (_, at) => String(at)) })
    ring()
    expect(removals.list()).toMatchObject([{ state: 'removing', dueAt: null }])
    expect(await removals.undo('a')).toBe(false)
    goOn()
    await removals.close()
    expect(removed.map(({ length }) => length)).toEqual([1_000, 1_000, 500])
  })

  it('that fails is told with its reason, and let go of when it was read', async () => {
    const { removals, ring } = makeBench(() => Promise.reject(new AppError('DISK_FULL')))
    await removals.add(two)
    ring()
    await vi.waitFor(() => expect(removals.list()).toMatchObject([{ state: 'failed' }]))
    await vi.waitFor(() => expect(existsSync(removalsFileOf(folder))).toBe(false))
    expect(removals.list()).toMatchObject([{ state: 'failed', error: { code: 'DISK_FULL' } }])
    expect(existsSync(removalsFileOf(folder))).toBe(false)
    expect(await removals.undo('a')).toBe(true)
    expect(removals.list()).toEqual([])
  })

  it('that waits is done when the app quits: nobody could take it back any more', async () => {
    const { removals, removed } = makeBench()
    await removals.add(two)
    await removals.close()
    expect(removed).toEqual([['1', '2']])
    expect(existsSync(removalsFileOf(folder))).toBe(false)
  })

  it('that fails while the app quits is told at the next start: nobody saw it fail', async () => {
    const { removals } = makeBench(() => Promise.reject(new AppError('SHUTTING_DOWN')))
    await removals.add(two)
    await removals.close()
    const next = makeBench()
    await next.removals.open()
    expect(next.removals.list()).toMatchObject([{ id: 'a', name: 'bread.md', count: 2, state: 'cutOff' }])
    expect(next.removed).toEqual([])
  })

  it('that is taken back while it is being put down never begins', async () => {
    let goOn = (ms: number): void => expect(ms).toBe(0)
    const waiting = new Promise<number>((resolve) => (goOn = resolve))
    const { removals, removed, ring } = makeBench(undefined, () => waiting)
    const adding = removals.add(two)
    expect(await removals.undo('a')).toBe(true)
    goOn(WAIT_MS)
    await adding
    ring()
    await removals.close()
    expect([removed, removals.list()]).toEqual([[], []])
  })

  it('that is taken back where nothing can be written stays taken back, and is said so', async () => {
    const { removals, removed, ring, changes, failures } = makeBench()
    await removals.add(two)
    const before = changes()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    expect(await removals.undo('a')).toBe(true)
    expect([removals.list(), changes() - before, failures.length]).toEqual([[], 1, 1])
    ring()
    await removals.close()
    expect(removed).toEqual([])
  })

  it('of which nothing can be written any more is told to have failed, not to go on for ever', async () => {
    const { removals, ring, changes, failures } = makeBench()
    await removals.add(two)
    const before = changes()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    ring()
    await vi.waitFor(() => expect(failures).toHaveLength(1))
    expect(removals.list()).toMatchObject([{ state: 'failed' }])
    // That it begins, and what became of it.
    expect(changes() - before).toBe(2)
    await removals.close()
  })

  it('that was cut off by a death is told at the next start, removes nothing then, and is told until it was read', async () => {
    const first = makeBench()
    await first.removals.add(two)
    await first.removals.add({ ...two, id: 'b', name: 'tea.md', documents: ['3'] })
    const second = makeBench()
    await second.removals.open()
    expect(second.changes()).toBe(1)
    expect(second.removals.list()).toMatchObject([
      { id: 'a', name: 'bread.md', count: 2, state: 'kept', documents: [] },
      { id: 'b', name: 'tea.md', count: 1, state: 'kept' },
    ])
    expect(await second.removals.undo('a')).toBe(true)
    await second.removals.close()
    expect(second.removed).toEqual([])
    const third = makeBench()
    await third.removals.open()
    expect(third.removals.list()).toMatchObject([{ id: 'b', state: 'kept' }])
  })

  it('that had begun when the app died is told as one of which some may be left', async () => {
    writeFileSync(
      removalsFileOf(folder),
      JSON.stringify({ removals: [{ id: 'a', name: 'bread.md', count: 2, begun: true }] }),
    )
    const { removals } = makeBench()
    await removals.open()
    expect(removals.list()).toMatchObject([{ state: 'cutOff', count: 2 }])
  })

  it('does not begin where it cannot be kept in mind, and a damaged file stops nobody', async () => {
    writeFileSync(removalsFileOf(folder), '{"removals":')
    const { removals, failures } = makeBench()
    await removals.open()
    expect([failures.length, removals.list()]).toEqual([1, []])
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    const { removals: others, removed, ring } = makeBench()
    await expect(others.add(two)).rejects.toThrow()
    ring()
    await others.close()
    expect([others.list(), removed]).toEqual([[], []])
  })
})
