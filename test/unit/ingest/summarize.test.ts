// Proves when the phase of summaries makes one, and that one which takes too long, or is cancelled, is given up with its reason.
import { expect, it } from 'vitest'
import { createGate } from '../../../src/main/ingest/gate'
import type { IngestParts } from '../../../src/main/ingest/parts'
import { runSummarize } from '../../../src/main/ingest/summarize'
import { resolveLimits } from '../../../src/shared/limits'
import { claim, collectionId, document, makeBed, startJob, work } from '../store/bed'

type KeepFor = IngestParts['summaries']['keepFor']

const stage = (keepFor: KeepFor, timeMs = 60_000, paths = ['a']) => {
  const bed = makeBed()
  bed.run('collections.update', { id: collectionId(bed), summaries: 'extractive' })
  const jobId = startJob(
    bed,
    paths.map((path) => document(path)),
  )
  work(bed, jobId, Object.fromEntries(paths.map((path) => [path, ['the same text']])))
  const [task, other] = claim(bed, 'summarize')
  if (!task) throw new Error('one waits for its summary')
  const parts: Pick<IngestParts, 'store' | 'summaries' | 'limits' | 'gate' | 'nowMs' | 'describeWorker'> = {
    store: { run: async (name, params) => bed.run(name, params), close: async () => undefined },
    summaries: { makerOf: () => 'm1', keepFor, expect: () => null },
    limits: () => ({ ...resolveLimits(), 'summaries.timeMs': timeMs }),
    gate: createGate({ busy: () => false, setTimer: () => () => undefined }),
    nowMs: () => 0,
    describeWorker: () => ({ worker: 'owner', peakRssBytes: null }),
  }
  // It needs no more of them.
  const run = (signal: AbortSignal, which = task) => runSummarize(parts as IngestParts, which, signal)
  return { bed, jobId, task, other, run }
}

/** A model that never answers, but stops when it is told to. */
const never: KeepFor = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')))
  })

it('makes the summary that is wanted and ends the task; one that is there already is not made again', async () => {
  const asked: unknown[] = []
  const { bed, jobId, task, run } = stage(async ({ documentId, mode, jobId: forJob }) => {
    asked.push({ documentId, mode, forJob })
    return { contentId: task.contentId ?? 0, maker: 'm1', key: 'k1' }
  })
  await run(new AbortController().signal)
  expect(asked).toEqual([{ documentId: task.documentId, mode: 'extractive', forJob: jobId }])
  expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed')
  expect(bed.run('summaries.wish', { contentId: task.contentId ?? 0 })).toMatchObject({ maker: 'm1' })
  const second = stage(never)
  second.bed.run('summaries.record', { contentId: second.task.contentId ?? 0, maker: 'm1', key: 'k1' })
  await second.run(new AbortController().signal)
  expect(second.bed.run('jobs.find', { id: second.jobId })?.state).toBe('completed')
})

it('gives up what takes too long, and what is cancelled, each with its reason', async () => {
  await expect(stage(never, 20).run(new AbortController().signal)).rejects.toMatchObject({
    code: 'SUMMARY_TIMEOUT',
    details: { limit: 0.02, setting: 'summaries.timeMs' },
  })
  const person = new AbortController()
  const running = stage(never).run(person.signal)
  setImmediate(() => person.abort())
  await expect(running).rejects.toBeInstanceOf(Error)
})

it('makes one summary of a text that two documents have, also at the same time', async () => {
  const asked: number[] = []
  let answer = (): void => undefined
  const keepFor: KeepFor = async ({ documentId }) => {
    asked.push(documentId)
    await new Promise<void>((resolve) => (answer = resolve))
    return { contentId: task.contentId ?? 0, maker: 'm1', key: 'k1' }
  }
  const { bed, jobId, task, other, run } = stage(keepFor, undefined, ['a', 'copy'])
  if (!other) throw new Error('both wait for theirs')
  const { signal } = new AbortController()
  const both = [run(signal), run(signal, other)]
  await expect.poll(() => asked).toEqual([task.documentId])
  answer()
  await Promise.all(both)
  expect(asked).toEqual([task.documentId])
  expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed')
})

it('makes the summary for another document that has the text when the one that stood for it was removed', async () => {
  const asked: number[] = []
  const { bed, jobId, task, other, run } = stage(
    async ({ documentId }) => {
      asked.push(documentId)
      // The first one goes while its summary is made.
      if (documentId === task.documentId) bed.run('documents.remove', { ids: [documentId] })
      return documentId === task.documentId ? null : { contentId: task.contentId ?? 0, maker: 'm1', key: 'k1' }
    },
    undefined,
    ['a', 'copy', 'third'],
  )
  await run(new AbortController().signal)
  expect(asked).toEqual([task.documentId, other?.documentId])
  expect(bed.run('summaries.wish', { contentId: task.contentId ?? 0 })).toMatchObject({ maker: 'm1' })
  expect(bed.run('jobs.find', { id: jobId })?.state).toBe('running')
})

it('makes no summary of a text that no document has any more', async () => {
  const { bed, task, run } = stage(never)
  bed.run('documents.remove', { ids: [task.documentId ?? 0] })
  await run(new AbortController().signal)
  expect(bed.run('summaries.wish', { contentId: task.contentId ?? 0 })).toBeNull()
})
