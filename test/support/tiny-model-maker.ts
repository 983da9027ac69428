// Owns making tiny models for tests whose runner cannot load what makes them: `vite-node tiny-model-maker.ts FOLDER OPTIONS…`, in pairs.
import { makeTinyModel, type TinyModel } from './tiny-model'

const [, , ...words] = process.argv
for (let at = 0; at + 1 < words.length; at += 2)
  makeTinyModel(words[at] ?? '', JSON.parse(words[at + 1] ?? '{}') as TinyModel)
