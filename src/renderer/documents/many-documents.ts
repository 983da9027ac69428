/**
 * Owns what is done to many documents at once, in steps that each fit into a call. Refuses: asking whether it is meant; the view does.
 */
import type { Caller } from '../../shared/calls'
import type { Picked, DocumentFilter } from './browsing'

/** Rows of a page stay well below the largest message. */
const PAGE = 400
const READ_STEP = 10_000

/** The ids of what is picked; of all, those that the filter leaves now. */
export const idsOfPicked = async (call: Caller, picked: Picked, filter: DocumentFilter): Promise<string[]> => {
  if (picked.type === 'some') return [...picked.documents.keys()]
  const ids = new Set<string>()
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await call('documents.list', { ...filter, sort: 'name', offset, limit: PAGE })
    for (const { id } of page.documents) ids.add(id)
    total = page.total
  }
  return [...ids]
}

export const stepsOf = (ids: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => ids.slice(at * size, (at + 1) * size))

/** Looks at their originals again; tells how many, and in how many jobs. */
export const readManyAgain = async (
  call: Caller,
  ids: readonly string[],
): Promise<{ readonly documents: number; readonly jobs: number }> => {
  const sum = { documents: 0, jobs: 0 }
  for (const step of stepsOf(ids, READ_STEP)) {
    const { documents, jobs } = await call('documents.readAgain', { ids: step })
    sum.documents += documents
    sum.jobs += jobs.length
  }
  return sum
}
