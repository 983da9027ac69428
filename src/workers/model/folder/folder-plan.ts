/**
 * Owns what the descriptions in a sentence-transformer's folder say of using it, with what the person said going before it.
 * Refuses: guessing what decides about the meaning of a vector; and what cannot be done here is refused by name.
 */
import path from 'node:path'
import { z } from 'zod'
import type { FolderChoice, Pooling } from '../../../shared/model-folders'
import { unsupported, type FolderFiles } from './folder-files'

/** In this order; a person may name another one. */
const MODEL_FILES = ['onnx/model.onnx', 'onnx/model_quantized.onnx', 'model.onnx', 'model_quantized.onnx']

/**
 * Windows are not longer than this unless a person says so: passages hardly are, and the memory of a longer one grows with its square.
 */
const USUAL_TOKENS = 512

/** Of XLM-RoBERTa and its relatives two positions mean nothing. */
const OFFSET_POSITIONS = /roberta|camembert|mpnet|xlm/
const OFFSET = 2

const count = z.number().int().positive()
const configSchema = z.looseObject({
  _name_or_path: z.string().nullish(),
  model_type: z.string().nullish(),
  hidden_size: count.nullish(),
  dim: count.nullish(),
  d_model: count.nullish(),
  n_embd: count.nullish(),
  max_position_embeddings: z.number().int().nullish(),
  n_positions: z.number().int().nullish(),
  pad_token_id: z.number().int().nullish(),
})
const modulesSchema = z.array(z.looseObject({ path: z.string().default(''), type: z.string() }))
const poolingSchema = z.record(z.string(), z.unknown())
const sentenceSchema = z.looseObject({ max_seq_length: count.nullish(), do_lower_case: z.boolean().nullish() })
const promptsSchema = z.looseObject({
  prompts: z.record(z.string(), z.string().max(10_000)).nullish(),
  default_prompt_name: z.string().nullish(),
})
const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().nullish() })

export type FolderPlan = {
  /** For people. */
  readonly name: string
  readonly modelFile: string
  /** `null`: the folder does not say; then the graph must do it. */
  readonly pooling: Pooling | null
  /** Modules after the model that are done here by nobody; the graph must hold them. */
  readonly furtherModules: readonly string[]
  readonly queryPrefix: string
  readonly documentPrefix: string
  readonly lowerCase: boolean
  readonly maxTokens: number
  /** Of the vectors of tokens; `null`: not said. */
  readonly hiddenSize: number | null
  readonly padId: number
  /** Descriptions that were read and decide about vectors, beside the tokenizer's. */
  readonly names: readonly string[]
}

/** Names of pooling modes in the descriptions, and what they are here. */
const modeTable: Readonly<Record<string, Pooling>> = {
  cls_token: 'cls',
  mean_tokens: 'mean',
  max_tokens: 'max',
  mean_sqrt_len_tokens: 'mean_sqrt_len',
  lasttoken: 'lasttoken',
  cls: 'cls',
  mean: 'mean',
  max: 'max',
  mean_sqrt_len: 'mean_sqrt_len',
}

/** @throws MODEL_UNSUPPORTED for modes that are not done here, and for several at once */
const readPooling = (folder: string, config: Record<string, unknown>): Pooling | null => {
  const named = config['pooling_mode']
  const modes =
    typeof named === 'string'
      ? [named]
      : Object.entries(config).flatMap(([key, value]) =>
          value === true && key.startsWith('pooling_mode_') ? [key.slice('pooling_mode_'.length)] : [],
        )
  if (modes.length > 1) throw unsupported(folder, `it joins several poolings (${modes.join(', ')})`)
  const [mode] = modes
  if (mode === undefined) return null
  const pooling = Object.hasOwn(modeTable, mode) ? modeTable[mode] : undefined
  if (!pooling) throw unsupported(folder, `its pooling "${mode}" is not among mean, cls, max, lasttoken, mean_sqrt_len`)
  return pooling
}

const readModules = async (files: FolderFiles) => {
  const listed = (await files.readJson('modules.json', modulesSchema)) ?? []
  // `sentence_transformers.models.Pooling`, in newer ones by another path.
  const modules = listed.map(({ type, path: place }) => ({ kind: type.split('.').at(-1) ?? type, place }))
  return {
    poolingFile: path.posix.join(modules.find(({ kind }) => kind === 'Pooling')?.place || '1_Pooling', 'config.json'),
    further: modules.map(({ kind }) => kind).filter((kind) => !['Transformer', 'Pooling', 'Normalize'].includes(kind)),
  }
}

/** The first that is there, for queries and for documents; else the one that the folder calls usual. */
const promptNames = { query: ['query'], document: ['document', 'passage', 'corpus'] } as const

const readPrompts = async (files: FolderFiles, name: string) => {
  const { prompts, default_prompt_name: usual } = (await files.readJson(name, promptsSchema)) ?? {}
  const known = new Map(Object.entries(prompts ?? {}))
  const choose = (names: readonly string[]): string => {
    const named = names.find((one) => known.has(one)) ?? usual ?? ''
    return known.get(named) ?? ''
  }
  return { queryPrefix: choose(promptNames.query), documentPrefix: choose(promptNames.document) }
}

const chooseModelFile = async (files: FolderFiles, chosen: string | null): Promise<string> => {
  if (chosen !== null) {
    await files.require(chosen)
    return chosen
  }
  for (const name of MODEL_FILES) if ((await files.find(name)) !== null) return name
  await files.require(MODEL_FILES.join('", "'))
  return ''
}

const CONFIG = 'config.json'
const SENTENCE = 'sentence_bert_config.json'
const PROMPTS = 'config_sentence_transformers.json'

/** @throws MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED */
export const planFolder = async (files: FolderFiles, choice: FolderChoice): Promise<FolderPlan> => {
  await files.require(CONFIG)
  await files.require('tokenizer.json')
  const modelFile = await chooseModelFile(files, choice.modelFile)
  const config = (await files.readJson(CONFIG, configSchema)) ?? {}
  const { poolingFile, further } = await readModules(files)
  const poolingConfig = (await files.readJson(poolingFile, poolingSchema)) ?? {}
  const sentence = (await files.readJson(SENTENCE, sentenceSchema)) ?? {}
  const tokenizer = (await files.readJson('tokenizer_config.json', tokenizerConfigSchema)) ?? {}
  const prompts = await readPrompts(files, PROMPTS)
  const queryPrefix = choice.queryPrefix ?? prompts.queryPrefix
  const documentPrefix = choice.documentPrefix ?? prompts.documentPrefix
  if (poolingConfig['include_prompt'] === false && queryPrefix + documentPrefix !== '') {
    throw unsupported(files.folder, 'its pooling leaves out what is put before a text (include_prompt)')
  }
  const positions = config.max_position_embeddings ?? config.n_positions ?? Infinity
  const offset = OFFSET_POSITIONS.test(config.model_type ?? '') ? OFFSET : 0
  const reach = Math.min(
    positions > 0 ? positions - offset : Infinity,
    sentence.max_seq_length ?? tokenizer.model_max_length ?? Infinity,
  )
  const read = [CONFIG, 'modules.json', poolingFile, SENTENCE, PROMPTS]
  const present = await Promise.all(read.map(async (name) => ((await files.find(name)) === null ? [] : [name])))
  return {
    name:
      (config._name_or_path || config.model_type || 'model')
        .split(/[\\/]+/)
        .filter(Boolean)
        .at(-1)
        ?.slice(0, 80) ?? 'model',
    modelFile,
    pooling: choice.pooling ?? readPooling(files.folder, poolingConfig),
    furtherModules: further,
    queryPrefix,
    documentPrefix,
    lowerCase: sentence.do_lower_case ?? false,
    maxTokens: Math.floor(
      choice.maxTokens === null
        ? Math.min(USUAL_TOKENS, reach)
        : Math.min(choice.maxTokens, positions > 0 ? positions - offset : Infinity),
    ),
    hiddenSize: config.hidden_size ?? config.dim ?? config.d_model ?? config.n_embd ?? null,
    padId: Math.max(0, config.pad_token_id ?? 0),
    names: present.flat(),
  }
}
