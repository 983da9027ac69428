/**
 * Owns what the tests of the store start from: a session over real files in a temp folder, and ready-made tasks, chunks and facts.
 * Refuses: threads; the tests of the threads start those themselves.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { ClaimedTask, KeywordFilter, NewTask, OperationName, Operations } from '../../../src/main/store/contract'
import { maintain } from '../../../src/main/store/maintenance'
import { runOperation } from '../../../src/main/store/operations'
import { closeSession, openSession, type Session } from '../../../src/main/store/session'
import type { Chunk, Coverage, DocumentFacts, Warning } from '../../../src/shared/work'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanUps.splice(0).reverse()) clean()
})

/** A folder that is deleted after the test. */
export const makeFolder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'store-'))
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export type Bed = {
  dir: string
  session: Session
  run: <N extends OperationName>(name: N, params: Operations[N]['params']) => Operations[N]['result']
  /** Does all that the writer thread does when idle. */
  tidy: () => void
  reopen: () => void
}

export const makeBed = (dir = makeFolder()): Bed => {
  let session = openSession(dir, 'writer')
  const bed: Bed = {
    dir,
    get session() {
      return session
    },
    run: (name, params) => runOperation(session, name, params),
    tidy: () => {
      while (maintain(session.db));
    },
    reopen: () => {
      closeSession(session)
      session = openSession(dir, 'writer')
    },
  }
  cleanUps.push(() => closeSession(session))
  return bed
}

export const document = (path: string, more: Partial<NewTask> = {}): NewTask => ({
  kind: 'document',
  lane: 'extract',
  phase: 'extract',
  path,
  locator: { location: `/in/${path}`, entries: [] },
  depth: 0,
  sizeBytes: 100,
  fingerprint: `fp-${path}`,
  modifiedMs: 1_700_000_000_000.5,
  problem: null,
  ...more,
})

export const archive = (path: string, more: Partial<NewTask> = {}): NewTask =>
  document(path, { kind: 'archive', lane: 'expand', phase: 'expand', ...more })

export const scan = (path: string): NewTask =>
  document(path, { kind: 'scan', lane: 'expand', phase: 'expand', fingerprint: null })

export const collectionId = (bed: Bed, name = 'default'): number => Number(bed.run('collections.ensure', { name }).id)

let drops = 0

/** A job whose single scan has ended after it found `items`; all of them are queued. */
export const startJob = (bed: Bed, items: NewTask[], more: { collection?: string; key?: string } = {}): number => {
  drops += 1
  const { job } = bed.run('jobs.create', {
    collectionId: collectionId(bed, more.collection),
    key: more.key ?? null,
    label: 'drop',
    // Every drop is of a place of its own: what is dropped twice joins the job that works on it.
    request: { paths: [{ path: `/in/${drops}` }], globs: [], ignores: [] },
    scans: [scan('drop')],
  })
  const jobId = Number(job.id)
  const [walk] = claim(bed, 'expand', 1)
  if (!walk) throw new Error('the scan was not claimed')
  bed.run('tasks.insert', { jobId, parentId: walk.id, items })
  finish(bed, walk)
  return jobId
}

export const claim = (
  bed: Bed,
  lane: ClaimedTask['lane'],
  limit = 100,
  more: { nowMs?: number; alone?: boolean } = {},
): ClaimedTask[] =>
  bed.run('tasks.claim', { lane, limit, nowMs: more.nowMs ?? 1_000, alone: more.alone ?? false }).tasks

export const attemptOf = (task: ClaimedTask) => ({ phase: task.phase, ms: 5, worker: 'w1' })

export const finish = (bed: Bed, task: ClaimedTask, more: Partial<Operations['tasks.finish']['params']> = {}): void => {
  bed.run('tasks.finish', {
    taskId: task.id,
    outcome: null,
    problem: null,
    warnings: [],
    attempt: attemptOf(task),
    figures: {},
    archive: null,
    ...more,
  })
}

/** Chunks with these texts, with two characters of white space between them. */
export const chunksOf = (...texts: string[]): Chunk[] => {
  let start = 0
  return texts.map((text, ordinal) => {
    const chunk = { ordinal, text, start, end: start + text.length, page: ordinal + 1, heading: `Part ${ordinal}` }
    start = chunk.end + 2
    return chunk
  })
}

/** The receipt of a document that has no parts. */
export const WHOLE: Coverage[] = [{ unit: 'document', from: 1, to: 1, name: null, state: 'indexed', reason: null }]

export const factsOf = (title: string | null = null, warnings: Warning[] = []): DocumentFacts => ({
  kind: 'text',
  title,
  language: 'en',
  pages: 1,
  encoding: 'utf-8',
  warnings,
  coverage: WHOLE,
})

export const commit = (
  bed: Bed,
  task: ClaimedTask,
  texts: string[],
  more: Partial<Operations['extract.commit']['params']> = {},
): Operations['extract.commit']['result'] => {
  const chunks = more.chunks ?? chunksOf(...texts)
  return bed.run('extract.commit', {
    taskId: task.id,
    attempt: attemptOf(task),
    figures: { extract: { ms: 2.5, items: 1 } },
    contentId: null,
    sha256: `sha:${texts.join('|')}`,
    settingsKey: 's1',
    sizeBytes: 120,
    facts: factsOf(),
    chars: 50,
    chunks,
    chunkCount: chunks.length,
    ...more,
  })
}

/** Embeds everything that is pending for these contents. */
export const embedAll = (bed: Bed, contentIds: number[], jobId: number): void => {
  const pending = bed.run('embed.pending', { contentIds, limit: 1_000 })
  const { intentId } = bed.run('embed.intend', { chunkIds: pending.map(({ chunkId }) => chunkId) })
  bed.run('embed.record', {
    intentId,
    chunks: pending.map(({ chunkId }) => ({ id: chunkId, windows: 2, tokens: 10 })),
    jobs: [{ jobId, computed: pending.length * 2, cached: 0, tokens: pending.length * 10, ms: 7 }],
  })
}

/** Takes a job through to its end: every queued document becomes text, then vectors. `texts` by path; others are made up. */
export const work = (bed: Bed, jobId: number, texts: Record<string, string[]> = {}): void => {
  for (const task of claim(bed, 'extract')) commit(bed, task, texts[task.path] ?? [`text of ${task.path}`])
  for (const task of claim(bed, 'embed')) {
    if (task.contentId !== null) embedAll(bed, [task.contentId], jobId)
    finish(bed, task)
  }
}

export const anything: KeywordFilter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null }

/** Paths in which a word is found. */
export const found = (bed: Bed, match: string, filter: Partial<KeywordFilter> = {}): string[] => {
  const wanted = { ...anything, ...filter }
  const hits = bed.run('search.keyword', { match, filter: wanted, limit: 50 })
  const chunkIds = hits.map(({ chunkId }) => chunkId)
  return bed.run('search.passages', { chunkIds, filter: wanted, pathsPerContent: 10 }).map(({ path }) => path)
}

/** The counters that triggers keep, compared with counting. */
export const countersDiffer = (bed: Bed): unknown[] =>
  bed.session.db.all(`
    SELECT j.id, j.open_tasks, j.open_documents, j.documents_total, j.pending_chunks, t.* FROM jobs j JOIN (
      SELECT job_id, sum(state <> 'ended') AS open, sum(state <> 'ended' AND kind <> 'document') AS discovery,
        sum(state <> 'ended' AND lane <> 'embed') AS text, sum(state <> 'ended' AND kind = 'document') AS documents,
        sum(state <> 'ended' AND kind = 'document' AND lane <> 'embed') AS extracting, sum(kind = 'document') AS total,
        sum(kind <> 'document') AS discoveries, sum(outcome IS 'indexed') AS n1, sum(outcome IS 'unchanged') AS n2, sum(outcome IS 'duplicate') AS n3,
        sum(outcome IS 'partial') AS n4, sum(outcome IS 'skipped') AS n5, sum(outcome IS 'rejected') AS n6, sum(outcome IS 'failed') AS n7,
        sum(outcome IS 'cancelled') AS n8, sum(pending_chunks) AS pending, sum(embed_chunks) AS embed,
        sum(iif(kind = 'document' AND outcome IS NOT NULL, size_bytes, 0)) AS bytes
      FROM tasks GROUP BY job_id
    ) t ON t.job_id = j.id
    WHERE j.open_tasks <> t.open OR j.open_discovery <> t.discovery OR j.open_text <> t.text OR j.open_documents <> t.documents
      OR j.open_extract <> t.extracting OR j.documents_total <> t.total OR j.discovery_total <> t.discoveries OR j.indexed <> t.n1
      OR j.unchanged <> t.n2 OR j.duplicate <> t.n3 OR j.partial <> t.n4 OR j.skipped <> t.n5 OR j.rejected <> t.n6 OR j.failed <> t.n7
      OR j.cancelled <> t.n8 OR j.pending_chunks <> t.pending OR j.embed_chunks <> t.embed OR j.size_bytes <> t.bytes`)
