/**
 * Owns the engine's side of the calls about searching: what a filter means, which search stops which, saved searches, history.
 * Refuses: ranking, and reading what a person typed; the search does.
 */
import type { CallHandlers, ParsedParams } from '../../shared/calls'
import { documentKinds, isDocumentKind, kindOfType } from '../../shared/kinds'
import type { SearchResult } from '../../shared/domain'
import { AppError, toAppError } from '../../shared/errors'
import { notesOf, remark, withNotes } from '../../shared/remarks'
import type { Limits } from '../../shared/limits'
import { searchScopeSchema, type SearchScope } from '../../shared/search'
import type { Search } from '../search'
import type { KeywordFilter, Store } from '../store/contract'

export type SearchCalls = Pick<
  CallHandlers,
  | 'search'
  | 'search.stop'
  | 'search.similar'
  | 'savedSearches.list'
  | 'savedSearches.save'
  | 'savedSearches.remove'
  | 'savedSearches.restore'
  | 'savedSearches.run'
  | 'searchHistory.list'
  | 'searchHistory.add'
  | 'searchHistory.remove'
  | 'searchHistory.clear'
>

type SearchCallParts = {
  readonly store: Store
  readonly search: Search
  readonly idOf: (what: string, id: string) => number
  readonly collectionIdsOf: (names: readonly string[]) => Promise<number[]>
  readonly limits: () => Limits
}

const dateOf = (text: string | null, name: string, endOfDay: boolean): number | null => {
  if (text === null) return null
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const ms = Date.parse(day && endOfDay ? `${text}T23:59:59.999` : day ? `${text}T00:00:00` : text)
  if (Number.isNaN(ms))
    throw new AppError('USAGE', { reason: `"${text}" is not a date for ${name}; write it as 2026-01-31.` })
  return ms
}

/** What `--type` means: the name of a kind is the kind, an extension only what is named so. */
const typesOf = (types: readonly string[]): Required<Pick<KeywordFilter, 'kinds' | 'extensions'>> => {
  const names = types.map((type) => type.trim().toLowerCase().replace(/^\./, ''))
  for (const name of names) requireType(name)
  return {
    kinds: [...new Set(names.filter(isDocumentKind))],
    extensions: [...new Set(names.filter((name) => !isDocumentKind(name)))],
  }
}

/** @throws USAGE */
const requireType = (type: string): void => {
  if (kindOfType(type) === null) {
    const possible = documentKinds.join(', ')
    throw new AppError('USAGE', {
      reason: `"${type}" is no type of document; use ${possible}, or an extension of one.`,
    })
  }
}

/** Searches under way by the id of who asks; a new one stops the one before. */
const createTurnstile = () => {
  const running = new Map<string, AbortController>()
  const stop = (id: string): void => running.get(id)?.abort(new AppError('CANCELLED'))
  const pass = async <T>(id: string | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const abort = new AbortController()
    if (id !== null) {
      stop(id)
      running.set(id, abort)
    }
    try {
      return await work(abort.signal)
    } finally {
      if (id !== null && running.get(id) === abort) running.delete(id)
    }
  }
  return { stop, pass }
}

export const createSearchCalls = (parts: SearchCallParts): SearchCalls => {
  const { store, search, limits } = parts
  const turnstile = createTurnstile()

  const filterOf = async (scope: SearchScope): Promise<KeywordFilter> => ({
    collectionIds: await parts.collectionIdsOf(scope.collections),
    ...typesOf(scope.types),
    sinceMs: dateOf(scope.since, '--since', false),
    untilMs: dateOf(scope.until, '--until', true),
    pathGlob: scope.pathGlob,
  })

  /** What was found is not lost because that it was looked for could not be noted. */
  const noting = async (result: SearchResult, note: () => Promise<unknown>): Promise<SearchResult> => {
    try {
      await note()
      return result
    } catch (thrown) {
      return { ...result, ...withNotes([...notesOf(result), remark('SAID_UNNOTED', {}, toAppError(thrown))]) }
    }
  }

  const remember = async (query: string, scope: SearchScope): Promise<void> => {
    const { 'search.history': kept, 'search.historyEntries': maxEntries } = limits()
    const typed = query.replace(/\s+/g, ' ').trim()
    if (kept === 1 && typed !== '') await store.run('history.add', { query: typed, scope, maxEntries })
  }

  const find = (params: ParsedParams<'search'>): Promise<SearchResult> =>
    turnstile.pass(params.id, async (signal) => {
      const result = await search.find({
        query: params.query,
        mode: params.mode,
        limit: params.limit,
        filter: await filterOf(params),
        stage: params.stage,
        deadlineMs: params.deadlineMs ?? limits()['search.deadlineMs'],
        passages: params.passages,
        signal,
      })
      return params.remember ? noting(result, () => remember(params.query, searchScopeSchema.parse(params))) : result
    })

  return {
    search: find,
    'search.stop': async ({ id }) => {
      turnstile.stop(id)
      return {}
    },
    'search.similar': async ({ documentId, chunk, limit, collections, mode }) =>
      search.similar({
        documentId: parts.idOf('document', documentId),
        chunk,
        mode,
        limit,
        filter: await filterOf(searchScopeSchema.parse({ collections })),
        deadlineMs: limits()['search.deadlineMs'],
      }),
    'savedSearches.list': async () => {
      const savedSearches = await store.run('saved.list', {})
      return { savedSearches, total: savedSearches.length }
    },
    'savedSearches.save': async ({ name, query, ...scope }) => {
      // What could never be run is not kept.
      await filterOf(scope)
      return store.run('saved.save', { name, query, scope })
    },
    'savedSearches.remove': ({ name }) => store.run('saved.remove', { name }),
    'savedSearches.restore': (saved) => store.run('saved.restore', saved),
    'savedSearches.run': async ({ name, limit }) => {
      const saved = await store.run('saved.find', { name })
      if (saved === null) throw new AppError('NOT_FOUND', { what: 'saved search', id: name })
      const { query, ...scope } = saved
      const result = await search.find({
        query,
        mode: scope.mode,
        limit,
        filter: await filterOf(scope),
        stage: 'full',
        deadlineMs: limits()['search.deadlineMs'],
        passages: false,
        signal: null,
      })
      return noting(result, () => store.run('saved.touch', { id: Number(saved.id) }))
    },
    'searchHistory.list': async ({ offset, limit, contains }) => ({
      ...(await store.run('history.list', { offset, limit, contains: contains ?? null })),
      enabled: limits()['search.history'] === 1,
    }),
    'searchHistory.add': async ({ query, ...scope }) => {
      await remember(query, scope)
      return {}
    },
    'searchHistory.remove': ({ ids }) =>
      store.run('history.remove', { ids: ids.map((id) => parts.idOf('search', id)) }),
    'searchHistory.clear': () => store.run('history.remove', { ids: null }),
  }
}
