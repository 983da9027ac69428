/**
 * Owns how jobs that wait for a model are told: by cause, with the budget that was reached where it is that.
 * Refuses: holding them; the queue does.
 */
import { z } from 'zod'
import { budgetPeriods, type ProviderStop } from '../../shared/providers'
import type { QueueSnapshot } from '../jobs/contract'

/** What the errors of providers say beside their sentence. */
const detailsSchema = z.object({ provider: z.string().optional(), purpose: z.string().optional() })
const budgetSchema = z
  .object({
    budgetPeriod: z.enum(budgetPeriods),
    unit: z.enum(['USD', 'tokens']),
    used: z.number(),
    limit: z.number(),
    isOwn: z.boolean().optional(),
  })
  .transform(({ budgetPeriod: period, ...bound }) => ({ period, ...bound }))

/** Held jobs by cause and provider; of each the earliest next try. */
export const stopsOf = (held: QueueSnapshot['held']): ProviderStop[] => {
  const byCause = new Map<string, ProviderStop>()
  for (const { jobId, code, message, details, untilMs } of held) {
    const { provider = null, purpose } = detailsSchema.safeParse(details).data ?? {}
    const forPictures = purpose === 'vision' ? { purpose: 'vision' as const } : {}
    const budget = code === 'BUDGET_EXCEEDED' ? (budgetSchema.safeParse(details).data ?? null) : null
    const key = JSON.stringify([code, provider, budget?.period ?? null, budget?.isOwn ?? false, forPictures])
    const known = byCause.get(key)
    const nextTryAt = new Date(untilMs).toISOString()
    const jobs = [...new Set([...(known?.jobs ?? []), String(jobId)])]
    if (known)
      byCause.set(key, { ...known, jobs, nextTryAt: nextTryAt < known.nextTryAt ? nextTryAt : known.nextTryAt })
    else {
      byCause.set(key, { code, message, provider, jobs, nextTryAt, budget, ...forPictures })
    }
  }
  return [...byCause.values()]
}
