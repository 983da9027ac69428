// What is computed for passages by a real server, over a real cache: nothing is asked for, and paid for, twice.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { embedPassages, windowsOf, type Passage } from '../../../src/main/ingest/embedding'
import { takeAll, takeFree } from '../../../src/main/ingest/turns'
import type { Use } from '../../../src/main/providers/provider'
import type { Store } from '../../../src/main/store/contract'
import { openStore } from '../../../src/main/store/store'
import { resolveLimits } from '../../../src/shared/limits'
import { engineFiles } from '../../support/engine'
import { errorOf, openWorkbench, type Workbench } from '../providers/workbench'

let bench: Workbench
let store: Store
const use: Use = { purpose: 'embed', jobId: 1, collectionId: 1 }

/** Texts that each fill so many windows of 16 tokens. */
const textOf = (name: string, windows: number): string =>
  Array.from({ length: windows }, (_, at) => `${name} has the window number ${at} with this sentence.`).join(' ')

const passages = (...texts: string[]): Passage[] => texts.map((text, at) => ({ chunkId: at + 1, contentId: 1, text }))

const embed = (chunks: Passage[], signal = new AbortController().signal) =>
  embedPassages({ store, limits: () => resolveLimits() }, bench.providers.embedding('fake'), chunks, () => use, signal)

beforeEach(async () => {
  bench = await openWorkbench({ tries: 1, batchTexts: 2, maxInputTokens: 16, concurrency: 1 })
  store = await openStore({ dir: bench.dir, threadFile: engineFiles.storeThreadFile })
})
afterEach(async () => {
  await store.close()
  await bench.close()
})

describe('a request that fails among others', () => {
  it('costs what it was asked for alone: what its neighbors answered is kept, also across a restart', async () => {
    const chunks = passages(textOf('first', 2), textOf('second', 2))
    bench.fake.misbehave('bad-request', { times: 1, on: 'embeddings' })
    expect((await errorOf(embed(chunks)))?.code).toBe('PROVIDER_REQUEST')
    expect(bench.fake.counts.embeddings).toMatchObject({ calls: 2, texts: 2 })
    // Another registry over the same folder remembers nothing but what the cache has.
    const provider = bench.reopen().embedding('fake')
    const signal = new AbortController().signal
    const parts = { store, limits: () => resolveLimits() }
    const embedded = await embedPassages(parts, provider, chunks, () => use, signal)
    expect(embedded.map(({ value, cached }) => [windowsOf(value), cached])).toEqual([
      [2, false],
      [2, true],
    ])
    expect(bench.fake.counts.embeddings).toMatchObject({ calls: 3, texts: 4 })
    expect(bench.used()).toMatchObject({ calls: 3, inputTokens: bench.fake.counts.embeddings.inputTokens })
  })

  it('costs no more where a text fills more than one request', async () => {
    const chunks = passages(textOf('long', 5))
    bench.fake.misbehave('bad-request', { times: 1, on: 'embeddings' })
    expect((await errorOf(embed(chunks)))?.code).toBe('PROVIDER_REQUEST')
    expect(bench.fake.counts.embeddings).toMatchObject({ calls: 3, texts: 3 })
    const [embedded] = await embed(chunks)
    expect(embedded && windowsOf(embedded.value)).toBe(5)
    expect(bench.fake.counts.embeddings).toMatchObject({ calls: 4, texts: 5 })
  })
})

describe('runs at the same time', () => {
  it('ask for the same text once', async () => {
    const release = bench.fake.hold()
    const one = embed(passages('the same text', 'one of my own'))
    await bench.fake.until(({ counts }) => counts.embeddings.calls === 1)
    const other = embed(passages('another of my own', 'the same text'))
    release()
    expect((await one).map(({ cached }) => cached)).toEqual([false, false])
    expect((await other).map(({ cached }) => cached)).toEqual([false, true])
    expect(bench.fake.counts.embeddings.texts).toBe(3)
  })

  it('ask themselves when who asked before them fails, and leave when they are cancelled', async () => {
    const release = bench.fake.hold()
    const first = new AbortController()
    const one = errorOf(embed(passages('the same text'), first.signal))
    await bench.fake.until(({ counts }) => counts.embeddings.calls === 1)
    const left = new AbortController()
    const gone = errorOf(embed(passages('the same text'), left.signal))
    const other = embed(passages('the same text'))
    left.abort()
    expect((await gone)?.code).toBe('CANCELLED')
    first.abort()
    expect((await one)?.code).toBe('CANCELLED')
    release()
    expect(await other).toHaveLength(1)
  })

  it('take contents together or not at all', async () => {
    const scope = {}
    const { signal } = new AbortController()
    const release = await takeAll(scope, ['a', 'b'], signal)
    const free = takeFree(scope, ['b', 'c'])
    expect([...free.taken]).toEqual(['c'])
    const order: string[] = []
    const waiting = takeAll(scope, ['b', 'c'], signal).then(() => order.push('taken'))
    release()
    await free.others(signal)
    order.push('free')
    free.release()
    await waiting
    expect(order).toEqual(['free', 'taken'])
  })
})
