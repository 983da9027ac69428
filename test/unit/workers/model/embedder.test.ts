import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEmbedder, type Embedder } from '../../../../src/workers/model/embedder'
import { buildModelFolder } from './model-folders'
import { collapse, loadReference } from './reference'
import { awkward, sentences } from './texts'

const passages = [...sentences, ...awkward.map((text) => `${text} and some words after it`)]
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const sum = (of: (i: number) => number): number => Array.from(a, (_, i) => of(i)).reduce((x, y) => x + y, 0)
  const at = (vector: ArrayLike<number>, i: number): number => vector[i] ?? NaN
  return sum((i) => at(a, i) * at(b, i)) / Math.sqrt(sum((i) => at(a, i) ** 2) * sum((i) => at(b, i) ** 2))
}

let int8Folder: string
let fp32Folder: string
let int8: Embedder
let fp32: Embedder

beforeAll(async () => {
  ;[int8Folder, fp32Folder] = await Promise.all([buildModelFolder('int8'), buildModelFolder('fp32')])
  int8 = await createEmbedder({ modelDir: int8Folder })
  fp32 = await createEmbedder({ modelDir: fp32Folder })
})
afterAll(async () => {
  await int8.close()
  await fp32.close()
})

/** One vector for each passage; they are all short. */
const embedEach = async (embedder: Embedder, texts: string[]): Promise<Float32Array[]> => {
  const { windows } = await embedder.embedPassages(texts)
  expect(windows.map(({ text }) => text)).toEqual(texts.map((_, index) => index))
  return windows.map(({ vector }) => vector)
}

describe('the three ways to run the model', () => {
  it('agree: fp32 with the runtime of the package to rounding, int8 with both to a cosine above 0.995', async () => {
    const reference = await (await loadReference()).embed(passages.map(collapse))
    const exact = await embedEach(fp32, passages)
    const small = await embedEach(int8, passages)
    passages.forEach((text, index) => {
      const published = reference[index] ?? []
      expect(cosine(exact[index] ?? [], published), text).toBeGreaterThan(0.99999)
      expect(cosine(small[index] ?? [], published), text).toBeGreaterThan(0.995)
      expect(cosine(small[index] ?? [], exact[index] ?? []), text).toBeGreaterThan(0.995)
    })
  })

  it('have names of their own, so that their vectors are never mixed', () => {
    expect(int8.id).toMatch(/^use-lite-en-int8-[0-9a-f]{8}$/)
    expect(fp32.id).toMatch(/^use-lite-en-fp32-[0-9a-f]{8}$/)
    expect([int8.dimensions, int8.maxTokens]).toEqual([512, 128])
  })
})

describe('embedding passages', () => {
  it('gives normalized vectors in the order of the passages, whatever batches they shared', async () => {
    const together = await embedEach(int8, passages)
    for (const [index, text] of passages.entries()) {
      const [alone] = await embedEach(int8, [text])
      const vector = together[index] ?? new Float32Array()
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
      expect(cosine(vector, alone ?? []), text).toBeGreaterThan(0.995)
    }
  })

  it('gives a long passage several windows with their places, and white space none', async () => {
    const long = sentences.join('\n\n')
    const { windows } = await int8.embedPassages(['  \n ', long, '', 'short'])
    expect(new Set(windows.map(({ text }) => text))).toEqual(new Set([1, 3]))
    const ofLong = windows.filter(({ text }) => text === 1)
    expect(ofLong.length).toBeGreaterThan(3)
    for (const { start, end, tokens, vector } of ofLong) {
      expect(tokens).toBeLessThanOrEqual(128)
      const [alone] = await embedEach(int8, [long.slice(start, end)])
      expect(cosine(vector, alone ?? [])).toBeGreaterThan(0.995)
    }
    expect((await int8.embedPassages([])).windows).toEqual([])
  })

  it('does not care how words are spaced', async () => {
    const [a, b] = await embedEach(fp32, ['one  two\n\nthree', ' one two three\t'])
    expect(cosine(a ?? [], b ?? [])).toBeGreaterThan(0.99999)
  })

  it('says which windows are in a script that the model does not know', async () => {
    const { windows } = await int8.embedPassages(['日本語の文章', 'plain words'])
    expect(windows.map(({ known }) => known)).toEqual([0, 1])
  })

  it('is closer to a paraphrase than to another subject', async () => {
    const triples: [string, string, string][] = [
      ['How do I reset my password?', 'I forgot my password and cannot log in.', 'Bake the cake for forty minutes.'],
      [
        'The company made more money this year.',
        'Annual revenue of the business increased.',
        'The cat sleeps on the sofa.',
      ],
      ['He is ill with a high fever.', 'The patient is sick and his temperature is up.', 'The train leaves at noon.'],
      ['Where can I buy bread?', 'Is there a bakery nearby?', 'The function returns a list of integers.'],
    ]
    for (const [text, paraphrase, unrelated] of triples) {
      const query = await int8.embedQuery(text)
      const [near, far] = await embedEach(int8, [paraphrase, unrelated])
      expect(cosine(query, near ?? []), text).toBeGreaterThan(cosine(query, far ?? []) + 0.1)
    }
  })

  it('stops between batches when it is cancelled, and reports every batch until then', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `${sentences.slice(i % 9, (i % 9) + 5).join(' ')} ${i}`)
    let batches = 0
    await int8.embedPassages(texts, { onBatch: () => (batches += 1) })
    expect(batches).toBeGreaterThan(3)

    const abort = new AbortController()
    let seen = 0
    const onBatch = (): void => {
      seen += 1
      if (seen === 2) abort.abort()
    }
    await expect(int8.embedPassages(texts, { onBatch, signal: abort.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(seen).toBe(2)
    await expect(int8.embedPassages(texts, { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('embedding a query', () => {
  it('is like embedding a passage when it fits', async () => {
    const [passage] = await embedEach(int8, ['where is the invoice'])
    expect(cosine(await int8.embedQuery(' where is  the invoice'), passage ?? [])).toBeGreaterThan(0.9999)
  })

  it('takes the whole of a long query into account and stays normalized', async () => {
    const start = sentences.slice(0, 12).join(' ')
    const vector = await int8.embedQuery(`${start} ${sentences.slice(12).join(' ')}`)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    const { windows } = await int8.embedPassages([`${start} ${sentences.slice(12).join(' ')}`])
    for (const window of windows) expect(cosine(vector, window.vector)).toBeGreaterThan(0.3)
  })

  it('refuses a query without a word', async () => {
    await expect(int8.embedQuery(' \n')).rejects.toMatchObject({ code: 'SEARCH_QUERY_EMPTY' })
  })

  it('measures how much of a query the model knows', () => {
    expect(int8.measureKnown('invoice')).toBe(1)
    expect(int8.measureKnown('請求書')).toBe(0)
  })
})

describe('a model folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-model-'))
    await cp(int8Folder, folder, { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const load = (modelDir: string): Promise<Embedder> => createEmbedder({ modelDir })

  it('that is not there, or lacks a file, is MODEL_MISSING and names the file', async () => {
    await expect(load(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'MODEL_MISSING' })
    await rm(path.join(folder, 'model.onnx'))
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      details: { path: path.join(folder, 'model.onnx') },
    })
  })

  it('with a damaged, cut or exchanged file is MODEL_CORRUPT', async () => {
    const onnx = path.join(folder, 'model.onnx')
    const bytes = await readFile(onnx)
    await writeFile(onnx, bytes.subarray(0, 5_000_000))
    await expect(load(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
    bytes[4_000_000] = (bytes[4_000_000] ?? 0) ^ 1
    await writeFile(onnx, bytes)
    await expect(load(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
    await cp(path.join(fp32Folder, 'model.onnx'), onnx)
    await expect(load(folder)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
  })

  it('with an unreadable card is MODEL_CORRUPT', async () => {
    for (const content of ['', '{', '{"id":"x"}', 'null']) {
      await writeFile(path.join(folder, 'model.json'), content)
      await expect(load(folder), content).rejects.toMatchObject({ code: 'MODEL_CORRUPT' })
    }
  })
})

describe('a closed embedder', () => {
  it('finishes what is under way, then refuses', async () => {
    const embedder = await createEmbedder({ modelDir: int8Folder })
    const running = embedder.embedPassages(passages)
    await embedder.close()
    expect((await running).windows).toHaveLength(passages.length)
    await expect(embedder.embedQuery('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await embedder.close()
  })
})
