/**
 * Owns what a job will ask of models that are paid for or take time of their own: tokens, price and pace of vectors and of summaries.
 * Refuses: asking them. What a server will charge, only it knows; what it charged before is the best guess.
 */
import type { SummaryWish } from '../../shared/answers'
import type { Estimate } from '../../shared/domain'
import type { Limits } from '../../shared/limits'
import type { Provider } from '../../shared/providers'
import type { EstimateRequest } from './estimate-count'
import { CHARS_PER_CHUNK, type ExpectedText } from './estimate-rates'
import { choiceOf } from './models'
import type { IngestParts } from './parts'
import { LOCAL, type EmbeddingProvider } from '../providers/provider'

export type ModelEstimateParts = Pick<IngestParts, 'store' | 'provider' | 'providers' | 'summaries'>
type Bill = NonNullable<Estimate['embedding']>

/** What the usual tokenizers make of ordinary text; in effect until a collection has texts of its own to go by. */
const CHARS_PER_TOKEN = 4
/** One request for vectors to a server, until its answer; as many are under way as it takes, at most four (embedding.ts). */
const REQUEST_MS = 1_000
const REQUESTS_TOGETHER = 4
const MINUTE_MS = 60_000
const MILLION = 1_000_000

const costOf = (tokens: number, usd: number | null): number | null => (usd === null ? null : (tokens * usd) / MILLION)

const billOf = ({ name, isLocal }: Provider, model: string | null): Pick<Bill, 'provider' | 'model' | 'isLocal'> => ({
  provider: name,
  model: model ?? '',
  isLocal,
})

/** Milliseconds for a passage of so many tokens: by the bounds of a server, or by how fast a model in a folder was here; `null`: as past jobs took. */
export const chunkMsOf = (provider: Provider, tokensOfChunk: number, tokensPerSecond?: number): number | null => {
  const { definition } = provider
  if (definition?.kind !== 'openai')
    return tokensPerSecond === undefined || tokensPerSecond <= 0 ? null : (tokensOfChunk / tokensPerSecond) * 1_000
  const { batchTexts, concurrency, requestsPerMinute, tokensPerMinute } = definition
  return Math.max(
    REQUEST_MS / Math.max(1, batchTexts) / Math.max(1, Math.min(REQUESTS_TOGETHER, concurrency)),
    requestsPerMinute > 0 ? MINUTE_MS / requestsPerMinute / Math.max(1, batchTexts) : 0,
    tokensPerMinute > 0 ? (tokensOfChunk * MINUTE_MS) / tokensPerMinute : 0,
  )
}

export type ExpectedModels = {
  /** `null`: nothing is sent to a provider for vectors. */
  readonly embedding: Bill | null
  readonly summaries: Estimate['summaries']
  /** Milliseconds of embedding for each passage; `null`: as the built-in model takes. */
  readonly chunkMs: number | null
}

const NOTHING: ExpectedModels = { embedding: null, summaries: null, chunkMs: null }

/** The share of what is read that gets vectors, and how many texts of it are summarized. */
export type ExpectedShare = { readonly embedShare: number; readonly documents: number }

/** `null`: it is not to be had now, which the job will say; the look before it goes on. */
const openModel = ({ provider }: ModelEstimateParts, ref: string): EmbeddingProvider | null => {
  try {
    return provider(ref)
  } catch {
    return null
  }
}

type Wishes = { readonly wish: SummaryWish | undefined; readonly ref: string }

const wishesOf = ({ summaries, model }: NonNullable<EstimateRequest['settings']>): Wishes => ({
  wish: summaries,
  ref: model ?? LOCAL,
})

const wishesIn = async ({ store }: ModelEstimateParts, collectionId: number): Promise<Wishes> => {
  const collections = await store.run('collections.list', {})
  const { serving } = await store.run('generations.serving', { collectionIds: [collectionId] })
  return {
    wish: collections.find(({ id }) => Number(id) === collectionId)?.summaries,
    ref: serving[0]?.ref ?? LOCAL,
  }
}

/** What the models of a collection would be asked for; of one that is not there yet, those it would be made with. */
export const expectModels = async (
  parts: ModelEstimateParts,
  { collectionId, settings = {} }: Pick<EstimateRequest, 'collectionId' | 'settings'>,
  text: ExpectedText,
  { embedShare, documents }: ExpectedShare,
  limits: Limits,
): Promise<ExpectedModels> => {
  if (documents === 0) return NOTHING
  const { wish, ref } = collectionId === null ? wishesOf(settings) : await wishesIn(parts, collectionId)
  const known = parts.providers()
  const chars = text.chars * embedShare

  const summaries = ((): Estimate['summaries'] => {
    const chat = wish === 'provider' ? known.find(({ isChat }) => isChat) : undefined
    const each = chat && parts.summaries.expect(chars / documents, limits)
    if (!chat || !each) return null
    const { inputTokens, outputTokens } = each
    const input = costOf(inputTokens * documents, chat.price.inputUsd)
    const output = costOf(outputTokens * documents, chat.price.outputUsd)
    const tokens = Math.ceil((inputTokens + outputTokens) * documents)
    const costUsd = input === null || output === null ? null : input + output
    return { ...billOf(chat, chat.chatModel), documents, tokens, costUsd }
  })()

  const provider = known.find(({ name }) => name === ref)
  if (ref === LOCAL || !provider) return { ...NOTHING, summaries }
  const opened = openModel(parts, ref)
  const past =
    opened &&
    collectionId !== null &&
    (await parts.store.run('generations.estimate', { collectionId, choice: choiceOf(parts, ref) }))
  const perChar = past && past.chars > 0 && past.tokens > 0 ? past.tokens / past.chars : 1 / CHARS_PER_TOKEN
  const chunkMs = chunkMsOf(provider, CHARS_PER_CHUNK * perChar, opened?.tokensPerSecond)
  if (provider.kind !== 'openai') return { embedding: null, summaries, chunkMs }
  const tokens = Math.ceil(chars * perChar)
  const embedding = {
    ...billOf(provider, provider.embeddingModel),
    tokens,
    costUsd: costOf(tokens, provider.price.embeddingUsd),
  }
  return { embedding, summaries, chunkMs }
}

/** All of it together; what has no known price counts nothing, and makes `costKnown` false. */
export const sumCosts = (costs: readonly (number | null)[]): Pick<Estimate, 'costUsd' | 'costKnown'> => ({
  costUsd: costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  costKnown: costs.every((cost) => cost !== null),
})
