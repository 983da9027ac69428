/**
 * Owns a search from the typed words to the hits: keyword and vector candidates at once, a deadline, fusion, and what limits the answer.
 * Refuses: SQL, LanceDB and the model themselves; they are asked. Only committed versions of documents are ever shown.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { SearchResult } from '../../shared/domain'
import { remark, withNotes, type Remark } from '../../shared/remarks'
import { foldWord, stemOf } from '../../shared/stems'
import type { FilterTest, KeywordFilter, Operations } from '../store/contract'
import { assemble } from './assembly'
import { rarityOf, weigh } from './evidence'
import { groupByDocument, groupByPassage, type Ranking } from './fusion'
import { createKeywordSearch, type KeywordCandidates } from './keyword'
import { parseQuery, type ParsedQuery } from './query'
import { CANDIDATES, type Search, type SearchParts, type SearchRequest } from './request'
import { createSharing } from './sharing'
import { MAX_NAMED, NO_MEANING, searchByMeaning, type SemanticCandidates } from './semantic'
import { rewrite } from './spelling'

export type { Search, SearchParts, SearchRequest } from './request'

/** A search is repeated when documents changed in the middle of it, so often at most. */
const MAX_LOOKS = 3
/** Of what a document is compared with others by. */
const SOURCE_CHARS = 6_000
const SOURCE_SENSE_CHARS = 1_500
const SOURCE_WORDS = 24
const LATE = remark('SAID_LATE')

const NO_WORDS: KeywordCandidates = {
  found: [],
  match: null,
  corrections: new Map(),
  corrected: false,
  isPartial: false,
  met: 0,
  share: 0,
}

/** Rejects as soon as the signal is aborted; what was asked goes on and is not heeded. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> => {
  if (signal === null) return work
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(toAppError(signal.reason))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** `null`: nothing is required, or too many passages meet it. */
type Meeting = Operations['search.meeting']['result']

type Question = Omit<SearchRequest, 'query'> & {
  parsed: ParsedQuery
  /** What the model is asked. */
  sense: string
  /** A content that is not to be found: the one that others are compared with. */
  besides: number | null
}

/**
 * Makes the search over a store, a vector index and a query embedder.
 * Without a model or vectors a hybrid search answers by keyword and says so in `notes`; a semantic one throws.
 */
export const createSearch = (parts: SearchParts): Search => {
  const { store } = parts
  const byWords = createKeywordSearch(store, parts.nowMs)
  const share = createSharing<KeywordCandidates>()

  /** Somebody who types asks for the answer by words and for the whole one at once: both need the same candidates. */
  const wordsWithin = (
    question: Question,
    filter: KeywordFilter,
    meeting: Promise<Meeting>,
  ): Promise<KeywordCandidates> => {
    const { parsed, limit, signal } = question
    const asked = { filter, limit, meeting }
    // What changed in between has another state; without one, or with phrases, which are met once for each question, nothing is shared.
    const state = parsed.phrases.length > 0 ? null : (parts.results?.state() ?? null)
    if (state === null) return byWords(parsed, asked, signal ?? new AbortController().signal)
    return share(JSON.stringify([state, parsed, filter, limit]), signal, (stopped) => byWords(parsed, asked, stopped))
  }

  const meaningWithin = async (
    question: Question,
    filter: KeywordFilter,
    meeting: Promise<Meeting>,
  ): Promise<SemanticCandidates> => {
    const { mode, stage, parsed, limit, deadlineMs } = question
    if (mode === 'keyword' || (stage === 'keyword' && mode === 'hybrid')) return NO_MEANING
    const chunkIds = meeting.then((met) => met?.chunkIds ?? null)
    const required = parsed.required === null ? null : { match: parsed.required, chunkIds }
    const asked = { text: question.sense, filter, limit, required }
    if (mode === 'semantic') return searchByMeaning(parts, asked, question.signal ?? undefined)
    const hurry = new AbortController()
    let takeBack = (): void => undefined
    const late = new Promise<SemanticCandidates>((resolve) => {
      takeBack = parts.setTimer(deadlineMs, () => {
        hurry.abort(new AppError('CANCELLED'))
        resolve({ ...NO_MEANING, notes: [LATE], isShort: true })
      })
    })
    const stop = (): void => hurry.abort(new AppError('CANCELLED'))
    question.signal?.addEventListener('abort', stop, { once: true })
    const found = searchByMeaning(parts, asked, hurry.signal).catch((thrown: unknown) => ({
      ...NO_MEANING,
      notes: [remark('SAID_KEYWORD_ONLY', {}, toAppError(thrown))],
      isShort: true,
    }))
    try {
      return await Promise.race([found, late])
    } finally {
      takeBack()
      question.signal?.removeEventListener('abort', stop)
    }
  }

  /** The passages with a quoted phrase, which both rankings need; finding them may be most of the work. */
  const meetRequired = async ({ parsed, limit }: Question, filter: KeywordFilter): Promise<Meeting> => {
    const { required, match } = parsed
    if (required === null || match === null) return null
    return store.run('search.meeting', { match, filter, limit: Math.max(CANDIDATES, limit), most: MAX_NAMED })
  }

  const look = async (question: Question) => {
    const { parsed, mode, limit, passages } = question
    const tests = [...(question.filter.tests ?? []), ...parsed.tests]
    const filter: KeywordFilter = { ...question.filter, tests, excluded: parsed.excluded }
    const meeting = meetRequired(question, filter)
    // Both look at it later than it may fail, and tell of that then.
    meeting.catch(() => undefined)
    const [words, sense] = await Promise.all([
      mode === 'semantic' ? NO_WORDS : wordsWithin(question, filter, meeting),
      meaningWithin(question, filter, meeting),
    ])
    const evidence = { words: parsed.words.length, met: words.met, share: words.share, strength: sense.strength }
    const weights = question.besides === null ? weigh(evidence) : { keyword: 1, semantic: 1, score: 1 }
    const without = <T extends { contentId: number }>(found: readonly T[]): readonly T[] =>
      question.besides === null ? found : found.filter(({ contentId }) => contentId !== question.besides)
    // A ranking that was asked and is empty still counts: what only one of the two found is not a perfect hit.
    const rankings: Ranking[] = [
      ...(mode === 'semantic' ? [] : [{ weight: weights.keyword, found: without(words.found) }]),
      ...(mode === 'keyword' ? [] : [{ weight: weights.semantic, found: without(sense.found) }]),
    ]
    const factor = mode === 'hybrid' ? weights.score : 1
    const ranked = passages ? groupByPassage(rankings) : groupByDocument(rankings)
    const groups = ranked.map(({ chunkIds, score }) => ({ chunkIds, score: score * factor }))
    const assembly = { limit, filter, passages, match: words.match ?? parsed.match, text: parsed.text }
    const hits = await assemble(store, groups, { ...assembly, windows: sense.windows })
    return { ...hits, words, sense }
  }

  /** Only filters, or only what must not occur: the newest documents that fit. */
  const browse = async (question: Question) => {
    const { parsed, limit } = question
    const filter: KeywordFilter = { ...question.filter, tests: [...(question.filter.tests ?? []), ...parsed.tests] }
    const found = await store.run('search.newest', { filter, excluded: parsed.excluded, limit })
    const groups = groupByPassage([{ weight: 1, found }]).map((group) => ({ ...group, score: 1 }))
    const assembly = { limit, filter, passages: true, match: null, text: '', windows: new Map() }
    return { ...(await assemble(store, groups, assembly)), words: NO_WORDS, sense: NO_MEANING }
  }

  const notesOfWords = (words: KeywordCandidates): Remark[] => [
    ...(words.isPartial ? [remark('SAID_COMMON_WORDS')] : []),
    ...[...words.corrections].map(([typed, meant]) => remark('SAID_CORRECTED', { typed, meant })),
  ]

  const notesOf = (
    words: KeywordCandidates,
    sense: SemanticCandidates,
    { isListing, isQuestion }: { readonly isListing: boolean; readonly isQuestion: boolean },
  ): Remark[] => [
    ...sense.notes,
    ...(isQuestion ? [] : notesOfWords(words)),
    ...(isListing ? [remark('SAID_ONLY_FILTERS')] : []),
  ]

  /** A slip in the name of a collection finds nothing, and nobody sees why. */
  const missingCollections = async (tests: readonly FilterTest[]): Promise<Remark[]> => {
    const asked = tests.filter(({ field, negated }) => field === 'collection' && !negated)
    if (asked.length === 0) return []
    const known = new Set((await store.run('collections.list', {})).map(({ name }) => name.toLowerCase()))
    return asked.flatMap(({ value }) =>
      known.has(String(value)) ? [] : [remark('SAID_NO_COLLECTION', { name: String(value) })],
    )
  }

  /** Without what is not to be found now. */
  const showing = (filter: KeywordFilter): KeywordFilter => {
    const hidden = parts.hidden?.() ?? []
    return hidden.length === 0 ? filter : { ...filter, hidden }
  }

  const elapsedSince = (startedMs: number): number => Math.round((parts.nowMs() - startedMs) * 10) / 10

  /** `isWhole`: nothing was late, failed, or changed meanwhile. */
  const answer = async (
    query: string,
    question: Question,
    startedMs: number,
  ): Promise<{ result: SearchResult; isWhole: boolean }> => {
    const { parsed } = question
    const isListing = parsed.match === null && parsed.filters.length > 0
    if (parsed.match === null && !isListing) throw new AppError('SEARCH_QUERY_EMPTY')
    const ask = () => (isListing ? browse(question) : look(question))
    let found = await ask()
    // A passage went while it was looked for: its document has a new version by now, which has to be found instead.
    for (let looks = 1; !found.isWhole && looks < MAX_LOOKS; looks += 1) found = await ask()
    const { words, sense, hits } = found
    const result: SearchResult = {
      query,
      mode: question.mode,
      elapsedMs: elapsedSince(startedMs),
      cached: false,
      results: hits,
      ...withNotes([
        ...(parsed.cut === null ? [] : [parsed.cut]),
        ...parsed.misread.map(({ note }) => note),
        ...(hits.length === 0 ? await missingCollections(parsed.tests) : []),
        ...notesOf(words, sense, { isListing, isQuestion: question.isQuestion ?? false }),
      ]),
      stage: question.stage,
      didYouMean: words.corrections.size > 0 ? rewrite(parsed.text, words.corrections) : null,
      corrected: words.corrected,
      filters: [...parsed.filters],
      ignored: [...parsed.ignored],
    }
    return { result, isWhole: found.isWhole && !sense.isShort }
  }

  const find: Search['find'] = async (asked) => {
    const { query, ...request } = asked
    const startedMs = parts.nowMs()
    request.signal?.throwIfAborted()
    // Before what is known is looked for: what is no longer hidden makes it worthless.
    const filter = showing(request.filter)
    const known = parts.results?.find(asked)
    if (known) return { ...known, elapsedMs: elapsedSince(startedMs), cached: true }
    const state = parts.results?.state() ?? 0
    const parsed = parseQuery(query)
    const question = { ...request, filter, parsed, sense: parsed.plain, besides: null }
    const { result, isWhole } = await unlessAborted(answer(query, question, startedMs), request.signal)
    if (isWhole) parts.results?.keep(asked, state, result)
    return result
  }

  /** The words that tell a text from others, by how often they are in it and how rare elsewhere. */
  const tellingWords = async (text: string): Promise<string[]> => {
    const times = new Map<string, { word: string; times: number }>()
    for (const word of text.match(/\p{L}[\p{L}\p{N}\p{M}]{2,}/gu) ?? []) {
      const stem = stemOf(foldWord(word))
      const known = times.get(stem)
      times.set(stem, { word: known?.word ?? word, times: (known?.times ?? 0) + 1 })
    }
    const counts = await store.run('search.terms', { terms: [...times.keys()] })
    const most = Math.max(1, ...counts.map(({ chunks }) => chunks))
    const weighed = counts
      // A word that no other passage has finds nothing else.
      .filter(({ chunks }) => chunks > 1)
      .map(({ term, chunks }) => {
        const known = times.get(term)
        return { word: known?.word ?? term, weight: Math.sqrt(known?.times ?? 0) * rarityOf(chunks, most * 2) }
      })
      .sort((left, right) => right.weight - left.weight)
    return weighed.slice(0, SOURCE_WORDS).map(({ word }) => word)
  }

  const similar: Search['similar'] = async ({ documentId, chunk, ...request }) => {
    const startedMs = parts.nowMs()
    const source = await store.run('search.source', { documentId, chunk, maxChars: SOURCE_CHARS })
    if (source === null) throw new AppError('NOT_FOUND', { what: 'document', id: String(documentId) })
    const text = [source.title ?? '', ...source.texts].join('\n')
    const words = await tellingWords(text)
    const parsed = { ...parseQuery(words.join(' ')), text: '' }
    const question: Question = {
      ...request,
      filter: showing(request.filter),
      stage: 'full',
      passages: false,
      signal: null,
      parsed,
      sense: text.replace(/\s+/g, ' ').slice(0, SOURCE_SENSE_CHARS),
      besides: source.contentId,
    }
    return (await answer('', question, startedMs)).result
  }

  return { find, similar }
}
