/**
 * Owns loading the model of a folder as its card says, for embedding.
 * Refuses: a folder whose files are others than those that the card was made from.
 */
import { AppError, toAppError } from '../../../shared/errors'
import type { FolderModel } from '../../../shared/work'
import { assembleEmbedder, type Embedder } from '../embedder'
import { isUnchanged, openFolder } from './folder-files'
import { createFolderSession, openRawSession } from './folder-session'
import { loadTokenizers } from './folder-tokenizer'

/**
 * @throws MODEL_FOLDER_CHANGED when it has to be looked at again; MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED
 */
export const createFolderEmbedder = async (
  { folder, card, threads = 1 }: FolderModel,
  beat: () => void,
): Promise<Embedder> => {
  const files = await openFolder(folder)
  const refuseChanged = async (): Promise<void> => {
    if (!(await isUnchanged(files, card.files))) throw new AppError('MODEL_FOLDER_CHANGED', { path: folder })
  }
  await refuseChanged()
  const tokenizers = await loadTokenizers(files, card.lowerCase, card.padId)
  beat()
  const raw = await openRawSession({ folder, file: await files.require(card.modelFile), threads })
  beat()
  const session = createFolderSession(raw, card, tokenizers, card.dimensions)
  try {
    // Also after: what was replaced while it was read may be anything.
    await refuseChanged()
  } catch (thrown) {
    await session.close()
    throw thrown
  }
  const { before, after } = tokenizers
  const embedder = assembleEmbedder({
    id: card.id,
    dimensions: card.dimensions,
    maxTokens: card.maxTokens - before.length - after.length,
    passages: tokenizers.withPrefix(card.documentPrefix),
    queries: tokenizers.withPrefix(card.queryPrefix),
    session,
  })
  return {
    ...embedder,
    check: async () => {
      try {
        await refuseChanged()
      } catch (thrown) {
        // What is loaded goes on although its disk is gone; what is another one now does not.
        if (toAppError(thrown).code === 'MODEL_FOLDER_CHANGED') throw thrown
      }
    },
  }
}
