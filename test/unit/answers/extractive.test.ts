// Proves on the labelled set that questions are answered by the right sentences, and that nothing is made up where the documents are silent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAnswers, type EvidenceParts } from '../../../src/main/answers/extractive'
import type { Embedder } from '../../../src/workers/model/embedder'
import { embedWith, fill, findHits, loadModel, partsOf } from './corpus'
import { documents, measured, tuning, type Labelled } from './labelled'

let model: Embedder
let embed: EvidenceParts['embed']

beforeAll(async () => {
  model = await loadModel()
  embed = embedWith(model)
})
afterAll(() => model.close())

type Tally = { right: string[]; wrong: string[]; missed: string[]; invented: string[]; refused: string[] }

const answerAll = async (set: readonly Labelled[], vectors: EvidenceParts['embed']): Promise<Tally> => {
  const bed = fill(documents)
  const parts = partsOf(bed, vectors)
  const tally: Tally = { right: [], wrong: [], missed: [], invented: [], refused: [] }
  for (const { question, expected } of set) {
    const answers = await findAnswers(question, await findHits(bed, question), parts, 3)
    const isThere = expected !== null && answers.some(({ sentence }) => sentence.text.includes(expected))
    const into =
      expected === null
        ? answers.length > 0
          ? 'invented'
          : 'refused'
        : isThere
          ? 'right'
          : answers.length > 0
            ? 'wrong'
            : 'missed'
    tally[into].push(question)
  }
  return tally
}

const share = (part: readonly string[], all: readonly (readonly string[])[]): number =>
  part.length / all.reduce((sum, { length }) => sum + length, 0)

describe('answers without a chat model', () => {
  it('are right for most questions, and nothing is made up, on the half that was used for tuning', async () => {
    const tally = await answerAll(tuning, embed)
    expect(tally.invented).toEqual([])
    expect(share(tally.right, [tally.right, tally.wrong, tally.missed]), JSON.stringify(tally)).toBeGreaterThanOrEqual(
      0.85,
    )
  })

  it('are right for most questions, and hardly anything is made up, on the half that was only measured', async () => {
    const tally = await answerAll(measured, embed)
    expect(tally.invented.length, JSON.stringify(tally)).toBeLessThanOrEqual(1)
    expect(share(tally.right, [tally.right, tally.wrong, tally.missed]), JSON.stringify(tally)).toBeGreaterThanOrEqual(
      0.75,
    )
  })

  it('do without the model where it is missing', async () => {
    const tally = await answerAll([...tuning, ...measured], async () => null)
    expect(tally.invented.length, JSON.stringify(tally)).toBeLessThanOrEqual(1)
    expect(share(tally.right, [tally.right, tally.wrong, tally.missed]), JSON.stringify(tally)).toBeGreaterThanOrEqual(
      0.6,
    )
  })

  it('quote the text exactly as it stands', async () => {
    const bed = fill(documents)
    const parts = partsOf(bed, embed)
    const hits = await findHits(bed, 'Who is the landlord of the flat?')
    const [best] = await findAnswers('Who is the landlord of the flat?', hits, parts, 1)
    if (!best) throw new Error('nothing was found')
    const { hit, sentence } = best
    expect(hit.text.slice(sentence.start, sentence.end)).toBe('The landlord is Ottilie Brandt.')
    expect(documents[hit.path]).toContain(hit.text.slice(sentence.start, sentence.end))
  })
})
