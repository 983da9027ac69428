/**
 * Owns what a dead letter is to people: a task that failed for good, with its attempts, its cause and the remedy there is.
 * Refuses: behavior but for choosing the remedy, which is one table from codes.
 */
import { z } from 'zod'
import { phaseSchema } from './domain'
import { errorDetails } from './error-details'
import { dispositionOf, errorCodes, isTransient, type ErrorCode, type ErrorDetails } from './errors'
import { limitTable, type LimitName } from './limits'

const errorCode = z.custom<ErrorCode>(
  (value) => typeof value === 'string' && (errorCodes as readonly string[]).includes(value),
)

/** One try of a task, as it was recorded. `counted`: whether it was spent (an interruption spends none). */
export const attemptSchema = z.object({
  at: z.string(),
  ms: z.number(),
  phase: phaseSchema,
  /** `null` when it went well. */
  code: errorCode.nullable(),
  message: z.string().nullable(),
  details: errorDetails.optional(),
  counted: z.boolean(),
  /** Kind of host and process it ran in, where it is known. */
  worker: z.string().nullable(),
  peakRssBytes: z.number().nullable(),
})
export type Attempt = z.infer<typeof attemptSchema>

/** What a person can do about it; `raise`: allow more, once or for good. */
export const remedyKinds = ['password', 'raise', 'retry', 'fix', 'report'] as const
export type RemedyKind = (typeof remedyKinds)[number]

export const remedySchema = z.object({
  kind: z.enum(remedyKinds),
  /** For `raise`: the setting, what it is, and what would probably do. */
  setting: z.string().nullable(),
  value: z.number().nullable(),
  suggested: z.number().nullable(),
  /** In a few words, for a button or a line. */
  label: z.string(),
})
export type Remedy = z.infer<typeof remedySchema>

export const deadLetterSchema = z.object({
  id: z.string(),
  job: z.string(),
  collection: z.string(),
  documentId: z.string().nullable(),
  path: z.string(),
  location: z.string(),
  bytes: z.number(),
  phase: phaseSchema,
  code: errorCode,
  message: z.string(),
  details: errorDetails.optional(),
  at: z.string(),
  /** `failed` (a dead letter), or `rejected` (a guardrail said no) where those were asked for as well. */
  outcome: z.enum(['failed', 'rejected']),
  /** When a person put it aside; such ones are listed only when asked for. */
  discardedAt: z.string().nullable(),
  attempts: z.array(attemptSchema),
  remedy: remedySchema,
})
export type DeadLetter = z.infer<typeof deadLetterSchema>

/** Dead letters of one cause. */
export const deadLetterGroupSchema = z.object({
  code: errorCode,
  phase: phaseSchema,
  count: z.number(),
  /** Of one of them. */
  message: z.string(),
  details: errorDetails.optional(),
  path: z.string(),
  remedy: remedySchema,
})
export type DeadLetterGroup = z.infer<typeof deadLetterGroupSchema>

/** Which dead letters are meant; every field narrows. Without any: all. */
export const deadLetterFilterSchema = z.object({
  ids: z.array(z.string()).max(10_000).optional(),
  code: errorCode.optional(),
  job: z.string().optional(),
  collection: z.string().optional(),
  /** Rejections too, not only what failed. */
  rejected: z.boolean().default(false),
  discarded: z.boolean().default(false),
})
export type DeadLetterFilter = z.infer<typeof deadLetterFilterSchema>

const LOCKED: readonly ErrorCode[] = ['PDF_ENCRYPTED', 'DOCUMENT_ENCRYPTED', 'ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG']

const isLimit = (name: unknown): name is LimitName => typeof name === 'string' && Object.hasOwn(limitTable, name)

/** What would probably be enough: a quarter more than was met, twice the limit where that is not known. */
const suggest = (name: LimitName, details: ErrorDetails): number => {
  const { max } = limitTable[name]
  const limit = Number(details['limit'])
  const actual = Number(details['actual'])
  const enough = Number.isFinite(actual) && actual > limit ? actual * 1.25 : limit * 2
  return Math.min(max, Math.ceil(Number.isFinite(enough) ? enough : limitTable[name].default * 2))
}

const plain = (kind: RemedyKind, label: string): Remedy => ({
  kind,
  setting: null,
  value: null,
  suggested: null,
  label,
})

/** What a person can do about an error of this code with these details. */
export const remedyOf = (code: ErrorCode, details: ErrorDetails): Remedy => {
  if (LOCKED.includes(code)) return plain('password', 'Enter the password')
  const { setting } = details
  if (isLimit(setting)) {
    // Times are told in seconds, settings are in milliseconds.
    const scale = limitTable[setting].unit === 'ms' ? 1_000 : 1
    const inUnit = {
      limit: Number(details['limit']) * scale,
      actual: details['actual'] === undefined ? undefined : Number(details['actual']) * scale,
    }
    const value = Number.isFinite(inUnit.limit) ? inUnit.limit : null
    return { kind: 'raise', setting, value, suggested: suggest(setting, inUnit), label: `Allow more once (${setting})` }
  }
  if (code === 'INTERNAL_BUG') return plain('report', 'Report it, then try again')
  if (isTransient(code) || dispositionOf(code) === 'skip') return plain('retry', 'Try again')
  return plain('fix', 'Mend the file, then try again')
}
