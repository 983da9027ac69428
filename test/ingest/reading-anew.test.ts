// A newer version that reads texts otherwise, in a real engine: told at the start, nothing is done before a person agrees, and then document by
// document, whatever is cut off in between.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { AppError } from '../../src/shared/errors'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob, type TestEngineOptions } from '../support/engine'
import { makeLetterModel } from '../support/letter-models'

let temp: ReturnType<typeof makeTempDir>
let engine: Engine | null
const model = makeLetterModel('local', 61)

const start = async (textVersion: number, more: Partial<TestEngineOptions> = {}): Promise<Engine> => {
  engine = await startOwner({ dataDir: join(temp.path, 'data'), embeddings: () => model, textVersion, ...more })
  return engine
}

const stop = async (): Promise<void> => {
  await engine?.close()
  engine = null
}

const check = async (owner: Engine) => {
  const { checks } = await owner.call('doctor', {})
  return checks.find(({ name }) => name === 'texts of collections')
}

const find = async (owner: Engine, query: string, mode: 'keyword' | 'semantic' = 'semantic'): Promise<string[]> =>
  (await owner.call('search', { query, mode })).results.map(({ path }) => path)

beforeEach(() => {
  temp = makeTempDir('reading')
  engine = null
})
afterEach(async () => {
  await stop()
  temp.remove()
})

describe('texts that an earlier version has read', () => {
  it('are told, stay as they are until a person agrees, and are read anew through a kill; what is gone keeps its text', async () => {
    const dir = join(temp.path, 'papers')
    mkdirSync(dir)
    const texts = {
      'boiler.txt': 'the boiler needs its inspection',
      'soup.txt': 'leeks make a soup',
      'tax.txt': 'the tax is due',
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text)
    await ingest(await start(7), [dir])
    await stop()

    const dies = { armed: false, commits: 0 }
    const owner = await start(8, {
      interfere: (point, side) => {
        if (!dies.armed || point !== 'committed' || side !== 'before') return
        dies.commits += 1
        if (dies.commits > 1) throw new AppError('SHUTTING_DOWN')
      },
    })
    const outdated = async (): Promise<string | undefined> =>
      (await owner.call('collections.list', {})).collections[0]?.outdated?.code
    await expect.poll(outdated, { timeout: 20_000 }).toBe('TEXT_OUTDATED')
    expect(await check(owner)).toMatchObject({ ok: false, detail: expect.stringContaining('3 document(s)') as string })
    const found = await owner.call('collections.check', { name: 'default' })
    expect(found.counts).toMatchObject({ version: 3, outdated: 0 })
    // Offered again, nothing is read: that is not what was agreed to.
    expect((await ingest(owner, [dir])).documents).toMatchObject({ unchanged: 3, indexed: 0 })
    const asked = await owner.call('collections.rebuild', { name: 'default' })
    expect(asked).toMatchObject({ approved: false, job: null, estimate: { documents: 3, chunks: 3, needOcr: 0 } })
    expect((await check(owner))?.ok).toBe(false)

    rmSync(join(dir, 'tax.txt'))
    const computed = model.asked.length
    dies.armed = true
    const { job } = await owner.call('collections.rebuild', { name: 'default', approve: true })
    expect(job).toMatchObject({ kind: 'rebuild' })
    await expect.poll(() => dies.commits, { timeout: 20_000 }).toBeGreaterThan(1)
    // By words it is there at any moment; by meaning as soon as the passages of its new version have their vectors.
    expect((await find(owner, 'leeks soup', 'keyword'))[0]).toBe('papers/soup.txt')
    await expect.poll(async () => (await find(owner, 'leeks soup'))[0], { timeout: 20_000 }).toBe('papers/soup.txt')
    await stop()

    const next = await start(8)
    const id = job?.id ?? ''
    await waitForJob(next, id)
    const report = await reportOf(next, id)
    expect(report.documents).toMatchObject({ indexed: 2, failed: 1 })
    expect(report.problems).toMatchObject([{ path: 'papers/tax.txt', outcome: 'failed' }])
    // The same passages have the same vectors.
    expect(model.asked.length).toBe(computed)
    expect((await find(next, 'tax due'))[0]).toBe('papers/tax.txt')
    expect((await find(next, 'boiler inspection'))[0]).toBe('papers/boiler.txt')
    expect((await next.call('collections.check', { name: 'default' })).counts).toMatchObject({ version: 1, vectors: 0 })
    const { checks } = await next.call('doctor', {})
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['texts of collections'])
  })

  it('are refused to be read anew where there are none', async () => {
    const owner = await start(7)
    await owner.call('collections.create', { name: 'empty' })
    const asked = owner.call('collections.rebuild', { name: 'empty', approve: true })
    await expect(asked).rejects.toMatchObject({ code: 'TEXT_CURRENT' })
    await expect(owner.call('collections.rebuild', { name: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
