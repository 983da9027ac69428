/**
 * Owns the candidates by words: exact words, rare ones alone when all are too many, beginnings of words when nothing else is found, scripts
 * without spaces, names of files, and words put right that occur nowhere.
 * Refuses: SQL, and meaning.
 */
import { toAppError } from '../../shared/errors'
import type { KeywordFilter, Store } from '../store/contract'
import { rarityOf } from './evidence'
import { fuse } from './fusion'
import { allOf, anyOf, STOP_WORDS, type ParsedQuery } from './query'
import { CANDIDATES, type Found } from './request'
import { correctWords } from './spelling'

/** Matches that are ranked without thinking: about 10 ms. */
const RANKED_MATCHES = 4_000
/** Of more, only those are ranked that have one of the rarest words, which together match about so many. */
const CORE_MATCHES = 1_000
/** What an eighth of all passages have says little of any: of more matches only so many, the newest, are ranked. */
const MOST_RANKED = { share: 0.125, least: 3_000, most: 8_000 }
/** So few passages have words together by chance that joining more of them tells nothing. */
const TELLING_MATCHES = 1
/** Documents found by their names. */
const PATHS = 50
/** A name that fits many documents says less of each. */
const TELLING_PATHS = 10
/** Of so many of the best it is looked at which words they have. */
const LOOKED_AT = 5
/** Counts are estimates of rarity: they may be a little old. */
const COUNT_AGE_MS = 30_000
const MAX_COUNTS = 5_000

export type KeywordCandidates = {
  /** Best first. */
  readonly found: readonly Found[]
  /** What is marked in the passages. */
  readonly match: string | null
  /** Words of the query that occur nowhere, with what they were probably meant to be. */
  readonly corrections: ReadonlyMap<string, string>
  /** Nothing was found until words were put right. */
  readonly corrected: boolean
  /** Only some of the matches were ranked. */
  readonly isPartial: boolean
  /** How many words of the query the best have together, and the share of the rarity of all. */
  readonly met: number
  readonly share: number
}

export type KeywordQuestion = {
  readonly filter: KeywordFilter
  readonly limit: number
  /** What meets the query and has its phrases; `null` when it has none, or too much does. */
  readonly meeting: Promise<{ readonly hits: readonly Found[] } | null>
}

/** Rejects between two of its steps once `signal` is aborted. */
export type KeywordSearch = (
  parsed: ParsedQuery,
  question: KeywordQuestion,
  signal: AbortSignal,
) => Promise<KeywordCandidates>

/** The store for one question: what is not wanted any more asks nothing further of it, and holds up nobody. */
const untilAborted = (store: Store, signal: AbortSignal): Pick<Store, 'run'> => ({
  run: (name, params) => (signal.aborted ? Promise.reject(toAppError(signal.reason)) : store.run(name, params)),
})

/** What is known of words and passages for a while, over all questions. */
type Estimates = {
  readonly counted: Map<string, { count: number; atMs: number }>
  size: { chunks: number; atMs: number }
}

type Ranked = {
  readonly found: readonly Found[]
  readonly match: string | null
  readonly isPartial: boolean
  /** That the best have every word of the query is known already. */
  readonly haveAll: boolean
}

/** What is in the first comes first. */
const append = (first: readonly Found[], others: readonly Found[]): Found[] => {
  const known = new Set(first.map(({ chunkId }) => chunkId))
  return [...first, ...others.filter(({ chunkId }) => !known.has(chunkId))]
}

type Counted = { readonly word: string; readonly count: number }

const wordsOf = (words: readonly Counted[]): string[] => words.map(({ word }) => word)
const sumOf = (words: readonly Counted[]): number => words.reduce((sum, { count }) => sum + count, 0)

/** The words that occur. */
const rarestFirst = (words: readonly string[], counts: readonly number[]): Counted[] =>
  words
    .map((word, index) => ({ word, count: counts[index] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => left.count - right.count)

/** Of words, the rarest first, as many as together match about `CORE_MATCHES`, and enough for a page; none when all are common. */
const rarestOf = (words: readonly Counted[]): Counted[] => {
  let sum = 0
  return words.filter(({ count }) => {
    const before = sum
    sum += count
    return sum <= CORE_MATCHES || (before < CANDIDATES && sum <= RANKED_MATCHES)
  })
}

/** Of words, the rarest first, as many as together match no more than `most`; all when already the first does. */
const within = (words: readonly Counted[], most: number): readonly Counted[] => {
  let sum = 0
  const fitting = words.filter(({ count }) => (sum += count) <= most)
  return fitting.length > 0 ? fitting : words
}

/**
 * Of words, the rarest first, as many as hardly ever stand together by chance: what has all of the words has these, and joining further ones costs
 * more than all of these together.
 */
const tellingOf = (words: readonly Counted[], size: number): readonly Counted[] => {
  let expected = size
  return words.filter(({ count }, index) => {
    const wanted = index < 2 || expected > TELLING_MATCHES
    expected *= count / Math.max(1, size)
    return wanted
  })
}

const createQuestion = (store: Pick<Store, 'run'>, estimates: Estimates, nowMs: () => number) => {
  const { counted } = estimates

  const estimateSize = async (): Promise<number> => {
    if (nowMs() - estimates.size.atMs >= COUNT_AGE_MS)
      estimates.size = { chunks: await store.run('search.size', {}), atMs: nowMs() }
    return estimates.size.chunks
  }

  const countMostRanked = async (): Promise<number> => {
    const { share, least, most } = MOST_RANKED
    return Math.min(most, Math.max(least, Math.round((await estimateSize()) * share)))
  }

  const countWords = async (words: readonly string[]): Promise<number[]> => {
    const now = nowMs()
    const known = (word: string): number | null => {
      const entry = counted.get(word)
      // What was nowhere may have come this moment, and is cheap to ask for.
      return entry && entry.count > 0 && now - entry.atMs < COUNT_AGE_MS ? entry.count : null
    }
    const missing = words.filter((word) => known(word) === null)
    const counts =
      missing.length === 0 ? [] : await store.run('search.counts', { matches: missing.map((word) => anyOf([word])) })
    if (counted.size > MAX_COUNTS) counted.clear()
    missing.forEach((word, index) => counted.set(word, { count: counts[index] ?? 0, atMs: now }))
    return words.map((word) => counted.get(word)?.count ?? 0)
  }

  /** A thirtieth of the price of ranking them. */
  const countMatches = async (match: string): Promise<number> =>
    (await store.run('search.counts', { matches: [match] }))[0] ?? 0

  /** Words of which half of all passages have each weigh nothing in BM25, and counting their matches is most of the price. */
  const weightyOf = async (words: readonly Counted[]): Promise<readonly Counted[]> => {
    const size = await estimateSize()
    const weighty = words.filter(({ count }) => count * 2 <= size)
    return weighty.length > 0 ? weighty : words
  }

  /** Ranks what has a rare word by all the words, what has only common ones after it, and of too many matches only the newest. */
  const search = async (
    parsed: ParsedQuery,
    counts: readonly number[],
    { filter, limit, meeting }: KeywordQuestion,
  ): Promise<Ranked> => {
    const { words, phrases, match, excluded } = parsed
    if (match === null) return { found: [], match: null, isPartial: false, haveAll: false }
    const total = counts.reduce((sum, count) => sum + count, 0)
    const without = (expression: string): string =>
      excluded === null ? expression : `(${expression}) NOT (${excluded})`
    let isPartial = false
    const find = async (expression: string, estimate: number): Promise<readonly Found[]> => {
      const mostRanked = estimate > MOST_RANKED.least ? await countMostRanked() : MOST_RANKED.most
      const newest = estimate > mostRanked ? mostRanked : null
      isPartial ||= newest !== null
      return store.run('search.keyword', { match: expression, filter, limit, newest })
    }
    if (phrases.length > 0) {
      const met = await meeting
      const found = met?.hits ?? (await find(match, await countMatches(match)))
      return { found, match, isPartial, haveAll: false }
    }
    if (total > RANKED_MATCHES) {
      const there = rarestFirst(words, counts)
      const weighty = await weightyOf(there)
      const rare = rarestOf(weighty)
      let found: readonly Found[] = []
      let haveAll = false
      // BM25 counts every word of an expression that a passage has, so what the rare ones let in is ranked by all.
      if (rare.length > 0 && rare.length < there.length)
        found = await find(
          without(
            rare.length < weighty.length
              ? `(${anyOf(wordsOf(rare))}) AND (${anyOf(wordsOf(weighty))})`
              : anyOf(wordsOf(rare)),
          ),
          0,
        )
      // Words that are everywhere are mostly meant together.
      if (rare.length === 0 && there.length > 1) {
        const telling = tellingOf(there, await estimateSize())
        found = await find(without(allOf(wordsOf(telling))), telling[0]?.count ?? 0)
        haveAll = found.length > 0 && telling.length === words.length
      }
      if (found.length >= limit) return { found, match, isPartial, haveAll }
      const wide = within(weighty, await countMostRanked())
      if (wide.length < there.length && wide.length > rare.length)
        found = append(found, await find(without(anyOf(wordsOf(wide))), sumOf(wide)))
      if (found.length < limit) found = append(found, await find(match, total))
      return { found, match, isPartial, haveAll: haveAll || words.length === 1 }
    }
    const found = await find(match, total)
    if (found.length > 0 || parsed.prefixMatch === null) return { found, match, isPartial, haveAll: words.length === 1 }
    const { prefixMatch } = parsed
    return {
      found: await find(prefixMatch, await countMatches(prefixMatch)),
      match: prefixMatch,
      isPartial,
      haveAll: false,
    }
  }

  /** How many words of the query stand together in one of the best, and what share of the rarity of all words that is. */
  const lookAtBest = async (
    words: readonly string[],
    counts: readonly number[],
    { found, haveAll }: Ranked,
  ): Promise<{ met: number; share: number }> => {
    if (words.length === 0 || found.length === 0) return { met: 0, share: 0 }
    if (haveAll) return { met: words.length, share: 1 }
    const chunkIds = found.slice(0, LOOKED_AT).map(({ chunkId }) => chunkId)
    const covers = await store.run('search.coverage', {
      matches: words.map((word) => anyOf([word])),
      chunkIds,
    })
    const most = Math.max(1, ...counts)
    const rarity = counts.map((count) => rarityOf(count, most * 2))
    const all = rarity.reduce((sum, one) => sum + one, 0)
    let best = { met: 0, share: 0 }
    for (const id of chunkIds) {
      const met = words.flatMap((_word, index) => (covers[index]?.includes(id) ? [index] : []))
      const share = met.reduce((sum, index) => sum + (rarity[index] ?? 0), 0) / (all || 1)
      if (share > best.share) best = { met: met.length, share }
    }
    return best
  }

  const merge = (rankings: readonly { weight: number; found: readonly Found[] }[]): Found[] => {
    const byId = new Map(rankings.flatMap(({ found }) => found.map((one) => [one.chunkId, one] as const)))
    const fused = fuse(rankings.map(({ weight, found }) => ({ weight, ids: found.map(({ chunkId }) => chunkId) })))
    return fused.flatMap(({ id }) => byId.get(id) ?? [])
  }

  return async (parsed: ParsedQuery, { filter, limit, meeting }: KeywordQuestion): Promise<KeywordCandidates> => {
    const wanted = Math.max(CANDIDATES, limit)
    const question = { filter, limit: wanted, meeting }
    const { words, phrases, grams } = parsed
    const counts = await countWords(words)
    const notMisspelled = new Set([...STOP_WORDS, ...parsed.misread.map(({ name }) => name.toLowerCase())])
    const unknown =
      phrases.length > 0
        ? []
        : words.filter((word, index) => counts[index] === 0 && !notMisspelled.has(word.toLowerCase()))
    const isName = words.length > 0 && phrases.length === 0 && parsed.excluded === null
    const [first, byGrams, byPath] = await Promise.all([
      search(parsed, counts, question),
      grams === null ? [] : store.run('search.grams', { match: grams, filter, limit: wanted }),
      isName ? store.run('search.paths', { match: allOf(words), filter, limit: PATHS }) : [],
    ])
    // What a word begins with is on its way to being typed.
    const isTyped = words.length === 1 && first.match === parsed.prefixMatch && first.found.length > 0
    const corrections = grams === null && !isTyped ? await correctWords(store, unknown) : new Map<string, string>()
    let best = first
    let corrected = false
    if (corrections.size > 0 && first.match !== null) {
      const meant = words.map((word) => corrections.get(word) ?? word)
      const again = { ...parsed, words: meant, match: anyOf(meant), prefixMatch: null }
      const found = await search(again, await countWords(meant), question)
      corrected = first.found.length === 0 && found.found.length > 0
      if (found.found.length > 0) best = found
    }
    const { met, share } = await lookAtBest(
      words.map((word) => corrections.get(word) ?? word),
      counts,
      best,
    )
    const found =
      byGrams.length === 0 && byPath.length === 0
        ? best.found
        : merge([
            { weight: 1, found: best.found },
            { weight: byGrams.length > 0 ? 2 : 0, found: byGrams },
            { weight: byPath.length <= TELLING_PATHS ? 1.5 : 0.5, found: byPath },
          ])
    return { found, match: best.match, corrections, corrected, isPartial: best.isPartial, met, share }
  }
}

export const createKeywordSearch = (store: Store, nowMs: () => number): KeywordSearch => {
  const estimates: Estimates = { counted: new Map(), size: { chunks: 0, atMs: Number.NEGATIVE_INFINITY } }
  return (parsed, question, signal) => createQuestion(untilAborted(store, signal), estimates, nowMs)(parsed, question)
}
