import { appendFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { runOperation } from '../../src/main/store/operations'
import { closeSession, openSession } from '../../src/main/store/session'
import { ingest, makeTempDir, startOwner } from '../support/engine'

let temp: ReturnType<typeof makeTempDir>
let dataDir: string
let papers: string
let engine: Engine | null

const start = async (): Promise<Engine> => {
  engine = await startOwner({ dataDir })
  return engine
}
const stop = async (): Promise<void> => {
  await engine?.close()
  engine = null
}
const settle = (of: Engine) => of.call('queue.settle', { timeoutMs: 25_000 })
const semantic = async (of: Engine, query: string) =>
  (await of.call('search', { query, mode: 'semantic' })).results.map(({ path }) => path)
const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  )

beforeEach(() => {
  temp = makeTempDir('vectors')
  dataDir = join(temp.path, 'data')
  papers = join(temp.path, 'papers')
  mkdirSync(papers)
  writeFileSync(
    join(papers, 'boiler.txt'),
    'The pressure valve of the boiler must be checked by a plumber every October.',
  )
  writeFileSync(join(papers, 'soup.txt'), 'Leek soup: melt butter, soften the leeks slowly, add potatoes and stock.')
})
afterEach(async () => {
  await stop()
  temp.remove()
})

describe('vectors that could not be written', () => {
  it('are written once the cause is gone, each of them once, and stay after a restart', async () => {
    const first = await start()
    await ingest(first, [papers])
    await stop()
    // A file where the folder of the index should be: every write fails until it is gone.
    const index = join(dataDir, 'vectors')
    renameSync(index, `${index}-aside`)
    writeFileSync(index, 'in the way')
    const second = await start()
    appendFileSync(join(papers, 'soup.txt'), ' Serve it with rye bread.')
    const { job } = await second.call('jobs.create', { paths: [{ path: papers }] })
    await expect
      .poll(async () => (await second.call('queue.status', {})).blocked, { timeout: 20_000 })
      .toMatch(/vector index|folder/)
    expect((await second.call('search', { query: 'rye bread', mode: 'keyword' })).results).toHaveLength(1)
    rmSync(index)
    renameSync(`${index}-aside`, index)
    await expect
      .poll(async () => (await second.call('jobs.progress', { id: job.id })).job.state, { timeout: 25_000 })
      .toBe('completed')
    expect((await second.call('doctor', {})).checks.filter(({ ok }) => !ok)).toEqual([])
    await stop()
    const third = await start()
    expect((await third.call('doctor', {})).checks.filter(({ ok }) => !ok)).toEqual([])
    expect((await semantic(third, 'yearly inspection of the heating'))[0]).toBe('papers/boiler.txt')
  })

  it('are undone when the process died between the index and the database', async () => {
    const first = await start()
    await ingest(first, [papers])
    await stop()
    // The database of before the vectors, with the index of after: as if the record had been lost with the process.
    const before = await start()
    await before.call('doctor', { rebuild: true })
    await settle(before)
    await stop()
    const kept = `${dataDir}-kept`
    cpSync(dataDir, kept, { recursive: true })
    const again = await start()
    await again.call('doctor', { rebuild: true })
    await stop()
    rmSync(join(dataDir, 'vectors'), { recursive: true, force: true })
    renameSync(join(kept, 'vectors'), join(dataDir, 'vectors'))
    rmSync(kept, { recursive: true })
    const last = await start()
    await settle(last)
    const report = await last.call('doctor', {})
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([])
  })
})

describe('vectors that were begun and never recorded', () => {
  it('do not keep a removal from being proven, although nothing is embedded any more', async () => {
    await ingest(await start(), [papers])
    await stop()
    // As a process leaves it that dies while it writes vectors of a job that nobody goes on with.
    const session = openSession(dataDir, 'writer')
    const chunks = session.db.all<{ id: number }>('SELECT id FROM chunks')
    runOperation(session, 'embed.intend', { chunkIds: chunks.map(({ id }) => id) })
    closeSession(session)
    const next = await start()
    const { documents } = await next.call('documents.list', {})
    const { proof } = await next.call('documents.remove', { ids: documents.map(({ id }) => id), prove: true })
    expect(proof).toMatchObject({ proven: true, left: { vectors: 0 } })
  })
})

describe('a damaged index', () => {
  const damage = (): void => {
    for (const file of files(join(dataDir, 'vectors'))) if (statSync(file).size > 0) writeFileSync(file, 'garbage')
  }

  it('does not keep anything else from working, and is rebuilt from stored text when asked', async () => {
    await ingest(await start(), [papers])
    await stop()
    damage()
    const hurt = await start()
    expect((await hurt.call('documents.list', {})).total).toBe(2)
    const answer = await hurt.call('search', { query: 'boiler' })
    expect(answer.results.map(({ path }) => path)).toEqual(['papers/boiler.txt'])
    expect(answer.notes.join(' ')).toContain('The vector index is damaged')
    const sick = await hurt.call('doctor', {})
    expect(sick.checks.find(({ name }) => name === 'vector index')).toMatchObject({ ok: false })
    renameSync(papers, `${papers}-gone`)
    expect((await hurt.call('doctor', { rebuild: true })).checks.filter(({ ok }) => !ok)).toEqual([])
    await settle(hurt)
    expect((await hurt.call('doctor', {})).ok).toBe(true)
    expect((await semantic(hurt, 'yearly inspection of the heating'))[0]).toBe('papers/boiler.txt')
  })

  it('is repaired where vectors are missing or too many', async () => {
    await ingest(await start(), [papers])
    await stop()
    const index = join(dataDir, 'vectors')
    rmSync(index, { recursive: true })
    const hurt = await start()
    const found = (await hurt.call('doctor', {})).checks.find(({ name }) => name === 'vector index')
    expect(found).toMatchObject({ ok: false, fix: 'Run "sluice doctor --repair".' })
    await hurt.call('doctor', { repair: true })
    await settle(hurt)
    expect((await hurt.call('doctor', {})).ok).toBe(true)
    expect(await semantic(hurt, 'soup with leeks')).toContain('papers/soup.txt')
  })
})
