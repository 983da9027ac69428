// Data folders of every version since the first: each is opened, brought up to date, searched, and worked on, and nothing of it is lost.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/main/engine'
import { listBackups } from '../../../src/main/store/backups'
import { SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { peekVersion } from '../../../src/main/store/schema-version'
import { UPGRADE_SIGN } from '../../../src/shared/backups'
import { fixtureVersions, packedBytes, placeOriginals, unpackFixture } from '../../support/data-folders/fixtures'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob } from '../../support/engine'

const temp = makeTempDir('older-folders')
afterAll(() => {
  temp.remove()
})

const MAX_FIXTURE_BYTES = 150 * 1024

const firstHit = async (engine: Engine, query: string, mode: 'keyword' | 'semantic'): Promise<string | undefined> =>
  (await engine.call('search', { query, mode, collections: [], limit: 3 })).results[0]?.path

describe('the fixtures', () => {
  it('have a folder of every version of the data; make one with "node scripts/data-folder-fixture.mjs"', () => {
    expect(fixtureVersions()).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1))
  })

  it('are small', () => {
    for (const version of fixtureVersions()) expect(packedBytes(version)).toBeLessThan(MAX_FIXTURE_BYTES)
  })
})

describe.each(fixtureVersions())('a data folder of version %i', (version) => {
  it('is brought up to date, found in, reported, and worked on', { timeout: 60_000 }, async () => {
    const dataDir = join(temp.path, `v${version}`)
    const originals = join(temp.path, `originals-${version}`)
    placeOriginals(dataDir, unpackFixture(version, dataDir), originals)
    expect(peekVersion(join(dataDir, 'sluice.db'))).toBe(version)

    const engine = await startOwner({ dataDir })
    try {
      expect(peekVersion(join(dataDir, 'sluice.db'))).toBe(SCHEMA_VERSION)
      const backups = listBackups(dataDir)
      expect(backups.map(({ schema, toSchema, vectors, done }) => ({ schema, toSchema, vectors, done }))).toEqual(
        version === SCHEMA_VERSION
          ? []
          : [{ schema: version, toSchema: SCHEMA_VERSION, vectors: 'linked', done: true }],
      )
      expect(existsSync(join(dataDir, UPGRADE_SIGN))).toBe(false)

      expect(await firstHit(engine, 'chimney sweep', 'keyword')).toBe('papers/boiler.txt')
      expect(await firstHit(engine, 'public transport ride in a Portuguese city', 'semantic')).toBe(
        'papers/travel/lisbon.html',
      )

      const report = await reportOf(engine, '1')
      expect(report.documents).toMatchObject({ total: 4, indexed: 3, failed: 1 })
      expect(report.problems.map(({ path, code }) => [path, code])).toEqual([
        ['papers/damaged.pdf', 'DOCUMENT_CORRUPT'],
      ])
      const { receipts } = await engine.call('jobs.receipts', { id: '1', limit: 100 })
      if (version >= 3) expect(receipts.map(({ path }) => path)).toContain('papers/boiler.txt')
      const { documents } = await engine.call('documents.list', { offset: 0, limit: 100 })
      const boiler = documents.find(({ path }) => path === 'papers/boiler.txt')
      const { text } = await engine.call('documents.text', { id: boiler?.id ?? '' })
      expect(text).toContain('The pressure valve was replaced last spring')

      // What waited then goes on now.
      expect((await waitForJob(engine, '2')).job.state).toBe('completed')
      expect(await firstHit(engine, 'piano tuner', 'keyword')).toBe('later/later.txt')

      mkdirSync(join(originals, 'new'))
      writeFileSync(join(originals, 'new', 'owl.txt'), 'A barn owl nests under the roof of the mill.')
      expect((await ingest(engine, [join(originals, 'new')])).documents).toMatchObject({ total: 1, indexed: 1 })
      expect(await firstHit(engine, 'a bird of prey that lives in an old building', 'semantic')).toBe('new/owl.txt')

      const { checks } = await engine.call('doctor', { repair: false, rebuild: false })
      // What an older version has read is told until a person agrees to read it anew; it is no fault of the folder.
      const wrong = checks.filter(({ ok, name }) => !ok && name !== 'texts of collections')
      expect(wrong.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([])
    } finally {
      await engine.close()
    }
  })
})
