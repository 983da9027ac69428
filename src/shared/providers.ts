/**
 * Owns providers as people and scripts define and see them: models of a person's choice on a server, with their bounds, or in a folder.
 * Refuses: keys, which are never part of a definition, and calling anything.
 */
import { z } from 'zod'
import { errorDetails } from './error-details'
import { poolings } from './model-folders'
import { toldSchema } from './remarks'

export const providerNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'a name has 1 to 40 small letters, digits, dots and dashes')
  .refine((name) => name !== 'local', '"local" is the built-in model')

export const providerPresets = ['openai', 'azure', 'ollama', 'lmstudio', 'llamacpp', 'custom'] as const
export type ProviderPreset = (typeof providerPresets)[number]

const amount = z.number().min(0).max(1_000_000_000_000)
/** `null`: no bound. */
const budgetSchema = z.strictObject({ usd: amount.nullable().default(null), tokens: amount.nullable().default(null) })
export const budgetPeriods = ['run', 'day', 'month'] as const
export type BudgetPeriod = (typeof budgetPeriods)[number]
const noBudget = { usd: null, tokens: null }
/** `run`: one job. Days and months are those of UTC. */
const budgetsSchema = z
  .strictObject({
    run: budgetSchema.default(noBudget),
    day: budgetSchema.default(noBudget),
    month: budgetSchema.default(noBudget),
  })
  .default({ run: noBudget, day: noBudget, month: noBudget })

/** In USD for a million tokens; `null`: as in the table of prices, if the model is in it. */
const priceSchema = z
  .strictObject({
    embeddingUsd: amount.nullable().default(null),
    inputUsd: amount.nullable().default(null),
    outputUsd: amount.nullable().default(null),
    visionInputUsd: amount.nullable().default(null),
    visionOutputUsd: amount.nullable().default(null),
  })
  .default({ embeddingUsd: null, inputUsd: null, outputUsd: null, visionInputUsd: null, visionOutputUsd: null })

const prefix = z.string().max(1_000).default('')
const modelName = z.string().min(1).max(200)
const whole = (min: number, max: number) => z.number().int().min(min).max(max)

/** A server that speaks as OpenAI's does. */
export const serverDefinitionSchema = z.strictObject({
  kind: z.literal('openai'),
  preset: z.enum(providerPresets).default('custom'),
  baseUrl: z.url({ protocol: /^https?$/ }).max(2_000),
  /** Also without https to another computer: whoever is on the way reads the texts and the key. */
  allowInsecure: z.boolean().default(false),
  /** Azure only. */
  apiVersion: z.string().max(40).nullable().default(null),
  needsKey: z.boolean().default(true),
  embeddingModel: modelName.nullable().default(null),
  dimensions: whole(1, 65_536).nullable().default(null),
  /** Whether `dimensions` is asked for; models that have only one size refuse that. */
  asksDimensions: z.boolean().default(false),
  /** Tokens that the embedding model reads of one text. */
  maxInputTokens: whole(16, 1_000_000).default(512),
  /** Texts of one request. */
  batchTexts: whole(1, 2_048).default(64),
  queryPrefix: prefix,
  passagePrefix: prefix,
  chatModel: modelName.nullable().default(null),
  contextTokens: whole(256, 100_000_000).default(8_192),
  /** The model that reads pictures of text, for collections that ask for it. */
  visionModel: modelName.nullable().default(null),
  /** Of the text of one picture; what is longer is cut, and said. */
  visionTokens: whole(64, 100_000).default(4_096),
  /** Requests at the same time. */
  concurrency: whole(1, 64).default(4),
  /** 0: as many as it takes. */
  requestsPerMinute: whole(0, 1_000_000).default(0),
  tokensPerMinute: whole(0, 1_000_000_000).default(0),
  /** For one request, from its start to the end of its answer; of a streamed answer, from piece to piece. */
  timeoutMs: whole(50, 3_600_000).default(60_000),
  /** Requests for the same thing before the queue is left to try again later. */
  tries: whole(1, 10).default(2),
  price: priceSchema,
  budgets: budgetsSchema,
  /** Of reading pictures alone, beside what `budgets` bounds altogether. */
  visionBudgets: budgetsSchema,
})
export type ServerDefinition = z.infer<typeof serverDefinitionSchema>

/** A folder with a sentence-transformer as ONNX, run on this computer. `null`: as the folder says. */
export const folderDefinitionSchema = z.strictObject({
  kind: z.literal('onnx'),
  /** Absolute. */
  folder: z.string().min(1).max(4_096),
  /** Which ONNX file of the folder, by its path within it. */
  modelFile: z.string().min(1).max(1_000).nullable().default(null),
  pooling: z.enum(poolings).nullable().default(null),
  /** Tokens that it reads of one text, those that the model adds included. */
  maxTokens: whole(16, 8_192).nullable().default(null),
  queryPrefix: z.string().max(1_000).nullable().default(null),
  documentPrefix: z.string().max(1_000).nullable().default(null),
})
export type FolderDefinition = z.infer<typeof folderDefinitionSchema>

/** Each kind names itself, so that others can be told apart. */
export const providerDefinitionSchema = z.discriminatedUnion('kind', [serverDefinitionSchema, folderDefinitionSchema])
export type ProviderDefinition = z.infer<typeof providerDefinitionSchema>

export const providersFileSchema = z.strictObject({
  version: z.literal(1),
  /** The provider that answers; `null`: answers are put together here, without any. */
  chat: z.string().nullable().default(null),
  /** The provider that reads pictures of text, for collections that ask for it. */
  vision: z.string().nullable().default(null),
  providers: z.record(providerNameSchema, providerDefinitionSchema),
})
export type ProvidersFile = z.infer<typeof providersFileSchema>

/** Where a key is kept: in a variable, the keychain, a file of this account; `none`: there is none. */
export const keyPlaces = ['environment', 'keychain', 'file', 'none'] as const
export type KeyPlace = (typeof keyPlaces)[number]

/** Its circuit breaker. `open`: it is left alone until `retryAt`; `half-open`: the next request decides. */
const breakerSchema = z.object({
  state: z.enum(['closed', 'open', 'half-open']),
  /** In a row. */
  failures: z.number(),
  reason: z.string().nullable(),
  /** ISO-8601. */
  retryAt: z.string().nullable(),
  told: toldSchema.optional(),
})
export type ProviderBreaker = z.infer<typeof breakerSchema>

/** That a breaker is open, until when (in the time zone of this computer) and why; `null`: it is not. */
export const sayBreaker = (name: string, breaker: ProviderBreaker | undefined): string | null => {
  if (!breaker || breaker.state === 'closed') return null
  const { retryAt, failures, reason } = breaker
  const two = (value: number): string => String(value).padStart(2, '0')
  const at = retryAt === null ? null : new Date(retryAt)
  const until =
    at === null
      ? 'the next request decides whether it is used again'
      : `left alone until ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${name}: ${until}, because it failed ${failures} ${failures === 1 ? 'time' : 'times'} in a row (${reason ?? 'unknown'}).`
}

export const providerSchema = z.object({
  name: z.string(),
  /** `local`: the built-in model; `onnx`: one in a folder. */
  kind: z.enum(['local', 'openai', 'onnx']),
  preset: z.enum(providerPresets).nullable(),
  /** Its address or folder. */
  place: z.string().nullable(),
  embeddingModel: z.string().nullable(),
  dimensions: z.number().nullable(),
  chatModel: z.string().nullable(),
  /** Whether it is the one that answers. */
  isChat: z.boolean(),
  visionModel: z.string().nullable().optional(),
  /** Whether it is the one that reads pictures, for collections that ask for it. */
  isVision: z.boolean().optional(),
  /** What reading an ordinary page costs, about, in USD; `null`: not known. */
  visionPageUsd: z.number().nullable().optional(),
  /** `null` where none is needed. */
  key: z
    .object({ place: z.enum(keyPlaces), variable: z.string(), detail: z.string(), told: toldSchema.optional() })
    .nullable(),
  /** Nothing that is sent to it leaves this computer. */
  isLocal: z.boolean(),
  /** In USD for a million tokens; `null`: not known. */
  price: z.object({
    embeddingUsd: z.number().nullable(),
    inputUsd: z.number().nullable(),
    outputUsd: z.number().nullable(),
    visionInputUsd: z.number().nullable().optional(),
    visionOutputUsd: z.number().nullable().optional(),
  }),
  budgets: z.record(z.enum(budgetPeriods), z.object({ usd: z.number().nullable(), tokens: z.number().nullable() })),
  /** Not there for the built-in model, whose worker has one. */
  breaker: breakerSchema.optional(),
  /** What is wrong with it, as far as that is known without asking it. */
  problem: z.string().nullable(),
  definition: providerDefinitionSchema.nullable(),
  /** Of a change: what else it did that a person should know. */
  notes: z.array(z.string()).optional(),
  told: toldSchema.optional(),
})
export type Provider = z.infer<typeof providerSchema>

export const providerTestSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  /** Of the vector that came back; `null` without an embedding model. */
  dimensions: z.number().nullable(),
  embeddingMs: z.number().nullable(),
  /** What the chat model said to a greeting. */
  chatMs: z.number().nullable(),
  /** Models it offers; `null` when it does not say. */
  models: z.array(z.string()).nullable(),
  /** How fast a model of a folder was on this computer. */
  tokensPerSecond: z.number().nullable().optional(),
  /** What of a folder is used, and how. */
  detail: z.string().nullable().optional(),
  told: toldSchema.optional(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
})
export type ProviderTest = z.infer<typeof providerTestSchema>

/** Why jobs wait for a model. */
export const providerStopSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: errorDetails.optional(),
  provider: z.string().nullable(),
  jobs: z.array(z.string()),
  budget: z
    .object({
      period: z.enum(budgetPeriods),
      unit: z.enum(['USD', 'tokens']),
      used: z.number(),
      limit: z.number(),
      /** It is the one for pictures alone (`visionBudgets`). */
      isOwn: z.boolean().optional(),
    })
    .nullable(),
  /** `vision`: they wait to have pictures read. */
  purpose: z.literal('vision').optional(),
  /** ISO-8601. */
  nextTryAt: z.string(),
})
export type ProviderStop = z.infer<typeof providerStopSchema>

export const usagePurposes = ['embed', 'query', 'answer', 'summary', 'vision', 'test'] as const
export type UsagePurpose = (typeof usagePurposes)[number]

/** What was used of a provider on one day (UTC) for one purpose, collection and job. */
export const usageRowSchema = z.object({
  provider: z.string(),
  model: z.string(),
  day: z.string(),
  purpose: z.enum(usagePurposes),
  collection: z.string().nullable(),
  jobId: z.string().nullable(),
  /** Requests that were sent, whatever became of them. */
  calls: z.number(),
  /** Of those, requests for what had been asked for before. */
  retries: z.number(),
  /** Of those, requests whose answer never came or was lost: counted with what was estimated for them. */
  unsettled: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
})
export type UsageRow = z.infer<typeof usageRowSchema>

export const usageTotalSchema = usageRowSchema.omit({
  provider: true,
  model: true,
  day: true,
  purpose: true,
  collection: true,
  jobId: true,
})
export type UsageTotal = z.infer<typeof usageTotalSchema>
