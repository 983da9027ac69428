import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { EmbeddingsModel } from '@energetic-ai/embeddings'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { normalizeText } from '../../../../src/workers/model/normalization'
import { createTokenizer, UNKNOWN_ID, type Tokenizer } from '../../../../src/workers/model/tokenizer'
import { buildVocabulary, type Vocabulary, type VocabularySource } from '../../../../src/workers/model/vocabulary'
import { buildModelFolder } from './model-folders'
import { collapse, loadReference } from './reference'
import { awkward, sentences } from './texts'

let vocabulary: Vocabulary
let tokenizer: Tokenizer
let source: VocabularySource
let published: EmbeddingsModel
const encodeByReference = (text: string): number[] => published.tokenizer.encode(collapse(text))

beforeAll(async () => {
  const folder = await buildModelFolder('int8')
  source = JSON.parse(await readFile(path.join(folder, 'vocabulary.json'), 'utf8')) as VocabularySource
  vocabulary = buildVocabulary(source)
  tokenizer = createTokenizer(vocabulary)
  published = await loadReference()
})

/** Text of the scripts, marks, compatibility forms and spaces that normalization changes. */
const mixedText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...'etaoin shrdlu.,:;!? ETA 0123"\'') },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0x300, max: 0x36f }).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.integer({ min: 0x1100, max: 0x11ff }).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.integer({ min: 0x3130, max: 0x318e }).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.integer({ min: 0x900, max: 0xdff }).map((code) => String.fromCharCode(code)) },
      { weight: 1, arbitrary: fc.integer({ min: 0xf900, max: 0xffff }).map((code) => String.fromCharCode(code)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\t', '\n', '\u00a0', '\u3000', '¨', '´', '▁', '😀', '\u{1d400}', '\ud800'),
      },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

describe('the tokenizer', () => {
  it('gives the ids of the reference tokenizer on ordinary and awkward texts', () => {
    for (const text of [...sentences, ...awkward]) {
      expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual(encodeByReference(text))
    }
  })

  it('gives the ids of the reference tokenizer on several hundred random texts of all scripts', () => {
    fc.assert(
      fc.property(mixedText, (text) => {
        expect([...tokenizer.encode(text).ids]).toEqual(encodeByReference(text))
      }),
      { numRuns: 800 },
    )
  })

  it('gives the ids of the reference tokenizer on every piece of the vocabulary, alone and followed by another', () => {
    const texts = source.pieces.map(
      (piece, id) => `${piece.replaceAll('▁', ' ')}${source.pieces[(id * 7 + 6) % 8000] ?? ''}`,
    )
    for (const text of texts) expect([...tokenizer.encode(text).ids], text).toEqual(encodeByReference(text))
  })

  it('chooses as the reference tokenizer does among equal scores, whatever the vocabulary', () => {
    const piece = fc.string({ unit: fc.constantFrom('▁', 'a', 'b', 'c'), minLength: 1, maxLength: 4 })
    const pairs = fc.array(fc.tuple(piece, fc.integer({ min: -3, max: 0 })), { minLength: 1, maxLength: 12 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', ' '), maxLength: 12 })
    fc.assert(
      fc.property(pairs, text, (learned, input) => {
        const all: [string, number][] = [
          ...Array.from({ length: 6 }, (): [string, number] => ['\ufffd', 0]),
          ...learned,
        ]
        const small = { reservedIds: 6, pieces: all.map(([name]) => name), scores: all.map(([, score]) => score) }
        const reference = new EmbeddingsModel({ vocabulary: all, model: published.model }).tokenizer
        const ours = createTokenizer(buildVocabulary(small))
        expect([...ours.encode(input).ids]).toEqual(reference.encode(collapse(input)))
      }),
      { numRuns: 1000 },
    )
  })

  it('gives no tokens for an empty text and for white space', () => {
    expect(tokenizer.encode('').ids).toHaveLength(0)
    expect(tokenizer.encode(' \t\n\u00a0\u3000').ids).toHaveLength(0)
  })

  it('knows where each token came from, white space left out', () => {
    const text = '  The   quick\n\nfox '
    const { ids, starts, ends, beginsWord } = tokenizer.encode(text)
    const pieces = [...ids].map((id, index) => [
      source.pieces[id],
      text.slice(starts[index], ends[index]),
      beginsWord[index],
    ])
    expect(pieces).toEqual([
      ['▁The', 'The', 1],
      ['▁quick', 'quick', 1],
      ['▁fo', 'fo', 1],
      ['x', 'x', 0],
    ])
  })

  it('maps tokens back over characters that normalization splits, joins and replaces', () => {
    const text = 'oﬃce cafe\u0301 ２０'
    const { ids, starts, ends } = tokenizer.encode(text)
    const pairs = [...ids].map((id, index) => [source.pieces[id], text.slice(starts[index], ends[index])])
    expect(pairs).toEqual([
      ['▁office', 'oﬃce'],
      ['▁ca', 'ca'],
      ['f', 'f'],
      ['é', 'e\u0301'],
      ['▁20', '２０'],
    ])
  })

  it('covers every character that is not white space, in order', () => {
    fc.assert(
      fc.property(mixedText, (text) => {
        const { starts, ends } = tokenizer.encode(text)
        const covered = new Uint8Array(text.length)
        starts.forEach((start, index) => {
          expect(start).toBeGreaterThanOrEqual(index === 0 ? 0 : (starts[index - 1] ?? 0))
          covered.fill(1, start, ends[index])
        })
        for (let i = 0; i < text.length; i++) {
          if (!/\s/u.test(text[i] ?? '')) expect(covered[i]).toBe(1)
        }
      }),
    )
  })

  it('begins a word exactly where white space or the beginning is before it', () => {
    fc.assert(
      fc.property(mixedText, (text) => {
        const { starts, beginsWord } = tokenizer.encode(text)
        const expected = [...text.matchAll(/\S+/gu)].map((match) => match.index)
        expect([...starts].filter((_, index) => beginsWord[index] === 1)).toEqual(expected)
      }),
    )
  })

  it('says how much of a text the vocabulary knows', () => {
    expect(tokenizer.encode('plain English words').known).toBe(1)
    expect(tokenizer.encode('日本語の文章').known).toBe(0)
    expect(tokenizer.encode('half 日本語の').known).toBeCloseTo(4 / 8)
    expect(tokenizer.encode(' ').known).toBe(0)
    expect([...tokenizer.encode('日本語').ids].filter((id) => id === UNKNOWN_ID)).toHaveLength(1)
  })

  it('takes a number of steps that grows with the length of the text alone', () => {
    let steps = 0
    const counting = createTokenizer({
      ...vocabulary,
      child: (node, codePoint) => {
        steps += 1
        return vocabulary.child(node, codePoint)
      },
    })
    const longestPiece = Math.max(...source.pieces.map((piece) => piece.length))
    for (const text of ['a', 'the ', 'internationalization ', '日本', '________']) {
      steps = 0
      const long = text.repeat(Math.ceil(50_000 / text.length))
      counting.encode(long)
      expect(steps).toBeLessThanOrEqual((long.length + 1) * (longestPiece + 1))
    }
  })
})

describe('normalization', () => {
  it('is NFKC of the whole text with white space collapsed', () => {
    fc.assert(
      fc.property(mixedText, (text) => {
        const expected = collapse(text).normalize('NFKC').replaceAll(' ', '▁')
        const { symbols } = normalizeText(text)
        expect(String.fromCodePoint(...symbols)).toBe(expected === '' ? '' : `▁${expected}`)
      }),
      { numRuns: 1000 },
    )
  })

  it('is NFKC for every character after a letter', () => {
    for (let codePoint = 0x80; codePoint < 0x20000; codePoint++) {
      const character = String.fromCodePoint(codePoint)
      const text = `a${character}b`
      if (/\s/u.test(character)) continue
      const normalized = String.fromCodePoint(...normalizeText(text).symbols.slice(1))
      if (normalized !== text.normalize('NFKC').replaceAll(' ', '▁')) expect.fail(`U+${codePoint.toString(16)}`)
    }
  })

  it('cuts a run of combining marks, which NFKC would sort in quadratic time', () => {
    const { starts, ends } = normalizeText(`a${'\u0301'.repeat(500)}${'\u0323'.repeat(500)}`)
    expect(ends.at(-1)).toBe(1001)
    expect(Math.max(...ends.map((end, index) => end - (starts[index] ?? 0)))).toBe(32)
  })
})
