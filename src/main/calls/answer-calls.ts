/**
 * Owns the engine's side of the calls about answers.
 * Refuses: answering; src/main/answers does.
 */
import type { CallHandlers } from '../../shared/calls'
import type { Answer, Summary } from '../../shared/answers'
import { AppError, toAppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { AnswerRequest } from '../answers'
import type { AnswerStreams } from '../answers/streams'
import type { SummaryRequest, SummaryScope } from '../answers/summaries'
import type { Store } from '../store/contract'

export type AnswerCalls = Pick<CallHandlers, 'ask' | 'ask.follow' | 'ask.stop' | 'summarize'>

type AnswerCallParts = {
  readonly store: Store
  readonly answer: (request: AnswerRequest) => Promise<Answer>
  readonly streams: AnswerStreams
  readonly summarize: (request: SummaryRequest) => Promise<Summary>
}

/** What ends one summary and not the others. */
const ITS_OWN: readonly ErrorCode[] = ['NOT_FOUND', 'SUMMARY_EMPTY']

/** @throws NOT_FOUND */
const findCollections = async (store: Store, names: readonly string[]): Promise<number[]> => {
  const ids: number[] = []
  for (const name of names) {
    const collection = await store.run('collections.find', { name })
    if (collection === null) throw new AppError('NOT_FOUND', { what: 'collection', id: name })
    ids.push(Number(collection.id))
  }
  return ids
}

const idOf = (what: string, id: string): number => {
  if (!/^\d{1,15}$/.test(id)) throw new AppError('NOT_FOUND', { what, id })
  return Number(id)
}

/** @throws NOT_FOUND */
const requireDocument = async (store: Store, id: string): Promise<SummaryScope> => {
  const documentId = idOf('document', id)
  if ((await store.run('documents.show', { id: documentId })) === null)
    throw new AppError('NOT_FOUND', { what: 'document', id })
  return { scope: 'document', documentId }
}

/** @throws NOT_FOUND */
const requireJob = async (store: Store, id: string): Promise<SummaryScope> => {
  const jobId = idOf('job', id)
  if ((await store.run('jobs.find', { id: jobId })) === null) throw new AppError('NOT_FOUND', { what: 'job', id })
  return { scope: 'job', jobId }
}

/** @throws NOT_FOUND */
const requireCollection = async (store: Store, name: string): Promise<SummaryScope> => {
  const [collectionId = 0] = await findCollections(store, [name])
  return { scope: 'collection', collectionId, name }
}

export const createAnswerCalls = ({ store, answer, streams, summarize }: AnswerCallParts): AnswerCalls => ({
  ask: async ({ collections, ...request }) => {
    // Before anything is waited for: whoever follows or stops it may ask at once.
    const stream = streams.begin(request.id)
    try {
      const collectionIds = await findCollections(store, collections)
      const filter = { collectionIds, kinds: [], extensions: [], sinceMs: null, untilMs: null, pathGlob: null }
      return await answer({ ...request, filter, stream })
    } finally {
      stream.end()
    }
  },
  'ask.follow': ({ id, from, timeoutMs }) => streams.follow(id, from, timeoutMs),
  summarize: async ({ documents, job, collection, mode, sentences }) => {
    const wanted = [
      ...documents.map((id) => ({ id, find: () => requireDocument(store, id) })),
      ...(job === null ? [] : [{ id: job, find: () => requireJob(store, job) }]),
      ...(collection === null ? [] : [{ id: collection, find: () => requireCollection(store, collection) }]),
    ]
    const summaries: Summary[] = []
    const failures: { id: string; code: string; message: string; details: ErrorDetails }[] = []
    for (const { id, find } of wanted) {
      try {
        summaries.push(await summarize({ ...(await find()), mode, sentences }))
      } catch (thrown) {
        const { code, message, details } = toAppError(thrown)
        if (!ITS_OWN.includes(code)) throw thrown
        failures.push({ id, code, message, details })
      }
    }
    return { summaries, failures }
  },
  'ask.stop': async ({ id }) => {
    streams.stop(id)
    return {}
  },
})
