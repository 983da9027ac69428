/**
 * Owns what was used of providers: requests without an end yet, and sums by provider, day, model, purpose, collection and job. Each request
 * is counted exactly once, whatever died when.
 * Refuses: prices and the ends of periods; it is told both.
 */
import {
  budgetPeriods,
  usagePurposes,
  type BudgetPeriod,
  type UsagePurpose,
  type UsageRow,
} from '../../shared/providers'
import type { Operations } from './contract'
import type { Database } from './database'

const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10)

type Sum = { tokens: number; usd: number }
type Scope = { readonly where: string; readonly values: readonly (string | number)[] }

/** What counts for a period: days and months are compared as text. */
const scopeOf = (period: BudgetPeriod, day: string, jobId: number): Scope | null => {
  if (period === 'run') return jobId === 0 ? null : { where: 'job_id = ? AND job_id <> 0', values: [jobId] }
  if (period === 'day') return { where: 'day = ?', values: [day] }
  return { where: 'day >= ? AND day <= ?', values: [`${day.slice(0, 7)}-01`, `${day.slice(0, 7)}-31`] }
}

const ofPurpose = (scope: Scope | null, purpose: UsagePurpose | null): Scope | null =>
  scope === null || purpose === null
    ? scope
    : { where: `${scope.where} AND purpose = ?`, values: [...scope.values, purpose] }

/** What was used of a provider (`null`: of all of them) in a scope, with what is under way. */
const sumOf = (db: Database, provider: string | null, { where, values }: Scope): Sum => {
  const settled = db.one<Sum>(
    `SELECT coalesce(sum(input_tokens + output_tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS usd
     FROM provider_usage WHERE (? IS NULL OR provider = ?) AND ${where}`,
    provider,
    provider,
    ...values,
  )
  const open = db.one<Sum>(
    `SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS usd
     FROM provider_calls WHERE (? IS NULL OR provider = ?) AND ${where}`,
    provider,
    provider,
    ...values,
  )
  return { tokens: settled.tokens + open.tokens, usd: settled.usd + open.usd }
}

/** Notes that a request is about to be sent, unless a budget would be broken by it. */
export const beginCall = (
  db: Database,
  call: Operations['usage.begin']['params'],
): Operations['usage.begin']['result'] => {
  const day = dayOf(call.nowMs)
  const jobId = call.use.jobId ?? 0
  const bounds = [
    { budgets: call.budgets, provider: call.provider, purpose: null },
    { budgets: call.ownBudgets, provider: call.provider, purpose: call.use.purpose },
    { budgets: call.allBudgets, provider: null, purpose: null },
  ]
  const bound = bounds.flatMap(({ budgets, ...whose }) =>
    budgets ? budgetPeriods.map((period) => ({ period, budget: budgets[period], ...whose })) : [],
  )
  for (const { period, budget, provider, purpose } of bound) {
    const own = { ...(purpose === null ? {} : { isOwn: true }), ...(provider === null ? { isOfAll: true } : {}) }
    const scope = ofPurpose(scopeOf(period, day, jobId), purpose)
    if (scope === null || (budget.usd === null && budget.tokens === null)) continue
    const used = sumOf(db, provider, scope)
    if (budget.tokens !== null && used.tokens + call.tokens > budget.tokens)
      return {
        exceeded: { period, unit: 'tokens', used: used.tokens, limit: budget.tokens, needed: call.tokens, ...own },
      }
    if (budget.usd !== null && used.usd + call.costUsd > budget.usd)
      return {
        exceeded: {
          period,
          unit: 'USD',
          used: Number(used.usd.toFixed(6)),
          limit: budget.usd,
          needed: Number(call.costUsd.toFixed(6)),
          ...own,
        },
      }
  }
  const { id } = db.run(
    `INSERT INTO provider_calls (provider, model, purpose, job_id, collection_id, day, tokens, cost_usd, is_retry)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    call.provider,
    call.model,
    call.use.purpose,
    jobId,
    call.use.collectionId ?? 0,
    day,
    Math.ceil(call.tokens),
    call.costUsd,
    call.isRetry ? 1 : 0,
  )
  return { id }
}

type OpenCall = {
  provider: string
  model: string
  purpose: string
  job_id: number
  collection_id: number
  day: string
  tokens: number
  cost_usd: number
  is_retry: number
}

const COLUMNS = 'provider, model, purpose, job_id, collection_id, day, tokens, cost_usd, is_retry'

const count = (
  db: Database,
  call: OpenCall,
  took: { inputTokens: number; outputTokens: number; costUsd: number } | null,
): void => {
  db.run(
    `INSERT INTO provider_usage (provider, day, model, purpose, collection_id, job_id, calls, retries, unsettled,
       input_tokens, output_tokens, cost_usd) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET calls = calls + 1, retries = retries + excluded.retries,
       unsettled = unsettled + excluded.unsettled, input_tokens = input_tokens + excluded.input_tokens,
       output_tokens = output_tokens + excluded.output_tokens, cost_usd = cost_usd + excluded.cost_usd`,
    call.provider,
    call.day,
    call.model,
    call.purpose,
    call.collection_id,
    call.job_id,
    call.is_retry,
    took === null ? 1 : 0,
    took === null ? call.tokens : took.inputTokens,
    took?.outputTokens ?? 0,
    took?.costUsd ?? call.cost_usd,
  )
}

/** Counts what a request took; asked again for the same one, nothing happens. */
export const settleCall = (
  db: Database,
  { id, took }: Operations['usage.settle']['params'],
): Operations['usage.settle']['result'] => {
  const call = db.get<OpenCall>(`SELECT ${COLUMNS} FROM provider_calls WHERE id = ?`, id)
  if (call === null) return {}
  count(db, call, took)
  db.run('DELETE FROM provider_calls WHERE id = ?', id)
  return {}
}

/** At the start of an owner: requests of one that died have no end; they are counted with what was estimated. */
export const recoverCalls = (db: Database): Operations['usage.recover']['result'] => {
  const open = db.all<OpenCall>(`SELECT ${COLUMNS} FROM provider_calls`)
  for (const call of open) count(db, call, null)
  if (open.length > 0) db.run('DELETE FROM provider_calls')
  return { unsettled: open.length }
}

type UsageColumns = {
  provider: string
  model: string
  day: string
  purpose: string
  collection: string | null
  job_id: number
  calls: number
  retries: number
  unsettled: number
  input_tokens: number
  output_tokens: number
  cost_usd: number
}

const isPurpose = (text: string): text is UsagePurpose => usagePurposes.some((purpose) => purpose === text)

const toRow = (row: UsageColumns): UsageRow => ({
  provider: row.provider,
  model: row.model,
  day: row.day,
  purpose: isPurpose(row.purpose) ? row.purpose : 'test',
  collection: row.collection,
  jobId: row.job_id === 0 ? null : String(row.job_id),
  calls: row.calls,
  retries: row.retries,
  unsettled: row.unsettled,
  inputTokens: row.input_tokens,
  outputTokens: row.output_tokens,
  costUsd: row.cost_usd,
})

const SUMS = `coalesce(sum(u.calls), 0) AS calls, coalesce(sum(u.retries), 0) AS retries,
  coalesce(sum(u.unsettled), 0) AS unsettled, coalesce(sum(u.input_tokens), 0) AS input_tokens,
  coalesce(sum(u.output_tokens), 0) AS output_tokens, coalesce(sum(u.cost_usd), 0) AS cost_usd`

/** Newest days first; jobs are told apart only when asked for one. `total`: over all that was asked for, not this page. */
export const listUsage = (
  db: Database,
  { provider, since, until, jobId, offset, limit }: Operations['usage.list']['params'],
): Operations['usage.list']['result'] => {
  const where = `(? IS NULL OR u.provider = ?) AND (? IS NULL OR u.day >= ?) AND (? IS NULL OR u.day <= ?) AND (? IS NULL OR u.job_id = ?)`
  const values = [provider, provider, since, since, until, until, jobId, jobId]
  const rows = db.all<UsageColumns>(
    `SELECT u.provider, u.model, u.day, u.purpose, c.name AS collection, ? AS job_id, ${SUMS}
     FROM provider_usage u LEFT JOIN collections c ON c.id = u.collection_id WHERE ${where}
     GROUP BY u.day, u.provider, u.model, u.purpose, u.collection_id
     ORDER BY u.day DESC, u.provider, u.model, u.purpose, u.collection_id LIMIT ? OFFSET ?`,
    jobId ?? 0,
    ...values,
    limit,
    offset,
  )
  const all = db.one<UsageColumns>(`SELECT ${SUMS} FROM provider_usage u WHERE ${where}`, ...values)
  const { calls, retries, unsettled, inputTokens, outputTokens, costUsd } = toRow({ ...all, purpose: '' })
  return { rows: rows.map(toRow), total: { calls, retries, unsettled, inputTokens, outputTokens, costUsd } }
}

/** What a job used, for its report. */
export const readJobUsage = (
  db: Database,
  jobId: number,
): { name: string; calls: number; tokens: number; costUsd: number; retries: number } => {
  const sum = db.one<{ names: string | null; calls: number; retries: number; tokens: number; costUsd: number }>(
    `SELECT group_concat(DISTINCT provider) AS names, coalesce(sum(calls), 0) AS calls, coalesce(sum(retries), 0) AS retries,
       coalesce(sum(input_tokens + output_tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS costUsd
     FROM provider_usage WHERE job_id = ? AND job_id <> 0`,
    jobId,
  )
  const { names, calls, retries, tokens, costUsd } = sum
  return { name: names ?? 'local', calls, tokens, costUsd, retries }
}
