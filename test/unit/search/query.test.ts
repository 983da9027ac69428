import fc from 'fast-check'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../src/main/search/query'
import { textOf } from '../../../src/shared/remarks'

type Database = { exec: (sql: string) => void; prepare: (sql: string) => { all: (...values: unknown[]) => unknown[] } }
const Libsql = createRequire(import.meta.url)('libsql') as new (file: string) => Database

const fts = (): ((match: string) => unknown[]) => {
  const db = new Libsql(':memory:')
  db.exec(`CREATE VIRTUAL TABLE t USING fts5(text, tokenize="porter unicode61 remove_diacritics 2")`)
  db.exec(`INSERT INTO t VALUES ('the quick brown fox jumps'), ('a lazy dog sleeps near the boiler pressure valve')`)
  const found = db.prepare('SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank')
  return (match) => found.all(match)
}

describe('parseQuery', () => {
  it('leaves out words without meaning, unless there are no others', () => {
    expect(parseQuery('what is the pressure of a boiler').words).toEqual(['pressure', 'boiler'])
    expect(parseQuery('to be or not to be').words).toEqual(['to', 'be', 'or', 'not'])
  })

  it('requires a quoted phrase and lets loose words only order', () => {
    const search = fts()
    const { match } = parseQuery('"pressure valve" fox')
    expect(search(match ?? '')).toEqual([{ rowid: 2 }])
  })

  it('finds by any of the words', () => {
    const { match } = parseQuery('foxes boilers')
    expect(fts()(match ?? '')).toHaveLength(2)
  })

  it('offers prefixes for words of three letters and more', () => {
    const { prefixMatch } = parseQuery('boil pr')
    expect(prefixMatch).toBe('"boil"*')
    expect(fts()(prefixMatch ?? '')).toEqual([{ rowid: 2 }])
  })

  it('has nothing to match where there is no word', () => {
    for (const text of ['', '   ', '?!*()', '"', '""', '-', '😀']) expect(parseQuery(text).match).toBeNull()
  })

  it('makes valid full-text syntax of whatever is typed', () => {
    const search = fts()
    const nasty = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom(
            'AND',
            'OR',
            'NOT',
            'NEAR(',
            ')',
            '"',
            '*',
            '^',
            ':',
            'text:',
            '-',
            '+',
            "'",
            ';',
            '--',
            'fox',
            '\0',
            '{a b}',
          ),
        )
        .map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(nasty, (typed) => {
        const { match, prefixMatch } = parseQuery(typed)
        if (match !== null) search(match)
        if (prefixMatch !== null) search(prefixMatch)
      }),
      { numRuns: 500 },
    )
  })

  it('says what it left out of a query that is longer than anybody types', () => {
    const textOfCut = (query: string): string | null => {
      const { cut } = parseQuery(query)
      return cut && textOf(cut)
    }
    expect(textOfCut('ferry to the island')).toBeNull()
    expect(textOfCut(Array.from({ length: 100 }, (_, at) => `w${at}`).join(' '))).toBe(
      'The query is very long: only the first 64 of its different words were looked for.',
    )
    expect(textOfCut('long '.repeat(1_000))).toBe(
      'The query is very long: only its first 4,000 characters were looked for.',
    )
  })

  it('says why what looks like a filter is none, and leaves other colons alone', () => {
    const reasons = (query: string): string[] => parseQuery(query).misread.map(({ note }) => textOf(note))
    expect(reasons('type:unicorn rent')).toEqual([
      '“type:unicorn” was looked for as words: as a filter it takes a kind like pdf, docx or image.',
    ])
    expect(reasons('after:foo')[0]).toContain('a date like 2024, 2024-01 or 2024-01-31')
    expect(reasons('https://example.org re:invoice type:pdf after:2024 in:letters')).toEqual([])
  })

  it('cuts a query of ten thousand words', () => {
    const { words } = parseQuery(Array.from({ length: 10_000 }, (_, index) => `word${index}`).join(' '))
    expect(words).toHaveLength(64)
  })
})
