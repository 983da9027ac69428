/**
 * Owns the shapes of searching beyond a hit: what a search can be asked, searches that were saved, what was searched before.
 * Refuses: behavior, and what a query means (main/search does).
 */
import { z } from 'zod'

export const searchModes = ['hybrid', 'semantic', 'keyword'] as const
export type SearchMode = (typeof searchModes)[number]

/** `keyword` answers at once by words alone; `full` is the whole answer. */
export const searchStages = ['keyword', 'full'] as const
export type SearchStage = (typeof searchStages)[number]

/** What of a query was understood as a filter: `type:pdf` is `type` with the value `pdf`; `text` is how it was typed. */
export const queryFilterSchema = z.object({
  name: z.enum(['type', 'in', 'path', 'title', 'after', 'before', 'lang', 'collection', 'size', 'phrase', 'not']),
  value: z.string(),
  text: z.string(),
  /** `-type:pdf`: everything but that. */
  negated: z.boolean(),
})
export type QueryFilter = z.infer<typeof queryFilterSchema>

/** A span of a passage's text, in UTF-16 units from its start. */
export const matchRangeSchema = z.object({ start: z.number(), end: z.number() })
export type MatchRange = z.infer<typeof matchRangeSchema>

/** Another passage of the same document that was found, folded into its best one. */
export const morePassageSchema = z.object({
  chunk: z.number(),
  page: z.number().nullable(),
  snippet: z.string(),
  score: z.number(),
  start: z.number(),
  end: z.number(),
})
export type MorePassage = z.infer<typeof morePassageSchema>

/** A document whose passage says the same as that of a hit. */
export const duplicateHitSchema = z.object({
  documentId: z.string(),
  collection: z.string(),
  path: z.string(),
  location: z.string(),
})
export type DuplicateHit = z.infer<typeof duplicateHitSchema>

const name = z.string().trim().min(1).max(200)

/** What can be narrowed beside the query itself; a saved search keeps it. */
export const searchScopeShape = {
  mode: z.enum(searchModes).default('hybrid'),
  collections: z.array(name).max(100).default([]),
  types: z.array(z.string().max(40)).max(50).default([]),
  since: z.string().max(100).nullable().default(null),
  until: z.string().max(100).nullable().default(null),
  pathGlob: z.string().max(1000).nullable().default(null),
}
export const searchScopeSchema = z.object(searchScopeShape)
export type SearchScope = z.infer<typeof searchScopeSchema>

export const savedSearchSchema = searchScopeSchema.extend({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  createdAt: z.string(),
  /** When it was last run (ISO-8601 UTC). */
  usedAt: z.string().nullable(),
})
export type SavedSearch = z.infer<typeof savedSearchSchema>

export const historyEntrySchema = searchScopeSchema.extend({
  id: z.string(),
  query: z.string(),
  /** When it was last searched, and how often (ISO-8601 UTC). */
  at: z.string(),
  times: z.number(),
})
export type HistoryEntry = z.infer<typeof historyEntrySchema>

/** A saved search is named by its id or its name. */
export const savedSearchName = name
/** Longest query in a call, in characters; a search reads less of it, and says so. */
export const QUERY_CHARS = 20_000
export const queryText = z.string().max(QUERY_CHARS)
