// Proves what summaries are made of, that they are kept by their text, go with it, and that a chat model is called as often as allowed.
import { describe, expect, it } from 'vitest'
import { callsFor, writeSummary } from '../../../src/main/answers/written-summary'
import { chooseSentences } from '../../../src/main/answers/centroid'
import { createSummaries, type SummaryRequest } from '../../../src/main/answers/summaries'
import type { ChatProvider, ChatRequest } from '../../../src/main/providers/chat'
import { AppError } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'
import { remark, textOf } from '../../../src/shared/remarks'
import { silentLog } from '../../support/engine'
import { collectionId, type Bed } from '../store/bed'
import { fill } from './corpus'
import { documents } from './labelled'

/** `fail`: every call of it, or those whose numbers are told. */
const chatOf = (contextTokens: number, fail: boolean | readonly number[] = false) => {
  const asked: ChatRequest[] = []
  const provider: ChatProvider = {
    name: 'desk',
    model: 'small-chat',
    contextTokens,
    complete: async (request) => {
      asked.push(request)
      if (fail === true || (fail !== false && fail.includes(asked.length)))
        throw new AppError('PROVIDER_TIMEOUT', { provider: 'desk' })
      // Some repeat the marks around what they were given.
      return {
        text: `written ${asked.length}\n=== SLUICE-n END 1`,
        finish: 'stop',
        usage: { promptTokens: 10, completionTokens: 2 },
      }
    },
  }
  return { provider, asked }
}

const makeSummaries = (bed: Bed, provider: ChatProvider | null = null) =>
  createSummaries({
    store: { run: async (name, params) => bed.run(name, params), close: async () => undefined },
    chat: () => provider,
    limits: () => resolveLimits(),
    nonce: () => 'n',
    nowMs: () => 0,
    log: silentLog,
    signal: new AbortController().signal,
  })
const makeSummarize = (bed: Bed, provider: ChatProvider | null = null) => makeSummaries(bed, provider).summarize

const idOf = (bed: Bed, path: string): number => {
  const page = { collectionId: null, states: null, contains: path, offset: 0, limit: 1 }
  return Number(bed.run('documents.list', page).documents[0]?.id)
}
const documentRequest = (bed: Bed, path: string, more: Partial<SummaryRequest> = {}): SummaryRequest =>
  ({ scope: 'document', documentId: idOf(bed, path), mode: 'auto', sentences: 2, ...more }) as SummaryRequest

const keptSummaries = (bed: Bed): number => bed.session.db.one<{ n: number }>('SELECT count(*) AS n FROM summaries').n

describe('a summary without a chat model', () => {
  it('is made of sentences that stand in the text, in their order, with their places', async () => {
    const bed = fill(documents)
    const summary = await makeSummarize(bed)(documentRequest(bed, 'grandfather'))
    const text = documents['people/grandfather.txt'] ?? ''
    expect(summary).toMatchObject({
      scope: 'document',
      method: 'extractive',
      cached: false,
      documents: 1,
      partial: false,
    })
    expect(summary.citations).toHaveLength(2)
    for (const { quote, start, end } of summary.citations) expect(text.slice(start, end)).toBe(quote)
    expect(summary.citations.map(({ start }) => start)).toEqual(
      summary.citations.map(({ start }) => start).sort((a, b) => a - b),
    )
  })

  it('says nothing twice and is the same every time', async () => {
    const sentence = 'The pump of the allotment association was repaired by a firm from town.'
    const other = 'The waiting list of the association has seventeen names of families.'
    const passages = [{ text: `${sentence} ${sentence} ${other}`, start: 0, page: null, chunk: 0 }]
    const chosen = (await chooseSentences(passages, 2)).map(({ sentence: { text } }) => text)
    expect(chosen).toEqual([sentence, other])
    expect(await chooseSentences(passages, 2)).toEqual(await chooseSentences(passages, 2))
  })

  it('of a long text lets others have their turn', async () => {
    const passages = Array.from({ length: 40 }, (_, chunk) => ({
      text: `Passage ${chunk} speaks of pumps, gardens and ${'abcdefgh'[chunk % 8] ?? ''}nother firm from town.`,
      start: chunk * 100,
      page: null,
      chunk,
    }))
    let turns = 0
    let over = false
    const count = (): void => {
      turns += 1
      if (!over) setImmediate(count)
    }
    setImmediate(count)
    const chosen = await chooseSentences(passages, 3)
    over = true
    expect(chosen).toHaveLength(3)
    expect(turns).toBeGreaterThan(5)
  })

  it('is kept by its text, and goes with it', async () => {
    const bed = fill(documents)
    const summarize = makeSummarize(bed)
    const request = documentRequest(bed, 'grandfather')
    const whole: SummaryRequest = {
      scope: 'collection',
      collectionId: collectionId(bed),
      name: 'default',
      mode: 'auto',
      sentences: 4,
    }
    const first = await summarize(request)
    expect(await summarize(request)).toEqual({ ...first, cached: true })
    expect((await summarize({ ...request, sentences: 3 })).cached).toBe(false)
    expect(await summarize(whole)).toMatchObject({ documents: 12, documentsTotal: 12, title: 'default' })
    expect(keptSummaries(bed)).toBe(3)
    bed.run('documents.remove', { ids: [idOf(bed, 'grandfather')] })
    expect(keptSummaries(bed)).toBe(0)
    await expect(summarize(request)).rejects.toMatchObject({ code: 'SUMMARY_EMPTY' })
    expect((await summarize(whole)).documents).toBe(11)
  })
})

describe('a summary by a chat model', () => {
  it('is asked for once where the text fits, kept, and not paid for again', async () => {
    const bed = fill(documents)
    const { provider, asked } = chatOf(8_000)
    const summarize = makeSummarize(bed, provider)
    const first = await summarize(documentRequest(bed, 'lease'))
    expect(first).toMatchObject({ summary: 'written 1', method: 'provider', spent: { calls: 1, promptTokens: 10 } })
    expect(await summarize(documentRequest(bed, 'lease'))).toMatchObject({
      summary: 'written 1',
      cached: true,
      spent: null,
    })
    expect(asked).toHaveLength(1)
  })

  it('reads a long text in parts, with no more calls than its size allows, and says what it left out', async () => {
    const limits = { ...resolveLimits(), 'summaries.smallCalls': 4 }
    const texts = Array.from({ length: 30 }, (_, index) => ({
      title: null,
      path: 'a',
      page: null,
      text: `${index} ${'word '.repeat(180)}`,
    }))
    const { provider, asked } = chatOf(2_000)
    const run = {
      chars: 30_000,
      nonce: () => 'n',
      use: { jobId: null, collectionId: 1 },
      signal: new AbortController().signal,
      notes: { find: async () => null, keep: async () => undefined },
    }
    const written = await writeSummary(provider, texts, { ...run, limits })
    expect(written).toMatchObject({ calls: 4, partial: true, text: 'written 4', promptTokens: 40 })
    expect(asked[3]?.messages[1]?.content).toContain('written 3')
    const few = await writeSummary(chatOf(2_000).provider, texts.slice(0, 8), { ...run, limits })
    expect(few).toMatchObject({ calls: 4, partial: false })
    expect([callsFor(1, limits), callsFor(100_000, limits), callsFor(1_000_000, limits)]).toEqual([4, 8, 20])
  })

  it('says that it was cut, also when it is told again, and nothing of notes that were', async () => {
    const bed = fill(documents)
    const endless = (finishes: readonly ('stop' | 'length')[]): ChatProvider => {
      const { provider } = chatOf(900)
      let calls = 0
      return {
        ...provider,
        complete: async (request) => ({ ...(await provider.complete(request)), finish: finishes[calls++] ?? 'stop' }),
      }
    }
    const request: SummaryRequest = {
      scope: 'collection',
      collectionId: collectionId(bed),
      name: 'default',
      mode: 'provider',
      sentences: 2,
    }
    const notesOnly = await makeSummarize(bed, endless(['length']))({ ...request, sentences: 3 })
    expect(notesOnly.notes).not.toContain(textOf(remark('SAID_SUMMARY_CUT')))
    const summarize = makeSummarize(bed, endless(Array.from({ length: 40 }, () => 'length' as const)))
    const cut = await summarize(request)
    expect(cut.notes).toContain(textOf(remark('SAID_SUMMARY_CUT')))
    expect((await summarize(request)).notes).toEqual(cut.notes)
    expect(cut).not.toHaveProperty('cut')
  })

  it('asks no part again that was read before a later one failed', async () => {
    const bed = fill(documents)
    const { provider, asked } = chatOf(900, [2])
    const request: SummaryRequest = {
      scope: 'collection',
      collectionId: collectionId(bed),
      name: 'default',
      mode: 'provider',
      sentences: 2,
    }
    await expect(makeSummarize(bed, provider)(request)).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' })
    expect(asked).toHaveLength(2)
    const summary = await makeSummarize(bed, provider)(request)
    expect(summary).toMatchObject({ method: 'provider', summary: 'written 3', spent: { calls: 1 } })
    expect(asked[2]?.messages[1]?.content).toContain('written 1')
  })

  it('falls back to sentences when the provider fails, and says so', async () => {
    const bed = fill(documents)
    const { provider } = chatOf(8_000, true)
    const summary = await makeSummarize(bed, provider)(documentRequest(bed, 'lease'))
    expect(summary).toMatchObject({ method: 'extractive', spent: null })
    expect(summary.notes[0]).toContain('Made without "desk"')
    await expect(
      makeSummarize(bed, provider)(documentRequest(bed, 'lease', { mode: 'provider' })),
    ).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
    })
  })
})

describe('a summary that is made by itself', () => {
  const ask = (bed: Bed, mode: 'extractive' | 'provider') => ({
    documentId: idOf(bed, 'lease'),
    mode,
    jobId: 7,
    signal: new AbortController().signal,
  })

  it('is the one that is made on demand, and is not made twice', async () => {
    const bed = fill(documents)
    const summaries = makeSummaries(bed)
    const made = await summaries.keepFor(ask(bed, 'extractive'))
    expect(made?.maker).toBe(summaries.makerOf('extractive'))
    expect(await summaries.keepFor(ask(bed, 'extractive'))).toEqual(made)
    expect(await summaries.summarize(documentRequest(bed, 'lease', { sentences: 5 }))).toMatchObject({ cached: true })
    expect(keptSummaries(bed)).toBe(1)
  })

  it('by a chat model is spent for its job, named by the model, and fails without one instead of being another', async () => {
    const bed = fill(documents)
    const { provider, asked } = chatOf(8_000)
    const summaries = makeSummaries(bed, provider)
    const made = await summaries.keepFor(ask(bed, 'provider'))
    expect(asked.map(({ use }) => use)).toEqual([{ purpose: 'summary', jobId: 7, collectionId: collectionId(bed) }])
    expect(made?.maker).not.toBe(summaries.makerOf('extractive'))
    const none = makeSummaries(bed)
    expect(none.makerOf('provider')).toBeNull()
    await expect(none.keepFor(ask(bed, 'provider'))).rejects.toMatchObject({ code: 'CHAT_MISSING' })
    const failing = makeSummaries(fill(documents), chatOf(8_000, true).provider)
    await expect(failing.keepFor(ask(bed, 'provider'))).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' })
  })

  it('of a document that has no text any more is none', async () => {
    const bed = fill(documents)
    const request = ask(bed, 'extractive')
    bed.run('documents.remove', { ids: [request.documentId] })
    expect(await makeSummaries(bed).keepFor(request)).toBeNull()
  })
})
