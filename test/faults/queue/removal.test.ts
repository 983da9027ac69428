// A document that is removed while it is being read does not come back with its text; and a search that was answered before does not show it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Engine } from '../../../src/main/engine'
import { makeTempDir, reportOf, startOwner, waitForJob } from '../../support/engine'

const temp = makeTempDir('removal')
afterAll(() => {
  temp.remove()
})

const TIMEOUT_MS = 60_000

const search = (engine: Engine, query: string) =>
  engine.call('search', {
    query,
    collections: [],
    limit: 10,
    mode: 'keyword',
    types: [],
    since: null,
    until: null,
    pathGlob: null,
    passages: false,
    stage: 'full',
    id: null,
    remember: true,
  })

it('stays removed, whatever comes first, and is counted as cancelled', { timeout: TIMEOUT_MS }, async () => {
  const folder = join(temp.path, 'papers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'The walrus sleeps behind the lighthouse.')
  writeFileSync(join(folder, 'plain.txt'), 'A heron stands in the reeds.')
  let engine: Engine | null = null
  let removed = 0
  const engineOf = (): Engine => {
    if (!engine) throw new Error('not started')
    return engine
  }
  const removeSecret = async (): Promise<void> => {
    if (removed > 0) return
    const states = ['queued' as const]
    const asked = { offset: 0, limit: 10, states, contains: 'secret' }
    const { documents } = await engineOf().call('documents.list', asked)
    if (documents.length === 0) return
    removed += (await engineOf().call('documents.remove', { ids: documents.map(({ id }) => id), prove: false })).removed
  }
  engine = await startOwner({
    dataDir: join(temp.path, 'data'),
    limits: { 'lane.extract.concurrency': 1 },
    // Its text is read, and about to be written; or it is not read yet, where the other one comes first.
    interfere: async (point, side) => {
      if (point === 'committed' && side === 'before') await removeSecret()
    },
  })
  try {
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: join(folder, 'secret.txt') }, { path: join(folder, 'plain.txt') }],
      collection: 'default',
      globs: [],
      ignores: [],
      key: null,
      confirmed: false,
      leaveOut: [],
      client: 'local',
      priority: 'normal',
    })
    await waitForJob(engine, job.id)
    expect(removed).toBe(1)
    const { documents, problems } = await reportOf(engine, job.id)
    expect(documents).toMatchObject({ total: 2, indexed: 1, cancelled: 1 })
    expect(problems).toMatchObject([{ path: 'secret.txt', outcome: 'cancelled', code: 'CANCELLED' }])
    expect((await search(engine, 'walrus')).results).toEqual([])

    const found = await search(engine, 'heron')
    expect(found).toMatchObject({ cached: false, results: [{ path: 'plain.txt' }] })
    const again = await search(engine, 'heron')
    expect(again).toEqual({ ...found, cached: true, elapsedMs: again.elapsedMs })
    expect((await engine.call('cache.figures', {})).results).toMatchObject({ hits: 1, total: { hits: 1 } })
    const ids = found.results.map(({ documentId }) => documentId)
    await engine.call('documents.remove', { ids, prove: false })
    expect(await search(engine, 'heron')).toMatchObject({ cached: false, results: [] })
  } finally {
    await engine.close()
  }
})
