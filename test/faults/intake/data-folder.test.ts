// What can be wrong with the data folder: each gives its own code and a sentence, and loses nothing; a full disk only makes the work wait.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DoctorReport, JobReport, SearchResult } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { runCommand, runJson, type ErrorAnswer } from '../../support/faults/command'
import { LANDMARKS, writeCorpus } from '../../support/faults/corpus'
import { openSmallDisk, withoutPrivileges, type SmallDisk } from '../../support/faults/rights'

const MiB = 1024 * 1024
const temp = makeTempDir('data-folder')
const paper = join(temp.path, 'paper.txt')
const place = (name: string): string => join(temp.path, name)

const ingestInto = (dataDir: string) => runJson<ErrorAnswer>(['ingest', paper], { dataDir, prefix: withoutPrivileges })

beforeAll(() => {
  writeFileSync(paper, 'Herons stand in the shallow water.')
})
afterAll(() => {
  temp.remove()
})

describe('a data folder that cannot be used', () => {
  it('is named when it may not be made', async () => {
    mkdirSync(place('closed'))
    chmodSync(place('closed'), 0o555)
    const { code, error } = await ingestInto(join(place('closed'), 'data'))
    expect([code, error.code]).toEqual([1, 'DATA_DIR_UNWRITABLE'])
    expect(error.message).toBe(
      `The data folder ${join(place('closed'), 'data')} cannot be written (no permission). Give yourself write access, or choose another.`,
    )
  })

  it('is named when it may not be written', async () => {
    const { code, error } = await ingestInto(place('closed'))
    expect([code, error.code]).toEqual([1, 'DATA_DIR_UNWRITABLE'])
    expect(error.message).toContain('permission')
  })

  it('is named when a file is in its place, which stays as it is', async () => {
    writeFileSync(place('file'), 'my letter')
    const { code, error } = await ingestInto(place('file'))
    expect([code, error.code]).toEqual([1, 'DATA_DIR_UNWRITABLE'])
    expect(error.message).toContain('a file is in its place')
    expect(readFileSync(place('file'), 'utf8')).toBe('my letter')
  })

  it('is named when its database is garbage, which stays for whoever may mend it', async () => {
    const garbage = Buffer.alloc(8_192, 'not a database. ')
    mkdirSync(place('garbage'))
    writeFileSync(join(place('garbage'), 'sluice.db'), garbage)
    const { code, error } = await ingestInto(place('garbage'))
    expect([code, error.code]).toEqual([1, 'DATABASE_CORRUPT'])
    expect(error.message).toContain('Restore a backup')
    expect(readFileSync(join(place('garbage'), 'sluice.db')).equals(garbage)).toBe(true)
  })

  it('is left alone when a newer Sluice wrote it', async () => {
    const dataDir = place('newer')
    await runJson(['collections', 'create', 'letters'], { dataDir })
    const db = new Libsql(join(dataDir, 'sluice.db'))
    db.exec('PRAGMA user_version = 99')
    db.close()
    const { code, error } = await ingestInto(dataDir)
    expect([code, error.code]).toEqual([1, 'DATA_DIR_NEWER'])
    expect(error.message).toContain(`The data folder ${dataDir} was written by a newer Sluice`)
  })

  it('works on when only its cache is garbage', async () => {
    const dataDir = place('bad-cache')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'cache.db'), Buffer.alloc(8_192, 'not a database. '))
    const report = await runJson<JobReport>(['ingest', paper], { dataDir })
    expect(report.code).toBe(0)
    expect(report.documents.indexed).toBe(1)
  })

  it('is never read as documents', async () => {
    const dataDir = join(place('home'), 'sluice-data')
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(place('home'), 'note.txt'), 'A note beside the data folder.')
    const report = await runJson<JobReport>(['ingest', place('home')], { dataDir })
    expect(report.documents).toMatchObject({ total: 2, indexed: 1, skipped: 1 })
    expect(report.problems.map(({ code }) => code)).toEqual(['OWN_DATA_FOLDER'])
  })
})

describe.runIf(process.platform === 'linux')('a disk that is full', () => {
  const corpus = place('corpus')
  let disk: SmallDisk

  beforeAll(async () => {
    writeCorpus(corpus, 3, 20)
    disk = await openSmallDisk(place('small'), 24 * MiB)
  })
  afterAll(async () => {
    await disk.close()
  })

  it('refuses to start a data folder, and says why', async () => {
    disk.fill(0)
    const dataDir = join(place('small'), 'none')
    const answer = await runJson<ErrorAnswer>(['ingest', paper], { dataDir, prefix: disk.prefix })
    expect([answer.code, answer.error.code]).toEqual([1, 'DISK_FULL'])
    expect(answer.error.message).toContain('The disk is full')
    disk.empty()
  })

  // Room for a part of the text; for the text, but not for the vectors.
  it.each([
    ['while text is stored', 0.3],
    ['while vectors are stored', 1.3],
  ])('makes the work wait %s, and loses nothing', { timeout: 120_000 }, async (_when, freeMib) => {
    const options = { dataDir: join(place('small'), `data-${freeMib}`), prefix: disk.prefix }
    await runJson(['ingest', paper], options)
    disk.fill(freeMib * MiB)
    const { code, stderr } = await runCommand(['ingest', corpus, '--json'], options)
    expect(code, stderr).toBe(3)
    expect(stderr).toContain('The disk is full')
    disk.empty()
    const ended = await runCommand(['run'], options)
    expect(ended.code, ended.stdout).toBe(2)
    const report = await runJson<JobReport>(['jobs', 'show', '2'], options)
    expect(report.job.state).toBe('completed_with_problems')
    expect(report.documents).toMatchObject({ failed: 2, partial: 0, cancelled: 0, rejected: 0 })
    const { results } = await runJson<SearchResult>(['search', LANDMARKS.nested, '--mode', 'keyword'], options)
    expect(results).toHaveLength(1)
    const { checks } = await runJson<DoctorReport>(['doctor'], options)
    // The disk is small, and the doctor says so.
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['disk'])
  })

  it('to the last byte lets go of everything that Sluice keeps, and of nothing else', { timeout: 60_000 }, async () => {
    const options = { dataDir: join(place('small'), 'full'), prefix: disk.prefix }
    expect((await runJson<JobReport>(['ingest', paper], options)).documents.indexed).toBe(1)
    disk.fill(0)
    const { code, removed } = await runJson<{ removed: boolean }>(['data', 'remove', '--yes'], options)
    expect([code, removed]).toEqual([0, true])
    disk.empty()
    const { documents } = await runJson<{ documents: unknown[] }>(['documents', 'list'], options)
    expect(documents).toEqual([])
    expect(readFileSync(paper, 'utf8')).toContain('Herons')
  })

  it('was a disk that nobody else saw', () => {
    expect(existsSync(join(place('small'), 'data-0.3'))).toBe(false)
  })
})
