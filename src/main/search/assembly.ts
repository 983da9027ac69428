/**
 * Owns how ranked passages become hits: grouped by document, those that say the same folded, with snippets and what is marked.
 * Refuses: ranking.
 */
import type { Hit } from '../../shared/domain'
import { runsOf } from '../../shared/grams'
import type { DuplicateHit, MatchRange } from '../../shared/search'
import type { KeywordFilter, Operations, Store } from '../store/contract'
import type { VectorHit } from '../vectors'
import { findSame } from './folding'

const PATHS_PER_CONTENT = 5
const SNIPPET_CHARS = 280
/** Further passages of a document that are told. */
const MORE_PASSAGES = 3
/** Documents beyond the page that are looked at, so that folding leaves it full. */
const SPARE = 5
const MAX_DUPLICATES = 20

/** Passages of one document (or one passage alone), the best first. */
export type Group = { readonly chunkIds: readonly number[]; readonly score: number }

export type AssemblyRequest = {
  readonly limit: number
  readonly filter: KeywordFilter
  readonly passages: boolean
  /** What is marked in the passages. */
  readonly match: string | null
  /** The query as typed, for scripts without spaces. */
  readonly text: string
  readonly windows: ReadonlyMap<number, VectorHit>
}

type Passage = Operations['search.passages']['result'][number]
type Marked = Operations['search.snippets']['result'][number]

/** Text around a place, for a hit that no word matched. */
const plainSnippet = (text: string, from: number, to: number): string => {
  const piece = text.slice(from, Math.min(to, from + SNIPPET_CHARS))
  const clean = piece.replace(/\s+/g, ' ').trim()
  return `${from > 0 ? '… ' : ''}${clean}${from + piece.length < text.length ? ' …' : ''}`
}

/** Where runs of scripts without spaces, as typed, stand in a text. */
const findRuns = (text: string, runs: readonly string[]): MatchRange[] => {
  const ranges: MatchRange[] = []
  for (const run of runs)
    for (let at = text.indexOf(run); at >= 0; at = text.indexOf(run, at + run.length))
      ranges.push({ start: at, end: at + run.length })
  return ranges.sort((left, right) => left.start - right.start)
}

const markRuns = (text: string, [first]: readonly MatchRange[]): string | null => {
  if (first === undefined) return null
  const from = Math.max(0, first.start - SNIPPET_CHARS / 4)
  const before = text.slice(from, first.start).replace(/\s+/g, ' ')
  const after = text.slice(first.end, first.end + SNIPPET_CHARS / 2).replace(/\s+/g, ' ')
  return `${from > 0 ? '… ' : ''}${before}[[${text.slice(first.start, first.end)}]]${after}`
}

/** `isWhole` is false when a passage went while it was looked for. */
export const assemble = async (
  store: Store,
  groups: readonly Group[],
  request: AssemblyRequest,
): Promise<{ hits: Hit[]; isWhole: boolean }> => {
  const { limit, filter, match, windows } = request
  const top = groups.slice(0, request.passages ? limit : limit + SPARE)
  const chunkIds = top.map(({ chunkIds: [best = 0] }) => best)
  const passages = await store.run('search.passages', { chunkIds, filter, pathsPerContent: PATHS_PER_CONTENT })
  const byChunk = new Map<number, Passage[]>()
  for (const passage of passages) byChunk.set(passage.chunkId, [...(byChunk.get(passage.chunkId) ?? []), passage])

  const rounded = (score: number): number => Math.round(score * 10_000) / 10_000
  const placed = top.flatMap((group) => {
    const rows = byChunk.get(group.chunkIds[0] ?? 0)
    return rows === undefined ? [] : [{ group, rows }]
  })
  const same = request.passages
    ? placed.map(() => null)
    : findSame(placed.map(({ rows: [first] }) => ({ text: first?.text ?? '', group: first?.collection ?? '' })))
  // Only of what is shown, as marking a passage reads it word by word.
  const shown = placed.filter((_one, index) => same[index] === null).slice(0, limit)
  const shownIds = shown.map(({ group }) => group.chunkIds[0] ?? 0)
  const extraIds = request.passages ? [] : shown.flatMap(({ group }) => group.chunkIds.slice(1, 1 + MORE_PASSAGES))
  const [extras, marked] = await Promise.all([
    extraIds.length === 0 ? [] : store.run('search.passages', { chunkIds: extraIds, filter, pathsPerContent: 1 }),
    match === null || shownIds.length === 0
      ? []
      : store.run('search.snippets', { match, chunkIds: [...shownIds, ...extraIds] }),
  ])
  const marks = new Map<number, Marked>(marked.map((row) => [row.chunkId, row]))
  const runs = [...new Set(runsOf(request.text))]
  const extraById = new Map(extras.map((passage) => [passage.chunkId, passage]))

  const show = (passage: Passage): { snippet: string; matches: MatchRange[] } => {
    const mark = marks.get(passage.chunkId)
    const inRuns = runs.length === 0 ? [] : findRuns(passage.text, runs)
    const window = windows.get(passage.chunkId)
    return {
      snippet:
        markRuns(passage.text, inRuns) ??
        mark?.snippet ??
        plainSnippet(passage.text, window?.start ?? 0, window?.end ?? passage.text.length),
      matches: inRuns.length > 0 ? inRuns : (mark?.matches ?? []),
    }
  }
  const duplicates = new Map<number, DuplicateHit[]>()
  placed.forEach(({ rows }, index) => {
    const original = same[index]
    if (original === null || original === undefined) return
    const folded = rows.map(({ documentId, collection, path, location }) => ({
      documentId,
      collection,
      path,
      location,
    }))
    duplicates.set(original, [...(duplicates.get(original) ?? []), ...folded].slice(0, MAX_DUPLICATES))
  })
  const hits = placed.flatMap(({ group, rows }, index) => {
    if (same[index] !== null) return []
    const more = group.chunkIds.slice(1, 1 + MORE_PASSAGES).flatMap((id) => {
      const passage = extraById.get(id)
      if (passage === undefined) return []
      const { chunk, page, start, end } = passage
      return [{ chunk, page, start, end, snippet: show(passage).snippet, score: rounded(group.score) }]
    })
    return rows.map(({ chunkId: _chunkId, contentId: _contentId, ...passage }) => ({
      ...passage,
      score: rounded(group.score),
      ...show({ chunkId: _chunkId, contentId: _contentId, ...passage }),
      ...(request.passages
        ? {}
        : { more, moreTotal: group.chunkIds.length - 1, duplicates: duplicates.get(index) ?? [] }),
    }))
  })
  return { hits: hits.slice(0, limit), isWhole: byChunk.size === top.length }
}
