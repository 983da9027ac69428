// Answers from the sample documents on a whole engine: offline each from the document that says it, with a provider each with a quote that stands there.
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { Answer } from '../../src/shared/answers'
import { ingest, makeTempDir, startOwner } from '../support/engine'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { sampleQuestions, type SampleQuestion } from './sample-questions'

const NOT_FOUND = 'Not found in your documents.'
const temp = makeTempDir('sample-answers')
let engine: Engine
let fake: FakeProvider

beforeAll(async () => {
  fake = await startFakeProvider()
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
  await ingest(engine, [resolve(__dirname, '../../resources/sample')])
}, 60_000)
afterAll(async () => {
  await engine.close()
  await fake.close()
  temp.remove()
})

const askAll = (questions: readonly SampleQuestion[], mode: 'extractive' | 'provider'): Promise<Answer[]> =>
  Promise.all(questions.map(({ question }) => engine.call('ask', { question, mode })))

/** Whether an answer has a number for each citation and a citation for each number, and every quote stands where it says. */
const findFalse = async ({ answer, citations }: Answer): Promise<string[]> => {
  const numbers = [...answer.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number))
  const unmatched =
    citations.some(({ number }) => !numbers.includes(number)) || new Set(numbers).size !== citations.length
  const wrong: string[] = unmatched ? [answer] : []
  for (const { documentId, start, end, quote } of citations) {
    const { text } = await engine.call('documents.text', { id: documentId })
    if (text.slice(start, end) !== quote) wrong.push(quote)
  }
  return wrong
}

describe('the sample documents', { timeout: 60_000 }, () => {
  it('are answered from offline: each question from the document that says it, and the others not at all', async () => {
    const answers = await askAll(sampleQuestions, 'extractive')
    const wrong = answers.filter(({ grounded, citations }, index) => {
      const { expected, mayBeMissed } = sampleQuestions[index] ?? { expected: null }
      if (!grounded) return expected !== null && mayBeMissed !== true
      if (expected === null) return true
      const [path, words] = expected
      return citations[0]?.path.endsWith(path) !== true || !citations.some(({ quote }) => quote.includes(words))
    })
    expect(wrong).toEqual([])
    expect((await Promise.all(answers.map(findFalse))).flat()).toEqual([])
  })

  it('are not cited while they are about to be removed, and again when that was taken back', async () => {
    const asked = sampleQuestions.find(({ expected, mayBeMissed }) => expected !== null && mayBeMissed !== true)
    const citedBy = async (): Promise<string[]> => {
      const [answer] = await askAll(asked === undefined ? [] : [asked], 'extractive')
      return answer?.citations.map(({ documentId }) => documentId) ?? []
    }
    const [id = ''] = await citedBy()
    await engine.call('documents.hide', { ids: [id], forMs: 60_000 })
    expect(await citedBy()).not.toContain(id)
    await engine.call('documents.hide', { ids: [id], forMs: 0 })
    expect(await citedBy()).toContain(id)
  })

  it('are cited by a provider with quotes that stand in them, without the marks around passages', async () => {
    const definition = { baseUrl: fake.url, chatModel: 'fake-chat', needsKey: false }
    await engine.call('providers.add', { name: 'desk', definition, isChat: true })
    const answers = await askAll(sampleQuestions, 'provider')
    for (const { answer, method } of answers) {
      expect(method).toBe('provider')
      expect(answer).not.toMatch(/SLUICE|===|QUOTES|\[12\]/)
    }
    expect((await Promise.all(answers.map(findFalse))).flat()).toEqual([])
    const cited = answers.filter(({ citations }, index) => {
      const path = sampleQuestions[index]?.expected?.[0]
      return path !== undefined && citations.some((citation) => citation.path.endsWith(path))
    })
    // It only ever says something of the first passage, which is of the right document for most questions.
    const answerable = sampleQuestions.filter(({ expected }) => expected !== null).length
    expect(cited.length).toBeGreaterThanOrEqual(answerable * 0.7)
    expect(await engine.call('ask', { question: 'What is the capital of Mongolia?', mode: 'provider' })).toMatchObject({
      answer: NOT_FOUND,
      grounded: false,
      citations: [],
    })
  })

  it('are summarized by a provider without the marks around passages', async () => {
    const { documents } = await engine.call('documents.list', { contains: 'pancakes.txt' })
    const { summaries } = await engine.call('summarize', { documents: [documents[0]?.id ?? ''], mode: 'provider' })
    expect(summaries).toMatchObject([{ method: 'provider' }])
    expect(summaries[0]?.summary).toContain('250 g flour')
    expect(summaries[0]?.summary).not.toMatch(/SLUICE|===/)
  })
})
