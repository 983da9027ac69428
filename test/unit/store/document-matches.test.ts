import { describe, expect, it } from 'vitest'
import { MARKED } from '../../../src/main/store/document-matches'
import type { Chunk } from '../../../src/shared/work'
import { makeBed, startJob, work, claim, commit, document, type Bed } from './bed'

/** The words that are marked, cut out of the text as it is read. */
const marked = (bed: Bed, id: number, match: string, limit = 100): { words: string[]; more: boolean } => {
  const text = bed.run('documents.text', { id, offset: 0, limitChars: 100_000 })?.text ?? ''
  const found = bed.run('documents.matches', { id, match, limit })
  if (found === null) throw new Error('there is no such document')
  return { words: found.matches.map(({ start, end }) => text.slice(start, end)), more: found.more }
}

const startWith = (texts: Record<string, string[]>): Bed => {
  const bed = makeBed()
  const paths = Object.keys(texts)
  work(
    bed,
    startJob(
      bed,
      paths.map((path) => document(path)),
    ),
    texts,
  )
  return bed
}

describe('matches of a document', () => {
  it('are all that the index finds, in reading order, exactly where they stand in the text', () => {
    const bed = startWith({ 'a.txt': ['A seal, two seals.', 'Café and cafe', 'The last sèal 🦭 seal'] })
    expect(marked(bed, 1, '"seal"').words).toEqual(['seal', 'seals', 'sèal', 'seal'])
    expect(marked(bed, 1, '"cafe"').words).toEqual(['Café', 'cafe'])
  })

  it('are those of this document alone', () => {
    const bed = startWith({ 'a.txt': ['walrus one'], 'b.txt': ['seal only'], 'c.txt': ['walrus three'] })
    expect(marked(bed, 2, '"walrus"').words).toEqual([])
    expect(marked(bed, 3, '"walrus" OR "three"').words).toEqual(['walrus', 'three'])
  })

  it('a phrase is marked as one, or word by word, but never beside itself', () => {
    const bed = startWith({ 'a.txt': ['the spare key, a spare, the key'] })
    expect(marked(bed, 1, '"spare key"').words.join(' ')).toBe('spare key')
  })

  it('what two overlapping passages share is told once', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    const text = 'one walrus and two seals, seal'
    const chunks: Chunk[] = [
      { ordinal: 0, text: text.slice(0, 24), start: 0, end: 24, page: null, heading: '' },
      { ordinal: 1, text: text.slice(4), start: 4, end: text.length, page: null, heading: '' },
    ]
    for (const task of claim(bed, 'extract')) commit(bed, task, [], { chunks })
    expect(marked(bed, 1, '"walrus" OR "seal"').words).toEqual(['walrus', 'seals', 'seal'])
  })

  it('are counted up to a bound, and what is beyond is said', () => {
    const bed = startWith({ 'a.txt': ['walrus '.repeat(50).trim()] })
    expect(marked(bed, 1, '"walrus"', 10)).toMatchObject({
      words: Array.from({ length: 10 }, () => 'walrus'),
      more: true,
    })
    expect(marked(bed, 1, '"walrus"', 50).more).toBe(false)
  })

  it('of a document that has no text are none, and of none there is nothing to tell', () => {
    const bed = makeBed()
    startJob(bed, [document('a.txt')])
    expect(bed.run('documents.matches', { id: 1, match: '"walrus"', limit: 5 })).toEqual({ matches: [], more: false })
    expect(bed.run('documents.matches', { id: 99, match: '"walrus"', limit: 5 })).toBeNull()
  })

  it('are looked up by the ids of its own passages', () => {
    const bed = makeBed()
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${MARKED}`, '"walrus"', 1)
    const details = plan.map(({ detail }) => detail).join('\n')
    expect(details).toMatch(/SCAN chunks_fts VIRTUAL TABLE INDEX \d+:.*[<>]/)
    expect(details).toContain('SEARCH c USING INTEGER PRIMARY KEY')
  })
})
