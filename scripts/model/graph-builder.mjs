// Owns writing an ONNX graph: nodes, constants, inputs and outputs, with names counted up so that equal calls give equal bytes.
// Refuses to know any model: what is computed stands in sentence-encoder.mjs.
import { createRequire } from 'node:module'

const IR_VERSION = 8
const OPSETS = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
]

/** Element types of the ONNX TensorProto. */
export const ElementType = { FLOAT: 1, INT8: 3, INT32: 6, INT64: 7 }

/** A real-valued attribute; a plain JavaScript number is written as an integer. */
export const real = (value) => ({ real: value })

export class GraphBuilder {
  #nodes = []
  #constants = new Map()

  /**
   * Adds a node and returns the name of its output, or the list of names when `outputs` is more than one.
   * @param {string} opType @param {string[]} inputs
   * @param {{ attributes?: Record<string, unknown>, outputs?: number, domain?: string, outputName?: string }} [options]
   */
  add(opType, inputs, { attributes = {}, outputs = 1, domain = '', outputName } = {}) {
    const name = `${opType}_${this.#nodes.length}`
    const output = outputName ? [outputName] : Array.from({ length: outputs }, (_, i) => `${name}:${i}`)
    const attribute = Object.entries(attributes).map(([key, value]) => ({ key, value }))
    this.#nodes.push({ opType, input: inputs, output, name, domain, attribute })
    return outputs === 1 ? output[0] : output
  }

  /** Adds a float32 constant. @param {string} name @param {Float32Array} values @param {number[]} dims @returns {string} */
  floats(name, values, dims) {
    return this.#constant(name, ElementType.FLOAT, values, dims)
  }

  /** Adds an int8 constant. */
  bytes(name, values, dims) {
    return this.#constant(name, ElementType.INT8, values, dims)
  }

  /** Adds a one-dimensional int64 constant. @param {string} name @param {number[]} values @returns {string} */
  integers(name, values) {
    return this.#constant(name, ElementType.INT64, BigInt64Array.from(values, BigInt), [values.length])
  }

  #constant(name, dataType, values, dims) {
    if (this.#constants.has(name)) throw new Error(`The graph has two constants named ${name}.`)
    const elements = dims.reduce((product, size) => product * size, 1)
    if (elements !== values.length) throw new Error(`Constant ${name} has ${values.length} values for [${dims}].`)
    const rawData = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    this.#constants.set(name, { name, dataType, dims, rawData })
    return name
  }

  /** Serializes the graph. `inputs` and `outputs` are { name, elementType, dims }, a text dimension being a free one. */
  encode({ name, producer, inputs, outputs }) {
    const { onnx } = createRequire(import.meta.url)('onnx-proto')
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      opsetImport: OPSETS,
      producerName: producer,
      graph: {
        name,
        node: this.#nodes.map((node) => ({ ...node, attribute: node.attribute.map((a) => encodeAttribute(onnx, a)) })),
        initializer: [...this.#constants.values()],
        input: inputs.map(encodeValueInfo),
        output: outputs.map(encodeValueInfo),
      },
    })
    return Buffer.from(onnx.ModelProto.encode(model).finish())
  }
}

function encodeAttribute(onnx, { key, value }) {
  const types = onnx.AttributeProto.AttributeType
  if (typeof value === 'number') return { name: key, type: types.INT, i: value }
  if (Array.isArray(value)) return { name: key, type: types.INTS, ints: value }
  return { name: key, type: types.FLOAT, f: value.real }
}

function encodeValueInfo({ name, elementType, dims }) {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
  return { name, type: { tensorType: { elemType: elementType, shape: { dim } } } }
}
