/**
 * Owns how documents are listed: what narrows a list, in which orders it comes, and the facets it has. Public JSON: fields are only ever
 * added. Refuses: looking.
 */
import { z } from 'zod'
import { documentStateSchema } from './domain'

/** `name`: by path within each collection; `date`: when it was last read. Those without one come first. */
export const documentOrders = ['name', 'date', 'size', 'kind', 'state'] as const
export type DocumentOrder = (typeof documentOrders)[number]

const value = z.string().min(1).max(100)

/** What narrows a list of documents; without any of it: what is indexed. */
export const documentFilterShape = {
  collection: z.string().trim().min(1).max(200).optional(),
  /** Without it: what is indexed (`indexed` and `partial`). */
  states: z.array(documentStateSchema).optional(),
  /** Part of the path, case-insensitive. */
  contains: z.string().max(500).optional(),
  /** Kinds of their contents (`pdf`, `markdown`, …). */
  kinds: z.array(value).max(100).optional(),
  /** Languages of their texts (`en`, `de`, …), as far as known. */
  languages: z.array(value).max(100).optional(),
}

const facet = z.array(z.object({ value: z.string(), count: z.number() }))

/** How many documents each value has among those that the rest of the filter leaves; the most frequent first, none without documents. */
export const documentFacetsSchema = z.object({ collections: facet, states: facet, kinds: facet, languages: facet })
export type DocumentFacets = z.infer<typeof documentFacetsSchema>
