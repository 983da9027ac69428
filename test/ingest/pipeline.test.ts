import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { outcomes, type JobReport } from '../../src/shared/domain'
import { ingest, makeTempDir, startEngine, startOwner } from '../support/engine'

const temp = makeTempDir('pipeline')
const dataDir = join(temp.path, 'data')
const folder = join(temp.path, 'papers')
let engine: Engine

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

const adds = ({ documents }: JobReport): number => outcomes.reduce((sum, outcome) => sum + documents[outcome], 0)

const find = async (query: string, mode: 'hybrid' | 'semantic' | 'keyword' = 'hybrid', collections: string[] = []) =>
  (await engine.call('search', { query, mode, collections })).results

beforeAll(async () => {
  write('boiler.md', '# Boiler\n\nThe pressure valve of the boiler must be checked by a plumber every October.\n')
  write(
    'recipes/soup.txt',
    'Leek soup: melt butter, soften the leeks slowly, add potatoes and stock, simmer for twenty minutes.',
  )
  write('inner/letter.txt', 'The lighthouse keeper of Skagen painted the stairs with vermilion and told nobody.')
  execFileSync('zip', ['-q', '-r', 'inner.zip', 'letter.txt'], { cwd: join(folder, 'inner') })
  execFileSync('zip', ['-q', '-r', join(folder, 'outer.zip'), 'inner.zip'], { cwd: join(folder, 'inner') })
  rmSync(join(folder, 'inner'), { recursive: true })
  write('empty.txt', '')
  write(
    'copy-of-soup.txt',
    'Leek soup: melt butter, soften the leeks slowly, add potatoes and stock, simmer for twenty minutes.',
  )
  writeFileSync(join(folder, 'broken.zip'), 'PK\u0003\u0004 but nothing more')
  engine = await startOwner({ dataDir })
})

afterAll(async () => {
  await engine.close()
  temp.remove()
})

describe('the whole path', () => {
  it('reads a folder with archives in archives and counts every item in one outcome', async () => {
    const report = await ingest(engine, [folder])
    expect(report.job.state).toBe('completed_with_problems')
    expect(report.documents).toMatchObject({ total: 6, indexed: 3, duplicate: 1, skipped: 1, failed: 1 })
    expect(adds(report)).toBe(report.documents.total)
    expect(report.problems.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['papers/broken.zip', 'ARCHIVE_TRUNCATED'],
      ['papers/empty.txt', 'FILE_EMPTY'],
    ])
    expect(report.archives).toHaveLength(1)
    expect(report.archives[0]).toMatchObject({ path: 'papers/outer.zip', entries: 2, nested: 1, maxDepth: 2 })
    expect(report.job.keywordReadyMs).toBeGreaterThan(0)
    expect(report.job.pendingVectors).toBe(0)
    expect(report.job.progress).toBe(1)
    expect(report.embeddings.computed).toBeGreaterThanOrEqual(3)
    expect(report.embeddings.dimensions).toBe(512)
    expect(report.tokens).toBeGreaterThan(20)
    expect(report.phases.extract.items).toBeGreaterThanOrEqual(3)
  })

  it('finds a sentence inside an archive inside an archive, by word and by meaning', async () => {
    const [byWord] = await find('vermilion', 'keyword')
    expect(byWord?.path).toBe('papers/outer.zip!/inner.zip!/letter.txt')
    expect(byWord?.location).toBe(join(folder, 'outer.zip'))
    expect(byWord?.snippet).toContain('[[vermilion]]')
    const [byMeaning] = await find('when does the heating need its yearly inspection?', 'semantic')
    expect(byMeaning?.path).toBe('papers/boiler.md')
    const [onlyMeant] = await find('heating inspection')
    expect(onlyMeant?.score).toBeLessThan(0.5)
    const [both] = await find('checking the boiler')
    expect(both?.score).toBeGreaterThan(0.9)
    expect(both?.path).toBe('papers/boiler.md')
    expect(both?.text.slice(0)).toContain('pressure valve')
  })

  it('finds a duplicate under both of its paths', async () => {
    const paths = (await find('leeks butter', 'keyword')).map(({ path }) => path).sort()
    expect(paths).toEqual(['papers/copy-of-soup.txt', 'papers/recipes/soup.txt'])
  })

  it('computes nothing the second time and says unchanged', async () => {
    const report = await ingest(engine, [folder])
    expect(report.documents).toMatchObject({ total: 6, indexed: 0, unchanged: 4, skipped: 1, failed: 1 })
    expect(report.embeddings).toMatchObject({ computed: 0, cached: 0 })
  })

  it('replaces the text of a changed file and forgets the old one', async () => {
    appendFileSync(join(folder, 'boiler.md'), '\nThe chimney sweep comes in March.\n')
    const report = await ingest(engine, [folder])
    expect(report.documents).toMatchObject({ indexed: 1, unchanged: 3 })
    expect((await find('chimney sweep', 'keyword')).map(({ path }) => path)).toEqual(['papers/boiler.md'])
    const passages = await find('boiler', 'keyword')
    expect(passages).toHaveLength(1)
    const semantic = await find('boiler pressure', 'semantic')
    expect(semantic.filter(({ path }) => path === 'papers/boiler.md')).toHaveLength(1)
  })

  it('keeps collections apart, and takes vectors of a known text from the cache', async () => {
    const report = await ingest(engine, [join(folder, 'recipes')], 'kitchen')
    expect(report.documents).toMatchObject({ total: 1, indexed: 1 })
    expect(report.embeddings.computed).toBe(0)
    expect(report.embeddings.cached).toBeGreaterThan(0)
    expect((await find('leek soup', 'hybrid', ['kitchen'])).map(({ path }) => path)).toEqual(['recipes/soup.txt'])
    expect((await find('boiler', 'hybrid', ['kitchen'])).map(({ path }) => path)).not.toContain('papers/boiler.md')
  })

  it('removes a document with its text and vectors', async () => {
    const { documents } = await engine.call('documents.list', { collection: 'default', contains: 'boiler' })
    await engine.call('documents.remove', { ids: documents.map(({ id }) => id) })
    expect(await find('chimney', 'keyword')).toEqual([])
    expect((await find('heating inspection', 'semantic')).map(({ path }) => path)).not.toContain('papers/boiler.md')
    const again = await ingest(engine, [folder])
    expect(again.documents.indexed).toBe(1)
    expect(await find('chimney', 'keyword')).toHaveLength(1)
  })

  it('removes a collection with everything in it', async () => {
    await engine.call('collections.remove', { name: 'kitchen' })
    await expect(engine.call('collections.show', { name: 'kitchen' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await find('leek soup', 'keyword')).map(({ collection }) => collection)).not.toContain('kitchen')
  })

  it('names a missing path and indexes the others', async () => {
    const extra = write('extra.txt', 'A walnut table with brass feet.')
    const report = await ingest(engine, [join(folder, 'nowhere.txt'), extra])
    expect(report.documents).toMatchObject({ total: 2, indexed: 1, failed: 1 })
    expect(report.problems[0]).toMatchObject({ code: 'PATH_MISSING', outcome: 'failed', transient: false })
  })

  it('agrees with itself: the doctor finds nothing', async () => {
    const report = await engine.call('doctor', {})
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([])
  })

  it('rebuilds vectors and full-text index from stored text, without the sources', async () => {
    renameSync(folder, `${folder}-gone`)
    await engine.call('doctor', { rebuild: true })
    await engine.call('queue.settle', { timeoutMs: 25_000 })
    renameSync(`${folder}-gone`, folder)
    expect((await find('yearly inspection of the heating', 'semantic'))[0]?.path).toBe('papers/boiler.md')
    expect((await find('vermilion', 'keyword'))[0]?.path).toBe('papers/outer.zip!/inner.zip!/letter.txt')
    expect((await engine.call('doctor', {})).ok).toBe(true)
  })

  it('refuses a second engine on the same folder', async () => {
    expect(await startEngine({ dataDir })).toBeNull()
  })

  it('answers by keyword and says so when the model is missing', async () => {
    const other = makeTempDir('no-model')
    const bare = await startOwner({ dataDir: join(other.path, 'data'), modelDir: join(other.path, 'nothing') })
    const { job } = await bare.call('jobs.create', { paths: [{ path: join(folder, 'extra.txt') }] })
    for (let ready = false; !ready;) {
      const { phases } = await bare.call('jobs.wait', { id: job.id, timeoutMs: 200 })
      ready = phases.extract.done === 1
    }
    const answer = await bare.call('search', { query: 'walnut' })
    expect(answer.results.map(({ path }) => path)).toEqual(['extra.txt'])
    expect(answer.notes.join(' ')).toContain('model is missing')
    await expect(bare.call('search', { query: 'walnut', mode: 'semantic' })).rejects.toMatchObject({
      code: 'MODEL_MISSING',
    })
    await bare.close()
    other.remove()
  })

  it('leaves nothing in the temp folder of a job that has ended', async () => {
    const tempRoot = join(dataDir, 'temp')
    await expect
      .poll(() => readdirSync(tempRoot).filter((name) => name.startsWith('job-')), { timeout: 10_000 })
      .toEqual([])
  })

  it('reads the sample that comes with Sluice, with a nested archive in it', async () => {
    const report = await ingest(engine, [resolve(__dirname, '../../resources/sample')], 'sample')
    expect(report.documents.failed + report.documents.rejected).toBe(0)
    expect(report.documents.indexed).toBeGreaterThan(20)
    expect(report.archives.some(({ nested }) => nested > 0)).toBe(true)
  })
})
