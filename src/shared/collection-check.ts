/**
 * Owns what a check of collections looks for and tells. Public JSON: fields are only ever added. Refuses: looking.
 */
import { z } from 'zod'

export const findingKinds = [
  'gone',
  'changed',
  'partial',
  'empty',
  'vectors',
  'outdated',
  'version',
  'model',
  'summary',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** In the words of a person, and what repairing does about it. */
export const findingTable = {
  gone: { label: 'source gone', repair: null },
  changed: { label: 'source changed since', repair: 'scan' },
  partial: { label: 'partial', repair: 'scan' },
  empty: { label: 'empty', repair: null },
  vectors: { label: 'without vectors', repair: 'embed' },
  outdated: { label: 'read with other settings', repair: 'scan' },
  version: { label: 'read by an earlier version of Sluice', repair: null },
  model: { label: 'model not there, or another one by now', repair: null },
  summary: { label: 'without the summary that its collection wants', repair: 'summarize' },
} as const satisfies Record<FindingKind, { label: string; repair: 'scan' | 'embed' | 'summarize' | null }>

export const findingSchema = z.object({
  kind: z.enum(findingKinds),
  collection: z.string(),
  /** `null`: the collection itself. */
  documentId: z.string().nullable(),
  path: z.string().nullable(),
  /** Why, in plain words. */
  message: z.string(),
})
export type Finding = z.infer<typeof findingSchema>

const count = z.number()
export const checkResultSchema = z.object({
  /** Nothing was found. */
  ok: z.boolean(),
  collections: count,
  documents: count,
  counts: z.object({
    gone: count,
    changed: count,
    partial: count,
    empty: count,
    vectors: count,
    outdated: count,
    version: count,
    model: count,
    summary: count,
  }),
  /** A page of them. */
  findings: z.array(findingSchema),
  total: count,
  /** What was queued: sources that are looked through again, documents whose vectors or summaries are made. `null`: nothing was asked for. */
  repair: z.object({ jobs: z.array(z.string()), documents: count }).nullable(),
})
export type CheckResult = z.infer<typeof checkResultSchema>
