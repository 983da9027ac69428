// A provider that fails in every way while documents get their vectors from it: whatever it does, all of them are found once in the end, and no
// call is missing from what was metered.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeTempDir } from '../../support/engine'
import { workersOf } from '../../support/faults/workers'
import { startFakeProvider } from '../../support/fake-provider/server'
import type { Misbehavior } from '../../support/fake-provider/misbehavior'
import { openHere, type Owner } from './support/owner'
import { settle } from './support/scenarios'
import { findTrouble } from './support/verdict'

const temp = makeTempDir('provider')
afterAll(() => {
  temp.remove()
})

const COLLECTION = 'remote'
const TIMEOUT_MS = 400
/** More calls than one task has tries with the provider, so that the queue has to try again as well. */
const TIMES = 3

/** What passes by itself, or is told as broken and tried again by a person. */
const FAILURES: readonly Misbehavior[] = [
  'rate-limit',
  'rate-limit-silent',
  'server-error',
  'html',
  'garbage',
  'empty',
  'never',
  'slow-drip',
  'reset',
  'too-few',
  'wrong-dimensions',
  'not-a-number',
]

const offer = async (owner: Owner, name: string): Promise<string> => {
  const folder = join(temp.path, 'offered', name)
  mkdirSync(folder, { recursive: true })
  for (const document of ['ferry', 'mill'])
    writeFileSync(join(folder, `${document}.txt`), `The ${document} of the days of ${name} stands beside the water.`)
  const { job } = await owner.call('jobs.create', { paths: [{ path: folder }], collection: COLLECTION })
  return job.id
}

it('loses nothing to a provider, however it fails', { timeout: 240_000 }, async () => {
  const fake = await startFakeProvider({ dimensions: 8 })
  const dataDir = join(temp.path, 'data')
  const owner = await openHere(dataDir)
  const definition = {
    baseUrl: fake.url,
    needsKey: false,
    embeddingModel: 'fake-embedder',
    dimensions: 8,
    timeoutMs: TIMEOUT_MS,
    tries: 2,
  }
  try {
    await owner.call('providers.add', { name: 'fake', definition })
    await owner.call('collections.create', { name: COLLECTION })
    await owner.call('collections.changeModel', { name: COLLECTION, model: 'fake', approve: true })
    for (const failure of FAILURES) {
      fake.misbehave(failure, { times: TIMES, on: 'embeddings', retryAfterS: 1 })
      await settle(owner, await offer(owner, failure))
      expect(fake.spoiled[failure], failure).toBeGreaterThan(0)
      fake.behave()
      // A breaker that it opened must not be what the next failure meets.
      await expect
        .poll(async () => (await owner.call('queue.status', {})).block, { timeout: 60_000, message: failure })
        .toBeNull()
    }
    const { total } = await owner.call('providers.usage', {})
    const { calls, answered, inputTokens } = fake.counts.embeddings
    expect(answered).toBeGreaterThanOrEqual(FAILURES.length)
    // A call on a connection that was reset may never have come to it.
    expect(total.calls).toBeGreaterThanOrEqual(calls)
    expect(total.calls).toBeLessThanOrEqual(calls + TIMES)
    // What a failed call took nobody knows: it is counted as estimated, never as nothing.
    expect(total.inputTokens).toBeGreaterThanOrEqual(inputTokens)
  } finally {
    await owner.close()
    await fake.close()
  }
  const found = FAILURES.flatMap((failure) => [`${failure}/ferry.txt`, `${failure}/mill.txt`])
  expect(await findTrouble(dataDir, { found, failed: [] })).toEqual([])
  // Each attempt names whoever computed, whether it went well or not: no process of this computer.
  const workers = workersOf(dataDir, 'embed')
  expect(workers).toContain('provider fake: done')
  expect(workers.filter((worker) => !worker.startsWith('provider fake: '))).toEqual([])
  expect(workers.length).toBeGreaterThan(1)
})
