// Owns tiny sentence-transformer folders for tests: a graph that looks each token up in a table of vectors, and tokenizers of the three kinds.
// Alike texts have alike vectors, for their words do.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { onnx } from 'onnx-proto'
import { ElementType, GraphBuilder } from '../../scripts/model/graph-builder.mjs'

const DIMENSIONS = 16
const WORDS =
  'the a of at in and ferry harbor leaves nine ten tomatoes want water every morning ship master boiler soup tax query passage'
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789']

export type TinyTokenizer = 'wordpiece' | 'bpe' | 'unigram'

export type TinyModel = {
  readonly tokenizer?: TinyTokenizer
  /** `sentence_embedding`: the graph pools by itself; `nan`: vectors that are not numbers. */
  readonly output?: 'last_hidden_state' | 'token_embeddings' | 'sentence_embedding' | 'logits' | 'nan'
  readonly inputs?: readonly string[]
  readonly dimensions?: number
  /** Another seed, other vectors. */
  readonly seed?: number
  readonly maxTokens?: number
  /** As of 1_Pooling/config.json; `null`: there is none. */
  readonly pooling?: Readonly<Record<string, unknown>> | null
  readonly prompts?: Readonly<Record<string, string>> | null
  readonly modules?: readonly string[]
  readonly modelFile?: string
  /** The vectors are in this file beside the model. */
  readonly external?: string
}

const special = (id: number, content: string) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
})
const frame = (first: string, last: string, ids: readonly [number, number]) => ({
  type: 'TemplateProcessing',
  single: [
    { SpecialToken: { id: first, type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: last, type_id: 0 } },
  ],
  pair: [],
  special_tokens: {
    [first]: { id: first, ids: [ids[0]], tokens: [first] },
    [last]: { id: last, ids: [ids[1]], tokens: [last] },
  },
})
const toVocabulary = (tokens: readonly string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]))

/** Bytes as the characters that byte-level BPE writes them with. */
const byteCharacters = (): string[] => {
  const plain = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(plain(byte) ? byte : next++))
}

const makeTokenizer: Record<TinyTokenizer, () => { size: number; json: Record<string, unknown> }> = {
  wordpiece: () => {
    const tokens = [
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      ...WORDS.split(' '),
      ...LETTERS,
      ...LETTERS.map((letter) => `##${letter}`),
      '.',
      ',',
    ]
    const vocab = toVocabulary([...new Set(tokens)])
    return {
      size: Object.keys(vocab).length,
      json: {
        added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => special(id, content)),
        normalizer: {
          type: 'BertNormalizer',
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        post_processor: frame('[CLS]', '[SEP]', [2, 3]),
        decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
        model: {
          type: 'WordPiece',
          unk_token: '[UNK]',
          continuing_subword_prefix: '##',
          max_input_chars_per_word: 100,
          vocab,
        },
      },
    }
  },
  bpe: () => {
    const merges = ['t h', 'Ġ t', 'Ġt he', 'h e', 'e r', 'r y', 'Ġ f', 'Ġf er', 'Ġfer ry']
    const tokens = ['<s>', '<pad>', '</s>', ...byteCharacters(), ...merges.map((merge) => merge.replace(' ', ''))]
    const vocab = toVocabulary([...new Set(tokens)])
    return {
      size: Object.keys(vocab).length,
      json: {
        added_tokens: ['<s>', '<pad>', '</s>'].map((content, id) => special(id, content)),
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: frame('<s>', '</s>', [0, 2]),
        decoder: { type: 'ByteLevel' },
        padding: { pad_id: 1 },
        model: {
          type: 'BPE',
          dropout: null,
          unk_token: null,
          fuse_unk: false,
          byte_fallback: false,
          ignore_merges: false,
          vocab,
          merges,
        },
      },
    }
  },
  unigram: () => {
    const pieces = [
      '<s>',
      '<pad>',
      '</s>',
      '<unk>',
      '▁',
      ...WORDS.split(' ').map((word) => `▁${word}`),
      ...LETTERS,
      '.',
      ',',
    ]
    const vocab = pieces.map((piece, id) => [piece, id < 4 ? 0 : piece.length > 2 ? -3 : -6])
    return {
      size: vocab.length,
      json: {
        added_tokens: ['<s>', '<pad>', '</s>', '<unk>'].map((content, id) => special(id, content)),
        normalizer: { type: 'Lowercase' },
        pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
        post_processor: frame('<s>', '</s>', [0, 2]),
        decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
        padding: { pad_id: 1 },
        model: { type: 'Unigram', unk_id: 3, vocab },
      },
    }
  },
}

/** Numbers that look like chance and are always the same. */
const makeTable = (rows: number, dimensions: number, seed: number): Float32Array => {
  let state = 0x9e3779b9 ^ (seed * 7919)
  return Float32Array.from({ length: rows * dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    state = (Math.imul(state ^ (state >>> 12), 0x297a2d39) + 0x6d2b79f5) | 0
    return (state >>> 8) / 0x800000 - 1
  })
}

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids']

const makeGraph = (tokens: number, model: TinyModel): Buffer => {
  const { output = 'last_hidden_state', inputs = INPUTS, dimensions = DIMENSIONS, seed = 1 } = model
  const graph = new GraphBuilder()
  const add = (...node: Parameters<typeof graph.add>): string => {
    const made = graph.add(...node)
    if (typeof made !== 'string') throw new Error('a node of several outputs')
    return made
  }
  const table = makeTable(tokens, dimensions, seed)
  // Token by token, a row of the table.
  const found = add('Gather', [graph.floats('table', table, [tokens, dimensions]), 'input_ids'], {
    attributes: { axis: 0 },
    ...(output === 'last_hidden_state' || output === 'token_embeddings' || output === 'logits'
      ? { outputName: output }
      : {}),
  })
  if (output === 'nan') {
    add('Div', [add('Sub', [found, found]), add('Sub', [found, found])], {
      outputName: 'last_hidden_state',
    })
  }
  if (output === 'sentence_embedding') {
    const mask = add('Cast', ['attention_mask'], { attributes: { to: ElementType.FLOAT } })
    const weights = add('Unsqueeze', [mask, graph.integers('last', [2])])
    const total = add('ReduceSum', [add('Mul', [found, weights]), graph.integers('tokens', [1])], {
      attributes: { keepdims: 0 },
    })
    add('Identity', [total], { outputName: output })
  }
  const name = output === 'nan' ? 'last_hidden_state' : output
  const dims = output === 'sentence_embedding' ? ['batch', dimensions] : ['batch', 'tokens', dimensions]
  const bytes: Uint8Array = graph.encode({
    name: 'tiny',
    producer: 'sluice-tests',
    inputs: inputs.map((input) => ({ name: input, elementType: ElementType.INT64, dims: ['batch', 'tokens'] })),
    outputs: [{ name, elementType: ElementType.FLOAT, dims }],
  })
  return Buffer.from(bytes)
}

/** The same graph with its table in a file beside it, which this names. */
const moveTable = (bytes: Buffer, location: string): { graph: Buffer; table: Buffer } => {
  const model = onnx.ModelProto.decode(bytes)
  const tensor = model.graph?.initializer?.find(({ name }) => name === 'table')
  if (!tensor?.rawData) throw new Error('the graph has no table')
  const table = Buffer.from(tensor.rawData)
  tensor.rawData = new Uint8Array(0)
  tensor.externalData = [
    { key: 'location', value: location },
    { key: 'offset', value: '0' },
    { key: 'length', value: String(table.length) },
  ]
  tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL
  return { graph: Buffer.from(onnx.ModelProto.encode(model).finish()), table }
}

const MEAN = { word_embedding_dimension: DIMENSIONS, pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }

/** Writes a folder, or over one; gives its path. */
export const makeTinyModel = (folder: string, model: TinyModel = {}): string => {
  const {
    tokenizer = 'wordpiece',
    maxTokens = 32,
    pooling = MEAN,
    prompts = null,
    modelFile = 'onnx/model.onnx',
  } = model
  const modules = model.modules ?? ['Transformer', 'Pooling', 'Normalize']
  const { size, json } = makeTokenizer[tokenizer]()
  const write = (name: string, content: unknown): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
  write('config.json', {
    _name_or_path: 'tests/tiny',
    model_type: 'bert',
    hidden_size: model.dimensions ?? DIMENSIONS,
    max_position_embeddings: 512,
    pad_token_id: 0,
  })
  write('tokenizer.json', json)
  write('tokenizer_config.json', { model_max_length: 512 })
  write('sentence_bert_config.json', { max_seq_length: maxTokens, do_lower_case: false })
  write(
    'modules.json',
    modules.map((kind, idx) => ({
      idx,
      name: String(idx),
      path: kind === 'Transformer' ? '' : `${idx}_${kind}`,
      type: `sentence_transformers.models.${kind}`,
    })),
  )
  if (pooling) write('1_Pooling/config.json', pooling)
  if (prompts) write('config_sentence_transformers.json', { prompts, default_prompt_name: null })
  const graph = makeGraph(size, model)
  if (model.external === undefined) write(modelFile, graph)
  else {
    const moved = moveTable(graph, model.external)
    write(modelFile, moved.graph)
    writeFileSync(resolve(folder, dirname(modelFile), model.external), moved.table)
  }
  return folder
}
