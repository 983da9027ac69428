/**
 * Owns summaries by a chat model: a text that fits is put to it at once; a longer one in parts, whose notes are then summarized.
 * Refuses: more calls than its size class allows; what does not fit is read in samples from all of it, and that is said.
 */
import type { Limits } from '../../shared/limits'
import type { ChatProvider } from '../providers/chat'
import { estimateTokens, makeSummaryPrompt, stripMarks } from './prompt'
import { stripRemote } from './verification'

export type Text = {
  readonly title: string | null
  readonly path: string
  readonly page: number | null
  readonly text: string
}

export type SummaryLimits = Pick<
  Limits,
  'summaries.tokens' | 'summaries.smallCalls' | 'summaries.mediumCalls' | 'summaries.largeCalls'
>

/** For whom it is made, for what it costs. */
export type SummaryUse = { readonly jobId: number | null; readonly collectionId: number }

/** Notes of parts that were made before: what was paid for is not paid for again when a later part fails. */
export type KeptNotes = {
  readonly find: (part: readonly Text[]) => Promise<string | null>
  readonly keep: (part: readonly Text[], note: string) => Promise<void>
}

export type Written = {
  readonly text: string
  readonly calls: number
  readonly promptTokens: number
  readonly completionTokens: number
  readonly partial: boolean
  /** The model would have written more than it may. */
  readonly cut: boolean
}

const SMALL_CHARS = 40_000
const MEDIUM_CHARS = 400_000
/** Of the instructions; and of the marks around each passage. */
const FRAME_TOKENS = 300
const MARK_TOKENS = 60

/** Tokens of text that fit into one call. */
const roomOf = (contextTokens: number, maxTokens: number): number =>
  Math.max(200, contextTokens - maxTokens - FRAME_TOKENS)

/** Calls that a text of this length may cost, at most. */
export const callsFor = (chars: number, limits: SummaryLimits): number =>
  chars <= SMALL_CHARS
    ? limits['summaries.smallCalls']
    : chars <= MEDIUM_CHARS
      ? limits['summaries.mediumCalls']
      : limits['summaries.largeCalls']

/** Of ordinary text, as servers charge it. */
const CHARS_PER_TOKEN = 4
/** As parts are packed: `estimateTokens` of prompt.ts, on the safe side. */
const PACKED_CHARS_PER_TOKEN = 3
/** How full summaries and notes get of what they may be. */
const OUTPUT_SHARE = 0.5

/** What the summary of a text of so many characters takes, about. */
export const expectTokens = (
  chars: number,
  contextTokens: number,
  limits: SummaryLimits,
): { inputTokens: number; outputTokens: number } => {
  const maxTokens = limits['summaries.tokens']
  const room = roomOf(contextTokens, maxTokens)
  const most = callsFor(chars, limits)
  const noteTokens = maxTokens * OUTPUT_SHARE
  const parts = Math.max(1, Math.ceil(chars / PACKED_CHARS_PER_TOKEN / room))
  const textTokens = chars / CHARS_PER_TOKEN
  if (parts === 1 || most === 1)
    return { inputTokens: Math.min(textTokens, room) + FRAME_TOKENS, outputTokens: noteTokens }
  const read = Math.min(parts, most - 1)
  return {
    inputTokens: (textTokens * read) / parts + read * noteTokens + (read + 1) * FRAME_TOKENS,
    outputTokens: (read + 1) * noteTokens,
  }
}

/** Texts in groups that each fit into `room` tokens, in order; what alone is too long is cut. */
const packTexts = (texts: readonly Text[], room: number): Text[][] => {
  const groups: Text[][] = []
  let used = room
  for (const text of texts) {
    const tokens = estimateTokens(text.text) + MARK_TOKENS
    const fitting = tokens <= room ? text : { ...text, text: text.text.slice(0, Math.max(0, room - MARK_TOKENS)) }
    if (used + tokens > room) {
      groups.push([])
      used = 0
    }
    groups.at(-1)?.push(fitting)
    used += tokens
  }
  return groups
}

/** `count` of them, from first to last. */
const sample = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count ? [...all] : all.filter((_, index) => (index * count) % all.length < count).slice(0, count)

/**
 * Summarizes texts of `chars` characters together.
 * @param nonce random, asked for each call
 * @throws what the provider throws
 */
export const writeSummary = async (
  provider: ChatProvider,
  texts: readonly Text[],
  asked: {
    chars: number
    limits: SummaryLimits
    nonce: () => string
    use: SummaryUse
    signal: AbortSignal
    notes: KeptNotes
  },
): Promise<Written> => {
  const maxTokens = asked.limits['summaries.tokens']
  const room = roomOf(provider.contextTokens, maxTokens)
  const most = callsFor(asked.chars, asked.limits)
  const spent = { calls: 0, promptTokens: 0, completionTokens: 0 }
  let cut = false
  const ask = async (some: readonly Text[], isLast: boolean): Promise<string> => {
    const nonce = asked.nonce()
    const { text, finish, usage } = await provider.complete({
      messages: makeSummaryPrompt(some, nonce, isLast),
      maxTokens,
      temperature: 0,
      signal: asked.signal,
      use: { purpose: 'summary', ...asked.use },
    })
    // Of notes the summary is short enough itself.
    cut ||= isLast && finish === 'length'
    spent.calls += 1
    spent.promptTokens += usage.promptTokens
    spent.completionTokens += usage.completionTokens
    return stripMarks(text, nonce).trim()
  }
  const groups = packTexts(texts, room)
  const first = groups[0] ?? []
  // With one call only its start can be read; with more the last one is for the notes.
  const isWhole = groups.length === 1 || most === 1
  const read = isWhole ? [first] : sample(groups, most - 1)
  const partial = isWhole ? groups.length > 1 : read.length < groups.length
  let text: string
  if (isWhole) text = await ask(first, true)
  else {
    const notes: Text[] = []
    for (const [index, group] of read.entries()) {
      const known = await asked.notes.find(group)
      const note = known ?? (await ask(group, false))
      if (known === null) await asked.notes.keep(group, note)
      notes.push({ title: null, path: `part ${index + 1}`, page: null, text: note })
    }
    // Notes of very many parts are cut evenly rather than read in yet another round.
    const share = Math.max(50, Math.floor(room / notes.length) - MARK_TOKENS)
    text = await ask(
      notes.map((note) => ({ ...note, text: note.text.slice(0, share) })),
      true,
    )
  }
  return { ...spent, text: stripRemote(text, texts, []), partial, cut }
}
