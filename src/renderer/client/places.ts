/**
 * Owns where in the app a person is: the view, and the collection that is looked at and dropped into.
 */
export const views = ['search', 'queue', 'failed', 'documents', 'models', 'settings', 'dashboard'] as const
export type ViewName = (typeof views)[number]

/** Another model for a collection, as a person came to choose it. `key` tells one coming from another. */
export type ModelWish = { readonly collection: string; readonly model: string | null; readonly key: number }

/** A view; the queue may show the report of one job, the documents may be narrowed to those inside something. */
export type Place = {
  readonly view: ViewName
  readonly jobId: string | null
  readonly within: string
  readonly wish: ModelWish | null
}

/** A view as it is shown from the sidebar. */
export const placeOf = (view: ViewName, more: Partial<Place> = {}): Place => ({
  view,
  jobId: null,
  within: '',
  wish: null,
  ...more,
})

/** A collection by name, or `null` for all of them. */
export type Scope = string | null

/** Where a drop goes when all collections are shown. */
export const DEFAULT_COLLECTION = 'default'

export const dropTargetOf = (scope: Scope): string => scope ?? DEFAULT_COLLECTION
