/**
 * Owns the table of prices: USD for a million tokens, as published by OpenAI in June 2025. Prices change: what a definition says goes before it.
 * Refuses: guessing. A model that is not here has no price until a person gives one.
 */
import type { ServerDefinition } from '../../shared/providers'
import { isLoopback } from './address'

type Price = { readonly inputUsd: number; readonly outputUsd: number }

const priceTable: Readonly<Record<string, Price>> = {
  'text-embedding-3-small': { inputUsd: 0.02, outputUsd: 0 },
  'text-embedding-3-large': { inputUsd: 0.13, outputUsd: 0 },
  'text-embedding-ada-002': { inputUsd: 0.1, outputUsd: 0 },
  'gpt-4o': { inputUsd: 2.5, outputUsd: 10 },
  'gpt-4o-mini': { inputUsd: 0.15, outputUsd: 0.6 },
  'gpt-4.1': { inputUsd: 2, outputUsd: 8 },
  'gpt-4.1-mini': { inputUsd: 0.4, outputUsd: 1.6 },
  'gpt-4.1-nano': { inputUsd: 0.1, outputUsd: 0.4 },
}

/** USD for a million tokens; `null`: not known. */
export type Prices = {
  readonly embeddingUsd: number | null
  readonly inputUsd: number | null
  readonly outputUsd: number | null
  readonly visionInputUsd: number | null
  readonly visionOutputUsd: number | null
}

/** What a provider's tokens cost: as its definition says, else nothing on this computer, else as in the table. */
export const pricesOf = ({ price, baseUrl, embeddingModel, chatModel, visionModel }: ServerDefinition): Prices => {
  const free = isLoopback(baseUrl) ? 0 : null
  const embedding = embeddingModel === null ? undefined : priceTable[embeddingModel]
  const chat = chatModel === null ? undefined : priceTable[chatModel]
  const vision = visionModel === null ? undefined : priceTable[visionModel]
  // One model may do both.
  const same = visionModel !== null && visionModel === chatModel
  return {
    embeddingUsd: price.embeddingUsd ?? free ?? embedding?.inputUsd ?? null,
    inputUsd: price.inputUsd ?? free ?? chat?.inputUsd ?? null,
    outputUsd: price.outputUsd ?? free ?? chat?.outputUsd ?? null,
    visionInputUsd: price.visionInputUsd ?? (same ? price.inputUsd : null) ?? free ?? vision?.inputUsd ?? null,
    visionOutputUsd: price.visionOutputUsd ?? (same ? price.outputUsd : null) ?? free ?? vision?.outputUsd ?? null,
  }
}

/** Whether everything that a provider is asked for has a price. */
export const arePricesKnown = (definition: ServerDefinition): boolean => {
  const { embeddingModel, chatModel, visionModel } = definition
  const prices = pricesOf(definition)
  return (
    (embeddingModel === null || prices.embeddingUsd !== null) &&
    (chatModel === null || (prices.inputUsd !== null && prices.outputUsd !== null)) &&
    (visionModel === null || (prices.visionInputUsd !== null && prices.visionOutputUsd !== null))
  )
}

const MILLION = 1_000_000

/** In USD; tokens without a known price cost nothing here. */
export const costOf = (
  inputTokens: number,
  inputUsd: number | null,
  outputTokens = 0,
  outputUsd: number | null = null,
) => (inputTokens * (inputUsd ?? 0) + outputTokens * (outputUsd ?? 0)) / MILLION
