import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { estimateSchema } from '../../src/shared/domain'
import { ingest, makeTempDir, startOwner } from '../support/engine'
import { startFakeProvider } from '../support/fake-provider/server'
import { forgeEncrypted } from '../support/zip-crypto'
import { forgeZip } from '../support/zip-forge'

const temp = makeTempDir('estimate')
const folder = join(temp.path, 'papers')
const dataDir = join(temp.path, 'data')
let engine: Engine

beforeAll(async () => {
  mkdirSync(join(folder, '.git'), { recursive: true })
  const put = (name: string, bytes: string | Buffer): void => writeFileSync(join(folder, name), bytes)
  put('a.txt', 'The heron stands in the reeds.')
  put('same.txt', 'The heron stands in the reeds.')
  put('other.txt', 'The egret stands in the reeds.')
  put('README', 'A file without an extension.')
  put('picture.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
  copyFileSync(join(__dirname, '../fixtures/bad/PDF_ENCRYPTED.pdf'), join(folder, 'locked.pdf'))
  copyFileSync(join(__dirname, '../fixtures/letter.pdf'), join(folder, 'letter.pdf'))
  put(
    'large.zip',
    forgeZip([
      { name: 'one.md', data: '# One '.repeat(50_000), method: 0 },
      { name: 'two.md', data: '# Two '.repeat(50_000), method: 0 },
      { name: '../evil.md', data: 'x' },
    ]),
  )
  put('locked.zip', forgeZip([forgeEncrypted('secret.txt', 'Nothing to see.', 'pw')]))
  put('broken.zip', Buffer.from('PK\u0003\u0004 and no more'))
  engine = await startOwner({ dataDir, limits: { 'archive.confirmBytes': 400_000 } })
}, 60_000)
afterAll(async () => {
  await engine.close()
  temp.remove()
})

const look = (more = {}) => engine.call('jobs.estimate', { paths: [{ path: folder }], ...more })

/** Folders of estimates that are left in the data folder. */
const leftovers = (): string[] => readdirSync(join(dataDir, 'temp')).filter((name) => name.startsWith('estimate'))

describe('the look before a job', () => {
  it('counts what is there, in archives too, and says what it needs', async () => {
    const found = await look()
    expect(estimateSchema.strict().parse(found)).toEqual(found)
    expect(found.byKind).toMatchObject({ text: 4, image: 1, pdf: 2, markdown: 2 })
    expect(found).toMatchObject({ duplicates: 1, archivesTotal: 3, costUsd: 0, unchanged: 0 })
    expect(found.needPassword).toBeGreaterThanOrEqual(1)
    expect(found.needOcr).toBeGreaterThanOrEqual(1)
    expect(found.expectedMs).toBeGreaterThan(0)
    expect(found.archives.find(({ path }) => path === 'papers/large.zip')).toMatchObject({
      entries: 3,
      skipped: 1,
      bytesExpanded: 600_000,
      ratio: 1,
    })
    // .git, the name that points outside, and the archive that cannot be opened.
    expect(found.leftOut).toBeGreaterThanOrEqual(3)
    expect(found.confirmation).toMatchObject({
      archives: [{ path: 'papers/large.zip', entries: 3, bytesExpanded: 600_000 }],
      limitBytes: 400_000,
    })
    expect(leftovers()).toEqual([])
  })

  it('leaves out kinds, and asks for nothing that was agreed to', async () => {
    const all = await look()
    const some = await look({ leaveOut: ['pdf', 'archive'], confirmed: true })
    expect(some.byKind).not.toHaveProperty('pdf')
    expect(some).toMatchObject({ archivesTotal: 0, confirmation: null })
    expect(some.leftOut).toBeGreaterThan(2)
    expect(some.documents).toBeLessThan(all.documents)
  })

  it('knows what is indexed already', async () => {
    await ingest(engine, [join(folder, 'a.txt'), join(folder, 'other.txt')])
    expect(await engine.call('jobs.estimate', { paths: [{ path: join(folder, 'a.txt') }] })).toMatchObject({
      documents: 1,
      unchanged: 1,
    })
  })

  it('ends when it is stopped, and leaves nothing behind', async () => {
    const running = look({ id: 'mine' })
    await engine.call('jobs.stopEstimate', { id: 'mine' })
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(leftovers()).toEqual([])
  })

  it('names a path that is missing among what is left out', async () => {
    expect(await engine.call('jobs.estimate', { paths: [{ path: join(folder, 'nowhere') }] })).toMatchObject({
      documents: 0,
      leftOut: 1,
    })
  })

  it('tells before what a provider will charge for vectors, about, and says where there is no price', async () => {
    const fake = await startFakeProvider({ dimensions: 8 })
    try {
      const definition = { baseUrl: fake.url, embeddingModel: 'm', dimensions: 8, needsKey: false }
      await engine.call('providers.add', { name: 'n', definition: { ...definition, price: { embeddingUsd: 2_000 } } })
      await engine.call('collections.create', { name: 'paid' })
      await engine.call('collections.changeModel', { name: 'paid', model: 'n', approve: true })
      const sample = resolve(__dirname, '../../resources/sample')
      const found = await engine.call('jobs.estimate', { paths: [{ path: sample }], collection: 'paid' })
      expect(estimateSchema.strict().parse(found)).toEqual(found)
      expect(found).toMatchObject({ costKnown: true, embedding: { provider: 'n', model: 'm', isLocal: true } })
      const { provider } = await ingest(engine, [sample], 'paid')
      const { inputTokens } = fake.counts.embeddings
      expect(provider).toMatchObject({ tokens: inputTokens, costUsd: (inputTokens * 2_000) / 1_000_000 })
      expect(found.embedding?.tokens ?? 0).toBeGreaterThan(inputTokens / 2)
      expect(found.embedding?.tokens ?? 0).toBeLessThan(inputTokens * 2)
      expect(found.costUsd).toBeCloseTo(((found.embedding?.tokens ?? 0) * 2_000) / 1_000_000)
    } finally {
      await fake.close()
    }
  }, 60_000)
})
