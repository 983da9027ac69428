import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIST_IDS } from '../../../src/main/store/documents'
import type { Chunk } from '../../../src/shared/work'
import { claim, collectionId, commit, document, found, makeBed, startJob, work } from './bed'

describe('lists of documents', () => {
  it('show what is indexed, sorted by path, a page at a time', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('b'), document('Ä'), document('a'), document('C')]))
    startJob(bed, [document('queued')])
    const list = (offset: number, limit: number) =>
      bed.run('documents.list', { collectionId: null, states: null, contains: null, offset, limit })
    expect(list(0, 10).documents.map(({ path }) => path)).toEqual(['a', 'b', 'C', 'Ä'])
    expect(list(1, 2)).toMatchObject({ total: 4, documents: [{ path: 'b' }, { path: 'C' }] })
    expect(
      bed.run('documents.list', { collectionId: null, states: ['queued'], contains: null, offset: 0, limit: 9 }),
    ).toMatchObject({
      total: 1,
      documents: [{ path: 'queued', kind: null, chunks: 0, indexedAt: null }],
    })
  })

  it('find a part of the path in any letter case, accents composed or not', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('Rechnung/M\u00FCnchen.txt'), document('other_100%.txt')]))
    const list = (contains: string) =>
      bed
        .run('documents.list', { collectionId: collectionId(bed), states: null, contains, offset: 0, limit: 9 })
        .documents.map(({ path }) => path)
    expect(list('mu\u0308NCHEN')).toEqual(['Rechnung/M\u00FCnchen.txt'])
    expect(list('_100%')).toEqual(['other_100%.txt'])
    expect(list('%')).toEqual(['other_100%.txt'])
    expect(list('')).toHaveLength(2)
  })

  it('read one page of an index, without sorting', () => {
    const bed = makeBed()
    for (const [byCollection, contains] of [
      [true, true],
      [true, false],
      [false, false],
    ] as const) {
      const params = [...(byCollection ? [1] : []), '[]', ...(contains ? ['x'] : []), 10, 0]
      const plan = bed.session.db.all<{ detail: string }>(
        `EXPLAIN QUERY PLAN ${LIST_IDS(byCollection, contains)}`,
        ...params,
      )
      const text = plan.map(({ detail }) => detail).join('\n')
      expect(text).toMatch(/documents USING COVERING INDEX documents_listing/)
      expect(text).not.toContain('TEMP B-TREE')
    }
  })
})

describe('removing documents', () => {
  it('takes the text away with the last path, and the path can be added again', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a'), document('b')]), { a: ['walrus'], b: ['walrus'] })
    expect(bed.run('documents.remove', { ids: [1] })).toEqual({ removed: 1 })
    expect(found(bed, 'walrus')).toEqual(['b'])
    expect(bed.run('documents.remove', { ids: [1, 2] })).toEqual({ removed: 1 })
    expect(found(bed, 'walrus')).toEqual([])
    expect(bed.run('embed.garbage', { limit: 9 })).toEqual([1])
    bed.tidy()
    expect(
      bed.session.db.one('SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM contents) AS n'),
    ).toMatchObject({ n: 0 })
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    const again = startJob(bed, [document('a')])
    work(bed, again, { a: ['walrus'] })
    expect(found(bed, 'walrus')).toEqual(['a'])
    expect(bed.run('jobs.progress', { id: again })?.documents).toMatchObject({ indexed: 1 })
    // Vectors carry these ids: they are never used again.
    expect(bed.run('embed.expected', { afterContentId: 0, limit: 9 })).toEqual([{ contentId: 2, windows: 2 }])
  })

  it('while one is being read leaves it to be made again when its text arrives', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    bed.run('documents.remove', { ids: [1] })
    commit(bed, task, ['walrus'])
    expect(found(bed, 'walrus')).toEqual(['a'])
  })

  it('deletes a large text in short steps', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: Array.from({ length: 700 }, (_, index) => `walrus ${index}`) })
    bed.run('documents.remove', { ids: [1] })
    expect(found(bed, 'walrus')).toEqual([])
    const { n } = bed.session.db.one<{ n: number }>('SELECT count(*) AS n FROM chunks')
    expect(n).toBe(700)
    bed.tidy()
    expect(bed.session.db.one('SELECT count(*) AS n FROM chunks')).toMatchObject({ n: 0 })
  })
})

describe('the text of a document', () => {
  const store = (chunks: Chunk[]) => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    const { documentId } = commit(bed, task, [], { chunks, sha256: 'x' })
    return (offset: number, limitChars: number) => bed.run('documents.text', { id: documentId, offset, limitChars })
  }
  const at = (ordinal: number, start: number, text: string): Chunk => ({
    ordinal,
    text,
    start,
    end: start + text.length,
    page: null,
    heading: '',
  })

  it('is put together from chunks that overlap or leave gaps', () => {
    const read = store([at(0, 0, 'one two'), at(1, 4, 'two three'), at(2, 15, 'four')])
    expect(read(0, 100)).toEqual({ text: 'one two three\n\nfour', nextOffset: null })
    expect(read(13, 100)).toEqual({ text: '\n\nfour', nextOffset: null })
    expect(read(99, 100)).toEqual({ text: '', nextOffset: null })
  })

  it('comes in pieces that give the whole, and never cuts a character in half', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 4 }), fc.constantFrom('a', 'b😀', 'ccc', '😀😀')), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer({ min: 2, max: 9 }),
        (parts, limit) => {
          let whole = ''
          const chunks: Chunk[] = []
          for (const [shift, text] of parts) {
            const start = Math.max(chunks.at(-1)?.start ?? 0, whole.length + (shift > 0 ? shift : 0))
            whole = whole.padEnd(start, '\n') + text
            chunks.push(at(chunks.length, start, text))
          }
          const read = store(chunks)
          let text = ''
          for (let offset: number | null = 0; offset !== null;) {
            const piece: ReturnType<typeof read> = read(offset, limit)
            expect(piece?.text).not.toMatch(/[\uD800-\uDBFF]$/)
            text += piece?.text ?? ''
            offset = piece?.nextOffset ?? null
          }
          expect(text).toBe(whole)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('is empty without a content, and nothing for a document that is not there', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    expect(bed.run('documents.text', { id: 1, offset: 0, limitChars: 10 })).toEqual({ text: '', nextOffset: null })
    expect(bed.run('documents.text', { id: 9, offset: 0, limitChars: 10 })).toBeNull()
    expect(bed.run('documents.show', { id: 9 })).toBeNull()
  })
})

describe('collections', () => {
  it('are found by name, renamed, and refuse a name that is taken', () => {
    const bed = makeBed()
    const { id } = bed.run('collections.create', { name: 'one' })
    expect(bed.run('collections.ensure', { name: 'one' }).id).toBe(id)
    bed.run('collections.ensure', { name: 'two' })
    expect(() => bed.run('collections.create', { name: 'one' })).toThrow('already exists')
    expect(() => bed.run('collections.rename', { id: Number(id), newName: 'two' })).toThrow('already exists')
    expect(() => bed.run('collections.rename', { id: 99, newName: 'three' })).toThrow('There is no collection')
    expect(bed.run('collections.rename', { id: Number(id), newName: 'uno' }).name).toBe('uno')
    expect(bed.run('collections.rename', { id: Number(id), newName: 'uno' }).name).toBe('uno')
    expect(bed.run('collections.find', { name: 'one' })).toBeNull()
    expect(bed.run('collections.list', {}).map(({ name }) => name)).toEqual(['two', 'uno'])
  })

  it('tell what is in them', () => {
    const bed = makeBed()
    startJob(bed, [document('a'), document('b')])
    const [task] = claim(bed, 'extract')
    if (task) commit(bed, task, ['one', 'two'])
    expect(bed.run('collections.find', { name: 'default' })).toMatchObject({
      documents: 1,
      chunks: 2,
      pendingVectors: 2,
      bytes: 120,
    })
  })

  it('go with everything in them, a page at a time, and nothing else', () => {
    const bed = makeBed()
    const id = startJob(bed, [document('a'), document('b'), document('c')])
    work(bed, id)
    startJob(bed, [document('staged')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    bed.run('contents.stage', {
      taskId: task.id,
      collectionId: task.collectionId,
      sha256: 'x',
      settingsKey: 's',
      kind: 'text',
    })
    work(bed, startJob(bed, [document('kept')], { collection: 'other' }), { kept: ['walrus'] })
    let removed = 0
    for (let more = true; more;) {
      const page = bed.run('collections.removePage', { id: collectionId(bed), limit: 2 })
      expect(page.removed).toBeLessThanOrEqual(2)
      removed += page.removed
      more = page.more
    }
    expect(removed).toBe(4)
    bed.tidy()
    expect(bed.run('collections.list', {}).map(({ name }) => name)).toEqual(['other'])
    expect(found(bed, 'walrus')).toEqual(['kept'])
    expect(bed.run('health.figures', {})).toMatchObject({
      collections: 1,
      documents: 1,
      contents: 1,
      chunks: 1,
      pendingChunks: 0,
    })
    expect(bed.run('jobs.list', { states: null, offset: 0, limit: 9 }).total).toBe(1)
    expect(bed.run('health.check', {})).toMatchObject({ ok: true })
    expect(bed.run('embed.garbage', { limit: 9 })).toHaveLength(3)
  })
})
