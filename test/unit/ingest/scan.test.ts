import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Files from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { IngestParts } from '../../../src/main/ingest/parts'
import { runScan } from '../../../src/main/ingest/scan'
import type { OperationName, Operations } from '../../../src/main/store/contract'
import { resolveLimits } from '../../../src/shared/limits'
import { claim, collectionId, makeBed, scan, work, type Bed } from '../store/bed'

/** Of the folder that is scanned: as if it were a disk of its own that can be another one. */
const disk = vi.hoisted(() => ({ number: 7n }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Files>()
  const stat = async (path: string | Buffer, options: object): Promise<unknown> => {
    const stats = (await real.stat(path, options)) as unknown as BigIntStats
    if (String(path).endsWith('disk')) stats.dev = disk.number
    return stats
  }
  return { ...real, stat }
})

const root = mkdtempSync(join(tmpdir(), 'sluice-scan-'))
const folder = join(root, 'disk')
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
  disk.number = 7n
})

/** Scans the folder as a job would, and works on what it finds. */
const scanOnce = async (bed: Bed, onInsert: () => void = () => undefined): Promise<number> => {
  const { job } = bed.run('jobs.create', {
    collectionId: collectionId(bed),
    key: null,
    label: 'disk',
    request: { paths: [{ path: folder }], globs: [], ignores: [] },
    scans: [{ ...scan('disk'), locator: { location: folder, entries: [] } }],
  })
  const [task] = claim(bed, 'expand', 1)
  if (!task) throw new Error('the scan was not claimed')
  const parts = {
    store: {
      run: async <N extends OperationName>(name: N, params: Operations[N]['params']) => {
        if (name === 'tasks.insert') onInsert()
        return bed.run(name, params)
      },
      close: async () => undefined,
    },
    limits: () => resolveLimits(),
    dataDir: join(root, 'data'),
    nowMs: () => 0,
    onChange: () => undefined,
  } satisfies Partial<IngestParts>
  await runScan(parts as unknown as IngestParts, task, new AbortController().signal)
  // A hundred at a time; with the last of them the job is over, and looks for what is gone.
  while (bed.run('jobs.find', { id: Number(job.id) })?.finishedAt === null) work(bed, Number(job.id))
  return Number(job.id)
}

describe('a folder on a disk that is not mounted', () => {
  it('fails with the reason, and nothing in it is taken for deleted', async () => {
    const bed = makeBed()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.txt'), 'text')
    await scanOnce(bed)
    // The place at which it is mounted is left, and empty; the file system that it is on is another one.
    rmSync(join(folder, 'a.txt'))
    bed.session.db.run(`UPDATE sources SET device = 'of the disk'`)
    const jobId = await scanOnce(bed)
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('failed')
    expect(bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 }).problems).toMatchObject([
      { code: 'SOURCE_UNMOUNTED', outcome: 'failed', path: 'disk' },
    ])
    const listed = { collectionId: null, states: null, contains: null, offset: 0, limit: 9 }
    expect(bed.run('documents.list', listed).documents.map(({ path }) => path)).toEqual(['disk/a.txt'])
  })

  it('is told so when it is missing as a whole, and not that its path is wrong', async () => {
    const bed = makeBed()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.txt'), 'text')
    await scanOnce(bed)
    rmSync(folder, { recursive: true })
    const jobId = await scanOnce(bed)
    expect(bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 }).problems).toMatchObject([
      { code: 'SOURCE_UNMOUNTED', outcome: 'failed', path: 'disk' },
    ])
  })
})

/** More than one page of a walk. */
const MANY = 700
const listed = { collectionId: null, states: null, contains: null, offset: 0, limit: 1 }

describe('a disk that is taken away while it is walked', () => {
  it.each([
    ['and leaves an empty place', true],
    ['with its folder', false],
  ])('%s fails the scan, and what was not met is not taken for deleted', async (_what, isLeft) => {
    const bed = makeBed()
    mkdirSync(folder, { recursive: true })
    for (let n = 0; n < MANY; n += 1) writeFileSync(join(folder, `${n}.txt`), 'text')
    await scanOnce(bed)
    expect(bed.run('documents.list', listed).total).toBe(MANY)
    const jobId = await scanOnce(bed, () => {
      rmSync(folder, { recursive: true, force: true })
      if (isLeft) mkdirSync(folder)
      disk.number = 1n
    })
    const { problems } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 })
    expect(problems.filter(({ path }) => path === 'disk')).toMatchObject([
      { code: 'SOURCE_UNMOUNTED', outcome: 'failed', details: { what: 'taken' } },
    ])
    expect(bed.run('documents.list', listed).total).toBe(MANY)
  })

  it('is not believed of a folder that was deleted on a disk that is there', async () => {
    const bed = makeBed()
    mkdirSync(join(folder, 'papers'), { recursive: true })
    writeFileSync(join(folder, 'papers', 'a.txt'), 'text')
    await scanOnce(bed)
    const jobId = await scanOnce(bed, () => rmSync(join(folder, 'papers'), { recursive: true, force: true }))
    expect(bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 }).problems).toEqual([])
  })
})
