// A disk that was taken away is told from a file that was, with answers of disks that no test can unplug.
import type { BigIntStats } from 'node:fs'
import type * as Files from 'node:fs/promises'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IngestParts } from '../../../src/main/ingest/parts'
import { deviceOf, explainFailure, isTakenAway } from '../../../src/main/ingest/source-disk'
import type { ClaimedTask } from '../../../src/main/store/contract'
import { AppError, type ErrorCode } from '../../../src/shared/errors'

/** What is mounted: everything below such a path is on the disk of that number; `errno`: it does not answer. */
const mounts = vi.hoisted(() => new Map<string, { number: bigint; errno?: string }>())

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Files>()
  const mountOf = (path: string) =>
    [...mounts].filter(([at]) => path === at || path.startsWith(`${at}/`)).sort((a, b) => b[0].length - a[0].length)[0]
  const fail = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }))
  return {
    ...real,
    stat: async (path: string | Buffer, options: object) => {
      const whole = await real.realpath(path).catch(() => String(path))
      const mount = mountOf(whole)
      if (mount?.[1].errno !== undefined) return fail(mount[1].errno)
      const stats = (await real.stat(path, options)) as unknown as BigIntStats
      if (mount !== undefined) stats.dev = mount[1].number
      return stats
    },
    opendir: (path: string) => (mounts.get(`list ${path}`) ? fail('EIO') : real.opendir(path)),
  }
})

let root = ''
let disk = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'source-disk-')))
  disk = join(root, 'disk')
  mounts.set(disk, { number: 7n })
  mkdirSync(join(disk, 'papers'), { recursive: true })
  writeFileSync(join(disk, 'papers', 'a.txt'), 'text')
})
afterEach(() => {
  mounts.clear()
  rmSync(root, { recursive: true, force: true })
})

/** The disk is not there any more; the place at which it was mounted is. */
const unmount = (): void => {
  mounts.delete(disk)
  rmSync(join(disk, 'papers'), { recursive: true })
}

describe('a disk is taken for away', () => {
  it('when what was offered is missing, and what is above it lies on another one', async () => {
    const papers = join(disk, 'papers')
    expect(await isTakenAway(papers, '7')).toBe(false)
    unmount()
    expect(await isTakenAway(papers, '7')).toBe(true)
    expect(await isTakenAway(join(papers, 'a.txt'), '7')).toBe(true)
    rmSync(disk, { recursive: true })
    expect(await isTakenAway(papers, '7')).toBe(true)
  })

  it('when the place at which it was mounted is empty', async () => {
    expect(await isTakenAway(disk, '7')).toBe(false)
    unmount()
    expect(await isTakenAway(disk, '7')).toBe(true)
  })

  it('when it does not answer, or only from memory', async () => {
    mounts.set(`list ${disk}`, { number: 7n })
    expect(await isTakenAway(disk, '7')).toBe(true)
    mounts.set(disk, { number: 7n, errno: 'ENOTCONN' })
    expect(await isTakenAway(disk, '7')).toBe(true)
    expect(await deviceOf(disk)).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('when a link led to it', async () => {
    symlinkSync(join(disk, 'papers'), join(root, 'link'))
    expect(await isTakenAway(join(root, 'link'), '7')).toBe(false)
    unmount()
    expect(await isTakenAway(join(root, 'link'), '7')).toBe(true)
  })
})

describe('a disk is not taken for away', () => {
  it('when it is there and holds nothing any more', async () => {
    rmSync(join(disk, 'papers'), { recursive: true })
    expect(await isTakenAway(disk, '7')).toBe(false)
  })

  it('when a folder was removed from it', async () => {
    rmSync(join(disk, 'papers'), { recursive: true })
    expect(await isTakenAway(join(disk, 'papers'), '7')).toBe(false)
    expect(await isTakenAway(join(disk, 'papers', 'a.txt'), '7')).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'when a folder was removed from it to which a link of another disk led',
    async () => {
      symlinkSync(join(disk, 'papers'), join(root, 'link'))
      rmSync(join(disk, 'papers'), { recursive: true })
      expect(await isTakenAway(join(root, 'link'), '7')).toBe(false)
    },
  )

  it('when it came back under another number, with something in it', async () => {
    mounts.set(disk, { number: 8n })
    expect(await isTakenAway(disk, '7')).toBe(false)
  })

  it('when it may not be looked at', async () => {
    mounts.set(disk, { number: 7n, errno: 'EACCES' })
    expect(await isTakenAway(disk, '7')).toBe(false)
  })
})

it('a file has the number of its folder: a layer of a container may number them apart', async () => {
  mounts.set(join(disk, 'papers', 'a.txt'), { number: 9n })
  expect(await deviceOf(join(disk, 'papers', 'a.txt'))).toBe('7')
  expect(await deviceOf(Buffer.from(join(disk, 'papers', 'a.txt')))).toBe('7')
})

describe('what a document is said to have failed of', () => {
  const task = (sourceId: number | null): ClaimedTask => ({ sourceId }) satisfies Partial<ClaimedTask> as ClaimedTask
  const parts = (device: string | null, location = disk): IngestParts =>
    ({ store: { run: () => Promise.resolve({ location, device }) } }) as unknown as IngestParts
  const explain = async (code: ErrorCode, from: IngestParts, sourceId: number | null = 1): Promise<string> =>
    ((await explainFailure(from, task(sourceId), new AppError(code))) as AppError).code

  it('is its disk when that is away, and nothing else', async () => {
    expect(await explain('FILE_CHANGED', parts('7'))).toBe('FILE_CHANGED')
    unmount()
    for (const code of ['FILE_CHANGED', 'FILE_UNREADABLE', 'FILE_BUSY'] as const)
      expect(await explain(code, parts('7'))).toBe('SOURCE_UNMOUNTED')
    expect(await explain('WORKER_TIMEOUT', parts('7'))).toBe('WORKER_TIMEOUT')
  })

  it('stays what it is where nothing is known of the disk', async () => {
    unmount()
    expect(await explain('FILE_CHANGED', parts(null))).toBe('FILE_CHANGED')
    expect(await explain('FILE_CHANGED', parts('7'), null)).toBe('FILE_CHANGED')
    expect(await explain('FILE_CHANGED', parts('7', join(disk, 'pap\uFFFDers')))).toBe('FILE_CHANGED')
  })
})
