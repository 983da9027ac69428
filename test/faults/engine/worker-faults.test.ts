// Documents that take memory without end, hang, or bring their process down fail alone, each under its own code.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomes, type JobReport, type SearchResult } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { codesOf, runCommand, runJson, startCommand } from '../../support/faults/command'
import { findFlaws, readIndex } from '../../support/faults/index-content'
import { killHost, listHosts } from '../../support/faults/processes'

const HEARTBEAT_MS = 4_000
const temp = makeTempDir('worker-faults')
const folder = join(temp.path, 'papers')
const dataDir = join(temp.path, 'data')
const env = { SLUICE_FAULTS: '1', SLUICE_TASK_HEARTBEAT_MS: String(HEARTBEAT_MS) }
const neighbors = Array.from({ length: 12 }, (_, n) => `neighbor-${String.fromCharCode(97 + n)}.txt`)
let report: JobReport & { code: number }

beforeAll(async () => {
  mkdirSync(folder)
  for (const name of neighbors) writeFileSync(join(folder, name), `A quiet page called ${name}, about ferns.`)
  for (const name of ['m-fault-allocate-3gb', 'c-fault-hang', 'e-fault-exit', 'g-fault-throw', 'i-fault-throw-later'])
    writeFileSync(join(folder, `${name}.txt`), 'Never read.')
  report = await runJson<JobReport>(['ingest', folder], { dataDir, env })
}, 90_000)

afterAll(() => {
  temp.remove()
})

describe('documents that harm their reader', () => {
  it('fail alone, each under its own code', () => {
    expect(codesOf(report)).toEqual({
      'papers/c-fault-hang.txt': 'WORKER_STALLED',
      'papers/e-fault-exit.txt': 'WORKER_POISON',
      'papers/g-fault-throw.txt': 'INTERNAL_BUG',
      'papers/i-fault-throw-later.txt': 'WORKER_POISON',
      'papers/m-fault-allocate-3gb.txt': 'WORKER_MEMORY',
    })
    expect(report.problems.map(({ outcome }) => outcome)).toEqual(report.problems.map(() => 'failed'))
    expect(report.problems.map(({ phase }) => phase)).toEqual(report.problems.map(() => 'extract'))
    for (const { message } of report.problems) expect(message).toMatch(/^[A-Z].{30,}\.$/s)
  })

  it('cost their neighbors nothing', async () => {
    expect(report.documents).toMatchObject({ total: neighbors.length + 5, indexed: neighbors.length, failed: 5 })
    expect(outcomes.reduce((sum, outcome) => sum + report.documents[outcome], 0)).toBe(report.documents.total)
    const { results } = await runJson<SearchResult>(['search', 'ferns', '--mode', 'keyword', '--limit', '50'], {
      dataDir,
    })
    expect(results.map(({ path }) => path).sort()).toEqual(neighbors.map((name) => `papers/${name}`))
    expect(findFlaws(await readIndex(dataDir))).toEqual([])
  })

  it('are told by the exit code and in the report for people', async () => {
    expect(report.code).toBe(2)
    const { stdout } = await runCommand(['jobs', 'show', '1'], { dataDir })
    for (const { code } of report.problems) expect(stdout).toContain(`(${code})`)
    expect(stdout).toContain('took more than 1.5 GiB of memory')
  })

  it('stay below what the machine can bear', () => {
    // The host is looked at ten times a second; within that time it can grow beyond its cap, but not to all it asked for.
    expect(report.peaks.rssBytes).toBeLessThan(3 * 1024 ** 3)
  })

  it('are read when the cause is gone', { timeout: 60_000 }, async () => {
    await runJson(['jobs', 'retry', '1'], { dataDir })
    const { code, stdout } = await runCommand(['run'], { dataDir })
    expect(code, stdout).toBe(0)
    const again = await runJson<JobReport>(['jobs', 'show', '1'], { dataDir })
    expect(again.documents).toMatchObject({ total: neighbors.length + 5, failed: 0 })
    expect(again.problems).toEqual([])
  })
})

describe('a reader that the system ends', () => {
  it('is not blamed on its document the first time, although nothing else ran', { timeout: 60_000 }, async () => {
    const slow = join(temp.path, 'slow')
    const options = { dataDir: join(temp.path, 'slow-data'), env: { SLUICE_FAULTS: '1' } }
    mkdirSync(slow)
    writeFileSync(join(slow, 'fault-slow.txt'), 'Read for a minute.')
    const command = startCommand(['ingest', slow, '--json', '--verbose'], options)
    // One that is killed before it has got its document has read nothing.
    for (const begun of [1, 2]) {
      const count = () => command.stderr().split('a slow document is being read').length - 1
      await expect.poll(count, { timeout: 20_000 }).toBe(begun)
      for (const pid of listHosts(command.pid)) killHost(pid)
    }
    const { code, stdout } = await command.ended
    expect(code).toBe(2)
    expect(codesOf(JSON.parse(stdout) as JobReport)).toEqual({ 'slow/fault-slow.txt': 'WORKER_POISON' })
  })
})
