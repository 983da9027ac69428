// Owns the graph of the Universal Sentence Encoder lite (English): a two-layer pre-norm transformer, the mean over its tokens,
// a tanh layer and L2 normalization, written as ONNX from the TF.js weights. Sources: the node list of the source graph, and Cer et
// al., "Universal Sentence Encoder" (2018).
// Inputs: `ids` int32 [batch, length], `lengths` int32 [batch] (tokens of each row, at least 1). Output: `embedding` float32 [batch, 512].
import { ElementType, GraphBuilder, real } from './graph-builder.mjs'
import { quantizeColumns, quantizeRows } from './quantization.mjs'

export const DIMENSIONS = 512
/** The source graph cuts every text here; more tokens than this are never read. */
export const MAX_TOKENS = 128

const EMBEDDING_DIMENSIONS = 256
const VOCABULARY_ROWS = 8002
const FEED_FORWARD_DIMENSIONS = 1536
const HEADS = 4
const LAYER_NORM_EPSILON = 1e-6
const MASKED = -1e9

// The source stores folded constants under one scope and the variables under another.
const SCOPE = 'module_apply_default/Encoder_en/KonaTransformer/Encode/'
const VARIABLES = 'module/Encoder_en/KonaTransformer/Encode/'

/**
 * Assembles the encoder.
 * @param {(name: string) => Float32Array} weight
 * @param {{ quantized: boolean }} options int8 weights with activations quantized for each batch at run time, or all float32
 * @returns {Buffer} the ONNX file
 */
export function assembleEncoder(weight, { quantized }) {
  const graph = new GraphBuilder()
  const shared = addShared(graph, weight)
  const layers = { graph, weight, shared, linear: quantized ? quantizedLinear(graph) : floatLinear(graph) }

  const embedded = quantized ? quantizedEmbedding(graph, weight) : floatEmbedding(graph, weight)
  const input = graph.add('Add', [embedded, shared.timing])
  const first = addLayer(layers, 0, input, EMBEDDING_DIMENSIONS)
  const second = addLayer(layers, 1, first, DIMENSIONS)
  addPooling(graph, weight, shared, second)

  return graph.encode({
    name: 'universal-sentence-encoder-lite-en',
    producer: 'sluice',
    inputs: [
      { name: 'ids', elementType: ElementType.INT32, dims: ['batch', 'length'] },
      { name: 'lengths', elementType: ElementType.INT32, dims: ['batch'] },
    ],
    outputs: [{ name: 'embedding', elementType: ElementType.FLOAT, dims: ['batch', DIMENSIONS] }],
  })
}

/** Constants, the timing signal cut to the length of the batch, and the mask of real tokens. */
function addShared(graph, weight) {
  for (const [name, values] of Object.entries({ zero: [0], one: [1], last: [-1], middle: [1, 2] })) {
    graph.integers(name, values)
  }
  graph.floats('one_real', Float32Array.of(1), [])
  graph.floats('masked', Float32Array.of(MASKED), [])
  graph.floats('timing_table', computeTiming(weight), [MAX_TOKENS, EMBEDDING_DIMENSIONS])
  graph.floats(
    'position_table',
    Float32Array.from({ length: MAX_TOKENS }, (_, i) => i),
    [MAX_TOKENS],
  )

  const length = graph.add('Gather', [graph.add('Shape', ['ids']), 'one'], { attributes: { axis: 0 } })
  const timing = graph.add('Slice', ['timing_table', 'zero', length, 'zero'])
  const positions = graph.add('Slice', ['position_table', 'zero', length, 'zero'])
  const lengthColumn = graph.add('Unsqueeze', [toFloat(graph, 'lengths'), 'one'])
  const mask = toFloat(graph, graph.add('Less', [positions, lengthColumn]))
  const hidden = graph.add('Mul', [graph.add('Sub', ['one_real', mask]), 'masked'])
  return { timing, lengthColumn, mask, attentionBias: graph.add('Unsqueeze', [hidden, 'middle']) }
}

const toFloat = (graph, value) => graph.add('Cast', [value], { attributes: { to: ElementType.FLOAT } })

/** Sine and cosine of position × inverse timescale, as the source graph computes them at run time. */
function computeTiming(weight) {
  const inverseTimescales = weight(`${SCOPE}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`)
  const half = EMBEDDING_DIMENSIONS / 2
  const table = new Float32Array(MAX_TOKENS * EMBEDDING_DIMENSIONS)
  for (let position = 0; position < MAX_TOKENS; position++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * inverseTimescales[i])
      table[position * EMBEDDING_DIMENSIONS + i] = Math.sin(angle)
      table[position * EMBEDDING_DIMENSIONS + half + i] = Math.cos(angle)
    }
  }
  return table
}

/** The source adds the embedding to itself plus the timing signal: embedding + (embedding + timing). The doubling is folded in. */
const doubledEmbedding = (weight) => weight('module/Embeddings_en').map((value) => 2 * value)
const EMBEDDING_SHAPE = [VOCABULARY_ROWS, EMBEDDING_DIMENSIONS]

function floatEmbedding(graph, weight) {
  graph.floats('embedding_table', doubledEmbedding(weight), EMBEDDING_SHAPE)
  return graph.add('Gather', ['embedding_table', 'ids'], { attributes: { axis: 0 } })
}

function quantizedEmbedding(graph, weight) {
  const { integers, scales } = quantizeRows(doubledEmbedding(weight), EMBEDDING_SHAPE)
  graph.bytes('embedding_integers', integers, EMBEDDING_SHAPE)
  graph.floats('embedding_scales', scales, [VOCABULARY_ROWS, 1])
  const rows = graph.add('Gather', ['embedding_integers', 'ids'], { attributes: { axis: 0 } })
  const rowScales = graph.add('Gather', ['embedding_scales', 'ids'], { attributes: { axis: 0 } })
  return graph.add('Mul', [toFloat(graph, rows), rowScales])
}

const floatLinear = (graph) => (name, input, kernel, shape, bias) => {
  graph.floats(`${name}_kernel`, kernel, shape)
  graph.floats(`${name}_bias`, bias, [shape[1]])
  return graph.add('Add', [graph.add('MatMul', [input, `${name}_kernel`]), `${name}_bias`])
}

const quantizedLinear = (graph) => (name, input, kernel, shape, bias) => {
  const { integers, scales } = quantizeColumns(kernel, shape)
  graph.bytes(`${name}_integers`, integers, shape)
  graph.floats(`${name}_scales`, scales, [shape[1]])
  graph.floats(`${name}_bias`, bias, [shape[1]])
  const inputs = [input, `${name}_integers`, `${name}_scales`, '', `${name}_bias`]
  return graph.add('DynamicQuantizeMatMul', inputs, { domain: 'com.microsoft' })
}

/** x + attention(norm(x)), then + feed-forward(norm(…)); in layer 0 a dense layer widens the residual from 256 to 512. */
function addLayer(layers, index, input, width) {
  const { graph, weight, linear } = layers
  const layer = `${SCOPE}Layer_${index}/TransformerLayer/`
  const dense = `${layer}dense/`
  const residual =
    width === DIMENSIONS
      ? input
      : linear(
          `widen_${index}`,
          input,
          partitioned(weight, dense, 'kernel'),
          [width, DIMENSIONS],
          partitioned(weight, dense, 'bias'),
        )
  const normed = addLayerNorm(
    layers,
    `attention_norm_${index}`,
    `${layer}layer_prepostprocess/layer_norm/`,
    input,
    width,
  )
  const attended = graph.add('Add', [addAttention(layers, index, normed, width), residual])
  return graph.add('Add', [addFeedForward(layers, index, attended), attended])
}

/** A variable that the source had cut into partitions and joined again. */
const partitioned = (weight, scope, name) => weight(`${scope}${name}/ConcatPartitions/concat`)

function addLayerNorm({ graph, weight }, name, scope, input, width) {
  graph.floats(`${name}_scale`, partitioned(weight, scope, 'layer_norm_scale'), [width])
  graph.floats(`${name}_offset`, partitioned(weight, scope, 'layer_norm_bias'), [width])
  const attributes = { axis: -1, epsilon: real(LAYER_NORM_EPSILON) }
  return graph.add('LayerNormalization', [input, `${name}_scale`, `${name}_offset`], { attributes })
}

function addAttention({ graph, weight, shared, linear }, index, input, width) {
  const folded = `${SCOPE}Layer_${index}/TransformerLayer/MultiheadAttention/`
  const variables = `${VARIABLES}Layer_${index}/TransformerLayer/MultiheadAttention/`
  const stack = `${SCOPE}TransformerStack/Layer_${index}/TransformerLayer/MultiheadAttention/`
  const kernel = weight(`${variables}qkv_transform_single/kernel/part_0`)
  const bias = partitioned(weight, `${folded}qkv_transform_single/`, 'bias')
  const projected = linear(`qkv_${index}`, input, kernel, [width, 3 * width], bias)

  graph.integers(`thirds_${index}`, [width, width, width])
  graph.integers(`to_heads_${index}`, [0, 0, HEADS, width / HEADS])
  graph.integers(`from_heads_${index}`, [0, 0, width])
  graph.floats(`query_scale_${index}`, weight(`${stack}mul/y`), [])
  const thirds = graph.add('Split', [projected, `thirds_${index}`], { attributes: { axis: 2 }, outputs: 3 })
  const [query, key, value] = thirds.map((third) => graph.add('Reshape', [third, `to_heads_${index}`]))
  const permute = (tensor, perm) => graph.add('Transpose', [tensor], { attributes: { perm } })

  const scaled = graph.add('Mul', [permute(query, [0, 2, 1, 3]), `query_scale_${index}`])
  const scores = graph.add('MatMul', [scaled, permute(key, [0, 2, 3, 1])])
  const biased = graph.add('Add', [scores, shared.attentionBias])
  const shares = graph.add('Softmax', [biased], { attributes: { axis: -1 } })
  const mixed = permute(graph.add('MatMul', [shares, permute(value, [0, 2, 1, 3])]), [0, 2, 1, 3])
  const joined = graph.add('Reshape', [mixed, `from_heads_${index}`])

  const outputKernel = weight(`${variables}output_transform_single/kernel/part_0`)
  const outputBias = partitioned(weight, `${folded}output_transform_single/`, 'bias')
  return linear(`attention_output_${index}`, joined, outputKernel, [width, DIMENSIONS], outputBias)
}

function addFeedForward(layers, index, input) {
  const { graph, weight, linear } = layers
  const folded = `${SCOPE}Layer_${index}/TransformerLayer/FFN/`
  const stack = `${SCOPE}TransformerStack/Layer_${index}/TransformerLayer/FFN/`
  const kernel = (name) => weight(`${stack}${name}/Tensordot/Reshape_1`)
  const normed = addLayerNorm(
    layers,
    `feed_forward_norm_${index}`,
    `${folded}layer_prepostprocess/layer_norm/`,
    input,
    DIMENSIONS,
  )
  const wide = [DIMENSIONS, FEED_FORWARD_DIMENSIONS]
  const widened = linear(
    `expand_${index}`,
    normed,
    kernel('conv1'),
    wide,
    partitioned(weight, `${folded}conv1/`, 'bias'),
  )
  const narrow = [FEED_FORWARD_DIMENSIONS, DIMENSIONS]
  const active = graph.add('Relu', [widened])
  return linear(`contract_${index}`, active, kernel('conv2'), narrow, partitioned(weight, `${folded}conv2/`, 'bias'))
}

/** Mean over the real tokens, tanh layer (always float32: it is small and last), L2 normalization. */
function addPooling(graph, weight, { mask, lengthColumn }, encoded) {
  const tanh = 'module/Encoder_en/hidden_layers/tanh_layer_0/'
  graph.floats('smallest_norm', Float32Array.of(1e-12), [])
  const masked = graph.add('Mul', [encoded, graph.add('Unsqueeze', [mask, 'last'])])
  const sum = graph.add('ReduceSum', [masked, 'one'], { attributes: { keepdims: 0 } })
  const mean = graph.add('Div', [sum, graph.add('Max', [lengthColumn, 'one_real'])])
  const shape = [DIMENSIONS, DIMENSIONS]
  const hidden = floatLinear(graph)('pooled', mean, weight(`${tanh}weights`), shape, weight(`${tanh}bias`))
  const active = graph.add('Tanh', [hidden])
  const square = graph.add('ReduceSum', [graph.add('Mul', [active, active]), 'last'], { attributes: { keepdims: 1 } })
  const norm = graph.add('Sqrt', [graph.add('Max', [square, 'smallest_norm'])])
  graph.add('Div', [active, norm], { outputName: 'embedding' })
}
