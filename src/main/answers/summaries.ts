/**
 * Owns summaries of documents, jobs and collections: from the sentences of the texts, or by a chat model; kept by what they were made of.
 * Refuses: a word of its own, and reading more than the limits allow; what was left out is said.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  keptSummarySchema,
  type AnswerMode,
  type Citation,
  type KeptSummary,
  type Summary,
  type SummaryWish,
} from '../../shared/answers'
import { AppError, toAppError } from '../../shared/errors'
import { remark, textOf, withNotes, type Remark } from '../../shared/remarks'
import type { LimitName, Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import type { ChatProvider } from '../providers/chat'
import type { Store, SummaryTarget } from '../store/contract'
import { chooseSentences, type Chosen } from './centroid'
import { expectTokens, writeSummary, type KeptNotes, type SummaryLimits } from './written-summary'

type SummaryParts = {
  readonly store: Store
  readonly chat: () => ChatProvider | null
  readonly limits: () => Limits
  readonly nonce: () => string
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly log: Log
  /** Aborted when the program ends. */
  readonly signal: AbortSignal
}

export type SummaryScope =
  | { readonly scope: 'document'; readonly documentId: number }
  | { readonly scope: 'job'; readonly jobId: number }
  | { readonly scope: 'collection'; readonly collectionId: number; readonly name: string }

export type SummaryRequest = SummaryScope & { readonly mode: AnswerMode; readonly sentences: number }

/** How a text is summarized by itself. */
export type AutomaticMode = Exclude<SummaryWish, 'off'>

export type AutomaticRequest = {
  readonly documentId: number
  readonly mode: AutomaticMode
  readonly jobId: number
  readonly signal: AbortSignal
}

export type Summaries = {
  /** Summarizes on demand. It throws NOT_FOUND, SUMMARY_EMPTY, and in mode `provider` CHAT_MISSING and what the provider throws. */
  readonly summarize: (request: SummaryRequest) => Promise<Summary>
  /** Names how a text is summarized by itself now; `null` where the model for it is not there. */
  readonly makerOf: (mode: AutomaticMode) => string | null
  /**
   * Makes and keeps the summary of a document's text, which costs nothing where it was made so before; `null` when it has no text any more.
   * @throws CHAT_MISSING, what the provider throws, and why `signal` was aborted
   */
  readonly keepFor: (
    request: AutomaticRequest,
  ) => Promise<{ readonly contentId: number; readonly maker: string; readonly key: string } | null>
  /** What a summary by the chat model takes of a text of so many characters, about; `null` without one. */
  readonly expect: (chars: number, limits: SummaryLimits) => { inputTokens: number; outputTokens: number } | null
}

type Passage = { chunk: number; page: number | null; text: string; start: number; end: number; target: SummaryTarget }

/** Another way of making them makes new ones. */
const VERSION = 1
/** Characters that a chat model reads of one document at most, before its own limits. */
const CHARS_READ = 4_000_000
const CHUNK_CHARS = 1_000
/** Of a summary that is made by itself. */
const SENTENCES = 5

type Making = { readonly sentences: number; readonly jobId: number | null; readonly signal: AbortSignal }

/** Settings that shape a summary: with others, it is another one. */
const SHAPING: Readonly<Record<KeptSummary['method'], readonly LimitName[]>> = {
  extractive: ['summaries.chunks', 'summaries.documents'],
  provider: [
    'summaries.documents',
    'summaries.tokens',
    'summaries.smallCalls',
    'summaries.mediumCalls',
    'summaries.largeCalls',
  ],
}

/** What was noted of a part of a long text. */
const noteSchema = z.object({ note: z.string() })

const hash = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex')

const toCitation = ({ passage, sentence }: Chosen<Passage>, index: number): Citation => ({
  number: index + 1,
  documentId: String(passage.target.documentId),
  collection: passage.target.collection,
  path: passage.target.path,
  location: passage.target.location,
  title: passage.target.title,
  page: passage.page,
  quote: sentence.text,
  start: passage.start + sentence.start,
  end: passage.start + sentence.end,
  chunk: passage.chunk,
})

const jobTitle = (id: number): Remark => remark('SAID_JOB_TITLE', { id })

export const createSummaries = (parts: SummaryParts): Summaries => {
  const { store } = parts

  const readPassages = async (targets: readonly SummaryTarget[], chunks: number): Promise<Passage[]> => {
    const passages: Passage[] = []
    for (const target of targets)
      for (const chunk of await store.run('summaries.chunks', { contentId: target.contentId, limit: chunks }))
        passages.push({ ...chunk, target })
    return passages
  }

  const chunksOfEach = (targets: readonly SummaryTarget[]): number =>
    Math.max(5, Math.ceil(parts.limits()['summaries.chunks'] / targets.length))

  const extract = async (targets: readonly SummaryTarget[], sentences: number): Promise<KeptSummary> => {
    const most = chunksOfEach(targets)
    const passages = await readPassages(targets, most)
    const citations = (await chooseSentences(passages, sentences)).map(toCitation)
    return {
      summary: citations.map(({ quote }) => quote.replace(/\s+/g, ' ')).join(' '),
      citations,
      method: 'extractive',
      partial: targets.some(({ chunks }) => chunks > most),
      cut: false,
      spent: null,
    }
  }

  /** Beside the summary of this key, and gone with its texts as it is. */
  const notesBeside = (key: string, targets: readonly SummaryTarget[]): KeptNotes => {
    const contentIds = targets.map(({ contentId }) => contentId)
    const collectionId = targets[0]?.collectionId ?? 0
    return {
      find: async (part) => {
        const kept = await store.run('summaries.find', { key: hash([key, part]) })
        return kept === null ? null : noteSchema.parse(JSON.parse(kept)).note
      },
      keep: async (part, note) => {
        const body = JSON.stringify({ note })
        await store.run('summaries.keep', { key: hash([key, part]), contentIds, collectionId, body })
      },
    }
  }

  const write = async (
    provider: ChatProvider,
    key: string,
    targets: readonly SummaryTarget[],
    { sentences, jobId, signal }: Making,
  ): Promise<KeptSummary> => {
    const most = Math.ceil(CHARS_READ / CHUNK_CHARS / targets.length)
    const passages = await readPassages(targets, most)
    const texts = passages.map(({ target, page, text }) => ({ title: target.title, path: target.path, page, text }))
    const chars = targets.reduce((sum, target) => sum + target.chars, 0)
    const { limits, nonce } = parts
    const collectionId = targets[0]?.collectionId ?? 0
    const written = await writeSummary(provider, texts, {
      chars,
      limits: limits(),
      nonce,
      use: { jobId, collectionId },
      signal,
      notes: notesBeside(key, targets),
    })
    if (written.text === '')
      throw new AppError('PROVIDER_INVALID', { provider: provider.name, reason: 'an empty summary' })
    const { text, partial, cut, ...spent } = written
    return {
      summary: text,
      citations: (await chooseSentences(passages, sentences)).map(toCitation),
      method: 'provider',
      partial: partial || targets.some(({ chunks }) => chunks > most),
      cut,
      spent: { provider: provider.name, model: provider.model, ...spent },
    }
  }

  const providerOf = (mode: AnswerMode): ChatProvider | null => {
    const provider = mode === 'extractive' ? null : parts.chat()
    if (provider === null && mode === 'provider') throw new AppError('CHAT_MISSING')
    return provider
  }

  /** Names how it is made. */
  const nameMaker = (sentences: number, provider: ChatProvider | null): string => {
    const limits = parts.limits()
    const shaping = SHAPING[provider === null ? 'extractive' : 'provider'].map((name) => limits[name])
    const how = provider === null ? 'extractive' : [provider.name, provider.model, provider.contextTokens]
    return hash([VERSION, how, sentences, shaping])
  }

  /** Names the texts, how they were read, and how it is made. */
  const keyOf = (targets: readonly SummaryTarget[], maker: string): string =>
    hash([maker, targets.map(({ documentId, sha256, settingsKey }) => [documentId, sha256, settingsKey])])

  const recall = async (key: string): Promise<KeptSummary | null> => {
    const kept = await store.run('summaries.find', { key })
    return kept === null ? null : keptSummarySchema.parse(JSON.parse(kept))
  }

  /** What was made of these texts by this provider (`null`: none) before, or is made now and kept. */
  const through = async (
    by: ChatProvider | null,
    targets: readonly SummaryTarget[],
    making: Making,
  ): Promise<{ body: KeptSummary; cached: boolean; key: string }> => {
    const key = keyOf(targets, nameMaker(making.sentences, by))
    const kept = await recall(key)
    if (kept !== null) return { body: kept, cached: true, key }
    const body = by === null ? await extract(targets, making.sentences) : await write(by, key, targets, making)
    const contentIds = targets.map(({ contentId }) => contentId)
    const collectionId = targets[0]?.collectionId ?? 0
    await store.run('summaries.keep', { key, contentIds, collectionId, body: JSON.stringify(body) })
    return { body, cached: false, key }
  }

  const make = async (
    targets: readonly SummaryTarget[],
    { mode, sentences }: SummaryRequest,
  ): Promise<{ body: KeptSummary; cached: boolean; notes: Remark[] }> => {
    const provider = providerOf(mode)
    const making: Making = { sentences, jobId: null, signal: parts.signal }
    if (provider === null) return { ...(await through(null, targets, making)), notes: [] }
    try {
      return { ...(await through(provider, targets, making)), notes: [] }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (mode === 'provider' || parts.signal.aborted) throw error
      parts.log.warn('summary-provider-failed', { provider: provider.name, code: error.code })
      return {
        ...(await through(null, targets, making)),
        notes: [remark('SAID_SUMMED_WITHOUT', { provider: provider.name }, error)],
      }
    }
  }

  const headOf = (
    request: SummaryRequest,
    targets: readonly SummaryTarget[],
  ): Pick<Summary, 'scope' | 'id' | 'title'> => {
    if (request.scope === 'job')
      return { scope: 'job', id: String(request.jobId), title: textOf(jobTitle(request.jobId)) }
    if (request.scope === 'collection') return { scope: 'collection', id: request.name, title: request.name }
    const [target] = targets
    return { scope: 'document', id: String(request.documentId), title: target?.title ?? target?.path ?? '' }
  }

  const summarize = async (request: SummaryRequest): Promise<Summary> => {
    const startedMs = parts.nowMs()
    const { targets, total } = await store.run('summaries.targets', {
      documentIds: request.scope === 'document' ? [request.documentId] : null,
      jobId: request.scope === 'job' ? request.jobId : null,
      collectionId: request.scope === 'collection' ? request.collectionId : null,
      limit: parts.limits()['summaries.documents'],
    })
    if (targets.length === 0) throw new AppError('SUMMARY_EMPTY')
    const { body: made, cached, notes } = await make(targets, request)
    const { cut, ...body } = made
    const left = total - targets.length
    const noted = withNotes([
      ...notes,
      ...(left > 0 ? [remark('SAID_LONGEST_ONLY', { count: targets.length, total })] : []),
      ...(body.partial ? [remark('SAID_SAMPLED')] : []),
      ...(cut ? [remark('SAID_SUMMARY_CUT')] : []),
    ])
    return {
      ...headOf(request, targets),
      ...body,
      // What was spent before is not spent again.
      spent: cached ? null : body.spent,
      cached,
      documents: targets.length,
      documentsTotal: total,
      partial: body.partial || left > 0,
      notes: noted.notes,
      told: request.scope === 'job' ? { ...noted.told, title: jobTitle(request.jobId) } : noted.told,
      elapsedMs: Math.round((parts.nowMs() - startedMs) * 10) / 10,
    }
  }

  return {
    summarize,
    makerOf: (mode) => {
      const provider = mode === 'provider' ? parts.chat() : null
      return mode === 'provider' && provider === null ? null : nameMaker(SENTENCES, provider)
    },
    keepFor: async ({ documentId, mode, jobId, signal }) => {
      const { targets } = await store.run('summaries.targets', {
        documentIds: [documentId],
        jobId: null,
        collectionId: null,
        limit: 1,
      })
      const [target] = targets
      if (target === undefined) return null
      const provider = providerOf(mode)
      const { key } = await through(provider, targets, { sentences: SENTENCES, jobId, signal })
      return { contentId: target.contentId, maker: nameMaker(SENTENCES, provider), key }
    },
    expect: (chars, now) => {
      const provider = parts.chat()
      return provider && expectTokens(chars, provider.contextTokens, now)
    },
  }
}
