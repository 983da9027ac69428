// Proves what becomes of documents whose files change, vanish, move or come back: on disk, in archives, in mails, and while being read.
import { mkdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { CoverageCounts, JobReport } from '../../src/shared/domain'
import type { LimitName } from '../../src/shared/limits'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob } from '../support/engine'
import { filePart, groupPart, makeMail, textPart } from '../support/mail/mail-maker'
import { forgeZip } from '../support/zip-forge'

const temp = makeTempDir('changes')
let engine: Engine
let folders = 0

beforeAll(async () => {
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
})

afterAll(async () => {
  await engine.close()
  temp.remove()
})

/** A new folder to offer, with these files. */
const makeFolder = (files: Record<string, string | Buffer>): { path: string; collection: string } => {
  folders += 1
  const path = join(temp.path, `f${folders}`, 'papers')
  mkdirSync(path, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), bytes)
  }
  return { path, collection: `c${folders}` }
}

const offer = (folder: { path: string; collection: string }): Promise<JobReport> =>
  ingest(engine, [folder.path], folder.collection)

const find = async (query: string, collection: string, mode: 'keyword' | 'semantic' = 'keyword'): Promise<string[]> => {
  const { results } = await engine.call('search', { query, mode, collections: [collection] })
  return results.map(({ path }) => path)
}

const goneIn = async (collection: string): Promise<string[]> => {
  const { documents } = await engine.call('documents.list', { collection, states: ['gone'] })
  return documents.map(({ path }) => path)
}

const mail = (text: string, ...files: { name: string; text: string }[]): Buffer =>
  makeMail(
    'News',
    groupPart('mixed', 'b', [textPart(text), ...files.map((file) => filePart(file.name, Buffer.from(file.text)))]),
  )

/** What the receipts of a job add up to, which has to be what its report says. */
const sumReceipts = async (id: string): Promise<{ documents: number; coverage: CoverageCounts }> => {
  const coverage: CoverageCounts = { indexed: 0, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  let documents = 0
  for (let next: { offset: number; line: number } | null = { offset: 0, line: 0 }; next !== null;) {
    const page: Awaited<ReturnType<typeof engine.call<'jobs.receipts'>>> = await engine.call('jobs.receipts', {
      id,
      ...next,
      limit: 2,
    })
    for (const receipt of page.receipts) {
      documents += 1
      for (const { state, from, to } of receipt.coverage) coverage[state] += to - from + 1
    }
    next = page.next
  }
  return { documents, coverage }
}

describe('a folder that is offered again', () => {
  it('holds what is new, changed and gone; what is gone is not found, by word or by meaning', async () => {
    const folder = makeFolder({
      'stays.txt': 'The heron stands in the reeds.',
      'changes.txt': 'The bittern booms at night.',
      'goes.txt': 'The kingfisher dives from a branch.',
    })
    expect((await offer(folder)).gone).toBe(0)
    rmSync(join(folder.path, 'goes.txt'))
    writeFileSync(join(folder.path, 'changes.txt'), 'The bittern hides by day.')
    writeFileSync(join(folder.path, 'new.txt'), 'The grebe carries its young.')
    const report = await offer(folder)
    expect(report.documents).toMatchObject({ total: 3, indexed: 2, unchanged: 1 })
    expect(report.gone).toBe(1)
    expect(await find('kingfisher', folder.collection)).toEqual([])
    expect(await find('a bird dives from a branch', folder.collection, 'semantic')).not.toContain('papers/goes.txt')
    expect(await goneIn(folder.collection)).toEqual(['papers/goes.txt'])
    expect((await engine.call('collections.show', { name: folder.collection })).documents).toBe(3)
  })

  it('has what came back as unchanged, and nothing is computed for it', async () => {
    const folder = makeFolder({ 'a.txt': 'The curlew probes the mud.', 'b.txt': 'The plover runs and stops.' })
    await offer(folder)
    const away = join(folder.path, '..', 'b.txt')
    renameSync(join(folder.path, 'b.txt'), away)
    expect((await offer(folder)).gone).toBe(1)
    renameSync(away, join(folder.path, 'b.txt'))
    const report = await offer(folder)
    expect(report.documents).toMatchObject({ total: 2, unchanged: 2 })
    expect(report.embeddings).toMatchObject({ computed: 0, cached: 0 })
    expect(await find('plover', folder.collection)).toEqual(['papers/b.txt'])
    expect(await goneIn(folder.collection)).toEqual([])
  })

  it('is kept as it was when it is missing', async () => {
    const folder = makeFolder({ 'a.txt': 'The sanderling follows the waves.' })
    await offer(folder)
    renameSync(folder.path, `${folder.path}-away`)
    const report = await offer(folder)
    expect([report.job.state, report.gone, report.problems[0]?.code]).toEqual(['failed', 0, 'PATH_MISSING'])
    expect(await find('sanderling', folder.collection)).toEqual(['papers/a.txt'])
    renameSync(`${folder.path}-away`, folder.path)
    expect((await offer(folder)).documents).toMatchObject({ total: 1, unchanged: 1 })
  })

  it('can be empty', async () => {
    const folder = makeFolder({ 'a.txt': 'The dotterel nests on the fell.' })
    await offer(folder)
    rmSync(join(folder.path, 'a.txt'))
    const report = await offer(folder)
    expect([report.job.state, report.documents.total, report.gone]).toEqual(['completed', 0, 1])
    expect(await find('dotterel', folder.collection)).toEqual([])
  })

  it('keeps what the patterns of this time leave out', async () => {
    const folder = makeFolder({ 'a.txt': 'one', 'b.md': 'two', 'sub/c.txt': 'three' })
    await offer(folder)
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: folder.path }],
      collection: folder.collection,
      ignores: ['sub', '*.md'],
    })
    await waitForJob(engine, job.id)
    expect((await reportOf(engine, job.id)).gone).toBe(0)
  })
})

describe('what is in archives and mails', () => {
  it('is gone with what held it, counted with it, and told in receipts whose sums are those of the report', async () => {
    const inner = forgeZip([{ name: 'x.txt', data: Buffer.from('The dipper walks under water.') }])
    const folder = makeFolder({
      'box.zip': forgeZip([
        { name: 'inner.zip', data: inner },
        {
          name: 'post/news.eml',
          data: mail('The wagtail wags.', { name: 'note.txt', text: 'The pipit sings in flight.' }),
        },
        { name: 'empty.txt', data: Buffer.alloc(0) },
      ]),
      'news.eml': mail(
        'The dunnock hides.',
        { name: 'a.txt', text: 'The wren shouts.' },
        { name: 'b.txt', text: 'The siskin hangs.' },
      ),
    })
    const first = await offer(folder)
    expect(first.documents).toMatchObject({ total: 7, indexed: 6, skipped: 1 })
    expect(first.archives).toHaveLength(1)
    expect(first.archives[0]).toMatchObject({ path: 'papers/box.zip', kind: 'zip', entries: 4, nested: 1, maxDepth: 2 })
    expect(await sumReceipts(first.job.id)).toEqual({ documents: first.documents.total, coverage: first.coverage })
    expect(first.coverage).toMatchObject({ indexed: 6, skipped: 1 })

    const again = await offer(folder)
    expect([again.documents.unchanged, again.gone]).toEqual([6, 0])
    expect(await sumReceipts(again.job.id)).toEqual({ documents: 7, coverage: again.coverage })

    writeFileSync(
      join(folder.path, 'news.eml'),
      mail('The dunnock hides.', { name: 'a.txt', text: 'The wren shouts.' }),
    )
    const less = await offer(folder)
    expect([less.documents.total, less.gone]).toEqual([6, 1])
    expect(await find('siskin', folder.collection)).toEqual([])
    expect(await find('wren', folder.collection)).toEqual(['papers/news.eml!/a.txt'])

    rmSync(join(folder.path, 'box.zip'))
    const least = await offer(folder)
    expect([least.documents.total, least.gone]).toEqual([2, 4])
    for (const word of ['dipper', 'wagtail', 'pipit']) expect(await find(word, folder.collection)).toEqual([])
  })

  it('is unchanged when the archive was made anew around it', async () => {
    const file = (name: string) => ({ name, data: Buffer.from(`The text of ${name}.`) })
    const folder = makeFolder({ 'box.zip': forgeZip([file('a.txt'), file('c.txt'), file('d.txt')]) })
    await offer(folder)
    writeFileSync(join(folder.path, 'box.zip'), forgeZip([file('b.txt'), file('c.txt'), file('d.txt'), file('e.txt')]))
    const report = await offer(folder)
    expect(report.documents).toMatchObject({ total: 4, indexed: 2, unchanged: 2 })
    expect(report.gone).toBe(1)
    expect(await goneIn(folder.collection)).toEqual(['papers/box.zip!/a.txt'])
  })

  it('is told in the receipt of the mail that holds it', async () => {
    const folder = makeFolder({
      'news.eml': mail('The linnet twitters.', { name: 'note.txt', text: 'The redpoll feeds.' }),
    })
    await offer(folder)
    const { documents } = await engine.call('documents.list', { collection: folder.collection, contains: '.eml' })
    const id = documents.find(({ path }) => path === 'papers/news.eml')?.id ?? ''
    const { receipt } = await engine.call('documents.receipt', { id })
    expect(receipt.coverage.map(({ unit, state }) => [unit, state])).toEqual([['part', 'indexed']])
    expect(receipt.items.map(({ path, state }) => [path, state])).toEqual([['papers/news.eml!/note.txt', 'indexed']])
  })
})

describe('a document that changes', () => {
  it('is found in its old version until the new one is found, and never in both', async () => {
    const text = (version: string): string =>
      Array.from({ length: 40_000 }, (_, line) => `Line ${line}: the ${version} pelican.`).join('\n')
    const folder = makeFolder({ 'long.txt': text('gray') })
    const start = async (): Promise<string> => {
      const asked = { paths: [{ path: folder.path }], collection: folder.collection }
      return (await engine.call('jobs.create', asked)).job.id
    }
    const isRead = async (id: string): Promise<boolean> =>
      (await engine.call('jobs.progress', { id })).job.keywordReadyMs !== null
    const first = await start()
    while (!(await isRead(first)));
    // Its vectors are of no interest here.
    await engine.call('jobs.cancel', { id: first })

    writeFileSync(join(folder.path, 'long.txt'), text('white'))
    const second = await start()
    const seen: string[] = []
    for (let isOver = false; !isOver;) {
      isOver = await isRead(second)
      const { results } = await engine.call('search', {
        query: 'pelican',
        mode: 'keyword',
        collections: [folder.collection],
      })
      const versions = new Set(results.map((hit) => (hit.text.includes('gray') ? 'gray' : 'white')))
      seen.push([...versions].join(' and '))
    }
    expect(seen[0]).toBe('gray')
    expect(seen.filter((version, at) => version !== seen[at - 1])).toEqual(['gray', 'white'])
    await engine.call('jobs.cancel', { id: second })
  }, 120_000)
})

describe('while it is being read', () => {
  let busy: Engine | null = null
  afterEach(async () => {
    await busy?.close()
    busy = null
  })

  /** An engine that reads one document at a time, and the first one takes long: what comes after it can be changed meanwhile. */
  const begin = async (
    folder: { path: string; collection: string },
    attempts: number,
    items: number,
  ): Promise<string> => {
    const limits: Partial<Record<LimitName, number>> = { 'worker.parseThreads': 1, 'task.attempts': attempts }
    // Hashed to its end before it is found to be no document.
    writeFileSync(join(folder.path, '0-long.bin'), '')
    truncateSync(join(folder.path, '0-long.bin'), 500_000_000)
    busy = await startOwner({ dataDir: join(folder.path, '..', 'data'), limits })
    const { job } = await busy.call('jobs.create', { paths: [{ path: folder.path }] })
    for (;;) {
      const { found, discovering, documents } = await busy.call('jobs.progress', { id: job.id })
      if (documents.total > 0) throw new Error('the long document was read before the others were found')
      if (!discovering && found === items) return job.id
    }
  }
  const end = async (id: string): Promise<JobReport> => {
    if (busy === null) throw new Error('nothing was begun')
    await waitForJob(busy, id)
    return reportOf(busy, id)
  }

  it('is tried again, and indexed when it is there again', async () => {
    const folder = makeFolder({ '1.txt': 'The petrel patters.' })
    const id = await begin(folder, 20, 2)
    rmSync(join(folder.path, '1.txt'))
    for (;;) if ((await busy?.call('queue.status', {}))?.nextRunAt) break
    writeFileSync(join(folder.path, '1.txt'), 'The fulmar glides.')
    expect((await end(id)).documents).toMatchObject({ total: 2, indexed: 1, skipped: 1 })
  }, 120_000)

  it('is named when it stays away, and heals by a retry when an archive was made anew', async () => {
    const old = ['a.txt', 'b.txt', 'c.txt'].map((name) => ({ name, data: Buffer.from(`old ${name}`) }))
    const folder = makeFolder({ '1.txt': 'The petrel patters.', '2.zip': forgeZip(old) })
    const id = await begin(folder, 2, 5)
    rmSync(join(folder.path, '1.txt'))
    const anew = ['b.txt', 'else.txt'].map((name) => ({ name, data: Buffer.from(`The gannet plunges into ${name}`) }))
    writeFileSync(join(folder.path, '2.zip'), forgeZip(anew))
    utimesSync(join(folder.path, '2.zip'), new Date(), new Date(Date.now() + 5_000))
    const report = await end(id)
    expect(report.documents).toMatchObject({ total: 5, skipped: 1, failed: 4 })
    expect(
      report.problems.map(({ path, code, transient, attempts }) => [path, code, transient, attempts]),
    ).toContainEqual(['papers/1.txt', 'FILE_CHANGED', true, 2])
    writeFileSync(join(folder.path, '1.txt'), 'The petrel is back.')
    await busy?.call('jobs.retry', { id })
    const healed = await end(id)
    expect(healed.problems.map(({ path }) => path)).toEqual(['papers/0-long.bin'])
    expect(healed.documents).toMatchObject({ total: 4, indexed: 3, skipped: 1, failed: 0 })
    const { results } = (await busy?.call('search', { query: 'gannet', mode: 'keyword' })) ?? { results: [] }
    expect(results.map(({ path }) => path).sort()).toEqual(['papers/2.zip!/b.txt', 'papers/2.zip!/else.txt'])
  }, 120_000)
})
