/**
 * Owns unpacking an archive in tests the way the engine does: expand, then every entry on its own, archives again, down to the guards.
 * Refuses: knowing better than the guards; whatever they say is written down.
 */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { toAppError } from '../../src/shared/errors'
import { isArchiveName } from '../../src/shared/kinds'
import { resolveLimits } from '../../src/shared/limits'
import type { LimitName, Limits } from '../../src/shared/limits'
import { joinArchivePath } from '../../src/shared/names'
import type { ExpandedEntry, ExpandResult, Locator } from '../../src/shared/work'
import { createExpand } from '../../src/workers/archive/expand'
import { OpenArchives } from '../../src/workers/archive/open-archives'
import { openItem } from '../../src/workers/source/item'
import type { Item } from '../../src/workers/source/item'

export type Bench = {
  readonly root: string
  readonly tempDir: string
  readonly archives: OpenArchives
  limits: Limits
  passwords: readonly string[]
  confirmed: boolean
  /** Signs of life so far. */
  beats: number
  readonly signal: AbortSignal
  readonly abort: () => void
  readonly write: (name: string, bytes: Buffer | string) => Locator
  readonly setLimits: (limits: Partial<Record<LimitName, number>>) => void
  readonly expand: (locator: Locator) => Promise<{ entries: ExpandedEntry[]; pages: number[]; result: ExpandResult }>
  readonly open: (locator: Locator, inflateBudgetBytes?: number | null) => Promise<Item>
  /** Path to text, or to the code of what refused it; the path of a refused archive alone. */
  readonly unpack: (locator: Locator, name?: string) => Promise<Record<string, string>>
  /** Files in the temporary folder right now. */
  readonly temp: () => string[]
  /** Everything below the bench, apart from the temporary folder. */
  readonly files: () => string[]
  readonly close: () => void
}

export const entryOf = (parent: Locator, { index, name }: { index: number; name: string }): Locator => ({
  ...parent,
  entries: [...parent.entries, { index, name }],
})

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((item) =>
    item.isDirectory() ? listFiles(join(folder, item.name)) : [join(folder, item.name)],
  )

export const createBench = (): Bench => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'zips-')))
  const tempDir = join(root, 'temp')
  mkdirSync(tempDir)
  const archives = new OpenArchives()
  const controller = new AbortController()
  const { signal } = controller

  const expand: Bench['expand'] = async (locator) => {
    const entries: ExpandedEntry[] = []
    const pages: number[] = []
    const say = async (message: { entries: ExpandedEntry[] }): Promise<undefined> => {
      pages.push(message.entries.length)
      entries.push(...message.entries)
      return undefined
    }
    const { limits, passwords, confirmed } = bench
    const params = { locator, depth: locator.entries.length, limits, tempDir, passwords, confirmed }
    const result = await createExpand(archives)(params, { say, beat: () => (bench.beats += 1), signal })
    return { entries, pages, result }
  }

  const readEntry = async (locator: Locator): Promise<string> => {
    try {
      const item = await bench.open(locator)
      try {
        return (await item.read()).toString('utf8')
      } finally {
        await item.close()
      }
    } catch (thrown) {
      return toAppError(thrown).code
    }
  }

  const unpackInto = async (found: Record<string, string>, path: string, locator: Locator): Promise<void> => {
    try {
      const { entries } = await expand(locator)
      for (const entry of entries) {
        const inner = joinArchivePath(path, entry.name)
        const place = entryOf(locator, entry)
        if (entry.problem !== null) found[inner] = entry.problem.code
        else if (isArchiveName(entry.name)) await unpackInto(found, inner, place)
        else found[inner] = await readEntry(place)
      }
    } catch (thrown) {
      found[path] = toAppError(thrown).code
    }
  }

  const bench: Bench = {
    root,
    tempDir,
    archives,
    limits: resolveLimits(),
    passwords: [],
    confirmed: false,
    beats: 0,
    signal,
    abort: () => controller.abort(),
    write: (name, bytes) => {
      writeFileSync(join(root, name), bytes)
      return { location: join(root, name), entries: [] }
    },
    setLimits: (limits) => {
      bench.limits = resolveLimits(limits)
    },
    expand,
    open: (locator, inflateBudgetBytes = null) =>
      openItem({
        locator,
        limits: bench.limits,
        tempDir,
        inflateBudgetBytes,
        passwords: bench.passwords,
        signal,
        beat: () => (bench.beats += 1),
        archives,
      }),
    unpack: async (locator, name = 'a.zip') => {
      const found: Record<string, string> = {}
      await unpackInto(found, name, locator)
      return found
    },
    temp: () => readdirSync(tempDir),
    files: () => listFiles(root).filter((path) => !path.startsWith(tempDir)),
    close: () => {
      archives.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
  return bench
}

/**
 * A bench for each test of a file, told by a call. After each test it makes sure that nothing is left behind in the temporary folder and, with
 * `files`, that nothing but so many files stands beside it.
 */
export const useBench = ({ files = null }: { files?: number | null } = {}): (() => Bench) => {
  let bench: Bench | null = null
  beforeEach(() => {
    bench = createBench()
  })
  afterEach(() => {
    if (bench === null) return
    bench.archives.close()
    const left = bench.temp()
    const beside = bench.files()
    bench.close()
    expect(left, 'temporary files left behind').toEqual([])
    if (files !== null) expect(beside, 'files written beside the archive').toHaveLength(files)
  })
  return () => {
    if (bench === null) throw new Error('there is a bench within tests only')
    return bench
  }
}
