// Stopping work: cancelling a job and pressing Ctrl-C stop at once or nearly so, keep what is done, and can be taken up again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job, JobReport, SearchResult } from '../../../src/shared/domain'
import { outcomes } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { runCommand, runJson, startCommand, type Command } from '../../support/faults/command'
import { LANDMARKS, writeCorpus } from '../../support/faults/corpus'
import { findFlaws, readIndex, type IndexContent } from '../../support/faults/index-content'
import { catchMoment, type Moment } from '../../support/faults/phase-watch'
import { isAlive, listHosts } from '../../support/faults/processes'

const temp = makeTempDir('stop')
const corpus = join(temp.path, 'corpus')
let undisturbed: IndexContent

const startIngest = (dataDir: string, folder = corpus, env: Record<string, string> = {}): Command =>
  startCommand(['ingest', folder, '--json'], { dataDir, env })

/** How a command ends; one that does not end in time is told with what its process wrote down. */
const endOf = async (command: Command, dataDir: string): Promise<string> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const log = readFileSync(join(dataDir, 'logs', 'sluice.log'), 'utf8').slice(-6_000)
      reject(new Error(`it has not ended. It said:\n${command.stderr()}\nand wrote down:\n${log}`))
    }, 25_000)
  })
  try {
    return (await Promise.race([command.ended, late])).stdout
  } finally {
    clearTimeout(timer)
  }
}

const reach = async (dataDir: string, moment: Moment, command: Command): Promise<void> => {
  expect(await catchMoment(dataDir, moment, () => !command.isRunning()), moment).toBe(true)
}

const expectAllCounted = ({ documents }: JobReport): void =>
  expect(outcomes.reduce((sum, outcome) => sum + documents[outcome], 0)).toBe(documents.total)

/** Documents by path, without what tells how they came to be. */
const listDocuments = ({ documents }: IndexContent): string[] =>
  documents.map(({ path, state, sha256 }) => `${path} ${state} ${sha256 ?? '-'}`)

const expectFinished = async (dataDir: string): Promise<void> => {
  const { code, stdout } = await runCommand(['run'], { dataDir })
  expect([0, 2], stdout).toContain(code)
  const index = await readIndex(dataDir)
  expect(findFlaws(index)).toEqual([])
  expect(listDocuments(index)).toEqual(listDocuments(undisturbed))
  expect(index.chunks).toEqual(undisturbed.chunks)
}

const expectJobsDone = async (dataDir: string): Promise<void> => {
  await runCommand(['run'], { dataDir })
  const { jobs } = await runJson<{ jobs: Job[] }>(['jobs', 'list'], { dataDir })
  expect(jobs.map(({ state }) => state).sort()).toEqual(['completed', 'completed_with_problems'])
}

beforeAll(async () => {
  writeCorpus(corpus, 5, 70)
  const dataDir = join(temp.path, 'undisturbed')
  await runJson<JobReport>(['ingest', corpus], { dataDir })
  undisturbed = await readIndex(dataDir)
}, 90_000)

afterAll(() => {
  temp.remove()
})

describe('cancelling a job', () => {
  it('while documents are read leaves the rest unread, and retrying finishes it', { timeout: 90_000 }, async () => {
    const dataDir = join(temp.path, 'cancel-reading')
    const command = startIngest(dataDir)
    await reach(dataDir, 'while documents are read', command)
    const job = await runJson<{ jobs: Job[] }>(['jobs', 'cancel', '1'], { dataDir })
    expect(job.jobs.map(({ state }) => state)).toEqual(['cancelled'])
    const { code, stdout } = await command.ended
    expect(code).toBe(2)
    const report = JSON.parse(stdout) as JobReport
    expect(report.job.state).toBe('cancelled')
    expect(report.documents.cancelled).toBeGreaterThan(0)
    expectAllCounted(report)
    const index = await readIndex(dataDir)
    expect(index.leftOver).toMatchObject({ intents: 0, staged: 0, openTasks: 0, openJobs: 0 })
    // Whole texts or none.
    const whole = new Map<string, number>()
    for (const { sha256 } of undisturbed.chunks) whole.set(sha256, (whole.get(sha256) ?? 0) + 1)
    const kept = new Map<string, number>()
    for (const { sha256 } of index.chunks) kept.set(sha256, (kept.get(sha256) ?? 0) + 1)
    for (const [sha256, chunks] of kept) expect(chunks).toBe(whole.get(sha256))
    await runJson(['jobs', 'retry', '1'], { dataDir })
    await expectFinished(dataDir)
  })

  it(
    'while vectors are made keeps the text, names what lacks vectors, and retrying makes them',
    { timeout: 90_000 },
    async () => {
      const dataDir = join(temp.path, 'cancel-embedding')
      const command = startIngest(dataDir)
      await reach(dataDir, 'while vectors are made', command)
      await runJson(['jobs', 'cancel', '1'], { dataDir })
      const { stdout } = await command.ended
      const report = JSON.parse(stdout) as JobReport
      expect(report.job.state).toBe('cancelled')
      expect(report.documents.cancelled).toBe(0)
      expect(report.documents.partial).toBeGreaterThan(0)
      expectAllCounted(report)
      const partial = report.problems.filter(({ outcome }) => outcome === 'partial')
      expect(new Set(partial.map(({ code }) => code))).toEqual(new Set(['VECTORS_MISSING']))
      const { results } = await runJson<SearchResult>(['search', LANDMARKS.long, '--mode', 'keyword'], { dataDir })
      expect(results.map(({ path }) => path)).toEqual(['corpus/long.md'])
      await runJson(['jobs', 'retry', '1'], { dataDir })
      await expectFinished(dataDir)
      const after = await runJson<JobReport>(['jobs', 'show', '1'], { dataDir })
      expect(after.documents.partial).toBe(0)
    },
  )

  it.each(['fault-slow', 'fault-busy', 'fault-hang'])(
    'stops a reader within seconds, even one that would not listen (%s)',
    { timeout: 90_000 },
    async (fault) => {
      const dataDir = join(temp.path, `cancel-${fault}`)
      const folder = join(temp.path, fault)
      mkdirSync(folder)
      writeFileSync(join(folder, `${fault}.txt`), 'Never read.')
      const command = startIngest(dataDir, folder, { SLUICE_FAULTS: '1' })
      await expect.poll(() => listHosts(command.pid).length, { timeout: 20_000 }).toBe(1)
      const host = listHosts(command.pid)[0] ?? 0
      const startedMs = performance.now()
      await runJson(['jobs', 'cancel', '1'], { dataDir, timeoutMs: 25_000 })
      const stdout = await endOf(command, dataDir)
      // Without the stop it is a minute. A second is what a reader is given; the rest is two commands that start and end.
      expect(performance.now() - startedMs).toBeLessThan(20_000)
      expect(JSON.parse(stdout)).toMatchObject({ job: { state: 'cancelled' }, documents: { total: 1, cancelled: 1 } })
      expect(isAlive(host)).toBe(false)
    },
  )
})

describe('the same documents in two jobs at once', () => {
  it('are read and embedded once, and both jobs end', { timeout: 90_000 }, async () => {
    const dataDir = join(temp.path, 'twice')
    const first = startIngest(dataDir)
    await reach(dataDir, 'while documents are read', first)
    const second = startIngest(dataDir)
    const reports = (await Promise.all([first.ended, second.ended])).map(
      ({ stdout }) => JSON.parse(stdout) as JobReport,
    )
    for (const report of reports) {
      expect(report.job.state).toBe('completed_with_problems')
      expect(report.documents.total).toBe(undisturbed.documents.length)
      expectAllCounted(report)
    }
    const index = await readIndex(dataDir)
    expect(findFlaws(index)).toEqual([])
    expect(listDocuments(index)).toEqual(listDocuments(undisturbed))
    expect(index.computed).toBe(undisturbed.computed)
  })
})

describe('Ctrl-C', () => {
  it(
    'once finishes what runs, keeps everything and ends with 130; "run" finishes the job',
    { timeout: 90_000 },
    async () => {
      const dataDir = join(temp.path, 'ctrl-c')
      const command = startIngest(dataDir)
      await reach(dataDir, 'while documents are read', command)
      const hosts = listHosts(command.pid)
      command.kill('SIGINT')
      const { code, stdout, stderr } = await command.ended
      expect(code, stderr).toBe(130)
      expect(stderr).toContain('everything is kept')
      const report = JSON.parse(stdout) as JobReport
      expect(['running', 'queued']).toContain(report.job.state)
      await expect.poll(() => hosts.filter(isAlive), { timeout: 5_000 }).toEqual([])
      const interrupted = await readIndex(dataDir)
      // Nothing was cut off: what ran was finished.
      expect(interrupted.leftOver).toMatchObject({ staged: 0, intents: 0 })
      await expectFinished(dataDir)
    },
  )

  it('twice ends at once, and still nothing is lost', { timeout: 90_000 }, async () => {
    const dataDir = join(temp.path, 'ctrl-c-twice')
    const command = startIngest(dataDir)
    await reach(dataDir, 'while vectors are made', command)
    const hosts = listHosts(command.pid)
    command.kill('SIGINT')
    await expect.poll(() => command.stderr(), { timeout: 10_000 }).toContain('Press Ctrl-C again')
    command.kill('SIGINT')
    const { code } = await command.ended
    expect(code).toBe(130)
    await expect.poll(() => hosts.filter(isAlive), { timeout: 5_000 }).toEqual([])
    await expectFinished(dataDir)
  })

  it('of a client leaves the job to the owner', { timeout: 90_000 }, async () => {
    const dataDir = join(temp.path, 'ctrl-c-client')
    const owner = startIngest(dataDir)
    await reach(dataDir, 'while documents are read', owner)
    const client = startCommand(['ingest', join(corpus, 'copy'), '--collection', 'other', '--json'], { dataDir })
    await expect
      .poll(async () => (await runJson<{ total: number }>(['jobs', 'list'], { dataDir })).total, { timeout: 20_000 })
      .toBe(2)
    client.kill('SIGINT')
    expect([130, 0]).toContain((await client.ended).code)
    await owner.ended
    await expectJobsDone(dataDir)
  })
})
