import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readModelFolder } from '../../../../src/workers/model/model-folder'
import { createTokenizer, type Tokenizer } from '../../../../src/workers/model/tokenizer'
import { buildVocabulary } from '../../../../src/workers/model/vocabulary'
import { splitWindows, type Window } from '../../../../src/workers/model/windows'
import { buildModelFolder } from './model-folders'
import { awkward, sentences } from './texts'

const MAX_TOKENS = 128
let tokenizer: Tokenizer
const split = (passage: string, maxTokens = MAX_TOKENS): Window[] => splitWindows(passage, tokenizer, maxTokens)

beforeAll(async () => {
  const { vocabulary } = await readModelFolder(await buildModelFolder('int8'))
  tokenizer = createTokenizer(buildVocabulary(vocabulary))
})

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('the', 'quick', 'house', 'and', 'of', 'invoice', 'a', 'boats', '2024') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...awkward) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 900 }).map((length) => 'xqz7'.repeat(length / 4)) },
)
const gap = fc.constantFrom(' ', ' ', ' ', '. ', '! ', ', ', '\n', '\n\n', '\t', '  \n ', '\u00a0')
const passage = fc
  .array(fc.tuple(word, gap), { minLength: 0, maxLength: 200 })
  .map((parts) => parts.map((part) => part.join('')).join(''))
const reach = fc.constantFrom(8, 32, MAX_TOKENS)

describe('windows', () => {
  it('never hold more tokens than the model reads, and exactly those of their own text', () => {
    fc.assert(
      fc.property(passage, reach, (text, maxTokens) => {
        for (const { start, end, ids } of split(text, maxTokens)) {
          expect(ids.length).toBeGreaterThan(0)
          expect(ids.length).toBeLessThanOrEqual(maxTokens)
          expect([...ids]).toEqual([...tokenizer.encode(text.slice(start, end)).ids].slice(0, maxTokens))
        }
      }),
    )
  })

  it('cover all that is not white space once, in order, and neither begin nor end with white space', () => {
    fc.assert(
      fc.property(passage, reach, (text, maxTokens) => {
        let position = 0
        for (const { start, end } of split(text, maxTokens)) {
          expect(start).toBeGreaterThanOrEqual(position)
          expect(text.slice(position, start).trim()).toBe('')
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim())
          position = end
        }
        expect(text.slice(position).trim()).toBe('')
      }),
    )
  })

  it('cut no word that fits a window', () => {
    fc.assert(
      fc.property(passage, reach, (text, maxTokens) => {
        const windows = split(text, maxTokens)
        const cuts = new Set(windows.flatMap(({ start, end }) => [start, end]))
        for (const match of text.matchAll(/\S+/gu)) {
          const isCut = [...cuts].some((cut) => cut > match.index && cut < match.index + match[0].length)
          if (isCut) expect(tokenizer.encode(match[0]).ids.length).toBeGreaterThan(maxTokens)
        }
      }),
    )
  })

  it('keep a passage that fits whole', () => {
    for (const text of sentences) expect(split(text)).toMatchObject([{ start: 0, end: text.length }])
  })

  it('are none for an empty passage and for white space', () => {
    expect(split('')).toEqual([])
    expect(split(' \n\t\u3000 ')).toEqual([])
  })

  it('end at the end of a sentence or line where one is near', () => {
    const text = sentences.slice(0, 14).join(' ').repeat(4)
    const windows = split(text)
    expect(windows.length).toBeGreaterThan(3)
    for (const { start, end } of windows.slice(0, -1)) expect(text.slice(start, end)).toMatch(/[.?!]$|numbers$|\)$/)
    const lines = 'one two three four five six\n'.repeat(60)
    for (const { start, end } of split(lines)) expect(lines.slice(start, end)).toMatch(/^one.*six$/s)
  })

  it('leave no last window of a few words', () => {
    const text = Array.from({ length: 140 }, () => 'house').join(' ')
    expect(split(text).map(({ ids }) => ids.length)).toEqual([70, 70])
  })

  it('cut a giant word between its characters, as full as the model reads', () => {
    const text = 'xqz7'.repeat(500)
    const windows = split(text)
    expect(windows.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    expect(windows.slice(0, -2).every(({ ids }) => ids.length > MAX_TOKENS * 0.9)).toBe(true)
  })

  it('never cut within a character that stands for several tokens', () => {
    const text = 'ﬃ'.repeat(400)
    const windows = split(text, 16)
    expect(windows.length).toBeGreaterThan(10)
    expect(windows.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
  })

  it('encode a passage a few times at most, however long it is', () => {
    let characters = 0
    const counting: Tokenizer = {
      encode: (text) => {
        characters += text.length
        return tokenizer.encode(text)
      },
    }
    for (const unit of [`${sentences.join('\n')}\n`, 'xqz7', 'ﬃ', 'a b ', '日本語 ', `${'xqz7'.repeat(200)} a `]) {
      characters = 0
      const text = unit.repeat(Math.ceil(60_000 / unit.length))
      splitWindows(text, counting, MAX_TOKENS)
      expect(characters, unit).toBeLessThan(text.length * 4)
    }
  })
})
