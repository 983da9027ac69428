// Proves that a removal with proof takes a text out of everything, down to the bytes of the files, and keeps what others still have.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createErasure, type ErasureParts } from '../../../src/main/calls/erasure'
import { addId, pagesOfIds } from '../../../src/main/calls/id-ranges'
import { goOnRemoving } from '../../../src/main/ingest/forgetting'
import { createUpkeep } from '../../../src/main/ingest/upkeep'
import { resolveLimits } from '../../../src/shared/limits'
import { silentLog } from '../../support/engine'
import {
  attemptOf,
  chunksOf,
  claim,
  collectionId,
  commit,
  document,
  factsOf,
  finish,
  found,
  makeBed,
  startJob,
  type Bed,
} from '../store/bed'

/** As details and as a stack, or warnings. */
const notesOf = (reason: string): [string, string] => [JSON.stringify({ reason }), reason]

const MARKER = 'zanzibarquokka'
const TEXT = `The secret ${MARKER} lies below the oak.`
const KEPT = 'The recipe of the plum cake stays where it is.'

const bytesHold = (bed: Bed, marker: string): string[] =>
  readdirSync(bed.dir).filter((name) => readFileSync(join(bed.dir, name)).includes(marker))

/** What SQLite calls overwriting rows, but not whole pages. */
const FAST = 2

const wipeAll = (bed: Bed, erasureId: number | null): number => {
  for (let steps = 1; ; steps += 1) if (!bed.run('erasure.wipe', { erasureId }).more) return steps
}

/** As a process does that has nothing else to do. */
const restIn = (bed: Bed, parts: ErasureParts): Promise<void> =>
  createUpkeep({
    store: parts.store,
    vectors: { get: () => Promise.reject(new Error('there is no index')), opened: () => null },
    intents: { undo: async () => 0 },
    pool: { workers: () => [] },
    limits: resolveLimits,
    tempRoot: bed.dir,
    nowMs: () => 0,
    log: silentLog,
    changes: { mark: () => undefined },
    active: new Set(),
    isEmbedding: () => false,
    heldJobs: () => [],
    endJob: async () => undefined,
    endRemovals: createErasure(parts).endCutOff,
  }).look()

/** As one process has it that removes with proof. */
const makeErasing = (texts: Record<string, string[]> = { 'secret.txt': [TEXT], 'cake.txt': [KEPT] }) => {
  const bed = makeBed()
  startJob(
    bed,
    Object.keys(texts).map((path) => document(path)),
  )
  for (const task of claim(bed, 'extract')) commit(bed, task, texts[task.path] ?? [])
  for (const task of claim(bed, 'embed')) finish(bed, task)
  const hash = createHash('sha256').update(TEXT).digest()
  const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
  bed.run('cache.put', { model: 'm', rows: [{ hash, value }], maxBytes: 1e9 })
  const parts: ErasureParts = {
    store: {
      run: async (name, params) => {
        const result = bed.run(name, params)
        // As the thread does between requests.
        bed.tidy()
        return result
      },
      close: async () => undefined,
    },
    collectVectors: async () => {
      bed.run('embed.clearGarbage', { contentIds: bed.run('embed.garbage', { limit: 100 }) })
    },
    countVectors: async () => 0,
    eraseVectors: async () => 0,
    log: silentLog,
  }
  const { erase } = createErasure(parts)
  const idOf = (path: string): number => {
    const page = { collectionId: null, states: null, contains: path, offset: 0, limit: 1 }
    return Number(bed.run('documents.list', page).documents[0]?.id)
  }
  return { bed, parts, erase, idOf, hash }
}

const raise = (thrown: unknown): void => {
  throw thrown
}

describe('a removal with proof', () => {
  it('leaves no byte of the text in any file, no cached vector, and says so', async () => {
    const { bed, erase, idOf, hash } = makeErasing()
    expect(bytesHold(bed, MARKER)).not.toEqual([])
    const ids = [idOf('secret.txt')]
    const { removed, proof } = await erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(removed).toBe(1)
    expect(proof).toEqual({
      proven: true,
      removed: { texts: 1, passages: 1, cacheEntries: 1 },
      left: { texts: 0, passages: 0, summaries: 0, vectors: 0, words: 0, cacheEntries: 0, pictures: 0, vectorFiles: 0 },
      searched: 1,
      found: 0,
    })
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect(bed.run('cache.get', { model: 'm', hashes: [hash] })).toEqual([null])
    expect(found(bed, MARKER)).toEqual([])
    expect(found(bed, 'plum')).toEqual(['cake.txt'])
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
  })

  it('proves nothing when an index keeps something of it, whatever the tables say', async () => {
    const { idOf, bed, parts } = makeErasing()
    const ids = [idOf('cake.txt')]
    const id = bed.session.db.one<{ id: number }>('SELECT id FROM chunks WHERE text = ?', KEPT).id
    const keeping = createErasure({ ...parts, countVectors: async (contentIds) => contentIds.length * 3 })
    const { proof } = await keeping.erase({ documentIds: ids, collectionId: null }, async () => {
      const removed = bed.run('documents.remove', { ids })
      bed.tidy()
      bed.session.db.run('INSERT INTO chunks_fts (rowid, text) VALUES (?, ?)', id, KEPT)
      bed.session.db.run(`INSERT INTO chunks_grams (rowid, grams) VALUES (?, '秘密')`, id)
      return removed
    })
    // Named by both indexes, and found by its words in one of them.
    expect(proof).toMatchObject({ proven: false, left: { vectors: 3, words: 3, passages: 0 }, found: 0 })
  })

  it('keeps the cached vectors of a passage that another text has too', async () => {
    const shared = 'With kind regards from all of us'
    const { bed, erase, idOf } = makeErasing({ 'secret.txt': [TEXT, shared], 'cake.txt': [KEPT, shared] })
    const hash = createHash('sha256').update(shared).digest()
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
    bed.run('cache.put', { model: 'm', rows: [{ hash, value }], maxBytes: 1e9 })
    const ids = [idOf('secret.txt')]
    const { proof } = await erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(proof).toMatchObject({ proven: true, removed: { passages: 2, cacheEntries: 1 } })
    expect(bed.run('cache.get', { model: 'm', hashes: [hash] })).toEqual([value])
  })

  it('leaves nothing of the vectors in the file of the cache', async () => {
    const { bed, erase, idOf, hash } = makeErasing()
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
    bed.run('cache.put', { model: 'other', rows: [{ hash, value }], maxBytes: 1e9 })
    bed.session.cache?.fold()
    const holds = (): boolean => readFileSync(join(bed.dir, 'cache.db')).includes(hash)
    expect(holds()).toBe(true)
    const ids = [idOf('secret.txt')]
    await erase({ documentIds: ids, collectionId: null }, async () => bed.run('documents.remove', { ids }))
    expect(holds()).toBe(false)
  })

  it('is finished by the next process when its own one dies, and goes on overwriting while another one is under way', async () => {
    const { bed, idOf } = makeErasing()
    const overwrites = (): unknown => bed.session.db.one<Record<string, number>>('PRAGMA secure_delete').secure_delete
    const first = bed.run('erasure.begin', { documentIds: [idOf('secret.txt')], collectionId: null })
    bed.run('documents.remove', { ids: [idOf('secret.txt')] })
    bed.reopen()
    expect(overwrites()).toBe(1)
    // Its text is still to be deleted.
    expect(bed.run('erasure.unfinished', {})).toBe(false)
    bed.tidy()
    expect(bed.run('erasure.unfinished', {})).toBe(true)
    const second = bed.run('erasure.begin', { documentIds: [], collectionId: null })
    expect(second.erasureId).toBeGreaterThan(first.erasureId)
    wipeAll(bed, null)
    bed.run('erasure.prove', { erasureId: first.erasureId, proof: '{}' })
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect([bed.run('erasure.unfinished', {}), overwrites()]).toEqual([false, 1])
    wipeAll(bed, second.erasureId)
    expect(overwrites()).toBe(FAST)
  })

  it('has its cached vectors forgotten by the next process when its own one dies before that, and those of earlier versions with them', async () => {
    const { bed, parts, idOf, hash } = makeErasing()
    const kept = createHash('sha256').update(KEPT).digest()
    const earlier = createHash('sha256').update('What the secret said last year.').digest()
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
    const rows = [kept, earlier].map((one) => ({ hash: one, value }))
    bed.run('cache.put', { model: 'm', rows, maxBytes: 1e9 })
    const ids = [idOf('secret.txt')]
    const dying: ErasureParts = {
      ...parts,
      collectVectors: () => Promise.reject(new Error('the process dies')),
    }
    const removal = createErasure(dying).erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    await expect(removal).rejects.toThrow('dies')
    bed.reopen()
    await parts.collectVectors()
    await restIn(bed, parts)
    expect(bed.run('cache.known', { hashes: [hash, earlier, kept] })).toEqual([kept])
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect(bed.run('erasure.unfinished', {})).toBe(false)
  })

  it('is ended by the next start wherever its process dies, and proven then', { timeout: 120_000 }, async () => {
    const wanted = { documents: ['cake.txt'], found: [] }
    const ends: unknown[] = []
    // Nothing of it was known before the first step; and after the last one there is no step to die at.
    let isWhole = false
    for (let steps = 1; !isWhole; steps += 1) {
      const { bed, parts, idOf } = makeErasing()
      const ids = [idOf('secret.txt')]
      let left = steps
      const dying: ErasureParts = {
        ...parts,
        store: {
          ...parts.store,
          run: async (name, params) => {
            left -= 1
            // A process that dies does nothing more: not even letting go of what it had begun.
            if (left < 0) throw new Error('the process is dead')
            const result = await parts.store.run(name, params)
            if (left === 0) throw new Error('the process dies')
            return result
          },
        },
      }
      const died = await createErasure(dying)
        .erase({ documentIds: ids, collectionId: null }, () => dying.store.run('documents.remove', { ids }))
        .then(
          () => false,
          () => true,
        )
      isWhole = !died
      bed.reopen()
      await goOnRemoving(parts.store, raise)
      await restIn(bed, parts)
      const list = await createErasure(parts).list()
      ends.push({
        documents: bed.session.db.all<{ path: string }>('SELECT path FROM documents').map(({ path }) => path),
        found: bytesHold(bed, MARKER),
      })
      expect(list).toMatchObject([
        { documents: 1, texts: 1, proof: { proven: true, removed: { texts: 1, passages: 1 } } },
      ])
      expect(bed.session.db.all(`SELECT name FROM sqlite_master WHERE name = 'overwritten'`)).toEqual([])
      expect(bed.session.db.one<Record<string, number>>('PRAGMA secure_delete').secure_delete).toBe(FAST)
    }
    expect(ends.length).toBeGreaterThan(15)
    expect(ends).toEqual(ends.map(() => wanted))
  })

  it('takes nothing more away at the next start where the person was told that it failed', async () => {
    const { bed, parts, idOf } = makeErasing()
    const what = { documentIds: [idOf('secret.txt')], collectionId: null }
    const failing = createErasure(parts).erase(what, () => Promise.reject(new Error('no room')))
    await expect(failing).rejects.toThrow('no room')
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    await restIn(bed, parts)
    expect(found(bed, MARKER)).toEqual(['secret.txt'])
    expect(await createErasure(parts).list()).toMatchObject([
      { documents: 0, texts: 0, proof: { removed: { texts: 0 } } },
    ])
  })

  it('that cannot be gone on with holds up neither others nor what is done at rest', { timeout: 20_000 }, async () => {
    const { bed, parts, idOf } = makeErasing()
    bed.run('erasure.begin', { documentIds: [idOf('secret.txt')], collectionId: null })
    const gone = [idOf('cake.txt')]
    bed.run('erasure.begin', { documentIds: gone, collectionId: null })
    bed.run('documents.remove', { ids: gone })
    bed.reopen()
    bed.tidy()
    // The first one fails at the start: its document and text stay. Waiting for it would take two minutes, each hour.
    const startedMs = performance.now()
    await restIn(bed, parts)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    const list = () => createErasure(parts).list()
    expect(await list()).toMatchObject([{ proof: { proven: true, removed: { texts: 1 } } }, { proof: null }])
    expect(found(bed, MARKER)).toEqual(['secret.txt'])
    expect(bytesHold(bed, 'plum cake')).toEqual([])
    expect(bed.session.db.all('SELECT wiped_at IS NULL AS open FROM erasures ORDER BY id')).toEqual([
      { open: 1 },
      { open: 0 },
    ])
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    await restIn(bed, parts)
    expect(await list()).toMatchObject([{ proof: { proven: true } }, { proof: { proven: true } }])
    expect(bytesHold(bed, MARKER)).toEqual([])
  })

  it('is over, and not proven, where another document has the text by now', { timeout: 20_000 }, async () => {
    const { bed, parts, idOf } = makeErasing()
    const [id, other] = [idOf('secret.txt'), idOf('cake.txt')]
    bed.run('erasure.begin', { documentIds: [id], collectionId: null })
    bed.session.db.run(
      'UPDATE documents SET content_id = (SELECT content_id FROM documents WHERE id = ?) WHERE id = ?',
      id,
      other,
    )
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    await restIn(bed, parts)
    expect(await createErasure(parts).list()).toMatchObject([
      { proof: { proven: false, left: { texts: 1, passages: 1 } } },
    ])
    expect(bed.run('erasure.unfinished', {})).toBe(false)
  })

  it('is proven for its own documents when others go meanwhile, after a process died too', async () => {
    const { bed, parts, idOf } = makeErasing()
    const kept = createHash('sha256').update(KEPT).digest()
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
    bed.run('cache.put', { model: 'm', rows: [{ hash: kept, value }], maxBytes: 1e9 })
    const ids = [idOf('secret.txt')]
    bed.run('erasure.begin', { documentIds: ids, collectionId: null })
    const others = [idOf('cake.txt')]
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    let removed = 0
    const busy: ErasureParts = {
      ...parts,
      store: {
        ...parts.store,
        run: async (name, params) => {
          // Without a proof: its vectors stay in the cache for now.
          if (name === 'erasure.wipe' && removed === 0) removed = bed.run('documents.remove', { ids: others }).removed
          return parts.store.run(name, params)
        },
      },
    }
    await restIn(bed, busy)
    expect([removed, bed.run('cache.known', { hashes: [kept] })]).toEqual([1, [kept]])
    expect(await createErasure(parts).list()).toMatchObject([
      { proof: { proven: true, removed: { texts: 1, cacheEntries: 1 }, left: { cacheEntries: 0 } } },
    ])
  })

  it('after a process died is not proven while the cache keeps something of it', async () => {
    const { bed, parts, idOf } = makeErasing()
    bed.run('erasure.begin', { documentIds: [idOf('secret.txt')], collectionId: null })
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    const keeping: ErasureParts = {
      ...parts,
      store: {
        ...parts.store,
        run: async (name, params) =>
          name === 'cache.forget' ? ({ forgotten: 0 } as never) : parts.store.run(name, params),
      },
    }
    await restIn(bed, keeping)
    expect(await createErasure(parts).list()).toMatchObject([{ proof: { proven: false, left: { cacheEntries: 1 } } }])
  })

  it('holds no more of its passages than a bounded number, however many there are, and looks for all of them', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `passage number ${at} of a long text`)
    const { bed, parts, idOf } = makeErasing({ 'long.txt': many, 'cake.txt': [KEPT] })
    const hash = createHash('sha256').update('passage number 4999 of a long text').digest()
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: new Uint16Array(4) }
    bed.run('cache.put', { model: 'm', rows: [{ hash, value }], maxBytes: 1e9 })
    const asked = { hashes: 0, ids: [] as number[] }
    const watched: ErasureParts = {
      ...parts,
      heldHashes: 10,
      store: {
        ...parts.store,
        run: async (name, params) => {
          if (name === 'cache.known')
            asked.hashes = Math.max(asked.hashes, (params as { hashes: Buffer[] }).hashes.length)
          if (name === 'erasure.indexed') asked.ids.push((params as { chunkIds: number[] }).chunkIds.length)
          // Of a passage whose hash is not held.
          return name === 'cache.forget' ? ({ forgotten: 0 } as never) : parts.store.run(name, params)
        },
      },
    }
    const ids = [idOf('long.txt')]
    const { proof } = await createErasure(watched).erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(proof).toMatchObject({ proven: false, removed: { texts: 1, passages: 5_000 }, left: { words: 0 } })
    expect(proof.left.cacheEntries).toBe(2)
    expect(asked).toEqual({ hashes: 10, ids: [0, 2_000, 2_000, 1_000] })
    const ranges: number[] = []
    for (const id of [3, 4, 5, 9, 20, 21, 22]) addId(ranges, id)
    expect(ranges).toEqual([3, 5, 9, 9, 20, 22])
    expect([...pagesOfIds(ranges, 4)]).toEqual([
      [3, 4, 5, 9],
      [20, 21, 22],
    ])
  })

  it('goes on with a whole collection that was removed in part', async () => {
    const { bed, parts } = makeErasing()
    const id = collectionId(bed)
    const dying = createErasure(parts).erase({ documentIds: null, collectionId: id }, async () => {
      bed.run('collections.removePage', { id, limit: 1 })
      return new Promise(() => undefined)
    })
    dying.catch(() => undefined)
    await expect.poll(() => bed.run('collections.list', {})[0]?.documents).toBe(1)
    bed.reopen()
    await goOnRemoving(parts.store, raise)
    expect(bed.run('collections.list', {})).toEqual([])
    await restIn(bed, parts)
    expect(await createErasure(parts).list()).toMatchObject([{ documents: null, texts: 2, proof: { proven: true } }])
    expect([...bytesHold(bed, MARKER), ...bytesHold(bed, 'plum cake')]).toEqual([])
  })

  it('takes what errors said of the document out of the history of the queue', async () => {
    const { bed, erase, idOf } = makeErasing()
    const reason = `unexpected ${MARKER} in line 1`
    bed.session.db.run(`UPDATE tasks SET details = ?1, warnings = ?2 WHERE path = 'secret.txt'`, ...notesOf(reason))
    bed.session.db.run(
      `INSERT INTO attempts (task_id, phase, ended_at, ms, counted, code, details, stack)
        SELECT id, 'extract', '', 1, 1, 'DOCUMENT_CORRUPT', ?1, ?2 FROM tasks WHERE path = 'secret.txt'`,
      ...notesOf(reason),
    )
    const ids = [idOf('secret.txt')]
    await erase({ documentIds: ids, collectionId: null }, async () => bed.run('documents.remove', { ids }))
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect(bed.session.db.all(`SELECT details FROM tasks WHERE path = 'secret.txt'`)).toEqual([{ details: '{}' }])
  })

  it('knows of every table whether it can hold text of a document', () => {
    const { bed } = makeErasing()
    const names = bed.session.db
      .all<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .map(({ name }) => name.replace(/_(?:config|content|data|docsize|idx)$/, ''))
    // A new table belongs into one of these lines; where it holds text, into the proof and docs/answers.md, too.
    const proven = [
      'contents',
      'chunks',
      'chunks_fts',
      'chunks_grams',
      'summaries',
      'content_summaries',
      'vision_pages',
    ]
    const others = ['documents', 'documents_fts', 'tasks', 'attempts']
    const without = [
      ['attempts', 'chunks_terms', 'collections', 'connection_days', 'connections', 'erasures', 'generation_contents'],
      ['generations', 'job_phases', 'jobs', 'metrics', 'provider_calls', 'provider_usage', 'saved_searches'],
      ['search_history', 'sources', 'sweeps', 'transitions', 'vector_garbage', 'vector_intents', 'vector_spaces'],
    ].flat()
    expect([...new Set(names)].filter((name) => ![...proven, ...others, ...without].includes(name))).toEqual([])
  })

  it('proves nothing while the cache or what was read of pictures keeps something of it', async () => {
    const { bed, parts, idOf } = makeErasing()
    const ids = [idOf('secret.txt')]
    const keeping: ErasureParts = {
      ...parts,
      store: {
        ...parts.store,
        run: async (name, params) => {
          if (name === 'cache.forget') return { forgotten: 0 } as never
          if (name === 'erasure.pictures') return 2
          return parts.store.run(name, params)
        },
      },
    }
    const { proof } = await createErasure(keeping).erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(proof).toMatchObject({ proven: false, left: { cacheEntries: 1, pictures: 2, texts: 0 } })
  })

  it('takes what a model read of its pictures, and lets nothing more of it be kept', async () => {
    const { bed, erase } = makeErasing()
    startJob(bed, [document('scan.pdf')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    bed.run('extract.toOcr', {
      taskId: task.id,
      attempt: attemptOf(task),
      figures: {},
      contentId: null,
      sha256: 'sha:scan',
      settingsKey: '1:s',
      sizeBytes: 9,
      facts: factsOf(null, [{ code: 'OCR_MISSING', details: { count: 2 } }]),
      chars: 20,
      chunks: chunksOf('A page that has text.'),
      chunkCount: 1,
      lane: 'vision',
    })
    const keep = (text: string, hash: string) =>
      bed.run('vision.keep', { taskId: task.id, hash: Buffer.from(hash), text, cut: false })
    keep(`Read of a picture: ${MARKER}`, 'h1')
    const [row] = bed.session.db.all<{ id: number }>(`SELECT id FROM documents WHERE path = 'scan.pdf'`)
    const what = { documentIds: [row?.id ?? 0], collectionId: null }
    expect(bed.run('erasure.pictures', what)).toBe(1)
    expect(bed.run('erasure.pictures', { documentIds: null, collectionId: collectionId(bed) })).toBe(1)
    const { proof } = await erase(what, async () => {
      const removed = bed.run('documents.remove', { ids: what.documentIds })
      keep(`Read a moment later: ${MARKER}`, 'h2')
      return removed
    })
    expect(proof).toMatchObject({ proven: true, removed: { texts: 1 }, left: { pictures: 0 } })
    expect(bytesHold(bed, 'Read of a picture')).toEqual([])
    expect(bytesHold(bed, 'Read a moment later')).toEqual([])
    // Whatever kept one all the same: it is counted, although the task knows its document as a removed one by now.
    bed.session.db.run(`INSERT INTO vision_pages (task_id, hash, text, cut) VALUES (?, x'00', 'kept', 0)`, task.id)
    expect(bed.run('erasure.pictures', what)).toBe(1)
  })

  it('goes on overwriting when its texts are not deleted in time, and says that nothing is proven', async () => {
    const { bed, idOf, parts } = makeErasing()
    const stuck: ErasureParts = {
      ...parts,
      store: { ...parts.store, run: async (name, params) => bed.run(name, params) },
      waitMs: 0,
    }
    const ids = [idOf('secret.txt')]
    const { proof } = await createErasure(stuck).erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(proof).toMatchObject({ proven: false, left: { texts: 1, passages: 1 } })
    bed.reopen()
    bed.tidy()
    expect(bed.run('erasure.unfinished', {})).toBe(true)
  })

  it('is not proven, and left to the next start, while files of the vector index keep what was deleted', async () => {
    const { bed, parts, idOf } = makeErasing()
    const ids = [idOf('secret.txt')]
    const keeping = createErasure({ ...parts, eraseVectors: async () => 1 })
    const { proof } = await keeping.erase({ documentIds: ids, collectionId: null }, async () =>
      bed.run('documents.remove', { ids }),
    )
    expect(proof).toMatchObject({ proven: false, left: { texts: 0, vectorFiles: 1 } })
    bed.reopen()
    expect(bed.run('erasure.unfinished', {})).toBe(true)
    await restIn(bed, parts)
    expect(bed.run('erasure.unfinished', {})).toBe(false)
  })

  it('wipes in steps between which others write, also what went before anybody asked for a proof', async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `${MARKER}${at} passage number ${at} of a long text`)
    const { bed, idOf } = makeErasing({ 'long.txt': many, 'cake.txt': [KEPT] })
    bed.run('documents.remove', { ids: [idOf('long.txt')] })
    bed.tidy()
    const { erasureId } = bed.run('erasure.begin', { documentIds: [], collectionId: null })
    startJob(bed, [document('tart.txt')])
    const [task] = claim(bed, 'extract')
    if (!task) throw new Error('nothing was claimed')
    expect(bed.run('erasure.wipe', { erasureId })).toEqual({ more: true })
    commit(bed, task, ['The recipe of the apple tart came meanwhile.'])
    expect(wipeAll(bed, erasureId)).toBeGreaterThan(5)
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect([found(bed, 'plum'), found(bed, 'tart')]).toEqual([['cake.txt'], ['tart.txt']])
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    expect(bed.session.db.all(`SELECT name FROM sqlite_master WHERE name = 'overwritten'`)).toEqual([])
  })

  it('gives room back at rest, when that is more than half of the file', async () => {
    const { bed } = makeErasing()
    const fill = (): void => {
      bed.session.db.exec('CREATE TABLE filling (bytes BLOB); INSERT INTO filling VALUES (zeroblob(2000000))')
      bed.session.db.exec('DROP TABLE filling')
    }
    const bounds = { leastFreeBytes: 1_000_000, mostBytes: 10_000_000 }
    expect(bed.run('maintenance.shrink', bounds)).toEqual({ freedBytes: 0 })
    fill()
    expect(bed.run('maintenance.shrink', { ...bounds, mostBytes: 1_000 })).toEqual({ freedBytes: 0 })
    expect(bed.run('maintenance.shrink', { ...bounds, leastFreeBytes: 3_000_000 })).toEqual({ freedBytes: 0 })
    expect(bed.run('maintenance.shrink', bounds).freedBytes).toBeGreaterThan(1_900_000)
    expect(statSync(join(bed.dir, 'sluice.db')).size).toBeLessThan(1_500_000)
    expect(found(bed, 'plum')).toEqual(['cake.txt'])
  })

  it('takes a whole collection along', async () => {
    const { bed, erase } = makeErasing()
    const id = collectionId(bed)
    const { proof } = await erase({ documentIds: null, collectionId: id }, async () => {
      while (bed.run('collections.removePage', { id, limit: 10 }).more);
      return {}
    })
    expect(proof).toMatchObject({ proven: true, removed: { texts: 2, passages: 2 } })
    expect(bytesHold(bed, MARKER)).toEqual([])
    expect(bytesHold(bed, 'plum cake')).toEqual([])
  })
})
