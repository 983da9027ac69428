/**
 * Owns what the offline ledger tells: every request that this program has sent over the network, and every attempt that was refused.
 * Refuses: what was in them.
 */
import { z } from 'zod'

/**
 * `open`: under way. `answered`: by the server, with whatever status. `failed`: there was no whole answer. `refused`: never made, this
 * program does not allow it. `unknown`: the process ended meanwhile.
 */
export const connectionOutcomes = ['open', 'answered', 'failed', 'refused', 'unknown'] as const
export type ConnectionOutcome = (typeof connectionOutcomes)[number]

/** Requests told one by one; of older ones it is told how many there were on each day. */
export const LEDGER_ROWS = 5_000
/** Days that are told apart; of older ones it is told how many there were in all. No host is ever forgotten. */
export const LEDGER_DAYS = 400

const place = {
  host: z.string(),
  port: z.number(),
  /** It is this computer. */
  isLocal: z.boolean(),
  /** The name a person gave it; empty for what was refused. */
  provider: z.string(),
}
/** Of the bodies, without what the connection itself takes. */
const bytes = { bytesOut: z.number(), bytesIn: z.number() }

/** An attempt that was refused before anything was sent. */
export const refusedConnectionSchema = z.object({
  host: z.string().max(255),
  port: z.number().int().min(0).max(65_535),
  isLocal: z.boolean(),
  purpose: z.string().max(50),
  detail: z.string().max(200),
})
export type RefusedConnection = z.infer<typeof refusedConnectionSchema>

/** A request that is about to be sent. */
export const ledgerEntrySchema = z.object({
  host: z.string().max(255),
  port: z.number().int().min(0).max(65_535),
  isLocal: z.boolean(),
  provider: z.string().max(100),
  purpose: z.string().max(50),
  bytesOut: z.number().int().min(0),
})

/** How it ended. */
export const ledgerEndSchema = z.object({
  id: z.number().int(),
  outcome: z.enum(['answered', 'failed']),
  detail: z.string().max(200),
  bytesIn: z.number().int().min(0),
})

export const connectionSchema = z.object({
  id: z.string(),
  /** ISO-8601. */
  at: z.string(),
  ...place,
  /** What for: `embed`, `query`, `answer`, `summary`, `vision`, `test`, `update`; of what was refused, what asked. */
  purpose: z.string(),
  outcome: z.enum(connectionOutcomes),
  /** The status of the answer, or what went wrong. */
  detail: z.string(),
  ...bytes,
})
export type Connection = z.infer<typeof connectionSchema>

/** Everything there ever was with one host. */
export const ledgerHostSchema = z.object({
  ...place,
  purposes: z.array(z.string()),
  requests: z.number(),
  refused: z.number(),
  failed: z.number(),
  ...bytes,
  firstAt: z.string(),
  lastAt: z.string(),
})
export type LedgerHost = z.infer<typeof ledgerHostSchema>

export const ledgerSchema = z.object({
  /** Every host there ever was, the last one first; other computers before this one. At most 1,000; `hostsTotal` of them. */
  hosts: z.array(ledgerHostSchema),
  hostsTotal: z.number(),
  /** Sent to other computers; 0: nothing ever left this one. */
  sent: z.number(),
  /** Sent to this computer itself. */
  sentLocally: z.number(),
  refused: z.number(),
  /** The newest first; a page of those that are told one by one. */
  connections: z.array(connectionSchema),
  /** How many are told one by one. */
  total: z.number(),
})
export type Ledger = z.infer<typeof ledgerSchema>
