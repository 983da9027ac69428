/**
 * Owns the interface of a chat model: messages in, text out, piece by piece.
 * Refuses: knowing what is asked. What a model says is text of a stranger; whoever asked checks it.
 */
import type { Use } from './provider'

export type ChatMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

export type ChatRequest = {
  readonly messages: readonly ChatMessage[]
  /** Of the answer; it ends with `length` there. */
  readonly maxTokens: number
  readonly temperature?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with each piece as it comes; without it the answer is asked for as a whole. */
  readonly onText?: ((piece: string) => void) | undefined
  /** For whom: by this it is metered and bounded. */
  readonly use?: Use | undefined
}

export type ChatAnswer = {
  readonly text: string
  /** `length`: it was cut at `maxTokens`. */
  readonly finish: 'stop' | 'length'
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number }
}

export type ChatProvider = {
  /** The name a person gave it. */
  readonly name: string
  readonly model: string
  /** Tokens of question and answer together. */
  readonly contextTokens: number
  /**
   * What was told by `onText` before it failed is no answer.
   * @throws PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT, PROVIDER_RATE_LIMIT, PROVIDER_REFUSED, PROVIDER_INVALID, PROVIDER_UNAVAILABLE,
   *   BUDGET_EXCEEDED, CANCELLED
   */
  readonly complete: (request: ChatRequest) => Promise<ChatAnswer>
}
