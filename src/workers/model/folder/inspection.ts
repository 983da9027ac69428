/**
 * Owns the look at a folder: which model it is, whether it works here, how fast; told by a card that names its vector space.
 * Refuses: embedding documents.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { AppError } from '../../../shared/errors'
import type { FolderCard } from '../../../shared/model-folders'
import type { InspectModelParams } from '../../../shared/work'
import { BESIDE_BYTES, COPIES } from '../kept-models'
import { damaged, isUnchanged, openFolder, unsupported, type FolderFiles } from './folder-files'
import { findExternalData } from './external-data'
import { planFolder, type FolderPlan } from './folder-plan'
import { chooseOutput, createFolderSession, openRawSession } from './folder-session'
import { loadTokenizers, TOKENIZER_FILES, type FolderTokenizers } from './folder-tokenizer'

/** A model that reads less of a text beside what it adds itself is of no use. */
const LEAST_TOKENS = 8

/** Of the two texts that are tried; of different length, for batches are. */
const PROBES = ['The ferry leaves the harbor at nine.', 'Tomatoes want water.']
const SPEED_TEXT = 'The harbor master writes down every ship that comes in, and when it leaves again. '.repeat(12)
const SPEED_TEXTS = 4
const SPEED_MS = 100

export type InspectionRoom = {
  readonly beat: () => void
  /** Frees what else is loaded. */
  readonly makeRoom: () => Promise<void>
}

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined)

/** The largest ONNX file by itself; more is in files beside it. */
const MAX_ONNX_BYTES = 2 * 1024 * 1024 * 1024

const bytesOf = async (file: string): Promise<number> => (await stat(file)).size

/** @throws MODEL_TOO_LARGE */
const refuseTooLarge = async (files: FolderFiles, weights: readonly string[], memoryBytes: number): Promise<void> => {
  let sizeBytes = 0
  for (const name of weights) sizeBytes += await bytesOf(await files.require(name))
  const actual = COPIES * sizeBytes + BESIDE_BYTES
  if (actual <= memoryBytes) return
  throw new AppError('MODEL_TOO_LARGE', {
    path: files.folder,
    actual,
    limit: memoryBytes,
    setting: 'model.memoryBytes',
  })
}

/** The model and the files beside it that hold its weights, by their names within the folder. */
const listWeights = async (files: FolderFiles, modelFile: string, memoryBytes: number): Promise<string[]> => {
  const file = await files.require(modelFile)
  if ((await bytesOf(file)) >= MAX_ONNX_BYTES)
    throw damaged(files.folder, `"${modelFile}" is larger than an ONNX file can be`)
  // Before it is read: what is too large by itself would take the memory all the same.
  await refuseTooLarge(files, [modelFile], memoryBytes)
  let locations: string[]
  try {
    locations = findExternalData(await readFile(file))
  } catch (thrown) {
    if (thrown instanceof RangeError || codeOf(thrown) === 'ERR_OUT_OF_RANGE')
      throw damaged(files.folder, `"${modelFile}" is no ONNX file`, thrown)
    throw thrown
  }
  const names = locations.map((location) =>
    path.posix.join(path.posix.dirname(modelFile), location.replaceAll('\\', '/')),
  )
  const strange = locations.find((location) => path.posix.isAbsolute(location) || path.win32.isAbsolute(location))
  if (strange !== undefined) throw unsupported(files.folder, `its weights are outside of its folder ("${strange}")`)
  for (const name of names) await files.require(name)
  return [modelFile, ...names]
}

/** Everything that decides about a vector. */
const nameSpace = async (
  files: FolderFiles,
  weights: readonly string[],
  tokenizerFiles: readonly string[],
  name: string,
  told: Omit<FolderCard, 'id' | 'files' | 'tokensPerSecond' | 'maxTokens' | 'modelFile'>,
  beat: () => void,
): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(told))
  for (const file of [...weights, ...tokenizerFiles]) hash.update(await files.hash(file, beat))
  return `onnx:${name}@${told.dimensions}+${hash.digest('hex').slice(0, 12)}`
}

type Tried = Pick<FolderCard, 'output' | 'pooling' | 'dimensions' | 'tokensPerSecond'>

/** A vocabulary that is empty or of no numbers is none that its library notices: every text is the same few tokens then. */
const tellsTextsApart = (tokenizers: FolderTokenizers): boolean => {
  const { encodeSpan } = tokenizers.withPrefix('')
  const [first, ...others] = PROBES.map((text) => new Set(encodeSpan(text).ids))
  return others.every((ids) => [...ids].some((id) => !first?.has(id)))
}

/** Loads the model, asks it, and lets it go again. */
const tryModel = async (
  files: FolderFiles,
  plan: FolderPlan,
  tokenizers: FolderTokenizers,
  { choice, threads }: InspectModelParams,
  beat: () => void,
): Promise<Tried> => {
  const { folder } = files
  const raw = await openRawSession({ folder, file: await files.require(plan.modelFile), threads })
  beat()
  let close = (): Promise<void> => raw.session.release()
  try {
    const read = chooseOutput(folder, raw.outputs, choice.pooling, plan.pooling, plan.furtherModules)
    const session = createFolderSession(raw, read, tokenizers, read.pooling === null ? null : plan.hiddenSize)
    close = session.close
    const { encodeSpan } = tokenizers.withPrefix(plan.documentPrefix)
    const room = plan.maxTokens - tokenizers.before.length - tokenizers.after.length
    const toIds = (text: string): Int32Array => encodeSpan(text).ids.slice(0, room)
    const [first] = await session.run(PROBES.map(toIds), beat)
    const texts = Array.from({ length: SPEED_TEXTS }, () => toIds(SPEED_TEXT))
    const startedMs = performance.now()
    let tokens = 0
    do {
      await session.run(texts, beat)
      tokens += texts.reduce((sum, { length }) => sum + length, 0)
    } while (performance.now() - startedMs < SPEED_MS)
    const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000)
    return { ...read, dimensions: first?.length ?? 0, tokensPerSecond: Math.max(1, Math.round(tokens / seconds)) }
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'EMBEDDING_INVALID') {
      throw unsupported(
        folder,
        `tried with two short texts, it gave an unusable answer (${String(thrown.details['reason'])})`,
      )
    }
    throw thrown
  } finally {
    await close()
  }
}

/**
 * Looks at a folder. Quick when nothing has changed since `known`; else all of it is read and the model is tried.
 * @throws MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED, MODEL_TOO_LARGE
 */
export const inspectFolder = async (
  params: InspectModelParams,
  { beat, makeRoom }: InspectionRoom,
): Promise<FolderCard> => {
  const { folder, choice, known, memoryBytes } = params
  const files = await openFolder(folder)
  if (known && (await isUnchanged(files, known.files))) return known
  await makeRoom()
  const plan = await planFolder(files, choice)
  const weights = await listWeights(files, plan.modelFile, memoryBytes)
  await refuseTooLarge(files, weights, memoryBytes)
  const tokenizerFiles: string[] = []
  for (const name of TOKENIZER_FILES) if ((await files.find(name)) !== null) tokenizerFiles.push(name)
  const names = [...new Set([...weights, ...tokenizerFiles, ...plan.names])]
  const marks = await Promise.all(names.map(files.mark))
  const tokenizers = await loadTokenizers(files, plan.lowerCase, plan.padId)
  beat()
  if (!tellsTextsApart(tokenizers)) throw damaged(folder, 'its tokenizer does not tell one text from another')
  if (plan.maxTokens - tokenizers.before.length - tokenizers.after.length < LEAST_TOKENS) {
    throw unsupported(folder, `it reads only ${plan.maxTokens} tokens of a text`)
  }
  const { tokensPerSecond, ...read } = await tryModel(files, plan, tokenizers, params, beat)
  const { queryPrefix, documentPrefix, lowerCase, maxTokens, modelFile } = plan
  const told = { ...read, queryPrefix, documentPrefix, lowerCase, padId: tokenizers.padId }
  const id = await nameSpace(files, weights, tokenizerFiles, plan.name, told, beat)
  if (!(await isUnchanged(files, marks))) throw new AppError('MODEL_FOLDER_CHANGED', { path: folder })
  return { ...told, id, maxTokens, modelFile, tokensPerSecond, files: marks }
}
