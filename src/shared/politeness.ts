/**
 * Owns the words of polite work: when it holds, what is known of the network, and what is told of it.
 * Refuses: deciding it (main/polite).
 */
import { z } from 'zod'

/** When work keeps to its share of the computer: the values of `polite.when`, by their number. */
export const politeTimes = ['off', 'in-use', 'always'] as const
/** Whether the network is one that costs by what goes through it: the values of `power.metered`, by their number. */
export const meteredChoices = ['auto', 'yes', 'no'] as const

/** What polite work may take now. */
export const politeStateSchema = z.object({
  /** `in-use`: because the computer is being used; `always`: because it was set so. */
  why: z.enum(['in-use', 'always']),
  /** Of all processors together, at most, in percent. */
  cpuPercent: z.number(),
  /** Of all workers together, in bytes. */
  memoryBytes: z.number(),
})
export type PoliteState = z.infer<typeof politeStateSchema>

/** What a window knows of the computer and the engine cannot: told again at least once a minute. */
export const machineFactsSchema = z.object({
  /** Since somebody touched it; `null` when the system does not tell. */
  idleMs: z.number().min(0).nullable(),
  onBattery: z.boolean().nullable(),
  /** What the window itself takes of all processors, in percent: nobody else's work. */
  windowPercent: z.number().min(0).max(100),
})
export type MachineFacts = z.infer<typeof machineFactsSchema>
