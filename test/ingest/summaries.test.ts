// Proves on a whole engine that a collection that wants summaries gets them: of what comes, of what was there, and as soon as its model is there.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob } from '../support/engine'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const TEXT = `The allotment association met in the old mill on a rainy Tuesday evening. The pump that waters the gardens was repaired by a firm
from town after the winter. Seventeen families are on the waiting list of the association this year. The chairwoman read the accounts of the
association to everybody who came. Nobody wants to paint the fence of the gardens again.`

const start = async () => {
  const temp = makeTempDir('summaries')
  closers.push(() => temp.remove())
  const engine = await startOwner({ dataDir: join(temp.path, 'data') })
  closers.push(() => engine.close())
  const write = (name: string, text: string): string => {
    writeFileSync(join(temp.path, name), text)
    return join(temp.path, name)
  }
  return { engine, write }
}

const summaryOf = async (engine: Engine, contains: string) => {
  const { documents } = await engine.call('documents.list', { contains, offset: 0, limit: 1 })
  return (await engine.call('documents.show', { id: documents[0]?.id ?? '' })).summary
}

it('summarizes what was there before and what comes; a text that is to be written waits for its model', async () => {
  const { engine, write } = await start()
  await ingest(engine, [write('before.txt', TEXT)])
  expect(await summaryOf(engine, 'before')).toBeNull()
  const updated = await engine.call('collections.update', { name: 'default', summaries: 'extractive' })
  expect(updated.summaries).toBe('extractive')
  const { jobs } = await engine.call('jobs.list', { offset: 0, limit: 5 })
  const made = jobs.find(({ label }) => label === 'Summaries')
  await waitForJob(engine, made?.id ?? '')
  const summary = await summaryOf(engine, 'before')
  expect(summary).toMatchObject({ method: 'extractive', partial: false })
  expect(TEXT.replace(/\s+/g, ' ')).toContain(summary?.text.split('. ')[0])

  const report = await ingest(engine, [write('after.txt', `${TEXT} The gardens are open on Sundays for all visitors.`)])
  expect(report).toMatchObject({ documents: { indexed: 1 }, phases: { summarize: { items: 1 } } })
  expect(await summaryOf(engine, 'after')).toMatchObject({ method: 'extractive' })
  const check = { name: 'default', kinds: ['summary' as const], offset: 0, limit: 5, repair: false }
  expect((await engine.call('collections.check', check)).counts.summary).toBe(0)

  // No chat model is configured: the documents are found, and their summaries wait until there is one, or another choice.
  await engine.call('collections.update', { name: 'default', summaries: 'provider' })
  const { job } = await engine.call('jobs.create', { paths: [{ path: write('later.txt', `Later: ${TEXT}`) }] })
  for (let blocked = ''; blocked !== 'CHAT_MISSING';) {
    await engine.call('queue.settle', { timeoutMs: 20_000 })
    blocked = (await engine.call('queue.status', {})).block?.code ?? ''
  }
  const { results } = await engine.call('search', { query: 'later', mode: 'keyword' })
  expect(results).toMatchObject([{ path: 'later.txt' }])
  expect((await reportOf(engine, job.id)).job.state).toBe('running')
  await engine.call('collections.update', { name: 'default', summaries: 'off' })
  await waitForJob(engine, job.id)
  expect((await reportOf(engine, job.id)).documents).toMatchObject({ indexed: 1, partial: 0 })
}, 60_000)
