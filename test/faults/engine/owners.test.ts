// Several commands at once on one data folder: one owner, no error, nothing done twice; when the owner is killed another goes on.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentRow, JobReport } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { runJson, startCommand, type Command, type Ended } from '../../support/faults/command'
import { writeCorpus } from '../../support/faults/corpus'
import { findDifferences, findFlaws, readIndex, type IndexContent } from '../../support/faults/index-content'
import { catchMoment } from '../../support/faults/phase-watch'
import { isAlive, listHosts } from '../../support/faults/processes'

const SECTIONS = 60
const temp = makeTempDir('owners')
const corpus = join(temp.path, 'corpus')
let single: IndexContent

const reportOf = ({ stdout, stderr }: Ended): JobReport => {
  if (stdout === '') throw new Error(`no report: ${stderr}`)
  return JSON.parse(stdout) as JobReport
}

/** A job of its own: without a key, the same drop joins the job that works on it. */
const startIngest = (dataDir: string, key: string): Command =>
  startCommand(['ingest', corpus, '--json', '--job-key', key], { dataDir })

/** The commands that own hosts: only an owner has any. */
const ownersOf = (commands: readonly Command[]): Command[] =>
  commands.filter((command) => command.isRunning() && listHosts(command.pid).length > 0)

beforeAll(async () => {
  writeCorpus(corpus, 11, SECTIONS)
  const dataDir = join(temp.path, 'single')
  await runJson<JobReport>(['ingest', corpus], { dataDir })
  single = await readIndex(dataDir)
}, 90_000)

afterAll(() => {
  temp.remove()
})

describe('several commands on one data folder', () => {
  it('share one owner: no error, and nothing is read or embedded twice', { timeout: 120_000 }, async () => {
    const dataDir = join(temp.path, 'shared')
    const commands = ['a', 'b'].map((key) => startIngest(dataDir, key))
    await catchMoment(dataDir, 'while documents are read', () => false)
    const list = startCommand(['documents', 'list', '--json', '--limit', '500'], { dataDir })
    commands.push(list)
    expect(ownersOf(commands)).toHaveLength(1)
    const [first, second, listed] = await Promise.all(commands.map(({ ended }) => ended))
    if (!first || !second || !listed) throw new Error('a command is missing')
    expect(listed.code, listed.stderr).toBe(0)
    expect((JSON.parse(listed.stdout) as { documents: DocumentRow[] }).documents.length).toBeGreaterThan(0)
    const reports = [reportOf(first), reportOf(second)]
    expect([first.code, second.code]).toEqual([2, 2])
    expect(reports.map(({ job }) => job.id).sort()).toEqual(['1', '2'])
    for (const { documents } of reports) {
      expect(documents.failed).toBe(2)
      expect(documents.total).toBe(single.documents.length)
    }
    const index = await readIndex(dataDir)
    expect(findFlaws(index)).toEqual([])
    expect(findDifferences(index, single)).toEqual([])
    expect(index.computed).toBe(single.computed)
  })

  it('join when they offer the same: one job, told to both', { timeout: 120_000 }, async () => {
    const dataDir = join(temp.path, 'joined')
    const first = startCommand(['ingest', corpus, '--json'], { dataDir })
    await catchMoment(dataDir, 'while documents are read', () => false)
    const second = startCommand(['ingest', corpus, '--json'], { dataDir })
    const ends = await Promise.all([first.ended, second.ended])
    expect(ends.map(({ code }) => code)).toEqual([2, 2])
    expect(ends.map((end) => reportOf(end).job.id)).toEqual(['1', '1'])
    expect(reportOf(ends[1]).documents.total).toBe(single.documents.length)
    const index = await readIndex(dataDir)
    expect(findFlaws(index)).toEqual([])
    expect(findDifferences(index, single)).toEqual([])
    expect(index.computed).toBe(single.computed)
  })

  it(
    'go on when the owner is killed: another takes over, finishes both jobs and ends well',
    { timeout: 120_000 },
    async () => {
      const dataDir = join(temp.path, 'killed')
      const commands = ['a', 'b', 'c'].map((key) => startIngest(dataDir, key))
      await catchMoment(dataDir, 'while documents are read', () => false)
      const [owner] = ownersOf(commands)
      if (!owner) throw new Error('nobody is the owner')
      const hosts = listHosts(owner.pid)
      owner.kill('SIGKILL')
      const ends = await Promise.all(commands.map(({ ended }) => ended))
      expect(hosts.filter(isAlive)).toEqual([])
      const survivors = ends.filter(({ signal }) => signal === null)
      expect(survivors).toHaveLength(2)
      for (const end of survivors) {
        expect(end.code, end.stderr).toBe(2)
        expect(reportOf(end).documents.total).toBe(single.documents.length)
      }
      // What the killed command had asked for is not lost either.
      const { code, stderr } = await startCommand(['run'], { dataDir }).ended
      expect([0, 2], stderr).toContain(code)
      const { jobs } = await runJson<{ jobs: JobReport['job'][] }>(['jobs', 'list'], { dataDir })
      expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => 'completed_with_problems'))
      expect(jobs.length).toBe(3)
      const index = await readIndex(dataDir)
      expect(findFlaws(index)).toEqual([])
      expect(findDifferences(index, single)).toEqual([])
    },
  )
})
