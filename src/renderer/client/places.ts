/**
 * Owns where in the app a person is: the view, and the collection that is looked at and dropped into.
 */
export const views = ['search', 'queue', 'documents'] as const
export type ViewName = (typeof views)[number]

/** A view; the queue may show the report of one job. */
export type Place = { readonly view: ViewName; readonly jobId: string | null }

/** A collection by name, or `null` for all of them. */
export type Scope = string | null

/** Where a drop goes when all collections are shown. */
export const DEFAULT_COLLECTION = 'default'

export const dropTargetOf = (scope: Scope): string => scope ?? DEFAULT_COLLECTION
