import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentOrders } from '../../../src/shared/document-lists'
import { idsOf } from '../../../src/main/store/document-lists'
import { AppError } from '../../../src/shared/errors'
import type { Chunk } from '../../../src/shared/work'
import {
  attemptOf,
  claim,
  collectionId,
  commit,
  countersDiffer,
  document,
  factsOf,
  found,
  makeBed,
  startJob,
  work,
  chunksOf,
} from './bed'

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

  it('read one page of an index, without sorting, in each order and both directions', () => {
    const bed = makeBed()
    const shapes = [
      { collectionId: 1, contains: 'x' },
      { collectionId: 1, contains: null, kinds: ['pdf'], languages: ['en'] },
      { collectionId: null, contains: null },
    ] as const
    for (const shape of shapes)
      for (const sort of documentOrders)
        for (const descending of [false, true]) {
          if (shape.contains !== null && sort !== 'name') continue
          const { kinds = null, languages = null, ...rest } = { kinds: null, languages: null, ...shape }
          const filter = { ...rest, states: null, kinds: kinds && [...kinds], languages: languages && [...languages] }
          const { sql, params } = idsOf({ ...filter, sort, descending }, 100_000)
          const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params, 10, 0)
          const text = plan.map(({ detail }) => detail).join('\n')
          expect(text, sql).toMatch(/documents USING COVERING INDEX documents_/)
          expect(text, sql).not.toContain('TEMP B-TREE')
          // Few of many are sought by their state, not by a walk over all.
          if (shape.contains !== null) continue
          const few = idsOf({ ...filter, sort, descending }, 3)
          const seeks = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${few.sql}`, ...few.params, 10, 0)
          const sought = seeks.map(({ detail }) => detail).join('\n')
          expect(sought, few.sql).toMatch(/SEARCH documents USING COVERING INDEX documents_states \(state=\?\)/)
        }
  })

  it('come by size, kind, date and state, and narrowed by what they are', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('b'), document('a'), document('c')]))
    startJob(bed, [document('queued')], { collection: 'other' })
    bed.session.db.exec(
      `UPDATE documents SET size_bytes = 300 - id * 100 WHERE path <> 'queued';
       UPDATE contents SET kind = 'pdf', language = 'de' WHERE id = (SELECT content_id FROM documents WHERE path = 'a')`,
    )
    type Asked = Partial<Parameters<typeof bed.run<'documents.list'>>[1]>
    const list = (asked: Asked) => {
      const all = { collectionId: null, states: null, contains: null, offset: 0, limit: 9 }
      const { documents, total } = bed.run('documents.list', { ...all, ...asked })
      expect(total).toBe(documents.length)
      return documents.map(({ path }) => path).join('')
    }
    expect(list({ sort: 'size' })).toBe('cab')
    expect(list({ sort: 'size', descending: true })).toBe('bac')
    expect(list({ sort: 'size', contains: 'a' })).toBe('a')
    expect(list({ sort: 'kind' })[0]).toBe('a')
    expect(list({ kinds: ['pdf'] })).toBe('a')
    expect(list({ languages: ['de'], kinds: ['text'] })).toBe('')
    expect(list({ sort: 'state', states: ['queued', 'indexed'], descending: true })).toMatch(/^queued/)
    const facets = (asked: Partial<Parameters<typeof bed.run<'documents.facets'>>[1]>) =>
      bed.run('documents.facets', { collectionName: null, states: null, contains: null, ...asked })
    expect(facets({ kinds: ['pdf'] })).toMatchObject({
      states: [{ value: 'indexed', count: 1 }],
      kinds: [
        { value: 'text', count: 2 },
        { value: 'pdf', count: 1 },
      ],
      languages: [{ value: 'de', count: 1 }],
      collections: [{ value: 'default', count: 1 }],
    })
    expect(facets({ collectionName: 'other' })).toMatchObject({ states: [{ value: 'queued', count: 1 }], kinds: [] })
    expect(facets({ contains: 'b' }).kinds).toEqual([{ value: 'text', count: 1 }])
  })

  it('lead to jobs that look at originals again, and lose nothing meanwhile', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a'), document('b')]), { a: ['walrus'], b: ['walrus'] })
    work(bed, startJob(bed, [document('c')], { collection: 'other' }), { c: ['walrus'] })
    const { jobs, documents } = bed.run('documents.readAgain', { ids: [1, 3, 99] })
    expect(documents).toBe(2)
    expect(jobs.map(({ label, collection, state }) => [label, collection, state])).toEqual([
      ['1 document read again', 'default', 'queued'],
      ['1 document read again', 'other', 'queued'],
    ])
    expect(found(bed, 'walrus').sort()).toEqual(['a', 'b', 'c'])
    const tasks = [...claim(bed, 'extract', 2), ...claim(bed, 'extract', 2)]
    expect(tasks.map(({ path }) => path).sort()).toEqual(['a', 'c'])
    const task = tasks.find(({ path }) => path === 'a')
    if (!task) throw new Error('it was not claimed')
    commit(bed, task, ['narwhal'])
    expect(found(bed, 'walrus').sort()).toEqual(['b', 'c'])
    expect(found(bed, 'narwhal')).toEqual(['a'])
  })
})

describe('removing documents', () => {
  it('takes the text away with the last path, and the path can be added again', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a'), document('b')]), { a: ['walrus'], b: ['walrus'] })
    expect(bed.run('documents.remove', { ids: [1] })).toMatchObject({ removed: 1 })
    expect(found(bed, 'walrus')).toEqual(['b'])
    expect(bed.run('documents.remove', { ids: [1, 2] })).toMatchObject({ removed: 1 })
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
    expect(bed.run('embed.expected', { afterContentId: 0, limit: 9 })).toEqual([
      { contentId: 2, generationId: null, windows: 2 },
    ])
  })

  it('ends what would read them, and counts it as cancelled; a retry does not bring them back', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a'), document('b')])
    expect(bed.run('documents.remove', { ids: [1] })).toEqual({ removed: 1, running: [] })
    const tasks = claim(bed, 'extract')
    expect(tasks.map(({ path }) => path)).toEqual(['b'])
    for (const task of tasks)
      bed.run('tasks.fail', {
        taskId: task.id,
        code: 'WORKER_POISON',
        details: {},
        stack: null,
        attempt: attemptOf(task),
        retryAtMs: null,
        outcome: 'failed',
      })
    expect(bed.run('jobs.progress', { id: jobId })?.documents).toMatchObject({ cancelled: 1, failed: 1, total: 2 })
    expect(bed.run('jobs.retry', { id: jobId }).tasks).toBe(1)
    expect(countersDiffer(bed)).toEqual([])
  })

  it('refuses a text that arrives after it, and the task ends as cancelled', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a'), document('b')])
    const [a, b] = claim(bed, 'extract')
    if (!a || !b) throw new Error('nothing was claimed')
    expect(bed.run('documents.remove', { ids: [1, 2] })).toEqual({ removed: 2, running: [a.id, b.id] })
    for (const arrive of [
      () => commit(bed, a, ['walrus']),
      () => bed.run('tasks.becomeArchive', { taskId: b.id, attempt: attemptOf(b), figures: {}, fingerprint: null }),
    ])
      expect(arrive).toThrow(new AppError('CANCELLED'))
    bed.run('tasks.interrupt', { taskId: a.id, code: 'CANCELLED', alone: false, attempt: attemptOf(a) })
    // Its owner died before it could say so.
    bed.reopen()
    bed.run('tasks.recover', {})
    expect(found(bed, 'walrus')).toEqual([])
    expect(bed.run('jobs.progress', { id: jobId })).toMatchObject({
      job: { state: 'completed_with_problems' },
      documents: { cancelled: 2, total: 2 },
    })
    expect(bed.run('documents.show', { id: 1 })).toBeNull()
    expect(countersDiffer(bed)).toEqual([])
  })

  it('ends a document whose pictures are still to be read, however much of its text was there', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    bed.run('extract.toOcr', {
      taskId: task.id,
      attempt: attemptOf(task),
      figures: {},
      contentId: null,
      sha256: 'bytes',
      settingsKey: 's1',
      sizeBytes: 120,
      facts: factsOf(null, [{ code: 'OCR_MISSING', details: {} }]),
      chars: 50,
      chunks: chunksOf('walrus'),
      chunkCount: 1,
    })
    expect(found(bed, 'walrus')).toEqual(['a'])
    bed.run('documents.remove', { ids: [1] })
    expect(claim(bed, 'ocr')).toEqual([])
    expect(bed.run('jobs.progress', { id: jobId })?.documents).toMatchObject({ cancelled: 1, total: 1 })
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
