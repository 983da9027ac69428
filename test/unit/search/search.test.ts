import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSearch, type SearchParts, type SearchRequest } from '../../../src/main/search'
import { createHiddenDocuments } from '../../../src/main/search/hidden-documents'
import { createResultCache } from '../../../src/main/search/result-cache'
import type { EmbeddedQuery } from '../../../src/main/search/spaces'
import type { Store } from '../../../src/main/store/contract'
import { AppError } from '../../../src/shared/errors'
import { remark } from '../../../src/shared/remarks'
import { anything, document, makeBed, startJob, work, type Bed } from '../store/bed'

const LONG =
  'the old ferry crosses the strait every morning with timber and grain for the mills of the southern shore and returns at night with salt'

const texts: Readonly<Record<string, readonly string[]>> = {
  'heating/boiler.txt': [
    'The boiler pressure valve was replaced by the plumber.',
    'A second note about the boiler and its valve.',
  ],
  'heating/furnace.txt': ['The furnace burns wood and heats the kitchen.'],
  'contracts/acme-invoice-2024.pdf': ['Amount due within thirty days.'],
  'ferry/one.txt': [`${LONG}.`],
  'ferry/two.txt': [`${LONG}!`],
  'ferry/number.txt': [`${LONG} 17.`],
  'asia/zh.txt': ['机器学习是人工智能的一个分支。'],
  'asia/th.txt': ['ระบบค้นหาเอกสารทำงานบนเครื่องของคุณ'],
}

/** A query as the built-in model has it. */
const LOCAL: EmbeddedQuery['vector'][number] = {
  serving: {
    space: { id: 1, model: 'm', dimensions: 2, version: 1, table: 't' },
    ref: 'local',
    collectionIds: [1],
    isMixed: false,
  },
  vector: new Float32Array(2),
}

const fill = (): Bed => {
  const bed = makeBed()
  const items = Object.keys(texts).map((path, index) =>
    document(path, { modifiedMs: Date.UTC(2020 + index, 5, 1), sizeBytes: 1_000 * (index + 1) }),
  )
  work(
    bed,
    startJob(bed, items),
    Object.fromEntries(Object.entries(texts).map(([path, chunks]) => [path, [...chunks]])),
  )
  return bed
}

const makeSearch = (bed: Bed, more: Partial<SearchParts> = {}) => {
  const store = {
    run: async (name: Parameters<Store['run']>[0], params: never) => bed.run(name, params),
    close: async () => undefined,
  } as Store
  const search = createSearch({
    store,
    searchVectors: async () => [],
    embedQuery: async () => ({ vector: [LOCAL], known: 1, notes: [] }),
    nowMs: () => 0,
    setTimer: () => () => undefined,
    ...more,
  })
  const find = (query: string, request: Partial<SearchRequest> = {}) =>
    search.find({
      query,
      mode: 'keyword',
      filter: anything,
      limit: 10,
      stage: 'full',
      deadlineMs: 1_000,
      passages: false,
      signal: null,
      ...request,
    })
  const paths = async (query: string, request: Partial<SearchRequest> = {}): Promise<string[]> =>
    (await find(query, request)).results.map(({ path }) => path)
  return { ...search, find, paths }
}

describe('an answer that was given before', () => {
  it('is given again until something changes, and says so', async () => {
    const results = createResultCache(() => 1_000_000)
    const { find } = makeSearch(fill(), { results })
    const first = await find('boiler')
    expect(first.cached).toBe(false)
    expect(await find('boiler')).toEqual({ ...first, cached: true })
    results.change()
    expect((await find('boiler')).cached).toBe(false)
  })

  it('is not kept when it was late, or a model did not answer', async () => {
    const lacking: Partial<SearchParts>[] = [
      { embedQuery: () => Promise.reject(new AppError('MODEL_MISSING', { path: 'model' })) },
      {
        embedQuery: async () => ({
          vector: [LOCAL],
          known: 1,
          notes: [remark('SAID_SOME_KEYWORD_ONLY', {}, new AppError('MODEL_MISSING'))],
        }),
      },
      {
        embedQuery: () => new Promise(() => undefined),
        setTimer: (_ms, fire) => {
          fire()
          return () => undefined
        },
      },
    ]
    for (const parts of lacking) {
      const results = createResultCache(() => 1_000_000)
      const { find } = makeSearch(fill(), { results, ...parts })
      expect((await find('boiler', { mode: 'hybrid' })).notes).not.toEqual([])
      expect((await find('boiler', { mode: 'hybrid' })).cached).toBe(false)
      expect(results.figures().entries).toBe(0)
    }
  })

  it('is not kept when documents changed while it was made, and not given to whom nobody waits for', async () => {
    const results = createResultCache(() => 1_000_000)
    const { find } = makeSearch(fill(), {
      results,
      embedQuery: async () => {
        results.change()
        return { vector: [LOCAL], known: 1, notes: [] }
      },
    })
    await find('boiler', { mode: 'hybrid' })
    expect(results.figures().entries).toBe(0)
    await find('boiler')
    const gone = AbortSignal.abort(new AppError('CANCELLED'))
    await expect(find('boiler', { signal: gone })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('hits', () => {
  it('are one for each document, with its other passages folded in and every match marked', async () => {
    const { find } = makeSearch(fill())
    const { results } = await find('boiler valve')
    const [hit] = results.filter(({ path }) => path.endsWith('boiler.txt'))
    expect(results.filter(({ path }) => path.endsWith('boiler.txt'))).toHaveLength(1)
    expect(hit?.moreTotal).toBe(1)
    expect(hit?.more?.[0]?.snippet).toContain('[[boiler]]')
    const marked = hit?.matches?.map(({ start, end }) => hit.text.slice(start, end))
    expect(marked).toEqual(['boiler', 'valve'])
    const apart = await find('boiler valve', { passages: true })
    expect(apart.results.filter(({ path }) => path.endsWith('boiler.txt'))).toHaveLength(2)
  })

  it('that say the same are folded into the first, but not those that differ in a number', async () => {
    const { find } = makeSearch(fill())
    const { results } = await find('ferry strait timber')
    expect(results.map(({ path }) => path).sort()).toEqual(['ferry/number.txt', 'ferry/one.txt'])
    expect(results.find(({ path }) => path === 'ferry/one.txt')?.duplicates?.map(({ path }) => path)).toEqual([
      'ferry/two.txt',
    ])
  })

  it('are found by the name of the file', async () => {
    const { paths } = makeSearch(fill())
    expect(await paths('acme invoice')).toEqual(['contracts/acme-invoice-2024.pdf'])
  })

  it('are found in scripts without spaces, by words of two characters and more, and by one', async () => {
    const { find, paths } = makeSearch(fill())
    for (const query of ['学习', '人工智能', '机', 'เอกสาร']) expect(await paths(query), query).toHaveLength(1)
    expect(await paths('学人')).toEqual([])
    const { results } = await find('人工智能')
    expect(results[0]?.snippet).toContain('[[人工智能]]')
  })
})

describe('a typing slip', () => {
  it('is put right when the word is nowhere, and said', async () => {
    const { find } = makeSearch(fill())
    const found = await find('boilr')
    expect(found).toMatchObject({ didYouMean: 'boiler', corrected: true })
    expect(found.results[0]?.path).toBe('heating/boiler.txt')
    expect(await find('presure vavle')).toMatchObject({ didYouMean: 'pressure valve', corrected: true })
  })

  it('is put right in a question, too, but not said: the answer is what counts', async () => {
    const { find } = makeSearch(fill())
    expect((await find('boilr')).notes).toEqual(['“boilr” is nowhere; “boiler” was looked for, too.'])
    const asked = await find('boilr', { isQuestion: true })
    expect(asked.notes).toEqual([])
    expect(asked.results[0]?.path).toBe('heating/boiler.txt')
  })

  it('is not seen in words that occur, are short, or resemble nothing', async () => {
    const { find } = makeSearch(fill())
    for (const query of ['boiler', 'boilers', 'xyz', 'zzqqxxjjww'])
      expect((await find(query)).didYouMean, query).toBeNull()
  })
})

describe('filters in a query', () => {
  it('narrow by folder, name, date, size and what must not occur', async () => {
    const { paths } = makeSearch(fill())
    expect(await paths('the in:heating -plumber')).toEqual(['heating/furnace.txt'])
    expect((await paths('ferry before:2024-01')).sort()).toEqual(['ferry/one.txt'])
    expect(await paths('ferry size:>1gb')).toEqual([])
    expect(await paths('ferry size:<1gb path:one')).toEqual(['ferry/one.txt'])
    expect(await paths('path:number ferry')).toEqual(['ferry/number.txt'])
    expect(await paths('ferry -path:number -path:one -in:asia')).toEqual(['ferry/two.txt'])
    expect(await paths('ferry collection:elsewhere')).toEqual([])
  })

  it('alone list the newest documents that fit', async () => {
    const { find, paths } = makeSearch(fill())
    expect(await paths('in:asia')).toEqual(['asia/th.txt', 'asia/zh.txt'])
    expect((await paths('-ferry')).sort()).toEqual(
      Object.keys(texts)
        .filter((path) => !path.startsWith('ferry'))
        .sort(),
    )
    expect((await find('in:asia')).filters).toEqual([{ name: 'in', value: 'asia', text: 'in:asia', negated: false }])
  })
})

describe('a hybrid search', () => {
  it('answers by words when meaning is late, and says so', async () => {
    const bed = fill()
    const { find } = makeSearch(bed, {
      embedQuery: () => new Promise(() => undefined),
      setTimer: (_ms, callback) => {
        callback()
        return () => undefined
      },
    })
    const found = await find('boiler', { mode: 'hybrid' })
    expect(found.results).toHaveLength(1)
    expect(found.notes.join()).toMatch(/too long/)
  })

  it('does not ask for meaning in its first stage', async () => {
    const { find } = makeSearch(fill(), {
      embedQuery: () => Promise.reject(new AppError('MODEL_MISSING', { path: 'x' })),
    })
    expect(await find('boiler', { mode: 'hybrid', stage: 'keyword' })).toMatchObject({ stage: 'keyword', notes: [] })
    expect((await find('boiler', { mode: 'hybrid' })).notes.join()).toMatch(/Only keyword results/)
  })

  it('ends at once when nobody waits for it any more', async () => {
    const { find } = makeSearch(fill(), { embedQuery: () => new Promise(() => undefined) })
    const abort = new AbortController()
    const asked = find('boiler', { mode: 'semantic', signal: abort.signal })
    abort.abort(new AppError('CANCELLED'))
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('shows nothing by meaning that lacks the quoted words or has what must not occur', async () => {
    const bed = fill()
    const all = bed.session.db.all<{ id: number; content_id: number }>('SELECT id, content_id FROM chunks ORDER BY id')
    const { paths } = makeSearch(bed, {
      searchVectors: async ({ chunkIds }) =>
        all
          .filter(({ id }) => chunkIds?.includes(id) ?? true)
          .map(({ id, content_id }, distance) => ({ chunkId: id, contentId: content_id, start: 0, end: 5, distance })),
    })
    expect((await paths('wood', { mode: 'hybrid' })).length).toBeGreaterThan(4)
    expect(await paths('"burns wood"', { mode: 'hybrid' })).toEqual(['heating/furnace.txt'])
    expect(await paths('heats -furnace -ferry -boiler', { mode: 'hybrid' })).not.toContain('heating/furnace.txt')
  })

  it('puts no name of a filter right, and says when there is no such collection', async () => {
    const bed = fill()
    const { find } = makeSearch(bed)
    const misread = await find('kind:unicorn boiler', { mode: 'keyword' })
    expect(misread.didYouMean).toBeNull()
    expect(misread.notes.join()).toContain('“kind:unicorn” was looked for as words')
    const nowhere = await find('boiler collection:nope', { mode: 'keyword' })
    expect(nowhere.results).toEqual([])
    expect(nowhere.notes).toContain('There is no collection “nope”.')
  })

  it('leaves out a document of which any passage has what must not occur, by words and by meaning', async () => {
    const bed = makeBed()
    const job = startJob(bed, [document('lease.txt'), document('draft.txt')])
    work(bed, job, {
      'lease.txt': ['the rent of the flat', 'signed by both'],
      'draft.txt': ['the rent of the flat, as we thought', 'this is a draft'],
    })
    const all = bed.session.db.all<{ id: number; content_id: number }>('SELECT id, content_id FROM chunks ORDER BY id')
    const { paths } = makeSearch(bed, {
      searchVectors: async () =>
        all.map(({ id, content_id }, distance) => ({ chunkId: id, contentId: content_id, start: 0, end: 5, distance })),
    })
    expect((await paths('rent')).sort()).toEqual(['draft.txt', 'lease.txt'])
    expect(await paths('rent -draft')).toEqual(['lease.txt'])
    expect(await paths('rent -drafts', { mode: 'hybrid' })).toEqual(['lease.txt'])
    expect(await paths('rent -"a draft"', { mode: 'semantic' })).toEqual(['lease.txt'])
  })

  it('asks a model for English only what reads like it', async () => {
    const { find } = makeSearch(fill(), {
      embedQuery: async () => ({ vector: [LOCAL], known: 1, notes: [] }),
      searchVectors: () => Promise.reject(new Error('asked')),
    })
    const { notes } = await find('wie funktioniert das mit der Heizung', { mode: 'hybrid' })
    expect(notes.join()).toMatch(/reads English/)
  })
})

describe('more like this', () => {
  it('finds what shares telling words, and never the document itself', async () => {
    const bed = fill()
    const { similar } = makeSearch(bed)
    const id = bed.session.db.one<{ id: number }>(`SELECT id FROM documents WHERE path = 'ferry/one.txt'`).id
    const ask = (documentId: number) =>
      similar({ documentId, chunk: null, mode: 'keyword', filter: anything, limit: 5, deadlineMs: 1_000 })
    const found = (await ask(id)).results.map(({ path }) => path)
    expect(found).not.toContain('ferry/one.txt')
    expect(found.sort()).toEqual(['ferry/number.txt', 'ferry/two.txt'])
    await expect(ask(999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('whatever is typed', () => {
  it('gives results, or says that there is nothing to look for', async () => {
    const { find } = makeSearch(fill())
    const piece = fc.constantFrom(
      '"',
      '-',
      'boiler',
      'type:',
      'type:pdf',
      'in:',
      '"a b',
      'after:2024-13',
      'size:>',
      'NEAR(',
      '*',
      'AND',
      "';--",
      '😀',
      'שלום',
      '学',
      ')',
      '(',
      ':',
      'col:x',
      '-"',
      '-type:txt',
    )
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece, { maxLength: 8 }).map((all) => all.join(' ')),
    )
    await fc.assert(
      fc.asyncProperty(typed, async (query) => {
        const outcome = await find(query).then(
          ({ results }) => results.length >= 0,
          (thrown: unknown) => thrown instanceof AppError && thrown.code === 'SEARCH_QUERY_EMPTY',
        )
        expect(outcome).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

describe('documents that are about to be removed', () => {
  const listed = { collectionId: null, states: null, offset: 0, limit: 10 }

  it('are found neither by words, by meaning, by name nor by a filter, and are found again after that or when their time has passed', async () => {
    const bed = fill()
    const results = createResultCache(() => 1_000_000)
    let now = 0
    const hidden = createHiddenDocuments(() => now, results.change)
    const boiler = bed.run('documents.list', { ...listed, contains: 'boiler' }).documents[0]
    const { chunkIds } = { chunkIds: bed.session.db.all<{ id: number }>('SELECT id FROM chunks ORDER BY id') }
    const near = chunkIds.map(({ id }) => ({ chunkId: id, score: 0.9, start: 0, end: 10 }))
    const searchVectors: SearchParts['searchVectors'] = async () => near as never
    const { paths } = makeSearch(bed, { results, hidden: hidden.list, searchVectors })
    const queries = ['boiler pressure', 'in:heating', 'heating/boiler.txt', '"boiler pressure"']
    const askAll = async (): Promise<boolean[]> => {
      const found = await Promise.all([
        ...queries.map((query) => paths(query)),
        ...queries.map((query) => paths(query, { mode: 'hybrid' })),
        paths('warm water', { mode: 'semantic', passages: true, limit: 50 }),
      ])
      return found.map((one) => one.includes('heating/boiler.txt'))
    }
    const before = await askAll()
    expect(before).toEqual(before.map(() => true))
    hidden.hide([Number(boiler?.id)], 10_000)
    expect(await askAll()).toEqual(before.map(() => false))
    expect(await paths('furnace')).toEqual(['heating/furnace.txt'])
    hidden.hide([Number(boiler?.id)], 0)
    expect(await askAll()).toEqual(before)
    hidden.hide([Number(boiler?.id)], 10_000)
    expect(await askAll()).toEqual(before.map(() => false))
    now = 10_000
    expect(await askAll()).toEqual(before)
  })

  it('leave those found that say the same', async () => {
    const bed = fill()
    const hidden = createHiddenDocuments(
      () => 0,
      () => undefined,
    )
    const { paths, find } = makeSearch(bed, { hidden: hidden.list })
    const one = bed.run('documents.list', { ...listed, contains: 'ferry/one' }).documents[0]
    hidden.hide([Number(one?.id)], 1)
    expect(await paths('"ferry crosses"')).toContain('ferry/two.txt')
    const { results } = await find('"ferry crosses"')
    const folded = results.flatMap(({ duplicates = [] }) => duplicates.map(({ path }) => path))
    expect(folded).not.toContain('ferry/one.txt')
  })
})
