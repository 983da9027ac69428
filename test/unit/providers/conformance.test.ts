// What every embedding provider keeps to, whatever is behind it: the same checks for each.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalProvider, readModelCard, type RunEmbedding } from '../../../src/main/providers/local'
import { createModelFolders } from '../../../src/main/providers/model-folders'
import type { EmbeddingProvider } from '../../../src/main/providers/provider'
import { decodeFloat16 } from '../../../src/shared/float16'
import { GiB } from '../../../src/shared/limit-row'
import { folderDefinitionSchema } from '../../../src/shared/providers'
import { closeEmbedder, runEmbed, runEmbedQuery, runInspectModel } from '../../../src/workers/model/tasks'
import { makeTempDir, modelDir, silentLog } from '../../support/engine'
import { makeTinyModel, type TinyTokenizer } from '../../support/tiny-model'
import { openWorkbench } from './workbench'

type Opened = { readonly provider: EmbeddingProvider; readonly close: () => Promise<void> }

const context = (signal = new AbortController().signal) => ({
  say: async () => undefined,
  beat: () => undefined,
  signal,
})

/** The tasks of folders, on this thread. */
const runFolders: RunEmbedding = {
  embed: (params, signal) => runEmbed(params, context(signal)),
  embedQuery: (params) => runEmbedQuery(params, context()),
  inspectModel: (params) => runInspectModel({ ...params, threads: 1, memoryBytes: GiB }, context()),
}

/** The built-in model on this thread: its worker's own code, without a process around it. */
const openLocal = async (): Promise<Opened> => ({
  provider: createLocalProvider({
    modelDir,
    run: {
      embed: (params, signal) => runEmbed(params, context(signal)),
      embedQuery: (params) => runEmbedQuery(params, context()),
      inspectModel: async () => {
        throw new Error('the built-in model has no folder')
      },
    },
  }),
  close: closeEmbedder,
})

const openServer = async (): Promise<Opened> => {
  const bench = await openWorkbench()
  return { provider: bench.providers.embedding('fake'), close: bench.close }
}

/** A model in a folder, made here, on this thread. */
const openFolder = (tokenizer: TinyTokenizer) => async (): Promise<Opened> => {
  const temp = makeTempDir('folder')
  const folder = makeTinyModel(join(temp.path, 'model'), {
    tokenizer,
    prompts: { query: 'query: ', document: 'passage: ' },
  })
  const folders = createModelFolders({
    dataDir: temp.path,
    run: runFolders,
    log: silentLog,
    changed: () => undefined,
  })
  const definition = folderDefinitionSchema.parse({ kind: 'onnx', folder })
  await folders.look(definition, null)
  return {
    provider: folders.provider('tiny', definition),
    close: async () => {
      await closeEmbedder()
      temp.remove()
    },
  }
}

const kinds: readonly (readonly [string, () => Promise<Opened>])[] = [
  ['the built-in model', openLocal],
  ['a server', openServer],
  ['a folder with a WordPiece tokenizer', openFolder('wordpiece')],
  ['a folder with a byte-pair tokenizer', openFolder('bpe')],
  ['a folder with a unigram tokenizer', openFolder('unigram')],
]

describe.each(kinds)('%s as a provider', (_, open) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened.close()
  })

  const long = 'The harbor master writes down every ship that comes in. '.repeat(120)

  it('tells a space that names its model and dimensions', () => {
    const { model, dimensions, name } = opened.provider
    expect(model.length).toBeGreaterThan(3)
    expect(dimensions).toBeGreaterThan(0)
    expect(name).not.toBe('')
  })

  it('gives each text its windows, in order, without overlap, and one vector of length 1 for each', async () => {
    const texts = ['A calm harbor.', ' \n ', long, 'Fähre nach Süden 🚢 um neun']
    const { windows, vectors, dimensions, model } = await opened.provider.embedPassages(texts)
    expect(model).toBe(opened.provider.model)
    expect(dimensions).toBe(opened.provider.dimensions)
    expect(vectors).toHaveLength(windows.length * dimensions)
    expect(new Set(windows.map(({ text }) => text))).toEqual(new Set([0, 2, 3]))
    texts.forEach((text, index) => {
      let at = 0
      for (const { start, end, tokens } of windows.filter((window) => window.text === index)) {
        expect(text.slice(at, start).trim()).toBe('')
        expect(end).toBeGreaterThan(start)
        expect(tokens).toBeGreaterThan(0)
        at = end
      }
      expect(text.slice(at).trim()).toBe('')
    })
    for (let row = 0; row < windows.length; row += 1) {
      const vector = decodeFloat16(vectors.slice(row * dimensions, (row + 1) * dimensions))
      expect(Math.hypot(...vector)).toBeCloseTo(1, 2)
    }
  })

  it('gives nothing for nothing', async () => {
    const { windows, vectors } = await opened.provider.embedPassages([])
    expect(windows).toEqual([])
    expect(vectors).toHaveLength(0)
  })

  it('puts a query near a passage of the same words, and farther from others', async () => {
    const { windows, vectors, dimensions } = await opened.provider.embedPassages([
      'The ferry leaves at nine.',
      'Tomatoes want water every morning.',
    ])
    const { vector, known } = await opened.provider.embedQuery('The ferry leaves at ten')
    expect(known).toBeGreaterThan(0.5)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 3)
    const nearness = windows.map((_window, row) => {
      const passage = decodeFloat16(vectors.slice(row * dimensions, (row + 1) * dimensions))
      return passage.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0)
    })
    expect(nearness[0]).toBeGreaterThan(nearness[1] ?? 1)
  })

  it('refuses an empty query, and stops when it is told to before it began', async () => {
    await expect(opened.provider.embedQuery('  \n ')).rejects.toMatchObject({ code: 'SEARCH_QUERY_EMPTY' })
    await expect(opened.provider.embedPassages(['text'], AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})

it('the card of the built-in model is what its provider tells', () => {
  expect(readModelCard(modelDir).dimensions).toBe(512)
})
