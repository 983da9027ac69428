import { describe, expect, it } from 'vitest'
import { compilePathGlob } from '../../../src/main/store/path-glob'
import { RANKED } from '../../../src/main/store/search'
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

  it('is ordered by the full-text index itself', () => {
    const bed = makeBed()
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${RANKED}`, 'walrus', 10)
    // 32: ordered by rank inside the index.
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SCAN chunks_fts VIRTUAL TABLE INDEX 32:M/),
    ])
  })

  it('marks matches in snippets and leaves out chunks that do not match', () => {
    const bed = makeBed()
    fill(bed)
    const snippets = bed.run('search.snippets', { match: 'walrus OR shore', chunkIds: [1, 2] })
    expect(snippets).toEqual([
      { chunkId: 1, snippet: 'a [[walrus]] in notes/[[walrus]].txt' },
      { chunkId: 2, snippet: 'sea and [[shore]] of notes/Deep/other.MD' },
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
    const ask = (filter: Partial<typeof anything>, maxContents = 10) =>
      bed.run('search.allowed', { filter: { ...anything, ...filter }, maxContents })
    expect(ask({})).toEqual({ collectionIds: [id], contentIds: null })
    expect(ask({ collectionIds: [id, 99] })).toEqual({ collectionIds: [id], contentIds: null })
    expect(ask({ kinds: ['text'] })).toEqual({ collectionIds: [id], contentIds: [1] })
    expect(ask({ pathGlob: '**/walrus.*' }).contentIds?.sort()).toEqual([1, 3])
    expect(ask({ kinds: ['text', 'pdf'] }, 1).contentIds).toBeNull()
    expect(ask({ kinds: ['docx'] }).contentIds).toEqual([])
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
