import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ownerAddress } from '../../../src/main/owner/address'
import { connectOwner } from '../../../src/main/owner/client'
import type { JobReport, SearchResult } from '../../../src/shared/domain'
import { endAll, run, runJson, start, until } from './support/command'

type Documents = { documents: { path: string; state: string; chunks: number; pendingVectors: number }[]; total: number }

/** More than one batch of the embedding lane. */
const FILES = 100
const WORDS =
  'amber basalt cedar dune ember fjord glacier harbor island jetty kelp lagoon marsh nectar orchard pebble'.split(' ')

let root = ''
let papers = ''
let dataDir = ''
let undisturbed: Documents

const listDocuments = async (): Promise<Documents> => {
  const { documents, total } = (await runJson<Documents>(dataDir, ['documents', 'list', '--limit', '1000'])).value
  const rows = documents.map(({ path, state, chunks, pendingVectors }) => ({ path, state, chunks, pendingVectors }))
  return { documents: rows.sort((a, b) => a.path.localeCompare(b.path)), total }
}

/** Texts that differ, long enough that embedding them takes a while. */
const makeText = (number: number): string =>
  Array.from({ length: 8 }, (_, line) =>
    Array.from(
      { length: 30 },
      (_, word) => WORDS[(number * 7 + line * 3 + word * (1 + (number % 5))) % WORDS.length],
    ).join(' '),
  ).join('.\n\n')

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-'))
  papers = join(root, 'papers')
  mkdirSync(papers)
  for (let number = 0; number < FILES; number += 1) {
    writeFileSync(join(papers, `note-${number}.txt`), `note number ${number}\n\n${makeText(number)}\n`)
  }
  dataDir = join(root, 'undisturbed')
  await run(dataDir, ['ingest', papers])
  undisturbed = await listDocuments()
}, 120_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  dataDir = mkdtempSync(join(root, 'd'))
})

afterEach(endAll)

/** Waits until the first job has read a few documents; its vectors take longer. */
const untilUnderWay = (): Promise<void> =>
  until(async () => {
    const owner = await connectOwner({ address: ownerAddress(dataDir), version: '0.1.0', timeoutMs: 2_000 })
    if (owner === null) return false
    try {
      const { jobs } = await owner.call('jobs.list', {})
      const [job] = jobs
      return job !== undefined && (await owner.call('jobs.progress', { id: job.id })).phases.extract.done >= 5
    } finally {
      await owner.close()
    }
  })

describe('an ingest that is disturbed', () => {
  it('ends with 130 at the first Ctrl-C, keeps everything, and "run" makes the same index', async () => {
    const { child, ended } = start(dataDir, ['ingest', papers, '--json'])
    await untilUnderWay()
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(130)
    expect((JSON.parse(stdout) as JobReport).job.state).toBe('running')
    expect(stderr).toContain('"sluice run" goes on with job 1')
    const resumed = await runJson<{ jobs: { id: string; state: string }[] }>(dataDir, ['run'])
    expect(resumed.code).toBe(0)
    expect(resumed.value.jobs).toMatchObject([{ id: '1', state: 'completed' }])
    expect(await listDocuments()).toEqual(undisturbed)
  }, 120_000)

  it('ends at once at the second Ctrl-C, and nothing is lost', async () => {
    const { child, ended } = start(dataDir, ['ingest', papers])
    await untilUnderWay()
    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(130)
    expect((await run(dataDir, ['run'])).code).toBe(0)
    expect(await listDocuments()).toEqual(undisturbed)
  }, 120_000)

  it('makes the same index after it was killed, once "run" has worked', async () => {
    const { child, ended } = start(dataDir, ['ingest', papers])
    await untilUnderWay()
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    const resumed = await run(dataDir, ['run'])
    expect(resumed.code).toBe(0)
    expect(resumed.stdout).toContain(`completed; ${FILES} indexed`)
    expect(await listDocuments()).toEqual(undisturbed)
    expect((await run(dataDir, ['doctor'])).code).toBe(0)
  }, 120_000)
})

describe('two commands on one data folder', () => {
  it('work through one owner, and both get their answers', async () => {
    const first = start(dataDir, ['ingest', papers, '--json'])
    await untilUnderWay()
    const found = await runJson<SearchResult>(dataDir, ['search', 'note number 7', '--mode', 'keyword'])
    expect(found.value.results.length).toBeGreaterThan(0)
    const second = await runJson<JobReport>(dataDir, ['ingest', join(papers, 'note-3.txt'), '--collection', 'second'])
    expect(second.code).toBe(0)
    expect(second.value.job.key).toBeNull()
    expect(second.value.documents).toMatchObject({ total: 1, indexed: 1 })
    const { code, stdout, stderr } = await first.ended
    expect([code, stderr]).toEqual([0, ''])
    expect((JSON.parse(stdout) as JobReport).documents).toMatchObject({ total: FILES, indexed: FILES })
  }, 120_000)

  it('go on when the one that owned the folder is killed: the other takes over both jobs', async () => {
    const first = start(dataDir, ['ingest', papers])
    await untilUnderWay()
    const file = join(root, 'late.txt')
    writeFileSync(file, 'a late note')
    const second = start(dataDir, ['ingest', papers, file, '--json'])
    await until(async () => (await runJson<{ total: number }>(dataDir, ['jobs', 'list'])).value.total === 2)
    first.child.kill('SIGKILL')
    await first.ended
    const { code, stdout, stderr } = await second.ended
    expect([code, stderr]).toEqual([0, ''])
    const report = JSON.parse(stdout) as JobReport
    expect(report.job.state).toBe('completed')
    expect(report.documents.total).toBe(FILES + 1)
    expect((await run(dataDir, ['run'])).code).toBe(0)
    const { documents, total } = await listDocuments()
    expect(total).toBe(FILES + 1)
    expect(documents.every(({ state, pendingVectors }) => state === 'indexed' && pendingVectors === 0)).toBe(true)
  }, 120_000)

  it('leave a detached job to whoever works next', async () => {
    const detached = await runJson<JobReport>(dataDir, ['ingest', papers, '--detach'])
    expect(detached.code).toBe(0)
    expect(detached.stderr).toContain('sluice run')
    expect((await runJson<{ jobs: unknown[] }>(dataDir, ['run'])).value.jobs).toHaveLength(1)
    expect(await listDocuments()).toEqual(undisturbed)
  }, 120_000)
})
