// Owns embedding texts with the product's embedder and nothing else, on one thread: what the model costs by itself.
// Arguments: the bundled embedder, the model folder, a JSON file of texts. Prints JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [embedderFile, modelDir, textsFile] = process.argv.slice(2)
const { createEmbedder } = createRequire(import.meta.url)(embedderFile)

/** Texts of one call; sorted by length, as the product does, so that little is padded. */
const TEXTS_PER_CALL = 64

const texts = JSON.parse(readFileSync(textsFile, 'utf8')).sort((left, right) => left.length - right.length)
const embedder = await createEmbedder({ modelDir })
let windows = 0
let tokens = 0
for (let from = 0; from < texts.length; from += TEXTS_PER_CALL) {
  const answer = await embedder.embedPassages(texts.slice(from, from + TEXTS_PER_CALL))
  windows += answer.windows.length
  tokens += answer.windows.reduce((sum, window) => sum + window.tokens, 0)
}
await embedder.close()
process.stdout.write(JSON.stringify({ texts: texts.length, windows, tokens }))
