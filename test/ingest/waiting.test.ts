import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { LimitName } from '../../src/shared/limits'
import { finalJobStates, type JobReport } from '../../src/shared/domain'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob } from '../support/engine'
import { forgeEncrypted } from '../support/zip-crypto'
import { forgeZip } from '../support/zip-forge'

const KiB = 1024
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const start = async (limits: Partial<Record<LimitName, number>> = {}) => {
  const temp = makeTempDir('waiting')
  closers.push(() => temp.remove())
  const dataDir = join(temp.path, 'data')
  const open = (): Promise<Engine> => startOwner({ dataDir, limits })
  const engine = await open()
  closers.push(() => engine.close())
  const write = (name: string, bytes: Buffer | string): string => {
    const path = join(temp.path, name)
    writeFileSync(path, bytes)
    return path
  }
  return { engine, dataDir, write, open }
}

const words = (name: string): string => `The ${name} stands in the reeds. `.repeat(200)
const largeZip = (): Buffer =>
  forgeZip(['heron', 'egret', 'bittern'].map((name) => ({ name: `${name}.txt`, data: words(name), method: 0 })))
const offer = (...paths: string[]) => paths.map((path) => ({ path }))

/** Waits until the job has ended or waits for a person. */
const settle = async (engine: Engine, id: string): Promise<JobReport> => {
  for (;;) {
    const { job } = await engine.call('jobs.wait', { id, timeoutMs: 20_000 })
    if (finalJobStates.includes(job.state) || job.state === 'awaiting_confirmation') return reportOf(engine, id)
  }
}

describe('an archive that unpacks to much', () => {
  it('waits for a person, through a restart, while the rest is indexed; confirmed, it goes on', async () => {
    const { engine, write, open } = await start({ 'archive.confirmBytes': 10 * KiB })
    const paths = offer(write('large.zip', largeZip()), write('small.txt', 'A kingfisher dives.'))
    const { job } = await engine.call('jobs.create', { paths })
    const report = await settle(engine, job.id)
    expect(report.job.state).toBe('awaiting_confirmation')
    expect(report.documents).toMatchObject({ total: 1, indexed: 1 })
    expect(report.waiting).toMatchObject([{ path: 'large.zip', code: 'ARCHIVE_CONFIRM', entries: 3 }])
    expect(report.waiting?.[0]?.actual).toBeGreaterThan(10 * KiB)
    // Nobody waits for ever for what only a person can change.
    await engine.call('queue.settle', { timeoutMs: 20_000 })
    expect(await engine.call('queue.status', {})).toMatchObject({ queued: 0, running: 0, waiting: [{ id: job.id }] })
    await engine.close()

    const later = await open()
    closers.push(() => later.close())
    expect((await settle(later, job.id)).job.state).toBe('awaiting_confirmation')
    expect(await later.call('jobs.confirm', { id: job.id })).toMatchObject({ tasks: 1 })
    await waitForJob(later, job.id)
    expect(await reportOf(later, job.id)).toMatchObject({
      job: { state: 'completed' },
      documents: { total: 4, indexed: 4 },
      waiting: [],
    })
  })

  it('does not wait in a job that was confirmed when it was made, nor when it is cancelled', async () => {
    const { engine, write } = await start({ 'archive.confirmBytes': 10 * KiB })
    const paths = offer(write('large.zip', largeZip()))
    const asked = await engine.call('jobs.create', { paths })
    expect((await settle(engine, asked.job.id)).job.state).toBe('awaiting_confirmation')
    expect((await engine.call('jobs.cancel', { id: asked.job.id })).state).toBe('cancelled')
    const agreed = await engine.call('jobs.create', { paths, confirmed: true })
    expect((await settle(engine, agreed.job.id)).documents).toMatchObject({ total: 3, indexed: 3 })
  })
})

describe('kinds that are left out', () => {
  it('end as skipped, with the choice named, by name and by content, in archives too', async () => {
    const { engine, write } = await start()
    const html = '<!doctype html><html><body><p>A web page about herons.</p></body></html>'
    const zip = forgeZip([
      { name: 'a.md', data: '# Heron\n\nIt stands.' },
      { name: 'b.txt', data: 'Egrets are white.' },
    ])
    const paths = offer(
      write('notes.md', '# Heron'),
      write('page', html),
      write('z.zip', zip),
      write('c.txt', 'A coot.'),
    )
    const { job } = await engine.call('jobs.create', { paths, leaveOut: ['md', 'html'] })
    await waitForJob(engine, job.id)
    const { documents, problems } = await reportOf(engine, job.id)
    expect(documents).toMatchObject({ total: 5, indexed: 2, skipped: 3 })
    expect(problems.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['notes.md', 'IGNORED'],
      ['page', 'IGNORED'],
      ['z.zip!/a.md', 'IGNORED'],
    ])
    expect(problems[0]?.message).toContain('the choice to leave out the kind')
  })

  it('must be kinds', async () => {
    const { engine, write } = await start()
    const paths = offer(write('a.txt', 'x'))
    await expect(engine.call('jobs.create', { paths, leaveOut: ['colour'] })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

const idOf = async (engine: Engine, path: string): Promise<string> => {
  const { documents } = await engine.call('documents.list', {
    states: ['failed', 'indexed', 'partial'],
    contains: path,
  })
  return documents[0]?.id ?? ''
}

const found = async (engine: Engine, query: string): Promise<string[]> =>
  (await engine.call('search', { query, mode: 'keyword' })).results.map(({ path }) => path)

const SECRET = 'open, sesame 7'

/** Whether any file of the data folder holds the password. */
const isStored = (dir: string, password: string): boolean =>
  readdirSync(dir, { withFileTypes: true }).some((each) => {
    const path = join(dir, each.name)
    if (each.isDirectory()) return isStored(path, password)
    return each.isFile() && readFileSync(path).includes(password)
  })

describe('a document behind a password', () => {
  it('is read when the password is entered, alone; a wrong one can be entered again', async () => {
    const { engine, dataDir, write } = await start()
    const pdf = write('locked.pdf', '')
    const other = write('other.pdf', '')
    for (const path of [pdf, other]) copyFileSync(join(__dirname, '../fixtures/bad/PDF_ENCRYPTED.pdf'), path)
    writeFileSync(other, Buffer.concat([readFileSync(other), Buffer.from('\n')]))
    const { job, problems } = await ingest(engine, [pdf, other])
    expect(problems.map(({ code }) => code)).toEqual(['PDF_ENCRYPTED', 'PDF_ENCRYPTED'])
    const id = await idOf(engine, 'locked.pdf')

    expect(await engine.call('documents.password', { id, password: SECRET })).toMatchObject({
      tasks: 1,
      job: { id: job.id },
    })
    await waitForJob(engine, job.id)
    expect(await engine.call('documents.show', { id })).toMatchObject({ state: 'failed', code: 'PASSWORD_WRONG' })

    await engine.call('documents.password', { id, password: 'lock' })
    await waitForJob(engine, job.id)
    expect((await engine.call('documents.show', { id })).code).not.toBe('PASSWORD_WRONG')
    expect(await reportOf(engine, job.id)).toMatchObject({
      job: { state: 'completed_with_problems' },
      documents: { failed: 1 },
    })
    await expect(engine.call('documents.password', { id, password: 'lock' })).rejects.toMatchObject({
      code: 'NOT_LOCKED',
    })
    await engine.close()
    expect(isStored(dataDir, SECRET)).toBe(false)
  })
})

describe('an archive behind a password', () => {
  it('opens with one password for all of its entries and what is in them', async () => {
    const { engine, write } = await start()
    const inner = forgeZip([{ name: 'deep.txt', data: 'The bittern booms at dusk.' }])
    const zip = forgeZip([
      { name: 'open.txt', data: 'The coot is black.' },
      forgeEncrypted('heron.txt', 'The heron stands in the reeds.', SECRET),
      forgeEncrypted('egret.txt', 'The egret is white as salt.', SECRET),
      forgeEncrypted('inner.zip', inner, SECRET),
    ])
    const { job, documents, problems } = await ingest(engine, [write('a.zip', zip)])
    expect(documents).toMatchObject({ total: 4, indexed: 1, failed: 3 })
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['ARCHIVE_ENCRYPTED']))

    const id = await idOf(engine, 'egret.txt')
    expect((await engine.call('documents.password', { id, password: 'not this' })).tasks).toBe(3)
    await waitForJob(engine, job.id)
    expect(await engine.call('documents.show', { id })).toMatchObject({ state: 'failed', code: 'PASSWORD_WRONG' })

    await engine.call('documents.password', { id, password: SECRET })
    await waitForJob(engine, job.id)
    expect((await reportOf(engine, job.id)).documents).toMatchObject({ total: 4, indexed: 4, failed: 0 })
    expect(await found(engine, 'egret')).toEqual(['a.zip!/egret.txt'])
    expect(await found(engine, 'bittern')).toEqual(['a.zip!/inner.zip!/deep.txt'])
  })
})
