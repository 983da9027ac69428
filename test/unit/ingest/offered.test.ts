import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spellOffered } from '../../../src/main/ingest/offered'
import type { SlowDisk } from '../../../src/main/paths/disk'

/** A disk without capitals that holds these names in one folder, and counts how often that is listed. */
const makeDisk = (folder: string, names: readonly string[]): { disk: SlowDisk; lists: () => number } => {
  let lists = 0
  const disk: SlowDisk = {
    isThere: async (path) =>
      path === folder || names.some((name) => join(folder, name).toLowerCase() === path.toLowerCase()),
    namesIn: async () => {
      lists += 1
      return names
    },
    realPathOf: async (path) => path,
    numberOf: async () => null,
  }
  return { disk, lists: () => lists }
}

const folder = resolve('/usb')

describe('offered paths', () => {
  it('are written as their disk writes them, in their order, and one folder is listed once', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `Note ${at}.txt`)
    const { disk, lists } = makeDisk(folder, names)
    const found = await spellOffered(
      names.map((name) => ({ path: join(folder, name.toUpperCase()) })),
      disk,
    )
    expect(found).toEqual(names.map((name) => ({ path: join(folder, name) })))
    expect(lists()).toBe(1)
  })

  it('stay as they are where they came as bytes', async () => {
    const { disk } = makeDisk(folder, ['Note'])
    const offered = [{ path: join(folder, 'note'), bytes: 'bm90ZQ==' }]
    await expect(spellOffered(offered, disk)).resolves.toEqual(offered)
  })

  it('stay as they were offered when the disk does not answer in time', async () => {
    const { disk } = makeDisk(folder, ['Note'])
    const silent: SlowDisk = { ...disk, namesIn: () => new Promise(() => undefined) }
    await expect(spellOffered([{ path: join(folder, 'note') }], silent, 20)).resolves.toEqual([
      { path: join(folder, 'note') },
    ])
  })
})
