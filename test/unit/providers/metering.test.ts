// What is counted of a provider equals what it served, through faults, repetitions and deaths; and a budget is never passed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PartlyEmbedded, type Use } from '../../../src/main/providers/provider'
import { listUsage, readJobUsage, recoverCalls } from '../../../src/main/store/usage'
import type { Misbehavior } from '../../support/fake-provider/misbehavior'
import { errorOf, openWorkbench, type Workbench } from './workbench'

let bench: Workbench
const ofJob = (jobId: number, collectionId = 1): Use => ({ purpose: 'embed', jobId, collectionId })

beforeEach(async () => {
  bench = await openWorkbench({ tries: 3, batchTexts: 2 })
})
afterEach(async () => {
  await bench.close()
})

const embed = (texts: readonly string[], use: Use) =>
  bench.providers.embedding('fake').embedPassages(texts, undefined, use)

describe('metering', () => {
  it('equals the count of the provider itself through every fault that is repeated', async () => {
    const passing: readonly Misbehavior[] = ['server-error', 'too-few', 'rate-limit-silent', 'wrong-dimensions']
    for (const what of passing) {
      bench.fake.misbehave(what, { times: 1 })
      await embed(['one text', 'another text', `and ${what}`], ofJob(7))
    }
    const { calls, answered, inputTokens } = bench.fake.counts.embeddings
    expect(bench.used()).toMatchObject({ calls, retries: calls - answered, unsettled: 0 })
    // Two answers were spoiled and used no less: what the server charged for them is counted, too.
    expect(bench.used().inputTokens).toBeGreaterThan(inputTokens)
    const asked = bench.fake.requests.length
    expect(bench.used().calls).toBe(asked)
    expect(bench.used().costUsd).toBeCloseTo((bench.used().inputTokens * 2) / 1e6, 12)
    expect(readJobUsage(bench.db, 7)).toMatchObject({ name: 'fake', calls, retries: calls - answered })
    expect(readJobUsage(bench.db, 8)).toEqual({ name: 'local', calls: 0, tokens: 0, costUsd: 0, retries: 0 })
  })

  it('counts a call whose answer was there when everything died, once, with what was estimated for it', async () => {
    const others = bench.reopen({
      meter: {
        begin: bench.meter.begin,
        settle: async () => {
          throw new Error('killed before it was written')
        },
      },
    })
    await expect(others.embedding('fake').embedPassages(['a text'], undefined, ofJob(7))).rejects.toThrow()
    expect(bench.fake.counts.embeddings.answered).toBe(1)
    expect(bench.used().calls).toBe(0)
    // The next start.
    expect(recoverCalls(bench.db)).toEqual({ unsettled: 1 })
    expect(recoverCalls(bench.db)).toEqual({ unsettled: 0 })
    await embed(['a text'], ofJob(7))
    expect(bench.used()).toMatchObject({ calls: bench.fake.counts.embeddings.calls, unsettled: 1 })
    expect(bench.used().inputTokens).toBeGreaterThanOrEqual(bench.fake.counts.embeddings.inputTokens)
  })

  it('tells days, purposes and collections apart, also when the collection is gone', async () => {
    await embed(['a text'], ofJob(1, 1))
    await embed(['a text'], ofJob(2, 2))
    await bench.providers.embedding('fake').embedQuery('a question')
    const list = listUsage(bench.db, { provider: 'fake', since: null, until: null, jobId: null, offset: 0, limit: 10 })
    expect(list.rows.map(({ purpose, collection, calls }) => [purpose, collection, calls])).toEqual([
      ['embed', null, 1],
      ['embed', null, 1],
      ['query', null, 1],
    ])
    const [row] = list.rows
    expect(row?.day).toBe(new Date().toISOString().slice(0, 10))
  })
})

describe('budgets', () => {
  it('stop before they are passed, say until when, and let go when they are raised', async () => {
    bench.providers.update('fake', { definition: { budgets: { day: { tokens: 40 } } } })
    await embed(['the first text of the day'], ofJob(1))
    const error = await errorOf(
      embed(['a text that is far too long for what is left of the budget'.repeat(3)], ofJob(1)),
    )
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', details: { period: 'daily', unit: 'tokens', limit: 40 } })
    expect(Date.parse(String(error?.details['retryAt']))).toBeGreaterThan(Date.now())
    expect(bench.fake.counts.embeddings.calls).toBe(1)
    bench.providers.update('fake', { definition: { budgets: { day: { tokens: 400 } } } })
    await embed(['a text that is far too long for what was left of the budget'], ofJob(1))
  })

  it('are filled as far as texts fit, and what is told is what is counted', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => `text number ${at} of a job that is larger than its budget`)
    bench.providers.update('fake', { definition: { batchTexts: 64, budgets: { run: { tokens: 200 } } } })
    const error = await errorOf(embed(texts, ofJob(1)))
    expect(error).toBeInstanceOf(PartlyEmbedded)
    const { embeddings } = bench.fake.counts
    expect(embeddings.inputTokens).toBeLessThanOrEqual(200)
    expect(embeddings.inputTokens).toBeGreaterThan(150)
    expect(embeddings.calls).toBeLessThan(8)
    expect(embeddings.texts).toBe((error as PartlyEmbedded).texts.length)
    expect(bench.used()).toMatchObject({ calls: embeddings.calls, inputTokens: embeddings.inputTokens })
    expect(error?.message).toContain(
      `would be passed by the next request, of about ${Number(error?.details['needed'])} tokens (${embeddings.inputTokens} of 200 tokens used)`,
    )
  })

  it('of a run hold for each job by itself', async () => {
    bench.providers.update('fake', { definition: { budgets: { run: { usd: 0.00002 } } } })
    await embed(['the first text of this job'], ofJob(1))
    expect(await errorOf(embed(['the second text of this job'], ofJob(1)))).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { unit: 'USD', period: "job's" },
    })
    await embed(['the first text of another'], ofJob(2))
  })

  it('count what is under way', async () => {
    bench.providers.update('fake', { definition: { budgets: { day: { tokens: 15 } } } })
    const release = bench.fake.hold()
    const first = embed(['some words of a text'], ofJob(1))
    await bench.fake.until(({ counts }) => counts.embeddings.calls === 1)
    expect((await errorOf(embed(['some words of a text, and many more of them'], ofJob(2))))?.code).toBe(
      'BUDGET_EXCEEDED',
    )
    release()
    await first
  })

  it('in USD need a price', () => {
    const change = { price: { embeddingUsd: null, inputUsd: null, outputUsd: null }, budgets: { day: { usd: 1 } } }
    expect(() =>
      bench.providers.update('fake', { definition: { ...change, baseUrl: 'https://models.example/v1' } }),
    ).toThrow(/needs prices/)
  })
})
