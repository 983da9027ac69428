/**
 * Owns the tasks of a job as people see them: each item with where it stands, which try that is, and what its last try said.
 * Refuses: the queue's own words for them (main/store).
 */
import { z } from 'zod'
import { toldSchema } from './remarks'
import { outcomes, phases } from './domain'
import { errorDetails } from './error-details'
import { errorCodes, type ErrorCode } from './errors'
import { lanes } from './phases'

/** In the order in which they are listed: what runs first, what is over last. `waiting`: for a person. */
export const taskStates = ['running', 'waiting', 'queued', 'ended'] as const
export type ListedTaskState = (typeof taskStates)[number]

export const jobTaskSchema = z.object({
  id: z.string(),
  path: z.string(),
  told: toldSchema.optional(),
  /** `scan`: a folder or file that is looked through; it is not listed any more once that is done. */
  kind: z.enum(['scan', 'archive', 'document']),
  state: z.enum(taskStates),
  /** The one it is in, or that it ended in. */
  phase: z.enum(phases),
  lane: z.enum(lanes),
  /** Of what has ended. */
  outcome: z.enum(outcomes).nullable(),
  /** Of its end, or of its last try where it is tried again. */
  code: z.custom<ErrorCode>((value) => (errorCodes as readonly unknown[]).includes(value)).nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  /** Which try in its phase this is, was, or will be, and of how many (`null`: not told yet). 0: it ended without one. */
  attempt: z.number(),
  of: z.number().nullable(),
  /** When it is tried again by itself (ISO-8601). */
  nextTryAt: z.string().nullable(),
  /** The process of its last try. */
  worker: z.string().nullable(),
  /** Since when it runs, or when it ended (ISO-8601). */
  at: z.string().nullable(),
  /** Work on it so far, all tries together, in milliseconds. */
  ms: z.number(),
})
export type JobTask = z.infer<typeof jobTaskSchema>

export const taskCountsSchema = z.object({
  running: z.number(),
  waiting: z.number(),
  queued: z.number(),
  ended: z.number(),
})
export type TaskCounts = z.infer<typeof taskCountsSchema>
