import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeFloat16 } from '../../../../src/shared/float16'
import type { WorkContext } from '../../../../src/shared/work'
import { createEmbedder } from '../../../../src/workers/model/embedder'
import { closeEmbedder, runEmbed, runEmbedQuery } from '../../../../src/workers/model/tasks'
import { buildModelFolder } from './model-folders'
import { sentences } from './texts'

let modelDir: string
let beats = 0
const context = (): WorkContext<'embed'> & WorkContext<'embedQuery'> => ({
  say: () => Promise.resolve(undefined),
  beat: () => (beats += 1),
  signal: new AbortController().signal,
})

beforeAll(async () => {
  modelDir = await buildModelFolder('int8')
})
afterAll(closeEmbedder)

describe('the embedding tasks', () => {
  it('give windows and, in their order, their vectors as float16', async () => {
    beats = 0
    const result = await runEmbed({ texts: [sentences.join(' '), ' ', 'short'], modelDir }, context())
    expect(result.vectors).toHaveLength(result.windows.length * 512)
    expect(result.windows.at(-1)).toMatchObject({ text: 2, start: 0, end: 5, known: 1 })
    expect(beats).toBeGreaterThan(1)

    const embedder = await createEmbedder({ modelDir })
    const [expected] = (await embedder.embedPassages(['short'])).windows
    await embedder.close()
    const vector = decodeFloat16(result.vectors.subarray(-512))
    const cosine = vector.reduce((sum, value, i) => sum + value * (expected?.vector[i] ?? NaN), 0)
    expect(cosine).toBeGreaterThan(0.995)
    expect(result).toMatchObject({ model: embedder.id, dimensions: 512 })
  })

  it('give a query its vector and how much of it the model knows', async () => {
    const result = await runEmbedQuery({ text: 'where is it', modelDir }, context())
    expect(Math.hypot(...result.vector)).toBeCloseTo(1, 5)
    expect(result.known).toBe(1)
  })

  it('load the model again after a failed load, and after closing', async () => {
    const missing = { text: 'x', modelDir: path.join(modelDir, 'nowhere') }
    await expect(runEmbedQuery(missing, context())).rejects.toMatchObject({ code: 'MODEL_MISSING' })
    await expect(runEmbedQuery(missing, context())).rejects.toMatchObject({ code: 'MODEL_MISSING' })
    await expect(runEmbedQuery({ text: 'x', modelDir }, context())).resolves.toMatchObject({ dimensions: 512 })
    await closeEmbedder()
    await expect(runEmbedQuery({ text: 'x', modelDir }, context())).resolves.toMatchObject({ dimensions: 512 })
  })
})
