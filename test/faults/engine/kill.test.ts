// An owner or a host that is killed at any moment costs time, never content: the index is that of an undisturbed run.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DoctorReport, JobReport, SearchResult } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { runCommand, runJson, startCommand, type Command } from '../../support/faults/command'
import { createRandom, LANDMARKS, writeCorpus } from '../../support/faults/corpus'
import {
  findDifferences,
  findFlaws,
  listJobTemp,
  readIndex,
  type IndexContent,
} from '../../support/faults/index-content'
import { catchMoment, moments, stopBeforeRecord, type Moment } from '../../support/faults/phase-watch'
import { isAlive, isEmbedHost, isStopped, killHost, listHosts } from '../../support/faults/processes'

const SEED = 20_260_131
const temp = makeTempDir('kill')
const corpus = join(temp.path, 'corpus')
const queriesFile = join(temp.path, 'queries.txt')
const QUERIES = [
  LANDMARKS.nested,
  LANDMARKS.long,
  LANDMARKS.csv,
  LANDMARKS.html,
  'lentil soup',
  'brakes of the bicycle',
]
const MODES = ['keyword', 'semantic', 'hybrid'] as const
/** Longer than the heartbeat of the test that sleeps. */
const SLEEP_MS = 7_000
/** Scores of vectors that were made in other batches differ by this much. */
const NOISE = { keyword: 1e-6, semantic: 0.03, hybrid: 0.01 }

type Answers = Record<string, { path: string; chunk: number; score: number }[]>

let undisturbed: IndexContent
let counts: JobReport['documents']
let answers: Answers

const askAll = async (dataDir: string): Promise<Answers> => {
  const found: Answers = {}
  for (const mode of MODES) {
    const args = ['search', '--queries-file', queriesFile, '--ndjson', '--mode', mode, '--limit', '5']
    const { stdout } = await runCommand(args, { dataDir })
    for (const line of stdout.trimEnd().split('\n')) {
      const { query, results } = JSON.parse(line) as SearchResult
      found[`${mode}: ${query}`] = results.map(({ path, chunk, score }) => ({ path, chunk, score }))
    }
  }
  return found
}

/** Pairs that stand the other way round although their scores differ by more than the noise. */
const findSwaps = (actual: Answers, expected: Answers): string[] =>
  Object.entries(expected).flatMap(([name, hits]) => {
    const noise = NOISE[name.slice(0, name.indexOf(':')) as keyof typeof NOISE]
    const keys = (actual[name] ?? []).map(({ path, chunk }) => `${path}#${chunk}`)
    return hits.flatMap((hit, at) => {
      const place = keys.indexOf(`${hit.path}#${hit.chunk}`)
      const isLast = hit.score - (hits.at(-1)?.score ?? 0) <= noise
      if (place < 0) return isLast ? [] : [`${name}: ${hit.path} is not found`]
      return hits
        .slice(at + 1)
        .filter((later) => hit.score - later.score > noise)
        .filter((later) => {
          const other = keys.indexOf(`${later.path}#${later.chunk}`)
          return other >= 0 && other < place
        })
        .map((later) => `${name}: ${later.path} comes before ${hit.path}`)
    })
  })

/** Kills the owner and sees that its hosts go with it. */
const killOwner = async (command: Command): Promise<void> => {
  const hosts = listHosts(command.pid)
  command.kill('SIGKILL')
  await command.ended
  await expect.poll(() => hosts.filter(isAlive), { timeout: 5_000 }).toEqual([])
}

/** Everything that must hold of a folder after whatever was done to those who worked on it. */
const expectSameIndex = async (dataDir: string): Promise<void> => {
  const index = await readIndex(dataDir)
  expect(findFlaws(index)).toEqual([])
  expect(findDifferences(index, undisturbed)).toEqual([])
  expect(listJobTemp(dataDir)).toEqual([])
  const report = await runJson<JobReport>(['jobs', 'show', '1'], { dataDir })
  expect(report.documents).toEqual(counts)
  expect(report.job.pendingVectors).toBe(0)
  const doctor = await runJson<DoctorReport>(['doctor'], { dataDir })
  expect(doctor.checks.filter(({ ok }) => !ok)).toEqual([])
}

beforeAll(async () => {
  writeCorpus(corpus, SEED)
  writeFileSync(queriesFile, QUERIES.join('\n'))
  const dataDir = join(temp.path, 'undisturbed')
  const report = await runJson<JobReport>(['ingest', corpus], { dataDir })
  counts = report.documents
  undisturbed = await readIndex(dataDir)
  answers = await askAll(dataDir)
}, 120_000)

afterAll(() => {
  temp.remove()
})

describe('a killed process', () => {
  it('has something to lose: the undisturbed run reads a corpus with everything in it', () => {
    expect(findFlaws(undisturbed)).toEqual([])
    expect(counts.total).toBeGreaterThan(60)
    expect(counts).toMatchObject({ duplicate: 1, failed: 2 })
    expect(undisturbed.vectorRows).toBeGreaterThan(300)
    expect(answers[`keyword: ${LANDMARKS.nested}`]?.[0]?.path).toBe('corpus/letters.zip!/inner.zip!/deep/secret.txt')
  })

  it('loses nothing when the owner is killed in every phase, one after the other', { timeout: 240_000 }, async () => {
    const dataDir = join(temp.path, 'phases')
    const missed: Moment[] = []
    let args = ['ingest', corpus]
    for (const moment of Object.keys(moments) as Moment[]) {
      const command = startCommand(args, { dataDir })
      if (!(await catchMoment(dataDir, moment, () => !command.isRunning()))) missed.push(moment)
      await killOwner(command)
      args = ['run']
    }
    expect(missed).toEqual([])
    const { code, stdout } = await runCommand(['run'], { dataDir })
    expect([0, 2], stdout).toContain(code)
    await expectSameIndex(dataDir)
    expect(findSwaps(await askAll(dataDir), answers)).toEqual([])
  })

  it(
    'writes no vector twice when the owner is killed between writing and recording them',
    { timeout: 240_000 },
    async () => {
      const dataDir = join(temp.path, 'unrecorded')
      const command = startCommand(['ingest', corpus], { dataDir })
      expect(await stopBeforeRecord(dataDir, command)).toBe(true)
      await killOwner(command)
      const torn = await readIndex(dataDir)
      expect(torn.leftOver.intents).toBe(1)
      expect(torn.vectorRows).toBeGreaterThan(torn.chunks.reduce((sum, { windows }) => sum + (windows ?? 0), 0))
      const { code, stderr } = await runCommand(['run'], { dataDir })
      expect([0, 2], stderr).toContain(code)
      await expectSameIndex(dataDir)
    },
  )

  it('loses nothing when the owner is killed again and again at random moments', { timeout: 240_000 }, async () => {
    const dataDir = join(temp.path, 'random')
    const random = createRandom(SEED)
    let command = startCommand(['ingest', corpus], { dataDir })
    await catchMoment(dataDir, 'right after the job was made', () => !command.isRunning())
    for (let kills = 0; kills < 6 && command.isRunning(); kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, 400 + random() * 1_600))
      await killOwner(command)
      command = startCommand(['run'], { dataDir })
    }
    const { code, stderr } = await command.ended
    expect([0, 2], stderr).toContain(code)
    await expectSameIndex(dataDir)
  })

  // One death for each run: what was in a host that died is repeated alone, and whoever is alone in the next one is to blame.
  it.each([
    ['while a long text is staged', 'parse'],
    ['while documents are read', 'parse'],
    ['while vectors are made', 'embed'],
  ] as const)('loses nothing when the hosts are killed %s', { timeout: 240_000 }, async (moment, kind) => {
    const dataDir = join(temp.path, `hosts ${moment}`)
    const command = startCommand(['ingest', corpus, '--json'], { dataDir })
    expect(await catchMoment(dataDir, moment, () => !command.isRunning())).toBe(true)
    const list = () => listHosts(command.pid).filter((host) => isEmbedHost(host) === (kind === 'embed'))
    await expect.poll(() => list().length, { timeout: 20_000 }).toBeGreaterThan(0)
    for (const pid of list()) killHost(pid)
    const { code, stderr } = await command.ended
    expect(code, stderr).toBe(2)
    await expectSameIndex(dataDir)
  })

  it('loses nothing and blames nobody when the computer sleeps in the middle', { timeout: 240_000 }, async () => {
    const dataDir = join(temp.path, 'asleep')
    // So short that the sleep would be taken for a hang, were it counted.
    const env = { SLUICE_TASK_HEARTBEAT_MS: '5000' }
    const command = startCommand(['ingest', corpus, '--json'], { dataDir, env })
    expect(await catchMoment(dataDir, 'while documents are read', () => !command.isRunning())).toBe(true)
    const asleep = [command.pid, ...listHosts(command.pid)]
    for (const pid of asleep) process.kill(pid, 'SIGSTOP')
    await expect.poll(() => asleep.every(isStopped), { timeout: 5_000 }).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, SLEEP_MS))
    for (const pid of asleep) process.kill(pid, 'SIGCONT')
    const { code, stderr } = await command.ended
    expect(code, stderr).toBe(2)
    await expectSameIndex(dataDir)
  })
})
