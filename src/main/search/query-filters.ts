/**
 * Owns the filters that can be typed in a query: what each name means, and which values it takes.
 * Refuses: guessing. What is no value of a filter stays what it was, words.
 */
import { isDocumentKind, kindOfType } from '../../shared/kinds'
import { isFilterValue, remark, type Remark } from '../../shared/remarks'
import type { QueryFilter } from '../../shared/search'
import type { FilterTest } from '../store/contract'

type Name = Exclude<QueryFilter['name'], 'phrase' | 'not'>
/** What a value asks of a document, any of the tests; `null` when it is no value of this filter. */
type Reader = (value: string) => FilterTest[] | null

const isText = (value: string): boolean => value !== ''

const readType: Reader = (value) => {
  const written = value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim().replace(/^\./, ''))
  const names = [...new Set(written)]
  if (names.some((name) => kindOfType(name) === null)) return null
  return names.map((name) => ({ field: isDocumentKind(name) ? 'kind' : 'extension', value: name, negated: false }))
}

const readWords =
  (field: 'folder' | 'path' | 'title' | 'collection'): Reader =>
  (value) => {
    const folded = value
      .normalize('NFC')
      .toLowerCase()
      .replaceAll('\\', '/')
      .replace(/^\/+|(?<!\/)\/+$/g, '')
    return isText(folded) ? [{ field, value: folded, negated: false }] : null
  }

const readLanguage: Reader = (value) =>
  /^[a-z]{2,3}$/i.test(value) ? [{ field: 'language', value: value.toLowerCase(), negated: false }] : null

/** The first moment of a year, month or day, and of the next one, in local time; `null` when it is none. */
const readPeriod = (value: string): { fromMs: number; toMs: number } | null => {
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value)
  if (match === null) return null
  const [year, month, day] = match.slice(1).map((part) => (part === undefined ? null : Number(part)))
  if (year === null || year === undefined || year < 1000) return null
  const from = new Date(year, (month ?? 1) - 1, day ?? 1)
  if (month && (from.getMonth() !== month - 1 || (day && from.getDate() !== day))) return null
  if (month === 0 || day === 0) return null
  const to = day
    ? new Date(year, (month ?? 1) - 1, day + 1)
    : month
      ? new Date(year, month, 1)
      : new Date(year + 1, 0, 1)
  return { fromMs: from.getTime(), toMs: to.getTime() }
}

/** From its first moment on. */
const readAfter: Reader = (value) => {
  const period = readPeriod(value)
  return period && [{ field: 'sinceMs', value: period.fromMs, negated: false }]
}

/** Before its first moment. */
const readBefore: Reader = (value) => {
  const period = readPeriod(value)
  return period && [{ field: 'untilMs', value: period.fromMs - 1, negated: false }]
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 }

/** `>1mb`, `<=200kb`; without a sign at least so much. */
const readSize: Reader = (value) => {
  const match = /^([<>]?=?)(\d+(?:\.\d+)?)([a-z]*)$/i.exec(value)
  const [, sign = '', figure = '', unit = ''] = match ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (match === null || factor === undefined) return null
  const bytes = Math.min(Number.MAX_SAFE_INTEGER - 1, Math.round(Number(figure) * factor))
  if (sign.startsWith('<')) return [{ field: 'maxBytes', value: sign === '<' ? bytes - 1 : bytes, negated: false }]
  return [{ field: 'minBytes', value: sign === '>' ? bytes + 1 : bytes, negated: false }]
}

/** Names as people type them. */
const readers: Readonly<Record<string, { name: Name; read: Reader }>> = {
  type: { name: 'type', read: readType },
  kind: { name: 'type', read: readType },
  ext: { name: 'type', read: readType },
  in: { name: 'in', read: readWords('folder') },
  folder: { name: 'in', read: readWords('folder') },
  path: { name: 'path', read: readWords('path') },
  file: { name: 'path', read: readWords('path') },
  title: { name: 'title', read: readWords('title') },
  collection: { name: 'collection', read: readWords('collection') },
  col: { name: 'collection', read: readWords('collection') },
  lang: { name: 'lang', read: readLanguage },
  language: { name: 'lang', read: readLanguage },
  after: { name: 'after', read: readAfter },
  since: { name: 'after', read: readAfter },
  before: { name: 'before', read: readBefore },
  size: { name: 'size', read: readSize },
}

/** That what looks like a filter is looked for as words; `null` when its name is that of no filter, or of one that takes every text. */
export const explainMisread = (typedName: string, text: string): Remark | null => {
  const key = typedName.toLowerCase()
  const filter = Object.hasOwn(readers, key) ? readers[key]?.name : undefined
  return isFilterValue(filter) ? remark('SAID_MISREAD', { text, filter }) : null
}

/** The filter that was typed as `name:value`, with what it asks; `null` when it is none. */
export const readFilter = (
  typedName: string,
  value: string,
  text: string,
  negated: boolean,
): { filter: QueryFilter; tests: FilterTest[] } | null => {
  const key = typedName.toLowerCase()
  const reader = Object.hasOwn(readers, key) ? readers[key] : undefined
  const tests = reader?.read(value.trim())
  if (reader === undefined || !tests) return null
  return {
    filter: { name: reader.name, value: value.trim(), text, negated },
    tests: tests.map((test) => ({ ...test, negated })),
  }
}
