// The queue as a person's shell sees it: detaching, pausing, resuming, order, and dead letters from failure to remedy to success.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deadLetterSchema, type DeadLetter } from '../../../src/shared/dead-letters'
import { jobSchema, type Job, type JobReport } from '../../../src/shared/domain'
import { endAll, run, runJson, start, until } from './support/command'

let root = ''
let dataDir = ''
let offered = ''
/** Several commands one after the other, each of which starts and ends everything. */
const MANY_COMMANDS_MS = 120_000

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-queue-'))
  dataDir = join(root, 'data')
  offered = join(root, 'offered')
  mkdirSync(offered)
})
afterEach(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

const put = (name: string, text: string): void => writeFileSync(join(offered, name), text)
const report = async (id: string): Promise<JobReport> => (await runJson<JobReport>(dataDir, ['jobs', 'show', id])).value

type Jobs = { jobs: (Job & { documents: { total: number } })[]; total: number }
type Letters = { deadLetters: DeadLetter[]; total: number }
const lettersSchema = z.object({ deadLetters: z.array(deadLetterSchema.strict()), total: z.number() })

describe('a job that is not waited for', () => {
  it(
    'is queued, paused over commands, left and listed by run, and done when it is resumed',
    async () => {
      put('a.txt', 'A kingfisher dives.')
      const detached = await runJson<JobReport>(dataDir, ['ingest', offered, '--detach', '--job-key', 'k'])
      expect(detached).toMatchObject({ code: 0, value: { job: { state: 'queued', key: 'k', position: 1 } } })
      const { id } = detached.value.job
      const same = await runJson<JobReport>(dataDir, ['ingest', offered, '--detach', '--job-key', 'k'])
      expect(same.value.job.id).toBe(id)

      const paused = await runJson<Jobs>(dataDir, ['jobs', 'pause', id])
      expect(paused).toMatchObject({ code: 0, value: { total: 1, jobs: [{ id, state: 'paused' }] } })
      expect(jobSchema.strict().parse(paused.value.jobs[0])).toEqual(paused.value.jobs[0])
      expect((await run(dataDir, ['jobs', 'pause', '--all'])).code).toBe(0)
      const left = await run(dataDir, ['run'])
      expect(left.code).toBe(3)
      expect(left.stdout).toContain('waits for you: paused')
      expect(await report(id)).toMatchObject({ job: { state: 'paused' }, documents: { total: 0 } })

      expect(await runJson<Jobs>(dataDir, ['jobs', 'resume', '--collection', 'default'])).toMatchObject({
        code: 0,
        value: { total: 1, jobs: [{ id, state: 'queued' }] },
      })
      expect((await run(dataDir, ['run'])).code).toBe(0)
      expect(await report(id)).toMatchObject({ job: { state: 'completed' }, documents: { indexed: 1 } })
      const over = await run(dataDir, ['jobs', 'pause', id])
      expect(over.code).toBe(1)
      expect(over.stderr).toContain('is completed and cannot be paused')
    },
    MANY_COMMANDS_MS,
  )

  it(
    'has its place in the line and a priority',
    async () => {
      for (const name of ['one', 'two']) {
        mkdirSync(join(root, name))
        await run(dataDir, ['ingest', join(root, name), '--detach'])
      }
      const places = async (): Promise<unknown> =>
        (await runJson<Jobs>(dataDir, ['jobs', 'list'])).value.jobs.map(({ label, position, priority }) => [
          label,
          position,
          priority,
        ])
      expect(await places()).toEqual([
        ['two', 2, 'normal'],
        ['one', 1, 'normal'],
      ])
      expect((await run(dataDir, ['jobs', 'move', '2', '--before', '1'])).stdout).toContain('is number 1 in the line')
      expect((await run(dataDir, ['jobs', 'priority', '1', 'high'])).code).toBe(0)
      expect(await places()).toEqual([
        ['two', 2, 'normal'],
        ['one', 1, 'high'],
      ])
      expect((await run(dataDir, ['jobs', 'priority', '1', 'urgent'])).stderr).toContain('low, normal, high')
    },
    MANY_COMMANDS_MS,
  )

  it(
    'is paused while another process works on it, which then ends and says so',
    async () => {
      for (let at = 0; at < 400; at += 1) put(`n${at}.txt`, `Heron number ${at} stands in the reeds. `.repeat(40))
      const working = start(dataDir, ['ingest', offered, '--json'])
      await until(async () => (await runJson<Jobs>(dataDir, ['jobs', 'list'])).value.jobs[0]?.state === 'running')
      const paused = await runJson<Jobs>(dataDir, ['jobs', 'pause', '--all'])
      expect(paused).toMatchObject({ code: 0, value: { jobs: [{ state: 'paused' }] } })
      const { code, stdout } = await working.ended
      expect(code).toBe(3)
      const told = JSON.parse(stdout) as JobReport
      expect(told.job.state).toBe('paused')
      expect((await run(dataDir, ['jobs', 'resume', '--all'])).code).toBe(0)
      expect((await run(dataDir, ['run'])).code).toBe(0)
      expect(await report(told.job.id)).toMatchObject({
        job: { state: 'completed', pendingVectors: 0 },
        documents: { total: 400, indexed: 400 },
      })
    },
    MANY_COMMANDS_MS,
  )
})

describe('a collection', () => {
  it('gets its share and its pace', async () => {
    await run(dataDir, ['collections', 'create', 'slow'])
    const update = (...words: string[]) => runJson(dataDir, ['collections', 'update', 'slow', ...words])
    expect(await update('--weight', '0.5', '--tasks-per-minute', '30')).toMatchObject({
      code: 0,
      value: { name: 'slow', weight: 0.5, tasksPerMinute: 30 },
    })
    expect(await update('--tasks-per-minute', 'default', '--name', 'calm')).toMatchObject({
      value: { name: 'calm', weight: 0.5, tasksPerMinute: null },
    })
    expect(await runJson(dataDir, ['collections', 'update', 'calm', '--ignore', '*.log'])).toMatchObject({
      value: { ignores: ['*.log'] },
    })
    put('a.txt', 'A kingfisher dives.')
    put('b.log', 'A heron stands.')
    const { value } = await runJson<JobReport>(dataDir, ['ingest', offered, '--collection', 'calm'])
    expect(value).toMatchObject({
      documents: { indexed: 1, skipped: 1 },
      problems: [{ path: 'offered/b.log', code: 'IGNORED' }],
    })
    expect(await runJson(dataDir, ['collections', 'update', 'calm', '--no-ignores'])).toMatchObject({
      value: { ignores: [] },
    })
    const wrong = await run(dataDir, ['collections', 'update', 'calm', '--tasks-per-minute', 'many'])
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('--tasks-per-minute needs a whole number')
    expect((await run(dataDir, ['collections', 'update', 'calm', '--weight', '0'])).code).toBe(1)
    expect((await run(dataDir, ['collections', 'update', 'calm'])).stderr).toContain('Say what to change')
  }, 60_000)
})

describe('dead letters', () => {
  it(
    'are listed with their cause, replayed once the file is mended, and gone then',
    async () => {
      put('good.txt', 'A kingfisher dives.')
      put('broken.pdf', '%PDF-1.7 this is no PDF')
      const ingested = await runJson<JobReport>(dataDir, ['ingest', offered])
      expect(ingested).toMatchObject({ code: 2, value: { documents: { total: 2, failed: 1 } } })

      const listed = await runJson<Letters>(dataDir, ['dead-letters', 'list'])
      expect(listed.code).toBe(0)
      expect(lettersSchema.strict().parse(listed.value)).toEqual(listed.value)
      const [letter] = listed.value.deadLetters
      expect(letter).toMatchObject({
        job: ingested.value.job.id,
        path: 'offered/broken.pdf',
        phase: 'extract',
        code: 'DOCUMENT_CORRUPT',
        attempts: [{ code: 'DOCUMENT_CORRUPT', counted: true }],
      })
      const id = letter?.id ?? ''
      const shown = await runJson<DeadLetter & { log: string[] }>(dataDir, ['dead-letters', 'show', id])
      expect(shown.value).toMatchObject({ id, location: join(offered, 'broken.pdf') })
      expect(shown.value.log.join('\n')).toContain('task-not-done')
      expect((await run(dataDir, ['dead-letters', 'list', '--csv'])).stdout).toMatch(/^id,job,collection,path,/)

      copyFileSync('test/fixtures/letter.pdf', join(offered, 'broken.pdf'))
      expect(await runJson(dataDir, ['dead-letters', 'replay', id])).toMatchObject({ code: 0, value: { tasks: 1 } })
      expect((await run(dataDir, ['run'])).code).toBe(0)
      expect((await runJson<Letters>(dataDir, ['dead-letters', 'list'])).value).toEqual({ deadLetters: [], total: 0 })
      expect(await report(ingested.value.job.id)).toMatchObject({
        job: { state: 'completed' },
        documents: { total: 2, indexed: 2, failed: 0 },
      })
    },
    MANY_COMMANDS_MS,
  )

  it(
    'are put aside and taken back; a refusal is allowed more, once',
    async () => {
      put('broken.pdf', '%PDF-1.7 this is no PDF')
      put('large.txt', 'The heron stands in the reeds. '.repeat(100))
      await run(dataDir, ['ingest', offered, '--set', 'document.bytes=2000'])
      expect((await run(dataDir, ['dead-letters', 'discard', '--all'])).stdout).toContain('1 dead letter put aside')
      expect((await run(dataDir, ['dead-letters', 'list'])).stdout).toContain('There is no dead letter.')
      const aside = await runJson<Letters>(dataDir, ['dead-letters', 'list', '--discarded'])
      expect(aside.value.deadLetters.map(({ path }) => path)).toEqual(['offered/broken.pdf'])
      expect((await run(dataDir, ['dead-letters', 'restore', '--all', '--discarded'])).stdout).toContain('taken back')

      const refused = await runJson<Letters>(dataDir, [
        'dead-letters',
        'list',
        '--rejected',
        '--code',
        'FILE_TOO_LARGE',
      ])
      expect(refused.value.deadLetters).toMatchObject([
        {
          path: 'offered/large.txt',
          outcome: 'rejected',
          remedy: { kind: 'raise', setting: 'document.bytes', value: 2_000 },
        },
      ])
      const id = refused.value.deadLetters[0]?.id ?? ''
      const wrong = await run(dataDir, ['dead-letters', 'replay', id, '--allow', 'document.bytes=1TB1'])
      expect(wrong.code).toBe(1)
      await run(dataDir, ['dead-letters', 'replay', id, '--allow', 'document.bytes=1MB'])
      await run(dataDir, ['run', '--set', 'document.bytes=2000'])
      const found = await runJson<{ results: { path: string }[] }>(dataDir, ['search', 'heron', '--mode', 'keyword'])
      expect([...new Set(found.value.results.map(({ path }) => path))]).toEqual(['offered/large.txt'])
    },
    MANY_COMMANDS_MS,
  )

  it('are named, or chosen by what they have in common, never all of them by an oversight', async () => {
    const oversight = await run(dataDir, ['dead-letters', 'discard'])
    expect(oversight.code).toBe(1)
    expect(oversight.stderr).toContain('--all')
    const unknown = await runJson<{ error: { code: string } }>(dataDir, ['dead-letters', 'replay', '99'])
    expect(unknown).toMatchObject({ code: 1, value: { error: { code: 'NOT_FOUND' } } })
    expect((await run(dataDir, ['dead-letters', 'list', '--code', 'NO_SUCH'])).stderr).toContain('is no error code')
  }, 30_000)
})
