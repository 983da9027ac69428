import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database } from '../../../src/main/store/database'
import { compilePathGlob } from '../../../src/main/store/path-glob'
import { PATHS, RANKED, RANKED_NEWEST } from '../../../src/main/store/search'
import { TERMS, TERMS_FROM } from '../../../src/main/store/vocabulary'
import {
  anything,
  claim,
  collectionId,
  commit,
  document,
  factsOf,
  found,
  makeBed,
  startJob,
  work,
  type Bed,
} from './bed'

/** A collection with documents of several kinds, dates and places; none is embedded. */
const fill = (bed: Bed): void => {
  startJob(bed, [
    document('notes/walrus.txt', { modifiedMs: 1_000 }),
    document('notes/Deep/other.MD', { modifiedMs: 5_000 }),
    document('outer.zip!/inner/walrus.pdf', { modifiedMs: null }),
  ])
  const kinds: Record<string, string> = { 'notes/walrus.txt': 'text', 'notes/Deep/other.MD': 'markdown' }
  for (const task of claim(bed, 'extract')) {
    const facts = {
      ...factsOf(task.path.includes('other') ? 'The walrus book' : null),
      kind: kinds[task.path] ?? 'pdf',
    }
    commit(bed, task, [task.path.includes('other') ? `sea and shore of ${task.path}` : `a walrus in ${task.path}`], {
      facts,
    })
  }
}

describe('keyword search', () => {
  it('ranks a match in the title above one in the text, and finds forms of a word', () => {
    const bed = makeBed()
    fill(bed)
    expect(found(bed, '"walrus"')[0]).toBe('notes/Deep/other.MD')
    expect(found(bed, '"walrus"')).toHaveLength(3)
    expect(found(bed, '"shores"')).toEqual(['notes/Deep/other.MD'])
    expect(found(bed, '"nowhere"')).toEqual([])
  })

  it('counts matches, and tells of some chunks which are current and pass', () => {
    const bed = makeBed()
    fill(bed)
    expect(bed.run('search.counts', { matches: ['"walrus"', '"shore"', '"nowhere"'] })).toEqual([3, 1, 0])
    expect(bed.run('search.current', { chunkIds: [3, 99, 1, 2], filter: anything })).toEqual([3, 1, 2])
    const markdown = bed.run('search.current', { chunkIds: [1, 2, 3], filter: { ...anything, kinds: ['markdown'] } })
    expect(markdown).toHaveLength(1)
  })

  it('keeps to the collections, kinds, dates and paths that are asked for', () => {
    const bed = makeBed()
    fill(bed)
    work(bed, startJob(bed, [document('else.txt')], { collection: 'other' }), { 'else.txt': ['walrus elsewhere'] })
    const other = collectionId(bed, 'other')
    expect(found(bed, 'walrus')).toHaveLength(4)
    expect(found(bed, 'walrus', { collectionIds: [other] })).toEqual(['else.txt'])
    expect(found(bed, 'walrus', { kinds: ['markdown', 'docx'] })).toEqual(['notes/Deep/other.MD'])
    expect(found(bed, 'walrus', { untilMs: 2_000 })).toEqual(['notes/walrus.txt'])
    expect(found(bed, 'walrus', { sinceMs: 2_000, untilMs: 6_000 })).toEqual(['notes/Deep/other.MD'])
    // Without a date of its own a document counts by when it was indexed.
    expect(found(bed, 'walrus', { sinceMs: Date.now() - 3_600_000 })).toContain('outer.zip!/inner/walrus.pdf')
    expect(found(bed, 'walrus', { pathGlob: '*.md' })).toEqual(['notes/Deep/other.MD'])
    expect(found(bed, 'walrus', { pathGlob: 'notes/*.txt' })).toEqual(['notes/walrus.txt'])
    expect(found(bed, 'walrus', { pathGlob: 'nothing/*' })).toEqual([])
  })

  it('looks on until a narrow filter is satisfied, however low its matches rank', () => {
    const bed = makeBed()
    startJob(bed, [...Array.from({ length: 300 }, (_, index) => document(`d${index}`)), document('rare.x')])
    for (const task of claim(bed, 'extract', 400)) {
      const rare = task.path === 'rare.x'
      commit(bed, task, [rare ? `walrus ${'and much else besides '.repeat(40)}` : `walrus walrus ${task.path}`], {
        facts: { ...factsOf(), kind: rare ? 'rare' : 'text' },
      })
    }
    const hits = bed.run('search.keyword', { match: 'walrus', filter: { ...anything, kinds: ['rare'] }, limit: 2 })
    expect(hits).toHaveLength(1)
    expect(bed.run('search.keyword', { match: 'walrus', filter: anything, limit: 2 })).toHaveLength(2)
  })

  it('looks up names, terms, newest and pairs of characters by their indexes', () => {
    const bed = makeBed()
    // Two explained statements of full-text indexes on one connection keep the log from being folded, which then is waited for in vain for 5 s
    // (statements that are run do not): each has a connection of its own, and none that of the writer.
    const planOf = (sql: string, ...params: (string | number)[]): string => {
      const reader = new Database(join(bed.dir, 'sluice.db'), 'reader')
      const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params)
      reader.close()
      return plan.map(({ detail }) => detail).join('; ')
    }
    expect(planOf(PATHS, 'walrus', 10)).toMatch(
      /^SCAN f VIRTUAL TABLE INDEX 32:M.*; SEARCH d USING INTEGER PRIMARY KEY/,
    )
    // Last first, out of the index; ordering by rank comes after.
    expect(planOf(RANKED_NEWEST, 'walrus', 10, 5)).toMatch(/SCAN chunks_fts VIRTUAL TABLE INDEX 64:M|INDEX \d+:M/)
    // One term, and a range of terms; not the whole vocabulary (0).
    expect(planOf(TERMS, 'walrus')).toMatch(/chunks_terms VIRTUAL TABLE INDEX 1:/)
    expect(planOf(TERMS_FROM, 'wa', 'wb', 10)).toMatch(/chunks_terms VIRTUAL TABLE INDEX 6:/)
  })

  it('reads the matches of the full-text index once, and no other table, to rank them', () => {
    const bed = makeBed()
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${RANKED}`, 'walrus', 10)
    // 32 would be ordered by rank inside the index, which ranks what it tells a second time.
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SCAN chunks_fts VIRTUAL TABLE INDEX 0:M/),
      'USE TEMP B-TREE FOR ORDER BY',
    ])
  })

  it('tells all that meets an expression with the best of it, and nothing when that is too much', () => {
    const bed = makeBed()
    fill(bed)
    const ask = (most: number, filter: Partial<typeof anything> = {}) =>
      bed.run('search.meeting', { match: '"walrus"', filter: { ...anything, ...filter }, limit: 2, most })
    expect(ask(3)).toEqual({
      hits: bed.run('search.keyword', { match: '"walrus"', filter: anything, limit: 2 }),
      chunkIds: [1, 2, 3],
    })
    // A filter is for the hits; the rest is filtered by whoever asks.
    expect(ask(3, { kinds: ['text'] })).toMatchObject({ hits: [{ contentId: 1 }], chunkIds: [1, 2, 3] })
    expect(ask(2)).toBeNull()
  })

  it('counts what many chunks have, and guesses it by how densely they lie where very many do', () => {
    const bed = makeBed()
    fill(bed)
    bed.session.db.exec(`
      WITH RECURSIVE n (id) AS (SELECT 4 UNION ALL SELECT id + 1 FROM n WHERE id < 30000)
        INSERT INTO chunks (id, content_id, ordinal, text, heading, title, "start", "end", windows)
        SELECT id, 1, id, iif(id % 2, 'odd', 'even') || iif(id % 5, '', ' fifth'), '', '', 0, 4, 1 FROM n;
      INSERT INTO chunks_fts (rowid, text, heading, title) SELECT id, text, heading, title FROM chunks WHERE id > 3;
    `)
    const [odd = 0, fifth] = bed.run('search.counts', { matches: ['"odd"', '"fifth"'] })
    expect(fifth).toBe(6_000)
    expect(odd).not.toBe(10_000)
    expect(Math.abs(odd - 15_000)).toBeLessThan(10)
  })

  it('tells of a few chunks by themselves exactly what the whole index tells', () => {
    const bed = makeBed()
    const texts = [
      'Ärgerliche WALRUSES, running (re-run) at café №5',
      'the walrus ran; caf\u00e9 “naïve” 日本語',
      'no such 10.5 words',
    ]
    startJob(
      bed,
      texts.map((_text, index) => document(`d${index}`)),
    )
    for (const [index, task] of claim(bed, 'extract').entries())
      commit(bed, task, [texts[index] ?? ''], { facts: { ...factsOf(index === 2 ? 'A walrus title' : null) } })
    const chunkIds = [1, 2, 3]
    const matches = [
      '"walrus"',
      '"running"',
      '"cafe"',
      '"naive"',
      '"re run"',
      '"wal"*',
      '"walrus" NOT "ran"',
      '日本語',
      '10',
    ]
    const whole = matches.map((match) =>
      bed.session.db
        .all<{ id: number }>('SELECT rowid AS id FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY rowid', match)
        .map(({ id }) => id),
    )
    expect(bed.run('search.coverage', { matches, chunkIds })).toEqual(whole)
    expect(matches.map((match) => bed.run('search.matching', { match, chunkIds }))).toEqual(whole)
    expect(whole.flat().length).toBeGreaterThan(8)
    const marked = bed.run('search.snippets', { match: matches.slice(0, 5).join(' OR '), chunkIds })
    expect(marked.map(({ snippet }) => snippet)).toMatchInlineSnapshot(`
      [
        "Ärgerliche WALRUSES, [[running]] ([[re-run]]) at [[café]] №5",
        "the [[walrus]] ran; [[café]] “[[naïve]]” 日本語",
        "no such 10.5 words",
      ]
    `)
  })

  it('marks matches in snippets and leaves out chunks that do not match', () => {
    const bed = makeBed()
    fill(bed)
    const snippets = bed.run('search.snippets', { match: 'walrus OR shore', chunkIds: [1, 2] })
    expect(snippets).toEqual([
      {
        chunkId: 1,
        snippet: 'a [[walrus]] in notes/[[walrus]].txt',
        matches: [
          { start: 2, end: 8 },
          { start: 18, end: 24 },
        ],
      },
      { chunkId: 2, snippet: 'sea and [[shore]] of notes/Deep/other.MD', matches: [{ start: 8, end: 13 }] },
    ])
    expect(bed.run('search.snippets', { match: 'walrus', chunkIds: [99] })).toEqual([])
  })
})

describe('passages', () => {
  it('come in the asked order, one for each path, up to a limit', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a'), document('b'), document('c')]), { a: ['same'], b: ['same'], c: ['other'] })
    const ask = (pathsPerContent: number, filter = anything) =>
      bed
        .run('search.passages', { chunkIds: [2, 99, 1], filter, pathsPerContent })
        .map(({ chunkId, path }) => `${chunkId} ${path}`)
    expect(ask(10)).toEqual(['2 c', '1 a', '1 b'])
    expect(ask(1)).toEqual(['2 c', '1 a'])
    expect(ask(10, { ...anything, pathGlob: 'b' })).toEqual(['1 b'])
    expect(bed.run('search.passages', { chunkIds: [2], filter: anything, pathsPerContent: 1 })[0]).toEqual({
      chunkId: 2,
      contentId: 2,
      documentId: '3',
      collection: 'default',
      path: 'c',
      location: '/in/c',
      title: null,
      kind: 'text',
      language: 'en',
      date: expect.any(String) as string,
      chunk: 0,
      page: 1,
      text: 'other',
      start: 0,
      end: 5,
    })
  })

  it('are not given for text that was replaced', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: ['old'] })
    work(bed, startJob(bed, [document('a')]), { a: ['new'] })
    expect(
      bed.run('search.passages', { chunkIds: [1, 2], filter: anything, pathsPerContent: 1 }).map(({ text }) => text),
    ).toEqual(['new'])
  })
})

describe('what a filter allows', () => {
  it('names contents only when the filter says more than collections, and not too many', () => {
    const bed = makeBed()
    fill(bed)
    const id = collectionId(bed)
    const ask = (filter: Partial<typeof anything>, most = 10, required: string | null = null) =>
      bed.run('search.allowed', { filter: { ...anything, ...filter }, required, most })
    expect(ask({})).toEqual({ collectionIds: [id], contentIds: null })
    expect(ask({ collectionIds: [id, 99] })).toEqual({ collectionIds: [id], contentIds: null })
    expect(ask({ kinds: ['text'] })).toEqual({ collectionIds: [id], contentIds: [1] })
    expect(ask({ pathGlob: '**/walrus.*' }).contentIds?.sort()).toEqual([1, 3])
    expect(ask({ kinds: ['text', 'pdf'] }, 1).contentIds).toBeNull()
    expect(ask({ kinds: ['docx'] }).contentIds).toEqual([])
    // What is required narrows, too.
    expect(ask({}, 10, '"walrus"').contentIds).toHaveLength(3)
    expect(ask({ kinds: ['text'] }, 10, '"walrus"').contentIds).toEqual([1])
    expect(ask({}, 10, '"nowhere"').contentIds).toEqual([])
    expect(ask({}, 2, '"walrus"').contentIds).toBeNull()
  })
})

describe('path patterns', () => {
  it('without a slash match the last part, with one the whole, in any letter case', () => {
    const test = (glob: string, path: string, location = '/x') => compilePathGlob(glob)(path, location)
    expect(test('*.pdf', 'a/b/C.PDF')).toBe(true)
    expect(test('a/*.pdf', 'a/b/c.pdf')).toBe(false)
    expect(test('a/**', 'a/b/c.pdf')).toBe(true)
    expect(test('**/*.{pdf,docx}', 'outer.zip!/b/c.docx')).toBe(true)
    expect(test('/home/**', 'a.pdf', '/home/me/a.pdf')).toBe(true)
    expect(test('C:/docs/*', 'a.pdf', 'C:\\docs\\a.pdf')).toBe(true)
    expect(test('.*', '.hidden')).toBe(true)
  })
})
