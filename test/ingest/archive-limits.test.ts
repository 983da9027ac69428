import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { LimitName } from '../../src/shared/limits'
import { ingest, makeTempDir, startOwner } from '../support/engine'
import { forgeZip } from '../support/zip-forge'

const MiB = 1024 * 1024
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** An engine on an empty folder, and where to put what it is given. */
const start = async (
  limits: Partial<Record<LimitName, number>> = {},
): Promise<{ engine: Engine; write: (name: string, bytes: Buffer | string) => string }> => {
  const temp = makeTempDir('limits')
  closers.push(() => temp.remove())
  const engine = await startOwner({ dataDir: join(temp.path, 'data'), limits })
  closers.push(() => engine.close())
  const write = (name: string, bytes: Buffer | string): string => {
    const path = join(temp.path, name)
    writeFileSync(path, bytes)
    return path
  }
  return { engine, write }
}

describe('an archive that unpacks to much more than it weighs', () => {
  it('is stopped at the harmless amount, although nothing in it is a document', async () => {
    const { engine, write } = await start()
    const inner = forgeZip(Array.from({ length: 9 }, (_, n) => ({ name: `${n}.bin`, data: Buffer.alloc(MiB) })))
    const bomb = forgeZip(Array.from({ length: 20 }, (_, n) => ({ name: `${n}.zip`, data: inner })))
    expect(bomb.length).toBeLessThan(50_000)
    const { problems, documents } = await ingest(engine, [write('bomb.zip', bomb)])
    const count = (code: string): number => problems.filter((problem) => problem.code === code).length
    // A mebibyte of zeros that was inflated is told from one that was not: it was looked at, and is binary.
    expect(count('BINARY_FILE')).toBeGreaterThan(0)
    expect(count('BINARY_FILE')).toBeLessThanOrEqual(10)
    expect(count('BINARY_FILE') + count('ARCHIVE_BOMB_RATIO')).toBe(documents.total)
  })
})

describe('an archive that was opened although something is strange about it', () => {
  it('tells so in the report', async () => {
    const { engine, write } = await start()
    const zip = forgeZip([{ name: 'a.txt', data: 'The heron stands in the reeds.' }], {
      prepend: Buffer.alloc(5_000, 7),
    })
    const outer = forgeZip([{ name: 'inner.zip', data: zip }])
    const { archives } = await ingest(engine, [
      write('front.zip', zip),
      write('outer.zip', outer),
      write('plain.zip', forgeZip([])),
    ])
    expect(archives.map(({ path, warnings }) => [path, warnings?.map(({ code }) => code)])).toEqual([
      ['front.zip', ['ARCHIVE_EXTRA_BYTES']],
      ['outer.zip', ['ARCHIVE_EXTRA_BYTES']],
      ['plain.zip', undefined],
    ])
    expect(archives[0]?.warnings?.[0]?.message).toMatch(/^The file has .* the archive in it/)
    expect(archives[1]?.warnings?.[0]?.message).toMatch(/^outer\.zip!\/inner\.zip: The file has /)
  })
})

describe('a job with more documents than allowed', () => {
  it('reads as many as allowed, over all paths and archives together, and counts the rest', async () => {
    const { engine, write } = await start({ 'job.documents': 10 })
    const zipOf = (name: string): Buffer =>
      forgeZip(Array.from({ length: 6 }, (_, n) => ({ name: `${n}.txt`, data: `Sentence ${n} of ${name}.` })))
    const paths = ['1.txt', '2.txt', '3.txt'].map((name) => write(name, `The only sentence of ${name}.`))
    const outer = forgeZip(['a.zip', 'b.zip'].map((name) => ({ name, data: zipOf(name) })))
    const { problems, documents } = await ingest(engine, [...paths, write('c.zip', outer)])
    // Fifteen documents and the three archives around them: room for ten items.
    expect(documents).toMatchObject({ total: 15, indexed: 7, rejected: 8 })
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['JOB_DOCUMENTS_LIMIT']))
  })
})

describe('a file whose first bytes say that it is an archive', () => {
  it('and whose end record is damaged ends, whatever it is called', async () => {
    const { engine, write } = await start()
    const bytes = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18, 0xff)])
    const report = await ingest(engine, [write('e.zip', bytes), write('e.bin', bytes)])
    expect(report.problems.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['e.bin', 'ARCHIVE_CORRUPT'],
      ['e.zip', 'ARCHIVE_CORRUPT'],
    ])
  })
})
