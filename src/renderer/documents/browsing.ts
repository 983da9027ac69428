/**
 * Owns how the list of documents is narrowed, in which order it stands, and which of it a person has picked. What is picked is picked of what is
 * shown: another filter lets go of it. Refuses: asking for documents.
 */
import type { DocumentOrder } from '../../shared/document-lists'
import type { DocumentRow, DocumentState } from '../../shared/domain'

export type Narrowing = {
  readonly contains: string
  /** `null`: what can be found. */
  readonly state: DocumentState | null
  readonly kinds: readonly string[]
  readonly languages: readonly string[]
}

/** `all`: whatever the filter leaves, also what is not on the screen. */
export type Picked =
  { readonly type: 'some'; readonly documents: ReadonlyMap<string, DocumentRow> } | { readonly type: 'all' }

export type Browsing = Narrowing & {
  readonly sort: DocumentOrder
  readonly descending: boolean
  readonly picked: Picked
}

export type BrowsingEvent =
  | { readonly type: 'narrowed'; readonly by: Partial<Narrowing> }
  | { readonly type: 'sorted'; readonly sort: DocumentOrder }
  | { readonly type: 'picked'; readonly document: DocumentRow }
  | { readonly type: 'pickedAll' }
  | { readonly type: 'letGo' }

const NONE: Picked = { type: 'some', documents: new Map() }

export const startBrowsing = (contains: string): Browsing => ({
  contains,
  state: null,
  kinds: [],
  languages: [],
  sort: 'name',
  descending: false,
  picked: NONE,
})

/** What is newest and largest is looked for first; names are read from A on. */
const beginsDescending: Readonly<Record<DocumentOrder, boolean>> = {
  name: false,
  date: true,
  size: true,
  kind: false,
  state: false,
}

const toggle = (
  documents: ReadonlyMap<string, DocumentRow>,
  document: DocumentRow,
): ReadonlyMap<string, DocumentRow> => {
  const after = new Map(documents)
  if (!after.delete(document.id)) after.set(document.id, document)
  return after
}

export const browse = (state: Browsing, event: BrowsingEvent): Browsing => {
  switch (event.type) {
    case 'narrowed':
      return { ...state, ...event.by, picked: NONE }
    case 'sorted':
      return event.sort === state.sort
        ? { ...state, descending: !state.descending }
        : { ...state, sort: event.sort, descending: beginsDescending[event.sort] }
    case 'picked': {
      // Of all, one cannot be let go alone: then only the others that were seen would be meant.
      if (state.picked.type === 'all') return { ...state, picked: NONE }
      return { ...state, picked: { type: 'some', documents: toggle(state.picked.documents, event.document) } }
    }
    case 'pickedAll':
      return { ...state, picked: { type: 'all' } }
    case 'letGo':
      return { ...state, picked: NONE }
  }
}

export const isNarrowed = ({ contains, state, kinds, languages }: Narrowing): boolean =>
  contains.trim() !== '' || state !== null || kinds.length > 0 || languages.length > 0

export const isPicked = (picked: Picked, id: string): boolean => picked.type === 'all' || picked.documents.has(id)

export const countPicked = (picked: Picked, total: number): number =>
  picked.type === 'all' ? total : picked.documents.size

/** What `documents.list`, `documents.facets` and `documents.export` take. */
export const filterOf = ({ contains, state, kinds, languages }: Narrowing, collection: string | null) => ({
  collection: collection ?? undefined,
  contains: contains.trim() === '' ? undefined : contains.trim(),
  states: state === null ? undefined : [state],
  kinds: kinds.length === 0 ? undefined : [...kinds],
  languages: languages.length === 0 ? undefined : [...languages],
})
export type DocumentFilter = ReturnType<typeof filterOf>
