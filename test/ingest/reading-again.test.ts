// Documents that are read again, in a real engine: what was cut by the time it had is whole afterwards, with its copies; what was whole is not read anew.
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { closeSession, openSession } from '../../src/main/store/session'
import { ingest, makeTempDir, startOwner, waitForJob } from '../support/engine'

let temp: ReturnType<typeof makeTempDir>
let engine: Engine | null
let papers = ''

const start = async (): Promise<Engine> => {
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
  return engine
}
const stop = async (): Promise<void> => {
  await engine?.close()
  engine = null
}

const find = async (owner: Engine, query: string): Promise<string[]> => {
  const { results } = await owner.call('search', { query, mode: 'keyword', passages: true })
  return results.map(({ path }) => path).sort()
}

const FIRST = 'The heron stands in the reeds.'
const WHOLE = `${FIRST}\n\nThe walrus sleeps behind the lighthouse.\n`

/** As a reading leaves it that was out of time before the second paragraph: `long.txt` and its copy. */
const makeCut = async (): Promise<void> => {
  papers = join(temp.path, 'papers')
  mkdirSync(papers)
  for (const name of ['long.txt', 'copy.txt']) writeFileSync(join(papers, name), FIRST)
  writeFileSync(join(papers, 'other.txt'), 'A recipe for bread, with rye.')
  await ingest(await start(), [papers])
  await stop()
  for (const name of ['long.txt', 'copy.txt']) writeFileSync(join(papers, name), WHOLE)
  const session = openSession(join(temp.path, 'data'), 'writer')
  const partial = JSON.stringify({ code: 'TIME_LIMIT', details: { limit: 1, setting: 'task.softTimeMs' } })
  const sha256 = createHash('sha256').update(WHOLE).digest('hex')
  session.db.run(
    `UPDATE contents SET sha256 = ?, partial = ?2, warnings = '[' || ?2 || ']' WHERE id =
      (SELECT content_id FROM documents WHERE path LIKE '%long.txt')`,
    sha256,
    partial,
  )
  session.db.run(
    `UPDATE documents SET state = 'partial', code = 'TIME_LIMIT', details = '{}' WHERE path NOT LIKE '%other.txt'`,
  )
  closeSession(session)
}

const listed = async (owner: Engine) => {
  const { documents } = await owner.call('documents.list', {})
  return documents.map(({ path, state, code }) => `${path} ${state} ${code ?? ''}`.trim())
}

beforeEach(async () => {
  temp = makeTempDir('again')
  engine = null
  await makeCut()
})
afterEach(async () => {
  await stop()
  temp.remove()
})

it('makes whole what was cut, with its copies, and leaves alone what was whole', { timeout: 60_000 }, async () => {
  const owner = await start()
  const before = [
    'papers/copy.txt partial TIME_LIMIT',
    'papers/long.txt partial TIME_LIMIT',
    'papers/other.txt indexed',
  ]
  expect(await listed(owner)).toEqual(before)
  expect(await find(owner, 'walrus')).toEqual([])
  const { documents } = await owner.call('documents.list', {})
  const ids = documents.filter(({ path }) => !path.endsWith('copy.txt')).map(({ id }) => id)
  const started = await owner.call('documents.readAgain', { ids })
  expect(started.documents).toBe(3)
  // Until it is read it is found as it was.
  expect(await find(owner, 'heron')).not.toEqual([])
  const [job] = started.jobs
  await waitForJob(owner, job?.id ?? '')
  expect(await listed(owner)).toEqual(before.map((line) => line.replace('partial TIME_LIMIT', 'indexed')))
  expect(await find(owner, 'walrus')).toEqual(['papers/copy.txt', 'papers/long.txt'])
  const { report } = await owner.call('jobs.show', { id: job?.id ?? '' })
  expect(report.documents).toMatchObject({ total: 3, indexed: 1, duplicate: 1, unchanged: 1 })
  const checked = await owner.call('collections.check', {})
  expect(checked.findings).toEqual([])
})

it('keeps the part where the original is gone', { timeout: 60_000 }, async () => {
  for (const name of ['long.txt', 'copy.txt']) rmSync(join(papers, name))
  const owner = await start()
  const { documents } = await owner.call('documents.list', { contains: 'long' })
  const { jobs } = await owner.call('documents.readAgain', { ids: documents.map(({ id }) => id) })
  await waitForJob(owner, jobs[0]?.id ?? '')
  expect(await find(owner, 'heron')).toEqual(['papers/copy.txt', 'papers/long.txt'])
})
