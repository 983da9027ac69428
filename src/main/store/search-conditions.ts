/**
 * Owns what a filter asks of documents and contents, as SQL with its parameters and, for path patterns, as a test.
 * Refuses: running it.
 */
import type { FilterTest, KeywordFilter } from './contract'
import type { SqlValue } from './database'
import { compilePathGlob, type PathTest } from './path-glob'

export type Conditions = { where: string; params: SqlValue[]; passes: PathTest | null; excluded: string | null }

/** Of one of the kinds, or named by one of the extensions (`dockerfile` is the whole name of a file, `gitignore` one after a dot). */
const typeCondition = ({ kinds, extensions = [] }: KeywordFilter): { where: string; params: SqlValue[] } => {
  const ways: [string, SqlValue][] = []
  if (kinds.length > 0) ways.push(['k.kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)])
  if (extensions.length > 0) {
    const named = `substr(d.path_folded, -length(e.value) - 1) IN ('.' || e.value, '/' || e.value) OR d.path_folded = e.value`
    ways.push([`EXISTS (SELECT 1 FROM json_each(?) e WHERE ${named})`, JSON.stringify(extensions)])
  }
  if (ways.length === 0) return { where: '', params: [] }
  return { where: ` AND (${ways.map(([sql]) => sql).join(' OR ')})`, params: ways.map(([, value]) => value) }
}

const MODIFIED = `COALESCE(d.modified_ms, CAST(unixepoch(d.indexed_at) AS INTEGER) * 1000)`

/** What each field of a test asks; `$` stands for its value. */
const TESTS: Readonly<Record<FilterTest['field'], string>> = {
  kind: `k.kind = $`,
  extension: `(substr(d.path_folded, -length($) - 1) IN ('.' || $, '/' || $) OR d.path_folded = $)`,
  folder: `(instr('/' || replace(d.path_folded, '!/', '/') , '/' || $ || '/') > 0
    OR instr('/' || replace(lower(d.location), '\\', '/'), '/' || $ || '/') > 0)`,
  path: `instr(d.path_folded, $) > 0`,
  title: `instr(lower(COALESCE(k.title, d.path_folded)), $) > 0`,
  language: `k.language = $`,
  collection: `d.collection_id IN (SELECT id FROM collections WHERE lower(name) = $)`,
  sinceMs: `${MODIFIED} >= $`,
  untilMs: `${MODIFIED} <= $`,
  minBytes: `d.size_bytes >= $`,
  maxBytes: `d.size_bytes <= $`,
}
/** Fields of which several values together mean any of them; of the others every one must hold. */
const ANY_OF: Readonly<Partial<Record<FilterTest['field'], string>>> = {
  kind: 'type',
  extension: 'type',
  folder: 'folder',
  language: 'language',
  collection: 'collection',
}

const testConditions = (tests: readonly FilterTest[]): { where: string; params: SqlValue[] } => {
  const groups = new Map<string, FilterTest[]>()
  for (const [index, test] of tests.entries()) {
    const group = test.negated ? `not ${index}` : (ANY_OF[test.field] ?? `and ${index}`)
    groups.set(group, [...(groups.get(group) ?? []), test])
  }
  const params: SqlValue[] = []
  const where = [...groups.values()].map((group) => {
    const any = group.map(({ field, value }) =>
      TESTS[field].replaceAll('$', () => {
        params.push(value)
        return '?'
      }),
    )
    const condition = `(${any.join(' OR ')})`
    return group[0]?.negated ? ` AND NOT COALESCE(${condition}, 0)` : ` AND ${condition}`
  })
  return { where: where.join(''), params }
}

/** Whether the filter says more than which collections. */
export const narrows = (filter: KeywordFilter): boolean =>
  typeCondition(filter).where !== '' ||
  filter.sinceMs !== null ||
  filter.untilMs !== null ||
  filter.pathGlob !== null ||
  (filter.tests ?? []).length > 0

/** Conditions on `d` (documents) and `k` (contents). */
export const toConditions = (filter: KeywordFilter): Conditions => {
  const { hidden = [] } = filter
  const parts: [boolean, string, SqlValue][] = [
    [
      filter.collectionIds.length > 0,
      'd.collection_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(filter.collectionIds),
    ],
    [filter.sinceMs !== null, `${MODIFIED} >= ?`, filter.sinceMs],
    [filter.untilMs !== null, `${MODIFIED} <= ?`, filter.untilMs],
    [hidden.length > 0, 'd.id NOT IN (SELECT value FROM json_each(?))', JSON.stringify(hidden)],
  ]
  const active = parts.filter(([applies]) => applies)
  const types = typeCondition(filter)
  const tests = testConditions(filter.tests ?? [])
  return {
    where: [' AND d.gone_at IS NULL', ...active.map(([, sql]) => ` AND ${sql}`), types.where, tests.where].join(''),
    params: [...active.map(([, , value]) => value), ...types.params, ...tests.params],
    passes: filter.pathGlob === null ? null : compilePathGlob(filter.pathGlob),
    excluded: filter.excluded ?? null,
  }
}
