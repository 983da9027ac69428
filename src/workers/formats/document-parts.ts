/**
 * Owns reading a document part by part (sheets, slides, chapters): a damaged part is left out and named, and every part gets its line
 * in the receipt. Refuses: knowing what a part is.
 */
import { AppError } from '../../shared/errors'
import type { Block, Coverage, CoverageUnit, Warning } from '../../shared/work'
import { throwIfAborted, type FormatContext } from './format'

export type DocumentPart = {
  readonly name: string | null
  readonly read: () => AsyncIterable<Block>
  /** What is said of it in the receipt once it was read, where nothing is wrong with it. */
  readonly note?: () => Warning | null
}

/** What is wrong with one part only; anything else is about the whole document. */
const ofOnePart: readonly string[] = ['DOCUMENT_CORRUPT', 'DOCUMENT_ENCRYPTED']
/** Named in the warning. */
const MAX_NAMED = 10

/** One line of a receipt. */
export const coverPart = (
  unit: CoverageUnit,
  number: number,
  name: string | null,
  state: Coverage['state'],
  reason: Warning | null = null,
): Coverage => ({ unit, from: number, to: number, name: name === '' ? null : name, state, reason })

/**
 * The blocks of all parts in order. Ended early, it covers what is left as cut off.
 * @throws what reading the first damaged part threw, when no part could be read; what is about the whole document
 */
export async function* readParts(
  unit: CoverageUnit,
  parts: readonly DocumentPart[],
  context: FormatContext,
): AsyncGenerator<Block, void, void> {
  const damaged: { name: string; error: AppError }[] = []
  let total = 0
  let next = 0
  try {
    for (const [i, { name, read, note }] of parts.entries()) {
      throwIfAborted(context.signal)
      const before = total
      let error: AppError | null = null
      try {
        for await (const block of read()) {
          total += 1
          yield block
        }
      } catch (thrown) {
        if (!(thrown instanceof AppError) || !ofOnePart.includes(thrown.code)) throw thrown
        error = thrown
      }
      next = i + 1
      const state = error ? (total > before ? 'truncated' : 'skipped') : total > before ? 'indexed' : 'empty'
      if (error) damaged.push({ name: name ?? String(next), error })
      const beside = note?.() ?? null
      context.cover(coverPart(unit, next, name, state, error ? { code: error.code, details: error.details } : beside))
    }
  } finally {
    // The reader took no more: a limit cut the document here.
    parts.slice(next).forEach(({ name }, i) => {
      context.cover(coverPart(unit, next + i + 1, name, 'truncated'))
    })
  }
  const [first] = damaged
  if (!first) return
  if (total === 0) throw first.error
  const names = damaged.slice(0, MAX_NAMED).map(({ name }) => name)
  context.warn({ code: 'DOCUMENT_PART_UNREADABLE', details: { count: damaged.length, parts: names.join(', ') } })
}

/**
 * The blocks of a document that is one part. When it is damaged after some text, that text is kept and the rest is named as missing.
 * @throws what `read` throws before it gave any text, and what is about the whole document
 */
export async function* readBody(
  read: () => AsyncIterable<Block>,
  context: FormatContext,
): AsyncGenerator<Block, void, void> {
  let total = 0
  try {
    for await (const block of read()) {
      total += 1
      yield block
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'DOCUMENT_CORRUPT' || total === 0) throw thrown
    const reason = { code: thrown.code, details: thrown.details }
    context.warn({ code: 'DOCUMENT_PART_UNREADABLE', details: { count: 1, parts: 'the end of the text' } })
    context.cover(coverPart('document', 1, null, 'truncated', reason))
  }
}
