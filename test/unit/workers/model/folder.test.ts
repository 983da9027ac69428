// What a folder of a sentence-transformer may be, what of it is used, and by which code everything else is refused.
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeFloat16 } from '../../../../src/shared/float16'
import { GiB, MiB } from '../../../../src/shared/limit-row'
import type { FolderCard, FolderChoice } from '../../../../src/shared/model-folders'
import { closeEmbedder, runEmbed, runEmbedQuery, runInspectModel } from '../../../../src/workers/model/tasks'
import { makeTempDir } from '../../../support/engine'
import { makeTinyModel, type TinyModel } from '../../../support/tiny-model'

let temp: ReturnType<typeof makeTempDir>
let folder: string

const context = { say: async () => undefined, beat: () => undefined, signal: new AbortController().signal }
const asTold: FolderChoice = {
  modelFile: null,
  pooling: null,
  maxTokens: null,
  queryPrefix: null,
  documentPrefix: null,
}

const look = (choice: Partial<FolderChoice> = {}, more: { known?: FolderCard; memoryBytes?: number } = {}) =>
  runInspectModel(
    {
      folder,
      choice: { ...asTold, ...choice },
      known: more.known ?? null,
      threads: 1,
      memoryBytes: more.memoryBytes ?? GiB,
    },
    context,
  )

const embed = async (card: FolderCard, texts: string[]) => {
  const { windows, vectors, dimensions } = await runEmbed(
    { texts, modelDir: folder, folder: { folder, card } },
    context,
  )
  return windows.map((window, row) => ({
    ...window,
    vector: decodeFloat16(vectors.slice(row * dimensions, (row + 1) * dimensions)),
  }))
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

/** The code, and the reason in words, of what a look ends with. */
const refusal = async (looking: Promise<unknown>): Promise<{ code: string; message: string }> => {
  const thrown: unknown = await looking.then(
    () => null,
    (error: unknown) => error,
  )
  const { code, message } = thrown as { code: string; message: string }
  return { code, message }
}

const make = (model: TinyModel = {}): string => makeTinyModel(folder, model)

type Told = { readonly model: { readonly vocab: Readonly<Record<string, unknown>> } }

const changeTokenizer = (change: (told: Told) => object): void => {
  const file = join(make(), 'tokenizer.json')
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Told)))
}

beforeEach(() => {
  temp = makeTempDir('folder')
  folder = join(temp.path, 'model')
})
afterEach(async () => {
  await closeEmbedder()
  temp.remove()
})

describe('what a folder says of its model', () => {
  it('is used, and what a person says goes before it', async () => {
    make({ prompts: { query: 'query: ', passage: 'passage: ' }, maxTokens: 24 })
    const told = await look()
    expect(told).toMatchObject({
      dimensions: 16,
      maxTokens: 24,
      modelFile: 'onnx/model.onnx',
      output: 'last_hidden_state',
      pooling: 'mean',
      queryPrefix: 'query: ',
      documentPrefix: 'passage: ',
      padId: 0,
    })
    expect(told.id).toMatch(/^onnx:tiny@16\+[0-9a-f]{12}$/)
    const said = await look({ pooling: 'cls', queryPrefix: '', documentPrefix: '', maxTokens: 16 })
    expect(said).toMatchObject({ pooling: 'cls', queryPrefix: '', documentPrefix: '', maxTokens: 16 })
    expect(said.id).not.toBe(told.id)
  })

  it('decides about the vector: each pooling gives another one, and padding has no part in any', async () => {
    make()
    const texts = ['the ferry leaves', 'tomatoes want water every morning in the harbor']
    const found = new Set<string>()
    for (const pooling of ['mean', 'cls', 'max', 'lasttoken', 'mean_sqrt_len'] as const) {
      const card = await look({ pooling })
      const [short] = await embed(card, texts)
      const [alone] = await embed(card, texts.slice(0, 1))
      expect(cosine(short?.vector ?? new Float32Array(), alone?.vector ?? new Float32Array())).toBeCloseTo(1, 2)
      found.add([...(short?.vector ?? [])].map((value) => value.toFixed(2)).join())
    }
    // The sum by the root of a number points where the mean does; first and last are tokens that every text has.
    expect(found.size).toBe(4)
  })

  it('may leave the pooling to the graph, and keep its weights in a file beside it', async () => {
    make({
      output: 'sentence_embedding',
      external: 'model.onnx_data',
      pooling: null,
      modules: ['Transformer', 'Pooling', 'Dense'],
    })
    const card = await look()
    expect(card).toMatchObject({ output: 'sentence_embedding', pooling: null })
    expect(card.files.map(({ name }) => name)).toContain('onnx/model.onnx_data')
    const [window] = await embed(card, ['the ferry leaves'])
    expect(Math.hypot(...(window?.vector ?? []))).toBeCloseTo(1, 2)
  })

  it('puts the prefix before each window, which its own tokenizer keeps as long as the model reads', async () => {
    make({ maxTokens: 16 })
    const text = 'The ferry leaves the harbor at nine, and ten ships want water. '.repeat(10)
    const plain = await look({ queryPrefix: '', documentPrefix: '' })
    const prefixed = await look({ queryPrefix: 'query ', documentPrefix: 'passage the ' })
    const without = await embed(plain, [text])
    const windows = await embed(prefixed, [text])
    expect(windows.length).toBeGreaterThan(without.length)
    for (const { tokens } of windows) expect(tokens).toBeLessThanOrEqual(16 - 2)
    const [same] = await embed(plain, ['passage the ferry'])
    const [put] = await embed(prefixed, ['ferry'])
    expect(cosine(same?.vector ?? new Float32Array(), put?.vector ?? new Float32Array())).toBeCloseTo(1, 2)
    const model = { modelDir: folder, folder: { folder, card: prefixed } }
    const { vector } = await runEmbedQuery({ text: 'ferry', ...model }, context)
    expect(cosine(vector, put?.vector ?? new Float32Array())).toBeLessThan(0.999)
  })

  it('cuts what has no spaces, and a word that is longer than a window', async () => {
    make({ tokenizer: 'bpe', maxTokens: 16 })
    const card = await look()
    for (const text of ['港口的渡船每天早上九点离开码头', 'x'.repeat(300), 'กรุงเทพมหานคร'.repeat(5), '🚢'.repeat(40)]) {
      const windows = await embed(card, [text])
      expect(windows.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    }
  })
})

describe('a folder that was looked at', () => {
  it('is the same while its files are, and another model when they are others', async () => {
    make()
    const card = await look()
    expect(await look({}, { known: card })).toBe(card)
    utimesSync(join(folder, 'config.json'), new Date(), new Date(1_700_000_000_000))
    const touched = await look({}, { known: card })
    expect(touched.id).toBe(card.id)
    make({ seed: 2 })
    await expect(embed(card, ['ferry'])).rejects.toMatchObject({ code: 'MODEL_FOLDER_CHANGED' })
    const swapped = await look({}, { known: card })
    expect(swapped.id).not.toBe(card.id)
  })

  it('stays loaded beside another one, as long as there is memory for both', async () => {
    make()
    const one = { folder, card: await look() }
    const other = { folder: `${folder}-other`, card: one.card }
    makeTinyModel(other.folder, { seed: 2 })
    folder = other.folder
    other.card = await look()
    const loads = vi.spyOn(InferenceSession, 'create')
    const alternate = async (memoryBytes: number): Promise<number> => {
      await closeEmbedder()
      const before = loads.mock.calls.length
      for (const model of [one, other, one, other])
        await runEmbedQuery({ text: 'ferry', modelDir: folder, folder: { ...model, memoryBytes } }, context)
      return loads.mock.calls.length - before
    }
    expect([await alternate(GiB), await alternate(256 * MiB)]).toEqual([2, 4])
    loads.mockRestore()
  })

  it('may be moved to another place', async () => {
    make()
    const { id } = await look()
    renameSync(folder, `${folder}-elsewhere`)
    folder = `${folder}-elsewhere`
    expect((await look()).id).toBe(id)
  })
})

describe('a folder is refused', () => {
  const cases: readonly (readonly [string, string, RegExp, () => void])[] = [
    ['that is not there', 'MODEL_FOLDER_MISSING', /not there/, () => undefined],
    ['that is a file', 'MODEL_FOLDER_MISSING', /no folder/, () => writeFileSync(folder, '')],
    ['without a tokenizer', 'MODEL_FOLDER_INCOMPLETE', /tokenizer\.json/, () => rmSync(join(make(), 'tokenizer.json'))],
    [
      'without a model',
      'MODEL_FOLDER_INCOMPLETE',
      /onnx\/model\.onnx/,
      () => rmSync(join(make(), 'onnx'), { recursive: true }),
    ],
    [
      'without its weights',
      'MODEL_FOLDER_INCOMPLETE',
      /weights/,
      () => rmSync(join(make({ external: 'weights' }), 'onnx', 'weights')),
    ],
    [
      'with a damaged description',
      'MODEL_FOLDER_DAMAGED',
      /config\.json/,
      () => writeFileSync(join(make(), 'config.json'), '{"hidden'),
    ],
    [
      'with a tokenizer of no kind',
      'MODEL_FOLDER_DAMAGED',
      /tokenizer/,
      () => writeFileSync(join(make(), 'tokenizer.json'), '{"model":{"type":"?"}}'),
    ],
    [
      'with a model that is cut off',
      'MODEL_FOLDER_DAMAGED',
      /ONNX|library/,
      () => truncateSync(join(make(), 'onnx', 'model.onnx'), 900),
    ],
    [
      'with a model that is text',
      'MODEL_FOLDER_DAMAGED',
      /ONNX|library/,
      () => writeFileSync(join(make(), 'onnx', 'model.onnx'), 'version https://git-lfs'),
    ],
    [
      'whose tokenizer has lost its words',
      'MODEL_FOLDER_DAMAGED',
      /does not tell one text from another/,
      () => changeTokenizer((tokenizer) => ({ ...tokenizer, model: { ...tokenizer.model, vocab: {} } })),
    ],
    [
      'whose words have no numbers',
      'MODEL_FOLDER_DAMAGED',
      /does not tell one text from another/,
      () =>
        changeTokenizer(({ model, ...others }) => ({
          ...others,
          model: { ...model, vocab: Object.fromEntries(Object.keys(model.vocab).map((word) => [word, 'x'])) },
        })),
    ],
    [
      'whose tokenizer leaves nothing of a text',
      'MODEL_FOLDER_DAMAGED',
      /does not tell one text from another/,
      () =>
        changeTokenizer((tokenizer) => ({
          ...tokenizer,
          normalizer: { type: 'Replace', pattern: { Regex: '.*' }, content: '' },
        })),
    ],
    [
      'that fills up with a token of a negative number',
      'MODEL_FOLDER_DAMAGED',
      /pad_id/,
      () => changeTokenizer((tokenizer) => ({ ...tokenizer, padding: { pad_id: -1 } })),
    ],
    ['whose weights are elsewhere', 'MODEL_UNSUPPORTED', /outside/, () => make({ external: '../../weights' })],
    [
      'that joins poolings',
      'MODEL_UNSUPPORTED',
      /several poolings/,
      () => make({ pooling: { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true } }),
    ],
    [
      'with an unknown pooling',
      'MODEL_UNSUPPORTED',
      /weightedmean/,
      () => make({ pooling: { pooling_mode_weightedmean_tokens: true } }),
    ],
    [
      'that does not say its pooling',
      'MODEL_UNSUPPORTED',
      /mean, cls, max, lasttoken.*the field "pooling"/,
      () => make({ pooling: null }),
    ],
    [
      'whose model is followed by another',
      'MODEL_UNSUPPORTED',
      /Dense/,
      () => make({ modules: ['Transformer', 'Pooling', 'Dense'] }),
    ],
    [
      'whose model wants pictures',
      'MODEL_UNSUPPORTED',
      /pixel_values/,
      () => make({ inputs: ['input_ids', 'attention_mask', 'pixel_values'] }),
    ],
    ['whose model gives something else', 'MODEL_UNSUPPORTED', /logits/, () => make({ output: 'logits' })],
    ['whose vectors are not numbers', 'MODEL_UNSUPPORTED', /not numbers/, () => make({ output: 'nan' })],
  ]

  it.each(cases)('%s: %s', async (_, code, reason, prepare) => {
    prepare()
    const refused = await refusal(look())
    expect(refused.code).toBe(code)
    expect(refused.message).toMatch(reason)
  })

  it('whose vectors have another size than it says', async () => {
    make()
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', hidden_size: 17 }))
    expect(await refusal(look())).toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/×16, not .*×17/) as string,
    })
  })

  it('that is too large by its model alone, before any of it is read', async () => {
    const file = join(make(), 'onnx', 'model.onnx')
    // No ONNX file: read, it would be refused as that.
    truncateSync(file, 0)
    truncateSync(file, 400 * MiB)
    expect((await refusal(look())).code).toBe('MODEL_TOO_LARGE')
  })

  it('that is too large for what its process may take', async () => {
    make()
    const refused = await refusal(look({}, { memoryBytes: 200 * MiB }))
    expect(refused.code).toBe('MODEL_TOO_LARGE')
    expect(refused.message).toContain('model.memoryBytes')
  })

  it.skipIf(process.platform === 'win32')(
    'that leads out of itself, unless by the links of a store of models',
    async () => {
      const secret = join(temp.path, 'secret.json')
      make()
      renameSync(join(folder, 'tokenizer.json'), secret)
      symlinkSync(secret, join(folder, 'tokenizer.json'))
      expect(await refusal(look())).toMatchObject({ code: 'MODEL_UNSUPPORTED' })
      expect(await refusal(look({ modelFile: '../../etc/passwd' }))).toMatchObject({ code: 'MODEL_UNSUPPORTED' })
      const store = join(temp.path, 'models--tests--tiny')
      mkdirSync(join(store, 'snapshots'), { recursive: true })
      mkdirSync(join(store, 'blobs'))
      renameSync(secret, join(store, 'blobs', 'abc'))
      renameSync(folder, join(store, 'snapshots', 'main'))
      folder = join(store, 'snapshots', 'main')
      rmSync(join(folder, 'tokenizer.json'))
      symlinkSync('../../blobs/abc', join(folder, 'tokenizer.json'))
      expect((await look()).dimensions).toBe(16)
    },
  )
})
