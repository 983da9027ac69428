// Proves that the check of a collection names what is stale, empty, partial, without vectors or read otherwise, and queues what mends it.
import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCheckCalls } from '../../../src/main/calls/check-calls'
import { fingerprintOf } from '../../../src/main/ingest/walk-stat'
import { AppError } from '../../../src/shared/errors'
import {
  claim,
  collectionId,
  commit,
  document,
  embedAll,
  finish,
  factsOf,
  makeBed,
  makeFolder,
  startJob,
} from '../store/bed'

const names = ['good.txt', 'gone.txt', 'changed.txt', 'partial.txt', 'pending.txt', 'old.txt']

const makeChecked = () => {
  const bed = makeBed()
  const folder = makeFolder()
  const fileOf = (name: string): string => join(folder, name)
  for (const name of names) writeFileSync(fileOf(name), `text of ${name}`)
  const jobId = startJob(
    bed,
    names.map((name) =>
      document(name, {
        locator: { location: fileOf(name), entries: [] },
        fingerprint: fingerprintOf(lstatSync(fileOf(name), { bigint: true })),
      }),
    ),
  )
  for (const task of claim(bed, 'extract')) {
    const warnings = task.path === 'partial.txt' ? [{ code: 'CHUNKS_LIMIT' as const, details: {} }] : []
    commit(bed, task, [`text of ${task.path}`], {
      settingsKey: task.path === 'old.txt' ? 's0' : 's1',
      facts: factsOf(null, warnings),
    })
  }
  for (const task of claim(bed, 'embed')) {
    if (task.contentId !== null && task.path !== 'pending.txt') embedAll(bed, [task.contentId], jobId)
    finish(bed, task)
  }
  rmSync(fileOf('gone.txt'))
  writeFileSync(fileOf('changed.txt'), 'another text altogether')
  const scanned: string[] = []
  const calls = createCheckCalls({
    whileQuiet: (work) => work(),
    store: { run: async (name, params) => bed.run(name, params), close: async () => undefined },
    settingsKey: () => 's1',
    modelOf: () => {
      throw new AppError('PROVIDER_UNKNOWN', { name: 'desk' })
    },
    scan: async (_collection, paths) => {
      scanned.push(...paths)
      return 'job'
    },
    summaryMaker: () => 'm1',
    onRepair: () => undefined,
  })
  const check = (more: Partial<Parameters<(typeof calls)['collections.check']>[0]> = {}) =>
    calls['collections.check']({ name: 'default', offset: 0, limit: 100, repair: false, ...more })
  return { bed, check, scanned }
}

describe('the check of a collection', () => {
  it('names each thing that is wrong with a document, and nothing about one that is well', async () => {
    const { check } = makeChecked()
    const result = await check()
    expect(result.findings.map(({ path, kind }) => `${kind} ${path ?? ''}`).sort()).toEqual([
      'changed changed.txt',
      'gone gone.txt',
      'outdated old.txt',
      'partial partial.txt',
      'vectors pending.txt',
    ])
    expect(result).toMatchObject({ ok: false, collections: 1, documents: 6, total: 5, repair: null })
    expect(result.counts).toEqual({
      gone: 1,
      changed: 1,
      partial: 1,
      empty: 0,
      vectors: 1,
      outdated: 1,
      version: 0,
      model: 0,
      summary: 0,
    })
  })

  it('gives findings in pages and by kind, and counts them all', async () => {
    const { check } = makeChecked()
    const first = await check({ limit: 2 })
    const second = await check({ limit: 10, offset: 2 })
    expect([first.findings.length, second.findings.length, first.total]).toEqual([2, 3, 5])
    expect(await check({ kinds: ['gone'] })).toMatchObject({ total: 1, ok: false, findings: [{ path: 'gone.txt' }] })
  })

  it('says that a collection is empty, or that there is none of that name', async () => {
    const { bed, check } = makeChecked()
    collectionId(bed, 'nothing')
    expect(await check({ name: 'nothing' })).toMatchObject({
      ok: false,
      findings: [{ kind: 'empty', documentId: null }],
    })
    await expect(check({ name: 'missing' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await check({ name: null })).toMatchObject({ collections: 2, total: 6 })
  })

  it('queues sources to be looked through again and vectors to be made', async () => {
    const { bed, check, scanned } = makeChecked()
    const { repair } = await check({ repair: true })
    expect(repair).toMatchObject({ documents: 1 })
    expect(new Set(scanned).size).toBe(scanned.length)
    const queued = claim(bed, 'embed').map(({ path }) => path)
    expect(queued).toEqual(['pending.txt'])
  })

  it('names what lacks the summary that its collection wants, and queues it', async () => {
    const { bed, check } = makeChecked()
    const id = collectionId(bed)
    bed.run('collections.update', { id, summaries: 'extractive' })
    const { documents } = bed.run('documents.list', {
      collectionId: id,
      states: null,
      contains: null,
      offset: 0,
      limit: 9,
    })
    const [, other] = [...documents].sort((a, b) => a.path.localeCompare(b.path))
    const { targets } = bed.run('summaries.targets', {
      documentIds: documents.map((document) => Number(document.id)),
      jobId: null,
      collectionId: null,
      limit: 9,
    })
    for (const { contentId, documentId } of targets)
      bed.run('summaries.record', { contentId, maker: documentId === Number(other?.id) ? 'm0' : 'm1', key: 'k' })
    bed.session.db.run('DELETE FROM content_summaries WHERE content_id = ?', targets[0]?.contentId ?? 0)
    const lacking = [targets[0]?.path, other?.path].sort()
    const found = await check({ kinds: ['summary'], repair: true })
    expect(found.findings.map(({ path }) => path).sort()).toEqual(lacking)
    expect(found.repair).toMatchObject({ documents: 2, jobs: [expect.any(String)] })
    expect(
      claim(bed, 'summarize')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(lacking)
  })
})
