import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { IngestParts } from '../../../src/main/ingest/parts'
import { runScan } from '../../../src/main/ingest/scan'
import type { OperationName, Operations } from '../../../src/main/store/contract'
import { resolveLimits } from '../../../src/shared/limits'
import { claim, collectionId, makeBed, scan, work, type Bed } from '../store/bed'

const root = mkdtempSync(join(tmpdir(), 'sluice-scan-'))
const folder = join(root, 'disk')
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Scans the folder as a job would, and works on what it finds. */
const scanOnce = async (bed: Bed): Promise<number> => {
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
      run: async <N extends OperationName>(name: N, params: Operations[N]['params']) => bed.run(name, params),
      close: async () => undefined,
    },
    limits: () => resolveLimits(),
    dataDir: join(root, 'data'),
    nowMs: () => 0,
    onChange: () => undefined,
  } satisfies Partial<IngestParts>
  await runScan(parts as unknown as IngestParts, task, new AbortController().signal)
  work(bed, Number(job.id))
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
})
