/**
 * Owns the calls that show a document beside its search: where its matches are, and the bytes of its original.
 * Refuses: paths from outside (documents are named by id), and more than a piece of a file at a time.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { CallHandlers } from '../../shared/calls'
import type { Limits } from '../../shared/limits'
import type { Store } from '../store/contract'
import { isInside, readOriginal } from './original-bytes'
import type { UnpackedEntries } from './unpacked-entries'

export type PreviewCalls = Pick<CallHandlers, 'documents.matches' | 'documents.bytes' | 'documents.copy'>

type PreviewCallParts = {
  readonly store: Store
  readonly idOf: (what: string, id: string) => number
  /** The full-text expressions for what a person typed, the strictest first; none when there is no word in it. */
  readonly matchesOf: (query: string) => readonly string[]
  readonly limits: () => Limits
  readonly entries: UnpackedEntries
}

/** Marks of one document; a reader who steps through more of them would search for something else. */
const MAX_MATCHES = 20_000

const notFound = (id: string): AppError => new AppError('NOT_FOUND', { what: 'document', id })

export const createPreviewCalls = ({ store, idOf, matchesOf, limits, entries }: PreviewCallParts): PreviewCalls => ({
  'documents.matches': async ({ id, query }) => {
    for (const match of matchesOf(query)) {
      const found = await store.run('documents.matches', { id: idOf('document', id), match, limit: MAX_MATCHES })
      if (found === null) throw notFound(id)
      const { matches, more } = found
      if (matches.length > 0) return { matches: matches.map(({ start, end }): [number, number] => [start, end]), more }
    }
    return { matches: [], more: false }
  },
  'documents.bytes': async ({ id, offset, length }) => {
    const document = await store.run('documents.show', { id: idOf('document', id) })
    if (document === null) throw notFound(id)
    try {
      const wanted = { offset, length, maxBytes: limits()['document.bytes'] }
      if (!isInside(document)) return await readOriginal(document, wanted)
      const { path: location, sizeBytes, changed } = await entries.open(idOf('document', id))
      return { ...(await readOriginal({ path: location, location, bytes: sizeBytes }, wanted)), changed }
    } catch (thrown) {
      throw toAppError(thrown)
    }
  },
  'documents.copy': async ({ id }) => {
    const document = await store.run('documents.show', { id: idOf('document', id) })
    if (document === null) throw notFound(id)
    if (!isInside(document)) throw new AppError('NOT_FOUND', { what: 'document in an archive', id })
    return entries.copy(idOf('document', id))
  },
})
