import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { estimateSchema, jobReportSchema, type Estimate, type JobReport } from '../../../src/shared/domain'
import { forgeEncrypted } from '../../support/zip-crypto'
import { forgeZip } from '../../support/zip-forge'
import { run, runJson } from './support/command'

let root = ''
let dataDir = ''
let offered = ''

const LIMIT = 'SLUICE_ARCHIVE_CONFIRM_BYTES'
/** Several commands one after the other, each of which starts and ends everything. */
const MANY_COMMANDS_MS = 120_000

beforeAll(() => {
  process.env[LIMIT] = '10000'
})
afterAll(() => {
  delete process.env[LIMIT]
})
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-waiting-'))
  dataDir = join(root, 'data')
  offered = join(root, 'offered')
  mkdirSync(offered)
})
afterEach(() => {
  delete process.env['SLUICE_PASSWORD']
  rmSync(root, { recursive: true, force: true })
})

const put = (name: string, bytes: string | Buffer): void => writeFileSync(join(offered, name), bytes)
const putLarge = (): void => {
  put('large.zip', forgeZip([{ name: 'a.txt', data: 'The heron stands in the reeds. '.repeat(400), method: 0 }]))
  put('small.txt', 'A kingfisher dives.')
}

describe('a large archive', () => {
  it(
    'waits with exit code 3, is left and listed by run, and goes on when it is confirmed',
    async () => {
      putLarge()
      const waits = await runJson<JobReport>(dataDir, ['ingest', offered])
      expect(waits.code).toBe(3)
      expect(jobReportSchema.strict().parse(waits.value)).toEqual(waits.value)
      expect(waits.value.job.state).toBe('awaiting_confirmation')
      expect(waits.value.documents).toMatchObject({ total: 1, indexed: 1 })
      expect(waits.value.waiting).toMatchObject([
        { path: 'offered/large.zip', reason: 'confirmation', code: 'ARCHIVE_CONFIRM', actual: 12_400, entries: 1 },
      ])

      const told = await run(dataDir, ['run'])
      expect(told.code).toBe(3)
      expect(told.stdout).toContain('offered/large.zip')
      expect(told.stdout).toContain('sluice jobs confirm')

      const confirmed = await runJson<{ jobs: JobReport['job'][]; total: number }>(dataDir, [
        'jobs',
        'confirm',
        '--all',
      ])
      expect(confirmed).toMatchObject({ code: 0, value: { total: 1, jobs: [{ id: waits.value.job.id }] } })
      expect((await run(dataDir, ['run'])).code).toBe(0)
      const { value } = await runJson<JobReport>(dataDir, ['jobs', 'show', waits.value.job.id])
      expect(value).toMatchObject({ job: { state: 'completed' }, documents: { total: 2, indexed: 2 }, waiting: [] })
      expect((await run(dataDir, ['jobs', 'confirm', value.job.id])).code).toBe(1)
    },
    MANY_COMMANDS_MS,
  )

  it(
    'is not asked about with --yes, also when the job of the same key waits',
    async () => {
      putLarge()
      expect((await run(dataDir, ['ingest', offered, '--job-key', 'k'])).code).toBe(3)
      const { code, value } = await runJson<JobReport>(dataDir, ['ingest', offered, '--job-key', 'k', '--yes'])
      expect(code).toBe(0)
      expect(value.documents).toMatchObject({ total: 2, indexed: 2 })
    },
    MANY_COMMANDS_MS,
  )

  it('is read by extract with --yes only', async () => {
    putLarge()
    const lines = async (...more: string[]) => {
      const { stdout } = await run(dataDir, ['extract', '--ndjson', offered, ...more])
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { path: string; outcome: string; code: string | null })
        .map(({ path, outcome, code }) => [path, outcome, code])
    }
    expect(await lines()).toEqual([
      ['offered/large.zip', 'skipped', 'ARCHIVE_CONFIRM'],
      ['offered/small.txt', 'indexed', null],
    ])
    expect(await lines('--yes')).toEqual([
      ['offered/large.zip!/a.txt', 'indexed', null],
      ['offered/small.txt', 'indexed', null],
    ])
  })
})

describe('sluice documents password', () => {
  it(
    'reads the password from stdin or the environment, resumes the document, and says with 2 that it is wrong',
    async () => {
      put('locked.zip', forgeZip([forgeEncrypted('secret.txt', 'The heron stands in the reeds.', 'open sesame')]))
      expect((await run(dataDir, ['ingest', offered])).code).toBe(2)
      const { value } = await runJson<{ documents: { id: string }[] }>(dataDir, [
        'documents',
        'list',
        '--state',
        'failed',
      ])
      const id = value.documents[0]?.id ?? ''

      const wrong = await run(dataDir, ['documents', 'password', id, '--password-stdin', '--json'], { input: 'no\n' })
      expect(wrong.code).toBe(2)
      expect(JSON.parse(wrong.stdout)).toMatchObject({ id, state: 'failed', code: 'PASSWORD_WRONG', resumed: 1 })

      process.env['SLUICE_PASSWORD'] = 'open sesame'
      const right = await runJson<object>(dataDir, ['documents', 'password', id])
      expect(right).toMatchObject({ code: 0, value: { id, state: 'indexed', code: null, opened: false } })

      const again = await runJson<{ error: { code: string } }>(dataDir, ['documents', 'password', id])
      expect(again).toMatchObject({ code: 1, value: { error: { code: 'NOT_LOCKED' } } })
    },
    MANY_COMMANDS_MS,
  )

  it('asks nobody where there is no terminal', async () => {
    put('locked.pdf', '')
    copyFileSync(resolve('test/fixtures/bad/PDF_ENCRYPTED.pdf'), join(offered, 'locked.pdf'))
    await run(dataDir, ['ingest', offered])
    const { value } = await runJson<{ documents: { id: string }[] }>(dataDir, [
      'documents',
      'list',
      '--state',
      'failed',
    ])
    const { code, stderr } = await run(dataDir, ['documents', 'password', value.documents[0]?.id ?? ''])
    expect(code).toBe(1)
    expect(stderr).toContain('--password-stdin')
  })
})

describe('sluice estimate', () => {
  it('tells what a job would do and changes nothing', async () => {
    putLarge()
    const { code, value } = await runJson<Estimate>(dataDir, ['estimate', offered])
    expect(code).toBe(0)
    expect(estimateSchema.strict().parse(value)).toEqual(value)
    expect(value).toMatchObject({ documents: 2, byKind: { text: 2 }, duplicates: 0, costUsd: 0 })
    expect(value.confirmation).toMatchObject({ limitBytes: 10_000 })
    const { value: jobs } = await runJson<{ total: number }>(dataDir, ['jobs', 'list'])
    expect(jobs.total).toBe(0)
    expect((await run(dataDir, ['estimate', offered, '--leave-out', 'archive'])).stdout).toMatch(/^1 document, /)
    expect((await run(dataDir, ['estimate', offered, '--leave-out', 'colour'])).code).toBe(1)
  })
})
