/**
 * Owns the hosts as people and scripts see them: the processes that run, what they may take, and what is wrong with a kind of host.
 * Refuses: watching them (main/pool).
 */
import { z } from 'zod'
import { toldSchema } from './remarks'

/** Kinds of host processes: `parse` opens and reads, `ocr` reads pictures, `embed` computes vectors, `model` too, by a model of a person's choice. */
export const hostNames = ['parse', 'ocr', 'embed', 'model'] as const
export type HostName = (typeof hostNames)[number]

export const workerStates = ['starting', 'busy', 'idle', 'retiring'] as const
export const breakerStates = ['closed', 'open', 'half-open'] as const

/** One host process that runs now. */
export const workerSchema = z.object({
  host: z.enum(hostNames),
  pid: z.number(),
  /** `null` when it cannot be told. */
  rssBytes: z.number().nullable(),
  /** Tasks done by this process so far. */
  tasksDone: z.number(),
  running: z.array(z.object({ name: z.string(), label: z.string(), ms: z.number() })),
  /** Tasks that wait for this kind of host. */
  queued: z.number(),
  /** Tasks that it may run at the same time right now; fewer than its setting while memory is short. */
  threads: z.number(),
  /** `retiring`: it finishes what runs in it, then another takes its place. */
  state: z.enum(workerStates),
})

/** The circuit breaker of one kind of host. */
export const breakerSchema = z.object({
  host: z.enum(hostNames),
  /** `open`: no task is given to it until `retryAt`; `half-open`: the next task, or the one that runs, decides. */
  state: z.enum(breakerStates),
  /** Failed starts and deaths in a row. */
  failures: z.number(),
  /** The last one. */
  reason: z.string().nullable(),
  /** ISO-8601. */
  retryAt: z.string().nullable(),
  told: toldSchema.optional(),
})

/** What one kind of host may take, as its settings say. */
export const hostCapsSchema = z.object({
  host: z.enum(hostNames),
  threads: z.number(),
  memoryBytes: z.number(),
  timeMs: z.number(),
  heartbeatMs: z.number(),
  recycleTasks: z.number(),
  idleMs: z.number(),
})

export const workersSchema = z.object({
  workers: z.array(workerSchema),
  total: z.number(),
  breakers: z.array(breakerSchema),
  caps: z.array(hostCapsSchema),
  memory: z.object({
    /** Free in the computer; `null` when it cannot be told. */
    freeBytes: z.number().nullable(),
    minFreeBytes: z.number(),
    /** Hosts work with fewer threads because of it. */
    short: z.boolean(),
  }),
})
export type Workers = z.infer<typeof workersSchema>
export type Breaker = z.infer<typeof breakerSchema>
