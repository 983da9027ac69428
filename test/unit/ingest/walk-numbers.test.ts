/** Disks that give files no numbers, or one folder several: answers that no disk at hand gives. */
import type { BigIntStats } from 'node:fs'
import type * as Files from 'node:fs/promises'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { walk } from '../../../src/main/ingest/walk'

const disk = vi.hoisted(() => ({ next: 0n, numberless: true }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Files>()
  const renumber = async (found: Promise<unknown>): Promise<unknown> => {
    const stats = (await found) as BigIntStats
    disk.next += 1n
    stats.ino = disk.numberless ? 0n : disk.next
    return stats
  }
  const withoutNumbers =
    (look: (path: string, options: object) => Promise<unknown>) =>
    (path: string, options = {}) =>
      renumber(look(path, options))
  return {
    ...real,
    stat: withoutNumbers(real.stat),
    lstat: withoutNumbers(real.lstat),
  }
})

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'walk-')))
  for (const folder of ['in/a/b', 'in/data']) mkdirSync(join(root, folder), { recursive: true })
  for (const file of ['in/a/b/c.txt', 'in/a/d.txt', 'in/data/sluice.db']) writeFileSync(join(root, file), 'text')
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const found = async (path: string): Promise<string[]> => {
  const paths: string[] = []
  await walk({
    offered: { path },
    globs: [],
    ignores: [],
    dataDir: join(root, 'in', 'data'),
    signal: new AbortController().signal,
    onPage: async (page) => {
      paths.push(...page.map((item) => (item.problem ? `${item.path} ${item.problem.code}` : item.path)))
    },
  })
  return paths
}

it.each([
  ['numbers nothing', true],
  ['numbers one folder differently each time', false],
])('a disk that %s is walked as a whole, but for the data folder', async (_, numberless) => {
  disk.numberless = numberless
  expect(await found(join(root, 'in'))).toEqual(['in/a/b/c.txt', 'in/a/d.txt', 'in/data OWN_DATA_FOLDER'])
  expect(await found(join(root, 'in', 'data'))).toEqual(['data OWN_DATA_FOLDER'])
})
